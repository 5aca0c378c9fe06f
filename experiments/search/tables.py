"""What a search has found, as tables: the Pareto front, how it does in fresh futures, and against the baseline."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa

from afteraid.simulation.basis.files import place_whole
from afteraid.simulation.basis.short import Short
from afteraid.simulation.basis.units import FloatArray
from afteraid.simulation.results.words.templates import Templates

from ..study.chunks import encode
from .file import FRESH, SEARCH, Search
from .robustness import REGRETS, dominated, paired_band
from .scores import Scores
from .strategy_file import strategy_file
from .trials import Archive, Trial

REFERENCE, FOUND = "reference", "found"
STRATEGIES = "strategies"
SAY = Templates(
    "search files",
    story="Found by the search {search} with seed {seed}; this strategy is on its Pareto front.",
)


@dataclass(frozen=True)
class Found(Short):
    """What a search has found.

    Attributes:
        search: what was searched.
        pareto: one row for each reference and each strategy reported: strategy, kind, tried_as, generation, what it
            sets, and each objective in the search's futures, in fresh ones (_fresh) and how much better it looked than
            it is (_optimism); of a regret also against the best found (_of_all). kept: constraints, in the search's
            futures and in fresh ones; unbeaten: no other row is as good in all objectives in fresh futures.
        comparisons: strategy, outcome, sample, difference to the baseline, low, high (90%), share, share_low,
            share_high, zero_in_band (true where there is no clear effect).
        evaluations: every strategy tried in every future, with its outcomes.
        futures: what happens in each future.
        strategies: what each strategy found sets, by name.
        counts: of strategies: tried, front (on the Pareto front), missed (did not keep to the constraints), failed.
        affordable: the references that keep to the constraints; regret is measured against the best of them.
        manifest: version, data, seed, search.
    """

    search: Search
    pareto: pd.DataFrame
    comparisons: pd.DataFrame
    evaluations: pd.DataFrame
    futures: pd.DataFrame
    strategies: dict[str, dict[str, object]]
    counts: dict[str, int]
    affordable: tuple[str, ...]
    manifest: dict[str, Any]

    def write(self, folder: str | Path) -> None:
        """Write the tables and a scenario file for each strategy into the folder of the search, each file whole."""
        place = Path(folder)
        tables = {
            "pareto": self.pareto, "comparisons": self.comparisons, "evaluations": self.evaluations,
            "futures": self.futures,
        }  # fmt: skip
        for name, table in tables.items():
            arrow = pa.Table.from_pandas(table, preserve_index=False).replace_schema_metadata(None)
            place_whole(place / f"{name}.parquet", encode(arrow))
        place_whole(place / "pareto.csv", self.pareto.to_csv(index=False).encode())
        if self.search.scenario is None:
            return
        (place / STRATEGIES).mkdir(exist_ok=True)
        for name, settings in self.strategies.items():
            text = strategy_file(
                self.search.scenario.with_settings(settings),
                f"{name.replace('-', ' ').capitalize()} of the search {self.search.name}",
                SAY("story", search=self.search.name, seed=self.search.written.seed),
            )
            place_whole(place / STRATEGIES / f"{name}.toml", text.encode())


def tabulate(
    search: Search, archive: Archive, references: Trial, again: Trial, chosen: list[int], front: list[int],
    manifest: dict[str, Any],
) -> Found:  # fmt: skip
    """Make the tables.

    Args:
        search: what was searched.
        archive: all strategies tried in the search's futures.
        references: what all are compared with, in the search's futures.
        again: references and chosen strategies in fresh futures, in that order.
        chosen: places in the archive of the strategies that are reported.
        front: places of the whole Pareto front.
        manifest: of the search.
    """
    first = Scores(search, references)
    fresh = _fresh_scores(search, again, first)
    best_first = np.argsort(first.scores(first.objectives(archive.values[chosen]))[:, 0], kind="stable")
    order = [chosen[place] for place in best_first]
    kept = len(search.references)
    values = np.concatenate([references.values, archive.values[order]])
    later = np.concatenate([again.values[:kept], again.values[kept:][best_first]])
    ids = list(archive.settings)
    names = [*search.references, *(f"strategy-{number:02d}" for number in range(1, len(order) + 1))]
    settings = [*search.references.values(), *(archive.settings[ids[place]] for place in order)]
    rows: dict[str, Any] = {
        "strategy": names,
        "kind": [REFERENCE] * kept + [FOUND] * len(order),
        "tried_as": [*search.references, *(ids[place] for place in order)],
        "generation": [0] * kept + [archive.generations[place] for place in order],
        **_choices(search, settings, [*search.references.values(), *archive.settings.values()]),
        **_objectives(search, first, fresh, values, later, archive),
    }
    pareto = pd.DataFrame(rows)
    reported = dict(zip(names[kept:], settings[kept:], strict=True))
    missed, failed = (first.violations(archive.values) > 0.0).any(axis=1), ~np.isfinite(archive.values).all(axis=(1, 2))
    counts = {"tried": len(archive.values), "front": len(front), "missed": int((missed & ~failed).sum())}
    counts["failed"] = int(failed.sum())
    affordable = tuple(name for name, within in zip(search.references, first.affordable, strict=True) if within)
    evaluations = _evaluations(search, archive, references, again, names, order)
    compared = _comparisons(search, names, values, later)
    return Found(search, pareto, compared, evaluations, _futures(search), reported, counts, affordable, manifest)


def _fresh_scores(search: Search, again: Trial, first: Scores) -> Scores:
    """Return the scores in fresh futures, against the same references in the same futures."""
    names = tuple(search.references)
    errors = {key: error for key, error in again.errors.items() if key[0] in names}
    return Scores(search, Trial(names, again.values[: len(names)], errors), first.affordable)


def _choices(search: Search, shown: list[dict[str, object]], all_of_them: list[dict[str, object]]) -> dict[str, Any]:
    """Return what strategies set, a column for each setting and for each part of a mix."""
    rows = [flat(search, settings) for settings in shown]
    asked = {key.removeprefix("strategy.").partition(".")[0] for settings in all_of_them for key in settings}
    levers = {lever.target.removeprefix("strategy.").partition(".")[0] for lever in search.written.levers} & asked
    names = dict.fromkeys(name for row in rows for name in row if name.partition(".")[0] in levers or not levers)
    columns: dict[str, Any] = {}
    for name in names:
        mixed = "." in name
        columns[name] = [row.get(name, 0.0 if mixed else None) for row in rows]
    return columns


def flat(search: Search, settings: Mapping[str, object]) -> dict[str, object]:
    """Return a whole strategy by plain names: a lever's, and ``exits.abrupt`` for a part of a mix."""
    if search.scenario is None:
        return {**search.written.settings, **settings}
    found: dict[str, object] = {}
    for key, value in search.scenario.with_settings(settings).strategy.model_dump().items():
        if isinstance(value, dict):
            found.update({f"{key}.{part}": share for part, share in value.items()})
        else:
            found[key] = value
    return found


