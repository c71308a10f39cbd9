"""The operator's secrets: which request carries them, and how they stay out of output."""
