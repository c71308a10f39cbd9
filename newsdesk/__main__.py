"""The entry point of `newsdesk` and `python -m newsdesk`. Ctrl-C during the imports ends it without a traceback."""

from __future__ import annotations


def main() -> None:
    """Run the command line (`newsdesk.command_line`)."""
    try:
        from newsdesk.command_line import main as run

        run()
    except KeyboardInterrupt:
        raise SystemExit(130) from None


if __name__ == "__main__":
    main()
