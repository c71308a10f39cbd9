"""Alarms, events and what is still to be sent."""
