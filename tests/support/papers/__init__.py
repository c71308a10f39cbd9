"""Newspapers that the local server serves, for tests of sites without feeds."""
