"""Climate, attacks, technology, energy and reserves: each moves its own output, at the same luck."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
import pytest
from short_worlds import run_on

from afteraid.simulation.basis.errors import ScenarioError
from afteraid.simulation.beginning.begin import begin
from afteraid.simulation.data import load_countries, members
from afteraid.simulation.processes.access import access, set_index
from afteraid.simulation.processes.adoption import _hold_back, _income_change, _pass_through
from afteraid.simulation.processes.barriers import trust_path
from afteraid.simulation.processes.climate import climate, premium_of_sites, working_coverage
from afteraid.simulation.processes.cyber import _protection
from afteraid.simulation.processes.nation import coupling_of
from afteraid.simulation.processes.shocks import spell_times
from afteraid.simulation.recording.recording import compile_record
from afteraid.simulation.rules.costs import with_premium
from afteraid.simulation.scenario.scenario import load_scenario
from afteraid.simulation.scenario.settings import HazardSpell
from afteraid.simulation.state.kinds import BY_SATELLITE, NETWORKS, SITES
from afteraid.simulation.state.parameters import Values
from afteraid.simulation.state.world import INDEPENDENT, World

START, END = 2014, 2022
LDC = load_countries()["ldc"].to_numpy() == 1
QUIET = {"climate.event_rate": 0.0, "cyber.incident_rate": 0.0, "adoption.income_feedback": 0.0}
QUIET |= {f"policy.{work}_by_work": 0.0 for work in ("trust", "regulation", "skills")}


def plan(**settings: object):
    return load_scenario(
        "baseline",
        {"run.spinup": 2008, "run.start": START, "run.end": END, "world.uncertain": False, "ai_arrival": "never",
         **settings},
    )  # fmt: skip


@lru_cache(maxsize=1)
def at_the_start() -> World:
    """One spin-up for all: levers and trends differ only from here on."""
    world = run_on(begin(plan(), 3, 0), START)
    return world


def ran(**settings: object) -> World:
    """Go on from the start under other settings; at each step the books are proved to the cent."""
    scenario = plan(**settings)
    world = at_the_start().snapshot()
    world.settings, world.planned = scenario.world, scenario.strategy
    run_on(world, END)
    return world


@lru_cache(maxsize=1)
def default() -> World:
    return ran()


def since_start(world: World, measure: str) -> float:
    return getattr(world.tally, measure) - getattr(at_the_start().tally, measure)


def spell(kind: str, times: float, *countries: str, **more: float) -> list[dict[str, object]]:
    return [{"kind": kind, "year": START, "times": times, "countries": list(countries) or ["all"], **more}]


def running_cost_rate(world: World) -> float:
    """Yearly running cost over capital of the sites that run."""
    initiatives = world.initiatives
    rows = (initiatives.age > 0) & (SITES[initiatives.kind] > 0.0)
    return float(4.0 * initiatives.operating_cost[rows].sum() / initiatives.capital[rows].sum())


def reached_per_dollar(world: World) -> float:
    """People per dollar of capital on sites founded since the start."""
    initiatives = world.initiatives
    rows = (initiatives.founded >= (START - world.first_year) * 4) & (SITES[initiatives.kind] > 0.0)
    return float(initiatives.people[rows].sum() / initiatives.capital[rows].sum())


# hazards


def test_without_events_nothing_is_lost_and_no_lever_moves() -> None:
    world = run_on(begin(plan(**QUIET), 3, 0), END)
    for measure in ("climate_events", "climate_loss_people", "climate_loss_usd", "cyber_incidents", "cyber_loss_usd"):
        assert getattr(world.tally, measure) == 0.0
    assert np.abs(world.memory.passed).max() < 1e-12
    assert np.array_equal(world.countries.trust, trust_path(world.reference, world.values, END))
    assert not world.initiatives.refresh_fund.any() and not world.initiatives.solar.any()


def test_before_the_start_no_shock_moves_use() -> None:
    world = at_the_start()
    assert world.tally.climate_events > 0 and world.tally.cyber_incidents > 0
    assert not world.memory.passed.any()


def test_the_usual_loss_is_the_mean_of_what_luck_brings() -> None:
    world = begin(plan(), 3, 0)
    found, usual = [], []
    for _ in range(300):
        climate(world)
        world.quarter += 4
        found.append(world.countries.income_loss.mean())
        usual.append(world.countries.income_loss_usual.mean())
    assert np.mean(found) == pytest.approx(np.mean(usual), rel=0.05)
    assert np.mean(usual) > 0.0


def test_spells_multiply_each_hazard_where_and_when_they_are() -> None:
    world = ran(**{"world.spells": [*spell("climate", 4.0, "LDC", years=3.0), *spell("climate", 2.0, "KEN", "TCD")]})
    row = {iso3: index for index, iso3 in enumerate(load_countries()["iso3"])}
    world.quarter = (START + 1 - world.first_year) * 4
    times = spell_times(world, "climate")
    assert times[row["TCD"]] == 8.0 and times[row["KEN"]] == 2.0 and times[row["FRA"]] == 1.0
    assert (spell_times(world, "cyber") == 1.0).all()
    world.quarter = (START + 3 - world.first_year) * 4
    assert spell_times(world, "climate")[row["TCD"]] == 2.0
    world.quarter = (START - 1 - world.first_year) * 4
    assert (spell_times(world, "climate") == 1.0).all()


def test_a_climate_spell_destroys_sites_and_lowers_use_where_it_strikes() -> None:
    struck = ran(**{"world.spells": spell("climate", 5.0, "LDC")})
    assert since_start(struck, "climate_loss_people") > 1.5 * since_start(default(), "climate_loss_people")
    assert struck.memory.passed[LDC].mean() < default().memory.passed[LDC].mean() - 0.002
    assert (working_coverage(struck.countries, "rural") - working_coverage(default().countries, "rural"))[
        LDC
    ].mean() < 0.0
    assert np.array_equal(struck.countries.income_loss[~LDC], default().countries.income_loss[~LDC])
    none = ran(**{"world.spells": spell("climate", 0.0)})
    assert since_start(none, "climate_events") == 0.0


def test_a_cyber_spell_costs_money_and_trust() -> None:
    struck = ran(**{"world.spells": spell("cyber", 5.0)})
    assert since_start(struck, "cyber_incidents") > 4.0 * since_start(default(), "cyber_incidents")
    assert since_start(struck, "cyber_loss_usd") > 2.0 * since_start(default(), "cyber_loss_usd")
    assert struck.countries.trust.mean() < default().countries.trust.mean()
    assert struck.memory.passed.mean() < default().memory.passed.mean()
    booked = struck.ledger.outflow["cyber_loss"].sum() / 100
    assert booked == pytest.approx(struck.tally.cyber_loss_usd)


def test_a_conflict_spell_brings_conflicts() -> None:
    struck = ran(**{"world.spells": spell("conflict", 10.0, "AFRICA")})
    africa = members(("Africa",))
    assert struck.countries.conflict[africa].sum() > default().countries.conflict[africa].sum()
    assert np.array_equal(struck.countries.conflict[~africa], default().countries.conflict[~africa])


def test_trust_lost_in_attacks_comes_back() -> None:
    world = at_the_start().snapshot()
    world.settings = plan(**QUIET).world
    causes = dict.fromkeys(("cyber.incident_rate", "policy.trust_by_work"), 0.0)
    world.values = Values({**world.values, **causes})  # what follows is recovery alone
    world.countries.trust[:] -= 0.1
    world.countries.trust_shaken[:] = 0.1
    run_on(world, END)
    assert np.abs(world.countries.trust_shaken).max() < 0.1 * 0.71 ** (END - START)


# what can be done about them


def test_hardened_sites_lose_less_and_reach_fewer_for_the_same_money() -> None:
    hard = ran(climate_resilience=1.0)
    lost, usual = (since_start(world, "climate_loss_people") for world in (hard, default()))
    assert hard.tally.climate_events == default().tally.climate_events
    assert lost < 0.9 * usual
    assert reached_per_dollar(hard) < 0.95 * reached_per_dollar(default())
    costs = with_premium(hard.now.unit_cost, premium_of_sites(hard), SITES[:, None])
    plain = default().now.unit_cost
    assert costs[0] == pytest.approx(1.1 * plain[0]) and costs[2] == pytest.approx(plain[2])


def test_an_event_spares_hardened_sites_the_stated_share() -> None:
    def after(hardened: float) -> tuple[float, float]:
        world = at_the_start().snapshot()
        all_are_struck = 1.0 / world.facts.countries.climate_exposure.min()
        world.values = Values({**world.values, "climate.event_rate": all_are_struck})
        initiatives = world.initiatives
        initiatives.hardened[:] = hardened * initiatives.people
        before, others = initiatives.people.copy(), SITES[initiatives.kind] == 0.0
        climate(world)
        assert np.array_equal(before[others], initiatives.people[others])
        assert (initiatives.hardened <= initiatives.people * (1.0 + 1e-9)).all()
        return float((before - initiatives.people).sum()), float(initiatives.capital.sum())

    (soft, capital), (hard, kept) = after(0.0), after(1.0)
    assert hard == pytest.approx(0.5 * soft) and kept > capital


def test_protection_lowers_attacks_and_earns_trust_and_costs_capital() -> None:
    safe = ran(cybersecurity_share=0.05)
    assert since_start(safe, "cyber_incidents") < 0.7 * since_start(default(), "cyber_incidents")
    assert since_start(safe, "cyber_loss_usd") < since_start(default(), "cyber_loss_usd")
    assert safe.countries.trust[LDC].mean() > default().countries.trust[LDC].mean()
    assert safe.memory.passed[LDC].mean() > default().memory.passed[LDC].mean()
    assert since_start(safe, "built") < 0.97 * since_start(default(), "built")
    assert safe.ledger.outflow["security"].sum() > 0.0 and default().ledger.outflow["security"].sum() == 0.0


def test_protection_fades_after_exit_and_reaches_nobody_who_left_before_it() -> None:
    safe = ran(cybersecurity_share=0.05)
    protection, initiatives = _protection(safe), safe.initiatives
    left = initiatives.phase == INDEPENDENT
    turned = (START - safe.first_year) * 4
    assert not protection[left & (initiatives.ended < turned)].any()
    paid = protection[~left]
    late = protection[left & (initiatives.ended >= turned)]
    assert paid.min() == paid.max() >= late.max() > late.min() > 0.0


def test_a_reserve_for_equipment_saves_refresh_cycles_and_costs_capital() -> None:
    kept = ran(refresh_share=0.2)
    assert kept.initiatives.missed.mean() < default().initiatives.missed.mean()
    assert since_start(kept, "built") < 0.85 * since_start(default(), "built")
    assert kept.initiatives.refresh_fund.sum() > 0 and default().initiatives.refresh_fund.sum() == 0
    assert kept.ledger.outflow["write_off"].sum() > 0.0  # advance() proves that closing leaves no cent behind
    assert (kept.initiatives.refresh_fund >= 0).all()


# technology and energy


def test_artificial_intelligence_lowers_running_cost_where_skills_and_regulation_are_high() -> None:
    helped = ran(ai_arrival=START)
    cut = 1.0 - running_cost_rate(helped) / running_cost_rate(default())
    assert 0.01 < cut < 0.10
    countries = helped.countries
    ready = 0.5 * (countries.skills_urban + countries.regulation)
    top, low = ready > np.quantile(ready, 0.75), ready < np.quantile(ready, 0.25)
    assert countries.ai_spread[top].mean() > countries.ai_spread[low].mean() > 0.0
    assert (countries.ai_spread <= np.maximum(countries.trust, 1.0 - 1e-9)).all()
    assert not default().countries.ai_spread.any()


def test_artificial_intelligence_waits_for_trust() -> None:
    world = at_the_start().snapshot()
    world.settings = plan(ai_arrival=START).world
    row = int(np.flatnonzero(LDC)[0])
    world.countries.trust[row] = 0.05
    run_on(world, END)
    assert world.countries.ai_spread[row] < 0.1


def test_satellites_cover_the_countryside_and_make_emerging_technology_cheaper() -> None:
    covered = ran(satellite_arrival=START)
    gap, before = (1.0 - world.countries.coverage_rural[LDC].mean() for world in (covered, default()))
    assert gap < 0.3 * before
    assert covered.countries.addressable_rural[LDC].mean() > default().countries.addressable_rural[LDC].mean()
    other = covered.countries.coverage_urban - default().countries.coverage_urban
    assert np.abs(other).mean() < 0.001 and np.abs(other).max() < 0.05  # what networks of initiatives cover
    cost, plain = covered.now.unit_cost, default().now.unit_cost
    (cheaper,) = cost[BY_SATELLITE, 0] / plain[BY_SATELLITE, 0]
    assert 0.6 < cheaper < 0.75 and np.array_equal(cost[~BY_SATELLITE], plain[~BY_SATELLITE])


def test_faster_technology_is_cheaper_and_ages_sooner() -> None:
    fast, slow = ran(technology_speed=2.0), ran(technology_speed=0.5)
    assert (fast.now.unit_cost < default().now.unit_cost)[NETWORKS].all()
    assert (slow.now.unit_cost > default().now.unit_cost)[NETWORKS].all()
    assert np.array_equal(fast.now.unit_cost[~NETWORKS], slow.now.unit_cost[~NETWORKS])  # salaries do not fall
    missed = [world.closed.missed.mean() for world in (slow, default(), fast)]
    assert missed[0] < missed[1] < missed[2]


def test_dearer_energy_raises_running_cost_less_where_sites_are_solar() -> None:
    dear = ran(energy_cost_growth=0.06)
    solar, dear_solar = ran(green_energy=1.0), ran(green_energy=1.0, energy_cost_growth=0.06)
    assert running_cost_rate(dear) > 1.05 * running_cost_rate(default())
    assert running_cost_rate(solar) < running_cost_rate(default())
    rise, rise_solar = running_cost_rate(dear) - running_cost_rate(default()), running_cost_rate(dear_solar)
    assert rise_solar - running_cost_rate(solar) < 0.8 * rise
    assert reached_per_dollar(solar) < 0.98 * reached_per_dollar(default())
    assert (solar.initiatives.solar <= solar.initiatives.people * (1.0 + 1e-9)).all()


def test_the_deviation_follows_trust_income_and_prices() -> None:
    world = at_the_start().snapshot()
    countries = world.countries
    countries.trust[:] = trust_path(world.reference, world.values, world.year)
    countries.use[:] = 1.0 / (1.0 + np.exp(-countries.reference_log_odds))
    countries.income_loss[:], countries.outage[:] = countries.income_loss_usual, countries.outage_usual
    world.now.income_change[:] = _income_change(world)
    for _ in range(2):  # nothing moves: the index is what it was
        access(world)
    same = world.now.index_gap.copy()
    poor = np.flatnonzero((world.now.index_log_odds > -2.0).all(axis=1) & (countries.use < 0.6))[:4]
    countries.income_loss[poor[0]] += 0.05
    countries.trust[poor[1]] *= 0.9
    countries.use[poor[2]] *= 1.1
    countries.price[poor[3]] *= 0.5
    world.now.income_change[:] = _income_change(world)
    set_index(world)
    _hold_back(world)
    for _ in range(4):
        _pass_through(world, coupling_of(world).pass_through)
    moved = world.memory.passed
    assert np.abs(same).max() < 1e-9
    assert (moved[poor[:2]] < 0.0).all() and (moved[poor[2:]] > 0.0).all()
    assert np.abs(np.delete(moved, poor, axis=0)).max() < 1e-9


# what is recorded, and what is refused


def test_the_losses_are_recorded_by_year() -> None:
    activity = compile_record(default()).tables["activity"]
    for measure in ("climate_events", "climate_loss_people", "climate_loss_usd", "cyber_incidents", "cyber_loss_usd"):
        yearly = activity.loc[activity["measure"] == measure, "value"]
        assert len(yearly) == END - START
        assert yearly.sum() == pytest.approx(since_start(default(), measure))


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ({"world.spells": [{"kind": "climat", "year": 2030, "times": 2}]}, "did you mean 'climate'"),
        ({"world.spells": [{"kind": "cyber", "times": 2}]}, "world.spells[0].year: is missing"),
        ({"world.spells": [{"kind": "cyber", "year": 2030}]}, "world.spells[0].times: is missing"),
        ({"world.spells": [{"kind": "cyber", "year": 2030, "times": -1}]}, "-1 is out of range"),
        ({"world.spells": [{"kind": "cyber", "year": 1990, "times": 2}]}, "1990 is out of range"),
        ({"world.spells": [{"kind": "cyber", "year": 2030, "times": 2, "countries": ["KEX"]}]}, "called 'KEX'"),
        ({"world.spells": [{"kind": "cyber", "year": 2030, "times": 2, "countries": []}]}, "names no country"),
        ({"world.spells": [{"kind": "cyber", "year": 2030, "times": 2, "country": ["KEN"]}]}, "'countries'"),
        ({"ai_arrival": "soon"}, "'soon' is not a year"),
        ({"ai_arrival": 1990}, "1990 is out of range"),
        ({"satellite_arrival": True}, "not a whole number"),
        ({"technology_speed": 0.0}, "0 is out of range"),
        ({"energy_cost_growth": 0.5}, "0.5 is out of range"),
        ({"climate_resilience": 1.2}, "1.2 is out of range"),
        ({"cybersecurity_share": 0.2, "refresh_share": 0.2}, "too little is left for equipment"),
    ],
)
def test_what_cannot_be_is_refused_in_plain_words(settings: dict[str, object], words: str) -> None:
    with pytest.raises(ScenarioError) as caught:
        load_scenario("baseline", settings)
    assert words in str(caught.value), str(caught.value)


def test_spells_are_read_from_a_file_and_travel(tmp_path) -> None:
    file = tmp_path / "storms.toml"
    file.write_text(
        'extends = "baseline"\n[world]\nai_arrival = "never"\nsatellite_arrival = 2028\n'
        'energy_cost_growth = "2%/year"\n'
        '[[world.spells]]\nkind = "climate"\nyear = 2030\nyears = 10\ntimes = 2.5\ncountries = ["sids", "ken"]\n'
    )
    scenario = load_scenario(file)
    assert scenario.world.spells == (
        HazardSpell(kind="climate", year=2030, years=10.0, times=2.5, countries=("SIDS", "KEN")),
    )
    assert scenario.world.ai_arrival is None and scenario.world.satellite_arrival == 2028
    assert scenario.world.energy_cost_growth == pytest.approx(0.02)
    assert scenario.with_settings({"coordination": 0.2}).world == scenario.world
