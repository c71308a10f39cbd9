"""newsdesk: news ingestion in Python. This level has the command line, settings, output, web and demo."""

import time

# When this program began to run. Taken before the slow imports: of two crawls that are started together one may import
# for a second longer, and must not visit what the other has visited. The start of the process would be earlier, but a
# process outlives `exec`, so it may be hours before the command.
STARTED = time.time()

__version__ = "0.1.0"
