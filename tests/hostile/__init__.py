"""A hostile server and its table of cases: one address a case, each with what must come of it.

In every run two healthy feeds stand beside the hostile ones and must be stored whole, and canaries listen on
loopback addresses that nobody may contact. `make hostile CASE=name` plays one case, `make hostile` all.
"""
