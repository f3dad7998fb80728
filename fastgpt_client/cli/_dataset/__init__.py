"""`fastgpt-client dataset`: knowledge bases, from a terminal and from a pipeline."""
