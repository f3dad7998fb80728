"""`fastgpt-client app chart`: the figures of an app over time."""
