"""`fastgpt-client chat` and `ask`: what is asked, how an answer is shown, what a run that waits needs of the user."""
