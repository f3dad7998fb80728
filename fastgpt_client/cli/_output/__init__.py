"""What is printed, and how: texts, tables, JSON, messages and runs."""
