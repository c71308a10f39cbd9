"""From what they said to what they meant: one pure file a field."""
