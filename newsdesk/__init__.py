"""newsdesk: news ingestion in Python. This level has the command line, settings, output, web and demo."""

import time

STARTED = time.time()  # before the slow imports; see newsdesk.start_time

__version__ = "0.1.0"
