"""The sentences on an outcome of a sweep: its range, random variation, effects, indices and the precision of them."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from afteraid.simulation.basis.errors import ResultsError
from afteraid.simulation.measures.measure import BAND
from afteraid.simulation.results.words.names import joined, spoken
from afteraid.simulation.results.words.numbers import change, changes, interval, level, relative
from afteraid.simulation.results.words.numbers import counted as number_of
from afteraid.simulation.results.words.templates import Templates
from afteraid.simulation.results.words.verdicts import FEW_DRAWS, LEAST_DRAWS

from .data import SweepData
from .precision import Advice
from .reading import RELIABLE, Luck, luck
from .sensitivity import Sensitivity

LISTED = 8  # factors that one sentence names
NAMED = 5  # factors that sentences name with their effects
RANKED = 3  # factors that sentences name with their indices
SAY = Templates(
    "reading",
    range="Median {median} over {runs} runs (90% interval {interval}).",
    range_few="Median {median} over {runs} runs, without a 90% interval: {replicates} may make most of the variance.",
    missing="{missing} of {asked} runs have no value.",
    constant="The outcome does not vary, so there is nothing to explain.",
    variance="The factors explain {factors} of the variance of {outcome}. "
    "{common} is common random variation, and {own} is variation specific to a design point.",
    variance_unknown="The share of random variation is unknown: it needs two or more replicates and design points.",
    uncertain="Random variation includes the uncertain parameters that are not factors.",
    unreliable="With {replicates} replicates, the mean of a design point is mostly random variation. "
    "Make {needed} replicates.",
    hopeless="With {replicates} replicates, the mean of a design point is mostly random variation. "
    "More replicates would not show an effect of the factors.",
    swing="{factor}: {effect} (90% interval {interval}) from {first} to {last}. "
    "The mean changes from {before} to {after}.",
    smaller="Smaller clear effects: {factors}.",
    unclear="No clear effect (the 90% interval includes zero): {factors}.",
    the_same="The same holds for {factors}.",
    none_clear="With these runs no factor has a clear effect: {factors}.",
    no_interval="No interval can be given for {factors}: there are too few replicates or design points.",
    sobol="Sobol' total indices, largest first, with 95% intervals: {ranked}.",
    morris="Morris's mu* (mean size of elementary effects), largest first, with 95% intervals: {ranked}.",
    delta="Delta indices, largest first, with 95% intervals: {ranked}.",
    pawn="PAWN indices, largest first: {ranked}.",
    replicates="Indices use the mean of {replicates} replicates; "
    "their intervals leave out variation between replicates.",
    no_indices="Sensitivity indices need another package: {command}.",
    difference="{item}: {effect} (90% interval {interval}).",
    between="{scenario} compared with {base}: {effect} (90% interval {interval}).",
    between_unclear="{scenario} compared with {base}: no clear effect ({effect}; 90% interval {interval}).",
    between_few="{scenario} compared with {base}: {effect} (90% interval {interval}), "
    "but {draws} draws are too few to tell.",
    precise="With {made}, the ends of the 90% interval are known to {error} of its width, which is enough.",
    imprecise="With {made}, the ends of the 90% interval are known to {error} of its width. "
    "{needed} bring that to {tolerance}.",
    few_draws="{draws} {counted} are too few to say how precise the 90% interval is. "
    "Make 20 for a first look, 100 to publish.",
    few_points="No indices are given: {reason}; {least} are needed.",
    few_replicates="{replicates}, shared by all design points, cannot say how precise the 90% interval is. "
    "Make {least} replicates or more.",
)


def range_said(known: np.ndarray, asked: int, unit: str, few: int = 0) -> str:
    """Say the median and the 90% interval of the values of an outcome, and how many runs have none.

    Where `few` replicates may make most of the variance, there is no interval: so few draws don't give one.
    """
    low, middle, high = (float(value) for value in np.quantile(known, (BAND[0], 0.5, BAND[1])))
    median, runs = level(middle, unit), f"{known.size:,}"
    said = SAY("range", median=median, runs=runs, interval=interval(low, high, unit))
    if few:
        said = SAY("range_few", median=median, runs=runs, replicates=number_of(few, "replicate"))
    if known.size == asked:
        return said
    return f"{said} {SAY('missing', missing=f'{asked - known.size:,}', asked=f'{asked:,}')}"


def constant_said() -> str:
    """Say that an outcome is the same in all runs."""
    return SAY("constant")


def variation_of(data: SweepData, outcome: str, scenario: str | None = None) -> str:
    """Say how much of an outcome's variance is random, or that this is unknown."""
    try:
        return variation_said(luck(data, outcome, scenario), outcome, data.draws_parameters(scenario))
    except ResultsError as problem:
        return SAY("variance_unknown") if problem.key == "replicates" else SAY("constant")


def variation_said(found: Luck, outcome: str, drawn: bool) -> str:
    """Say how much of the variance is random, and what more replicates would change.

    Args:
        found: shares of the variance.
        outcome: its name.
        drawn: whether replicates draw the uncertain parameters that are no factors.
    """
    said = [
        SAY(
            "variance", factors=f"{found.factors:.0%}", outcome=spoken(outcome), common=f"{found.luck:.0%}",
            own=f"{found.together:.0%}",
        )
    ]  # fmt: skip
    if drawn:
        said.append(SAY("uncertain"))
    if found.reliability < RELIABLE and found.needed is not None:
        said.append(SAY("unreliable", replicates=found.replicates, needed=found.needed))
    elif found.reliability < RELIABLE:
        said.append(SAY("hopeless", replicates=found.replicates))
    return " ".join(said)


