"""The kinds of uncertainty: each moves what it should and nothing else, and planted ones are told apart."""

from __future__ import annotations

import functools
import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from command_line import call
from hypothesis import given
from hypothesis import strategies as st
from short_worlds import run_on, stepped

from afteraid.experiments.reading.variance import two_way
from afteraid.experiments.trust.uncertainty.answer import moves
from afteraid.experiments.trust.uncertainty.figure import draw, spans
from afteraid.experiments.trust.uncertainty.uncertainty import (
    OBSERVATION,
    PARAMETERS,
    PROCESS,
    STRUCTURE,
    Uncertainty,
    largest_source,
    outcomes,
    tell_apart,
)
from afteraid.simulation.basis.errors import InputError, ScenarioError
from afteraid.simulation.basis.units import expit
from afteraid.simulation.beginning.begin import begin
from afteraid.simulation.beginning.revision import revised
from afteraid.simulation.data import FIRST_YEAR, load_world
from afteraid.simulation.processes.delivery import sustainability
from afteraid.simulation.scenario.scenario import Scenario, load_scenario
from afteraid.simulation.state.structures import INDEX_RULE, INSTITUTIONALISED, PLATEAU, STEADY, STRUCTURES, WEAKEST
from afteraid.simulation.state.world import World

SHORT: dict[str, object] = {"run.spinup": 2018, "run.end": 2028}


def short(**settings: object) -> Scenario:
    return load_scenario("baseline", {**SHORT, **settings})


@functools.cache
def usual() -> World:
    """The default rules; not to be changed."""
    return stepped(short())


@given(
    st.floats(0.2, 5.0), st.floats(0.2, 5.0), st.floats(0.2, 5.0), st.integers(0, 2**31)
)  # fmt: skip
def test_planted_components_of_variance_come_back(rows: float, columns: float, rest: float, seed: int) -> None:
    luck = np.random.default_rng(seed)
    size = 120
    values = rows * luck.normal(size=(size, 1)) + columns * luck.normal(size=(1, size))
    found = two_way(values + rest * luck.normal(size=(size, size)))
    chance = np.sqrt(2.0 / (size - 1))  # standard error of a variance, as a share of it
    errors = [(part**2 + rest**2 / size) * chance for part in (rows, columns)] + [rest**2 * chance / np.sqrt(size)]
    for got, planted, error in zip(found, (rows, columns, rest), errors, strict=True):
        assert abs(got - planted**2) < 6.0 * error


def test_two_way_is_exact_where_one_thing_moves() -> None:
    steps = np.arange(4.0)
    down, across, rest = two_way(np.repeat(steps[:, None], 3, axis=1))
    assert down == pytest.approx(steps.var(ddof=1)) and (across, rest) == (0.0, pytest.approx(0.0))


def test_a_draw_of_the_parameters_is_shared_and_luck_is_not() -> None:
    one, two = (begin(short(**{"run.parameter_draw": 4}), 3, replicate) for replicate in (0, 1))
    assert dict(one.values) == dict(two.values) and one.facts.drawn.adoption == two.facts.drawn.adoption
    assert not np.array_equal(one.countries.frailty, two.countries.frailty)
    own = begin(short(), 3, 4)  # run 4's own draw is what draw 4 means
    assert dict(own.values) == dict(one.values) and dict(own.values) != dict(begin(short(), 3, 0).values)
    np.testing.assert_array_equal(
        own.countries.frailty, begin(short(**{"run.parameter_draw": 4}), 3, 4).countries.frailty
    )


