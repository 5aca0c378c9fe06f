"""The answer of scenario discovery: the rules that were found, what they are worth, and which factors matter."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any

import pandas as pd

from afteraid.simulation.results.answer import Answer, Table
from afteraid.simulation.results.words.numbers import UNKNOWN, counted, interval, level
from afteraid.simulation.results.words.templates import Templates

from .discovery import LEAST_CASES, Discovery, ScoredRule
from .rule_search import is_better

NAMES = {"box": "Rule", "leaf": "Leaf"}
TITLE = "{study}, {scenario}: {condition}"
TREE = "The same runs as a tree (CART)"
FITS = ("Rules", "Density, in sample", "Density, held out", "Coverage, in sample", "Coverage, held out")
SCORES = ("Importance of factors (extra trees)", "Share")
ALL_RUNS = "All runs"
SAY = Templates(
    "discovery",
    base="This holds in {share} of {runs} at {points}.",
    box="Rule {number}: {condition} when {limits}.",
    leaf="Leaf {number}: {condition} in {share} of the held-out runs in which {limits}.",
    leaf_everywhere="Leaf {number}: {condition} in {share} of the held-out runs.",
    leaf_untried="Leaf {number}: there is no held-out run in which {limits}.",
    better="{rule} in held-out runs: {density} of {runs} meet the condition (density; 90% interval {interval}), "
    "against {base} of all.",
    covers="{rule} covers {coverage} of the held-out runs that meet the condition (coverage; 90% interval {interval}).",
    fewer="{rule} in held-out runs: {density} of {runs} meet the condition (90% interval {interval}), "
    "fewer than the {base} of all.",
    unclear="{rule} in held-out runs: {density} of {runs} meet the condition (90% interval {interval}), "
    "not clearly more than the {base} of all.",
    untried="{rule} in held-out runs: untested, because no held-out run meets the rule.",
    few_meet="Too few cases for rules: about {cases} of {points} to find rules on meet the condition; "
    "rules need {least} or more.",
    few_miss="Too few cases for rules: about {cases} of {points} to find rules on do not meet the condition; "
    "rules need {least} or more.",
    wider="Choose a wider condition, or run more points.",
    none="No rule was found: no limit on any factor marks these runs better than chance.",
    chance="No rule is clearly better than chance: {base} of all held-out runs meet the condition.",
    dont="Do not rely on any of these rules.",
    tree="The tree does better than the boxes: see its leaf {number}.",
    halves="Rules are found on half of the points (in sample) and tested on the other half (held out).",
    terms="Density is the share of a rule's runs that meet the condition. "
    "Coverage is the share of all runs that meet the condition which the rule contains.",
    brackets="90% intervals are in brackets; they count points, because replicates of a point are not independent.",
    unfinished="The sweep is not finished: {done} of {runs} are there.",
    failed="Left out because they failed: {runs}.",
    without_value="Left out because the outcome has no value: {runs}.",
    design="Points of a {kind} design share values, so intervals are too narrow. Prefer a latin_hypercube design.",
)


def answer_of(found: Discovery) -> Answer:
    """Return what was found: rules in sentences, how good they are as a table, and the leaves of the tree as a part."""
    title = TITLE.format(study=found.name, scenario=found.scenario, condition=found.condition.words)
    counts = pd.DataFrame([{**found.counts, "base_rate": found.base()}])
    tables = (
        Table("counts", counts), _fits(found), Table("limits", found.limits), _scores(found),
    )  # fmt: skip
    leaves = (sentence for leaf in found.leaves for sentence in (sentence_of(found, leaf), *verdict_of(leaf)))
    parts = (Answer(TREE, tuple(leaves)),) if found.leaves else ()
    return Answer(title, tuple(_sentences(found)), tables, (), tuple(_notes(found)), found.manifest, parts)


def rules_table(found: Discovery) -> pd.DataFrame:
    """Return the rules as a table: kind, number, better, the fits in training and held out, sentence, verdict."""
    rows = []
    for rule in (*found.boxes, *found.leaves):
        row: dict[str, Any] = {"kind": rule.kind, "number": rule.number, "better": is_better(rule.held_out)}
        for half, fitted in (("training", rule.training), ("held_out", rule.held_out)):
            row |= {f"{half}_{name}": value for name, value in fitted.__dict__.items()}
        rows.append({**row, "sentence": sentence_of(found, rule), "verdict": " ".join(verdict_of(rule))})
    return pd.DataFrame(rows)


def sentence_of(found: Discovery, rule: ScoredRule) -> str:
    """Say when runs meet the condition; of a leaf, how often."""
    limits = rule.rule.words(found.words)
    said: dict[str, object] = {"number": rule.number, "condition": found.condition.words, "limits": limits}
    if rule.kind == "box":
        return SAY("box", **said)
    if math.isnan(rule.held_out.density):
        return SAY("leaf_untried", number=rule.number, limits=limits)
    share = level(rule.held_out.density, "share")
    if not limits:
        return SAY("leaf_everywhere", number=rule.number, condition=found.condition.words, share=share)
    return SAY("leaf", share=share, **said)


def verdict_of(rule: ScoredRule) -> Iterator[str]:
    """Say what a rule is worth in the runs that it was not found on."""
    unseen, name = rule.held_out, f"{NAMES[rule.kind]} {rule.number}"
    if unseen.runs == 0:
        yield SAY("untried", rule=name)
        return
    fewer = "fewer" if unseen.density_high < unseen.base else "unclear"
    yield SAY(
        "better" if is_better(unseen) else fewer, rule=name, runs=counted(unseen.runs, "run"),
        density=level(unseen.density, "share"), base=level(unseen.base, "share"),
        interval=interval(unseen.density_low, unseen.density_high, "share"),
    )  # fmt: skip
    if is_better(unseen):
        span = interval(unseen.coverage_low, unseen.coverage_high, "share")
        yield SAY("covers", rule=name, coverage=level(unseen.coverage, "share"), interval=span)


def _sentences(found: Discovery) -> Iterator[str]:
    """Say how common the condition is, and each box with its verdict, or why there is none."""
    counts = found.counts
    runs, points = counted(counts["used"], "run"), counted(counts["points"], "point")
    yield SAY("base", share=level(found.base(), "share"), runs=runs, points=points)
    if found.too_few():
        meet, cases = found.training.of_interest <= found.training.count / 2, found.least_cases()
        said = counted(found.training.count, "point")
        yield SAY("few_meet" if meet else "few_miss", cases=f"{cases:.0f}", points=said, least=LEAST_CASES)
        yield SAY("wider")
    elif not found.boxes:
        yield SAY("none")
    for box in found.boxes:
        yield sentence_of(found, box)
        yield from verdict_of(box)
    if found.boxes and not any(is_better(box.held_out) for box in found.boxes):
        yield SAY("chance", base=level(found.boxes[0].held_out.base, "share"))
        yield SAY("dont")
    best = max((box.training.harmonic_mean for box in found.boxes), default=0.0)
    better = [leaf for leaf in found.leaves if leaf.training.harmonic_mean > best and is_better(leaf.held_out)]
    if better:
        yield SAY("tree", number=better[0].number)


def _fits(found: Discovery) -> Table:
    """Lay out density and coverage of each rule, where it was found and held out."""
    rules = (*found.boxes, *found.leaves)
    lines = [(f"{NAMES[rule.kind]} {rule.number}", *_fit_cells(rule)) for rule in rules]
    if lines:
        base = (level(fit.base, "share", idle_zeros=True) for fit in (rules[0].training, rules[0].held_out))
        lines.append((ALL_RUNS, *base, UNKNOWN, UNKNOWN))
    return Table("rules", rules_table(found), FITS, tuple(lines))


def _fit_cells(rule: ScoredRule) -> Iterator[str]:
    """Write density in sample and held out, and then coverage."""
    for name in ("density", "coverage"):
        yield level(getattr(rule.training, name), "share", idle_zeros=True)
        share, low, high = (float(getattr(rule.held_out, f"{name}{end}")) for end in ("", "_low", "_high"))
        said = level(share, "share", idle_zeros=True)
        yield said if math.isnan(share) else f"{said} ({interval(low, high, 'share')})"


def _scores(found: Discovery) -> Table:
    """Lay out how much each factor matters."""
    shares = (level(float(score), "share", idle_zeros=True) for score in found.scores["score"])
    return Table("scores", found.scores, SCORES, tuple(zip(map(str, found.scores["title"]), shares, strict=True)))


def _notes(found: Discovery) -> Iterator[str]:
    """Say how to read the numbers, and what is missing."""
    counts = found.counts
    yield SAY("halves")
    if found.boxes or found.leaves:
        yield SAY("terms")
        yield SAY("brackets")
    if counts["done"] < counts["all"]:
        yield SAY("unfinished", done=f"{counts['done']:,}", runs=counted(counts["all"], "run"))
    for key in ("failed", "without_value"):
        if counts[key]:
            yield SAY(key, runs=counted(counts[key], "run"))
    if found.shared_design:
        yield SAY("design", kind=found.shared_design)
