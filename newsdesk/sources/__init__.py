"""The subcommands of `newsdesk sources` (edit, import, export), and checks of option values."""
