"""The yardstick: the rules of the model written as an ordinary agent-by-agent Mesa program, in scalar Python.

It is what a careful Mesa user would write: one object an initiative, donor or country, plain floats, `math`, and
`AgentSet.do`. Benchmarks compare the package's speed with it, and a test compares its results. It takes its facts,
parameters and trait tables from the package's first state, but runs none of the package's processes. Its luck is its
own: `model.random`, so single worlds differ and only aggregates agree. Frozen once released.
"""

from __future__ import annotations

import math
from dataclasses import asdict
from typing import Any

import mesa
from yardstick_initiative import INDEPENDENT, LIFE, Initiative
from yardstick_people import FACTS_YEAR, FIRST_TABLE_YEAR, Country, Donor

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
        super().__init__(seed=seed)
        self.strategy, self.settings = first.strategy, first.settings
        self.first_year, self.start_year, self.quarter = first.first_year, first.start_year, 0
        self.facts = {name: first.values[name] for name in first.values}
        self.traits = {name: getattr(first.traits.mechanism, name).tolist() for name in MECHANISM_TRAITS}
        self.traits |= {name: getattr(first.traits.exit, name).tolist() for name in EXIT_TRAITS}
        self.traits |= {name: getattr(first.traits, name).tolist() for name in ("donor_share", "government_share")}
        self.traits["exit_linkages"] = first.traits.exit.linkages.tolist()
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
        self.medians = [[0.5] * 5 for _ in LIFE]
        self.unit_cost = first.now.unit_cost.tolist()
        self.technology_price = first.now.technology_price
        self._set_rates(first)
        self.countries = [Country(self, first, row) for row in range(first.countries.count)]
        self.recipients = [self.countries[row] for row in first.reference.recipients]
        self.donors = [Donor(self, first, row) for row in range(first.donors.count)]

    def _set_rates(self, first: Any) -> None:
        """Turn parameters into the plain numbers that initiatives use each quarter."""
        f, quarter = self.facts, 0.25
        for name in ("missed_cost", "missed_service", "revenue_beside_donor", "reserve_weight", "upkeep"):
            setattr(self, name, f[f"delivery.{name}"])
        for name in ("capacity_gain", "capacity_turnover", "donor_dominance", "complementarity"):
            setattr(self, name, f[f"delivery.{name}"])
        for name in ("sustainability", "linkages", "dependence", "technology"):
            setattr(self, f"slope_{name}", f[f"closure.{name}"])
        self.one_over_complementarity = 1.0 / self.complementarity
        self.operating_rate = f["delivery.operating_rate"] * quarter
        self.service_step = 1.0 - math.exp(-quarter / f["delivery.service_lag"])
        self.revenue_step = f["delivery.revenue_speed"] * quarter
        self.motivation_step = f["delivery.motivation_speed"] * quarter
        self.linkage_step = f["delivery.linkage_speed"] * quarter
        self.mean_sustainability, self.mean_linkages = f["closure.mean_sustainability"], f["closure.mean_linkages"]
        self.shape_less_one, self.intercept = f["closure.shape"] - 1.0, first.facts.drawn.intercept
        self.frailty_own = first.facts.drawn.frailty_own
        self.unpredictable = 2.0 * (1.0 - f["disbursement.predictability"])
        self.transaction_base = f["disbursement.transaction_base"]
        self.transaction_added = f["disbursement.transaction_fragmentation"]
        self.capacity_share, self.monitoring_share = self.strategy.capacity_share, self.strategy.monitoring_share
        self.strategy_coordination = self.strategy.coordination
        self.observation_sd = first.levers.observation_sd
        later = self.traits["capacity_spending"]
        self.support_factor = [1.0 + share for share in later]
        self.later_capacity = [share / (1.0 + share) for share in later]
        self.mechanism_mix, self.exit_edges = (
            first.levers.mechanism_mix.tolist(),
            first.levers.exit_mix.cumsum().tolist(),
        )
        names = ("access", "community", "skills", "policy", "content", "trust", "emerging")
        shares = [f[f"founding.kind_{name}"] for name in names]
        self.kind_edges = [sum(shares[: place + 1]) for place in range(len(shares))]

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
        """Begin a year: shocks, budgets, shares."""
        countries.do("suffer_shocks")
        donors.do("set_budget")
        for country in self.recipients:
            country.measure_fragmentation()
        self.change_total = [sum(changes) for changes in zip(*(donor.change for donor in self.donors), strict=True)]
        donors.do("allocate")

    def _remember_medians(self, initiatives: Any) -> None:
        """Remember each kind's median factors after exit."""
        by_kind: list[list[Any]] = [[] for _ in LIFE]
        for one in initiatives:
            if one.phase == INDEPENDENT:
                by_kind[one.kind].append(one)
        names = ("resources", "capacity", "motivation", "linkages", "last_donor_share")
        for kind, members in enumerate(by_kind):
            if members:
                middle = len(members) // 2
                self.medians[kind] = [sorted(getattr(one, name) for one in members)[middle] for name in names]

    def _set_unit_costs(self) -> None:
        """Let the cost of connecting a user fall."""
        f = self.facts
        fall = math.exp(-f["access.cost_fall"] * (self.year - FACTS_YEAR))
        place = [f["access.cost_urban"] * fall, f["access.cost_rural"] * fall]
        remote, skills, nobody = f["access.cost_remote"] * fall, [f["access.cost_skills"]] * 2, [math.inf] * 2
        self.unit_cost = [place, place, skills, nobody, nobody, nobody, [remote] * 2]
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


MECHANISM_TRAITS = ("fee", "shares_reporting", "volatility_transmission", "ownership", "linkages", "revenue")
EXIT_TRAITS = ("transition", "extension", "threshold", "capacity_spending")
