"""Hosts: leases, request times and rates."""
