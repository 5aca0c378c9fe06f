"""Every way of paying has its price: one sentence each, and the sign of it at the level of the mechanism.

All else is held: the same donors, hosts, sizes and luck; only the mechanism's row is another.
"""

from __future__ import annotations

import functools

import numpy as np
import pytest
from short_worlds import run_on

from afteraid.simulation.beginning.begin import begin
from afteraid.simulation.beginning.levers import apply_strategy
from afteraid.simulation.engine import advance
from afteraid.simulation.mechanisms import MECHANISMS
from afteraid.simulation.mechanisms.base import Candidates
from afteraid.simulation.processes.disbursement import LOSSES, loss_rates, shares_lost
from afteraid.simulation.scenario.scenario import load_scenario
from afteraid.simulation.state.world import World

SIX_YEARS = 24


@functools.cache
def halfway() -> World:
    """A world of project grants in 2015; never advanced, only copied."""
    only: dict[str, object] = {"strategy.mechanisms": {"project_grant": 1.0}, "strategy.exits": {"abrupt": 1.0}}
    only |= {"world.uncertain": False}  # every parameter at its central value
    plan = load_scenario("baseline", {"run.spinup": 2010, "run.start": 2011, "run.end": 2024, **only})
    world = run_on(begin(plan, 5, 0), 2015)
    return world


@functools.cache
def paid_through(name: str, leave: str = "abrupt", **levers: float) -> World:
    """The same world six years on, with all that was funded in 2015 paid for and left in another way."""
    world = halfway().snapshot()
    initiatives = world.initiatives
    initiatives.mechanism[:] = world.traits.names[name]
    initiatives.exit[:] = world.traits.exit_names[leave]
    traits, way = world.traits.mechanism, initiatives.mechanism
    for column, trait in (("performance", "performance"), ("partners", "partners"), ("price_asked", "price")):
        getattr(initiatives, column)[:] = getattr(traits, trait)[way]  # what a contract brings from its first day
    apply_strategy(world, world.strategy.model_copy(update={"funding": 0.9, **levers}))
    for _ in range(SIX_YEARS):
        advance(world)
    return world


def same(world: World, founded_before: int = 20) -> np.ndarray:
    """Rows of the initiatives that the worlds share: those of before the switch."""
    return world.initiatives.founded < founded_before


def losses(name: str) -> dict[str, float]:
    """The mean shares of a payment that are lost on the way, for the same payments."""
    world = halfway()
    funded = np.flatnonzero(world.initiatives.phase == 0)
    of, rates, mechanism = world.initiatives, loss_rates(world), world.traits.names[name]
    shares = [shares_lost(rates, of.donor[i], of.country[i], mechanism, of.platform[i]) for i in funded]
    return dict(zip(LOSSES, np.mean(shares, axis=0), strict=True))


@functools.cache
def candidates() -> Candidates:
    """Ten thousand initiatives about to be founded anywhere, of any size and kind."""
    world, count = halfway(), 10_000
    luck = np.random.default_rng(1)
    return Candidates(
        donor=luck.integers(0, world.donors.count, count),
        country=luck.choice(world.reference.recipients, count),
        group=luck.integers(0, 2, count),
        kind=luck.integers(0, 7, count),
        dollars=np.exp(luck.normal(13.5, 2.0, count)),
        revenue_potential=luck.uniform(0.02, 0.95, count),
    )


def accepted(name: str, world: World | None = None) -> np.ndarray:
    """Which of the candidates a mechanism takes."""
    return MECHANISMS[name].eligible(world or halfway(), candidates())


def delay(name: str) -> float:
    """The mean wait from signature to first instalment, in quarters."""
    world = halfway()
    row, traits = world.traits.names[name], world.traits.mechanism
    return float(traits.shortest_delay[row] + traits.longest_delay[row]) / 2.0


def came(world: World, source: str) -> float:
    """Dollars that came from a source since 2015."""
    return float((world.ledger.inflow[source] - halfway().ledger.inflow[source]).sum()) / 100.0


def went(world: World, use: str) -> float:
    """Dollars that went to a use since 2015."""
    return float((world.ledger.outflow[use] - halfway().ledger.outflow[use]).sum()) / 100.0


