"""Robust search: the known front is found, the same bits everywhere and after any stop, and what is said holds."""

from __future__ import annotations

import errno
import functools
import importlib
import json
import os
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from command_line import ask
from sweep_tally import hashes

from afteraid.experiments.pages.answers import search_answer
from afteraid.experiments.search.answer import answer_of
from afteraid.experiments.search.evolution import Evolution, partitions
from afteraid.experiments.search.figure import coordinates, draw_coordinates, draw_two
from afteraid.experiments.search.file import FRESH, SEARCH, Search, list_searches, read_search
from afteraid.experiments.search.search import search
from afteraid.experiments.search.tables import FOUND, Found
from afteraid.experiments.search.trials import make_batch
from afteraid.experiments.study.chunks import count_pasts
from afteraid.experiments.study.outcomes import read_run
from afteraid.simulation.basis.errors import InputError, ResultsError, StudyError
from afteraid.simulation.model import FinancingModel
from afteraid.simulation.scenario.scenario import Scenario, load_scenario

SCHAFFER = """\
title = "Two parabolas"
model = "search_models:schaffer"
seed = 3
chunk_runs = 16
futures = 2
fresh_futures = 3
candidates = 16
generations = 10
keep = 5
[settings]
x = 4.0
[[levers]]
name = "x"
low = -10.0
high = 10.0
[[uncertainties]]
name = "shift"
low = 0.0
high = 1.0
[[outcomes]]
measure = "f"
[[outcomes]]
measure = "g"
[[outcomes]]
measure = "x"
[[objectives]]
outcome = "f"
direction = "less"
[[objectives]]
outcome = "g"
direction = "less"
"""
WORLD = """\
futures = 2
fresh_futures = 2
candidates = 4
generations = 1
keep = 2
references = ["exits-abrupt"]
holds_equal = "appropriations"
[settings]
spinup = 2023
end = 2028
[[levers]]
name = "exits"
sets = "strategy.exits"
mix = ["abrupt", "government_handover", "adaptive"]
[[levers]]
name = "transition_years"
low = 1.0
high = 4.0
[[uncertainties]]
name = "cut"
sets = "world.cuts"
[uncertainties.alternatives]
none = []
deep = [{ year = 2026, size = 0.3, donors = ["dac"] }]
[[outcomes]]
name = "user_years"
measure = "user_years"
years = "all"
over = "sum"
[[outcomes]]
name = "serving"
measure = "serving_1_years_after_founding"
[[objectives]]
outcome = "user_years"
[[objectives]]
outcome = "user_years"
over = "regret_max"
[[objectives]]
outcome = "serving"
"""


@functools.cache
def shipped() -> Search:
    return read_search("robust-mix")


def write(folder: Path, text: str, name: str = "search") -> Path:
    path = folder / f"{name}.toml"
    path.write_text(text, encoding="utf-8")
    return path


def here(file: Path, out: Path, **options: object) -> Found:
    """Search in this process."""
    with ThreadPoolExecutor(1) as pool:
        found = search(file, out, engine=pool, **options)  # type: ignore[arg-type]
    found.write(out)
    return found


@pytest.fixture(scope="module")
def parabolas(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path, Found]:
    folder = tmp_path_factory.mktemp("parabolas")
    file = write(folder, SCHAFFER)
    return file, folder / "out", here(file, folder / "out")


# The front


def test_a_known_front_is_found(parabolas: tuple[Path, Path, Found]) -> None:
    found = parabolas[2].pareto[parabolas[2].pareto["kind"] == FOUND]
    assert len(found) == 5 and found["x"].between(-0.05, 2.05).all() and found["x"].max() - found["x"].min() > 1.5
    # the luck of a future is the same for all: what is left lies on the front, to the figures that x is written with
    tried = parabolas[2].evaluations
    shift = tried["f"] - tried["x"] ** 2
    told = tried["strategy"].str.startswith("strategy-")
    f, g = (tried["f"] - shift)[told], (tried["g"] - shift)[told]
    assert np.allclose(g, (np.sqrt(np.clip(f, 0.0, None)) - 2.0) ** 2, atol=0.2)
    assert tried.groupby(["sample", "future"])["future"].size().min() >= 6
    assert shift.groupby([tried["sample"], tried["future"]]).std().max() < 1e-9


