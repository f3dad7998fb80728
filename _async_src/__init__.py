# Source of the async and the sync client: edit here, then run scripts/generate.py.
"""The clients."""
