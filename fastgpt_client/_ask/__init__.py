"""What a run of many questions decides: who is who, what is kept, what comes out. No I/O but its file."""
