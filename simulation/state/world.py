"""The state of one world: economies, donors and initiatives as columns, their money and their luck.

The processes read and write this; the model only says in which order. Nothing here knows Mesa.
"""

from __future__ import annotations

import copy
from dataclasses import dataclass, field

import numpy as np

from ..basis.short import Short
from ..basis.units import QUARTERS_PER_YEAR, BoolArray, FloatArray, IntArray, KeyArray
from ..data import FIRST_YEAR, ReferenceWorld
from .closed import Closed
from .columns import Population, column
from .facts import Facts
from .kept import YearRecord
from .ledger import Ledger, Pot
from .levers import Levers, Strategy, Surroundings
from .memory import Memory, Tally
from .now import Now
from .parameters import Values
from .randomness import Streams
from .traits import Traits

FUNDED, TRANSITION, INDEPENDENT, CLOSED = 0, 1, 2, 3
PHASES = ("funded", "transition", "independent", "closed")
URBAN, RURAL = 0, 1
GROUPS = ("urban", "rural")
FACTORS = ("resources", "capacity", "motivation")  # of the index of sustainability
# Of closure: the rule that closed it. The first three are rules of their own; the others are terms of the hazard of
# other causes, the largest of which is named. Resources, dependence and technology are terms of the index rule alone.
CAUSES = (
    "insolvency",
    "contract",
    "market",
    *FACTORS,
    "linkages",
    "dependence",
    "fragility",
    "technology",
    "shock",
    "chance",
)
BY_MONEY = ("insolvency", "contract", "resources", "dependence")  # causes by money, of either rule of closure
FIRST_LIFE, BEFORE_EXIT, AFTER_EXIT = 0, 1, 2  # a second life, by when the first had ended
COMMUNITY, PUBLIC, PRIVATE = 0, 1, 2
HOSTS = ("community", "public", "private")  # who runs it
# the ledger of people: stages of what initiatives do, by kind, and the channels that users come through
STAGES = ("built", "standing", "serving", "passing", "offline then", "offline now", "additional")
CHANNELS = ("path", "levers", "connected", "left by closed", "network effects", "reference", "bound", "users")


