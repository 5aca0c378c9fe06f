"""Running: what initiatives cost to run, who runs them, and what their users can pay."""

from __future__ import annotations

import functools

import numpy as np

from ..basis.compiled import compiled
from ..basis.normal import normal_quantile
from ..basis.units import CENTS_PER_DOLLAR, QUARTERS_PER_YEAR, YEARS_PER_QUARTER, FloatArray, IntArray
from ..rules import cash as rules
from ..state.kinds import CHARGES, COMMUNITY_ACCESS, EQUIPMENT, PUBLIC_HOST, SALARIED
from ..state.parameters import Parameters, lognormal, parameter, triangular, uniform
from ..state.world import COMMUNITY, PRIVATE, PUBLIC, RURAL, World

EQUIPMENT_BOUGHT: FloatArray = np.where(SALARIED, EQUIPMENT, 1.0)  # (K,) of a unit cost, capital that runs


class CashParameters(Parameters, process="cash"):
    """The parameters of tills, fees, and the patience of operators."""

    operating_rate: float = parameter(
        value=0.125,
        unit="per year",
        meaning="Yearly running cost as a share of capital",
        source="ITU 2020: 10-15% of capital",
        standing="published",
        distribution=uniform(0.10, 0.15),
        minimum=0.0,
        maximum=1.0,
    )
    missed_cost: float = parameter(
        value=0.2,
        unit="ratio",
        meaning="Rise of running cost per refresh cycle missed",
        source="judgement: set near the rise of repairs; swept",
        standing="judged",
        distribution=uniform(0.1, 0.3),
        minimum=0.0,
        maximum=5.0,
    )
    salary_share: float = parameter(
        value=0.5,
        unit="share",
        meaning="Part of the salaries of a project that its service needs when the project is over",
        source="judgement: kinds that people run rather than equipment",
        standing="judged",
        distribution=uniform(0.3, 0.7),
        minimum=0.0,
        maximum=1.0,
    )
    arriving: float = parameter(
        value=0.7,
        unit="share",
        meaning="Part of an instalment that reaches the initiative, by which its salaries are planned",
        source="default world of this model",
        standing="derived",
        minimum=0.0,
        maximum=1.0,
    )
    core_share: float = parameter(
        value=0.6,
        unit="share",
        meaning="Part of running cost without which there is no service",
        source="judgement: power, connection, one keeper",
        standing="judged",
        distribution=uniform(0.4, 0.8),
        minimum=0.0,
        maximum=1.0,
    )
    in_kind: float = parameter(
        value=0.3,
        unit="share",
        meaning="Part of core cost that neighbours give by work, site and power where all take part",
        source="judgement: community networks",
        standing="judged",
        distribution=uniform(0.0, 0.5),
        minimum=0.0,
        maximum=1.0,
    )
    wage: float = parameter(
        value=0.25,
        unit="ratio",
        meaning="Least earning of a private owner, over running cost",
        source="judgement: reservation wage",
        standing="judged",
        distribution=uniform(0.0, 0.5),
        minimum=0.0,
        maximum=5.0,
    )
    most_till: float = parameter(
        value=0.75,
        unit="years",
        meaning="Running cost in a till above which donors' money is built with",
        source="judgement: swept",
        standing="judged",
        distribution=uniform(0.25, 2.0),
        minimum=0.0,
        maximum=20.0,
    )
    collected: float = parameter(
        value=0.4,
        unit="share",
        meaning="Part of the market's price that users of an initiative pay and that comes in",
        source="held to 40-60% (20-90%) of running cost in middle income: telecentre and community-network studies",
        standing="judged",
        distribution=triangular(0.1, 0.9),
        minimum=0.0,
        maximum=2.0,
    )
    fee_spread: float = parameter(
        value=0.5,
        unit="log",
        meaning="Spread of fees between like initiatives (standard deviation of the logarithm)",
        source="judgement: telecentre studies range over 20-90% of running cost",
        standing="judged",
        distribution=uniform(0.3, 0.7),
        minimum=0.0,
        maximum=2.0,
    )
    most_fees: float = parameter(
        value=1.1,
        unit="ratio",
        meaning="Most that fees come to, over running cost",
        source="judgement: nobody prices far above cost",
        standing="judged",
        minimum=0.0,
        maximum=5.0,
    )
    fees_speed: float = parameter(
        value=0.7,
        unit="per year",
        meaning="Speed at which fees approach what users could be asked for",
        source="judgement",
        standing="judged",
        distribution=uniform(0.4, 1.0),
        minimum=0.0,
        maximum=10.0,
    )
    fees_while_funded: float = parameter(
        value=0.3,
        unit="share",
        meaning="Share of the fees that are raised while a donor pays for all",
        source="judgement: free inputs displace fees (Rogers and Coates 2015, sign)",
        standing="judged",
        distribution=uniform(0.1, 0.5),
        minimum=0.0,
        maximum=1.0,
    )
    memory: float = parameter(
        value=0.5,
        unit="share",
        meaning="Weight of the new quarter in what donors are said to pay",
        source="judgement: an average over about half a year",
        standing="judged",
        minimum=0.01,
        maximum=1.0,
    )
    demand_lost: float = parameter(
        value=0.5,
        unit="share",
        meaning="Demand that a network or access point loses when the market has reached all its users",
        source="judgement: swept",
        standing="judged",
        distribution=uniform(0.25, 0.75),
        minimum=0.0,
        maximum=1.0,
    )
    tolerance: float = parameter(
        value=0.7,
        unit="years",
        meaning="Arrears over running cost at which the median operator gives up, at mean motivation",
        source="calibrated to survival 1, 3, 5 and 10 years after exit, which allows 0.3 to 2.3 years; judged within",
        standing="judged",
        distribution=lognormal(0.63, 0.1, 5.0),
        minimum=0.01,
        maximum=10.0,
    )
    tolerance_spread: float = parameter(
        value=1.2,
        unit="log",
        meaning="Spread of that tolerance between operators (standard deviation of the logarithm)",
        source="judgement: survival does not identify it",
        standing="judged",
        distribution=uniform(0.4, 1.7),
        minimum=0.0,
        maximum=3.0,
    )
    private_tolerance: float = parameter(
        value=0.5,
        unit="ratio",
        meaning="Tolerance of a private owner over that of the others",
        source="judgement: no public purse and no members behind a kiosk",
        standing="judged",
        distribution=uniform(0.3, 0.8),
        minimum=0.0,
        maximum=5.0,
    )
    contractors: float = parameter(
        value=0.25,
        unit="share",
        meaning="Share of operators that work for a contract and give no credit",
        source="judgement; Mexico and Colombia 2018-19: sites closed when public contracts ended",
        standing="judged",
        distribution=uniform(0.0, 0.5),
        minimum=0.0,
        maximum=1.0,
    )
    no_credit: float = parameter(
        value=0.05,
        unit="years",
        meaning="Arrears over running cost at which an operator under contract stops",
        source="judgement: about two weeks",
        standing="judged",
        distribution=uniform(0.0, 0.1),
        minimum=0.0,
        maximum=5.0,
    )
    sole_trader: float = parameter(
        value=0.3,
        unit="0-1",
        meaning="Participation under which a private owner runs an access point alone",
        source="judgement",
        standing="judged",
        distribution=uniform(0.2, 0.4),
        minimum=0.0,
        maximum=1.0,
    )
    idle: float = parameter(
        value=0.5,
        unit="share",
        meaning="Installed service that does not work under a public host of the lowest governance",
        source="BharatNet 2018-21: 27-62% of installed hotspots worked, by the quality of the host; form judged",
        standing="judged",
        distribution=uniform(0.2, 0.8),
        minimum=0.0,
        maximum=1.0,
    )


