"""`fastgpt-client dataset`: knowledge bases, from a terminal or a pipeline."""
