"""HTTP: configuration, requests, retries and redaction. Knows no endpoints."""
