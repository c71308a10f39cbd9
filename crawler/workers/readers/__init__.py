"""The code that parses each kind of document. Workers import it by name; the main process does without."""
