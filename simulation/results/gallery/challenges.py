"""Figure of the seven challenges of cooperation, one panel each."""

from __future__ import annotations

from ...measures.challenges import CHALLENGES
from ..charts import Chart, ResultTables, panels
from . import figure


@figure("challenges", place=4)
def challenges(results: ResultTables) -> Chart:
    """Show one output over time for each of the seven challenges; the table is that of :func:`panels`."""
    note = "Line: median of runs. Area: 90% interval."
    table = panels(CHALLENGES, results.divide, results.activity)
    return Chart("challenges", "Seven challenges of cooperation", "", "Unit in each title", table, note)
