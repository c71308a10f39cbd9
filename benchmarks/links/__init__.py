"""Which links of home and section pages are stories, on pages written for newsdesk in the shapes of real ones."""
