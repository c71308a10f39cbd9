"""One file a newspaper: where its title, byline, date and text are. `docs/site-files.md` says how to write one."""

from newsdesk.crawler.site_files.site_file import Layout, SiteFile

__all__ = ["Layout", "SiteFile"]
