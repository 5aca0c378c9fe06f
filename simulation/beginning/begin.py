"""The beginning of a world: embedded facts, one draw of the parameters, and the luck of one run become a state."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache

import numpy as np
import pandas as pd
from scipy.special import ndtr

from ..basis.units import FloatArray, IntArray, KeyArray
from ..counterfactual import plan_removal
from ..data import INCOME_GROUPS, ReferenceWorld, exchange_volatility, load_table, load_world
from ..exits import EXITS
from ..mechanisms import MECHANISMS
from ..mechanisms.base import COFINANCE, INCOME_NAMES
from ..processes.access import affordability, barriers, unit_costs
from ..processes.adoption import split
from ..processes.founding import sizes
from ..processes.monitoring import observation_sd
from ..processes.parity import split_by_sex, women_and_men
from ..scenario.scenario import Scenario, load_scenario
from ..scenario.settings import StrategySettings
from ..state.ledger import Ledger
from ..state.parameters import REGISTRY, Values, draw
from ..state.randomness import Streams, identity, word_of
from ..state.structures import STRUCTURES
from ..state.world import CAUSES, FACTORS, KINDS, PROGRESS_STEPS, Countries, Donors, Dyads, Initiatives, Traits, World
from .revision import revised

PAST = "baseline"  # whose strategy stands for what donors did before the start year
FITTED_TOGETHER = ("closure_draws", "donor_draws", "outcome_draws")  # parameters whose draws belong together
ODDS_FOR_SPLIT = 4.1  # urban over rural odds used to place the barriers of the two groups (ITU 2025, derived)


def begin(
    scenario: Scenario,
    seed: int,
    replicate: int,
    with_reference: bool = True,
    reference: ReferenceWorld | None = None,
) -> World:
    """Return the world of a scenario at the first quarter of its spin-up.

    Args:
        scenario: a checked scenario.
        seed: of the ensemble; two scenarios with one seed share their luck.
        replicate: number of the run, from 0.
        with_reference: False leaves the reference path's stored service out (for estimating it).
        reference: another world than the embedded one, such as what was known in an earlier year.
    """
    reference = load_world(with_reference) if reference is None else reference
    streams = Streams(seed, replicate)
    uncertain, number = scenario.world.uncertain, scenario.run.parameter_draw
    ignorance = streams if number is None else Streams(seed, number)  # whose draw of what isn't known
    fitted = {name: fitted_row(load_table(name), name, ignorance, uncertain) for name in FITTED_TOGETHER}
    together = {name: value for row in fitted.values() for name, value in row.items() if name in REGISTRY}
    values = draw(ignorance, {**together, **scenario.world.parameters}, uncertain)
    if scenario.world.edition is not None:
        keys = _keys([str(iso3) for iso3 in reference.countries["iso3"]])
        reference = revised(reference, seed, scenario.world.edition, keys, values)
    past = load_scenario(PAST).strategy
    world = World(
        reference=reference,
        strategy=past,
        planned=scenario.strategy,
        settings=scenario.world,
        values=values,
        streams=streams,
        ledger=Ledger(len(MECHANISMS)),
        traits=trait_tables(values, past),
        countries=Countries(len(reference.countries)),
        donors=Donors(len(reference.donors)),
        initiatives=Initiatives(),
        dyads=_dyads(reference),
        first_year=scenario.run.spinup,
        start_year=scenario.run.start,
        stories_from=scenario.run.start,
        focus=scenario.run.focus,
    )
    _donor_facts(world)
    _country_facts(world)
    _hazard_facts(world, fitted["closure_draws"])
    apply_strategy(world, past)
    _place_barriers(world)
    world.adoption = fitted_row(reference.adoption_draws, "adoption law", ignorance, uncertain)
    _first_use(world)
    barriers(world)
    unit_costs(world)
    _first_sizes(world)
    plan_removal(world, scenario.run.without, scenario.run.others)
    return world


def trait_tables(values: Values, strategy: StrategySettings) -> Traits:
    """Ask every mechanism and exit for its traits, and stack them into tables."""
    mechanisms = [mechanism.traits(values) for mechanism in MECHANISMS.values()]
    exits = [leave.traits(values, strategy) for leave in EXITS.values()]
    steps = np.linspace(0.0, 1.0, PROGRESS_STEPS + 1)
    return Traits(
        names={name: row for row, name in enumerate(MECHANISMS)},
        exit_names={name: row for row, name in enumerate(EXITS)},
        cofinance=_cofinance([entry.cofinance for entry in mechanisms]),
        fee=np.array([entry.fee for entry in mechanisms]),
        verification=np.array([entry.verification for entry in mechanisms]),
        calls=np.array([entry.calls for entry in mechanisms]),
        shares_reporting=np.array([float(entry.shares_reporting) for entry in mechanisms]),
        delay=np.array([entry.delay for entry in mechanisms]),
        volatility_transmission=np.array([entry.volatility_transmission for entry in mechanisms]),
        capacity=np.array([entry.capacity for entry in mechanisms]),
        ownership=np.array([entry.ownership for entry in mechanisms]),
        linkages=np.array([entry.linkages for entry in mechanisms]),
        revenue=np.array([entry.revenue for entry in mechanisms]),
        participation=np.array([entry.participation for entry in mechanisms]),
        results_share=np.array([entry.results_share for entry in mechanisms]),
        investors_bear=np.array([float(entry.investors_bear) for entry in mechanisms]),
        performance=np.array([entry.performance for entry in mechanisms]),
        reach=np.array([entry.reach for entry in mechanisms]),
        endowment=np.array([entry.endowment for entry in mechanisms]),
        transition=np.array([entry.transition for entry in exits], dtype=np.int64),
        extension=np.array([entry.extension for entry in exits], dtype=np.int64),
        threshold=np.array([entry.threshold for entry in exits]),
        capacity_spending=np.array([entry.capacity_spending for entry in exits]),
        exit_linkages=np.array([entry.linkages for entry in exits]),
        exit_ownership=np.array([entry.ownership for entry in exits]),
        exit_revenue=np.array([entry.revenue for entry in exits]),
        exit_reach=np.array([entry.reach for entry in exits]),
        exit_endowment=np.array([entry.endowment for entry in exits]),
        donor_share=np.array([leave.donor_share(steps, values) for leave in EXITS.values()]),
        government_share=np.array([leave.government_share(steps, values) for leave in EXITS.values()]),
        levy_share=np.array([leave.levy_share(steps, values) for leave in EXITS.values()]),
    )


def _cofinance(ratios: list[dict[str, FloatArray]]) -> dict[str, FloatArray]:
    """Turn each mechanism's co-finance into one table a source, (M, 4); a source that nobody draws on has none."""
    tables: dict[str, FloatArray] = {}
    for source in COFINANCE:
        table = np.array([entry.get(source, np.zeros(len(INCOME_NAMES))) for entry in ratios])
        if table.any():
            tables[source] = table
    return tables