def swings_said(table: pd.DataFrame, unit: str) -> list[str]:
    """Say which factors have a clear effect, from where to where, and which have none."""
    unknown = table[table["swing_low"].isna()]
    clear, rest = table[table["clear"]], table[~table["clear"] & table["swing_low"].notna()]
    said = [_swing(row, unit) for row in clear.head(NAMED).to_dict(orient="records")]
    if len(clear) > NAMED:
        names, others = _names(clear.iloc[NAMED:])
        said.append(SAY("smaller", factors=names) + others)
    if len(rest):
        names, others = _names(rest)
        said.append(SAY("unclear" if len(clear) else "none_clear", factors=names) + others)
    if len(unknown):
        names, others = _names(unknown)
        said.append(SAY("no_interval", factors=names) + others)
    return said


def _swing(row: dict[Any, Any], unit: str) -> str:
    return SAY(
        "swing", factor=spoken(str(row["factor"])), first=spoken(str(row["from"])), last=spoken(str(row["to"])),
        before=level(float(row["low"]), unit), after=level(float(row["high"]), unit),
        effect=change(float(row["swing"]), unit),
        interval=changes(float(row["swing_low"]), float(row["swing_high"]), unit),
    )  # fmt: skip


def _names(table: pd.DataFrame) -> tuple[str, str]:
    """Return the factors that one sentence names, and the sentences that name the others, or nothing."""
    names = [spoken(str(name)) for name in table["factor"]]
    first, *others = (joined(names[at : at + LISTED]) for at in range(0, len(names), LISTED))
    return first, "".join(f" {SAY('the_same', factors=group)}" for group in others)


def indices_said(found: Sensitivity, replicates: int) -> list[str]:
    """Say what share of the variance each of the leading factors has, and what a reader has to know of it."""
    rows = found.leading().head(RANKED).to_dict(orient="records")
    ranked = ", ".join(_index(row) for row in rows)
    if found.method == "sobol":
        said = SAY("sobol", ranked=ranked)
    elif found.method == "morris":
        said = SAY("morris", ranked=ranked)
    elif found.method == "delta":
        said = SAY("delta", ranked=ranked)
    else:
        said = SAY("pawn", ranked=ranked)
    return [said, *found.notes, *([SAY("replicates", replicates=replicates)] if replicates > 1 else [])]


def _index(row: dict[Any, Any]) -> str:
    """Write an index with its interval, where it has one."""
    text = f"{spoken(str(row['factor']))} {row['value']:.2g}"
    return text if np.isnan(row["low"]) else f"{text} ({row['low']:.2g} to {row['high']:.2g})"


def no_indices_said(command: str) -> str:
    """Say which command installs what indices need."""
    return SAY("no_indices", command=command)


def effect(row: Any, unit: str, in_percent: bool = False) -> dict[str, str]:
    """Return a paired difference and its 90% interval in words: effect, interval.

    Args:
        row: mean, low, high.
        unit: of the outcome.
        in_percent: the difference is a share of what is compared with.
    """
    mean, low, high = float(row["mean"]), float(row["low"]), float(row["high"])
    if in_percent:
        return {"effect": relative(mean), "interval": f"{relative(low)} to {relative(high)}"}
    return {"effect": change(mean, unit), "interval": changes(low, high, unit)}


def difference_said(item: str, row: Any, unit: str, in_percent: bool = False) -> str:
    """Say a clear paired difference of something with its interval."""
    return SAY("difference", item=item, **effect(row, unit, in_percent))


def between_said(row: Any, base: str, unit: str, in_percent: bool = False) -> str:
    """Say how a scenario differs from another one, and whether the effect is clear."""
    words = {"scenario": str(row["scenario"]), "base": base, **effect(row, unit, in_percent)}
    if row["zero_in_band"]:
        return SAY("between_unclear", **words)
    if row["draws"] < FEW_DRAWS:
        return SAY("between_few", draws=int(row["draws"]), **words)
    return SAY("between", **words)


def precision_said(found: Advice, counted: str) -> str:
    """Say how precisely the 90% interval is known, and how many draws make that enough."""
    words = {"made": found.made(counted), "error": f"{found.error:.0%}"}
    if found.enough:
        return SAY("precise", **words)
    return SAY("imprecise", needed=found.to_make(counted), tolerance=f"{found.tolerance:.0%}", **words)


def few_draws_said(draws: int, counted: str) -> str:
    """Say that there are too few draws to say how precise an interval is."""
    return SAY("few_draws", draws=draws, counted=counted)


def few_replicates_said(replicates: int) -> str:
    """Say that the replicates are too few to say how precise an interval is, however many points share them."""
    return SAY("few_replicates", replicates=number_of(replicates, "replicate"), least=LEAST_DRAWS)


def few_points_said(reason: str, least: str) -> str:
    """Say that a design is too small for indices, and how large the least one is."""
    return SAY("few_points", reason=reason, least=least)
