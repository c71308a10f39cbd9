"""Which alarms open and resolve, and where they are sent."""
