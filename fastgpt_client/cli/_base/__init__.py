"""What all commands share: session, settings, options, paging, errors."""
