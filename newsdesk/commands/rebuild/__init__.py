"""`newsdesk rebuild`: stored stories linked again with the present rules."""
