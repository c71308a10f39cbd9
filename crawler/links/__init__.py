"""Which links of a home or section page are stories, and which pages continue its list. Pure."""