def apply_strategy(world: World, strategy: StrategySettings) -> None:
    """Turn the levers of a strategy: used at the beginning, and when a snapshot is run on with other levers."""
    world.strategy = strategy
    world.traits = trait_tables(world.values, strategy)
    world.scratch["mechanism_mix"] = np.array([strategy.mechanisms.get(name, 0.0) for name in MECHANISMS])
    world.scratch["exit_mix"] = np.array([strategy.exits.get(name, 0.0) for name in EXITS])
    world.scratch["capacity_share"] = strategy.capacity_share
    world.scratch["monitoring_share"] = strategy.monitoring_share
    world.scratch["coordination"] = strategy.coordination
    world.scratch["observation_sd"] = observation_sd(
        world.values["monitoring.noise"], world.values["monitoring.half_share"], strategy.monitoring_share
    )


def _keys(names: list[str]) -> KeyArray:
    """Return the identity of each name."""
    return np.array([word_of(name) for name in names], dtype=np.uint64)


def _donor_facts(world: World) -> None:
    """Lay the donors' facts out as arrays."""
    donors, scratch = world.reference.donors, world.scratch
    for name in ("volatility", "persistence", "inertia", "need_weight", "merit_weight", "tie_weight", "residual_sd"):
        scratch[name] = donors[name].to_numpy(dtype=np.float64)
    scratch["herding"] = donors["herding"].to_numpy(dtype=np.float64)
    scratch["coordination_habit"] = donors["coordination"].to_numpy(dtype=np.float64)
    scratch["patience"] = donors["patience_years"].to_numpy(dtype=np.float64)
    scratch["ict_budget"] = (donors["budget"] * donors["ict_share"]).to_numpy(dtype=np.float64)
    weight = scratch["ict_budget"] / scratch["ict_budget"].sum()
    scratch["relative_volatility"] = scratch["volatility"] / float((weight * scratch["volatility"]).sum())
    spread = exchange_volatility()
    scratch["exchange_volatility"] = np.array([0.0 if c == "USD" else spread.get(c, 0.1) for c in donors["currency"]])
    scratch["donor_codes"] = donors["code"].to_numpy(dtype=str)
    scratch["donor_types"] = donors["type"].to_numpy(dtype=str)
    scratch["donor_keys"] = _keys([str(code) for code in donors["code"]])
    scratch["preferred_mechanism"] = donors["preferred_mechanism"].map(list(MECHANISMS).index).to_numpy()
    scratch["preferred_exit"] = donors["preferred_exit"].map(list(EXITS).index).to_numpy()


