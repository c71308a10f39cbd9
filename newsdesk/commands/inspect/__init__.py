"""`newsdesk inspect`: one document through every step from bytes to story; nothing is written."""
