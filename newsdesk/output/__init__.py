"""Output for people and programs: terminal, progress, log, Atom feed of alarms."""
