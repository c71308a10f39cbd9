"""`newsdesk purge`: stored stories deleted, by age, source or search."""
