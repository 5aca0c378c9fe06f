"""Scenario discovery: a planted box is found and said, noise is called noise; the workbench drives the same runs."""

from __future__ import annotations

import hashlib
import json
import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from command_line import call
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import binomtest
from small_studies import boxed_study, swept, written

from afteraid.experiments.discovery import rule_search, rules
from afteraid.experiments.discovery.answer import answer_of, rules_table, sentence_of, verdict_of
from afteraid.experiments.discovery.discovery import Discovery, _hash_of, _held_out, discover
from afteraid.experiments.discovery.figure import draw_trade_off, ranges, trade_off, write_figures
from afteraid.experiments.discovery.rule_search import find_leaves, is_better
from afteraid.experiments.discovery.rules import CHOICES, Cases, Limit, Rule, fit, interval, quasi_p
from afteraid.experiments.discovery.workbench import old_pandas_calls, workbench
from afteraid.experiments.reading.data import open_sweep
from afteraid.experiments.study.factors import Factor
from afteraid.experiments.study.study import read_study
from afteraid.experiments.study.wording import factor_words
from afteraid.experiments.sweep.dataset import read_sweep_manifest, read_table
from afteraid.simulation.basis.errors import ResultsError, StudyError
from afteraid.simulation.results.faces.plain import plain
from afteraid.simulation.results.words.numbers import level

pytest.importorskip("ema_workbench")

ROOT = Path(__file__).resolve().parent.parent


