"""The commands about chats and apps, and `login`."""
