"""Responses that are a bot challenge, a firewall's refusal, a consent page or a login page instead of a document."""
