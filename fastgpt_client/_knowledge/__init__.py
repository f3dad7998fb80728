"""Decides how to keep a knowledge base in sync, without I/O to the server."""
