"""The search for rules: PRIM's boxes, the leaves of a tree (CART), and the importance of factors (extra trees).

PRIM and the scores are the EMA Workbench's. The tree is scikit-learn's, as the workbench's own is; that one takes no
seed, and its leaves forget that a factor without an order has to have a choice (versions 2.5.3 and 3.0).
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from afteraid.simulation.basis.errors import StudyError
from afteraid.simulation.basis.optional import library
from afteraid.simulation.basis.units import FloatArray

from ..study.wording import FactorWords
from .rules import Cases, Fit, Rule, choices_of, fit, limit_of, pruned
from .workbench import old_pandas_calls, peel, workbench

MOST_BOXES, MOST_LEAVES, FOLDS, TREES = 3, 8, 5, 100
LEAST_MASS, LEAST_POINTS = 0.05, 5  # of a box or a leaf: share of the runs it is found on, and points
LEAF_SHARE = 0.02  # of the runs in a leaf of the extra trees: smaller ones fit random variation
LEAST_LIFT = 1.25  # density of a box over that of all runs, below which no further one is looked for
TRAJECTORY = ("box", "step", "limits", "coverage", "density", "held_out_coverage", "held_out_density", "chosen")

Words = Mapping[str, FactorWords]


def find_boxes(training: Cases, held_out: Cases, known: Words, least_cases: int) -> tuple[list[Rule], pd.DataFrame]:
    """Return the boxes that PRIM finds one after the other, and the way to each.

    Of the boxes on a trajectory, each limit is rounded to what will be said, limits that chance could have set are left
    out, and the one with the highest harmonic mean of coverage and density on the runs of training is taken. The runs
    that it meets are then put aside, and the next is looked for among the others.

    Args:
        training: the runs that rules are found on.
        held_out: the others; they are shown along the way, and never chosen by.
        known: words for each factor.
        least_cases: how many points' worth of runs of interest there have to be to look for a box.

    Returns:
        The rules; and a table: box, step, limits, coverage and density in training and held out, chosen.
    """
    rules: list[Rule] = []
    ways: list[pd.DataFrame] = []
    left = training
    while len(rules) < MOST_BOXES and least_cases <= left.of_interest <= left.count - least_cases:
        way = peel(left.x, left.y, least_mass(left))
        steps = [_rule_of(box, way[0], known) for box in way]
        candidates = [pruned(rule, left) for rule in steps]
        worth = [_worth(rule, left) for rule in candidates]
        best = worth.index(max(worth))  # the first of equals
        rule = candidates[best]
        if not rule.limits or fit(rule, left).density < LEAST_LIFT * training.base:
            break
        rules.append(rule)
        ways.append(_way(len(rules), steps, best, training, held_out))
        left = left.where(~rule.meets(left.x))
    table = pd.concat(ways, ignore_index=True) if ways else pd.DataFrame(columns=list(TRAJECTORY))
    return rules, table


def _worth(rule: Rule, cases: Cases) -> tuple[float, int]:
    """Return what a rule is chosen by: the harmonic mean of coverage and density, and then fewer limits."""
    return (fit(rule, cases).harmonic_mean if rule.limits else 0.0, -len(rule.limits))


def least_mass(cases: Cases) -> float:
    """Return the share of the runs that a box or a leaf has to hold."""
    return max(LEAST_MASS, min(0.5, LEAST_POINTS / cases.count))


def _rule_of(box: pd.DataFrame, whole: pd.DataFrame, known: Words) -> Rule:
    """Read a box of the workbench: two rows of limits, sets for factors without an order.

    Where it ends with the runs that it was found on, which the whole box holds, it is open: others may lie beyond.
    """
    limits = []
    for name in box.columns:
        low, high = box[name].iloc[0], box[name].iloc[1]
        words = known[str(name)]
        if isinstance(low, set):
            limits.append(choices_of(words, {str(choice) for choice in low}))
        else:
            ends = (None if end == whole[name].iloc[row] else float(end) for row, end in enumerate((low, high)))
            limits.append(limit_of(words, *ends))
    return Rule(tuple(limit for limit in limits if limit is not None))


def _way(number: int, steps: list[Rule], best: int, training: Cases, held_out: Cases) -> pd.DataFrame:
    """Lay out how coverage and density changed on the way to a box."""
    rows = []
    for step, rule in enumerate(steps):
        seen, unseen = fit(rule, training), fit(rule, held_out)
        sizes = (seen.coverage, seen.density, unseen.coverage, unseen.density)
        rows.append((number, step, len(rule.limits), *sizes, step == best))
    return pd.DataFrame(rows, columns=list(TRAJECTORY))


def find_leaves(training: Cases, known: Words, seed: int) -> list[Rule]:
    """Return the leaves of a tree that parts the runs of interest from the others, as rules; none without a split.

    CART (Breiman and others 1984), grown to a few leaves of which each has a share of the runs, and cut back to the
    smallest tree that is within one standard error of the best in cross-validation.
    """
    columns, matrix = _numbers(training.x, known)
    settings = {"max_leaf_nodes": MOST_LEAVES, "min_samples_leaf": least_mass(training), "random_state": seed}
    settings["ccp_alpha"] = _pruning(settings, matrix, training, seed)
    tree = _scikit("tree").DecisionTreeClassifier(**settings).fit(matrix, training.y).tree_
    if tree.node_count == 1:
        return []
    leaves: list[Rule] = []
    _descend(tree, 0, {}, {}, columns, known, leaves)
    return leaves


def _pruning(settings: dict[str, Any], matrix: FloatArray, training: Cases, seed: int) -> float:
    """Return how much a split has to gain to stay, by cross-validation over points with Breiman's one-error rule."""
    grow = _scikit("tree").DecisionTreeClassifier
    path: FloatArray = np.clip(grow(**settings).cost_complexity_pruning_path(matrix, training.y).ccp_alphas, 0.0, None)
    prices = np.append(np.sqrt(path[:-1] * path[1:]), path[-1] * (1.0 + 1e-9))  # each stands for one size of the tree
    names = np.random.default_rng(seed).permutation(np.unique(training.points))
    losses = np.zeros((FOLDS, prices.size))
    for fold, points in enumerate(np.array_split(names, FOLDS)):
        out = np.isin(training.points, points)
        for place, price in enumerate(prices):
            tree = grow(**{**settings, "ccp_alpha": price}).fit(matrix[~out], training.y[~out])
            chances = tree.predict_proba(matrix[out])[:, -1] * bool(tree.classes_[-1])  # 0 where no run was of interest
            losses[fold, place] = np.mean((chances - training.y[out]) ** 2)
    means = losses.mean(axis=0)
    best = int(means.argmin())
    error = losses[:, best].std(ddof=1) / math.sqrt(FOLDS)
    return float(prices[means <= means[best] + error].max())