@pytest.fixture(scope="module")
def boxed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A sweep in which y is low in a box that is known."""
    return swept(tmp_path_factory.mktemp("boxed"), boxed_study())


@pytest.fixture(scope="module")
def found(boxed: Path) -> Discovery:
    return discover(boxed, "y < 0.5")


def test_a_planted_box_is_found_with_its_limits(found: Discovery) -> None:
    (box,) = found.boxes
    limits = {limit.factor: limit for limit in box.rule.limits}
    assert set(limits) == {"x1", "x2", "way"}  # x3 does nothing
    assert limits["x1"].low is None and limits["x1"].high == pytest.approx(0.4, abs=0.04)
    assert limits["x2"].high is None and limits["x2"].low == pytest.approx(0.5, abs=0.04)
    assert limits["way"].choices == ("abrupt", "phased")
    assert box.held_out.density > 0.85 and box.held_out.coverage > 0.85 and is_better(box.held_out)
    assert box.held_out.density_low < box.held_out.density <= box.held_out.density_high <= 1.0
    assert found.base() == pytest.approx(0.1, abs=0.02)
    assert found.scores["factor"].iloc[-1] == "x3" and found.scores["score"].sum() == pytest.approx(1.0)
    assert (found.limits.query("kind == 'box'")["quasi_p"] < 0.01).all()


def test_a_box_is_said_in_plain_language(found: Discovery) -> None:
    (box,) = found.boxes
    limits = {limit.factor: limit for limit in box.rule.limits}
    assert sentence_of(found, box) == (
        f"Rule 1: Y is under 0.5 when x1 is under {limits['x1'].high:g}, x2 is over {limits['x2'].low:g} "
        "and way is abrupt or phased."
    )
    worth, covered = verdict_of(box)
    density, coverage = (level(share, "share") for share in (box.held_out.density, box.held_out.coverage))
    assert f"{density} of {box.held_out.runs} runs meet the condition (density; 90% interval" in worth
    assert f"Rule 1 covers {coverage} of the held-out runs that meet the condition (coverage;" in covered


def test_the_rule_that_is_said_is_the_rule_that_is_counted(found: Discovery, boxed: Path) -> None:
    runs = read_table(boxed)
    (box,) = found.boxes
    limits = {limit.factor: limit for limit in box.rule.limits}
    x1, x2 = float(f"{limits['x1'].high:g}"), float(f"{limits['x2'].low:g}")
    met = runs[(runs["x1"] <= x1) & (runs["x2"] > x2) & runs["way"].isin(["abrupt", "phased"])]
    assert len(met) == box.training.runs + box.held_out.runs
    assert int((met["y"] < 0.5).sum()) == box.training.cases + box.held_out.cases


def test_the_same_seed_gives_the_same_rules_and_another_one_other_halves(found: Discovery, boxed: Path) -> None:
    again = discover(boxed, "y < 0.5")
    for name in ("limits", "scores", "trajectory"):
        pd.testing.assert_frame_equal(getattr(found, name), getattr(again, name))
    pd.testing.assert_frame_equal(rules_table(found), rules_table(again))
    assert found.manifest == again.manifest
    study = open_sweep(boxed).study
    halves = [_held_out(study, np.arange(400), seed) for seed in (1, 1, 2)]
    assert (halves[0] == halves[1]).all() and (halves[0] != halves[2]).any()


def test_the_leaves_of_the_tree_part_the_runs(found: Discovery, boxed: Path) -> None:
    runs = read_table(boxed)
    assert len(found.leaves) > 2
    hits = np.sum([leaf.rule.meets(runs) for leaf in found.leaves], axis=0)
    assert (hits == 1).all()
    assert found.leaves[0].training.density > 0.5 and is_better(found.leaves[0].held_out)
    assert found.leaves[-1].held_out.density == 0.0 and "fewer than the" in " ".join(verdict_of(found.leaves[-1]))
    share = f"in {level(found.leaves[0].held_out.density, 'share')} of the held-out runs in which"
    assert sentence_of(found, found.leaves[0]).startswith(f"Leaf 1: Y is under 0.5 {share}")


def test_noise_has_no_rule(boxed: Path) -> None:
    nothing = discover(boxed, "lowest 30% of noise")
    assert not nothing.boxes and not nothing.leaves
    said = answer_of(nothing).sentences
    assert said[1:] == ("No rule was found: no limit on any factor marks these runs better than chance.",)
    assert nothing.counts["of_interest"] == pytest.approx(120, abs=1)


def test_a_rule_made_of_luck_is_shown_up_out_of_sample(boxed: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rules, "SIGNIFICANT", 1.1)  # keep whatever PRIM makes of noise, and the narrowest of it
    monkeypatch.setattr(rule_search, "_worth", lambda rule, cases: (fit(rule, cases).density, 0))
    monkeypatch.setattr(rule_search, "MOST_BOXES", 1)
    lucky = discover(boxed, "lowest 30% of noise")
    assert lucky.boxes
    for box in lucky.boxes:
        assert box.training.density > 1.2 * box.training.base  # it looks like something
        assert box.held_out.density_low <= box.held_out.base  # and is nothing
        (worth,) = verdict_of(box)
        assert "not clearly more than the" in worth or "fewer than the" in worth
    assert any(said.startswith("No rule is clearly better than chance") for said in answer_of(lucky).sentences)


def test_too_few_cases_are_called_too_few(boxed: Path) -> None:
    rare = discover(boxed, "y lowest 2%")
    assert not rare.boxes and not rare.leaves and rare.too_few()
    assert answer_of(rare).sentences[1].startswith("Too few cases for rules: about")
    with pytest.raises(ResultsError, match="no run meets 'y < -1': y goes from 0.2"):
        discover(boxed, "y < -1")
    with pytest.raises(ResultsError, match="every run meets"):
        discover(boxed, "y > -1")


def test_failed_runs_are_left_out_and_counted(tmp_path: Path) -> None:
    text = boxed_study("fails", points=160).replace('"noise"', '"z"')
    some = discover(swept(tmp_path, text), "highest 50% of z and y < 10")
    assert some.counts["failed"] == 80 and some.counts["used"] == 80
    assert "Left out because they failed: 80 runs." in answer_of(some).notes
    (tmp_path / "few").mkdir()
    with pytest.raises(ResultsError, match="20 points are too few"):
        discover(swept(tmp_path / "few", text.replace("160", "40")), "highest 50% of z")


@pytest.mark.parametrize(
    ("kind", "points", "together"), [("latin_hypercube", 50, 1), ("sobol", 16, 10), ("morris", 9, 5)]
)
def test_what_belongs_together_is_held_out_together(tmp_path: Path, kind: str, points: int, together: int) -> None:
    study = read_study(written(tmp_path, boxed_study(points=points, replicates=3, kind=kind)))
    runs = np.repeat(np.arange(study.points), 3)
    held = _held_out(study, runs, 5)
    by_group = held.reshape(-1, 3 * together)
    assert (by_group.all(axis=1) | ~by_group.any(axis=1)).all()
    assert by_group.all(axis=1).sum() == by_group.shape[0] // 2


def test_a_design_that_is_not_made_for_rules_says_so(tmp_path: Path) -> None:
    text = boxed_study(points=16, kind="sobol")
    some = discover(swept(tmp_path, text), "y lowest 40%")
    assert some.counts["points"] == 160 and "Prefer a latin_hypercube" in answer_of(some).notes[-1]


def test_replicates_are_no_evidence_of_their_own() -> None:
    x = pd.DataFrame({"x": np.repeat(np.arange(40) / 40.0, 25)})
    once = Cases(x.iloc[::25].reset_index(drop=True), (x["x"].to_numpy() < 0.3)[::25], np.arange(40))
    often = Cases(x, x["x"].to_numpy() < 0.3, np.repeat(np.arange(40), 25))
    rule = Rule((Limit("x", high=0.5),))
    one, many = fit(rule, once), fit(rule, often)
    assert many.runs == 25 * one.runs and many.points == one.points
    assert (many.density_low, many.density_high) == pytest.approx((one.density_low, one.density_high))
    assert quasi_p(rule, "x", "high", often) == pytest.approx(quasi_p(rule, "x", "high", once))


@settings(max_examples=50)
@given(st.integers(1, 200), st.data())
def test_intervals_are_the_exact_ones(count: int, data: st.DataObject) -> None:
    hits = data.draw(st.integers(0, count))
    low, high = interval(hits / count, count)
    exact = binomtest(hits, count).proportion_ci(0.9, "exact")
    assert (low, high) == pytest.approx((exact.low, exact.high), abs=1e-9) and low <= hits / count <= high


def test_quasi_p_values_are_those_of_the_workbench() -> None:
    luck = np.random.default_rng(3)
    x = pd.DataFrame({"a": luck.random(300), "b": luck.random(300)})
    x["c"] = np.array(["one", "two", "three"], dtype=object)[luck.integers(0, 3, 300)]
    x["c"] = x["c"].astype(object)
    y = (x["a"] < 0.5).to_numpy() & (x["c"] != "two").to_numpy() & (luck.random(300) < 0.8)
    prim = workbench("analysis.prim")
    options = {"threshold": 1e-9} if workbench().__version__.startswith("2.") else {}
    with old_pandas_calls():
        box = prim.Prim(x, y.astype(int), **options).find_box()
    cases, compared = Cases(x, y, np.arange(300)), 0
    for lims, quasi in zip(box.box_lims, box.qp if options else box.p_values, strict=True):
        ends = {name: tuple(lims[name]) for name in quasi}
        limits = {
            name: Limit(name, choices=tuple(low)) if name == "c" else Limit(name, float(low), float(high), stepped=True)
            for name, (low, high) in ends.items()
        }
        for name, values in quasi.items():
            for side, value in zip((CHOICES, "") if name == "c" else ("low", "high"), values, strict=True):
                if value >= 0.0 and fit(Rule(tuple(limits.values())), cases).density > 0.4:
                    assert quasi_p(Rule(tuple(limits.values())), name, side, cases) == pytest.approx(value)
                    compared += 1
    assert compared > 10


def test_a_tree_knows_choices() -> None:
    luck = np.random.default_rng(1)
    x = pd.DataFrame({"way": np.array(["a", "b", "c"], dtype=object)[luck.integers(0, 3, 200)]}).astype(object)
    known = {"way": factor_words(Factor(name="way", choices=("a", "b", "c")), x["way"].to_numpy())}
    leaves = find_leaves(Cases(x, (x["way"] == "b").to_numpy(), np.arange(200)), known, 1)
    assert {leaf.words(known) for leaf in leaves} == {"way is b", "way is not b"}


def test_the_workbench_is_asked_for_when_it_is_missing(boxed: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "ema_workbench", None)
    with pytest.raises(StudyError, match=r"pip install 'afteraid\[discovery\]'"):
        discover(boxed, "y < 0.5")


def test_figures_come_from_their_tables(found: Discovery, tmp_path: Path) -> None:
    table = ranges(found)
    assert set(table["factor"]) == {"x1", "x2", "way"}  # what no rule asks for is not shown
    assert table.query("factor == 'way'")["inside"].tolist() == [True, True, False, False]
    x1 = table.query("factor == 'x1'").iloc[0]
    assert x1["low"] == 0.0 and x1["high"] == pytest.approx(0.4, abs=0.05) and x1["words"].startswith("under 0.4")
    ways = trade_off(found)
    first = ways.groupby("series", sort=False).first()
    assert (first["coverage"] == 1.0).all() and (first["limits"] == 0).all()
    assert ways["chosen"].sum() == 2
    axes = draw_trade_off(found).axes[0]
    line = axes.lines[0].get_xydata()
    assert np.allclose(np.asarray(line)[:, 0], 100.0 * ways["coverage"].to_numpy()[: len(np.asarray(line))])
    paths = write_figures(found, tmp_path)
    before = [path.read_bytes() for path in paths]
    assert [path.read_bytes() for path in write_figures(found, tmp_path)] == before


def test_the_command_says_the_rules_and_writes_them(boxed: Path, tmp_path: Path, found: Discovery) -> None:
    out = tmp_path / "rules"
    result = call("discover", str(boxed), "--where", "y < 0.5", "--out", str(out), "--quiet")
    assert result.exit_code == 0, result.output
    said = " ".join(result.stdout.split())
    assert all(" ".join(sentence.split()) in said for sentence in answer_of(found).sentences)
    assert sentence_of(found, found.boxes[0]) in said
    manifest = json.loads((out / "manifest.json").read_text())
    assert manifest["kind"] == "discovery" and manifest["where"] == "y < 0.5" and manifest == found.manifest
    for name in ("rules", "limits", "scores", "trajectory", "ranges"):
        table = pd.read_parquet(out / f"{name}.parquet")
        assert len(table) == len(pd.read_csv(out / f"{name}.csv")) > 0
    assert len(list((out / "figures").glob("*.png"))) == 3 and (out / "answer.txt").read_text().startswith("study,")
    answer = json.loads(json.dumps(plain(answer_of(found)), allow_nan=False))
    assert answer["tables"]["rules"][0]["sentence"] == sentence_of(found, found.boxes[0])
    assert answer["tables"]["counts"][0]["used"] == 400


def test_the_command_has_help_with_an_example() -> None:
    text = call("discover", "--help").stdout
    assert "afteraid discover" in text and "Example" in text


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--where", "z < 0.5"], "no outcome is called 'z'"),
        (["--where", "y"], "compares nothing"),
        (["--where", "y < 0.5", "--scenario", "baseline"], "no scenario is called 'baseline'"),
    ],
)
def test_the_command_refuses_what_it_cannot_use(boxed: Path, tmp_path: Path, options: list[str], message: str) -> None:
    result = call("discover", str(boxed), *options, "--out", str(tmp_path / "none"))
    assert result.exit_code == 2 and message in result.output and "Traceback" not in result.output
    assert not (tmp_path / "none").exists()


def test_the_manifest_knows_the_sweep(found: Discovery, boxed: Path, tmp_path: Path) -> None:
    sweep = found.manifest["sweep"]
    assert sweep["study_sha256"] == read_sweep_manifest(boxed)["study_sha256"]
    assert sweep["manifest_sha256"] == hashlib.sha256((boxed / "manifest.json").read_bytes()).hexdigest()
    shutil.copytree(boxed / "runs", tmp_path / "runs")
    assert _hash_of(tmp_path / "runs") == sweep["runs_sha256"]
    next((tmp_path / "runs").glob("*.parquet")).unlink()
    assert _hash_of(tmp_path / "runs") != sweep["runs_sha256"]


def test_the_base_install_does_without_the_workbench() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    extras = {name for name, wanted in project["optional-dependencies"].items() if "ema-workbench" in " ".join(wanted)}
    assert extras == {"discovery", "test"}  # it brings Platypus, which is under the GPL
    assert not {"ema", "platypus", "seaborn"} & {
        re.split(r"[-_<>=]", name)[0].lower() for name in project["dependencies"]
    }
    loaded = "import sys, afteraid.cli; print(any(name in sys.modules for name in ('ema_workbench', 'platypus')))"
    done = subprocess.run([sys.executable, "-c", loaded], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"
