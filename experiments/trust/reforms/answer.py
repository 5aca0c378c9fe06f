"""The answer of natural experiments: each reform beside what is on record, and the pooled effect."""

from __future__ import annotations

from typing import Any

import pandas as pd

from afteraid.simulation.results.answer import Answer, Table
from afteraid.simulation.results.words.numbers import UNKNOWN
from afteraid.simulation.results.words.templates import Templates

from .effects import PASS_THROUGHS, PLACEBO, POOLED_AT, Effects
from .record import Reform, reforms

TITLE = "Reforms of the past: what the model makes of them, and what is on record"
WANTED = (0.10, 0.20)  # log odds at three years over the path without the reform
SAY = Templates(
    "reforms",
    pooled=(
        "The model's pooled effect of {number} reforms at {years} years is {mean} log odds of use ({low} to {high} "
        "over the pass-through). Wanted: {least} to {most}."
    ),
    inside="The pooled effect lies in the wanted range.",
    outside="The pooled effect lies outside the wanted range.",
    others="Without Myanmar the pooled effect is {others}.",
    circular="The pass-through was set on such a pool. So the pool is calibration, and single reforms are the check.",
    noise="One economy's record has a standard deviation of 0.38 log odds at three years, and a placebo of {placebo}.",
    unit="Effects are log odds of use over the path without the reform; in brackets at pass-throughs of 0.1 and 0.4.",
)


def answer_of(found: Effects) -> Answer:
    """Return the pooled effect and each reform with its record."""
    pooled = found.pooled
    central: dict[Any, float] = pooled[pooled["pass_through"] == PASS_THROUGHS[0]].to_dict("records")[0]
    inside = WANTED[0] <= central["mean"] <= WANTED[1]
    sentences = (
        SAY("pooled", number=int(central["reforms"]), years=POOLED_AT, mean=signed(central["mean"]),
            low=signed(pooled["mean"].min()), high=signed(pooled["mean"].max()), least=signed(WANTED[0]),
            most=signed(WANTED[1])),
        SAY("inside" if inside else "outside"),
        SAY("others", others=signed(central["without_myanmar"])),
    )  # fmt: skip
    notes = (SAY("circular"), SAY("noise", placebo=PLACEBO), SAY("unit"))
    tables = (Table("reforms", found.rows, HEADINGS, lines(found.rows), (0, 2, 4)), Table("pooled", found.pooled))
    return Answer(TITLE, sentences, tables, (), notes, found.manifest)


HEADINGS = ("Reform", "From", "What changed", "Model at 3 years", "Measured")


def lines(rows: pd.DataFrame, record: tuple[Reform, ...] | None = None) -> tuple[tuple[str, ...], ...]:
    """Return a line a reform: what was set, what the model makes of it, and what is on record."""
    found = []
    for reform in reforms() if record is None else record:
        own = rows[(rows["reform"] == reform.name)].set_index("pass_through")[f"after_{POOLED_AT}"]
        if own.empty:
            continue
        central, low, high = (float(own[strength]) for strength in PASS_THROUGHS)
        effect = f"{signed(central)} ({signed(low)} to {signed(high)})"
        found.append((reform.name, str(reform.year + 1), settings_of(reform), effect, recorded(reform)))
    return tuple(found)


def settings_of(reform: Reform) -> str:
    """Write what the record says of barriers, in the words of the rule."""
    parts = []
    if reform.price is not None:
        first, last = reform.price_years
        parts.append(f"price over income x {reform.price:g} in {first}-{last}")
    elif reform.data_tax:
        parts.append(f"tax on data {reform.data_tax:+.0%}")
    if reform.cover is not None:
        parts.append(f"coverage {reform.cover[0]:.0%} to {reform.cover[1]:.0%}")
    if reform.competition is not None:
        parts.append(f"operators {reform.competition[0]:g} to {reform.competition[1]:g}")
    if reform.sim is not None:
        parts.append(f"SIM card {reform.sim[0]:g} to {reform.sim[1]:g} dollars")
    if reform.device_tax:
        parts.append(f"price of phones {reform.device_tax:+.1%}")
    if reform.access_charge:
        parts.append(f"{reform.access_charge:g} dollars a day")
    if reform.backbone:
        parts.append("a first cable")
    return ", ".join(parts) or "no barrier moved"


def recorded(reform: Reform) -> str:
    """Write the gap on record by years, and what was wanted of the model."""
    gaps = ", ".join(f"{signed(gap)} at {years}" for years, gap in sorted(reform.recorded.items()))
    return "; ".join(part for part in (gaps, f"wanted: {reform.wanted}" if reform.wanted else "") if part) or UNKNOWN


def signed(number: float) -> str:
    """Write log odds with their sign."""
    return f"{number:+.2f}"
