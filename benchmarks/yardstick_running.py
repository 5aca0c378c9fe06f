"""The yardstick's tills, service and factors of sustainability, in scalar Python. See `yardstick.py`."""

from __future__ import annotations

import math
from typing import Any

import mesa

from afteraid.simulation.state.kinds import KINDS

CENTS = 100
FUNDED, TRANSITION, INDEPENDENT, CLOSED = 0, 1, 2, 3
COMMUNITY, PUBLIC, PRIVATE = 0, 1, 2  # hosts
REFRESH_COST = 0.4
COMMUNITY_ACCESS = next(row for row, kind in enumerate(KINDS) if kind.short == "community")
NETWORKS = tuple(row for row, kind in enumerate(KINDS) if kind.cost is not None and kind.removes == "coverage")
ALL_IN = tuple(row for row, kind in enumerate(KINDS) if kind.all_in)  # people are counted from every dollar
LIFE = [kind.life * 4.0 for kind in KINDS]  # quarters
PARTNERS_OF_MOST = 2.5


def combine(resources: float, capacity: float, motivation: float, exponent: float) -> float:
    """Return the sustainability index: a mean with a negative exponent, each factor at least 0.01."""
    powered = (resources if resources > 0.01 else 0.01) ** exponent
    powered += (capacity if capacity > 0.01 else 0.01) ** exponent
    powered += (motivation if motivation > 0.01 else 0.01) ** exponent
    return float((powered / 3.0) ** (1.0 / exponent))


