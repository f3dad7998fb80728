"""The logic of a conversation's turns, without I/O."""