def enter(world: World, rows: slice) -> None:
    """Give new initiatives what their tills and operators are: host, contract, tolerance, salaries, first demand."""
    p, new = CashParameters.of(world.values), world.initiatives
    luck = world.streams.lifelong(("tolerance", "contract"), new.key[rows])
    relative = np.exp(p.tolerance_spread * normal_quantile(luck[0]))
    _set_operator(
        rows.start, luck[1], relative, new.kind, new.participation, p.sole_trader, p.contractors, p.tolerance,
        p.private_tolerance, new.host, new.contract, new.tolerance,
    )  # fmt: skip
    new.asked_share[rows], new.paid_share[rows] = p.fees_while_funded, 1.0
    countries, theirs = world.countries, world.traits.mechanism
    _set_terms(
        rows.start, new.kind, new.country, new.group, new.mechanism, new.instalment, p.arriving, project_share(world),
        countries.use_urban, countries.use_rural, theirs.price, theirs.performance, theirs.partners,
        new.salaries, new.use_at_founding, new.price_asked, new.performance, new.partners,
    )  # fmt: skip


@compiled
def _set_operator(
    first: int,
    luck: FloatArray,
    relative: FloatArray,
    kind: IntArray,
    participation: FloatArray,
    sole_trader: float,
    contractors: float,
    median: float,
    of_private: float,
    host: IntArray,
    contract: IntArray,
    tolerance: FloatArray,
) -> None:
    """Say who runs each new initiative, which operators work for a contract, and at what arrears they give up."""
    for row in range(first, kind.size):
        alone = kind[row] == COMMUNITY_ACCESS and participation[row] < sole_trader
        host[row] = PUBLIC if PUBLIC_HOST[kind[row]] else PRIVATE if alone else COMMUNITY
        contract[row] = luck[row - first] < contractors
        tolerance[row] = rules.tolerance(median, relative[row - first], host[row] == PRIVATE, of_private)


