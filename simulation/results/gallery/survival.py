"""Figures of survival: what still serves after the donor leaves, and from founding on."""

from __future__ import annotations

from typing import Any

from ...basis.late import pd
from ...measures.survival import FROM_FOUNDING, WEIGHTS, check_dimension, kaplan_meier
from ..charts import Chart, ResultTables, telling
from ..words.names import joined, label
from ..words.numbers import level
from ..words.templates import Templates
from . import figure

SAY = Templates(
    "figure of survival",
    differs="{best}: {most} still serve {years} years after {clock}; {worst}: {least}.",
    alone="{best}: {most} still serve {years} years after {clock}.",
    left_out="Not drawn: {names}.",
)
AT = {"exit": 5.0, "founding": 10.0}  # years of the headlines


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
    note = "Kaplan-Meier estimate over all runs. Bars at 1, 3, 5 and 10 years: 90% interval."
    hidden = sorted(set(table["value"]) - set(telling(table)["value"]))
    note += " " + SAY("left_out", names=joined([label(name).lower() for name in hidden])) if hidden else ""
    if dimension in FROM_FOUNDING:
        title, note = (
            _finding(table, "founding", "What survives from founding"),
            f"By what was planned at founding. {note}",
        )
        return Chart("survival_from_founding", title, "Years after founding", up, table, note, kind="survival")
    title = _finding(table, "exit", "What survives after the donor leaves")
    return Chart("survival_by_exit", title, "Years after exit", up, table, note, kind="survival")


def _finding(table: pd.DataFrame, clock: str, otherwise: str) -> str:
    """Say where most still serve at the years of the headline, and where fewest."""
    at = table.loc[table["years_after_exit"] == AT[clock]].dropna(subset=["survival"]).set_index("value")["survival"]
    if at.empty:
        return otherwise
    best, worst = str(at.idxmax()), str(at.idxmin())
    said = {"best": label(best), "most": level(round(float(at.max()), 2), "share"), "years": f"{AT[clock]:g}"}
    if best == worst:
        return SAY("alone", clock=clock, **said).removesuffix(".")
    least = level(round(float(at.min()), 2), "share")
    return SAY("differs", worst=label(worst).lower(), least=least, clock=clock, **said).removesuffix(".")