def _objectives(
    search: Search, first: Scores, fresh: Scores, values: FloatArray, later: FloatArray, archive: Archive
) -> dict[str, Any]:
    """Return the objectives in the search's futures and in fresh ones, and whether constraints are kept."""
    now, then = first.objectives(values), fresh.objectives(later)
    kept = (first.violations(archive.values) <= 0.0).all(axis=1)
    kept_references = (first.violations(first.references) <= 0.0).all(axis=1)
    everything = np.concatenate([archive.values[kept], first.references[kept_references]])
    against_all = first.objectives(values, everything)
    signs = first.scores(np.ones_like(now[:1]))[0]
    columns: dict[str, Any] = {}
    for place, one in enumerate(search.written.objectives):
        columns[one.name] = now[:, place]
        columns[f"{one.name}_fresh"] = then[:, place]
        # random variation of the futures moves the baseline too: the rest is the strategy's own
        ahead_now, ahead_then = (-signs[place] * (table[:, place] - table[0, place]) for table in (now, then))
        columns[f"{one.name}_optimism"] = ahead_now - ahead_then
        if one.over in REGRETS:
            columns[f"{one.name}_of_all"] = against_all[:, place]
    columns["kept"] = (first.violations(values) <= 0.0).all(axis=1)
    columns["kept_fresh"] = (fresh.violations(later) <= 0.0).all(axis=1)
    eligible = columns["kept_fresh"] & np.isfinite(then).all(axis=1)
    unbeaten = np.zeros(len(then), dtype=bool)
    unbeaten[eligible] = ~dominated(fresh.scores(then[eligible]))
    columns["unbeaten"] = unbeaten
    return columns


def _comparisons(search: Search, names: list[str], values: FloatArray, later: FloatArray) -> pd.DataFrame:
    """Compare each strategy with the baseline, future by future."""
    rows = []
    for sample, table in ((SEARCH, values), (FRESH, later)):
        for number, name in enumerate(names[1:], start=1):
            for place, outcome in enumerate(search.written.outcomes):
                own, base = table[number, :, place], table[0, :, place]
                both = np.isfinite(own) & np.isfinite(base)
                mean, low, high = paired_band(own[both], base[both])
                shares = paired_band(own[both], base[both], relative=True)
                rows.append((name, outcome.name, sample, mean, low, high, *shares, bool(low <= 0.0 <= high)))
    columns = ["strategy", "outcome", "sample", "difference", "low", "high"]
    return pd.DataFrame(rows, columns=[*columns, "share", "share_low", "share_high", "zero_in_band"])


def _evaluations(
    search: Search, archive: Archive, references: Trial, again: Trial, names: list[str], order: list[int]
) -> pd.DataFrame:
    """Return every strategy in every future: tried_as, strategy, generation, sample, future, and the outcomes."""
    shown = dict(zip([list(archive.settings)[place] for place in order], names[len(search.references) :], strict=True))
    shown |= {name: name for name in search.references}
    generations = dict(zip(archive.settings, archive.generations, strict=True))
    parts = [
        (SEARCH, references.strategies, references.values), (SEARCH, tuple(archive.settings), archive.values),
        (FRESH, again.strategies, again.values),
    ]  # fmt: skip
    frames = []
    for sample, tried, values in parts:
        futures = values.shape[1]
        frame = pd.DataFrame(values.reshape(-1, values.shape[2]), columns=[one.name for one in search.written.outcomes])
        frame.insert(0, "future", np.tile(np.arange(futures), len(tried)))
        frame.insert(0, "sample", sample)
        frame.insert(0, "generation", np.repeat([generations.get(name, 0) for name in tried], futures))
        frame.insert(0, "strategy", np.repeat([shown.get(name, "") for name in tried], futures))
        frame.insert(0, "tried_as", np.repeat(list(tried), futures))
        frames.append(frame)
    return pd.concat(frames, ignore_index=True)


def _futures(search: Search) -> pd.DataFrame:
    """Return what happens in each future: sample, future, luck, and the value of each uncertainty."""
    rows = []
    for sample, first in ((SEARCH, 0), (FRESH, search.written.futures)):
        for number, values in enumerate(search.futures(sample)):
            rows.append({"sample": sample, "future": number, "luck": first + number, **values})
    return pd.DataFrame(rows)
