"""The question of the least developed countries: the gap is split as planted, and slopes come back."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from synthetic_panel import made_panel

from afteraid.experiments.pages.ldc import page
from afteraid.experiments.trust.ldc import COVARIATES, FITTED_TO, answer, slopes, split
from afteraid.simulation.data import load_countries


def test_an_error_that_all_share_is_common_and_one_of_a_large_country_is_its_weight() -> None:
    size = 20
    level = np.linspace(0.2, 0.5, size)
    weight = np.full(size, 1.0 / size)
    alike = pd.DataFrame({"forecast": level + 0.03, "observed": level, "weight": weight})
    found = split(alike)
    assert found["common"][0] == pytest.approx(3.0) and found["weights"][0] == pytest.approx(0.0)
    weight = np.r_[0.5, np.full(size - 1, 0.5 / (size - 1))]
    large = pd.DataFrame({"forecast": level + np.r_[0.1, np.zeros(size - 1)], "observed": level, "weight": weight})
    found = split(large)
    assert found["both"][0] == pytest.approx(5.0) and found["common"][0] == pytest.approx(0.5)
    for value, low, high in found.values():
        assert low <= value + 1e-9 and value <= high + 1e-9


def test_a_planted_slope_comes_back_and_noise_is_not_told_from_nothing() -> None:
    luck = np.random.default_rng(5)
    economies = np.repeat([f"C{number}" for number in range(150)], 2)
    planted, nothing = np.repeat(luck.normal(size=(150, 2)), 2, axis=0).T
    errors = pd.DataFrame({"iso3": economies, "planted": planted, "nothing": nothing})
    errors["error"] = 0.3 * planted + 0.2 * luck.normal(size=300)
    found = slopes(errors, ["planted", "nothing"]).set_index("name")
    assert found.loc["planted", "low"] < 0.3 * planted.std(ddof=1) < found.loc["planted", "high"]
    assert found.loc["nothing", "low"] < 0.0 < found.loc["nothing", "high"]


@pytest.mark.slow
def test_the_page_is_made_of_any_panel() -> None:
    panel = made_panel(economies=110)
    codes = load_countries()["iso3"]
    years = range(2000, 2019)
    luck = np.random.default_rng(2)
    facts = pd.DataFrame([(iso3, year) for iso3 in codes for year in years], columns=["iso3", "year"])
    facts = facts.assign(**{name: luck.normal(size=len(facts)) for name in COVARIATES})
    found = answer(panel, facts)
    assert 0.0 < found.forecast < 1.0 and 0.0 < found.by_people < 1.0
    assert found.economies["weight"].sum() == pytest.approx(1.0)
    assert set(found.earlier["origin"]) == {2006, 2008, 2010, 2012}
    text = page(found, panel)
    assert f"{100 * found.forecast:.1f}%" in text and "nan" not in text
    later = panel.use.iloc[[-1]].set_axis([panel.last_year + 1]).rename_axis(panel.use.index.name)
    longer = replace(panel, use=pd.concat([panel.use, later]))
    assert longer.last_year > FITTED_TO and answer(longer, facts).forecast == found.forecast  # seen by no fit
