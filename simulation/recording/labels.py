"""Labels in tables: whole numbers with the list of labels that they stand for, and never one text a row."""

from __future__ import annotations

from functools import lru_cache

import numpy as np

from ..basis.late import pd
from ..basis.units import IntArray


def labelled(rows: IntArray, labels: tuple[str, ...]) -> pd.Categorical:
    """Return labels by their row, (n,): a categorical whose categories are in the order of the alphabet.

    Args:
        rows: of `labels`; -1 stands for the last one.
        labels: all there are; two that are alike are one.
    """
    place, kind = _sorted(labels)
    return pd.Categorical.from_codes(place[rows], dtype=kind)


@lru_cache(maxsize=256)
def _sorted(labels: tuple[str, ...]) -> tuple[IntArray, pd.CategoricalDtype]:
    """Return where each label stands in the alphabet, and the type of a column with all of them."""
    names, place = np.unique(np.array(labels), return_inverse=True)
    smallest = np.min_scalar_type(-max(names.size, 1))  # a byte a row, not eight: tables may have millions of rows
    return place.astype(smallest), pd.CategoricalDtype(names.tolist())
