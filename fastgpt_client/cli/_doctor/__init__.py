"""`fastgpt-client doctor`: the checks, in the order of the path to the server, and their findings."""
