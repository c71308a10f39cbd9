"""`newsdesk stories`: the stored stories, newest first, or those that a query and filters find."""
