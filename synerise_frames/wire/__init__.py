"""The only place that knows the HTTP API."""