def _country_facts(world: World) -> None:
    """Lay the economies' facts out as arrays and set the state that starts from them."""
    table, scratch, state, values = world.reference.countries, world.scratch, world.countries, world.values
    scratch["country_keys"] = _keys([str(iso3) for iso3 in table["iso3"]])
    recipients = world.reference.recipients
    column = np.zeros(len(table), dtype=np.int64)
    column[recipients] = np.arange(recipients.size)
    scratch["recipient_column"] = column
    donor, country = np.meshgrid(scratch["donor_keys"], scratch["country_keys"][recipients], indexing="ij")
    scratch["dyad_keys"] = identity(donor.ravel(), country.ravel())
    scratch["income_group"] = (
        table["income_group"].map({name: row for row, name in enumerate(INCOME_GROUPS)}).to_numpy()
    )
    score = table["governance"].to_numpy(dtype=np.float64)
    scratch["governance_score"] = (score - score.mean()) / score.std()
    state.governance[:] = ndtr(scratch["governance_score"])
    scratch["conflict_exposure"] = table["conflict_exposure"].to_numpy(dtype=np.float64)
    scratch["climate_exposure"] = table["climate_exposure"].to_numpy(dtype=np.float64)
    scratch["log_income_sd"] = table["log_income_sd"].to_numpy(dtype=np.float64)
    scratch["expenditure"] = table["government_expenditure"].to_numpy(dtype=np.float64)
    scratch["deficit"] = scratch["expenditure"] - table["government_revenue"].to_numpy(dtype=np.float64)
    scratch["product_at_facts"] = table["gdp_nominal"].to_numpy(dtype=np.float64)
    scratch["is_recipient"] = table["dac_recipient"].to_numpy(dtype=np.float64)
    scratch["slow_groups"] = (table[["ldc", "lldc", "sids"]].to_numpy() == 1).any(axis=1).astype(np.float64)
    scratch["least_developed"] = table["ldc"].to_numpy(dtype=np.int64) == 1
    scratch["levy_asked"] = np.zeros(len(table))
    facts_row = 2024 - 2000
    scratch["income_at_facts"] = world.reference.income[facts_row]
    scratch["population_at_facts"] = world.reference.population[facts_row]
    africa = (table["region"] == "Africa").to_numpy()
    scratch["odds"] = np.where(africa, values["adoption.urban_rural_odds_africa"], values["adoption.urban_rural_odds"])
    state.regulation[:] = table["regulatory_maturity"]
    scratch["regulation_path"] = state.regulation.copy()
    state.fragmentation[:] = 1.0
    row = world.year_row
    state.population[:] = world.reference.population[row]
    state.urban_share[:] = world.reference.urban_share[row]
    state.income[:] = world.reference.income[row]
    scratch["effective"] = np.zeros((state.count, 2))
    scratch["own_service"] = np.zeros((state.count, 2))


def fitted_row(table: pd.DataFrame, name: str, streams: Streams, uncertain: bool) -> dict[str, float]:
    """Draw one row of a fitted table, whose numbers belong together; row 0, the central one, if all is certain."""
    row = 0
    if uncertain and len(table) > 1:
        chance = float(streams.uniform(name, 0, np.zeros(1, dtype=np.uint64))[0])
        row = 1 + int(chance * (len(table) - 1))
    return {str(column): float(table[column].iloc[row]) for column in table.columns if column != "draw"}


def _hazard_facts(world: World, hazard: Mapping[str, float]) -> None:
    """Set the intercept of this draw, moved where a scenario asks for another survival, and spread the frailty."""
    values, scratch = world.values, world.scratch
    asked, fitted = values["closure.survival_five_years"], hazard["closure.survival_five_years"]
    move = np.log(asked / (1.0 - asked)) - np.log(fitted / (1.0 - fitted))
    shift = sum(STRUCTURES[name].intercept for name in world.settings.structures)
    scratch["intercept"] = hazard["intercept"] + hazard["intercept_slope"] * float(move) + shift
    between = values["closure.frailty_between"]
    scratch["frailty_own"] = values["closure.frailty"] * np.sqrt(1.0 - between)
    luck = world.streams.normal("country frailty", 0, world.country_keys())
    world.countries.frailty[:] = values["closure.frailty"] * np.sqrt(between) * luck
    spread = values["closure.before_country"]
    luck = world.streams.normal("country before exit", 0, world.country_keys())
    scratch["hazard_before_exit"] = values["closure.before_exit"] * np.exp(
        values["closure.before_fragility"] * world.reference.fragile
        - values["closure.before_governance"] * scratch["governance_score"]
        + spread * luck - 0.5 * spread**2
    )  # fmt: skip
    scratch["medians"] = {name: np.full(len(KINDS), 0.5 if name in FACTORS else 0.0) for name in CAUSES}


