"""Printed dates to instants, and which of several dates is chosen."""
