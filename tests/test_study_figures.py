"""Charts, figures and sentences of a study: on functions whose answer is known."""

from __future__ import annotations

import json
import re
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from command_line import ask
from small_studies import ishigami_study, stand_in_study, swept

from afteraid.experiments.reading.answer import answer_of, numbers_of, part_of
from afteraid.experiments.reading.charts import (
    convergence_chart,
    differences,
    luck_shares,
    morris_plane,
    sobol_bars,
    subtitle,
    tornado,
)
from afteraid.experiments.reading.data import SweepData, open_sweep
from afteraid.experiments.reading.figures import draw, write_charts
from afteraid.experiments.reading.intervals import blocks_of, difference
from afteraid.experiments.reading.precision import convergence, draws
from afteraid.experiments.reading.reading import between_scenarios, paired, swings
from afteraid.experiments.reading.sentences import _names, between_said
from afteraid.experiments.study.testfunctions import ishigami_indices
from afteraid.simulation.basis.errors import ResultsError
from afteraid.simulation.results.charts import Chart
from afteraid.simulation.results.words.names import spoken
from afteraid.simulation.results.words.numbers import change, changes, level, signed

ROOT = Path(__file__).resolve().parent.parent
EXIT = """
[[factors]]
name = "exit"
[factors.alternatives]
abrupt = 0.0
planned = 1.0
"""


def study(points: int = 100, replicates: int = 2, kind: str = "latin_hypercube") -> str:
    return stand_in_study(points=points, replicates=replicates, chunk_runs=500, kind=kind)


@pytest.fixture(scope="module")
def hypercube(tmp_path_factory: pytest.TempPathFactory) -> SweepData:
    """y = x1 + x2^2 + luck, with x1 from 0 to 1 and x2 from -1 to 1."""
    return open_sweep(swept(tmp_path_factory.mktemp("hypercube"), study()))


@pytest.fixture(scope="module")
def replicated(tmp_path_factory: pytest.TempPathFactory) -> SweepData:
    """The same with as many replicates as it takes to say how precise an interval is."""
    return open_sweep(swept(tmp_path_factory.mktemp("replicated"), study(replicates=5)))


@pytest.fixture(scope="module")
def grid(tmp_path_factory: pytest.TempPathFactory) -> SweepData:
    """The same on three levels of each, with seven replicates."""
    return open_sweep(swept(tmp_path_factory.mktemp("grid"), study(1, 7, "grid")))


def drawn(chart: Chart) -> list[str]:
    """The words of a figure, which must draw without a warning."""
    figure = draw(chart, "a study")
    figure.canvas.draw()
    texts = [text.get_text() for axes in figure.axes for text in [*axes.texts, *axes.get_yticklabels()]]
    return [*texts, str(figure.get_suptitle()), str(figure.get_supxlabel())]


def test_a_tornado_has_the_exact_swings(hypercube: SweepData) -> None:
    table = tornado(hypercube, "y").table.set_index("factor")
    assert list(table.index) == ["x1", "x2"]
    first, idle = table.loc["x1"], table.loc["x2"]
    assert first["swing_low"] <= 2 / 3 <= first["swing_high"] and first["clear"]  # from 1/6 to 5/6
    assert idle["swing_low"] <= 0.0 <= idle["swing_high"] and not idle["clear"]  # a square is as large at both ends
    assert (first["from"], first["to"]) == ("0.167", "0.833") and first["swing"] == pytest.approx(2 / 3, abs=0.1)
    words = drawn(tornado(hypercube, "y"))
    assert "x1" in words and "0.167" in words and any(word.startswith("0.833  +0.") for word in words)


def test_common_luck_leaves_the_swings_of_a_grid_alone(grid: SweepData) -> None:
    first = swings(grid, "y").set_index("factor").loc["x1"]
    assert [first[name] for name in ("swing", "swing_low", "swing_high")] == pytest.approx([1.0, 1.0, 1.0])
    mixed = swings(grid, "z").set_index("factor").loc["x1"]  # z = x1 x luck
    luck = differences(grid, "z", "x1", 0.0).table.set_index("value").loc[1.0]
    assert mixed["swing"] == pytest.approx(luck["mean"]) and mixed["swing_low"] < luck["mean"] < mixed["swing_high"]