class Running(mesa.Agent):
    """What an initiative is while it runs: a till, equipment, service and four factors."""

    model: Any
    country: Any

    def _begin_running(self, mechanism: int, participation: float, fee_luck: float) -> None:
        """Set the host, the operator and the till of a new initiative."""
        model, country, luck, kind = self.model, self.country, self.model.random, KINDS[self.kind]
        self.participation, self.fee_luck = participation, fee_luck
        private = self.kind == COMMUNITY_ACCESS and participation < self.model.facts["cash.sole_trader"]
        self.host = PUBLIC if kind.public_host else PRIVATE if private else COMMUNITY
        self.contract = luck.random() < model.facts["cash.contractors"]
        self.tolerance = model.facts["cash.tolerance"] * math.exp(model.tolerance_spread * luck.gauss(0.0, 1.0))
        self.tolerance *= model.facts["cash.private_tolerance"] if private else 1.0
        self.salaries = 0.0
        if kind.salaried:
            self.salaries = self.instalment / CENTS * model.facts["cash.arriving"] * model.project_share[self.kind]
        self.use_at_founding = country.use_rural if self.group else country.use_urban
        self.demand_lost = model.demand_lost if self.kind in NETWORKS else 0.0
        self.charges, self.capital_share, self.life = kind.charges, kind.equipment, LIFE[self.kind]
        self.price_asked, self.asked_share = model.traits["price"][mechanism], model.fees_while_funded
        idle = model.facts["cash.idle"] * (self.host == PUBLIC or self.contract)
        self.working = 1.0 - idle * (1.0 - country.governance)
        self.ties = 0.15 + 0.4 * country.governance + 0.1 * model.strategy_coordination
        partners = model.traits["partners"][mechanism]
        self.ties += model.partner_linkages * (1.0 - math.exp(-partners / PARTNERS_OF_MOST))
        self.building = model.capacity_gain * (0.5 + country.governance)
        self.motivation, self.linkages, self.resources, self.sustainability = 0.5, 0.3, 0.5, 0.0
        self.people_alone = 0.0
        self.donor_share = self.last_donor_share = self.paid_share = 1.0
        self.cash = self.owing = self.donors_money = self.local_money = self.other_money = self.training = 0
        self.offline = self.capital = self.people = self.service = self.operating_cost = self.vintage = self.missed = (
            0.0
        )
        self.revenue_share = self.government_share = self.funded_share = self.market_reached = 0.0

    def _build(self, dollars: float, buys: float) -> None:
        """Turn dollars into capital, and what buys them into people who can be served."""
        self.capital += dollars
        people = buys / self.model.unit_cost[self.kind][self.group]
        if people > 0.0:
            offline = 1.0 - self.country.bases[self.group]
            self.offline = (self.people * self.offline + people * offline) / (self.people + people)
            self.people += people

    def _run(self) -> None:
        """Run for a quarter: equipment, till, service and factors."""
        self._age_equipment()
        self._run_till()
        model, target = self.model, 0.0
        if self.age >= 0:
            worn = 1.0 + model.missed_service * self.missed
            target = min((0.5 + 0.5 * self.capacity) / worn * self.working, 1.0)
        self.service += model.service_step * (target - self.service)
        self._move_factors()

    def _age_equipment(self) -> None:
        """Age the equipment; replace it where nothing is owed and the till allows."""
        if self.age >= 0:
            self.vintage += 1.0
        self.missed = 0.0
        if self.vintage > self.life:
            price = round(REFRESH_COST * self.capital * self.model.technology_price * CENTS)
            if self.owing == 0 and self.cash >= price:
                self.model.spent_capital[self.mechanism] += price
                self.cash -= price
                self.vintage = 0.0
            else:
                self.missed = self.vintage / self.life - 1.0

    def _run_till(self) -> None:
        """Collect fees and the treasury's line; pay core, arrears, periphery and staff; build with a surplus."""
        model, mechanism, begun = self.model, self.mechanism, self.age >= 0
        staff = self.salaries if begun and self.outlay else 0.0
        worn = 1.0 + model.missed_cost * self.missed
        self.operating_cost = cost = model.operating_rate * self.capital * worn + model.salary_share * staff
        need = round(cost * CENTS)
        fees, line = self._fees(need), int(need * self.government_share)
        model.from_users[mechanism] += fees
        model.from_government[mechanism] += line
        model.burden += line
        self.local_money += fees + line
        cash = self.cash + fees + line
        if self.host == PRIVATE:
            core = int(need * (1.0 + model.wage))
        else:
            core = int(need * model.core_of_need * (1.0 - model.in_kind * self.participation))
        paid = cash if cash < core else core
        cash -= paid
        back = cash if cash < self.owing else self.owing
        cash -= back
        rest = min(cash, need - core) if need > core else 0
        cash -= rest
        self.owing += core - paid - back
        spare = cash - need
        project = min(spare, self.donors_money, round((1.0 - model.salary_share) * staff * CENTS)) if spare > 0 else 0
        model.spent_operations[mechanism] += paid + back + rest + project
        self.cash = cash - project
        self.funded_share = min((paid + rest) / need, 1.0) if need else 1.0
        surplus = min(self.cash - int(model.most_till * need), self.donors_money)
        if surplus > 0 and self.age >= 4:
            model.spent_capital[mechanism] += surplus
            self.cash -= surplus
            self._build(surplus / CENTS, 0.0 if self.kind in ALL_IN else surplus / CENTS)
        if begun:
            by_donors = min(self.donors_money / need, 1.0) if need else float(self.donors_money > 0)
            self.paid_share += model.memory * (by_donors - self.paid_share)

    def _fees(self, need: int) -> int:
        """Return what users pay in this quarter, cents, and move what is asked of them as donors pay less."""
        model, country, group = self.model, self.country, self.group
        use = country.use_rural if group else country.use_urban
        reached = (use - self.use_at_founding) / max(1.0 - self.use_at_founding, 0.05)
        self.market_reached = reached = 0.0 if reached < 0.0 else 1.0 if reached > 1.0 else reached
        users = self.service * self.people * country.reach[group][self.kind] * (1.0 - self.demand_lost * reached)
        asked = self.charges * self.price_asked * self.asked_share * self.fee_luck
        fees = int(min(math.floor(users * country.basket * asked * model.collected), model.most_fees * need))
        self.revenue_share = min(fees / need, 1.0) if need else 0.0
        least = model.fees_while_funded
        goal = least + (1.0 - least) * (1.0 - self.paid_share)
        self.asked_share += model.fees_step * (goal - self.asked_share)
        return fees

    def _move_factors(self) -> None:
        """Move resources, capacity, motivation and linkages, and combine the first three."""
        model, phase, capacity, public = self.model, self.phase, self.capacity, self.government_share
        local = min(self.revenue_share + public, 1.0)
        if phase == FUNDED:
            self.donor_share = 1.0 - local
        if phase != INDEPENDENT:
            self.last_donor_share += 0.25 * (self.paid_share - self.last_donor_share)
        left = (self.duration + self.transition - self.age) / 4.0
        certain = self.donor_share * (0.0 if left < 0.0 else 1.0 if left > 1.0 else left)
        need = self.operating_cost * CENTS
        reserve = min(self.cash / max(need * 4.0, 1.0), 1.0)
        resources = local + certain + reserve * model.reserve_weight * (1.0 - certain)
        self.resources = 0.0 if resources < 0.0 else 1.0 if resources > 1.0 else resources
        spending = max(self.donors_money + self.local_money + self.other_money, need, 1.0)
        built = self.training / spending
        if self.age >= 0:
            built = max(built, model.upkeep * self.funded_share)
        gain = self.building * built * (1.0 - capacity)
        self.capacity = capacity + 0.25 * (gain - model.capacity_turnover * capacity)
        drive = 0.25 + 0.3 * self.participation + 0.4 * self.local_money / spending + 0.25 * self.service
        drive -= model.donor_dominance * self.donors_money / spending
        drive = 0.0 if drive < 0.0 else 1.0 if drive > 1.0 else drive
        self.motivation += model.motivation_step * (drive - self.motivation)
        ties = self.ties + 0.15 * self.participation + model.public_linkages * min(public, 1.0)
        ties = 0.0 if ties < 0.0 else 1.0 if ties > 1.0 else ties
        self.linkages += model.linkage_step * (ties - self.linkages)
        exponent, inverse = model.complementarity, model.one_over_complementarity  # `combine`, twice and in place
        money = (self.resources if self.resources > 0.01 else 0.01) ** exponent
        people = (self.capacity if self.capacity > 0.01 else 0.01) ** exponent
        people += (self.motivation if self.motivation > 0.01 else 0.01) ** exponent
        self.sustainability = ((money + people) / 3.0) ** inverse
        self.people_alone = ((1.0 + people) / 3.0) ** inverse
