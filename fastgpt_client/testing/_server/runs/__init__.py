"""What happens between a question and its answer: the request of a completion, its run, and the form of its output."""
