"""What the client costs on top of its transport, as ratios measured in one run."""
