"""The decisions of keeping a knowledge base in step, without I/O to the server."""
