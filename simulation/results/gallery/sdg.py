"""Figure of the Sustainable Development Goals with their targets."""

from __future__ import annotations

from ...basis.late import pd
from ...measures.challenges import GOALS, NOT_MODELLED
from ..charts import Chart, ResultTables, panels
from ..words.templates import Templates
from . import figure

SAY = Templates(
    "figure of goals",
    reached="Least developed countries reach {reached} of {goals} targets by {last}.",
)


@figure("sdg", place=5)
def sdg(results: ResultTables) -> Chart:
    """Show the goals of sustainable development beside their targets; the table is that of :func:`panels`."""
    note = f"Line: median of runs. Area: 90% interval. Dashed: target. {NOT_MODELLED}"
    table = panels(GOALS, results.divide, results.activity)
    return Chart("sdg", _finding(table), "", "Unit in each title", table, note)


def _finding(table: pd.DataFrame) -> str:
    """Count the targets that the least developed countries reach in the last year of each."""
    better = {panel.title: panel.record.better for panel in GOALS}
    reached, goals, last = 0, 0, 0
    for title, part in table.loc[(table["group"] == "LDC") & table["target"].notna()].groupby("panel"):
        end = part.sort_values("year").iloc[-1]
        low = float(end["median"]) <= float(end["target"])
        reached += low if better[str(title)] == "less" else float(end["median"]) >= float(end["target"])
        goals, last = goals + 1, max(last, int(end["year"]))
    if not goals:
        return "Sustainable Development Goals and their targets"
    return SAY("reached", reached=reached, goals=goals, last=last).removesuffix(".")
