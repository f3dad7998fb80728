"""The client's overhead over its transport, as ratios measured in a single run."""
