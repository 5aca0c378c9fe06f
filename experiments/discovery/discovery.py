"""Scenario discovery: under which values of its factors a study's runs fail, or do well, as rules in plain language.

Rules are found on half of a sweep's points (Bryant and Lempert 2010) and tried on the other half. Needs the EMA
Workbench (``pip install 'afteraid[discovery]'``), which brings a package under the GPL.
"""

from __future__ import annotations

import hashlib
import math
import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from afteraid.simulation.basis import arguments
from afteraid.simulation.basis.errors import ResultsError
from afteraid.simulation.basis.files import sha256_of_file
from afteraid.simulation.basis.machine import versions
from afteraid.simulation.basis.manifest import MANIFEST, made_by
from afteraid.simulation.basis.short import Short
from afteraid.simulation.basis.units import BoolArray, IntArray

from ..reading.data import SweepData, open_sweep
from ..study.chunks import RUNS
from ..study.fingerprint import packages
from ..study.study import Study
from ..study.wording import factor_words
from .condition import Condition, reached, read_condition
from .rule_search import Words, find_boxes, find_leaves, score_factors
from .rules import Cases, Fit, Rule, fit, quasi_p
from .workbench import workbench

SEED = 1  # of the split and of the trees, so that the same sweep always says the same
LEAST_CASES, LEAST_HALF = 10, 20  # points of interest, and not, in training; points in each half
PACKAGES = ("ema_workbench", "scikit-learn")  # besides those that every result depends on


@dataclass(frozen=True)
class ScoredRule:
    """A rule with what it is worth.

    Attributes:
        kind: box (of PRIM), or leaf (of the tree).
        number: from 1, in the order found; leaves by density.
        rule: its limits.
        training, held_out: its coverage and density.
    """

    kind: str
    number: int
    rule: Rule
    training: Fit
    held_out: Fit


@dataclass(frozen=True)
class Discovery(Short):
    """What marks the runs of interest of a sweep.

    Attributes:
        name, scenario: of the study, and which of its scenarios.
        condition: what makes a run one of interest.
        seed: of the split.
        counts: runs in all, failed, without a value, used; points; of interest.
        words: how each factor is said.
        boxes, leaves: rules with their fit.
        training: the runs that rules were found on.
        limits: of all rules: kind, number, factor, title, side, value, words, quasi_p (boxes only).
        scores: factor, title, score.
        trajectory: how PRIM came to each box.
        shared_design: kind of a design whose points share values, which makes intervals too narrow; empty for others.
        manifest: how this came about.
    """

    name: str
    scenario: str
    condition: Condition
    seed: int
    counts: dict[str, int]
    words: Words
    boxes: tuple[ScoredRule, ...]
    leaves: tuple[ScoredRule, ...]
    training: Cases
    limits: pd.DataFrame
    scores: pd.DataFrame
    trajectory: pd.DataFrame
    shared_design: str
    manifest: dict[str, Any]

    def base(self) -> float:
        """Return the share of the runs that are of interest."""
        return self.counts["of_interest"] / self.counts["used"]

    def least_cases(self) -> float:
        """Return how many points' worth of runs of training meet the condition, or do not, whichever are fewer."""
        return min(self.training.of_interest, self.training.count - self.training.of_interest)

    def too_few(self) -> bool:
        """Say whether there are too few cases to find rules on."""
        return self.least_cases() < LEAST_CASES


def discover(folder: str | os.PathLike[str], where: str, scenario: str | None = None, seed: int = SEED) -> Discovery:
    """Find rules that mark the runs that meet a condition, and say how good they are in runs not seen.

    The same sweep, condition and seed give the same rules.

    Args:
        folder: of a sweep.
        where: the condition, as in ``serving_5_years < 40%`` or ``worst 25% of use_LDC``.
        scenario: the first of the study if left out.
        seed: which points are held out.

    Raises:
        InputError: an argument can't be used.
        StudyError: the condition can't be read, or the EMA Workbench is missing.
        ResultsError: no such outcome or scenario; no factor; no run, or every run, is of interest; too few points.
    """
    place, seed = arguments.place("folder", folder), arguments.seed(seed)
    scenario = arguments.text_or_none("scenario", scenario)
    workbench()  # before any work is done
    swept = open_sweep(place)
    study, chosen = swept.study, swept.scenario(scenario)
    runs, counts = _runs(swept, chosen)
    condition = read_condition(where, study, runs, str(folder))
    known = runs[condition.outcomes].notna().all(axis=1).to_numpy()
    counts |= {"without_value": int((~known).sum()), "used": int(known.sum())}
    runs = runs[known].reset_index(drop=True)
    cases = _cases(study, runs, condition)
    counts |= {"points": cases.count, "of_interest": int(cases.y.sum())}
    _check(cases, condition, runs, study, place)
    held = _held_out(study, cases.points, seed)
    training, held_out = cases.where(~held), cases.where(held)
    words = {factor.name: factor_words(factor, runs[factor.name].to_numpy()) for factor in study.written.factors}
    varying = [name for name, said in words.items() if said.kind == "text" or said.lowest < said.highest]
    boxes, trajectory = find_boxes(_only(training, varying), _only(held_out, varying), words, LEAST_CASES)
    enough = min(training.of_interest, training.count - training.of_interest) >= LEAST_CASES
    leaves = find_leaves(_only(training, varying), words, seed) if enough else []
    leaves.sort(key=lambda rule: -fit(rule, training).density)
    scored = {
        kind: tuple(
            ScoredRule(kind, number, rule, fit(rule, training), fit(rule, held_out))
            for number, rule in enumerate(rules, start=1)
        )
        for kind, rules in (("box", boxes), ("leaf", leaves))
    }
    shared = study.written.design.points_each(len(study.written.factors)) > 1
    return Discovery(
        name=study.name, scenario=chosen, condition=condition, seed=seed, counts=counts, words=words,
        boxes=scored["box"], leaves=scored["leaf"], training=training,
        limits=_limits((*scored["box"], *scored["leaf"]), words, training),
        scores=score_factors(_only(training, varying), words, seed), trajectory=trajectory,
        shared_design=study.written.design.kind if shared else "",
        manifest=_manifest(swept, chosen, condition, seed, counts),
    )  # fmt: skip


