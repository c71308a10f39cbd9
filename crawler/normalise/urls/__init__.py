"""Addresses: the form to request, the form to compare, and the site."""