def test_one_replicate_of_a_grid_tells_nothing(tmp_path: Path) -> None:
    out = open_sweep(swept(tmp_path, study(1, 1, "grid")))
    table = swings(out, "y")
    assert table["swing_low"].isna().all() and not table["clear"].any()
    said = " ".join(part_of(out, "y").sentences)
    assert "No interval can be given for x1 and x2" in said and "too few to say how precise" in said
    assert "The share of random variation is unknown" in said and "no factor has a clear effect" not in said
    assert any("With one replicate" in word for word in drawn(tornado(out, "y")))


@pytest.mark.parametrize("kind", ["points", "replicates", "both"])
def test_nine_in_ten_intervals_hold_the_truth(kind: str) -> None:
    luck, held, tries = np.random.default_rng(5), 0, 300
    for _ in range(tries):
        points, replicates = (8, 5) if kind == "replicates" else (60, 1 if kind == "points" else 5)
        half = np.arange(points) % 2 == 0
        values = 1.0 * half[:, None] + np.zeros((points, replicates))
        if kind != "replicates":
            values = values + luck.normal(size=(points, 1))
        if kind != "points":
            values = values + half[:, None] * luck.normal(size=replicates)  # luck that differs between the two
        blocks = None if kind == "replicates" else np.arange(points)
        _, low, high = difference(values, half, ~half, blocks)
        held += low <= 1.0 <= high
    assert 0.86 <= held / tries <= 0.98


def test_choosing_the_furthest_apart_widens_the_interval() -> None:
    values = np.random.default_rng(1).normal(size=(4, 6))
    one, other = np.arange(4) == 0, np.arange(4) == 1
    narrow, wide = difference(values, one, other, None), difference(values, one, other, None, comparisons=6)
    assert wide[0] == narrow[0] and wide[1] < narrow[1] and wide[2] > narrow[2]


def test_rows_of_one_base_point_are_one_draw(tmp_path: Path) -> None:
    pytest.importorskip("SALib")
    out = open_sweep(swept(tmp_path, ishigami_study("sobol", 1024)))
    blocks = blocks_of(out.study)
    assert blocks is not None and len(np.unique(blocks)) == 1024 and (np.bincount(blocks) == 8).all()
    chart = sobol_bars(out, "y")
    exact = ishigami_indices()
    rows = chart.table.set_index(["index", "factor"])
    for index in ("first", "total"):
        for factor, value in exact[index].items():
            assert rows.loc[(index, factor), "low"] - 0.01 <= value <= rows.loc[(index, factor), "high"] + 0.01
    assert not chart.table["small"].any() and "second" not in set(chart.table["index"])
    assert {"x1", "x2", "x3"} <= set(drawn(chart))


def test_too_small_a_sample_is_hatched_and_said(tmp_path: Path) -> None:
    pytest.importorskip("SALib")
    chart = sobol_bars(open_sweep(swept(tmp_path, ishigami_study("sobol", 16))), "y")
    assert chart.table["small"].all() and "the sample is too small" in chart.note
    bars = [bar for bar in draw(chart).axes[0].patches if bar.get_hatch()]
    assert len(bars) == 6 and all(bar.get_alpha() < 0.5 for bar in bars)


def test_elementary_effects_have_their_plane(tmp_path: Path) -> None:
    pytest.importorskip("SALib")
    out = open_sweep(swept(tmp_path, ishigami_study("morris", 60)))
    table = morris_plane(out, "y").table.set_index("factor")
    assert (table["mu_star"] >= table["mu"].abs() - 1e-9).all() and table.loc["x3", "sigma"] > 1.0
    assert {"x1", "x2", "x3"} <= set(drawn(morris_plane(out, "y")))
    with pytest.raises(ResultsError, match="not shares of variance"):
        sobol_bars(out, "y")