def _runs(swept: SweepData, scenario: str) -> tuple[pd.DataFrame, dict[str, int]]:
    """Return the runs of a scenario that did not fail, and how many there are and did."""
    written = swept.study.written
    factors = [factor.name for factor in written.factors]
    if not factors:
        raise ResultsError("varies nothing, so that nothing can be found", file=str(swept.folder))
    outcomes = [outcome.name for outcome in swept.outcomes()]
    runs = swept.runs(["point", "scenario", "error", *factors, *outcomes])
    runs = runs[runs["scenario"] == scenario]
    failed = runs["error"].notna()
    counts = {"all": swept.study.points * written.replicates, "done": len(runs), "failed": int(failed.sum())}
    return runs[~failed].reset_index(drop=True), counts


def _cases(study: Study, runs: pd.DataFrame, condition: Condition) -> Cases:
    """Return the runs with their factors, as numbers or plain text, and which of them are of interest."""
    x = pd.DataFrame(
        {
            factor.name: runs[factor.name].astype(object if factor.is_text() else np.float64)
            for factor in study.written.factors
        }
    )
    return Cases(x, condition.meets(runs), runs["point"].to_numpy(np.int64))


def _only(cases: Cases, names: Sequence[str]) -> Cases:
    """Return the runs with some of their factors."""
    return Cases(cases.x[list(names)], cases.y, cases.points)


def _check(cases: Cases, condition: Condition, runs: pd.DataFrame, study: Study, folder: Path) -> None:
    """Refuse what no rule could be found in."""
    if cases.y.size and (not cases.y.any() or cases.y.all()):
        which = "every run meets" if cases.y.all() else "no run meets"
        raise ResultsError(
            f"{which} '{condition.text}': {reached(condition.terms, runs, study)}", file=str(folder), key="--where",
            expected="a condition that some runs meet and others do not",
        )  # fmt: skip
    if cases.count < 2 * LEAST_HALF:
        raise ResultsError(
            f"{cases.count} points are too few for rules and a test of them", file=str(folder),
            expected=f"{2 * LEAST_HALF} or more",
        )  # fmt: skip


def _held_out(study: Study, points: IntArray, seed: int) -> BoolArray:
    """Say of each run whether it is held out: half of the points, drawn by the seed.

    Replicates of a point stay together, and so do points that a design makes out of one another, which share all
    values but one: to find a rule on one and to try it on the next would be no test.
    """
    together = study.written.design.points_each(len(study.written.factors))
    groups = points // together
    names = np.unique(groups)
    drawn = np.random.default_rng(seed).permutation(names)
    return np.isin(groups, drawn[: names.size // 2])


def _limits(scored: Sequence[ScoredRule], words: Words, training: Cases) -> pd.DataFrame:
    """Lay out every limit of every rule, with the quasi-p-values of boxes."""
    rows = []
    for found in scored:
        for limit in found.rule.limits:
            for side in limit.sides():
                value = "" if limit.choices else getattr(limit, side)
                chance = quasi_p(found.rule, limit.factor, side, training) if found.kind == "box" else math.nan
                said = words[limit.factor]
                text = said.among(limit.choices) if limit.choices else said.value(value)
                number = math.nan if limit.choices else float(value)
                rows.append((found.kind, found.number, limit.factor, said.title, side, number, text, chance))
    names = ["kind", "number", "factor", "title", "side", "value", "words", "quasi_p"]
    return pd.DataFrame(rows, columns=names)


def _manifest(
    swept: SweepData, scenario: str, condition: Condition, seed: int, counts: dict[str, int]
) -> dict[str, Any]:
    """Return how the rules came about, with hashes of the sweep that they were found in."""
    study, made, folder = swept.study, swept.manifest, swept.folder
    return {
        **made_by("discovery"),
        "name": study.name,
        "title": study.written.title,
        "scenario": scenario,
        "where": condition.text,
        "terms": [term.__dict__ for term in condition.terms],
        "seed": seed,
        "counts": counts,
        "sweep": {
            "version": made["version"],
            "seed": made["seed"],
            "study_sha256": made["study_sha256"],
            "manifest_sha256": sha256_of_file(folder / MANIFEST),
            "runs_sha256": _hash_of(folder / RUNS),
        },
        "made_with": {**packages(), **versions(*PACKAGES)},
    }


def _hash_of(folder: Path) -> str:
    """Return one hash of all files of a table, by name and content."""
    found = hashlib.sha256()
    for path in sorted(folder.glob("part-*.parquet")):
        found.update(f"{path.name} {sha256_of_file(path)}\n".encode())
    return found.hexdigest()
