"""`newsdesk reparse`: stored snapshots read again with the present rules."""