class Countries(Population):
    """Economies: the state that changes (facts that don't are in the reference world)."""

    use: FloatArray = column("f8", "share", "people using the internet")
    use_urban: FloatArray = column("f8", "share", "urban people using the internet")
    use_rural: FloatArray = column("f8", "share", "rural people using the internet")
    use_women: FloatArray = column("f8", "share", "women using the internet; set at the end of each year")
    use_men: FloatArray = column("f8", "share", "men using the internet; set at the end of each year")
    reference_log_odds: FloatArray = column("f8", "log-odds", "use on the reference path (x0)")
    yearly_increment: FloatArray = column("f8", "log-odds per year", "step of the reference path in this year")
    momentum: FloatArray = column("f8", "log-odds per year", "momentum of the reference path (m)")
    figure_beyond: FloatArray = column("f8", "log-odds", "breaks of the series: the published figure less true use")
    use_published: FloatArray = column("f8", "share", "use as a figure would be published, breaks of the series in it")
    places_residual: FloatArray = column("f8", "log-odds ratio", "own deviation of town over countryside from the law")
    population: FloatArray = column("f8", "people", "population")
    urban_share: FloatArray = column("f8", "share", "share of people in towns")
    income: FloatArray = column("f8", "2021 international dollars", "GDP per capita")
    coverage_urban: FloatArray = column("f8", "share", "urban people covered by mobile broadband")
    coverage_rural: FloatArray = column("f8", "share", "rural people covered by mobile broadband")
    bound_urban: FloatArray = column("f8", "share", "urban people covered, older networks included")
    bound_rural: FloatArray = column("f8", "share", "rural people covered, older networks included")
    coverage_closed_rural: FloatArray = column("f8", "share", "part of the rural coverage gap that levers have closed")
    electricity_urban: FloatArray = column("f8", "share", "urban people with electricity")
    electricity_rural: FloatArray = column("f8", "share", "rural people with electricity")
    price: FloatArray = column("f8", "share of monthly income", "price of an entry data basket")
    skills_urban: FloatArray = column("f8", "share", "urban people with the skills to use the internet")
    skills_rural: FloatArray = column("f8", "share", "rural people with the skills to use the internet")
    harmonised: FloatArray = column("f8", "0-1", "how far the market is one with that of its bloc")
    reformed: FloatArray = column("f8", "0-1", "regulatory maturity gained by reform")
    policy_gain: FloatArray = column("f8", "0-1", "regulatory maturity gained by reform, bloc and shared practice")
    skills_gain: FloatArray = column("f8", "share", "part of the skills gap that work on content has closed")
    trust_gain: FloatArray = column("f8", "share", "trust that initiatives for digital trust have added")
    trust: FloatArray = column("f8", "share", "people who trust the internet enough to use it")
    regulation: FloatArray = column("f8", "0-1", "regulatory maturity")
    governance: FloatArray = column("f8", "0-1", "quality of governance")
    addressable_urban: FloatArray = column("f8", "share", "urban people past today's barriers (index A, rescaled)")
    addressable_rural: FloatArray = column("f8", "share", "rural people past today's barriers (index A, rescaled)")
    trust_shaken: FloatArray = column("f8", "share", "trust lost by incidents above the usual rate, not yet back")
    outage: FloatArray = column("f8", "share", "coverage lost by climate events, not yet restored")
    outage_usual: FloatArray = column("f8", "share", "the same at the usual rate of events, without random events")
    income_loss: FloatArray = column("f8", "log", "GDP lost by climate events, not yet back")
    income_loss_usual: FloatArray = column("f8", "log", "the same at the usual rate of events, without random events")
    ai_spread: FloatArray = column("f8", "share", "how far artificial intelligence has spread")
    conflict: FloatArray = column("f8", "0 or 1", "conflict under way")
    conflict_ends: FloatArray = column("f8", "quarter", "quarter in which the conflict ends")
    freeze_ends: FloatArray = column("f8", "quarter", "quarter in which donors end their freeze of aid")
    fragmentation: FloatArray = column("f8", "0-1", "concentration of donors (Herfindahl-Hirschman index)")
    recurrent_cap: FloatArray = column("f8", "dollars per quarter", "what the treasury can carry of running costs")
    recurrent_asked: FloatArray = column("f8", "dollars per quarter", "what the treasury was asked to carry")
    frailty: FloatArray = column("f8", "log hazard", "what the country adds to the hazard of closure")
    service_fund: IntArray = column("i8", "cents", "universal service fund: what was collected and not yet paid out")
    service_fund_room: FloatArray = column("f8", "dollars per quarter", "what the universal service fund can pay out")


class Donors(Population):
    """Donors, by name in the reference world."""

    deviation: FloatArray = column("f8", "log", "AR(1) deviation of the budget (a)")
    cut: FloatArray = column("f8", "factor", "what cuts leave of the budget")
    budget: FloatArray = column("f8", "dollars per quarter", "ICT budget of this quarter")
    due: FloatArray = column("f8", "dollars per quarter", "instalments due in this quarter")
    outlay: FloatArray = column("f8", "dollars", "paid out so far")
    cash: IntArray = column("i8", "cents", "money in the donor's account")
    fresh: IntArray = column("i8", "cents", "of this, appropriated in this fiscal year")
    year_old: IntArray = column("i8", "cents", "of this, appropriated in the fiscal year before")

    @property
    def purse(self) -> Pot:
        """Return the donors' accounts."""
        return Pot("donor", self.cash, source="donor")


