"""What every command has: its session, settings, options, pages, and how it fails."""
