"""Let ``python -m afteraid`` do what the command ``afteraid`` does."""

from .cli import main

if __name__ == "__main__":  # worker processes import this file too, and must not start a second command
    main()
