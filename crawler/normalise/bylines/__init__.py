"""Parse printed bylines to the people and organisations that they name."""
