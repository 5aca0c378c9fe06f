"""The yardstick: the rules of the model written as an ordinary agent-by-agent Mesa program, in scalar Python.

It is what a careful Mesa user would write: one object an initiative, donor or country, plain floats, `math`, and
`AgentSet.do`. Benchmarks compare the package's speed with it, and a test compares its results. It takes its facts,
parameters, tables of traits and of kinds from the package, but runs none of its rules or processes. Its luck is its
own: `model.random`, so single worlds differ and only aggregates agree. Frozen once released.
"""

from __future__ import annotations

import math
import statistics
from dataclasses import asdict
from typing import Any

import mesa
from yardstick_initiative import Initiative
from yardstick_people import Country, Donor
from yardstick_places import FACTS_YEAR, FIRST_TABLE_YEAR
from yardstick_running import INDEPENDENT, combine

from afteraid.simulation.state.kinds import KINDS

SOURCES = ("donor", "government", "private", "users")
USES = ("capital", "operations", "capacity", "monitoring", "transaction", "fund_fee", "volatility_loss")
USES = (*USES, "exchange_loss", "write_off", "lapsed")


class YardstickModel(mesa.Model):
    """The world of `first`, a state that the package has begun, stepped agent by agent.

    Args:
        first: the package's `World` at its first quarter (facts, parameters, traits); only
            read.
        seed: of this model's own luck.
    """

    def __init__(self, first: Any, seed: int = 0) -> None:
        """Copy the facts into agents and plain floats."""
        super().__init__(rng=seed)  # later Mesa warns of the keyword `seed`
        self.strategy, self.settings = first.strategy, first.settings
        self.first_year, self.start_year, self.quarter = first.first_year, first.start_year, 0
        self.facts = {name: first.values[name] for name in first.values}
        self.traits = {name: getattr(first.traits.mechanism, name).tolist() for name in MECHANISM_TRAITS}
        self.traits |= {name: getattr(first.traits.exit, name).tolist() for name in EXIT_TRAITS}
        self.traits |= {name: getattr(first.traits, name).tolist() for name in ("donor_share", "government_share")}
        paying = first.traits.mechanism
        self.traits["delay"] = list(zip(paying.shortest_delay.tolist(), paying.longest_delay.tolist(), strict=True))
        self.traits["private_leverage"] = first.traits.mechanism.cofinance["private"].tolist()
        self.traits["government_match"] = first.traits.mechanism.cofinance["government"].tolist()
        self.law = asdict(first.facts.drawn.adoption)
        self.common_deviation = 0.0
        regions = int(first.facts.countries.region_row.max()) + 1
        spread = self.facts["adoption.region_noise"]
        self.region_deviation = [spread * self.random.gauss(0.0, 1.0) for _ in range(regions)]
        self.burden, self.user_years, self.agent_steps, self.initiative_steps = 0, 0.0, 0, 0
        self.closed: list[tuple[Any, ...]] = []
        self.stopped: list[Initiative] = []
        self.use_by_year: dict[int, float] = {}
        self.budgeted = 0.0
        self.ledger_in = {name: [0] * 5 for name in SOURCES}
        self.ledger_out = {name: [0] * 5 for name in USES}
        self.from_government, self.from_private = self.ledger_in["government"], self.ledger_in["private"]
        self.from_users, self.spent_monitoring = self.ledger_in["users"], self.ledger_out["monitoring"]
        self.spent_capital, self.spent_operations = self.ledger_out["capital"], self.ledger_out["operations"]
        self.spent_capacity, self.lost_transaction = self.ledger_out["capacity"], self.ledger_out["transaction"]
        self.lost_fee, self.lost_volatility = self.ledger_out["fund_fee"], self.ledger_out["volatility_loss"]
        self.lost_exchange = self.ledger_out["exchange_loss"]
        self.medians = [[0.5, 0.5, 0.0, 0.0, 0.0, 0.0] for _ in KINDS]  # two factors and four terms
        self.best = [0.6] * len(KINDS)
        self.unit_cost = first.now.unit_cost.tolist()
        self.technology_price = first.now.technology_price
        self._set_rates(first)
        self.countries = [Country(self, first, row) for row in range(first.countries.count)]
        self.recipients = [self.countries[row] for row in first.reference.recipients]
        self.donors = [Donor(self, first, row) for row in range(first.donors.count)]

    def _set_rates(self, first: Any) -> None:
        """Turn parameters into the plain numbers that initiatives use each quarter."""
        f, quarter = self.facts, 0.25
        for name in RATES:
            setattr(self, name.partition(".")[2], f[name])
        self.operating_rate = f["cash.operating_rate"] * quarter
        self.fees_step = f["cash.fees_speed"] * quarter
        self.core_of_need, self.most_till = f["cash.core_share"], f["cash.most_till"] * 4.0
        self.service_step = 1.0 - math.exp(-quarter / f["delivery.service_lag"])
        self.motivation_step = f["delivery.motivation_speed"] * quarter
        self.linkage_step = f["delivery.linkage_speed"] * quarter
        self.slope_people, self.slope_linkages = f["closure.sustainability"], f["closure.linkages"]
        self.mean_people, self.mean_linkages = f["closure.mean_people"], f["closure.mean_linkages"]
        self.contract_term = round(f["government.contract_years"] * 4.0)
        self.frailty_own = first.facts.drawn.frailty_own
        self.unpredictable = 2.0 * (1.0 - f["disbursement.predictability"])
        self.transaction_base = f["disbursement.transaction_base"]
        self.transaction_added = f["disbursement.transaction_fragmentation"]
        self.capacity_share, self.monitoring_share = self.strategy.capacity_share, self.strategy.monitoring_share
        self.strategy_coordination = self.strategy.coordination
        planned = self.capacity_share + self.monitoring_share
        self.project_share = [max(1.0 - kind.equipment - planned, 0.0) for kind in KINDS]
        self.observation_sd = first.levers.observation_sd
        self.one_over_complementarity = 1.0 / self.complementarity
        self.at_founding = self.combine(0.0, f["founding.initial_capacity"], 0.5)
        later = self.traits["capacity_spending"]
        self.support_factor = [1.0 + share for share in later]
        self.later_capacity = [share / (1.0 + share) for share in later]
        self.mechanism_mix = first.levers.mechanism_mix.tolist()
        self.exit_edges = first.levers.exit_mix.cumsum().tolist()
        shares = [f[f"founding.kind_{kind.short}"] for kind in KINDS]
        self.kind_edges = [sum(shares[: place + 1]) for place in range(len(shares))]

    def combine(self, resources: float, capacity: float, motivation: float) -> float:
        """Return the sustainability index of these factors."""
        return combine(resources, capacity, motivation, self.complementarity)

    @property
    def year(self) -> int:
        """Return the calendar year."""
        return self.first_year + self.quarter // 4

    @property
    def free(self) -> bool:
        """Say whether the run has left the fitted past."""
        return self.year >= self.start_year

    def step(self) -> None:
        """Run one quarter."""
        january = self.quarter % 4 == 0
        countries, donors = self.agents_by_type[Country], self.agents_by_type[Donor]
        if january:
            self._allocate(countries, donors)
        donors.do("found", Initiative)
        initiatives = self.agents_by_type.get(Initiative, mesa.agent.AgentSet([], random=self.random))
        donors.do("set_scale")
        initiatives.do("receive")
        countries.do("set_match")
        donors.do("keep_rest")
        countries.do("open_treasury")
        initiatives.do("work")
        countries.do("share_room")
        if january:
            self._remember_medians(initiatives)
        initiatives.do("settle")
        if january:
            self._revive()
            self._note_the_best(initiatives)
            self._set_unit_costs()
            countries.do("move_access")
        initiatives.do("serve")
        if january:
            self._set_reference(countries)
        countries.do("adopt")
        self._check(initiatives)
        self.initiative_steps += len(initiatives)
        self.agent_steps += len(self.agents)
        self.quarter += 1
        if self.quarter % 4 == 0:
            people = sum(country.population for country in self.countries)
            self.use_by_year[self.year] = sum(c.use * c.population for c in self.countries) / people

    def _allocate(self, countries: Any, donors: Any) -> None:
        """Begin a year: products, shocks, budgets, shares."""
        countries.do("begin_year")
        countries.do("suffer_shocks")
        donors.do("set_budget")
        for country in self.recipients:
            country.measure_fragmentation()
        self.change_total = [sum(changes) for changes in zip(*(donor.change for donor in self.donors), strict=True)]
        donors.do("allocate")

    def _remember_medians(self, initiatives: Any) -> None:
        """Remember each kind's median factors and terms after exit, every fifth year."""
        if self.year % 5:
            return
        for kind, members in enumerate(self._independent_by_kind(initiatives)):
            if members:
                rows = [(one.capacity, one.motivation, *one.terms()) for one in members]
                self.medians[kind] = [statistics.median(values) for values in zip(*rows, strict=True)]

    def _note_the_best(self, initiatives: Any) -> None:
        """Remember the sustainability that one in ten of each kind reaches after exit, from ten of them on."""
        for kind, members in enumerate(self._independent_by_kind(initiatives)):
            if len(members) >= 10:
                ordered = sorted(one.sustainability for one in members)
                self.best[kind] = ordered[int(0.9 * (len(ordered) - 1))]

    def _independent_by_kind(self, initiatives: Any) -> list[list[Initiative]]:
        """Return the initiatives after exit of each kind."""
        by_kind: list[list[Initiative]] = [[] for _ in KINDS]
        for one in initiatives:
            if one.phase == INDEPENDENT:
                by_kind[one.kind].append(one)
        return by_kind

    def _revive(self) -> None:
        """Start the closed networks and centres whose year has come again, where somebody pays."""
        tried = [one for one in self.stopped if one.starts <= self.year]
        if not tried:
            return
        self.stopped = [one for one in self.stopped if one.starts > self.year]
        self.random.shuffle(tried)
        asked: dict[Any, int] = {}
        for one in tried:
            one.try_restart(asked)
        for donor in self.donors:
            donor.keep_rest()

    def _set_unit_costs(self) -> None:
        """Let the cost of connecting a user fall."""
        f = self.facts
        fall = math.exp(-f["access.cost_fall"] * (self.year - FACTS_YEAR))
        names = ("urban", "rural", "remote", "skills")
        costs = {name: f[f"access.cost_{name}"] * (1.0 if name == "skills" else fall) for name in names}
        self.unit_cost = [[costs[name] for name in kind.cost] if kind.cost else [math.inf] * 2 for kind in KINDS]
        self.technology_price = fall

    def _set_reference(self, countries: Any) -> None:
        """Fix the year's step of the reference path of every country."""
        f, count = self.facts, len(self.countries)
        persistence = f["adoption.common_persistence"]
        shock = f["adoption.common_noise"] * math.sqrt(1.0 - persistence**2) * self.random.gauss(0.0, 1.0)
        self.common_deviation = persistence * self.common_deviation + shock
        kept, spread = f["adoption.region_persistence"], f["adoption.region_noise"]
        own = spread * math.sqrt(1.0 - kept**2)
        self.region_deviation = [kept * one + own * self.random.gauss(0.0, 1.0) for one in self.region_deviation]
        self.mean_log_odds = sum(country.log_odds for country in self.countries) / count
        self.mean_log_income = sum(math.log(country.income) for country in self.countries) / count
        self.table_row = self.year - FIRST_TABLE_YEAR
        countries.do("set_reference")

    def _check(self, initiatives: Any) -> None:
        """Prove that the books balance to the cent."""
        held = sum(one.cash for one in initiatives) + sum(donor.cash for donor in self.donors)
        come = sum(sum(column) for column in self.ledger_in.values())
        gone = sum(sum(column) for column in self.ledger_out.values())
        if come - gone != held:
            raise AssertionError(f"in {come} - out {gone} != held {held} (cents)")

    def close(self) -> None:
        """Let go of the agents: Mesa 3.3 keeps every model otherwise."""
        self.remove_all_agents()
        identifiers = getattr(mesa.Agent, "_ids", None)
        if identifiers is not None:
            identifiers.pop(self, None)


MECHANISM_TRAITS = ("fee", "shares_reporting", "volatility_transmission", "partners", "price")
EXIT_TRAITS = ("transition", "extension", "threshold", "capacity_spending")
RATES = (
    *(f"cash.{name}" for name in ("missed_cost", "salary_share", "in_kind", "wage", "collected", "most_fees")),
    *(f"cash.{name}" for name in ("fees_while_funded", "memory", "demand_lost", "tolerance_spread")),
    *(f"delivery.{name}" for name in ("missed_service", "capacity_gain", "capacity_turnover", "upkeep")),
    *(f"delivery.{name}" for name in ("public_linkages", "donor_dominance", "complementarity", "reserve_weight")),
    *("partnerships.partner_linkages", "closure.background", "closure.takeover", "government.execution"),
)
