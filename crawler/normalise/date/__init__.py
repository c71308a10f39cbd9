"""Dates as papers print them: the stages of `dates`, each in its own file."""