def test_the_hypervolume_is_near_the_analytic_one(parabolas: tuple[Path, Path, Found]) -> None:
    tried = parabolas[2].evaluations
    first = tried[(tried["sample"] == SEARCH) & (tried["future"] == 0) & (tried["generation"] > 0)]
    f, g = first["x"] ** 2, (first["x"] - 2.0) ** 2
    points = sorted((a, b) for a, b in zip(f, g, strict=True) if a <= 4.0 and b <= 4.0)
    area, lowest = 0.0, 4.0
    for a, b in points:  # of the square up to (4, 4) that the front dominates: 16 - 8/3
        if b < lowest:
            area += (4.0 - a) * (lowest - b)
            lowest = b
    whole = 16.0 - 8.0 / 3.0
    assert 0.93 * whole < area <= whole + 1e-9


def test_a_front_in_four_numbers_is_neared(tmp_path: Path) -> None:
    levers = "".join(f'[[levers]]\nname = "x{number}"\nlow = 0.0\nhigh = 1.0\n' for number in range(1, 5))
    text = SCHAFFER.replace("schaffer", "zdt1").replace("generations = 10", "generations = 18")
    text = text.replace(
        'x = 4.0\n[[levers]]\nname = "x"\nlow = -10.0\nhigh = 10.0\n', f"x1=0.5\nx2=0.5\nx3=0.5\nx4=0.5\n{levers}"
    )
    text = text.replace('[[outcomes]]\nmeasure = "x"\n', "").replace("candidates = 16", "candidates = 20")
    found = here(write(tmp_path, text), tmp_path / "out")
    rows = found.pareto[found.pareto["kind"] == FOUND]
    assert (rows["g"] - (1.0 - np.sqrt(rows["f"]))).mean() < 0.5  # at random it is about 4
    assert rows["g"].min() >= 0.0


def test_four_objectives_are_sought_along_directions() -> None:
    assert [partitions(4, count) for count in (4, 19, 20, 35)] == [1, 2, 3, 4]
    assert Evolution(3, 4, 1, 20, 2, 1).name == "NSGA-III" and Evolution(3, 3, 1, 20, 2, 1).name == "NSGA-II"


# The same bits


@pytest.mark.parametrize("workers", [1, 2])
def test_the_same_bits_from_processes(parabolas: tuple[Path, Path, Found], tmp_path: Path, workers: int) -> None:
    search(parabolas[0], tmp_path / "out", workers=workers).write(tmp_path / "out")
    assert hashes(tmp_path / "out") == hashes(parabolas[1])


@pytest.mark.parametrize("stops", [1, 5, 11])
def test_a_search_that_was_stopped_ends_as_one_that_was_not(
    parabolas: tuple[Path, Path, Found], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, stops: int
) -> None:
    tell = Evolution.tell
    told = 0

    def stop(self: Evolution, *arguments: np.ndarray) -> None:
        nonlocal told
        told += 1
        if told == min(stops, 10):
            raise KeyboardInterrupt
        tell(self, *arguments)

    monkeypatch.setattr(Evolution, "tell", stop)
    with pytest.raises(KeyboardInterrupt):
        here(parabolas[0], tmp_path / "out")
    monkeypatch.undo()
    for part in sorted((tmp_path / "out" / "evaluations").glob("generation-*/runs/*.parquet"))[-3:]:
        part.unlink()  # as a stop in the middle of a generation leaves it
    with pytest.raises(ResultsError, match="--resume"):
        here(parabolas[0], tmp_path / "out")
    here(parabolas[0], tmp_path / "out", resume=True)
    assert hashes(tmp_path / "out") == hashes(parabolas[1])