class Initiatives(Population):
    """Living initiatives; a closed one leaves the columns and stays in the history."""

    room = 12_000  # some more than live in the default world

    key: KeyArray = column("u8", "identity", "donor, country and sequence as one word")
    donor: IntArray = column("i8", "row", "lead donor")
    country: IntArray = column("i8", "row", "host economy")
    group: IntArray = column("i8", "0 urban, 1 rural", "people that it serves")
    kind: IntArray = column("i8", "row of KINDS", "what it does")
    mechanism: IntArray = column("i8", "row of MECHANISMS", "how its money comes")
    exit: IntArray = column("i8", "row of EXITS", "how the donor leaves")
    phase: IntArray = column("i8", "row of PHASES", "where it stands in its life")
    founded: IntArray = column("i8", "quarter", "quarter of founding")
    age: IntArray = column("i8", "quarters", "age since the first instalment; negative while it waits")
    duration: IntArray = column("i8", "quarters", "planned funded time")
    transition: IntArray = column("i8", "quarters", "planned time of the donor's withdrawal")
    since_exit: IntArray = column("i8", "quarters", "time since the donor left")
    ended: IntArray = column("i8", "quarter", "quarter of exit, -1 before")
    instalment: IntArray = column("i8", "cents per quarter", "planned instalment")
    arrears: IntArray = column("i8", "cents", "instalments not yet paid")
    unpaid: IntArray = column("i8", "quarters", "in a row in which hardly anything of what was due was paid")
    outlay: IntArray = column("i8", "cents", "paid by donors so far")
    cash: IntArray = column("i8", "cents", "money of the initiative")
    owing: IntArray = column("i8", "cents", "core running cost that was not met, in arrears")
    donors_money: IntArray = column("i8", "cents", "money of donors that reached it in this quarter, net of losses")
    local_money: IntArray = column("i8", "cents", "local money of this quarter: fees, treasury, levy, endowment")
    other_money: IntArray = column("i8", "cents", "other money of this quarter: lenders, investors, solidarity fund")
    training: IntArray = column("i8", "cents", "spent on building capacity in this quarter")
    salaries: FloatArray = column("f8", "dollars per quarter", "planned salaries of its project, 0 for networks")
    endowment: IntArray = column("i8", "cents", "capital set aside, of which only a yearly draw is spent")
    refresh_fund: IntArray = column("i8", "cents", "reserve that pays for new equipment only")
    capital: FloatArray = column("f8", "dollars", "capital built so far, at founding prices")
    people: FloatArray = column("f8", "people", "people it can serve with what it built")
    offline: FloatArray = column("f8", "share", "share of its place offline when it connected them, by people")
    hardened: FloatArray = column("f8", "people", "of these, by sites that withstand storms, floods and heat")
    solar: FloatArray = column("f8", "people", "of these, by sites that run on solar power")
    service: FloatArray = column("f8", "0-1", "service level")
    resources: FloatArray = column("f8", "0-1", "factor: certain money next year over operating cost")
    capacity: FloatArray = column("f8", "0-1", "factor: technical and managerial capacity")
    motivation: FloatArray = column("f8", "0-1", "factor: motivation and ownership")
    linkages: FloatArray = column("f8", "0-1", "factor: linkages to government, market and peers")
    people_alone: FloatArray = column("f8", "0-1", "sustainability index with resources of 1: capacity and motivation")
    observed: FloatArray = column("f8", "0-1", "readiness to stand alone as monitoring sees it")
    operating_cost: FloatArray = column("f8", "dollars per quarter", "cost of running it now")
    funded_share: FloatArray = column("f8", "share", "operating cost that its money met this quarter")
    paid_share: FloatArray = column("f8", "share", "operating cost that donors really paid, over about half a year")
    donor_share: FloatArray = column("f8", "share", "donor's planned share of operating cost")
    last_donor_share: FloatArray = column("f8", "share", "donor's share in the last funded year")
    revenue_share: FloatArray = column("f8", "share", "operating cost met by users' fees")
    asked_share: FloatArray = column("f8", "share", "part of what users could pay that it asks of them")
    price_asked: FloatArray = column("f8", "ratio", "price asked over that which its like ask")
    fee_luck: FloatArray = column("f8", "ratio", "fees over those of its like")
    use_at_founding: FloatArray = column("f8", "share", "use of the internet in its place when it was founded")
    treasury_agreed: FloatArray = column("f8", "share", "operating cost that the treasury has agreed to carry")
    fund_agreed: FloatArray = column("f8", "share", "operating cost that the service fund has agreed to carry")
    line_lapsed: IntArray = column("i8", "0 or 1", "the treasury's line has lapsed or was not renewed")
    line_ends: IntArray = column("i8", "quarter", "quarter in which the public contract ends, 0 for none")
    host: IntArray = column("i8", "row of HOSTS", "who runs it")
    contract: IntArray = column("i8", "0 or 1", "the operator works for a contract and gives no credit")
    tolerance: FloatArray = column("f8", "years", "arrears over running cost at which the operator gives up")
    market_reached: FloatArray = column("f8", "share", "part of those offline at founding that the market has reached")
    life: IntArray = column(
        "i8", "0 to 2", "0 in the first life; 1, 2 in a second, after closing before or after its exit"
    )
    government_share: FloatArray = column("f8", "share", "operating cost that the treasury carries")
    levy_share: FloatArray = column("f8", "share", "operating cost that the universal service fund carries")
    endowment_share: FloatArray = column("f8", "share", "operating cost that the endowment's draw carries")
    participation: FloatArray = column("f8", "0-1", "participation of local people in running it")
    platform: FloatArray = column("f8", "0 or 1", "stands on a multi-stakeholder platform")
    partners: FloatArray = column("f8", "organisations", "partners that its mechanism or its platform brings")
    performance: FloatArray = column("f8", "ratio", "service that the same means deliver under its contract")
    women: FloatArray = column("f8", "share", "people it adds who are women beyond the country's odds")
    vintage: FloatArray = column("f8", "quarters", "age of the equipment")
    missed: FloatArray = column("f8", "cycles", "refresh cycles missed")
    hazard: FloatArray = column("f8", "1", "cumulative hazard of closure")
    fate: FloatArray = column("f8", "1", "hazard at which it closes: one exponential draw")
    frailty: FloatArray = column("f8", "log hazard", "what can't be seen of its frailty")

    @property
    def till(self) -> Pot:
        """Return the money that initiatives can spend."""
        return Pot("initiative", self.cash, self.country)

    @property
    def reserve(self) -> Pot:
        """Return the money that initiatives keep for new equipment."""
        return Pot("refresh fund", self.refresh_fund, self.country)

    @property
    def chest(self) -> Pot:
        """Return the capital whose draw initiatives may spend."""
        return Pot("endowment", self.endowment, self.country)


