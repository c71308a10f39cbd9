"""Parse printed dates to instants, and choose one of several dates."""
