"""Output: texts, tables, JSON, messages and runs."""