def _descend(
    tree: Any,
    node: int,
    ends: dict[str, tuple[float | None, float | None]],
    chosen: dict[str, set[str]],
    columns: list[tuple[str, str]],
    known: Words,
    leaves: list[Rule],
) -> None:
    """Go down to the leaves, and keep what each split says of a number (ends) or of a choice (chosen)."""
    left, right = int(tree.children_left[node]), int(tree.children_right[node])
    if left == right:  # a leaf
        limits = [limit_of(known[name], *found) for name, found in ends.items()]
        limits += [choices_of(known[name], found) for name, found in chosen.items()]
        leaves.append(Rule(tuple(limit for limit in limits if limit is not None)))
        return
    name, choice = columns[int(tree.feature[node])]
    if choice:
        before = chosen.get(name, {str(value) for value in known[name].values})
        _descend(tree, left, ends, {**chosen, name: before - {choice}}, columns, known, leaves)
        _descend(tree, right, ends, {**chosen, name: {choice}}, columns, known, leaves)
        return
    at = float(tree.threshold[node])
    low, high = ends.get(name, (None, None))
    _descend(tree, left, {**ends, name: (low, at)}, chosen, columns, known, leaves)
    _descend(tree, right, {**ends, name: (at, high)}, chosen, columns, known, leaves)


def _numbers(x: pd.DataFrame, known: Words) -> tuple[list[tuple[str, str]], FloatArray]:
    """Return the factors as numbers, a column for each choice of those without an order, and what each column is."""
    columns: list[tuple[str, str]] = []
    parts: list[FloatArray] = []
    for name in x.columns:
        values = x[name].to_numpy()
        if known[name].kind != "text":
            columns.append((name, ""))
            parts.append(values.astype(np.float64))
            continue
        for choice in known[name].values:
            columns.append((name, str(choice)))
            parts.append((values.astype(str) == choice).astype(np.float64))
    return columns, np.column_stack(parts)


def score_factors(training: Cases, known: Words, seed: int) -> pd.DataFrame:
    """Return how important each factor is for the condition: factor, title, score (of one), highest first.

    Extra trees (Geurts and others 2006), as Jaxa-Rozen and Kwakkel (2018) use them in place of variance-based indices.
    """
    module = workbench("analysis.feature_scoring")
    with old_pandas_calls():
        found, _ = module.get_ex_feature_scores(
            training.x, training.y, nr_trees=TREES, random_state=seed,
            max_features=max(1, round(len(training.x.columns) / 3)),
            min_samples_leaf=max(1, round(LEAF_SHARE * len(training.x))),
        )  # fmt: skip
    scores = found.iloc[:, 0].reindex(training.x.columns).fillna(0.0)
    table = pd.DataFrame(
        {
            "factor": list(scores.index),
            "title": [known[name].title for name in scores.index],
            "score": scores.to_numpy(),
        }
    )
    return table.sort_values("score", ascending=False, kind="stable").reset_index(drop=True)


def is_better(found: Fit) -> bool:
    """Say whether a rule is better than chance: the low end of its density is above the share among all runs."""
    return bool(found.density_low > found.base)


def _scikit(module: str) -> Any:
    """Return a module of scikit-learn."""
    return library(f"sklearn.{module}", "scikit-learn", "discovery", "discovery", StudyError)
