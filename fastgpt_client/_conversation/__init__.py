"""The decisions of a conversation's turn, without I/O."""