def test_a_project_grant_costs_nothing_to_set_up_and_bears_all_volatility_and_all_contacts() -> None:
    grant = losses("project_grant")
    assert grant["fund_fee"] == 0.0 and delay("project_grant") == 0.0
    assert grant["transaction"] >= max(losses(name)["transaction"] for name in MECHANISMS)
    assert accepted("project_grant").all()


def test_a_pooled_fund_lowers_volatility_and_contacts_and_costs_its_fee_and_its_wait() -> None:
    grant, pool = losses("project_grant"), losses("pooled_fund")
    assert pool["volatility_loss"] < grant["volatility_loss"] and pool["transaction"] < grant["transaction"]
    assert pool["fund_fee"] > grant["fund_fee"] and delay("pooled_fund") > delay("project_grant")


def test_blended_finance_brings_private_money_and_flows_to_where_revenue_is() -> None:
    world, taken = halfway(), accepted("blended_finance")
    assert came(paid_through("blended_finance"), "private") > came(paid_through("project_grant"), "private")
    revenue = candidates().revenue_potential
    assert revenue[taken].mean() > revenue[~taken].mean()
    table = world.traits.mechanism.cofinance["private"][world.traits.names["blended_finance"]]
    assert table[0] < table[1]  # low-income countries draw less than lower-middle-income ones


def test_a_matching_grant_brings_the_treasurys_money_and_leaves_out_who_has_none() -> None:
    grant, match = paid_through("project_grant"), paid_through("matching_grant")
    assert came(match, "government") > came(grant, "government")
    assert match.initiatives.motivation[same(match)].mean() > grant.initiatives.motivation[same(grant)].mean()
    taken = accepted("matching_grant")
    room = halfway().countries.recurrent_cap[candidates().country]
    assert 0.0 < taken.mean() < 1.0 and room[taken].mean() > room[~taken].mean()


def test_results_based_money_sharpens_service_and_leaves_out_who_cannot_advance_it() -> None:
    grant, results = paid_through("project_grant"), paid_through("results_based")
    young = same(results) & (results.initiatives.phase == 0)
    twin = same(grant) & (grant.initiatives.phase == 0)
    assert results.initiatives.service[young].mean() > grant.initiatives.service[twin].mean()
    assert went(results, "lapsed") > went(grant, "lapsed")  # what is withheld stays with the donor
    assert losses("results_based")["verification"] > 0.0
    taken, revenue = accepted("results_based"), candidates().revenue_potential
    assert revenue[~taken].max() < revenue[taken].min()


def test_an_impact_bond_shifts_the_risk_to_investors_at_a_high_cost_of_structuring() -> None:
    bond = paid_through("impact_bond")
    assert came(bond, "private") > 0.0  # what the donor withholds, investors have advanced
    assert losses("impact_bond")["fund_fee"] > losses("pooled_fund")["fund_fee"] > 0.0
    taken = accepted("impact_bond")
    assert candidates().dollars[taken].max() <= 20e6 and 0.0 < taken.mean() < 0.5


def test_a_universal_service_fund_adds_levies_in_the_countryside_and_a_levy_raises_prices() -> None:
    fund, grant = paid_through("universal_service_fund"), paid_through("project_grant")
    assert went(fund, "capital") > went(grant, "capital")
    assert fund.countries.service_fund.sum() < grant.countries.service_fund.sum()
    taken = accepted("universal_service_fund")
    assert (candidates().group[taken] == 1).all()
    dear = paid_through("universal_service_fund", levy_rate=0.05)
    recipient = fund.facts.countries.is_recipient > 0
    assert (dear.countries.price[recipient] > fund.countries.price[recipient]).all()
    assert (dear.countries.price[~recipient] == fund.countries.price[~recipient]).all()


def test_an_endowment_ties_capital_up_and_pays_after_exit() -> None:
    grant, endowed = paid_through("project_grant"), paid_through("endowment")
    assert endowed.initiatives.capital[same(endowed)].sum() < grant.initiatives.capital[same(grant)].sum()
    assert came(endowed, "endowment_return") > 0.0
    out = same(endowed) & (endowed.initiatives.phase == 2)
    assert endowed.initiatives.endowment_share[out].mean() > 0.0


