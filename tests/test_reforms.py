"""Natural experiments: settings follow from the record by one rule, and the effect is the lever's alone."""

from __future__ import annotations

import json

import numpy as np
import pytest
from command_line import call

from afteraid.experiments.trust.reforms.answer import answer_of, lines, recorded, settings_of
from afteraid.experiments.trust.reforms.effects import PASS_THROUGHS, REPLICATES, effect, natural_experiments
from afteraid.experiments.trust.reforms.record import Reform, first_world, levers, reforms, surroundings
from afteraid.simulation.data import load_countries
from afteraid.simulation.state.world import World

KENYA = {"economy": "KEN", "year": 2012, "pool": True, "source": "none: made up"}


def made_up(**changes: object) -> Reform:
    return Reform.model_validate({**KENYA, "name": "a test", **changes})


def world(reform: Reform) -> World:
    return first_world(reform, {}, 1, 0)


def test_the_record_can_be_read_and_says_what_it_rests_on() -> None:
    known = set(load_countries()["iso3"])
    assert len(reforms()) >= 15 and sum(one.pool for one in reforms()) >= 10
    for one in reforms():
        assert one.economy in known and one.source and (one.recorded or one.wanted)
        assert (one.price is None) == (one.price_years == (0, 0))
        assert one.cover is None or 0.0 <= one.cover[0] < one.cover[1] <= 1.0
    assert len({one.name for one in reforms()}) == len(reforms())


def test_settings_follow_from_the_record() -> None:
    cover = made_up(cover=[0.2, 0.6])
    assert levers(cover, world(cover)) == {
        "policy_countries": ["KEN"], "policy_year": 2013, "coverage_obligation": pytest.approx(0.5),
    }  # fmt: skip
    assert surroundings(cover, world(cover))["world.barrier_pace"] == {"coverage": 0.0}
    price = made_up(price=0.5, price_years=[2012, 2012])
    assert levers(price, world(price))["data_price"] == pytest.approx(-0.5)
    usual = made_up(price=0.4, price_years=[2012, 2016])  # what all prices did in these years is no reform
    assert -0.6 < float(str(levers(usual, world(usual))["data_price"])) < 0.0
    both = made_up(price=0.5, price_years=[2012, 2012], data_tax=-0.2, competition=[1.0, 2.0])
    assert {"data_tax", "competition"}.isdisjoint(levers(both, world(both)))  # a price on record counts in their place
    entry = made_up(competition=[1.0, 2.0], device_tax=-0.1, access_charge=0.02, backbone=1.0)
    assert levers(entry, world(entry)) == {
        "policy_countries": ["KEN"], "policy_year": 2013, "competition": 1.0, "device_tax": -0.1,
        "access_charge": 0.02, "backbone": 1.0,
    }  # fmt: skip
    sim = made_up(sim=[100.0, 0.0])  # a card on top of a phone of 83 dollars: the way back is the whole of it
    dear = float(str(surroundings(sim, world(sim))["barriers.phone_price"]))
    assert dear * (1.0 + float(str(levers(sim, world(sim))["device_tax"]))) == pytest.approx(50.0)
    rivals = surroundings(entry, world(entry))["market.operators"]
    row = list(load_countries()["iso3"]).index("KEN")
    assert float(str(rivals)) * world(entry).facts.countries.operators[row] == pytest.approx(1.0)


def test_a_newer_network_over_an_older_one_does_nothing() -> None:
    use, change = effect(made_up(), 0.2)
    assert 0.0 < use < 1.0 and np.array_equal(change, np.zeros(6))


def test_an_effect_has_its_sign_grows_with_time_and_with_the_pass_through() -> None:
    cut = made_up(price=0.5, price_years=[2012, 2012])
    weak, strong = (effect(cut, strength)[1] for strength in (0.1, 0.4))
    assert strong[0] == strong[1] == 0.0 and (np.diff(strong[1:]) > 0.0).all()  # barriers move after year one
    assert 2.0 * weak[3] < strong[3] < 6.0 * weak[3]
    assert (effect(made_up(access_charge=0.1), 0.2)[1][2:] < 0.0).all()
    assert (effect(made_up(cover=[0.1, 0.9]), 0.2)[1][2:] > 0.0).all()


def test_the_answer_names_every_reform_and_the_pool() -> None:
    record = (made_up(price=0.5, price_years=[2012, 2012], recorded={3: 0.1}), made_up(name="nothing", pool=False))
    found = natural_experiments(record, workers=1)
    assert len(found.rows) == len(record) * len(PASS_THROUGHS) and found.manifest["replicates"] == REPLICATES
    assert found.pooled["reforms"].eq(1).all() and found.pooled["mean"].is_monotonic_increasing
    shown = lines(found.rows, record)
    assert [line[0] for line in shown] == ["a test", "nothing"] and shown[1][2] == "no barrier moved"
    assert shown[0][4] == "+0.10 at 3" and "pooled effect of 1 reforms" in answer_of(found).sentences[0]


def test_what_changed_is_written_in_words() -> None:
    everything = made_up(
        price=0.5, price_years=[2012, 2014], cover=[0.1, 0.9], competition=[1, 2], device_tax=-0.1, access_charge=0.05,
        backbone=1.0, sim=[200, 2], wanted="more",
    )  # fmt: skip
    assert settings_of(everything) == (
        "price over income x 0.5 in 2012-2014, coverage 10% to 90%, operators 1 to 2, SIM card 200 to 2 dollars, "
        "price of phones -10.0%, "
        "0.05 dollars a day, a first cable"
    )
    assert recorded(everything) == "wanted: more"
    assert settings_of(made_up(data_tax=0.18)) == "tax on data +18%" and recorded(made_up()) == "-"


@pytest.mark.slow
def test_the_command_prints_the_record_beside_the_model() -> None:
    printed = call("natural-experiments", "--quiet", "--workers", "1", columns=240).stdout
    assert all(reform.name[:40] in printed for reform in reforms())  # a long name goes on in the next line
    found = json.loads(call("natural-experiments", "--json", "--quiet", "--workers", "1").stdout)
    assert {"title", "tables"} <= set(found)
