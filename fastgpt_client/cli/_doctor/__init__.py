"""`fastgpt-client doctor`: the checks, in the order of the way to the server, and what they find."""
