"""The columns of the list of initiatives: each one's name, words, unit and form, declared once."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, kw_only=True)
class Column:
    """One column of the list of initiatives.

    Attributes:
        name: in tables and in study files.
        words: what it holds.
        unit: of a number; empty for text.
        form: text, number, or identity (a whole number that names one initiative).
    """

    name: str
    words: str
    unit: str = ""
    form: Literal["text", "number", "identity"] = "text"


COLUMNS: tuple[Column, ...] = (
    Column(name="key", words="identity of the initiative", form="identity"),
    Column(name="donor", words="code of the lead donor"),
    Column(name="iso3", words="ISO 3166 code of the country"),
    Column(name="kind", words="what it does"),
    Column(name="group", words="urban or rural people"),
    Column(name="mechanism", words="how its money comes"),
    Column(name="exit_strategy", words="how the donor leaves"),
    Column(name="income_group", words="income group of the country"),
    Column(name="region", words="region of the country"),
    Column(name="founded", words="when it was founded", unit="year", form="number"),
    Column(name="ended", words="when the donor left; missing before", unit="year", form="number"),
    Column(name="closed", words="when it closed; missing while it lives", unit="year", form="number"),
    Column(name="cause", words="why it closed"),
    Column(name="people", words="people it can serve", unit="people", form="number"),
    Column(name="outlay_usd", words="what donors paid for it", unit="US dollars of 2023", form="number"),
    Column(
        name="running_cost_usd",
        words="yearly running cost, at the end or when it closed",
        unit="US dollars of 2023",
        form="number",
    ),
    Column(name="service", words="service level", unit="index 0 to 1", form="number"),
    Column(name="sustainability", words="index of sustainability", unit="index 0 to 1", form="number"),
    Column(name="linkages", words="links to government, market and peers", unit="index 0 to 1", form="number"),
)
COLUMN_NAMES = tuple(column.name for column in COLUMNS)
TEXT_COLUMNS = frozenset(column.name for column in COLUMNS if column.form == "text")
IDENTITIES = frozenset(column.name for column in COLUMNS if column.form == "identity")
