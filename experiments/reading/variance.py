"""Variance split by where it comes from: a two-way analysis, with one value in each cell."""

from __future__ import annotations

from afteraid.simulation.basis.units import FloatArray


def two_way(values: FloatArray) -> tuple[float, float, float]:
    """Return the variance between rows, between columns, and the rest, each an unbiased estimate cut at zero.

    The rest is what rows and columns do together, which one value a cell can't tell from noise.

    Args:
        values: shape (rows, columns), two or more of each, none missing.
    """
    rows, columns = values.shape
    grand, by_row, by_column = values.mean(), values.mean(axis=1), values.mean(axis=0)
    left = values - by_row[:, None] - by_column[None, :] + grand
    rest = float((left**2).sum() / ((rows - 1) * (columns - 1)))
    between_rows = max(0.0, float(by_row.var(ddof=1)) - rest / columns)
    between_columns = max(0.0, float(by_column.var(ddof=1)) - rest / rows)
    return between_rows, between_columns, rest
