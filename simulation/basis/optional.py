"""Libraries that an extra installs."""

from __future__ import annotations

import importlib
from typing import Any

from .errors import InputError


def library(module: str, name: str, extra: str, key: str, error: type[InputError]) -> Any:
    """Return a module of a library, or say how to get it.

    Args:
        module: its full name.
        name: of the library, as its users write it.
        extra: of AfterAid, that installs it.
        key: what asked for it, for the error.
        error: the class of the error.
    """
    try:
        return importlib.import_module(module)
    except ImportError:
        raise error(f"{name} is not installed", key=key, expected=f"pip install 'afteraid[{extra}]'") from None
