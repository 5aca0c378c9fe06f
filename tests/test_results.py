"""Results: they survive a round trip, compare run by run, say what they found, and are drawn."""

from __future__ import annotations

import dataclasses
import functools
import json
import warnings
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from matplotlib.text import Text

from afteraid import load_scenario
from afteraid.simulation.basis.edition import EDITION
from afteraid.simulation.basis.errors import ResultsError
from afteraid.simulation.basis.manifest import MANIFEST, made_by
from afteraid.simulation.measures.challenges import CHALLENGES, GOALS
from afteraid.simulation.measures.metrics import divide, survival
from afteraid.simulation.measures.of_cooperation import COOPERATION
from afteraid.simulation.measures.of_money import MONEY
from afteraid.simulation.results.charts import Chart, subtitle_of, telling
from afteraid.simulation.results.faces.plain import plain
from afteraid.simulation.results.figures import draw, write_figures
from afteraid.simulation.results.gallery import charts, gallery
from afteraid.simulation.results.gallery.funding import funding_by_source
from afteraid.simulation.results.looks import looks
from afteraid.simulation.results.tables import TABLES, Results

FACTS = pd.DataFrame(
    {
        "iso3": ["AAA", "BBB"],
        "region": ["Europe", "Africa"],
        "income_group": ["HIC", "LIC"],
        "ldc": [0, 1],
        "lldc": [0, 1],
        "sids": [0, 0],
        "fragile": [0, 0],
    }
)
YEARS = np.arange(2025, 2051)


@functools.cache
def one_run(run: int, better: float) -> dict[str, pd.DataFrame]:
    """Make the tables of one run out of its number; `better` moves use and survival and nothing else.

    They are kept, and never changed: results are made of copies.
    """
    luck = np.random.default_rng(run)
    poor = np.clip(0.3 + 0.02 * (YEARS - 2025) + luck.normal(0, 0.03) + better, 0.01, 0.99)
    rich = np.full(YEARS.size, 0.95)
    use = np.stack([rich, poor], axis=1).ravel()
    countries = pd.DataFrame({"year": np.repeat(YEARS, 2), "iso3": np.tile(["AAA", "BBB"], YEARS.size)}).assign(
        population=1e9, urban_share=0.5, use=use, use_urban=np.minimum(1.0, use * 1.2), use_rural=use * 0.8,
        use_women=use * 0.95, use_men=use * 1.05,
    )  # fmt: skip
    size = 300
    ended = luck.uniform(2025, 2048, size)
    life = luck.exponential(5.0, size) * (1 + better) + 0.01
    closed = np.where(ended + life < 2050, ended + life, np.nan)
    people = luck.lognormal(9, 1, size)
    initiatives = pd.DataFrame({"founded": ended - 5, "ended": ended, "closed": closed, "people": people}).assign(
        outlay_usd=1e6,
        exit_strategy=np.where(np.arange(size) % 3 > 0, "abrupt", "government_handover"),
        mechanism="project_grant",
        kind="skills",
        income_group="LIC",
    )
    items = [("source", "donors", 3.0), ("source", "user_revenue", 0.5), ("use", "operation", 3.5)]
    finance = pd.DataFrame(
        [
            (year, direction, item, "none", amount * 1e9 * luck.uniform(0.9, 1.1))
            for year in YEARS
            for direction, item, amount in items
        ],
        columns=["year", "direction", "item", "mechanism", "amount_usd"],
    )
    activity = pd.DataFrame({"year": np.repeat(YEARS, 2), "measure": ["outlay_usd", "user_years_after_exit"] * 26})
    activity["value"] = np.tile([3e9, 2e7], 26) * luck.uniform(0.9, 1.1, 52)
    activity["group"] = "world"
    shown_by_year = [one.name for one in (*MONEY, *COOPERATION) if one.name not in set(activity["measure"])]
    shown = [(name, group) for name in shown_by_year for group in ("world", "recipients", "LDC")]
    values = {(name, group): luck.uniform(0.1, 0.2, YEARS.size - 1) for name, group in shown}
    more = [
        pd.DataFrame({"year": YEARS[:-1], "measure": name, "group": group, "value": value})
        for (name, group), value in values.items()
    ]
    activity = pd.concat([activity, *more], ignore_index=True)
    accounts = countries[["year", "iso3"]].assign(public_usd=1e9, living_initiatives=10.0)
    twin = countries[["year", "iso3", "use", "use_urban", "use_rural", "use_women"]].assign(public_usd=0.0)
    twin["use"] = np.where(twin["iso3"] == "BBB", 0.9, 1.0) * twin["use"]
    return {
        "accounts": accounts,
        "closures": pd.DataFrame({"year": [2030], "iso3": ["BBB"], "cause": ["before exit"], "initiatives": [1]}),
        "exits": pd.DataFrame({"year": [2030], "iso3": ["BBB"], "donor": ["USA"], "initiatives": [1.0]}),
        "portfolio": pd.DataFrame({"year": YEARS, "kind": "skills", "income_group": "LIC", "living_initiatives": 10.0}),
        "twin": twin,
        "divide": divide(countries, FACTS, "LDC"),
        "countries": countries,
        "survival": survival(initiatives, 2025, 2050),
        "finance": finance,
        "people": pd.DataFrame({"year": YEARS, "item": "users", "kind": "all", "people": 6e9}),
        "activity": activity,
        "parameters": pd.DataFrame({"name": ["closure.shape"], "value": [luck.uniform()]}),
        "initiatives": initiatives if run == 0 else initiatives.iloc[:0],
    }


