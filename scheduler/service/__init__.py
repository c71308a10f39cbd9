"""The service: ticks, maintenance, and one file that it holds alone."""
