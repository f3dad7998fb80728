"""Decode an event stream into events, and assemble them into a completion, without I/O."""
