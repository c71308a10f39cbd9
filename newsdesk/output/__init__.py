"""What a person or a program sees: terminal, progress, feeds of events."""
