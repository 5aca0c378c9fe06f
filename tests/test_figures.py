"""The figures of a run: a finding as the title, four series at most, one colour for one thing."""

from __future__ import annotations

from concurrent.futures import Future
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from matplotlib.colors import to_hex

from afteraid import Results, load_scenario, run
from afteraid.simulation.basis.workers import WorkerLostError, WorkerPool
from afteraid.simulation.results.charts import Chart
from afteraid.simulation.results.figures import draw, drawn_beside, load, write_figures
from afteraid.simulation.results.gallery import charts
from afteraid.simulation.results.gallery.challenges import challenges
from afteraid.simulation.results.gallery.funding import funding_by_source
from afteraid.simulation.results.gallery.sdg import sdg
from afteraid.simulation.results.gallery.survival import survival_by_exit
from afteraid.simulation.results.gallery.use import use_by_group
from afteraid.simulation.results.looks import DASHES, INKS, MOST_SERIES, STROKES, series


@pytest.fixture(scope="module")
def results() -> Results:
    return run(load_scenario("baseline", {"spinup": 2022, "start": 2024, "end": 2031}), runs=2, workers=1)


def shares(first: float, last: float, group: str = "LDC") -> pd.DataFrame:
    """Use in a group in two years, the same in both runs."""
    rows = [(run, year, group, "use", value) for run in (0, 1) for year, value in ((2025, first), (2050, last))]
    return pd.DataFrame(rows, columns=["run", "year", "group", "measure", "value"])


def test_use_is_said_of_the_focus_with_both_years() -> None:
    assert (
        use_by_group(shares(0.3, 0.8)).title
        == "Least developed countries: 80% of people are online in 2050, 30% in 2025"
    )
    assert use_by_group(shares(0.3, 0.8, "world")).title == "Internet use by group"  # nothing is known of the focus


def curves(**at_five: float) -> pd.DataFrame:
    """Counts of a hundred initiatives a value, of which some close in the fifth year."""
    rows = [(0, "exit_strategy", name, years, 100, 100 - 100 * share if years == 5.0 else 0)
            for name, share in at_five.items() for years in (1.0, 5.0)]  # fmt: skip
    return pd.DataFrame(rows, columns=["run", "dimension", "value", "years_after_exit", "at_risk", "events"])


def test_survival_names_the_best_and_the_worst_exit() -> None:
    both = survival_by_exit(curves(abrupt=0.3, government_handover=0.7))
    assert both.title == "Government handover: 70% still serve 5 years after exit; abrupt: 30%"
    assert survival_by_exit(curves(abrupt=0.3)).title == "Abrupt: 30% still serve 5 years after exit"
    assert (
        survival_by_exit(curves(abrupt=0.3).query("years_after_exit < 5")).title
        == "What survives after the donor leaves"
    )
    many = survival_by_exit(curves(**{f"exit_{number}": number / 10 for number in range(6)}))
    assert "Not drawn: exit 3 and exit 4." in many.note and "Not drawn" not in both.note


def money(**sources: float) -> pd.DataFrame:
    """Money of one run over two years."""
    rows = [(0, year, "source", name, value) for name, value in sources.items() for year in (2030, 2031)]
    return pd.DataFrame(rows, columns=["run", "year", "direction", "item", "amount_usd"])


def test_money_names_who_pays_most() -> None:
    assert (
        funding_by_source(money(donor=3e9, users=1e9)).title
        == "Donors pay 75% of the US$4.00 billion a year that initiatives cost"
    )
    assert funding_by_source(money(donor=0.0)).title == "Who pays for digital development"


def panelled(results: Results, value: float, measure: str) -> Results:
    """Results in which a measure has one value everywhere."""
    changed = {}
    for name in ("divide", "activity"):
        table = getattr(results, name)
        changed[name] = table.assign(value=table["value"].mask(table["measure"] == measure, value))
    return replace(results, **changed)


def test_goals_are_counted_as_reached_on_the_right_side_of_the_target(results: Results) -> None:
    def reached(value: float) -> int:
        title = sdg(panelled(results, value, "mean_price")).title
        return int(title.split()[4])

    assert reached(0.01) == reached(0.05) + 1  # less is better
    one = sdg(panelled(results, 1.0, "coverage_share")).title, sdg(panelled(results, 0.5, "coverage_share")).title
    assert int(one[0].split()[4]) == int(one[1].split()[4]) + 1 and one[0].endswith("of 5 targets by 2031")
    nothing = replace(results, divide=results.divide.head(0), activity=results.activity.head(0))
    assert sdg(nothing).title == "Sustainable Development Goals and their targets"


