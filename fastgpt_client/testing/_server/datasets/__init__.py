"""Knowledge bases of the embedded server: their state, training, search, and JSON."""