class Stopped(Initiatives):
    """Closed networks and centres that start again if somebody pays, as they were when they closed."""

    room = 1_000

    closed: IntArray = column("i8", "quarter", "quarter of closing")
    starts: IntArray = column("i8", "year", "year in which it starts again if somebody pays")


@dataclass
class Dyads(Short):
    """Every pair of a donor and a recipient: D donors by R recipients.

    A pair has as many desks as the scale of the world, N. Each signs by itself, with its part of the pair's money.
    """

    log_share: FloatArray  # (D, R) of the donor's budget
    change: FloatArray  # (D, R) of log_share over the last year
    share: FloatArray  # (D, R)
    envelope: FloatArray  # (D, R, N) dollars earmarked, not yet signed
    sequence: IntArray  # (D, R, N) number of the next initiative: a desk's own number, then every Nth
    next_size: FloatArray  # (D, R, N) dollars that it asks for
    threshold: FloatArray  # (D, R, N) dollars of envelope at which it is signed
    paid: FloatArray  # (D, R) cents paid this year


@dataclass
class Counterfactual(Short):
    """What is taken out of a world, how far that has come, and the world beside it in which it stays."""

    items: tuple[str, ...]  # kind:name in full
    others: str  # fixed: the other donors allocate as they were; free: they see the changed world
    donors: BoolArray  # (D,) taken out
    mechanisms: BoolArray  # (M,)
    exits: BoolArray  # (X,)
    keys: KeyArray  # of single initiatives
    stage: str = "planned"  # planned until the start; then acting, or watched in the shadow
    shadow: World | None = None
    owed: IntArray | int = 0  # shadow: cents due in this quarter to what is taken out, by donor (D,)
    paid: IntArray | int = 0  # shadow: cents paid in this quarter to what is taken out, by donor (D,)
    matched: BoolArray = field(default_factory=lambda: np.zeros(0, dtype=bool))  # shadow: taken out, of rows to be paid
    waiting: IntArray | int = 0  # shadow: cents a quarter promised to what is taken out and not yet begun (D,)

    def matches(self, key: KeyArray, donor: IntArray, mechanism: IntArray, leave: IntArray) -> BoolArray:
        """Say which initiatives are taken out; all arguments and the result have shape (n,)."""
        hit = self.donors[donor] | self.mechanisms[mechanism] | self.exits[leave]
        if self.keys.size:
            hit |= np.isin(key, self.keys)
        return np.asarray(hit, dtype=bool)