def test_a_finished_search_is_read_again_without_a_run(
    parabolas: tuple[Path, Path, Found], monkeypatch: pytest.MonkeyPatch
) -> None:
    before = hashes(parabolas[1])

    def fail(*_: object) -> None:
        raise AssertionError("a run was asked for")

    monkeypatch.setattr("afteraid.experiments.sweep.sweep.run_task", fail)
    again = here(parabolas[0], parabolas[1], resume=True)
    pd.testing.assert_frame_equal(again.pareto, parabolas[2].pareto)
    assert hashes(parabolas[1]) == before


def test_another_search_is_not_mixed_in(parabolas: tuple[Path, Path, Found], tmp_path: Path) -> None:
    other = write(tmp_path, SCHAFFER.replace("seed = 3", "seed = 4"))
    with pytest.raises(ResultsError, match=r"study: seed 3 -> 4"):
        here(other, parabolas[1], resume=True)
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "mine.txt").write_text("mine")
    with pytest.raises(ResultsError, match="files other than a search"):
        here(other, tmp_path / "full")


def test_futures_are_the_same_for_all_and_fresh_ones_are_others(parabolas: tuple[Path, Path, Found]) -> None:
    chosen = read_search(parabolas[0])
    batch = make_batch(chosen, "a", {"one": {"x": 1.0}, "two": {"x": 2.0}}, SEARCH)
    single = make_batch(chosen, "a", {"two": {"x": 2.0}}, SEARCH)
    assert (batch.runs, single.runs) == (4, 2)
    specs = [batch.spec(run) for run in range(4)]
    assert [spec.replicate for spec in specs] == [0, 0, 1, 1]
    assert [spec.values["future"] for spec in specs] == ["f0000", "f0000", "f0001", "f0001"]
    assert [spec.values["strategy"] for spec in specs] == ["one", "two"] * 2
    assert single.settings(single.spec(1).values) == batch.settings(specs[3].values)
    later = make_batch(chosen, "a", {"one": {"x": 1.0}}, FRESH)
    assert [later.spec(run).replicate for run in range(3)] == [2, 3, 4]
    assert not {f["shift"] for f in chosen.futures(SEARCH)} & {f["shift"] for f in chosen.futures(FRESH)}


def test_all_strategies_in_a_future_go_on_from_one_past() -> None:
    chosen = shipped()
    tried = {f"s{number}": {"transition_years": 1.0 + 0.2 * number} for number in range(chosen.written.candidates)}
    batch = make_batch(chosen, "a", tried, SEARCH)
    assert batch.runs == 24 * 8 and batch.chunk_runs == 12  # two files a future
    assert [count_pasts(batch, batch.chunk(number)) for number in range(batch.chunks)] == [1] * 16


# What is said


def test_constraints_are_kept_and_bind(parabolas: tuple[Path, Path, Found], tmp_path: Path) -> None:
    text = SCHAFFER + '[[constraints]]\noutcome = "x"\nat_least = 0.25\nover = "worst"\nof_baseline = true\n'
    found = here(write(tmp_path, text), tmp_path / "out")  # of the baseline's 4: x from 1 on
    rows = found.pareto[found.pareto["kind"] == FOUND]
    assert rows["x"].min() >= 1.0 and rows["kept"].all() and rows["kept_fresh"].all()
    free = parabolas[2].pareto[parabolas[2].pareto["kind"] == FOUND]
    assert free["x"].min() < 1.0 < rows["x"].min() + 0.2 + 1e-9
    assert any("did not keep to the constraints" in note for note in answer_of(found).notes)
    never = text.replace("at_least = 0.25", "at_least = 9.0")
    with pytest.raises(StudyError, match="none of .* keeps to the constraints"):
        here(write(tmp_path, never, "never"), tmp_path / "never")


