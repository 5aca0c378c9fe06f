"""Scenario discovery: under which values of its factors a study's runs fail, or do well, as rules in plain language.

Rules are found on half of a sweep's points (Bryant and Lempert 2010) and tried on the other half. Needs the EMA
Workbench (``pip install 'afteraid[discovery]'``), which brings a package under the GPL.
"""

from __future__ import annotations

import hashlib
import math
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from afteraid.simulation.basis.errors import ResultsError, nearest
from afteraid.simulation.basis.files import sha256_of_file
from afteraid.simulation.basis.machine import versions
from afteraid.simulation.basis.manifest import MANIFEST, made_by
from afteraid.simulation.basis.units import BoolArray, IntArray

from ..reading.data import open_sweep
from ..study.chunks import RUNS
from ..study.fingerprint import packages
from ..study.study import Study
from ..study.wording import factor_words
from ..sweep.dataset import read_sweep_manifest, read_table
from .condition import Condition, reached, read_condition
from .rule_search import Words, find_boxes, find_leaves, is_better, score_factors
from .rules import Cases, Fit, Rule, fit, quasi_p
from .workbench import workbench

SEED = 1  # of the split and of the trees, so that the same sweep always says the same
LEAST_CASES, LEAST_HALF = 10, 20  # points of interest, and not, in training; points in each half
PACKAGES = ("ema_workbench", "scikit-learn")  # besides those that every result depends on


@dataclass(frozen=True)
class Finding:
    """A rule with what it is worth.

    Attributes:
        kind: box (of PRIM), or leaf (of the tree).
        number: from 1, in the order found; leaves by density.
        rule: its limits.
        sentence: when runs are of interest, in plain language.
        verdict: what it is worth in runs that it was not found on, in plain language.
        training, held_out: its coverage and density.
    """

    kind: str
    number: int
    rule: Rule
    sentence: str
    verdict: str
    training: Fit
    held_out: Fit


@dataclass(frozen=True)
class Discovery:
    """What marks the runs of interest of a sweep.

    Attributes:
        name, scenario: of the study, and which of its scenarios.
        condition: what makes a run one of interest.
        seed: of the split.
        counts: runs in all, failed, without a value, used; points; of interest.
        words: how each factor is said.
        boxes, leaves: rules with their fit.
        limits: of all rules: kind, number, factor, title, side, value, words, quasi_p (boxes only).
        scores: factor, title, score.
        trajectory: how PRIM came to each box.
        notes: what a reader has to know, in sentences.
        manifest: how this came about.
    """

    name: str
    scenario: str
    condition: Condition
    seed: int
    counts: dict[str, int]
    words: Words
    boxes: tuple[Finding, ...]
    leaves: tuple[Finding, ...]
    limits: pd.DataFrame
    scores: pd.DataFrame
    trajectory: pd.DataFrame
    notes: tuple[str, ...]
    manifest: dict[str, Any]

    def rules(self) -> pd.DataFrame:
        """Return the rules as a table: kind, number, sentence, verdict, and the fits in training and held out."""
        rows = []
        for found in (*self.boxes, *self.leaves):
            row: dict[str, Any] = {"kind": found.kind, "number": found.number, "better": is_better(found.held_out)}
            for half, fitted in (("training", found.training), ("held_out", found.held_out)):
                row |= {f"{half}_{name}": value for name, value in fitted.__dict__.items()}
            rows.append({**row, "sentence": found.sentence, "verdict": found.verdict})
        return pd.DataFrame(rows)

    def base(self) -> float:
        """Return the share of the runs that are of interest."""
        return self.counts["of_interest"] / self.counts["used"]


