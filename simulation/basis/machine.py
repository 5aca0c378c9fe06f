"""What this machine has: its cores, its kind of processor, and the versions of Python and of installed packages."""

from __future__ import annotations

import functools
import os
import platform
import sys

import numpy as np


def cores() -> int:
    """Return how many cores this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def installed(package: str) -> str:
    """Return the version of an installed package; a source tree that isn't installed has none."""
    import importlib.metadata  # here, since its import takes longer than most of what workers do not need

    try:
        return importlib.metadata.version(package)
    except importlib.metadata.PackageNotFoundError:
        return "not installed"


def versions(*packages: str) -> dict[str, str]:
    """Return the versions of Python and of some packages, by name."""
    return {"python": platform.python_version(), **{name: installed(name) for name in packages}}


@functools.cache
def processor() -> str:
    """Return the kind of processor as far as bits depend on it: what numpy uses of it, and the C library's version."""
    compiled = np.show_config(mode="dicts").get("SIMD Extensions", {})
    used = ",".join([*compiled.get("baseline", []), *compiled.get("found", [])])
    return f"{sys.platform} {platform.machine()} {used} {'-'.join(platform.libc_ver())}"
