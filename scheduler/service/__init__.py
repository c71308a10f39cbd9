"""The background service: sessions, timers, maintenance."""