@compiled
def _set_terms(
    first: int,
    kind: IntArray,
    country: IntArray,
    group: IntArray,
    mechanism: IntArray,
    instalment: IntArray,
    arriving: float,
    share: FloatArray,
    urban: FloatArray,
    rural: FloatArray,
    price: FloatArray,
    performance: FloatArray,
    partners: FloatArray,
    salaries: FloatArray,
    use: FloatArray,
    price_asked: FloatArray,
    performs: FloatArray,
    partners_of: FloatArray,
) -> None:
    """Plan salaries by what arrives of an instalment, note use of the internet, and take the mechanism's terms."""
    for row in range(first, kind.size):
        way = mechanism[row]
        if SALARIED[kind[row]]:
            salaries[row] = instalment[row] / CENTS_PER_DOLLAR * arriving * share[kind[row]]
        use[row] = rural[country[row]] if group[row] == RURAL else urban[country[row]]
        price_asked[row], performs[row] = price[way], performance[way]
        partners_of[row] += partners[way]


def project_share(world: World) -> FloatArray:
    """Return the share of an instalment that pays salaries, by kind, (K,): what equipment and plans leave."""
    s = world.strategy
    return _left_for_projects(s.capacity_share, s.monitoring_share, s.cybersecurity_share, s.refresh_share)


@functools.lru_cache(maxsize=64)
def _left_for_projects(capacity: float, monitoring: float, cybersecurity: float, refresh: float) -> FloatArray:
    """Return what equipment and these shares leave for projects, (K,), read-only: the same all along a strategy."""
    plans = capacity + monitoring
    equipment = EQUIPMENT * (1.0 - cybersecurity - refresh)
    whole = equipment + plans + cybersecurity + refresh
    left: FloatArray = np.maximum(1.0 - whole, 0.0)
    left.flags.writeable = False
    return left


def running_per_dollar(world: World, rows: IntArray) -> FloatArray:
    """Return the yearly running cost of what one dollar that arrives leaves behind in some rows, (n,)."""
    p, initiatives = CashParameters.of(world.values), world.initiatives
    kind = initiatives.kind[rows]
    staff = SALARIED[kind] * project_share(world)[kind] * p.salary_share
    years = np.maximum(initiatives.duration[rows], 1) / QUARTERS_PER_YEAR
    return np.asarray(p.operating_rate * EQUIPMENT[kind] + staff / years)


def basket(world: World) -> FloatArray:
    """Return the market's price of a basket for a quarter, cents a person, (C,): its share of income x income."""
    countries = world.countries
    prices = np.empty(countries.count)
    _price_baskets(world.now.product, countries.population, countries.price, prices)
    return prices


@compiled
def _price_baskets(product: FloatArray, population: FloatArray, price: FloatArray, prices: FloatArray) -> None:
    """Set the market's price of a basket: its share of income times income."""
    for place in range(product.size):
        prices[place] = rules.price_of_basket(price[place], product[place], population[place])


def luck_of_fees(world: World, luck: FloatArray) -> FloatArray:
    """Turn standard normal numbers into fees over those of like initiatives, (n,)."""
    return rules.luck_of_fees(luck, CashParameters.of(world.values).fee_spread)


def expected_fees(world: World, country: IntArray, group: IntArray, kind: IntArray, luck: FloatArray) -> FloatArray:
    """Return the share of running cost that fees could meet at full service, as a donor expects it at founding, (n,).

    `luck` is fees over those of like initiatives, (n,).
    """
    p, now, countries, share = CashParameters.of(world.values), world.now, world.countries, np.empty(country.size)
    operating = p.operating_rate * YEARS_PER_QUARTER
    _expect_fees(
        country, group, kind, luck, now.unit_cost, now.reach, now.product, countries.population, countries.price,
        operating, p.collected, p.most_fees, share,
    )  # fmt: skip
    return share


@compiled
def _expect_fees(
    country: IntArray,
    group: IntArray,
    kind: IntArray,
    luck: FloatArray,
    unit_cost: FloatArray,
    reach: FloatArray,
    product: FloatArray,
    population: FloatArray,
    price: FloatArray,
    operating: float,
    collected: float,
    most: float,
    share: FloatArray,
) -> None:
    """Set what one person served pays, over what a person costs to run; `operating` is a share of capital a quarter."""
    for row in range(country.size):
        place, mine = country[row], kind[row]
        running = operating * (unit_cost[mine, group[row]] * EQUIPMENT_BOUGHT[mine]) * CENTS_PER_DOLLAR
        running = running * (1.0 + SALARIED[mine])  # salaries cost about as much again
        basket = rules.price_of_basket(price[place], product[place], population[place])
        paid = reach[place, group[row], mine] * basket * CHARGES[mine] * collected
        share[row] = min(paid * luck[row] / max(running, 1e-9), most)