def test_the_band_settles_as_the_square_root_of_runs(replicated: SweepData, grid: SweepData) -> None:
    table = convergence(draws(replicated, "y").values)
    assert table["runs"].tolist() == [5, 10, 20, 40, 80, 100]
    ratio = table["mean_error"].iloc[0] / table["mean_error"].iloc[-1]
    assert ratio == pytest.approx(np.sqrt(100 / 5), rel=0.2)
    chart = convergence_chart(replicated, "y")
    assert "design points" in chart.note and any("are enough" in word for word in drawn(chart)) == (
        chart.table["advised"].iloc[0] > 100
    )
    # luck is common to all points, and makes most of the spread: more points add nothing to what it determines
    assert chart.table["mean_error"].iloc[-1] > 0.7 * chart.table["mean_error"].iloc[0]
    assert "which is enough" not in chart.note and re.search(r"\d+ replicates bring that to 10%", chart.note)
    values, what, _ = draws(grid, "y")
    assert what == "replicates" and values.shape == (7, 9)
    assert np.allclose(np.ptp(values, axis=1), 0.0)  # luck is common: each replicate moves all points alike
    assert convergence(values)["runs"].tolist() == [5, 7]


def test_luck_is_stacked_to_a_whole(hypercube: SweepData) -> None:
    chart = luck_shares(hypercube, ["y", "z"])
    assert chart.table.groupby("outcome")["share"].sum().to_numpy() == pytest.approx(1.0)
    assert {"y", "z"} <= set(drawn(chart))


def test_pairs_may_be_held_and_relative(grid: SweepData) -> None:
    held = paired(grid, "y", "x1", 0.0, where={"x2": 0.0}).set_index("value")
    assert held.loc[1.0, "pairs"] == 7 and held.loc[1.0, "draws"] == 7 and held.loc[1.0, "mean"] == pytest.approx(1.0)
    assert paired(grid, "y", "x1", 0.0).set_index("value").loc[1.0, "pairs"] == 21
    share = paired(grid, "z", "x1", 0.5, relative=True).set_index("value")
    assert share.loc[1.0, ["low", "high"]].abs().max() == pytest.approx(1.0)  # twice as far from nothing, in each pair
    assert between_scenarios(grid, "y").empty


def test_sentences_say_what_the_tables_hold(replicated: SweepData) -> None:
    found = part_of(replicated, "y")
    said = "\n".join(found.sentences)
    assert re.search(
        r"x1: \+0\.\d+ \(90% interval \+0\.\d+ to \+0\.\d+\) from 0\.167 to 0\.833\. The mean changes from .* to ", said
    )
    assert "No clear effect (the 90% interval includes zero): x2." in said and "design points" in said
    assert {table.name for table in found.tables} >= {"range", "luck", "swings", "convergence"}
    assert found.manifest == {"outcome": "y", "scenario": found.manifest["scenario"], "unit": replicated.unit("y")}
    assert [one.name for one in numbers_of(replicated)] == ["y", "z"]
    whole = answer_of(replicated)
    assert [part.manifest["outcome"] for part in whole.parts] == ["y", "z"]
    assert whole.parts[0].sentences == found.sentences
    assert {chart.name for chart in whole.all_charts()} >= {"luck", "y-tornado", "z-convergence"}


def test_scenarios_are_compared_in_sentences() -> None:
    row = {"scenario": "handover", "mean": 0.02, "low": 0.01, "high": 0.03, "zero_in_band": False, "draws": 20}
    said = "handover compared with baseline: +2.0 percentage points (90% interval +1.0 to +3.0 percentage points)"
    assert between_said(row, "baseline", "share") == f"{said}."
    assert between_said({**row, "draws": 2}, "baseline", "share") == f"{said}, but 2 draws are too few to tell."
    unclear = between_said({**row, "low": -0.01, "zero_in_band": True}, "baseline", "share")
    assert "no clear effect (+2.0 percentage points; 90% interval -1.0 to +3.0 percentage points)" in unclear
    assert "+2.0% (90% interval +1.0% to +3.0%)" in between_said(row, "baseline", "share", in_percent=True)


