"""Figures of survival: what still serves after the donor leaves, and from founding on."""

from __future__ import annotations

from typing import Any

from ...basis.late import pd
from ...measures.survival import FROM_FOUNDING, WEIGHTS, check_dimension, kaplan_meier
from ..charts import Chart, ResultTables
from . import figure


@figure(
    "survival",
    place=2,
    shown=({}, {"dimension": "exit_strategy_from_founding"}),
    choices=("dimension", "longest", "weight"),
)
def survival(results: ResultTables, **choices: Any) -> Chart:
    """Show survival by exit strategy, or by another dimension."""
    return survival_by_exit(results.survival, **choices)


def survival_by_exit(
    survival: pd.DataFrame, dimension: str = "exit_strategy", longest: float = 15.0, weight: str = "initiatives"
) -> Chart:
    """Show the share of initiatives still serving after the donor left, for each exit strategy.

    A dimension of :data:`survival.FROM_FOUNDING` counts from founding, by what was assigned then. With the
    weight `people`, each initiative counts with the people it serves.

    Raises ResultsError where there is no such dimension or weight.

    The table has value, years_after_exit, survival, low and high (90% of runs, or Greenwood's band for a single run),
    and initiatives, the number watched over all runs.
    """
    check_dimension(dimension, weight)
    at_risk, closing, _ = WEIGHTS[weight]
    chosen = survival.loc[(survival["dimension"] == dimension) & (survival["years_after_exit"] <= longest)]
    tables = []
    for value, part in chosen.astype({"value": str}).groupby("value"):
        counts = part.groupby(["run", "years_after_exit"])[[at_risk, closing]].sum().unstack("years_after_exit")
        risk, events = counts[at_risk].to_numpy(float), counts[closing].to_numpy(float)
        together, low, high = kaplan_meier(risk.sum(axis=0), events.sum(axis=0))
        if len(counts) > 1:
            by_run = pd.DataFrame(kaplan_meier(risk, events)[0])
            low, high = by_run.quantile(0.05).to_numpy(), by_run.quantile(0.95).to_numpy()
        times = counts[at_risk].columns.to_numpy(float)
        watched = int(part.loc[part["years_after_exit"] == part["years_after_exit"].min(), "at_risk"].sum())
        columns = {"value": value, "years_after_exit": times, "survival": together, "low": low, "high": high}
        tables.append(pd.DataFrame({**columns, "initiatives": watched}))
    names = ["value", "years_after_exit", "survival", "low", "high", "initiatives"]
    table = pd.concat(tables, ignore_index=True) if tables else pd.DataFrame(columns=names)
    up = "Initiatives still serving (%)" if weight == "initiatives" else "People still served, of those reached (%)"
    note = "Kaplan-Meier estimate over all runs; area: 90% interval. n: initiatives observed in all runs."
    if dimension in FROM_FOUNDING:
        title, note = "What survives from founding", f"By what was assigned at founding. {note}"
        return Chart("survival_from_founding", title, "Years after founding", up, table, note, kind="survival")
    return Chart(
        "survival_by_exit",
        "What survives after the donor leaves",
        "Years after exit",
        up,
        table,
        note,
        kind="survival",
    )
