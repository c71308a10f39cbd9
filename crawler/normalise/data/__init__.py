"""Tables that the normalising rules look words up in."""