def test_regret_and_satisficing_are_sought(tmp_path: Path) -> None:
    text = SCHAFFER.replace('[[objectives]]\noutcome = "g"\ndirection = "less"\n', "") + (
        '[[objectives]]\noutcome = "g"\ndirection = "less"\nover = "regret_max"\n'
        '[[objectives]]\nname = "fine"\nover = "satisficing"\n'
        'meets = [{ outcome = "g", at_most = 0.1, of_baseline = true }, { outcome = "x", at_least = 1.0 }]\n'
    )
    found = here(write(tmp_path, text), tmp_path / "out")
    assert answer_of(found).tables[0].headings[2].startswith("Largest regret in g (less")
    rows = found.pareto
    assert rows.loc[0, "g_regret_max"] == 0.0 and rows.loc[0, "fine"] == 0.0
    assert (rows["g_regret_max"] >= 0.0).all() and (rows["g_regret_max_of_all"] >= rows["g_regret_max"]).all()
    assert rows["fine"].between(0.0, 1.0).all() and rows["fine"].max() > 0.0
    best = rows[rows["kind"] == FOUND]
    assert (best["g_regret_max"] == 0.0).any()  # nothing but the baseline to regret, and it is far off


@pytest.mark.usefixtures("workers_are_threads")
def test_the_best_of_many_is_flattered_and_is_no_finding(tmp_path: Path) -> None:
    text = SCHAFFER.replace("schaffer", "noise").replace('[[outcomes]]\nmeasure = "x"\n', "")
    text = text.replace("fresh_futures = 3", "fresh_futures = 40").replace("generations = 10", "generations = 6")
    found = here(write(tmp_path, text), tmp_path / "out")
    rows = found.pareto[found.pareto["kind"] == FOUND]
    assert (rows["f_optimism"] + rows["g_optimism"] > 0.0).all()
    compared = found.comparisons
    fresh, before = (compared[compared["sample"] == sample]["zero_in_band"].mean() for sample in (FRESH, SEARCH))
    assert fresh >= 0.6 and before < fresh
    code, said, _ = ask(
        "search", str(tmp_path / "search.toml"), "--out", str(tmp_path / "out"), "--resume", "--workers", "1"
    )
    assert code == 0 and "no clear effect" in said and "The search was too optimistic about f by" in said


def test_a_failed_run_puts_its_strategy_out(tmp_path: Path) -> None:
    text = (
        SCHAFFER.replace("schaffer", "fails")
        .replace("x = 4.0", "x = -4.0")
        .replace("generations = 10", "generations = 4")
    )
    found = here(write(tmp_path, text), tmp_path / "out")
    assert (found.pareto[found.pareto["kind"] == FOUND]["x"] <= 1.0).all()
    assert any("with a failed run" in note for note in answer_of(found).notes)
    with pytest.raises(ResultsError, match="with which all strategies are compared, failed"):
        here(write(tmp_path, text.replace("x = -4.0", "x = 4.0"), "base"), tmp_path / "base")


def test_figures_show_better_up_and_the_baseline(parabolas: tuple[Path, Path, Found]) -> None:
    table = coordinates(parabolas[2])
    best = table[table["objective"] == "f"].set_index("strategy")
    assert best["height"].between(0.0, 1.0).all()
    assert best["height"].idxmax() == best["value"].idxmin() and best.loc["as it is", "height"] == 0.0
    figure = draw_coordinates(parabolas[2])
    assert len(figure.axes[0].lines) >= len(set(table["strategy"]))
    assert any("compared with" in text.get_text() for text in figure.legends[0].get_texts())
    axes = draw_two(parabolas[2]).axes[0]
    assert len(axes.collections) == len(set(table["strategy"])) and "less is better" in axes.get_xlabel()


def test_the_page_and_the_command_have_one_answer(parabolas: tuple[Path, Path, Found], tmp_path: Path) -> None:
    found = parabolas[2]
    page, answer = search_answer(found, tmp_path / "answers"), answer_of(found)
    assert all(sentence in page for sentence in (*answer.sentences, *answer.notes))
    assert page.count("### Strategy ") == len(found.strategies) == len(answer.parts)
    assert len(list((tmp_path / "answers").glob("*.png"))) == 1
    table = answer.table("strategies")
    assert {name: group["value"].item() for name, group in table.groupby("strategy")} == {
        name: settings["x"] for name, settings in found.strategies.items()
    }
    pd.testing.assert_frame_equal(answer.table("pareto"), found.pareto)


