"""From published values (Article) to parsed values (Story): one pure file a field."""
