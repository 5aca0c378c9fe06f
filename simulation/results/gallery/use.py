"""Figure of internet use by group of countries, with the fitted past."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from ...basis.late import pd
from ...measures.catalogue import CATALOGUE
from ...measures.groups import shipped_groups
from ..charts import QUANTILES, Chart, ResultTables, axis, with_groups
from ..words.names import label
from ..words.numbers import level
from ..words.templates import Templates
from . import figure

SAY = Templates(
    "figure of use",
    rises="{place}: {then} of people are online in {last}, {now} in {first}.",
)
USUAL = ("HIC", "world", "LDC")


@figure("use", place=1, choices=("focus", "groups", "past"))
def use(results: ResultTables, **choices: Any) -> Chart:
    """Show use by group; the group in focus is the scenario's, unless another one is chosen, by any of its names."""
    focus = shipped_groups().read(str(choices.pop("focus", results.manifest.get("focus", "LDC"))), "focus")
    choices["groups"] = [shipped_groups().read(name, "groups") for name in choices.get("groups", USUAL)]
    choices.setdefault("past", results.manifest.get("past_use"))
    shown = with_groups(results.divide, results.countries, CATALOGUE["use"], [*choices["groups"], focus])
    return use_by_group(shown, focus=focus, **choices)


def use_by_group(
    divide: pd.DataFrame,
    groups: Sequence[str] = USUAL,
    focus: str = "LDC",
    past: dict[str, dict[str, float]] | None = None,
) -> Chart:
    """Show internet use by group of countries over time, with the middle and the spread of all runs.

    The table has year, group and the share of people at the 5, 25, 50, 75 and 95% quantiles of the runs. `past`, by
    group and year, is what went before: the same in every run, so without a spread.
    """
    shown = list(dict.fromkeys([*groups, focus]))
    chosen = divide.loc[(divide["measure"] == "use") & divide["group"].isin(shown), ["year", "group", "value"]]
    table = (
        chosen.astype({"group": str}).groupby(["year", "group"])["value"].quantile(np.array(list(QUANTILES.values())))
    )
    wide = table.unstack().set_axis(list(QUANTILES), axis=1).reset_index()
    first = int(wide["year"].min()) if len(wide) else 0
    before = [
        {"year": int(year), "group": group, **dict.fromkeys(QUANTILES, use)}
        for group in shown
        for year, use in (past or {}).get(group, {}).items()
        if int(year) < first
    ]
    if before:
        wide = pd.concat([pd.DataFrame(before), wide], ignore_index=True)
    order = {name: place for place, name in enumerate(shown)}
    wide = wide.sort_values(
        ["group", "year"], key=lambda column: column.map(order) if column.name == "group" else column
    )
    note = "Line: median of runs. Dark area: 50% interval. Light area: 90% interval. Dashed: universal use (95%)."
    note += f" Before {first}: the fitted past." if before else ""
    wide["data_until"] = first
    title = _finding(wide, focus, first)
    return Chart("use_by_group", title, "", axis(CATALOGUE["use"]), wide, note, kind="use")


def _finding(wide: pd.DataFrame, focus: str, first: int) -> str:
    """Say how far use in the focus gets."""
    median = wide.loc[wide["group"] == focus].set_index("year")["median"]
    if first not in median.index:
        return "Internet use by group"
    ends = {"first": first, "last": int(median.index.max())}
    now, then = (level(round(float(median[year]), 2), "share") for year in ends.values())
    return SAY("rises", place=label(focus), now=now, then=then, **ends).removesuffix(".")