def made(better: float = 0.0, runs: int = 8, seed: int = 2025, name: str = "one") -> Results:
    """Make results of several runs."""
    parts = [one_run(run, better) for run in range(runs)]
    tables = {
        table: pd.concat(
            [part[table].assign(scenario=name, run=run) for run, part in enumerate(parts)], ignore_index=True
        )
        for table in TABLES
    }
    about = {"name": name, "title": "A made-up world", "seed": seed, "runs": runs, "focus": "LDC", "judged_share": 0.4}
    about |= made_by()
    return Results(**tables, manifest=about)


@pytest.fixture(scope="module")
def results() -> Results:
    return made()


def test_round_trip(results: Results, tmp_path: Path) -> None:
    folder = results.to_parquet(tmp_path / "deep" / "report")
    assert {path.name for path in folder.iterdir()} == {MANIFEST, *(f"{name}.parquet" for name in TABLES)}
    assert list(folder.parent.iterdir()) == [folder]  # nothing half-written is left beside it
    again = Results.read(folder)
    assert again.manifest == results.manifest
    for name in TABLES:
        pd.testing.assert_frame_equal(getattr(again, name), getattr(results, name))
    assert (again.against(results)[["mean", "low", "high"]] == 0.0).all(axis=None)


def test_the_same_results_give_the_same_bytes(results: Results, tmp_path: Path) -> None:
    first, second = results.to_parquet(tmp_path / "a"), results.to_parquet(tmp_path / "b")
    for path in sorted(first.iterdir()):
        assert path.read_bytes() == (second / path.name).read_bytes()


def test_writing_again_replaces_the_result_and_nothing_else(results: Results, tmp_path: Path) -> None:
    folder = tmp_path / "report"
    results.to_parquet(folder)
    (folder / "notes.txt").write_text("mine")
    made(0.1).to_parquet(folder)
    assert (folder / "notes.txt").read_text() == "mine"
    assert (Results.read(folder).against(results)["mean"] != 0.0).any()


