# Generated from _async_src/__init__.py by scripts/generate.py: edit the source, not this file.
"""The clients."""
