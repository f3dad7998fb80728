"""`fastgpt-client chat` and `ask`: questions, answers as they arrive, and runs that wait for the user."""