def test_a_failed_write_leaves_the_old_result(
    results: Results, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = results.to_parquet(tmp_path / "report")

    def interrupted(self: Results, place: Path, kinds: object) -> None:
        (place / "divide.parquet").write_text("half")
        raise KeyboardInterrupt

    monkeypatch.setattr(Results, "_write_into", interrupted)
    with pytest.raises(KeyboardInterrupt):
        results.to_parquet(folder)
    assert list(tmp_path.iterdir()) == [folder]
    Results.read(folder)


def test_a_folder_without_a_result_is_refused(results: Results, tmp_path: Path) -> None:
    with pytest.raises(ResultsError, match="no result"):
        Results.read(tmp_path)
    results.to_parquet(tmp_path / "report")
    (tmp_path / "report" / "divide.parquet").write_bytes(b"not a table")
    with pytest.raises(ResultsError, match="can't be read"):
        Results.read(tmp_path / "report")


def test_results_of_two_editions_are_neither_read_nor_compared(results: Results, tmp_path: Path) -> None:
    older = replace(results, manifest={**results.manifest, "edition": 99, "version": "9.9.9"})
    with pytest.raises(ResultsError, match=f"editions {EDITION} and 99"):
        results.against(older)
    older.to_parquet(tmp_path / "report")
    told = r"edition 99 of the model \(AfterAid 9.9.9\) can't be used with edition"
    with pytest.raises(ResultsError, match=told) as problem:
        Results.read(tmp_path / "report")
    assert "make them again" in str(problem.value.expected)


def test_a_folder_that_lacks_a_table_says_which_version_wrote_it(results: Results, tmp_path: Path) -> None:
    told = replace(results, manifest={**results.manifest, **made_by(), "version": "0.0.9"})
    told.to_parquet(tmp_path / "report")
    (tmp_path / "report" / "portfolio.parquet").unlink()
    with pytest.raises(ResultsError, match=r"the results \(AfterAid 0.0.9\) have no table 'portfolio'") as problem:
        Results.read(tmp_path / "report")
    assert "make them again" in str(problem.value.expected)


def test_a_file_in_the_way_is_an_input_error(results: Results, tmp_path: Path) -> None:
    (tmp_path / "report").write_text("a file")
    with pytest.raises(ResultsError, match="can't be written"):
        results.to_parquet(tmp_path / "report" / "deeper")


def test_identical_scenarios_differ_by_exactly_zero(results: Results) -> None:
    same = results.against(made(name="another name"))
    assert (same[["mean", "low", "high"]] == 0.0).all(axis=None)
    assert same["zero_in_band"].all()
    varying = same["correlation"].dropna()
    assert len(varying) and varying.to_numpy() == pytest.approx(1.0)


def test_paired_differences_see_through_the_luck(results: Results) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        table = made(0.05).against(results)
    row = table.query("group == 'LDC' and measure == 'use' and year == 2030").iloc[0]
    assert row["mean"] == pytest.approx(0.05)
    assert row["low"] == pytest.approx(row["high"])  # the luck is common, so it cancels
    assert row["correlation"] == pytest.approx(1.0)
    assert not row["zero_in_band"] and row["runs"] == 8
    after = table.query("measure == 'serving_5_years_after_exit'").iloc[0]
    assert after["mean"] > 0.0 and pd.isna(after["year"])
    cost = table.query("measure == 'usd_per_sustained_user_year'").iloc[0]
    assert cost["mean"] == 0.0


def test_order_of_rows_does_not_matter(results: Results) -> None:
    shuffled = made()
    for name in ("divide", "survival", "activity"):
        setattr(shuffled, name, getattr(shuffled, name).sample(frac=1.0, random_state=3))
    differences = shuffled.against(results)[["mean", "low", "high"]].to_numpy(float)
    assert differences == pytest.approx(0.0, abs=1e-9)


@pytest.mark.parametrize("other", [{"seed": 7}, {"runs": 5}])
def test_unlike_luck_is_refused(results: Results, other: dict[str, int]) -> None:
    with pytest.raises(ResultsError, match="the same seed and runs"):
        results.against(made(**other))  # type: ignore[arg-type]


def test_one_run_compares_without_a_correlation() -> None:
    table = made(0.1, runs=1).against(made(runs=1))
    assert table["correlation"].isna().all()


def test_summary(results: Results) -> None:
    summary = results.summary()
    use = summary.get("LDC", "use", 2040)
    assert use is not None and use.low < use.median < use.high
    assert use.median == pytest.approx(0.6, abs=0.05)
    five = summary.get("initiatives", "serving_5_years_after_exit")
    assert five is not None and five.median == pytest.approx(np.exp(-1), abs=0.06)
    cost = summary.get("initiatives", "usd_per_sustained_user_year")
    assert cost is not None and cost.median == pytest.approx(150, rel=0.05) and cost.section == "parts"
    users = summary.get("initiatives", "additional_user_years")
    ratio = summary.get("initiatives", "additional_user_years_per_1000_usd")
    assert users is not None and ratio is not None and users.median == pytest.approx(ratio.median * 35.87e6, rel=0.01)
    answer = results.answer()
    assert any("people use the internet in 2050" in sentence for sentence in answer.sentences)
    assert [table.headings for table in answer.tables] == [
        ("Headlines", "Value"),
        ("People", "World", "Least developed countries"),
        ("Initiatives", "All countries"),
        ("Challenges", "2025", "2049"),
        ("Parts of a whole", "Funded", "Handing over", "After exit", "All"),
    ]
    for table in answer.tables:
        assert {len(line) for line in table.lines} == {len(table.headings)}
    people = [line[0] for line in answer.tables[1].lines]
    assert all(f"people unconnected {year}" in people for year in (2030, 2040, 2050))
    assert not any("serving" in name or "dollars" in name for name in people)  # initiatives aren't the world's
    assert "initiatives serving 5 years after founding" in [line[0] for line in answer.tables[2].lines]
    json.dumps(plain(answer), allow_nan=False)


def test_the_year_of_universal_use_counts_those_that_never_get_there() -> None:
    years = made(0.09, runs=9).year_reached().query("group == 'LDC'")["year"]
    assert len(years) == 9 and 0 < years.isna().sum() < 9
    slow = made().summary().get("LDC", "year_universal_use", 2050)
    assert slow is not None and slow.text() == "not by 2050"
    some = made(0.09, runs=9)
    row = some.summary().get("LDC", "year_universal_use", 2050)
    assert row is not None and np.isfinite(row.low) and row.high == np.inf
    assert row.text().endswith("to not by 2050)") and row.text()[:3] in ("204", "205", "not")
    json.dumps(plain(some.answer()), allow_nan=False)


def test_no_money_has_no_cost() -> None:
    nothing = made()
    spent = nothing.activity["measure"] == "outlay_usd"
    nothing.activity.loc[spent, "value"] = 0.0
    row = nothing.summary().get("initiatives", "usd_per_sustained_user_year")
    assert row is not None and row.text() == "-"


def test_results_without_groups_in_activity_can_still_be_read(results: Results) -> None:
    older = made()
    older.activity = older.activity.drop(columns="group").drop_duplicates(["run", "year", "measure"])
    assert [table.headings[0] for table in older.answer().tables] == [
        "Headlines",
        "People",
        "Initiatives",
        "Parts of a whole",
    ]
    assert not older.chart("challenges").table.empty
    assert len(older.against(older)) > 0


def test_survival_on_both_clocks_and_by_people(results: Results) -> None:
    by_exit = results.survival_after(dimension="exit_strategy_from_founding")
    assert set(by_exit["value"]) == {"abrupt", "government_handover"}
    people = results.survival_after(weight="people")
    assert not np.allclose(people["survival"], results.survival_after()["survival"])
    chart = results.chart("survival", dimension="exit_strategy_from_founding", weight="people")
    assert chart.across == "Years after founding" and chart.up.startswith("People")
    for wrong, close in (({"dimension": "exit_stratgy"}, "exit_strategy"), ({"weight": "peple"}, "people")):
        with pytest.raises(ResultsError, match=f"did you mean '{close}'"):
            results.survival_after(**wrong)  # type: ignore[arg-type]


def test_what_shows_a_challenge_is_compared_run_by_run(results: Results) -> None:
    dearer = made()
    chosen = dearer.activity["measure"] == "transaction_cost_share"
    dearer.activity.loc[chosen, "value"] += 0.05
    table = dearer.against(results).query("measure == 'transaction_cost_share' and group == 'world'")
    assert len(table) == 25 and table["mean"].to_numpy() == pytest.approx(0.05)
    assert not table["zero_in_band"].any()


def test_country_bands(results: Results) -> None:
    table = results.country_bands().set_index(["iso3", "year"])
    assert len(table) == 2 * 26
    assert table.loc[("AAA", 2030), "median"] == 0.95
    assert table.loc[("BBB", 2030), "low"] < table.loc[("BBB", 2030), "high"]


def test_funding_adds_up_whatever_is_shown(results: Results) -> None:
    donors = pd.DataFrame({"item": [f"donor {number:02d}" for number in range(20)], "amount_usd": np.arange(20.0)})
    chart = funding_by_source(donors.assign(year=2030, run=0, direction="source"))
    assert chart.table["amount_usd"].sum() == pytest.approx(190.0)
    assert chart.table["item"].nunique() == 4
    whole = funding_by_source(results.finance).table["amount_usd"].sum()
    assert whole == pytest.approx(results.finance.query("direction == 'source'")["amount_usd"].sum() / 8)


def test_no_two_names_of_a_figure_look_the_same() -> None:
    names = [f"exit_{number}" for number in range(60)]
    found = looks([*names, *names])
    assert list(found) == names
    assert len({(look.colour, str(look.line)) for look in found.values()}) == len(names)
    assert len({(look.colour, look.hatch) for look in found.values()}) == len(names)
    assert [found[name].line for name in names[:10]] == ["-"] * 9 + ["--"] and found["exit_9"].hatch
    assert looks(names[:3]) == {name: found[name] for name in names[:3]}


def test_of_ten_exits_the_best_the_worst_and_the_most_frequent_are_drawn() -> None:
    rows = [
        {
            "value": f"exit_{number}",
            "years_after_exit": 1.0,
            "survival": 0.9 - number / 20,
            "low": 0.1,
            "high": 1.0,
            "initiatives": 5 + number,
        }
        for number in range(10)
    ]
    chart = Chart("survival_by_exit", "", "", "", pd.DataFrame(rows), kind="survival")
    assert list(telling(chart.table)["value"]) == ["exit_0", "exit_7", "exit_8", "exit_9"]
    curves = [line for line in draw(chart).axes[0].get_lines() if len(line.get_xdata()) == 2]
    assert (
        len({(line.get_color(), str(line.get_linestyle())) for line in curves})
        == len({line.get_color() for line in curves})
        == 4
    )


def test_figures(results: Results, tmp_path: Path) -> None:
    paths = write_figures(results, tmp_path)
    names = ("use_by_group", "survival_by_exit", "survival_from_founding", "funding_by_source", "challenges", "sdg")
    drawn = [path.stem for path in paths if path.suffix == ".png"]
    assert drawn == [chart.name for chart in charts(results)] == [path.stem for path in paths if path.suffix == ".svg"]
    assert [name for name in drawn if name in names] == list(names)
    assert all(path.read_bytes().startswith(b"\x89PNG" if path.suffix == ".png" else b"<?xml") for path in paths)
    first = [path.read_bytes() for path in paths]
    assert first == [path.read_bytes() for path in write_figures(results, tmp_path)]
    assert len(list(tmp_path.iterdir())) == len(set(paths)) == len(paths)
    assert set(gallery()) >= {"use", "survival", "funding", "challenges", "sdg"}
    for kind in gallery():
        assert results.plot(kind).axes
    with pytest.raises(ResultsError, match="did you mean 'survival'"):
        results.plot("survivl")
    assert len(results.plot("challenges").axes) == len(CHALLENGES) + 1  # and the legend
    assert len(results.plot("sdg").axes) == len(GOALS) + 1
    for chart in charts(results):
        assert not chart.table.empty and chart.title and chart.up


def test_what_was_changed_stands_in_the_title_of_the_answer_and_of_every_figure(results: Results) -> None:
    title = load_scenario("baseline", {"coordination": 0.5, "run.focus": "KEN"}).title
    assert title.endswith("(changed: coordination 0.5)")
    changed = dataclasses.replace(results, manifest={**results.manifest, "title": title})
    assert changed.answer().title == title
    for chart in charts(changed):
        texts = [one.get_text() for one in draw(chart, subtitle_of(changed)).findobj(Text)]
        assert any("coordination 0.5" in text.replace("\n", " ") for text in texts), chart.name
