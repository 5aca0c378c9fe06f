"""What this machine has: its cores, and the versions of Python and of installed packages."""

from __future__ import annotations

import importlib.metadata
import os
import platform


def cores() -> int:
    """Return how many cores this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def installed(package: str) -> str:
    """Return the version of an installed package; a source tree that isn't installed has none."""
    try:
        return importlib.metadata.version(package)
    except importlib.metadata.PackageNotFoundError:
        return "not installed"


def versions(*packages: str) -> dict[str, str]:
    """Return the versions of Python and of some packages, by name."""
    return {"python": platform.python_version(), **{name: installed(name) for name in packages}}
