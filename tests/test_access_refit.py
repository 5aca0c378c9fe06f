"""Paths of access fitted up to a year: they find what was planted, see nothing later, and name a wrong file."""

from __future__ import annotations

from dataclasses import fields
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from synthetic_access import LAST, write_access

from afteraid.experiments.calibration.access.panels import FILES, NEEDED, AccessPanels, read_access
from afteraid.experiments.calibration.access.refit import Refit, digital_trust, refit_access
from afteraid.experiments.calibration.access.series import FIRST_PART, form_of, part_carried, shares_of
from afteraid.simulation.basis.errors import DataError
from afteraid.simulation.basis.units import logit
from afteraid.simulation.data import FACTS_YEAR, FIRST_YEAR, YEARS, load_countries, load_world
from afteraid.simulation.data.access import INDEX_WEIGHT_OF_2G_ONLY

ORIGIN = 2017


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("access") / "panels"
    write_access(made)
    return made


@pytest.fixture(scope="module")
def panels(folder: Path) -> AccessPanels:
    return read_access(folder)


@pytest.fixture(scope="module")
def refit(panels: AccessPanels) -> Refit:
    return refit_access(panels, ORIGIN, load_world(with_reference=False))


def test_planted_coverage_and_electricity_are_found(folder: Path, refit: Refit) -> None:
    paths = write_access(folder)
    codes = list(load_countries()["iso3"])
    columns = [codes.index(iso3) for iso3 in paths["coverage_3g"].columns]
    known = slice(2012 - FIRST_YEAR, ORIGIN - FIRST_YEAR + 1)
    third, second = (paths[name].loc[2012:ORIGIN].to_numpy() for name in ("coverage_3g", "coverage_2g"))
    planted = third + INDEX_WEIGHT_OF_2G_ONLY * (second - third)
    assert np.abs(refit.access.coverage[known, columns] - planted).max() < 0.03
    for place in ("urban", "rural"):
        found = getattr(refit.access, f"electricity_{place}")[known][:, columns]
        assert np.abs(found - paths[f"electricity_{place}"].loc[2012:ORIGIN].to_numpy()).max() < 0.03
    assert refit.shipped == ()


def test_prices_follow_the_planted_fall_and_are_those_of_2024_at_the_end(refit: Refit) -> None:
    index = refit.access.price_index
    assert (index[FACTS_YEAR - FIRST_YEAR] == 1.0).all()
    fall = np.diff(np.log(index[2010 - FIRST_YEAR : ORIGIN - FIRST_YEAR + 1]), axis=0)
    assert np.median(fall) == pytest.approx(-0.1, abs=0.02)
    assert ((refit.price > 0.0) & (refit.price <= 0.5)).all()


def test_after_the_origin_coverage_goes_on_at_a_part_of_the_pooled_pace(refit: Refit) -> None:
    carried = refit.carried["coverage_3g"]
    assert 0.0 < carried.pooled < 0.6 and 0.0 <= carried.part <= 1.0
    assert carried.earlier == ORIGIN - 2007 - 5 - 1  # of the origins whose next two years are known
    assert (np.diff(refit.access.coverage, axis=0) >= -1e-12).all()
    row = ORIGIN - FIRST_YEAR
    lines = refit.access.coverage[row] < 0.6  # neither fixed lines nor the end of the range
    step = logit(refit.access.coverage[row + 1, lines]) - logit(refit.access.coverage[row, lines])
    assert (step > -1e-9).all()


def test_with_too_few_earlier_origins_half_of_the_pace_goes_on(panels: AccessPanels) -> None:
    economies = pd.Index(panels.tables["coverage_3g"].columns)
    seen = shares_of(panels.known_in(2012), economies, 2012)["coverage_3g"]
    assert part_carried(seen, form_of("coverage_3g", 2012, 2007)) == (FIRST_PART, 0)


def _scrambled(panels: AccessPanels, after: int, seed: int) -> AccessPanels:
    generator = np.random.Generator(np.random.PCG64(seed))
    tables = {}
    for name, table in panels.tables.items():
        changed = table.copy()
        later = changed.loc[after + 1 :]
        changed.loc[after + 1 :] = np.where(generator.random(later.shape) < 0.2, np.nan, generator.random(later.shape))
        tables[name] = changed
    return AccessPanels(tables, panels.hashes)


def _same(one: Refit, two: Refit) -> None:
    for field in fields(one.access):
        assert np.array_equal(getattr(one.access, field.name), getattr(two.access, field.name)), field.name
    assert np.array_equal(one.price, two.price) and one.carried == two.carried


