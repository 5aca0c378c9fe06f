"""The beginning of the command ``afteraid``, also as ``python -m afteraid``."""

STOPPED_STATUS = 130


def main() -> None:
    """Load and start the command; a Ctrl-C while it is being loaded ends with its status, and not with a traceback."""
    try:
        from .cli import main as begin
    except KeyboardInterrupt:
        raise SystemExit(STOPPED_STATUS) from None
    begin()


if __name__ == "__main__":  # worker processes import this file too, and must not start a second command
    main()