def test_an_edition_moves_recent_use_by_its_spread_and_no_other_year() -> None:
    published = load_world()
    keys = np.arange(len(published.countries), dtype=np.uint64)
    values = begin(short(), 3, 0).values
    moves = []
    for edition in range(30):
        later = revised(published, 3, edition, keys, values)
        row = published.observed_until - FIRST_YEAR
        place = np.arange(row.size)
        before, after = expit(published.use_path), expit(later.use_path)
        moves.append((after - before)[row, place] / (4.0 * before * (1.0 - before))[row, place])
        old = (FIRST_YEAR + np.arange(before.shape[0]))[:, None] <= (published.observed_until - 5)[None, :]
        assert np.array_equal(later.use_path[old], published.use_path[old])
        assert later.barrier_use is published.barrier_use
    spread = np.array(moves)
    middling = (expit(published.use_path)[row, place] > 0.2) & (expit(published.use_path)[row, place] < 0.8)
    assert spread[:, middling].std() == pytest.approx(0.03, rel=0.1)
    assert abs(spread[:, middling].mean()) < 0.002
    assert np.array_equal(
        revised(published, 3, 1, keys, values).use_path, revised(published, 3, 1, keys, values).use_path
    )


def test_a_world_of_another_edition_starts_from_other_use() -> None:
    published, later = begin(short(), 3, 0), begin(short(**{"world.edition": 2}), 3, 0)
    for world in (published, later):
        run_on(world, 2025)
    moved = later.countries.use - published.countries.use
    assert 0.005 < np.abs(moved).mean() < 0.05
    assert np.array_equal(later.initiatives.key, published.initiatives.key) or later.initiatives.count > 0


@pytest.mark.parametrize("name", sorted(STRUCTURES))
def test_each_structure_moves_what_it_is_about(name: str) -> None:
    other = stepped(short(**{"world.structures": [name]}))
    moved = np.abs(usual().now.base_use - other.now.base_use).max()  # on the path of the nation, split, without levers
    use_moves = moved > 0.0007  # what income feeds back is less
    closures_move = usual().initiatives.count != other.initiatives.count
    assert use_moves == (not STRUCTURES[name].of_survival), moved
    assert STRUCTURES[name].of_survival == (name in (WEAKEST, PLATEAU, INDEX_RULE))
    assert closures_move or not STRUCTURES[name].of_survival  # use moves the allocation, and so closures, a little
    poorest = usual().facts.countries.least_developed
    if name == STEADY:
        assert (other.now.base_use[poorest] >= usual().now.base_use[poorest] - 1e-9).all()
    if name == WEAKEST:
        lowest = np.minimum.reduce(
            [getattr(other.initiatives, factor) for factor in ("resources", "capacity", "motivation")]
        )
        found = sustainability(other, np.arange(other.initiatives.count))
        assert np.abs(found - np.maximum(lowest, 0.01)).max() < 0.03


def test_under_a_plateau_the_institutionalised_never_close_after_exit() -> None:
    world = stepped(short(**{"world.structures": [PLATEAU], "run.end": 2032}))
    own = world.closed.frailty[world.closed.ended >= 0]
    bar = np.quantile(np.random.default_rng(1).normal(size=200_000), INSTITUTIONALISED) * world.facts.drawn.frailty_own
    assert own.size > 50 and own.min() > bar - 0.02


def test_structures_are_refused_where_they_are_not_known() -> None:
    with pytest.raises(ScenarioError, match="weakest_factor"):
        short(**{"world.structures": ["weakest_factors"]})
    with pytest.raises(ScenarioError, match="twice"):
        short(**{"world.structures": [PLATEAU, PLATEAU]})


@pytest.mark.slow
def test_survival_is_held_to_the_same_evidence_under_other_rules() -> None:
    from afteraid.experiments.calibration.structure_levels import level

    usual = level(None, None, 4, None, 2040)
    for name, structure in STRUCTURES.items():
        if structure.of_survival:
            other = level(name, None, 4, None, 2040)
            assert other == pytest.approx(usual, abs=0.25), name  # log odds: about 0.06 of survival; 0.1 is their noise


