"""HTTP: configuration, requests, retries and what keeps the key out of sight. No endpoint is known here."""
