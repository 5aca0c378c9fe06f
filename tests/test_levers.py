"""Every lever moves its own named output, at the same luck and beyond its noise, in the direction that is expected.

A row of LEVERS is one claim: a lever, a low and a high setting, the output that shows it, and the sign. Three worlds
run from 2014 under the baseline's strategy to 2018, each with luck of its own; from there each goes on twice, once
under either setting. The claim holds where the mean of the paired differences is more than two standard errors on the
right side of zero. "judged" as a source says that nobody has published the direction.
"""

from __future__ import annotations

from functools import cache, lru_cache
from typing import NamedTuple

import numpy as np
import pytest
from short_worlds import run_on

from afteraid.simulation.beginning.begin import begin
from afteraid.simulation.measures.metrics import divide, survival
from afteraid.simulation.measures.survival import shares_serving
from afteraid.simulation.recording.recording import compile_record
from afteraid.simulation.scenario.scenario import Scenario, load_scenario
from afteraid.simulation.scenario.settings import StrategySettings, WorldSettings
from afteraid.simulation.state.kinds import BARRIERS
from afteraid.simulation.state.world import World

SPINUP, START = 2014, 2018
RUNS = 3
MONEY, LIFE = 2024, 2030  # ends: of what shows at once, and of what shows years after an exit
Settings = dict[str, object]

SURVIVAL = "survival"  # share serving three years after the donor's exit
ADAPTIVE: Settings = {"exits": {"adaptive": 1.0}}
HANDOVER: Settings = {"exits": {"government_handover": 1.0}}
EVERGREEN: Settings = {"exits": {"evergreen": 1.0}}
SERVICE_FUND: Settings = {"mechanisms": {"universal_service_fund": 1.0}}
SOLIDARITY: Settings = {"mechanisms": {"solidarity_levy": 1.0}}
TRENDS = (
    "cuts", "further_cuts", "spells", "withdrawals", "ai_arrival", "satellite_arrival", "technology_speed",
    "barrier_pace", "energy_cost_growth", "contracts_end",
)  # fmt: skip
FROZEN = dict.fromkeys(BARRIERS, 0.0)
NO_LEVER = (
    "parameters",
    "initiative_scale",
    "uncertain",
    "edition",
    "structures",
    "countries",
)  # of the world, no trend


class Claim(NamedTuple):
    """One lever with the output that shows it."""

    lever: str  # a field of StrategySettings or WorldSettings
    low: object
    high: object
    measure: str  # of the tables activity or divide, a source or use of the table finance, or SURVIVAL
    group: str
    sign: int
    source: str
    end: int = MONEY
    beside: Settings = {}  # settings that hold on both sides

    def __str__(self) -> str:
        return f"{self.lever}-{self.measure}"


def spell(kind: str) -> list[dict[str, object]]:
    """Four times the usual rate of a hazard, everywhere and for good."""
    return [{"kind": kind, "year": START, "times": 4.0}]