@lru_cache(maxsize=4)
def _calibrated_barriers(low: float, high: float, head_room: float, observed: bytes) -> dict[str, FloatArray]:
    """Place each economy's barriers so that the addressable share is at least `head_room` times observed use.

    `observed` holds the economies' shares online as the bytes of 64-bit floats, so that they can be remembered by.

    Skills and trust are proxies raised to observed use where they fall below it; the affordable share of income and the
    overlap of barriers are then the smallest that reach the goal in both groups (or the largest allowed).
    """
    table = load_table("countries")
    use = np.frombuffer(observed, dtype=np.float64)
    share = np.clip(table["urban_share"].to_numpy(dtype=np.float64), 0.02, 0.98)
    urban, rural = split(use, share, np.full(use.size, ODDS_FOR_SPLIT))
    state = World.__new__(World)
    state.countries = Countries(use.size)
    state.scratch = {"log_income_sd": table["log_income_sd"].to_numpy(dtype=np.float64)}
    countries = state.countries
    literacy = table["literacy"].to_numpy(dtype=np.float64)
    for place, level in (("urban", urban), ("rural", rural)):
        needed = np.minimum(head_room * level + 0.02, 0.995)
        getattr(countries, f"coverage_{place}")[:] = np.maximum(table[f"coverage_{place}"], needed)
        getattr(countries, f"skills_{place}")[:] = np.maximum(np.minimum(literacy, 0.35 + 0.6 * level), needed)
    countries.trust[:] = np.maximum(
        table["digital_trust"], np.minimum(head_room * np.maximum(urban, rural) + 0.02, 0.995)
    )
    countries.price[:] = table["access_price"]
    met = np.zeros(use.size, dtype=bool)
    for overlap in np.linspace(0.3, 1.0, 8):
        for affordable in np.linspace(low, high, 7):
            open_rows = ~met
            countries.overlap[open_rows], countries.affordable_share[open_rows] = overlap, affordable
            barriers(state)
            met |= (countries.addressable_urban >= np.minimum(head_room * urban, 0.99)) & (
                countries.addressable_rural >= np.minimum(head_room * rural, 0.99)
            )
    # where even the widest setting falls short, the price proxy is what is wrong: people there do afford access
    short = ~met
    for _ in range(60):
        if not short.any():
            break
        countries.price[short] *= 0.9
        barriers(state)
        reached = affordability(state) >= np.minimum(head_room * np.maximum(urban, rural), 0.985)
        short &= ~reached
    names = ("coverage_urban", "coverage_rural", "skills_urban", "skills_rural", "trust", "price", "overlap")
    return {name: getattr(countries, name).copy() for name in (*names, "affordable_share")}


def _place_barriers(world: World) -> None:
    """Copy the calibrated barriers into the state."""
    values = world.values
    placed = _calibrated_barriers(
        values["access.affordable_low"],
        values["access.affordable_high"],
        values["access.head_room"],
        world.reference.barrier_use.tobytes(),
    )
    for name, column in placed.items():
        getattr(world.countries, name)[:] = column
    world.scratch["price_path"] = world.countries.price.copy()
    world.scratch["trust_path"] = world.countries.trust.copy()


def _first_use(world: World) -> None:
    """Set use and momentum at the first year of the spin-up from the fitted past."""
    state, reference = world.countries, world.reference
    state.reference_log_odds[:] = reference.use_path[world.year_row]
    state.momentum[:] = reference.first_momentum
    nation = 1.0 / (1.0 + np.exp(-state.reference_log_odds))
    state.use_urban[:], state.use_rural[:] = split(nation, state.urban_share, world.scratch["odds"])
    state.use[:] = nation
    world.scratch["odds_of_men"] = women_and_men(world)
    state.use_women[:], state.use_men[:] = split_by_sex(nation, world.scratch["odds_of_men"])


def _dyads(reference: ReferenceWorld) -> Dyads:
    """Return donor-recipient pairs with equal shares and empty envelopes."""
    shape = (len(reference.donors), reference.recipients.size)
    zero = np.zeros(shape)
    return Dyads(
        log_share=np.full(shape, -np.log(shape[1])), change=zero.copy(), share=np.full(shape, 1.0 / shape[1]),
        envelope=zero.copy(), sequence=np.zeros(shape, dtype=np.int64), next_size=zero.copy(),
        threshold=zero.copy(), paid=zero.copy(),
    )  # fmt: skip


def _first_sizes(world: World) -> None:
    """Draw the size of the first initiative of every pair."""
    donor, recipient = (index.ravel() for index in np.indices(world.dyads.next_size.shape))
    first: IntArray = np.zeros(donor.size, dtype=np.int64)
    asked, threshold = sizes(world, donor, recipient, first)
    world.dyads.next_size[:] = asked.reshape(world.dyads.next_size.shape)
    world.dyads.threshold[:] = threshold.reshape(world.dyads.threshold.shape)