# Files and the command


@pytest.mark.parametrize("step", ["write_figures", "Found.write", "write_text"])
def test_a_full_disk_costs_the_files_of_a_search_and_not_its_answer(
    parabolas: tuple[Path, Path, Found], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    file, out = parabolas[0], tmp_path / "out"
    out.mkdir()
    monkeypatch.setattr("afteraid.commands.search.search_for", lambda *_, **__: parabolas[2])
    whole = ask("search", str(file), "--out", str(out), "--quiet")
    kept = hashes(out)
    monkeypatch.setattr(f"afteraid.{'answering' if step == 'write_text' else 'commands.search'}.{step}", full)
    assert ask("search", str(file), "--out", str(out), "--quiet") == (
        2, whole[1], f"Error: {out}: --out: can't be written (No space left on device)\n"
    )  # fmt: skip
    assert whole[0] == 0 and kept and hashes(out) == kept and not list(out.rglob(".*"))


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ('mix = ["abrupt",', 'mix = ["abrubt",', r"levers\[exits\].mix: .*did you mean 'abrupt'"),
        ('mix = ["abrupt", "government_handover", "adaptive"]', 'mix = ["abrupt"]', "leaves nothing to mix"),
        ('name = "transition_years"', 'name = "transition_year"', "did you mean 'transition_years'"),
        ("high = 4.0", "high = 40.0", r"levers\[transition_years\].high"),
        ('outcome = "serving"', 'outcome = "servin"', r"objectives\[2\].outcome.*did you mean 'serving'"),
        ('name = "transition_years"', 'name = "technology_speed"', r"it sets a value in \[world\]"),
        ('name = "cut"\nsets = "world.cuts"', 'name = "cut"\nsets = "strategy.exits"', "uncertainties"),
        ('name = "transition_years"', 'name = "funding"', "promises equal appropriations"),
        ('over = "regret_max"', 'over = "regrets"', "expected 'mean'"),
        ('over = "regret_max"', 'over = "satisficing"', "has to"),
        ('references = ["exits-abrupt"]', 'references = ["exits-abrup"]', "did you mean 'exits-abrupt'"),
        ('references = ["exits-abrupt"]', 'references = ["baseline"]', "named twice"),
        ('references = ["exits-abrupt"]', 'references = ["no-cooperation"]', "does not have equal appropriations"),
        ("keep = 2", "keeps = 2", "did you mean 'keep'"),
        ("futures = 2", "futures = 1", "from 2 to"),
        ('years = "all"\nover = "sum"', 'years = "all"', "one number a run"),
        ('outcome = "serving"\n', 'outcome = "serving"\nname = "transition_years"\n', "name of another column"),
    ],
)  # fmt: skip
def test_mistakes_name_their_place_and_the_way_out(tmp_path: Path, old: str, new: str, says: str) -> None:
    assert old in WORLD
    file = write(tmp_path, WORLD.replace(old, new, 1))
    with pytest.raises(StudyError, match=says) as caught:
        read_search(file)
    assert caught.value.file == str(file) and caught.value.line is not None


def test_a_scheduler_out_of_reach_leaves_no_folder(tmp_path: Path) -> None:
    pytest.importorskip("distributed")
    file, out = write(tmp_path, SCHAFFER), tmp_path / "out"
    arguments = ("--out", str(out), "--engine", "dask", "--scheduler", "127.0.0.1:notaport")
    status, _, said = ask("search", str(file), *arguments)
    assert status == 2 and "no scheduler answers at 127.0.0.1:notaport" in said and said.count("\n") == 1
    assert not out.exists()


def test_sizes_that_do_not_fit_are_refused() -> None:
    chosen = shipped()
    assert chosen.with_size(generations=2, futures=4).runs == 7 * 4 + (8 + 7) * 24 + 2 * 24 * 4
    assert chosen.with_size(runs=1000).runs <= 1000
    with pytest.raises(StudyError, match="too few for this search; expected 608 or more"):
        chosen.with_size(runs=607)
    with pytest.raises(StudyError, match="both set the length"):
        chosen.with_size(runs=2000, generations=3)
    for options in ({"generations": 0}, {"futures": 1}):
        with pytest.raises(InputError, match="is out of range; expected a whole number from"):
            chosen.with_size(**options)
    with pytest.raises(StudyError, match="did you mean 'robust-mix'"):
        read_search("robust_mix")
    assert list_searches() == ["robust-mix"]


