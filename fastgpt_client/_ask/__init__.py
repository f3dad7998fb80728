"""The logic of a run of many questions: IDs, journal and output rows. The only I/O is its file."""
