"""What happens between a question and its answer: a completion's request, its run, and the forms the run is sent in."""