def test_a_debt_swap_steadies_money_and_takes_long() -> None:
    assert losses("debt_swap")["volatility_loss"] < losses("project_grant")["volatility_loss"]
    assert came(paid_through("debt_swap"), "debt_relief") > 0.0
    assert delay("debt_swap") > delay("pooled_fund") and losses("debt_swap")["fund_fee"] > 0.0
    taken, deficit = accepted("debt_swap"), halfway().facts.countries.deficit[candidates().country]
    assert (deficit[taken] > 0.0).all() and 0.0 < taken.mean() < 1.0


def test_a_guarantee_draws_most_private_money_and_only_where_courts_and_revenue_are_good() -> None:
    assert came(paid_through("guarantee"), "private") > came(paid_through("blended_finance"), "private")
    assert losses("guarantee")["guarantee_calls"] > 0.0
    assert 0.0 < accepted("guarantee").mean() < accepted("blended_finance").mean()


def test_south_south_cooperation_reaches_more_people_per_dollar_with_less_steady_money() -> None:
    grant, south = paid_through("project_grant"), paid_through("south_south")
    mine, theirs = same(south), same(grant)
    reach = south.initiatives.people[mine].sum() / south.initiatives.capital[mine].sum()
    assert reach > grant.initiatives.people[theirs].sum() / grant.initiatives.capital[theirs].sum()
    assert south.initiatives.linkages[mine].mean() > grant.initiatives.linkages[theirs].mean()
    mine, theirs = mine & (south.initiatives.phase == 0), theirs & (grant.initiatives.phase == 0)
    assert south.initiatives.capacity[mine].mean() > grant.initiatives.capacity[theirs].mean()
    assert losses("south_south")["volatility_loss"] > losses("project_grant")["volatility_loss"]


def test_diaspora_and_crowds_give_to_small_initiatives_only_and_come_and_go() -> None:
    assert came(paid_through("diaspora_crowd"), "diaspora") > 0.0
    taken, dollars = accepted("diaspora_crowd"), candidates().dollars
    assert dollars[taken].max() < dollars[~taken].min()
    assert losses("diaspora_crowd")["volatility_loss"] > losses("project_grant")["volatility_loss"]


def test_a_voluntary_solidarity_levy_yields_next_to_nothing_and_a_binding_one_much() -> None:
    voluntary = paid_through("solidarity_levy", solidarity_levy=0.01)
    binding = paid_through("solidarity_levy", solidarity_levy=0.01, solidarity_participation=0.8)
    assert 0.0 < came(voluntary, "solidarity") < 0.01 * came(voluntary, "donor")
    assert came(binding, "solidarity") > 30.0 * came(voluntary, "solidarity")
    assert went(binding, "capital") > went(voluntary, "capital")
    assert halfway().facts.countries.least_developed[candidates().country[accepted("solidarity_levy")]].all()


@pytest.mark.parametrize("leave", ["linear_phase_down", "government_handover", "community_enterprise", "evergreen"])
def test_staying_on_uses_money_that_would_found_new_initiatives(leave: str) -> None:
    stay, leave_now = paid_through("project_grant", leave), paid_through("project_grant")
    assert stay.tally.founded < leave_now.tally.founded


def test_commercial_prices_raise_fees_and_lose_users() -> None:
    free, sold = paid_through("project_grant"), paid_through("project_grant", "commercialisation")
    assert came(sold, "users") > came(free, "users")
    mine, theirs = same(sold) & (sold.initiatives.phase > 0), same(free) & (free.initiatives.phase > 0)
    mine_reach = sold.initiatives.people[mine].sum() / sold.initiatives.capital[mine].sum()
    assert mine_reach < free.initiatives.people[theirs].sum() / free.initiatives.capital[theirs].sum()


def test_monitoring_spends_what_delivery_could_have() -> None:
    little, much = (
        paid_through("project_grant", monitoring_share=0.0),
        paid_through("project_grant", monitoring_share=0.15),
    )
    assert much.initiatives.cash.sum() < little.initiatives.cash.sum() and went(much, "monitoring") > 0.0
