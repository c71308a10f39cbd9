"""Hostile servers: tables of cases, each with its responses and the expected result.

Every run also crawls two healthy feeds, which must be stored completely, and listens with canaries on loopback
addresses that nothing may contact. `make hostile CASE=name` runs one case, `make hostile` all.
"""