@settings(max_examples=3, deadline=None)
@given(st.integers(2016, LAST - 1), st.integers(0, 1000))
def test_later_rows_change_no_bit(panels: AccessPanels, origin: int, seed: int) -> None:
    world = load_world(with_reference=False)
    _same(refit_access(panels, origin, world), refit_access(_scrambled(panels, origin, seed), origin, world))


def test_before_2016_only_the_mapping_of_prices_is_borrowed(panels: AccessPanels) -> None:
    world = load_world(with_reference=False)
    before = refit_access(panels, 2013, world)
    later = _scrambled(panels, 2013, 1)
    kept = {name: table for name, table in panels.tables.items() if name.startswith("price")}
    kept = {name: pd.concat([table.loc[:2016], later.tables[name].loc[2017:]]) for name, table in kept.items()}
    _same(before, refit_access(AccessPanels(later.tables | kept, panels.hashes), 2013, world))


def test_what_is_not_given_keeps_the_shipped_path(folder: Path, tmp_path: Path) -> None:
    for name in NEEDED:
        (tmp_path / name).write_bytes((folder / name).read_bytes())
    panels = read_access(tmp_path)
    assert set(panels.missing) == set(FILES) - set(NEEDED) and set(panels.hashes) == set(NEEDED)
    world = load_world(with_reference=False)
    refit = refit_access(panels, ORIGIN, world)
    assert refit.shipped == ("broadband", "skills", "price")
    assert np.array_equal(refit.access.skills, world.access.skills)
    assert np.array_equal(refit.access.price_index, world.access.price_index)
    assert not np.array_equal(refit.access.coverage, world.access.coverage)


def test_trust_is_that_of_the_shipped_table_where_nothing_changed() -> None:
    table = load_countries()
    numbers = (table[name].to_numpy(dtype=np.float64) for name in ("internet_use", "electricity"))
    np.testing.assert_allclose(digital_trust(table, *numbers), table["digital_trust"], atol=5e-4)
    assert YEARS[0] == FIRST_YEAR


@pytest.mark.parametrize(
    ("file", "column", "cell", "said"),
    [
        ("mobile_coverage.csv", "cov_3g_pct", "x", "'x' is not a number"),
        ("mobile_coverage.csv", "cov_2g_pct", "101", "is outside 0 to 100"),
        ("electricity_access.csv", "year", "soon", "expected a whole year"),
        ("literacy.csv", "year", "2001", "twice"),
        ("country_year.csv", "school_yrs", "-1", "below zero"),
        ("price_headline.csv", "data_pct_gni", "1;5", "expected a number"),
    ],
)
def test_a_wrong_cell_is_named_with_its_line(
    folder: Path, tmp_path: Path, file: str, column: str, cell: str, said: str
) -> None:
    for name in FILES:
        (tmp_path / name).write_bytes((folder / name).read_bytes())
    table = pd.read_csv(folder / file, dtype=str, keep_default_na=False)
    table.loc[0, column] = cell
    table.to_csv(tmp_path / file, index=False)
    with pytest.raises(DataError) as found:
        read_access(tmp_path)
    assert said in str(found.value) and str(tmp_path / file) in str(found.value) and found.value.line is not None


@pytest.mark.parametrize(
    ("file", "old", "new", "said"),
    [
        ("mobile_coverage.csv", "cov_3g_pct", "cov_3g", "no such column"),
        ("itu_price_baskets.csv", "voice_old", "voice", "rows of 'voice_old'"),
        ("price_headline.csv", ",", ";", "semicolons"),
    ],
)
def test_a_wrong_file_is_named(folder: Path, tmp_path: Path, file: str, old: str, new: str, said: str) -> None:
    for name in FILES:
        (tmp_path / name).write_bytes((folder / name).read_bytes())
    text = (tmp_path / file).read_text(encoding="utf-8")
    (tmp_path / file).write_text(text.replace(old, new), encoding="utf-8")
    with pytest.raises(DataError) as found:
        read_access(tmp_path)
    assert said in str(found.value) and str(tmp_path / file) in str(found.value) and found.value.line is not None


def test_shares_in_place_of_percentages_are_refused(folder: Path, tmp_path: Path) -> None:
    for name in NEEDED:
        table = pd.read_csv(folder / name)
        values = [column for column in table if column.endswith("_pct")]
        table.assign(**{column: table[column] / 100.0 for column in values}).to_csv(tmp_path / name, index=False)
    with pytest.raises(DataError, match="look like shares"):
        read_access(tmp_path)


def test_a_missing_folder_or_file_is_named(folder: Path, tmp_path: Path) -> None:
    with pytest.raises(DataError, match="is no folder"):
        read_access(tmp_path / "none")
    (tmp_path / "mobile_coverages.csv").write_bytes((folder / NEEDED[0]).read_bytes())
    with pytest.raises(DataError, match="did you mean 'mobile_coverages.csv'"):
        read_access(tmp_path)
