"""One file a command; `newsdesk.command_line` finds them by their names."""
