"""Random damage in feeds and pages: no parser may crash, hang or exceed a limit."""
