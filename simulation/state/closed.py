"""Closed initiatives: what is kept of them for tables and studies."""

from __future__ import annotations

from typing import Any

from ..basis.units import FloatArray, IntArray, KeyArray
from .columns import Population, column


def kept(kind: str) -> Any:
    """Declare a column that living initiatives have too, in the same unit."""
    return column(kind, "as of living initiatives", "what it was when the initiative closed")


class Closed(Population):
    """Closed initiatives, in the order in which they closed."""

    key: KeyArray = kept("u8")
    donor: IntArray = kept("i8")
    country: IntArray = kept("i8")
    group: IntArray = kept("i8")
    kind: IntArray = kept("i8")
    mechanism: IntArray = kept("i8")
    exit: IntArray = kept("i8")
    founded: IntArray = kept("i8")
    duration: IntArray = kept("i8")
    transition: IntArray = kept("i8")
    ended: IntArray = kept("i8")
    instalment: IntArray = kept("i8")
    outlay: IntArray = kept("i8")
    capital: FloatArray = kept("f8")
    people: FloatArray = kept("f8")
    service: FloatArray = kept("f8")
    resources: FloatArray = kept("f8")
    capacity: FloatArray = kept("f8")
    motivation: FloatArray = kept("f8")
    linkages: FloatArray = kept("f8")
    operating_cost: FloatArray = kept("f8")
    revenue_share: FloatArray = kept("f8")
    government_share: FloatArray = kept("f8")
    levy_share: FloatArray = kept("f8")
    endowment_share: FloatArray = kept("f8")
    participation: FloatArray = kept("f8")
    missed: FloatArray = kept("f8")
    fate: FloatArray = kept("f8")
    frailty: FloatArray = kept("f8")
    closed: IntArray = column("i8", "quarter", "quarter of closing")
    cause: IntArray = column("i8", "row of CAUSES", "what closed it")
