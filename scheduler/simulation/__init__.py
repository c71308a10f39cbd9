"""Past publications replayed against other settings."""
