"""Turn what a publisher printed (Article) into parsed values (Story): one pure file for each field."""