def discover(folder: str | Path, where: str, scenario: str | None = None, seed: int = SEED) -> Discovery:
    """Find rules that mark the runs that meet a condition, and say how good they are in runs not seen.

    The same sweep, condition and seed give the same rules.

    Args:
        folder: of a sweep.
        where: the condition, as in ``serving_5_years < 40%`` or ``worst 25% of use_LDC``.
        scenario: the first of the study if left out.
        seed: which points are held out.

    Raises:
        StudyError: the condition can't be read, or the EMA Workbench is missing.
        ResultsError: no such outcome or scenario; no factor; no run, or every run, is of interest; too few points.
    """
    workbench()  # before any work is done
    study = open_sweep(folder).study
    chosen = _scenario(study, scenario, folder)
    runs, counts = _runs(study, chosen, folder)
    condition = read_condition(where, study, runs, str(folder))
    known = runs[condition.outcomes].notna().all(axis=1).to_numpy()
    counts |= {"without_value": int((~known).sum()), "used": int(known.sum())}
    runs = runs[known].reset_index(drop=True)
    cases = _cases(study, runs, condition)
    counts |= {"points": cases.count, "of_interest": int(cases.y.sum())}
    _check(cases, condition, runs, study, folder)
    held = _held_out(study, cases.points, seed)
    training, held_out = cases.where(~held), cases.where(held)
    words = {factor.name: factor_words(factor, runs[factor.name].to_numpy()) for factor in study.written.factors}
    varying = [name for name, said in words.items() if said.kind == "text" or said.lowest < said.highest]
    boxes, trajectory = find_boxes(_only(training, varying), _only(held_out, varying), words, LEAST_CASES)
    enough = min(training.of_interest, training.count - training.of_interest) >= LEAST_CASES
    leaves = find_leaves(_only(training, varying), words, seed) if enough else []
    leaves.sort(key=lambda rule: -fit(rule, training).density)
    findings = {
        kind: tuple(
            _finding(kind, number, rule, condition, words, training, held_out)
            for number, rule in enumerate(rules, start=1)
        )
        for kind, rules in (("box", boxes), ("leaf", leaves))
    }
    return Discovery(
        name=study.name, scenario=chosen, condition=condition, seed=seed, counts=counts, words=words,
        boxes=findings["box"], leaves=findings["leaf"], limits=_limits(findings, words, training),
        scores=score_factors(_only(training, varying), words, seed), trajectory=trajectory,
        notes=_notes(study, counts, training, held_out, findings, enough),
        manifest=_manifest(study, chosen, condition, seed, counts, Path(folder)),
    )  # fmt: skip


def _scenario(study: Study, scenario: str | None, folder: str | Path) -> str:
    """Return the name of the scenario that is looked at."""
    names = list(study.scenario_names)
    if scenario is not None and scenario not in names:
        raise ResultsError(
            f"no scenario is called '{scenario}'", file=str(folder), key="--scenario",
            expected="one of " + ", ".join(names), nearest=nearest(scenario, names),
        )  # fmt: skip
    return scenario or names[0]


def _runs(study: Study, scenario: str, folder: str | Path) -> tuple[pd.DataFrame, dict[str, int]]:
    """Return the runs of a scenario that did not fail, and how many there are and did."""
    factors = [factor.name for factor in study.written.factors]
    if not factors:
        raise ResultsError("varies nothing, so that nothing can be found", file=str(folder))
    outcomes = [outcome.name for outcome in study.written.outcomes if outcome.is_number()]
    runs = read_table(folder, columns=["point", "scenario", "error", *factors, *outcomes])
    runs = runs[runs["scenario"] == scenario]
    failed = runs["error"].notna()
    counts = {"all": study.points * study.written.replicates, "done": len(runs), "failed": int(failed.sum())}
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


