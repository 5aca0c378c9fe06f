"""Functions whose sensitivity is known exactly, to check the whole way from a study file to its indices."""

from __future__ import annotations

import math
from collections.abc import Mapping

A, B = 7.0, 0.1


def ishigami(settings: Mapping[str, float], seed: int, replicate: int) -> dict[str, float]:
    """Return Ishigami's function of x1, x2 and x3, each between -pi and pi.

    Source: Ishigami and Homma (1990), with a = 7 and b = 0.1 as in Sobol' and Levitan (1999).
    """
    x1, x2, x3 = (settings[name] for name in ("x1", "x2", "x3"))
    return {"y": math.sin(x1) + A * math.sin(x2) ** 2 + B * x3**4 * math.sin(x1)}


def ishigami_indices() -> dict[str, dict[str, float]]:
    """Return the exact indices of :func:`ishigami`: first order and total, by factor; S2 of x1 with x3."""
    first = 0.5 * (1.0 + B * math.pi**4 / 5.0) ** 2
    second = A**2 / 8.0
    joint = B**2 * math.pi**8 * (1.0 / 18.0 - 1.0 / 50.0)
    whole = first + second + joint
    return {
        "first": {"x1": first / whole, "x2": second / whole, "x3": 0.0},
        "total": {"x1": (first + joint) / whole, "x2": second / whole, "x3": joint / whole},
        "second": {"x1 x3": joint / whole},
    }
