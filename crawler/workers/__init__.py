"""The process pool that parses untrusted documents, and the task for each kind of document."""
