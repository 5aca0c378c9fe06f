"""How the strategies, objectives and outcomes of a search are called, in sentences, tables and figures alike."""

from __future__ import annotations

from afteraid.simulation.results.words.names import joined, spaced
from afteraid.simulation.results.words.numbers import levels

from .file import Objective, SearchFile
from .robustness import REGRETS
from .tables import FOUND, Found

OVER = {
    "mean": "mean over futures", "percentile_10": "9 in 10 futures are better", "worst_tenth": "mean of worst tenth",
    "worst": "worst future", "regret_mean": "mean over futures", "regret_max": "largest over futures",
    "satisficing": "share of futures",
}  # fmt: skip
SUMMED = {
    "percentile_10": "{} in 9 of 10 futures", "worst_tenth": "{} in the worst tenth of futures",
    "worst": "{} in the worst future", "regret_mean": "mean regret in {}", "regret_max": "largest regret in {}",
}  # fmt: skip
NAMED = 4  # strategies that are named as the best at something, and drawn in colour


def objective_name(one: Objective) -> str:
    """Return what a reader calls an objective: its own words, or its outcome and how futures are summed up."""
    return one.words or SUMMED.get(one.over, "{}").format(spaced(one.outcome or one.name))


def outcome_name(written: SearchFile, outcome: str) -> str:
    """Return what a reader calls an outcome: as the objective that it is, where it is one."""
    own = (one.words for one in written.objectives if one.outcome == outcome and one.over not in REGRETS and one.words)
    return next(own, spaced(outcome))


def strategy_name(name: str) -> str:
    """Return the name of a strategy found as a reader says it: strategy 1."""
    return name.replace("-0", " ").replace("-", " ")


def outcome_unit(written: SearchFile, outcome: str) -> str:
    """Return the unit of an outcome; nothing where its numbers have none, or where a plug-in does not say."""
    unit = next(one.words() for one in written.outcomes if one.name == outcome)
    return "" if unit == "number" or written.model else unit


def objective_unit(written: SearchFile, one: Objective) -> str:
    """Return the unit of an objective."""
    return "share of futures" if one.meets else outcome_unit(written, one.outcome)


def objective_levels(found: Found) -> dict[str, list[str]]:
    """Return each objective in fresh futures as text, by its name: one entry for each row of the Pareto table."""
    written = found.search.written
    return {
        one.name: levels(found.pareto[f"{one.name}_fresh"].to_numpy(float).tolist(), objective_unit(written, one))
        for one in written.objectives
    }


def best_strategies(found: Found) -> dict[str, str]:
    """Return the strategies to look at first: those best at an objective in fresh futures, and at which."""
    table = found.pareto[(found.pareto["kind"] == FOUND) & found.pareto["kept_fresh"]]
    best: dict[str, list[str]] = {}
    for one in found.search.written.objectives:
        column = table.set_index("strategy")[f"{one.name}_fresh"].dropna()
        if len(column):
            name = column.idxmax() if one.scored == "more" else column.idxmin()
            best.setdefault(str(name), []).append(objective_name(one))
    return {name: joined(what) for name, what in list(best.items())[:NAMED]}
