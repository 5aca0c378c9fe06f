"""How sure an interval is: planted sweeps whose spread is known, and studies of every size, read with true words."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError
from small_studies import boxed_study, ishigami_study, stand_in_study, swept, written
from wrong_inputs import of_a_kind

from afteraid.experiments.reading.answer import part_of
from afteraid.experiments.reading.charts import subtitle
from afteraid.experiments.reading.data import SweepData, open_sweep
from afteraid.experiments.reading.precision import convergence, draws, runs_advised
from afteraid.experiments.reading.sensitivity import sensitivity
from afteraid.experiments.reading.sentences import few_replicates_said, precision_said
from afteraid.experiments.study.design import LEAST_POINTS, Design
from afteraid.experiments.study.size import size_said
from afteraid.experiments.study.study import read_study
from afteraid.simulation.basis.errors import InputError, ResultsError, StudyError
from afteraid.simulation.basis.units import FloatArray

TAIL = 1.6448536269514722  # of the standard normal: 5% lie above


def planted(
    luck: np.random.Generator, points: int, replicates: int, own: float, common: float, rest: float
) -> FloatArray:
    """A sweep, shape (points, replicates), with normal variances by point, by replicate, and of each run."""
    return np.asarray(
        np.sqrt(own) * luck.normal(size=(points, 1)) + np.sqrt(common) * luck.normal(size=(1, replicates))
        + np.sqrt(rest) * luck.normal(size=(points, replicates))
    )  # fmt: skip


@pytest.mark.parametrize(
    ("points", "replicates", "own", "common", "rest"),
    [(20, 5, 0.0, 1.0, 0.0), (40, 8, 0.0, 1.0, 0.0), (40, 8, 0.5, 0.5, 0.0), (40, 20, 0.3, 0.3, 0.4),
     (60, 20, 0.9, 0.1, 0.0), (20, 40, 0.0, 1.0, 0.0)],
)  # fmt: skip
def test_the_stated_error_covers_the_true_ends_at_about_its_rate(
    points: int, replicates: int, own: float, common: float, rest: float
) -> None:
    """Nine in ten of the true ends lie within 1.64 errors of the stated ones."""
    luck, held, tries, sure, wrong = np.random.default_rng(4), 0, 40, 0, 0
    width = 2.0 * TAIL * np.sqrt(own + common + rest)
    for _ in range(tries):
        values = planted(luck, points, replicates, own, common, rest)
        table = convergence(values, (points,), 60, shared=values.T)
        row, found = table.iloc[-1], runs_advised(table, replicates=replicates)
        off = {end: abs(row[end] - sign * width / 2.0) for end, sign in (("low", -1.0), ("high", 1.0))}
        held += sum(off[end] <= TAIL * row[f"{end}_error"] for end in off)
        assert found is not None
        sure += found.enough
        wrong += found.enough and max(off.values()) > 2.5 * found.tolerance * width
    assert held / (2 * tries) >= 0.82
    assert wrong <= 0.1 * tries
    if common == 1.0:  # more points don't help: only many replicates are ever enough
        assert sure <= 0.1 * tries or replicates >= 40


@pytest.mark.parametrize("points", [20, 200])
def test_shared_luck_is_never_enough_of_two_replicates(points: int, tmp_path: Path) -> None:
    """Everything but a little of y is the luck that all points share; 200 points know of it no more than 20."""
    data = open_sweep(swept(tmp_path, stand_in_study(points=points, replicates=2, chunk_runs=500)))
    said = " ".join(part_of(data, "y").sentences)
    assert "which is enough" not in said
    assert f"{2 * points} runs, without a 90% interval" in said
    assert "2 replicates may make most of the variance." in said
    assert "2 replicates, shared by all design points, cannot say how precise the 90% interval is." in said
    assert "Make 5 replicates or more." in said
    with pytest.raises(ResultsError, match="2 replicates are too few"):
        convergence(draws(data, "y").values, shared=draws(data, "y").shared)


def test_the_advice_names_what_has_to_become_more() -> None:
    luck = np.random.default_rng(2)

    def said(points: int, replicates: int, own: float, common: float) -> str:
        values = planted(luck, points, replicates, own, common, 0.0)
        found = runs_advised(convergence(values, shared=values.T), replicates=replicates)
        assert found is not None and not found.enough
        return precision_said(found, "design points")

    shared, points, both = said(200, 10, 0.05, 0.95), said(10, 60, 0.95, 0.05), said(10, 6, 0.5, 0.5)
    assert shared.startswith("With 200 design points and 10 replicates") and "replicates bring that to 10%" in shared
    assert "design points bring that to 10%" in points
    assert "design points and" in both.partition("of its width. ")[2]


def test_as_many_replicates_as_are_advised_are_about_enough() -> None:
    values = planted(np.random.default_rng(7), 100, 12, 0.2, 0.8, 0.0)
    found = runs_advised(convergence(values, shared=values.T), replicates=12)
    assert found is not None and found.replicates_needed is not None and 20 < found.replicates_needed < 120
    more = planted(np.random.default_rng(7), 100, found.replicates_needed, 0.2, 0.8, 0.0)
    again = runs_advised(convergence(more, shared=more.T), replicates=found.replicates_needed)
    assert again is not None and again.error < 1.5 * again.tolerance


def test_replicates_that_are_not_there_yet_are_left_out(tmp_path: Path) -> None:
    data = open_sweep(swept(tmp_path, stand_in_study(points=20, replicates=8, chunk_runs=20)))
    half = SweepData(data.folder, data.manifest, data.study, data.table[data.table["replicate"] < 6])
    values, counted, shared = draws(half, "y")
    assert counted == "design points" and values.shape == (20, 6)
    assert shared is not None and shared.shape == (6, 20)


@pytest.mark.parametrize(("kind", "points", "least"), [("sobol", 4, 16), ("sobol", 8, 16), ("morris", 2, 4)])
def test_indices_of_too_small_a_design_are_refused(tmp_path: Path, kind: str, points: int, least: int) -> None:
    with pytest.raises(StudyError, match=f"too few for .*expected {least} or more"):
        read_study(written(tmp_path, ishigami_study(kind, points)))
    study = read_study(written(tmp_path, ishigami_study(kind, 64)))
    each = study.runs // 64
    assert f"need {least * each} runs or more" in size_said(study, points * each)
    assert size_said(study, 64 * each) == size_said(study, None) == ""


def test_indices_are_refused_in_reading_too(tmp_path: Path) -> None:
    data = open_sweep(swept(tmp_path, ishigami_study("sobol", 16)))
    small = data.study.with_runs(4 * 8)
    few = SweepData(data.folder, data.manifest, small, data.table[data.table["point"] < small.points])
    with pytest.raises(ResultsError, match="4 points are too few for Sobol' indices; expected 16 or more"):
        sensitivity(few, "y")
    said = " ".join(part_of(few, "y").sentences)
    assert "No indices are given: 4 points are too few for Sobol' indices; 16 or more are needed." in said
    assert "total indices" not in said


def test_runs_that_become_others_are_said_first(tmp_path: Path) -> None:
    study = read_study(written(tmp_path, ishigami_study("sobol", 64)))
    assert size_said(study, 60) == (
        "60 runs were asked for; the design makes 32 (4 base points). "
        "These are too few for Sobol' indices, which need 128 runs or more."
    )
    cube = read_study(written(tmp_path, stand_in_study(points=16, replicates=3)))
    assert size_said(cube, 20) == "20 runs were asked for; the design makes 18 (6 design points)."
    assert size_said(cube, 18) == ""
    grid = read_study(written(tmp_path, stand_in_study(points=1, replicates=4, kind="grid")))
    assert size_said(grid, 20) == "20 runs were asked for; the design makes 18 (2 replicates)."
    data = open_sweep(swept(tmp_path, stand_in_study(points=16)))
    asked = SweepData(data.folder, {**data.manifest, "runs_asked": 33}, data.study, data.table)
    assert "32 runs (33 were asked for), 16 design points" in subtitle(asked) and "asked" not in subtitle(data)


@of_a_kind
@given(
    kind=st.sampled_from(["sobol", "morris", "latin_hypercube", "grid"]), points=st.integers(-1, 40),
    replicates=st.integers(0, 9), seed=st.integers(0, 10**6), common=st.sampled_from([0.0, 0.5, 1.0]),
)  # fmt: skip
def test_a_design_is_refused_with_the_least_size_or_read_truly(
    kind: str, points: int, replicates: int, seed: int, common: float
) -> None:
    try:
        Design(kind=kind, points=points)  # type: ignore[arg-type]
    except ValidationError as problem:
        least = LEAST_POINTS.get(kind, 1)
        power = kind == "sobol" and points >= least and points & (points - 1)
        assert points < least or power
        assert str(least) in str(problem.errors()) or power or points < 1
        return
    assert points >= LEAST_POINTS.get(kind, 1)
    values = planted(np.random.default_rng(seed), points, max(replicates, 1), 1.0 - common, common, 0.0)
    shared = None if kind == "grid" else values.T
    try:
        table = convergence(values.T if kind == "grid" else values, (), 20, shared)
    except InputError as problem:
        fewest = replicates if kind == "grid" else min(points, replicates)
        assert fewest < 5 and "expected 5 or more" in str(problem)
        return
    found = runs_advised(table, replicates=None if shared is None else len(shared))
    if found is None:
        return
    said = precision_said(found, "replicates" if kind == "grid" else "design points")
    assert replicates >= 5 and ("which is enough" in said) == found.enough
    assert found.enough == (found.error <= found.tolerance)
    if kind != "grid" and common == 1.0 and not found.enough:
        assert found.replicates_needed is not None and found.replicates_needed > replicates
    if kind != "grid":
        assert f"{replicates} replicates" in said


def test_few_replicates_are_named() -> None:
    assert few_replicates_said(1).startswith("1 replicate, shared by all design points")


def test_points_that_know_the_luck_of_their_own_need_replicates_too(tmp_path: Path) -> None:
    data = open_sweep(swept(tmp_path, boxed_study(points=60, replicates=1)))
    assert "which is enough" not in " ".join(part_of(data, "noise").sentences)
