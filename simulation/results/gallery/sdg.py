"""Figure of the Sustainable Development Goals with their targets."""

from __future__ import annotations

from ...measures.challenges import GOALS, NOT_MODELLED
from ..charts import Chart, ResultTables, panels
from . import figure


@figure("sdg", place=5)
def sdg(results: ResultTables) -> Chart:
    """Show the goals of sustainable development beside their targets; the table is that of :func:`panels`."""
    note = f"Line: median of runs. Area: 90% interval. Dashed: target. {NOT_MODELLED}"
    table = panels(GOALS, results.divide, results.activity)
    return Chart("sdg", "Sustainable Development Goals and their targets", "", "Unit in each title", table, note)