def test_challenges_say_need_and_gap_where_they_are_known(results: Results) -> None:
    assert challenges(results).title.startswith("Money meets ") and "against" in challenges(results).title
    assert "points by 2031" in challenges(results).title
    without = replace(results, activity=results.activity.query("measure != 'share_of_need_met'"))
    assert not challenges(without).title.startswith("Money")


def test_people_are_counted_and_placed(results: Results) -> None:
    titles = {chart.name: chart for chart in charts(results)}
    assert "stay unconnected in 2031" in titles["unconnected"].title
    where = titles["where_unconnected"]
    assert where.title.endswith("live in 12 countries") and len(where.table) == 12 and "low" not in where.table
    last = results.countries.query("year == 2031")
    offline = (last["population"] * (1 - last["use"])).groupby(last["iso3"].astype(str)).median().max() / 1e6
    assert where.table["value"].iloc[0] == pytest.approx(offline, rel=1e-4)


def test_a_figure_fills_a_slide_shows_four_series_and_ends_where_the_data_end(results: Results) -> None:
    for chart in charts(results):
        figure = draw(chart, "a subtitle with $ and $")
        width, height = figure.get_size_inches()
        assert width / height == pytest.approx(16 / 9)
        for axes in figure.axes:
            colours = {to_hex(line.get_color()) for line in axes.get_lines() if line.get_linewidth() > 2}
            assert len(colours) <= MOST_SERIES
        if "year" in chart.table and "panel" not in chart.table:
            assert figure.axes[0].get_xlim() == (chart.table["year"].min(), chart.table["year"].max())
        if "panel" in chart.table:
            for axes, (_, part) in zip(figure.axes, chart.table.groupby("panel", sort=False), strict=False):
                assert axes.get_xlim() == (part["year"].min(), part["year"].max())


def test_past_and_projection_are_marked_where_both_are_shown(results: Results) -> None:
    def words(chart: Chart) -> set[str]:
        return {text.get_text().strip() for text in draw(chart).axes[0].texts}

    past = {"LDC": {"2020": 0.2, "2023": 0.25}}
    assert {"past", "projection"} <= words(use_by_group(results.divide, past=past))
    assert not {"past", "projection"} & words(use_by_group(results.divide))


def test_one_thing_has_one_colour_in_all_figures() -> None:
    assert series(["world", "LDC"])["LDC"] == series(["HIC", "LDC", "world", "KEN"])["LDC"]
    assert series(["world", "HIC", "LDC", "KEN"])["KEN"].colour == STROKES[2]
    four = series(["a", "b", "c", "d"]).values()
    assert {look.colour for look in four} == set(STROKES) and len({str(look.line) for look in four}) == len(DASHES)
    assert len(series("abcde")) == 5 and len({look.colour for look in series("abcde").values()}) == 5


def test_inks_can_be_read_on_white() -> None:
    for ink in INKS:
        parts = np.array([int(ink[place : place + 2], 16) / 255 for place in (1, 3, 5)])
        linear = np.where(parts <= 0.04045, parts / 12.92, ((parts + 0.055) / 1.055) ** 2.4)
        assert 1.05 / (float(linear @ [0.2126, 0.7152, 0.0722]) + 0.05) >= 4.5


def test_figures_drawn_beside_are_those_drawn_after(results: Results, tmp_path: Path) -> None:
    shown = charts(results)[:2]
    paths = write_figures(results, tmp_path / "after", shown)
    with WorkerPool(1) as pool, drawn_beside(pool, results, tmp_path / "beside", shown):
        pool.submit(load)
    for path in paths:
        assert (tmp_path / "beside" / path.name).read_bytes() == path.read_bytes()


def test_figures_are_drawn_where_their_worker_is_lost(results: Results, tmp_path: Path) -> None:
    with WorkerPool(1) as pool:
        pool.end()
        lost: Future[None] = Future()
        lost.set_exception(WorkerLostError("killed"))
        pool.submit = lambda *_: lost  # type: ignore[method-assign, assignment]
        with drawn_beside(pool, results, tmp_path, charts(results)[:1]):
            pass
    assert {path.suffix for path in tmp_path.iterdir()} == {".png", ".svg"}


def test_a_figure_that_cannot_be_written_ends_the_writing(results: Results, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with (
        pytest.raises(OSError, match="file"),
        WorkerPool(1) as pool,
        drawn_beside(pool, results, tmp_path / "file", charts(results)[:1]),
    ):
        pass
