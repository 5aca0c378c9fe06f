"""Figures show any country or group by any of its names, and say what they can't show."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from afteraid import InputError, Results, load_scenario, run


@pytest.fixture(scope="module")
def of_the_world() -> Results:
    return run(load_scenario("baseline", {"spinup": 2023, "start": 2023, "end": 2025}), runs=2, workers=1)


@pytest.mark.parametrize("written", ["UGA", "Uganda", "uga", "UG"])
def test_a_country_is_drawn_by_any_of_its_names(of_the_world: Results, written: str) -> None:
    table = of_the_world.chart("use", focus=written).table
    shown = table.loc[(table["group"] == "UGA") & (table["year"] >= 2023)].set_index("year")["median"]
    assert list(shown.index) == [2023, 2024, 2025]
    countries = of_the_world.countries
    assert np.allclose(shown, countries[countries["iso3"] == "UGA"].groupby("year")["use"].median(), atol=1e-6)
    assert len(of_the_world.plot("use", focus=written).axes)
    assert "UGA" in set(of_the_world.chart("use_women", groups=[written]).table["group"])


def test_a_group_that_was_not_recorded_is_worked_out_of_its_countries(of_the_world: Results) -> None:
    recorded = of_the_world.chart("use", groups=["LDC"]).table.query("group == 'LDC' and year >= 2023")
    rest = replace(of_the_world, divide=of_the_world.divide.query("group != 'LDC'"))
    again = rest.chart("use", groups=["LDC"]).table.query("group == 'LDC' and year >= 2023")
    assert len(again) == 3 and np.allclose(again["median"], recorded["median"], atol=1e-6)


@pytest.mark.parametrize(
    ("kind", "choices", "said"),
    [
        ("use", {"focus": "Ugand"}, "did you mean 'Uganda'"),
        ("use", {"groups": ["nowhere at all"]}, "no country or group is called"),
        ("use", {"fokus": "UGA"}, "did you mean 'focus'"),
        ("survival", {"dimension": "nosuch"}, "dimension: survival isn't counted by 'nosuch'; expected one of"),
        ("survival", {"dimension": "exit_stategy"}, "did you mean 'exit_strategy'"),
        ("survival", {"weight": "persons"}, "weight: survival isn't counted by 'persons'"),
        ("challenges", {"focus": "UGA"}, "the figure challenges has no such choice"),
        ("gap", {"focus": "UGA"}, "focus: the figure gap has no such choice; expected one of groups"),
        ("gap", {"groups": ["UGA"]}, "groups: gap was not recorded of UGA; expected one of"),
        ("gap", {"groups": "UGA"}, "groups: 'UGA' is no list"),
    ],
)
def test_what_cannot_be_drawn_is_an_error_with_the_nearest_name(
    of_the_world: Results, kind: str, choices: dict[str, object], said: str
) -> None:
    with pytest.raises(InputError) as refused:
        of_the_world.plot(kind, **choices)
    assert said in str(refused.value)
