"""The HTTP server of the service: health, metrics, alarms. The only place that uses the web framework."""