def test_numbers_read_as_a_reader_expects() -> None:
    assert level(0.6312, "share of people") == "63.1%" and change(-0.0213, "share") == "-2.1 percentage points"
    assert level(1.62e9, "number") == "1.62 billion" and change(2.5, "US dollars of 2023") == "+US$2.5"
    assert changes(0.01, 0.032, "share") == "+1.0 to +3.2 percentage points"
    assert signed(-9.999) == "-10" and signed(0.00123) == "+0.0012" and signed(0.0) == "+0"
    assert spoken("rural_use_LDC") == "rural use LDC" and spoken("4.0") == "4" and spoken("0.25") == "0.25"


def test_the_command_writes_sentences_tables_and_figures(grid: SweepData, tmp_path: Path) -> None:
    status, printed, _ = ask("read", str(grid.folder), "--out", str(tmp_path / "out"), "--quiet")
    assert status == 0 and "includes zero): x2." in " ".join(printed.split())
    assert "includes zero): x2." in (tmp_path / "out/answer.txt").read_text(encoding="utf-8")
    files = {path.relative_to(tmp_path / "out").as_posix() for path in (tmp_path / "out").rglob("*") if path.is_file()}
    assert {"answer.txt", "manifest.json", "tables/swings.csv", "tables/swings.parquet", "figures/luck.png"} <= files
    assert {"figures/y-tornado.png", "figures/z-convergence.png"} <= files
    status, printed, _ = ask("read", str(grid.folder), "--outcome", "y", "--json")
    (only,) = json.loads(printed)["parts"]
    assert status == 0 and only["manifest"]["outcome"] == "y" and only["tables"]["swings"][0]["factor"] == "x1"
    first = (tmp_path / "out/figures/y-tornado.png").read_bytes()
    write_charts(answer_of(grid, "y").all_charts(), tmp_path / "again", subtitle(grid))
    assert (tmp_path / "again/y-tornado.png").read_bytes() == first


@pytest.mark.parametrize(
    ("options", "says"),
    [(["--outcome", "yy"], "did you mean 'y'"), (["--scenario", "other"], "no scenario is called 'other'")],
)
def test_what_cannot_be_read_is_one_message(hypercube: SweepData, options: list[str], says: str) -> None:
    status, _, said = ask("read", str(hypercube.folder), *options)
    assert status == 2 and says in said and said.count("\n") == 1


def test_what_is_no_sweep_is_refused(tmp_path: Path) -> None:
    status, _, said = ask("read", str(tmp_path))
    assert status == 2 and "holds no sweep" in said


def test_other_tools_open_it_as_the_page_says(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    duckdb, polars = pytest.importorskip("duckdb"), pytest.importorskip("polars")
    page = (ROOT / "docs" / "studies.md").read_text(encoding="utf-8")
    lines = re.findall(r"^((?:duckdb|polars)\..*)$", page, flags=re.MULTILINE)
    assert len(lines) == 2
    text = study(8, 2) + EXIT + '[[outcomes]]\nname = "serving_10_years"\nmeasure = "y"\n'
    text = text.replace('[[outcomes]]\nmeasure = "y"\n', "")
    out = open_sweep(swept(tmp_path, text))
    (tmp_path / "sweeps").mkdir()
    out.folder.rename(tmp_path / "sweeps" / "exit-timing")
    monkeypatch.chdir(tmp_path)
    means, frame = (eval(line, {"duckdb": duckdb, "polars": polars}) for line in lines)
    assert frame.height == 16 and {"exit", "serving_10_years", "run"} <= set(frame.columns)
    expected = {
        row["exit"]: row["serving_10_years"]
        for row in frame.group_by("exit").agg(polars.col("serving_10_years").mean()).to_dicts()
    }
    assert dict(means.fetchall()) == pytest.approx(expected) and set(expected) == {"abrupt", "planned"}


def test_a_sentence_names_only_some_of_many_factors() -> None:
    names, others = _names(pd.DataFrame({"factor": [f"x{place}" for place in range(18)]}))
    assert names.endswith("x5, x6 and x7") and names.count("x") == 8
    assert others == " The same holds for x8, x9, x10, x11, x12, x13, x14 and x15. The same holds for x16 and x17."
    assert _names(pd.DataFrame({"factor": ["x1"]})) == ("x1", "")
