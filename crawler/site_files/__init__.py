"""Site files: the file of a host, loading it in a worker, and reading a page by its selectors."""
