"""Pandas, loaded when it is first used: its import takes longer than everything else that a worker needs to begin."""

from __future__ import annotations

import importlib
from types import ModuleType
from typing import TYPE_CHECKING, Any

__all__ = ["pd"]


class Late(ModuleType):
    """A module that stands for another, which is imported when a name of it is first asked for."""

    def __getattr__(self, name: str) -> Any:
        """Import the module, and keep what was asked for."""
        found = getattr(importlib.import_module(self.__name__), name)
        setattr(self, name, found)
        return found


if TYPE_CHECKING:
    import pandas as pd
else:
    pd = Late("pandas")
