"""`newsdesk story`: one story with its copies, its history and its evidence."""
