"""The front door: command line, settings, what a person sees."""

__version__ = "0.1.0"
