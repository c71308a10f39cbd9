"""The entry point of `newsdesk` and `python -m newsdesk`. Ctrl-C during the imports ends it without a traceback."""

from __future__ import annotations

import gc


def main() -> None:
    """Run the command line (`newsdesk.command_line`)."""
    gc.set_threshold(10_000, 10, 10)  # by default, imports and documents start it a hundred times for nothing
    try:
        from newsdesk.command_line import main as run

        run()
    except KeyboardInterrupt:
        raise SystemExit(130) from None


if __name__ == "__main__":
    main()
