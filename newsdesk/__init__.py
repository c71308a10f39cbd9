"""The front door: command line, settings, what a person sees."""

import time

STARTED = time.time()  # before the slow imports: which of two crawls that start together asked first

__version__ = "0.1.0"
