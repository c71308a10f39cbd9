"""Backup, retention, rekeying, reparsing and repair of the file."""
