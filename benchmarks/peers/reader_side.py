"""A poll by reader (PyPI), run by a Python that has it: `reader_side.py prepare|poll FILE [ADDRESS…]`."""

from __future__ import annotations

import sys

from reader import make_reader

WORKERS = 2


def main() -> None:
    verb, file, *addresses = sys.argv[1:]
    reader = make_reader(file)
    if verb == "prepare":
        for address in addresses:
            reader.add_feed(address, allow_invalid_url=True)  # addresses of this machine
    else:
        for _ in reader.update_feeds_iter(scheduled=False, workers=WORKERS):
            pass
    reader.close()


if __name__ == "__main__":
    main()
