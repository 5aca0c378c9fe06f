"""The way to the EMA Workbench (``pip install 'afteraid[discovery]'``), whichever of its versions is there.

Version 2.5.3 is the last one for Python 3.11; version 3 renames what it returns. Both find the same boxes. The package
is loaded when it is asked for: it takes seconds, and it brings Platypus, which is under the GPL.
"""

from __future__ import annotations

import importlib
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.metadata import version
from typing import Any

import numpy as np
import pandas as pd

from afteraid.simulation.basis.errors import StudyError
from afteraid.simulation.basis.units import BoolArray

PACKAGE = "ema_workbench"
PEEL, PASTE = 0.05, 0.05  # share of the runs that PRIM takes off, or puts back, at a step (the workbench's own)
ANY_CASE = 1e-9  # version 2 drops boxes under a density; what is worth keeping is decided elsewhere


def workbench(module: str = "") -> Any:
    """Return the EMA Workbench, or a module of it by its name after the package's.

    Raises StudyError, with what to install, when it is missing.
    """
    with warnings.catch_warnings():
        # what it would also like to have; none of it is used
        warnings.filterwarnings("ignore", message="ipyparallel not installed", category=UserWarning)
        warnings.filterwarnings("ignore", message="altair based interactive", category=ImportWarning)
        try:
            return importlib.import_module(f"{PACKAGE}.{module}" if module else PACKAGE)
        except ModuleNotFoundError as problem:
            missing = "EMA Workbench" if problem.name == PACKAGE else f"EMA Workbench's part {problem.name}"
            raise StudyError(
                f"the {missing} is not installed", key="discovery", expected="pip install 'afteraid[discovery]'"
            ) from None


@contextmanager
def old_pandas_calls() -> Iterator[None]:
    """Leave out the one warning that the workbench earns with pandas 3.1: it drops columns in place."""
    with warnings.catch_warnings():
        warnings.filterwarnings(
            "ignore", message=r"The inplace keyword in DataFrame\.drop", category=DeprecationWarning
        )
        yield


def peel(x: pd.DataFrame, cases: BoolArray, least_mass: float) -> list[pd.DataFrame]:
    """Return the boxes of PRIM's trajectory, the whole first: a column a factor, its limits in two rows.

    PRIM (Friedman and Fisher 1999) as Bryant and Lempert (2010) brought it to scenario discovery, with the workbench's
    objective, which treats factors with an order and without one alike.

    Args:
        x: factors of each run, numbers or text.
        cases: which runs are of interest, shape (runs,).
        least_mass: share of the runs that a box has to hold.
    """
    prim = workbench("analysis.prim")
    settings: dict[str, Any] = {"peel_alpha": PEEL, "paste_alpha": PASTE, "mass_min": least_mass}
    if version(PACKAGE).startswith("2."):
        settings["threshold"] = ANY_CASE
    with old_pandas_calls():
        box = prim.Prim(x, cases.astype(np.int64), **settings).find_box()
    return list(box.box_lims)
