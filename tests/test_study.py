"""Study files: what is read, and that every mistake names its file, line, key, and the way out."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from afteraid.experiments.study.design import Design, places
from afteraid.experiments.study.factors import Factor
from afteraid.experiments.study.study import Study, StudyFile, list_studies, read_study
from afteraid.simulation.basis.errors import StudyError
from afteraid.simulation.state.parameters import REGISTRY

GOOD = """\
title = "A test"
scenarios = ["baseline"]
replicates = 2
[design]
kind = "latin_hypercube"
points = 8
[[factors]]
name = "coordination"
low = 0.0
high = 0.5
[[factors]]
name = "exits"
[factors.alternatives]
abrupt = { abrupt = 1.0 }
handover = { government_handover = 1.0 }
[[outcomes]]
grain = "group"
measure = "use"
groups = ["LDC"]
"""


def write(folder: Path, text: str) -> Path:
    path = folder / "study.toml"
    path.write_text(text, encoding="utf-8")
    return path


def test_a_study_is_read(tmp_path: Path) -> None:
    study = read_study(write(tmp_path, GOOD))
    assert (study.points, study.runs, study.chunks) == (8, 16, 2)  # a file for each past
    spec = study.spec(10)  # replicate by replicate
    assert (spec.point, spec.replicate, spec.scenario) == (2, 1, "baseline")
    assert spec.values == study.spec(2).values and spec.values != study.spec(11).values
    settings = study.settings(spec.values)
    assert settings["exits"] in ({"abrupt": 1.0}, {"government_handover": 1.0})
    assert 0.0 <= float(str(settings["coordination"])) <= 0.5
    assert study.with_runs(100).runs == 100 and study.with_runs(101).runs == 100
    assert study.written.outcomes[0].name == "use_LDC"


@pytest.mark.parametrize(
    ("old", "new", "line", "says"),
    [
        ('name = "coordination"', 'name = "coordnation"', 8, "did you mean 'coordination'"),
        ("high = 0.5", "high = 1.5", 10, "a share from 0 to 1"),
        ("high = 0.5", "high = -1", 10, "is not above low"),
        ("high = 0.5", "heigh = 0.5", 10, "did you mean 'high'"),
        ("low = 0.0", "low = 0.0\nchoices = [1, 2]", 7, "more than one way"),
        ("low = 0.0\nhigh = 0.5", "", 7, "varies in no way"),
        ("low = 0.0", 'low = 0.0\ndistribution = "declared"', 10, "only a parameter"),
        ("government_handover", "governmnt_handover", 15, "did you mean 'government_handover'"),
        ("abrupt = 1.0 }", "abrupt = 0.9 }", 14, "sum to 0.9"),
        ('kind = "latin_hypercube"', 'kind = "latin_hypercub"', 5, "did you mean 'latin_hypercube'"),
        ('kind = "latin_hypercube"\npoints = 8', 'kind = "sobol"\npoints = 4', 6, "too few for Sobol' indices"),
        ('kind = "latin_hypercube"\npoints = 8', 'kind = "morris"\npoints = 3', 6, "expected 4 or more"),
        ('kind = "latin_hypercube"\npoints = 8', 'kind = "sobol"\npoints = 17', 6, "16 or 32"),
        ("replicates = 2", "replicates = 0", 3, "from 1"),
        ("replicates = 2", "replicats = 2", 3, "did you mean 'replicates'"),
        ('["baseline"]', '["baselin"]', 2, "did you mean 'baseline'"),
        ('measure = "use"', 'measure = "usee"', 18, "did you mean 'use'"),
        ('measure = "use"', 'measure = "use"\nyears = [2060]', 19, "from 2005 to 2050"),
        ('measure = "use"', 'measure = "use"\nyears = [2010]', 19, "years from 2025 to 2050"),
        ('groups = ["LDC"]', 'groups = ["LDCs"]', 19, "did you mean 'LDC'"),
        ('groups = ["LDC"]', "", 16, "names no group"),
        ('grain = "group"', 'grain = "groups"', 17, "did you mean 'group'"),
        ('groups = ["LDC"]', 'groups = ["LDC"]\nname = "exits"', 20, "name of another column"),
        ("[design]", "[settings]\nspinup = 2040\n[design]", 5, "2025"),
        ("[design]", "[settings]\nfunding = 1\nrun.start = 2018\nrun.end = 2016\n[design]", 7, "run.end: 2016 is not"),
        ("[design]", '[settings]\n"run.start" = 2018\nrun.end = 2060\n[design]', 6, "to 2050"),
        ("[design]", "[settings]\nstart = 2018\nstrategy.levy_rate = 2\n[design]", 6, "settings.strategy.levy_rate"),
        ("[design]", "[settings]\nrun.start = 2018\nlevy_rat = 0\n[design]", 6, "did you mean 'levy_rate'"),
        ("[design]", "[settings]\nfunding = 1\nrun.end = 2024\n[design]", 6, "settings.run.end: 2024 is not after"),
        ("[design]", "[design", 4, "not valid TOML"),
        ('title = "A test"', 'model = "no_such_module:f"', 1, "can't be imported"),
    ],
)
def test_a_mistake_names_its_place_and_the_way_out(tmp_path: Path, old: str, new: str, line: int, says: str) -> None:
    assert GOOD.count(old) >= 1
    path = write(tmp_path, GOOD.replace(old, new, 1))
    with pytest.raises(StudyError) as caught:
        read_study(path)
    text = str(caught.value)
    assert text.startswith(f"{path}:{line}: ") and says in text, text


def test_settings_that_are_valid_together_are_taken_together(tmp_path: Path) -> None:
    years = GOOD.replace("[design]", "[settings]\nrun.start = 2018\nrun.end = 2020\nspinup = 2015\n[design]")
    study = read_study(write(tmp_path, years))
    run = study.scenarios["baseline"].run
    assert (run.spinup, run.start, run.end) == (2015, 2018, 2020)


def test_an_unknown_study_is_refused_with_the_nearest_name(tmp_path: Path) -> None:
    with pytest.raises(StudyError, match="no such study file"):
        read_study(tmp_path / "absent.toml")
    for name in list_studies():
        assert read_study(name).runs > 0
        with pytest.raises(StudyError, match=f"did you mean '{name}'"):
            read_study(name[:-1])


def test_too_few_runs_are_refused(tmp_path: Path) -> None:
    study = read_study(write(tmp_path, GOOD))
    with pytest.raises(StudyError, match="expected 2 or more"):
        study.with_runs(1)
    with pytest.raises(StudyError, match="from 0 to 15"):
        study.spec(16)


def test_alternatives_may_set_several_things(tmp_path: Path) -> None:
    text = GOOD.replace('name = "exits"', 'name = "plan"').replace(
        "{ abrupt = 1.0 }", '{ "strategy.coordination" = 1 }'
    )
    text = text.replace("{ government_handover = 1.0 }", "{ transition_years = 2, platforms = 0.5 }")
    study = read_study(write(tmp_path, text.replace('name = "coordination"', 'name = "local_ownership"')))
    found = [study.settings(study.spec(run).values) for run in range(study.runs)]
    assert {"transition_years", "platforms"} < set().union(*found)
    kept = StudyFile.model_validate(json.loads(json.dumps(study.written.model_dump(mode="json"))))
    again = Study(study.name, kept, study.scenarios)  # as it is read back from the manifest of a sweep
    assert [again.settings(again.spec(run).values) for run in range(study.runs)] == found
    with pytest.raises(StudyError, match="has to be a table of settings"):
        read_study(write(tmp_path, text.replace('{ "strategy.coordination" = 1 }', "3")))


def test_grid_takes_every_level_with_every_other() -> None:
    factors = [
        Factor(name="a", low=0.0, high=1.0, levels=3), Factor(name="b", choices=("x", "y")),
        Factor(name="n", low=2.0, high=4.0, whole=True, levels=3),
    ]  # fmt: skip
    found = places(Design(kind="grid"), [factor.places() for factor in factors], 1)
    rows = {tuple(factor.value(at) for factor, at in zip(factors, row, strict=True)) for row in found}
    assert len(found) == len(rows) == Design(kind="grid").count(factors) == 18
    assert (0.0, "x", 2.0) in rows and (1.0, "y", 4.0) in rows
    with pytest.raises(ValueError, match="5 levels of 3 whole numbers"):
        Factor(name="n", low=2.0, high=4.0, whole=True, levels=5)


def test_latin_hypercube_visits_every_slice_once() -> None:
    found = places(Design(points=16), [[0.0]] * 3, 5)
    assert all(sorted((found[:, column] * 16).astype(int)) == list(range(16)) for column in range(3))
    assert (found == places(Design(points=16), [[0.0]] * 3, 5)).all()
    assert (found != places(Design(points=16), [[0.0]] * 3, 6)).any()


@pytest.mark.parametrize("second_order", [True, False])
def test_sobol_rows_differ_in_one_factor_as_the_analysis_expects(second_order: bool) -> None:
    design = Design(kind="sobol", points=16, second_order=second_order)
    found = places(design, [[0.0]] * 3, 5).reshape(16, design.points_each(3), 3)
    first, second = found[:, 0], found[:, -1]
    for factor in range(3):
        others = [column for column in range(3) if column != factor]
        crossed = found[:, 1 + factor]
        assert (crossed[:, factor] == second[:, factor]).all() and (crossed[:, others] == first[:, others]).all()


def test_morris_moves_one_factor_at_a_time() -> None:
    found = places(Design(kind="morris", points=20, levels=4), [[0.0]] * 5, 5).reshape(20, 6, 5)
    steps = np.diff(found, axis=1)
    assert ((np.abs(steps) > 0).sum(axis=2) == 1).all() and np.allclose(np.abs(steps).max(axis=2), 2 / 3)
    assert ((np.abs(steps) > 0).sum(axis=1) == 1).all()
    assert found.min() >= 0.0 and found.max() <= 1.0 and len(np.unique(found.round(9))) == 4


def test_factors_follow_their_distribution() -> None:
    chances = (np.arange(2000) + 0.5) / 2000
    bell = [float(Factor(name="a", distribution="normal", middle=2.0, spread=0.5).value(at)) for at in chances]
    assert abs(np.mean(bell) - 2.0) < 1e-6 and abs(np.std(bell) - 0.5) < 0.01
    name = next(name for name in REGISTRY if REGISTRY[name].distribution.shape == "triangular")
    drawn = [float(Factor(name=name, distribution="declared").value(at)) for at in chances]
    assert min(drawn) >= REGISTRY[name].distribution.low and max(drawn) <= REGISTRY[name].distribution.high
    assert np.isfinite(Factor(name="a", distribution="normal", middle=0.0, spread=1.0).value(1.0))
