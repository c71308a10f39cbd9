"""A backfill: the plan, the documents one after the other, then their pages; it goes on where it stopped."""
