"""The answer of a search: the Pareto front in fresh futures, how far it beats the baseline, and what it sets."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
import pandas as pd

from afteraid.simulation.results.answer import Answer, Table
from afteraid.simulation.results.words.names import capitalised, joined, spaced
from afteraid.simulation.results.words.numbers import (
    UNKNOWN,
    counted,
    estimated_change,
    is_share,
    level,
    relative,
    relatives,
    width,
)
from afteraid.simulation.results.words.templates import Templates
from afteraid.simulation.results.words.verdicts import verdict

from ..study.wording import factor_words
from .file import FRESH, Constraint, Search
from .naming import (
    OVER,
    best_strategies,
    objective_levels,
    objective_name,
    objective_unit,
    outcome_name,
    outcome_unit,
    strategy_name,
)
from .robustness import REGRETS
from .tables import FOUND, Found, flat

FEW = 10  # fresh futures below which an interval is too narrow to rely on
ROUND_OFF = 1e-9  # of an objective: a smaller difference is one of arithmetic
PLACES = [number / 100.0 for number in range(101)]  # of a lever, to see how finely it is said
SAY = Templates(
    "search",
    size="{asked} runs at most were asked for; {generations} make {runs} at most.",
    front_all="{front} on the Pareto front; all are reported.",
    front_some="{front} on the Pareto front; {reported} representative ones are reported.",
    best="{strategy} is best at {objectives}.",
    optimistic="The search was too optimistic about {objective} by {size}.",
    pessimistic="The search was too pessimistic about {objective} by {size}.",
    mix="{lever}: {shares}.",
    lever="{lever}: {value}.",
    equal="Equal for all strategies: {what}.",
    at_most="Constraint: {outcome} is at most {limit} ({over}).",
    at_least="Constraint: {outcome} is at least {limit} ({over}).",
    at_most_of_base="Constraint: {outcome} is at most {limit} times that of {base} ({over}).",
    at_least_of_base="Constraint: {outcome} is at least {limit} times that of {base} ({over}).",
    how="Numbers are from {fresh} that the search did not use; 90% intervals are in brackets.",
    paired="Differences are paired: each future is the same for all strategies.",
    optimism="Optimism is the mean lead over {base} in the search's own futures, less the lead in new futures.",
    tried="{tried} ran in {futures} each.",
    regret="Regret is measured against the best of {references} in each future.",
    missed="Left out: {strategies} that did not keep to the constraints.",
    failed="Left out: {strategies} with a failed run.",
    lost="In the new futures, these strategies no longer keep to the constraints: {strategies}.",
    beaten="In the new futures, another reported strategy is better in all objectives than: {strategies}.",
    few="{fresh} are few: the intervals are narrower than they should be.",
)


def answer_of(found: Found) -> Answer:
    """Return what was found: sentences, the Pareto front, differences to the baseline, and a part for each strategy."""
    tables = (_pareto(found), _comparisons(found), Table("strategies", _settings(found)))
    parts = tuple(Answer(capitalised(strategy_name(name)), tuple(_choices(found, name))) for name in found.strategies)
    title = found.search.written.title or found.search.name
    return Answer(title, tuple(_sentences(found)), tables, (), tuple(_notes(found)), found.manifest, parts)


def size_said(sized: Search, runs: int | None) -> str:
    """Say what whole generations make of a number of runs that was asked for; nothing where nothing changes."""
    if runs is None or sized.runs == runs:
        return ""
    generations = counted(sized.written.generations, "generation")
    return SAY("size", asked=f"{runs:,}", generations=generations, runs=f"{sized.runs:,}")


def _sentences(found: Found) -> Iterator[str]:
    """Say how many strategies are on the front, which is best at what, and how far the search flattered them."""
    size = size_said(found.search, found.manifest["asked"]["runs"])
    if size:
        yield size
    front, reported = found.counts["front"], len(found.strategies)
    said = counted(front, "strategy is", "strategies are")
    yield SAY("front_some", front=said, reported=reported) if front > reported else SAY("front_all", front=said)
    for name, objectives in best_strategies(found).items():
        yield SAY("best", strategy=capitalised(strategy_name(name)), objectives=objectives)
    rows = found.pareto[found.pareto["kind"] == FOUND]
    for one in found.search.written.objectives:
        gap, largest = float(rows[f"{one.name}_optimism"].mean()), float(rows[f"{one.name}_fresh"].abs().max())
        if math.isfinite(gap) and abs(gap) > ROUND_OFF * largest:
            size = width(gap, objective_unit(found.search.written, one))
            yield SAY("optimistic" if gap > 0.0 else "pessimistic", objective=objective_name(one), size=size)


def _pareto(found: Found) -> Table:
    """Lay out each strategy with its objectives in fresh futures, and whether it keeps to the constraints there."""
    written = found.search.written
    headings = [
        "Strategy",
        *(f"{capitalised(objective_name(one))} ({one.scored} is better)" for one in written.objectives),
    ]
    texts = objective_levels(found)
    lines = [
        [_shown(str(name), str(kind)), *(texts[one.name][place] for one in written.objectives)]
        for place, (name, kind) in enumerate(zip(found.pareto["strategy"], found.pareto["kind"], strict=True))
    ]
    if not written.constraints:
        return Table("pareto", found.pareto, tuple(headings), tuple(map(tuple, lines)))
    for line, kept in zip(lines, found.pareto["kept_fresh"], strict=True):
        line.append("kept" if kept else "missed")
    return Table("pareto", found.pareto, (*headings, "Constraints"), tuple(map(tuple, lines)), (0, len(headings)))


def _shown(name: str, kind: str) -> str:
    """Return the name of a strategy in a table; what it is compared with keeps the name of its scenario."""
    return capitalised(strategy_name(name)) if kind == FOUND else name


def _comparisons(found: Found) -> Table:
    """Lay out how far each strategy differs from the baseline in fresh futures, outcome by outcome."""
    written, table = found.search.written, found.comparisons
    outcomes = [outcome.name for outcome in written.outcomes]
    fresh = table[table["sample"] == FRESH]
    cells = {(row["strategy"], row["outcome"]): _difference(found, row) for row in fresh.to_dict(orient="records")}
    lines = tuple(
        (capitalised(strategy_name(name)), *(cells[name, outcome] for outcome in outcomes)) for name in found.strategies
    )
    headings = (f"Against {found.search.base}", *(capitalised(outcome_name(written, name)) for name in outcomes))
    return Table("comparisons", table, headings, lines)


def _difference(found: Found, row: Mapping[Any, Any]) -> str:
    """Write one difference with its interval: relative, or in percentage points where the outcome is a share."""
    unit = outcome_unit(found.search.written, str(row["outcome"]))
    low, high = float(row["low"]), float(row["high"])
    if not math.isfinite(low):
        return UNKNOWN
    if is_share(unit) or not math.isfinite(float(row["share"])):  # the share of a share is hard to read
        text = estimated_change(float(row["difference"]), low, high, unit)
    else:
        text = f"{relative(float(row['share']))} ({relatives(float(row['share_low']), float(row['share_high']))})"
    return ", ".join(filter(None, (text, verdict(low, high))))


def _settings(found: Found) -> pd.DataFrame:
    """Return what the strategies found set: strategy, setting, value; a setting for each part of a mix."""
    rows = []
    for name, settings in found.strategies.items():
        for key, value in settings.items():
            parts = value.items() if isinstance(value, dict) else [("", value)]
            rows += [(name, f"{key}.{part}".rstrip("."), own) for part, own in parts]
    return pd.DataFrame(rows, columns=["strategy", "setting", "value"], dtype=object)


def _choices(found: Found, name: str) -> Iterator[str]:
    """Say what a strategy sets, lever by lever: mixes by their largest parts, the others by their values."""
    values = flat(found.search, found.strategies[name])
    for lever in found.search.written.levers:
        target = lever.target.removeprefix("strategy.")
        mix = {key.partition(".")[2]: share for key, share in values.items() if key.startswith(f"{target}.")}
        if mix:
            ordered = sorted(mix.items(), key=lambda entry: -float(str(entry[1])))
            shares = [f"{level(float(str(share)), 'share')} {spaced(part)}" for part, share in ordered]
            yield SAY("mix", lever=capitalised(spaced(lever.name)), shares=joined(shares))
        elif target in values:
            words = factor_words(lever, np.array([lever.value(place) for place in PLACES]))
            value = values[target]
            said = words.value(words.rounded(value)) if isinstance(value, float) else spaced(str(value))
            yield SAY("lever", lever=capitalised(words.title.removeprefix("the ")), value=said)
        else:  # each alternative is a table of settings
            own = found.strategies[name].items()
            chosen = (alternative for alternative, table in lever.alternatives.items() if table.items() <= own)
            for alternative in list(chosen)[:1]:
                yield SAY("lever", lever=capitalised(spaced(lever.name)), value=spaced(alternative))


def _notes(found: Found) -> Iterator[str]:
    """Say what is equal for all, what the numbers are of, and what a reader has to know."""
    written, counts = found.search.written, found.counts
    fresh = counted(written.fresh_futures, "future")
    if written.holds_equal:
        yield SAY("equal", what=written.holds_equal)
    for one in written.constraints:
        yield _constraint(found, one)
    yield SAY("how", fresh=fresh)
    yield SAY("paired")
    yield SAY("optimism", base=found.search.base)
    tried = counted(counts["tried"], "strategy", "strategies")
    yield SAY("tried", tried=tried, futures=counted(written.futures, "future"))
    if any(one.over in REGRETS for one in written.objectives):
        yield SAY("regret", references=joined(found.affordable))
    for left_out in ("missed", "failed"):
        if counts[left_out]:
            yield SAY(left_out, strategies=counted(counts[left_out], "strategy", "strategies"))
    rows = found.pareto[found.pareto["kind"] == FOUND]
    lost, beaten = rows[~rows["kept_fresh"]], rows[rows["kept_fresh"] & ~rows["unbeaten"]]
    for key, table in (("lost", lost), ("beaten", beaten)):
        if len(table):
            yield SAY(key, strategies=joined([strategy_name(name) for name in table["strategy"]]))
    if written.fresh_futures < FEW:
        yield SAY("few", fresh=fresh)


def _constraint(found: Found, one: Constraint) -> str:
    """Say what all strategies have to keep to."""
    written = found.search.written
    key = "at_most" if one.direction == "less" else "at_least"
    said: dict[str, object] = {"outcome": outcome_name(written, one.outcome), "over": OVER[one.over]}
    if one.of_baseline:
        return SAY(f"{key}_of_base", limit=f"{one.limit:g}", base=found.search.base, **said)
    return SAY(key, limit=level(one.limit, outcome_unit(written, one.outcome)), **said)
