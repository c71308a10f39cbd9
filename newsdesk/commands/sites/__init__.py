"""`newsdesk sites`: site files and captures."""
