"""Memory of a process that crawls many times, and of large documents."""