LEVERS = (
    Claim("mechanisms", {"project_grant": 1.0}, {"pooled_fund": 1.0}, "transaction", "world", -1,
          "Killen and Rogerson; Anderson 2012: contacts cost 5-15% of aid"),
    Claim("mechanisms", {"project_grant": 1.0}, {"pooled_fund": 1.0}, "fund_fee", "world", 1,
          "UNDG/MPTFO and UNDP: fees of 8-12%"),
    Claim("exits", {"abrupt": 1.0}, {"government_handover": 1.0}, SURVIVAL, "world", 1,
          "Wilhelm et al. 2019 against Ozawa et al. 2016", LIFE),
    Claim("funding", 0.5, 1.5, "share_of_need_met", "recipients", 1, "by definition"),
    Claim("funding", 0.5, 1.5, "use_rural", "LDC", 1, "IEG 2011: aid is marginal and targeted; sign"),
    Claim("coordination", 0.0, 1.0, "transaction_cost_share", "world", -1, "Killen and Rogerson; Anderson 2012"),
    Claim("coordination", 0.0, 1.0, "donor_hhi_mean", "recipients", 1, "by definition"),
    Claim("capacity_share", 0.02, 0.20, SURVIVAL, "world", 1, "Best and Kumar 2008: trained operators", LIFE),
    Claim("monitoring_share", 0.0, 0.15, "decision_regret", "world", -1, "IEG; Raimondo 2016", LIFE, ADAPTIVE),
    Claim("local_ownership", 0.0, 1.0, SURVIVAL, "world", 1, "Narayan 1995; Best and Kumar 2008", LIFE),
    Claim("rural_targeting", 0.0, 1.0, "use_rural", "LDC", 1, "by definition"),
    Claim("rural_targeting", 0.0, 1.0, "cost_per_user", "world", 1, "Oughton et al. 2023: rural three times urban"),
    Claim("women_targeting", 0.0, 0.5, "parity", "LDC", 1, "by definition"),
    Claim("women_targeting", 0.0, 0.5, "cost_per_user", "world", 1, "judged"),
    Claim("data_driven", 0.0, 1.0, "cost_per_user", "world", -1, "judged"),
    Claim("need_targeting", 0.0, 1.0, "use", "LDC", 1, "by definition"),
    Claim("platforms", 0.0, 1.0, SURVIVAL, "world", 1, "Best and Kumar 2008: support", LIFE),
    Claim("platforms", 0.0, 1.0, "volatility_loss", "world", -1, "Kharas 2008 on volatility; sharing judged"),
    Claim("platforms", 0.0, 1.0, "transaction_cost_share", "world", 1, "judged"),
    Claim("knowledge_sharing", 0.0, 1.0, "mean_price", "recipients", -1, "Belloc 2012; links judged", LIFE),
    Claim("knowledge_sharing", 0.0, 1.0, SURVIVAL, "world", 1, "Best and Kumar 2008: support", LIFE),
    Claim("harmonisation", 0.0, 1.0, "mean_price", "recipients", -1, "Belloc 2012: competition"),
    Claim("regulatory_reform", 0.0, 1.0, "mean_price", "recipients", -1, "Belloc 2012: competition", LIFE),
    Claim("competition", 0.0, 2.0, "mean_price", "recipients", -1, "BII 2024; CERRE; A4AI 2019"),
    Claim("data_price", 0.0, -0.5, "use", "LDC", 1, "Rodriguez-Castelan et al. 2021: sign"),
    Claim("data_tax", 0.0, -0.15, "mean_price", "recipients", -1, "Chad 2016-20: passed on"),
    Claim("access_charge", 0.0, 0.05, "use", "LDC", -1, "Uganda 2018: sign"),
    Claim("device_tax", 0.0, -0.3, "use", "LDC", 1, "Shreeti 2021; GSMA 2025: sign"),
    Claim("device_finance", 0.0, 1.0, "use", "LDC", 1, "Kenya 2020-24: sign"),
    Claim("spectrum_fees", 0.0, 1.0, "coverage_share", "LDC", 1, "GSMA 2019"),
    Claim("coverage_obligation", 0.0, 0.5, "coverage_share", "LDC", 1, "by definition"),
    Claim("backbone", 0.0, 1.0, "mean_price", "recipients", -1, "Cariolle 2018: sign"),
    Claim("electricity", 0.0, 0.5, "use_rural", "LDC", 1, "FERDI; Armey and Hosman 2016: sign"),
    Claim("skills_training", 0.0, 0.2, "skills_share", "LDC", 1, "by definition"),
    Claim("online_services", 0.0, 1.0, "skills_share", "LDC", 1, "judged"),
    Claim("income_growth", 0.0, 0.015, "use", "LDC", 1, "fit: use by income"),
    Claim("policy_countries", ["HIC"], ["LDC"], "use", "LDC", 1, "by definition", MONEY, {"data_price": -0.5}),
    Claim("strategy_year", START + 5, START, "use", "LDC", 1, "by definition", MONEY, {"data_price": -0.5}),
    Claim("policy_year", START + 5, START, "use", "LDC", 1, "by definition", MONEY, {"data_price": -0.5}),
    Claim("transition_years", 0.0, 4.0, "user_years_handing_over", "world", 1, "by definition", LIFE, HANDOVER),
    Claim("adaptive_threshold", 0.2, 0.6, SURVIVAL, "world", 1, "Ozawa et al. 2016: readiness", LIFE, ADAPTIVE),
    Claim("adaptive_latest_years", 0.0, 4.0, SURVIVAL, "world", 1, "Ozawa et al. 2016: readiness", LIFE, ADAPTIVE),
    Claim("treasury_room", 0.0, 3.0, "recurrent_burden_usd", "world", 1, "by definition", LIFE, HANDOVER),
    Claim("evergreen_years", 1.0, 12.0, "founded", "world", -1, "by definition: the money is spent", LIFE, EVERGREEN),
    Claim("levy_rate", 0.01, 0.05, "mean_price", "recipients", 1, "judged: customers pay part of a levy"),
    Claim("fund_disbursement", 0.2, 0.8, "levy_usd", "world", 1, "GSMA and Ladcomm 2013", MONEY, SERVICE_FUND),
    Claim("solidarity_levy", 0.0, 0.01, "solidarity", "world", 1, "Digital Solidarity Fund", MONEY,
          {**SOLIDARITY, "solidarity_participation": 0.5}),
    Claim("solidarity_participation", 0.001, 1.0, "solidarity", "world", 1, "Digital Solidarity Fund", MONEY,
          {**SOLIDARITY, "solidarity_levy": 0.01}),
    Claim("climate_resilience", 0.0, 1.0, "climate_loss_people", "world", -1, "UNCTAD; EM-DAT; effect judged"),
    Claim("green_energy", 0.0, 1.0, "operations", "world", -1, "judged", MONEY, {"energy_cost_growth": 0.05}),
    Claim("cybersecurity_share", 0.0, 0.1, "cyber_incidents", "world", -1, "World Bank 2024; effect judged"),
    Claim("refresh_share", 0.0, 0.1, "technology_age_at_closure", "world", -1, "by definition", LIFE),
    Claim("barrier_pace", FROZEN, {}, "use_rural", "LDC", 1, "by definition: a barrier binds"),
    Claim("cuts", [], [{"year": START, "size": 0.3}], "use_rural", "LDC", -1, "IEG 2011: sign"),
    Claim("further_cuts", [], [{"year": START, "size": 0.3}], "use_rural", "LDC", -1, "IEG 2011: sign"),
    Claim("spells", [], spell("climate"), "climate_loss_people", "world", 1, "UNCTAD; EM-DAT"),
    Claim("spells", [], spell("climate"), "use", "LDC", -1, "UNCTAD; EM-DAT"),
    Claim("spells", [], spell("cyber"), "use", "LDC", -1, "World Bank 2024: sign"),
    Claim("spells", [], spell("conflict"), "aid_volatility", "recipients", 1, "aid freezes: judged", LIFE),
    Claim("withdrawals", [], [{"year": START + 2, "donors": ["dac"]}], "aid_volatility", "recipients", 1,
          "by definition"),
    Claim("withdrawals", [], [{"year": START + 2, "donors": ["all"]}], "use_rural", "LDC", -1, "IEG 2011: sign"),
    Claim("ai_arrival", "never", START, "operations", "world", -1, "Brynjolfsson, Li and Raymond 2023", LIFE),
    Claim("satellite_arrival", "never", START + 1, "coverage_share", "LDC", 1, "by definition"),
    Claim("technology_speed", 0.5, 2.0, "cost_per_user", "world", -1, "trend of equipment and satellite kits"),
    Claim("technology_speed", 0.5, 2.0, SURVIVAL, "world", -1, "judged: hazard 1.4 times a refresh missed", LIFE),
    Claim("contracts_end", None, 2026, "closed", "world", 1, "Mexico and Colombia 2018-19", LIFE, HANDOVER),
    Claim("energy_cost_growth", 0.0, 0.1, "operations", "world", 1, "by definition"),
)  # fmt: skip


