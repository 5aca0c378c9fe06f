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
_USD = "US dollars of 2023"
# What the portfolio sums up of readiness on 1 January, over initiatives whose donor still pays and that are not ready.
READINESS: tuple[Column, ...] = (
    Column(name="with_donor", words="initiatives whose donor still pays", unit="initiatives", form="number"),
    Column(name="not_ready", words="of these, initiatives that are not ready", unit="initiatives", form="number"),
    Column(
        name="within_reach",
        words="of these, initiatives that can be made ready within a planned exit",
        unit="initiatives",
        form="number",
    ),
    Column(
        name="money_gap",
        words="share of running cost that lines have to take over, summed over initiatives within reach",
        unit="index 0 to 1",
        form="number",
    ),
    Column(
        name="capacity_gap",
        words="capacity to be built, summed over initiatives within reach",
        unit="index 0 to 1",
        form="number",
    ),
    Column(
        name="ownership_gap",
        words="rise of ownership that local money brings, summed over initiatives within reach",
        unit="index 0 to 1",
        form="number",
    ),
    Column(name="training_usd", words="training that builds the capacity, once", unit=_USD, form="number"),
    Column(name="support_usd", words="running cost that public money pays until exit", unit=_USD, form="number"),
    Column(name="line_usd", words="lines of the public purse after exit, a year", unit=_USD, form="number"),
    Column(name="price_usd", words="public money up to five years after exit", unit=_USD, form="number"),
    Column(
        name="user_years_lost",
        words="user-years of users added that are lost by then if donors leave at once",
        unit="user-years",
        form="number",
    ),
    Column(
        name="work_years_lost",
        words="years of working initiatives that are lost by then if donors leave at once",
        unit="initiative-years",
        form="number",
    ),
)
READINESS_NAMES = tuple(column.name for column in READINESS)
COLUMN_NAMES = tuple(column.name for column in COLUMNS)
TEXT_COLUMNS = frozenset(column.name for column in COLUMNS if column.form == "text")
IDENTITIES = frozenset(column.name for column in COLUMNS if column.form == "identity")
