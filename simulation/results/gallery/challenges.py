"""Figure of the seven challenges of cooperation, one panel each."""

from __future__ import annotations

from ...basis.late import pd
from ...measures.challenges import CHALLENGES
from ..charts import Chart, ResultTables, panels
from ..words.templates import Templates
from . import figure

SAY = Templates(
    "figure of challenges",
    meets="Money meets {then} of the need in {last}, against {now} in {first}.",
    gap="The gap of the least developed countries goes from {now} to {then} points by {last}.",
)


@figure("challenges", place=4)
def challenges(results: ResultTables) -> Chart:
    """Show one output over time for each of the seven challenges; the table is that of :func:`panels`."""
    note = "Line: median of runs. Area: 90% interval."
    table = panels(CHALLENGES, results.divide, results.activity)
    return Chart("challenges", _finding(table), "", "Unit in each title", table, note)


def _finding(table: pd.DataFrame) -> str:
    """Say how far money meets the need, and what becomes of the divide."""
    said = []
    for place, key in ((1, "meets"), (2, "gap")):
        part = table.loc[table["panel"] == CHALLENGES[place].title].sort_values("year")
        if len(part) < 2:
            continue
        now, then = (100.0 * float(part["median"].iloc[end]) for end in (0, -1))
        first, last = int(part["year"].iloc[0]), int(part["year"].iloc[-1])
        if key == "meets":
            said.append(SAY("meets", now=f"{now:.0f}%", then=f"{then:.0f}%", first=first, last=last))
        else:
            said.append(SAY("gap", now=f"{now:.0f}", then=f"{then:.0f}", last=last))
    return " ".join(said).removesuffix(".") or "Seven challenges of cooperation"