def plan(end: int, settings: Settings) -> Scenario:
    """The baseline without the cuts of 2025, over the test's years, with every parameter at its central value."""
    named = {f"world.{name}" if name in TRENDS else f"strategy.{name}": value for name, value in settings.items()}
    return load_scenario(
        "baseline",
        {"run.spinup": SPINUP, "run.start": START, "run.end": end, "world.cuts": [], "world.uncertain": False, **named},
    )


@lru_cache(maxsize=RUNS)
def at_the_start(replicate: int) -> World:
    """One spin-up a replicate; never advanced, only copied."""
    world = run_on(begin(plan(LIFE, {}), 2018, replicate), START)
    return world


@cache
def outputs(replicate: int, written: str) -> dict[tuple[str, str], float]:
    """All outputs of one world under a scenario, written as JSON, by measure and group; what is default is run once."""
    scenario = Scenario.model_validate_json(written)
    end = scenario.run.end
    world = at_the_start(replicate).snapshot()
    world.settings, world.planned = scenario.world, scenario.strategy
    run_on(world, end)
    tables = compile_record(world).tables
    means = tables["activity"].groupby(["measure", "group"])["value"].mean()
    found = {(str(measure), str(group)): float(value) for (measure, group), value in means.items()}
    last = divide(tables["countries"], world.reference.countries).query("year == @end")
    found |= {(row.measure, row.group): row.value for row in last.itertuples() if row.group in ("world", "LDC")}
    flows = tables["finance"].groupby("item")["amount_usd"].sum()
    found |= {(str(item), "world"): float(flow / flows["donor"]) for item, flow in flows.items()}
    if end == LIFE:
        counts = survival(tables["initiatives"].drop(columns="founded"), START, end)  # one clock will do
        found[SURVIVAL, "world"] = float(shares_serving(counts.assign(run=0), (3.0,))["survival"].iloc[0])
    return found


