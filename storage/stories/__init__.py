"""Stories: which story an entry is, what changed, and how it is stored and found."""
