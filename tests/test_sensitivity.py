"""Sensitivity: indices that are known exactly, through the whole way from a study file; luck; how many runs."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from small_studies import ishigami_study, number, stand_in_study, swept

from afteraid.experiments.reading.data import open_sweep
from afteraid.experiments.reading.precision import convergence, runs_advised
from afteraid.experiments.reading.reading import by_choice, luck, paired, swings
from afteraid.experiments.reading.sensitivity import sensitivity
from afteraid.experiments.reading.sentences import precision_said, variation_said
from afteraid.experiments.study.testfunctions import ishigami_indices
from afteraid.simulation.basis.errors import ResultsError


def test_sobol_indices_of_ishigami_are_the_exact_ones(tmp_path: Path) -> None:
    pytest.importorskip("SALib")
    found = sensitivity(open_sweep(swept(tmp_path, ishigami_study("sobol", 1024))), "y")
    exact = ishigami_indices()
    for index in ("first", "total"):
        values = found.index(index).set_index("factor")
        for factor, value in exact[index].items():
            row = values.loc[factor]
            assert abs(row["value"] - value) < 0.03, (index, factor)
            assert row["low"] - 0.01 <= value <= row["high"] + 0.01
    pair = found.index("second").set_index(["factor", "other"])["value"]
    assert abs(pair["x1", "x3"] - exact["second"]["x1 x3"]) < 0.05 and abs(pair["x1", "x2"]) < 0.05
    assert not any("too small" in note for note in found.notes)
    assert any("Interactions of factors" in note for note in found.notes)


def test_the_exact_indices_are_the_published_ones() -> None:
    assert ishigami_indices()["first"]["x1"] == pytest.approx(0.3139, abs=1e-4)
    assert ishigami_indices()["total"]["x3"] == pytest.approx(0.2437, abs=1e-4)


@pytest.mark.parametrize(("kind", "points"), [("sobol", 16), ("latin_hypercube", 40), ("morris", 4)])
def test_small_samples_say_so(tmp_path: Path, kind: str, points: int) -> None:
    pytest.importorskip("SALib")
    found = sensitivity(open_sweep(swept(tmp_path, ishigami_study(kind, points))), "y")
    assert found.method == {"latin_hypercube": "delta"}.get(kind, kind)
    assert found.notes and found.notes[0].startswith("The sample is too small")


def test_other_methods_find_what_does_nothing(tmp_path: Path) -> None:
    pytest.importorskip("SALib")
    out = open_sweep(swept(tmp_path, ishigami_study("latin_hypercube", 1000, number("idle", 0.0, 1.0))))
    assert sensitivity(out, "y", method="pawn").index("pawn")["factor"].iloc[-1] == "idle"
    with pytest.raises(ResultsError, match="needs a design of its own"):
        sensitivity(out, "y", method="sobol")
    with pytest.raises(ResultsError, match="no outcome is called 'z'"):
        sensitivity(out, "z")


def test_morris_sees_size_and_interplay(tmp_path: Path) -> None:
    pytest.importorskip("SALib")
    found = sensitivity(open_sweep(swept(tmp_path, ishigami_study("morris", 100))), "y")
    size, curve = found.index("mu_star").set_index("factor")["value"], found.index("sigma").set_index("factor")["value"]
    assert (size > 1.0).all() and curve["x3"] > 1.0 and found.method == "morris"


def test_luck_is_told_from_the_factors(tmp_path: Path) -> None:
    data = open_sweep(swept(tmp_path, stand_in_study(points=64, replicates=20)))
    found = luck(data, "y")
    factors, lucky = 1 / 12 + 4 / 45, 1.0  # variances of x1 + x2^2, and of the luck that all points share
    assert found.factors + found.luck + found.together == pytest.approx(1.0)
    assert found.together < 1e-9 and found.reliability > 0.999
    assert found.factors == pytest.approx(factors / (factors + lucky), abs=0.08)
    assert "random variation" in variation_said(found, "y", drawn=False) and found.replicates == 20
    mixed = luck(data, "z")  # x1 x luck: mostly luck that differs between points
    assert mixed.together > 0.1 and mixed.reliability < 0.8
    said = variation_said(mixed, "z", drawn=True)
    assert "uncertain parameters" in said and "With 20 replicates, the mean of a design point is mostly random" in said
    assert swings(data, "y")["factor"].iloc[0] == "x1"


def test_a_grid_is_compared_pair_by_pair(tmp_path: Path) -> None:
    out = open_sweep(swept(tmp_path, stand_in_study(points=1, replicates=5, kind="grid")))
    table = paired(out, "y", "x1", 0.0).set_index("value")
    assert table.loc[1.0, "mean"] == pytest.approx(1.0) and table.loc[1.0, "pairs"] == 15
    assert table.loc[0.5, "low"] == pytest.approx(0.5) and not table["zero_in_band"].any()
    means = by_choice(out, "y", "x1").set_index("value")
    assert means.loc[1.0, "mean"] - means.loc[0.0, "mean"] == pytest.approx(1.0) and (means["runs"] == 15).all()
    with pytest.raises(ResultsError, match="did you mean 'x2'"):
        paired(out, "y", "x", 0.0)


def test_more_runs_make_the_band_surer() -> None:
    values = np.random.default_rng(1).normal(size=2000)
    table = convergence(values, (20, 2000))
    assert table["mean_error"].iloc[0] == pytest.approx(1 / np.sqrt(20), rel=0.2)
    assert table["low_error"].iloc[1] < 0.2 * table["low_error"].iloc[0]
    few, many = (runs_advised(convergence(values[:count]), 0.05) for count in (40, 2000))
    assert few is not None and not few.enough and few.needed > 40 and few.draws == 40
    assert f"{few.needed} runs bring that to 5%" in precision_said(few, "runs")
    assert many is not None and many.enough and "which is enough" in precision_said(many, "runs")
    assert runs_advised(convergence(np.ones(40))) is None