def differences(claim: Claim) -> np.ndarray:
    """The paired differences of a claim's output, high less low, one a replicate; money that never came is nothing."""
    sides = [plan(claim.end, {**claim.beside, claim.lever: value}) for value in (claim.low, claim.high)]
    found = np.empty(RUNS)
    for replicate in range(RUNS):
        low, high = (outputs(replicate, side.model_dump_json()) for side in sides)
        found[replicate] = high[claim.measure, claim.group] - low.get((claim.measure, claim.group), 0.0)
    return found


@pytest.mark.slow
@pytest.mark.parametrize("claim", LEVERS, ids=str)
def test_a_lever_moves_its_own_output_beyond_noise(claim: Claim) -> None:
    found = claim.sign * differences(claim)
    error = found.std(ddof=1) / np.sqrt(RUNS)
    assert found.mean() > 2.0 * error and found.mean() > 0.0, f"{found.mean():.3g}, standard error {error:.3g}"


def test_every_lever_and_every_trend_has_a_claim() -> None:
    claimed = {claim.lever for claim in LEVERS}
    assert claimed == set(StrategySettings.model_fields) | (set(WorldSettings.model_fields) - set(NO_LEVER))
    assert set(TRENDS) | set(NO_LEVER) == set(WorldSettings.model_fields)


@pytest.mark.parametrize("claim", LEVERS, ids=str)
def test_a_claim_is_one_that_a_user_could_check(claim: Claim) -> None:
    low, high = (plan(claim.end, {**claim.beside, claim.lever: value}) for value in (claim.low, claim.high))
    assert low != high and claim.source and claim.sign in (-1, 1)


def test_a_lever_that_does_nothing_is_found_out() -> None:
    """Two settings that are the same show no difference, so the claim above would fail."""
    same = Claim("funding", 1.0, 1.0, "use", "LDC", 1, "none", START + 1)
    assert (differences(same) == 0.0).all()