def test_without_pymoo_it_says_what_to_install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def missing(name: str) -> None:
        raise ImportError(name)

    monkeypatch.setattr(importlib, "import_module", missing)
    with pytest.raises(StudyError, match=r"pip install 'afteraid\[search\]'"):
        Evolution(2, 2, 1, 4, 1, 1)
    monkeypatch.undo()
    assert importlib.import_module("pymoo")


def as_stored(file: Path, scenario: Scenario, futures: pd.DataFrame, out: Path) -> bool:
    """Whether a strategy's file, run alone in a fresh future, gives to the bit what the search has stored."""
    chosen = read_search(file)
    future = futures[futures["sample"] == FRESH].iloc[1]
    happens = {"world.cuts": chosen.written.uncertainties[0].alternatives[future["cut"]]}
    with closing(FinancingModel(scenario.with_settings(happens), seed=2025, replicate=int(future["luck"]))) as model:
        model.run_model()
        numbers = read_run(chosen.written.outcomes, model.record().tables, scenario)["numbers"]
    tried = pd.read_parquet(out / "evaluations.parquet")
    row = tried[(tried["strategy"] == "strategy-01") & (tried["sample"] == FRESH) & (tried["future"] == 1)].iloc[0]
    return all(row[name] == value for name, value in numbers.items())


@pytest.mark.slow
def test_a_search_of_the_world_from_the_command(tmp_path: Path) -> None:
    file, out = write(tmp_path, WORLD, "mine"), tmp_path / "out"
    code, said, notes = ask("search", str(file), "--out", str(out), "--workers", "1")
    assert code == 0, notes
    assert "Equal for all strategies: appropriations." in said and "Against baseline" in said and "Strategy 1" in said
    assert "20 runs at most, in 1 generation and" in notes and "s a run" in notes
    found = sorted((out / "strategies").glob("*.toml"))
    table = pd.read_parquet(out / "pareto.parquet")
    assert len(found) == (table["kind"] == FOUND).sum() >= 1
    assert {"pareto.csv", "evaluations.parquet", "answer.txt", "manifest.json"} <= {path.name for path in out.iterdir()}
    assert (out / "figures" / "parallel-coordinates.png").stat().st_size > 10_000
    assert ask("check", str(found[0]))[0] == 0
    row = table.set_index("strategy").loc["strategy-01"]
    scenario = load_scenario(found[0])
    assert scenario.run.end == 2028 and scenario.strategy.transition_years == row["transition_years"]
    assert scenario.strategy.exits == {
        name.removeprefix("exits."): row[name] for name in row.index if name.startswith("exits.") and row[name] > 0.0
    }
    assert ask("run", str(found[0]), "--runs", "1", "--workers", "1", "--json")[0] == 0
    assert as_stored(file, scenario, pd.read_parquet(out / "futures.parquet"), out)
    code, said, notes = ask("search", str(file), "--out", str(out), "--resume", "--json", "--quiet", "--workers", "1")
    answer = json.loads(said)
    settings = {row["strategy"] for row in answer["tables"]["strategies"]}
    assert code == 0 and notes == "" and settings == {path.stem for path in found}
    assert answer["manifest"]["algorithm"] == "NSGA-II"
    code, _, notes = ask("search", str(file), "--out", str(out))
    assert code == 2 and "holds a search already" in notes


def test_a_part_of_a_whole_is_no_objective(tmp_path: Path) -> None:
    text = WORLD.replace('measure = "user_years"', 'measure = "user_years_after_exit"')
    with pytest.raises(StudyError, match=r"objectives.*user_years_after_exit is a part of user_years"):
        read_search(write(tmp_path, text))
