"""The tables of cases, one file for each kind. A new kind is a new file with a tuple CASES."""