@dataclass
class World(Short):
    """One world at one quarter: everything that a step reads and writes.

    `planned` is the scenario's strategy. It differs from the one in force only in the years before the start, in which
    donors do what they are known to have done; at the start it takes over.
    """

    reference: ReferenceWorld
    facts: Facts
    levers: Levers  # the strategy in force, with what follows from it
    planned: Strategy  # the strategy from the start year on
    settings: Surroundings
    values: Values
    streams: Streams
    ledger: Ledger
    countries: Countries
    donors: Donors
    initiatives: Initiatives
    dyads: Dyads
    now: Now
    memory: Memory
    first_year: int
    start_year: int
    stories_from: int  # the year from which what closes keeps its story: the start year, unless a study wants more
    focus: str = "world"  # country or group that is looked at closely
    quarter: int = 0
    stopped: Stopped = field(default_factory=Stopped)
    solidarity_fund: IntArray = field(default_factory=lambda: np.zeros(1, dtype=np.int64))  # cents, one account
    closed: Closed = field(default_factory=Closed)  # what closed in a year that keeps its stories
    yearly: list[YearRecord] = field(default_factory=list)
    tally: Tally = field(default_factory=Tally)
    counterfactual: Counterfactual | None = None  # what the world does without from the start year on
    recorded: frozenset[str] | None = None  # tables for which each January is kept; all of them where None

    @property
    def strategy(self) -> Strategy:
        """Return the levers as they stand now."""
        return self.levers.strategy

    @property
    def traits(self) -> Traits:
        """Return what mechanisms and exits do under the levers as they stand now."""
        return self.levers.traits

    @property
    def scale(self) -> int:
        """Return how many initiatives do the work of one, as the world was begun."""
        return int(self.dyads.sequence.shape[2])

    @property
    def year(self) -> int:
        """Return the calendar year of this quarter."""
        return self.first_year + self.quarter // QUARTERS_PER_YEAR

    @property
    def new_year(self) -> bool:
        """Say whether this quarter is the first of its year."""
        return self.quarter % QUARTERS_PER_YEAR == 0

    @property
    def year_row(self) -> int:
        """Return the row of this year in the reference world's tables."""
        return self.year - FIRST_YEAR

    @property
    def starts_now(self) -> bool:
        """Say whether this is the first quarter of the start year."""
        return self.quarter == (self.start_year - self.first_year) * QUARTERS_PER_YEAR

    @property
    def strategy_begins(self) -> int:
        """Return the year in which the planned strategy takes over: its own, and not before the start year."""
        return max(self.planned.strategy_year or self.start_year, self.start_year)

    @property
    def strategy_begins_now(self) -> bool:
        """Say whether this is the first quarter of that year."""
        return self.quarter == (self.strategy_begins - self.first_year) * QUARTERS_PER_YEAR

    def pots(self) -> list[Pot]:
        """Return every pot of money in the world."""
        return [
            self.donors.purse,
            self.initiatives.till,
            self.initiatives.reserve,
            self.initiatives.chest,
            self.service_funds,
            self.solidarity,
        ]

    @property
    def service_funds(self) -> Pot:
        """Return the universal service funds of economies."""
        return Pot("service fund", self.countries.service_fund, source="levy")

    @property
    def solidarity(self) -> Pot:
        """Return the solidarity fund."""
        return Pot("solidarity fund", self.solidarity_fund, source="solidarity")

    def snapshot(self) -> World:
        """Copy the whole state, so that a run can go on from here more than once; what never changes is shared."""
        shared: dict[int, object] = {id(part): part for part in (self.reference, self.facts)}
        return copy.deepcopy(self, shared)

    def country_keys(self) -> KeyArray:
        """Return one identity an economy, independent of its row."""
        return self.facts.countries.keys

    def donor_keys(self) -> KeyArray:
        """Return one identity a donor, independent of its row."""
        return self.facts.donors.keys