def _check(cases: Cases, condition: Condition, runs: pd.DataFrame, study: Study, folder: str | Path) -> None:
    """Refuse what no rule could be found in."""
    if cases.y.size and (not cases.y.any() or cases.y.all()):
        which = "every run meets" if cases.y.all() else "no run meets"
        raise ResultsError(
            f"{which} '{condition.text}': {reached(condition.terms, runs, study)}", file=str(folder), key="--where",
            expected="a condition that some runs meet and some don't",
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


def _finding(
    kind: str, number: int, rule: Rule, condition: Condition, words: Words, training: Cases, held_out: Cases
) -> Finding:
    """Put a rule in words, with what it is worth."""
    seen, unseen = fit(rule, training), fit(rule, held_out)
    when = rule.words(words) or "nothing is asked"
    said = f"{condition.words} when {when}." if kind == "box" else _leaf_sentence(condition, when, unseen)
    return Finding(kind, number, rule, said, _verdict(unseen), seen, unseen)


def _leaf_sentence(condition: Condition, when: str, unseen: Fit) -> str:
    """Say how often runs of a leaf are of interest."""
    share = "an unknown share" if math.isnan(unseen.density) else f"{unseen.density:.0%}"
    return f"{condition.words} in {share} of the held-out runs in which {when}."


def _verdict(unseen: Fit) -> str:
    """Say what a rule is worth in the runs that it was not found on."""
    if unseen.runs == 0:
        return "Out of sample: untried, since no held-out run meets the rule."
    met = f"the {unseen.runs:,} runs that meet it" if unseen.runs > 1 else "the one run that meets it"
    density = f"of {met}, {unseen.density:.0%} are such runs (density; 90% interval {_span(unseen, 'density')})"
    said = f"Out of sample: {density}, against {unseen.base:.0%} of all held-out runs"
    if is_better(unseen):
        return f"{said}; it finds {unseen.coverage:.0%} of such runs (coverage; {_span(unseen, 'coverage')})."
    return f"{said}: {'fewer' if unseen.density_high < unseen.base else 'not shown to be more'} than by chance."


def _span(found: Fit, name: str) -> str:
    return f"{getattr(found, f'{name}_low'):.0%} to {getattr(found, f'{name}_high'):.0%}"


def _count(number: int, what: str) -> str:
    return f"{number:,} {what}" + ("" if number == 1 else "s")


def _limits(findings: dict[str, tuple[Finding, ...]], words: Words, training: Cases) -> pd.DataFrame:
    """Lay out every limit of every rule, with the quasi-p-values of boxes."""
    rows = []
    for found in (*findings["box"], *findings["leaf"]):
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


def _notes(
    study: Study,
    counts: dict[str, int],
    training: Cases,
    held_out: Cases,
    findings: dict[str, tuple[Finding, ...]],
    enough: bool,
) -> tuple[str, ...]:
    """Say what a reader has to know."""
    boxes, leaves = findings["box"], findings["leaf"]
    best = max((found.training.harmonic_mean for found in boxes), default=0.0)
    notes = []
    if not enough:
        few = min(training.of_interest, training.count - training.of_interest)
        which = "are such runs" if training.of_interest <= training.count / 2 else "are not"
        notes.append(
            f"Too few cases for rules: about {few:.0f} of the {training.count} points to find them on {which}, where "
            f"{LEAST_CASES} are the least. Take a wider condition, or more points."
        )
    elif not boxes:
        notes.append("No rule was found: no limit on any factor marks these runs better than chance.")
    elif not any(is_better(found.held_out) for found in boxes):
        notes.append(
            f"No rule is shown to be better than chance, since {held_out.base:.0%} of all held-out runs are such runs. "
            "Don't rely on any of them."
        )
    better = [found for found in leaves if found.training.harmonic_mean > best and is_better(found.held_out)]
    if better:
        notes.append(f"The tree does better than the boxes: look at its leaf {better[0].number}.")
    if counts["done"] < counts["all"]:
        notes.append(f"The sweep is not finished: {counts['done']:,} of {counts['all']:,} runs are there.")
    if counts["failed"]:
        notes.append(f"{_count(counts['failed'], 'failed run')} left out.")
    if counts["without_value"]:
        notes.append(f"{_count(counts['without_value'], 'run')} without a value of the outcome left out.")
    kind = study.written.design.kind
    if study.written.design.points_each(len(study.written.factors)) > 1:
        notes.append(f"Points of a {kind} design share values: intervals are too narrow. Prefer a latin_hypercube.")
    return tuple(notes)


def _manifest(
    study: Study, scenario: str, condition: Condition, seed: int, counts: dict[str, int], folder: Path
) -> dict[str, Any]:
    """Return how the rules came about, with hashes of the sweep that they were found in."""
    swept = read_sweep_manifest(folder)
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
            "version": swept["version"],
            "seed": swept["seed"],
            "study_sha256": swept["study_sha256"],
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
