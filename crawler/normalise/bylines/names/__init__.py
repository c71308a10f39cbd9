"""The form of names: given names, full names, capitals, and scripts without capitals."""
