"""`fastgpt-client app chart`: the metrics of an app over time."""
