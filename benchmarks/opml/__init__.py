"""What lists of 10,000 sources cost: imported, exported, listed."""
