"""`newsdesk audit`: what was kept, compared with what a site or a list says there is."""