@pytest.mark.slow
def test_sources_are_told_apart_and_the_answer_is_the_same_for_any_workers(tmp_path: Path) -> None:
    one = tell_apart(short(), draws=2, replicates=2, workers=1)
    two = tell_apart(short(), draws=2, replicates=2, workers=2)
    pd.testing.assert_frame_equal(one.runs, two.runs, check_exact=True)
    pd.testing.assert_frame_equal(one.bands, two.bands, check_exact=True)
    assert set(one.bands["source"]) == {"all", PARAMETERS, PROCESS, OBSERVATION}
    shares = one.bands[one.bands["source"] != "all"].groupby("outcome")["share"].sum()
    np.testing.assert_allclose(shares, 1.0)
    assert len(one.runs) == 2 * (2 + 1 + len(STRUCTURES))
    for outcome in one.bands["outcome"].unique():
        assert largest_source(one.bands, one.structures, outcome) in (PARAMETERS, PROCESS, OBSERVATION, STRUCTURE)
    one.write(tmp_path)
    assert pd.read_parquet(tmp_path / "bands.parquet").equals(one.bands)
    table = spans(one)
    assert (table["low"] <= table["high"]).all() and set(table.loc[~table["structure"], "line"]) >= {"randomness"}
    assert len(draw(one).axes) >= one.bands["outcome"].nunique()


@pytest.mark.slow
def test_a_difference_to_itself_is_nothing() -> None:
    found = tell_apart(short(), against=short(), draws=2, replicates=2, workers=1)
    numbers = found.runs.drop(columns=["draw", "luck", "edition", "structure"]).to_numpy(float)
    assert (numbers[np.isfinite(numbers)] == 0.0).all()


def test_what_leaves_nothing_to_tell_apart_is_refused() -> None:
    for settings in ({"world.uncertain": False}, {"world.edition": 1}, {"world.structures": [PLATEAU]}):
        with pytest.raises(InputError, match="fixes a source that is to be separated"):
            tell_apart(short(**settings))
    with pytest.raises(InputError, match="draws: 1 is out of range; expected a whole number from 2"):
        tell_apart(short(), draws=1)


def test_rules_are_lines_and_outcomes_columns_that_fit_a_screen() -> None:
    outcomes = [f"internet use {year}, LDC" for year in range(2030, 2036)]
    rows = [
        (words, words, "share", 0.0123 * place, words == outcomes[0])
        for words in outcomes
        for place, _ in enumerate(STRUCTURES)
    ]
    structures = pd.DataFrame(rows, columns=["outcome", "words", "unit", "mean", "zero_in_band"])
    tables = moves(Uncertainty(pd.DataFrame(), structures, pd.DataFrame(), {}))
    assert [len(table.headings) for table in tables] == [5, 3]
    assert [line[0] for line in tables[0].lines] == [structure.short for structure in STRUCTURES.values()]
    assert tables[0].lines[1][1:3] == ("~ +1.2", "+1.2") and "percentage points" in tables[0].headings[1]
    assert sum(len(table.data) for table in tables) == len(structures)


def test_without_a_twin_nothing_is_looked_at_that_needs_one() -> None:
    names = set(outcomes(short()))
    assert names - set(outcomes(short(), twin=False)) == {"additional_user_years_per_1000_usd"}


@pytest.mark.slow
def test_the_command(tmp_path: Path) -> None:
    command = [
        "uncertainty",
        "--draws",
        "2",
        "--replicates",
        "2",
        "--workers",
        "1",
        "--set",
        "spinup=2023",
        "--set",
        "end=2027",
    ]
    done = call(*command, "--out", str(tmp_path / "out"))
    assert done.exit_code == 0, done.output
    assert "internet use 2027, world" in (tmp_path / "out" / "answer.txt").read_text(encoding="utf-8")
    names = {"bands.parquet", "structures.csv", "runs.csv", "uncertainty.png", "answer.txt", "manifest.json"}
    assert names <= {path.name for path in (tmp_path / "out").iterdir()}
    plain = call(*command, "--no-twin", "--json", "--quiet")
    found = json.loads(plain.output)
    assert found["manifest"]["draws"] == 2
    assert not any("additional" in row["outcome"] for row in found["tables"]["bands"])
    wrong = call("uncertainty", "baselin")
    assert wrong.exit_code == 2
