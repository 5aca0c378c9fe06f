"""The yardstick's initiatives, in scalar Python. See `yardstick.py`."""

from __future__ import annotations

import math
from typing import Any

import mesa
from yardstick_people import CENTS, EXIT_STEPS, Country, Donor, choose

FUNDED, TRANSITION, INDEPENDENT, CLOSED = 0, 1, 2, 3
ABRUPT = 0  # row of exits
LIFE = (32.0, 20.0, 16.0, 40.0, 16.0, 16.0, 20.0)  # quarters, by kind
CAPITAL_SHARE = (0.60, 0.50, 0.30, 0.10, 0.35, 0.25, 0.60)
REFRESH_COST = 0.4
BEFORE_EXIT = 9


def combine(resources: float, capacity: float, motivation: float, exponent: float) -> float:
    """Return the sustainability index: a mean with a negative exponent, each factor at least 0.01."""
    powered = (resources if resources > 0.01 else 0.01) ** exponent
    powered += (capacity if capacity > 0.01 else 0.01) ** exponent
    powered += (motivation if motivation > 0.01 else 0.01) ** exponent
    return float((powered / 3.0) ** (1.0 / exponent))


SKILLS, NETWORKS = 2, (0, 1, 6)  # kinds


class Initiative(mesa.Agent):
    """One initiative, from signature to closure."""

    def __init__(self, model: Any, donor: Donor, country: Country, dollars: float) -> None:
        """Decide everything that is decided once in an initiative's life."""
        super().__init__(model)
        luck, facts, traits = model.random.random, model.facts, model.traits
        self.donor, self.country = donor, country
        kind = choose(model.kind_edges, luck())
        self.kind = country.binding_kind if luck() < model.strategy.data_driven else kind
        self.group = 1 if luck() < model.strategy.rural_targeting else 0
        low, high = facts["founding.revenue_lic"], facts["founding.revenue_hic"]
        mean = low + (high - low) * country.income_group / 3.0 + facts["founding.revenue_urban"] * (self.group == 0)
        potential = min(max(mean + 0.5 * (luck() - 0.5), 0.02), 0.95)
        self.mechanism = self._choose_mechanism(dollars, potential)
        self.exit = choose(model.exit_edges, luck())
        years = donor.patience * math.exp(facts["founding.duration_spread"] * model.random.gauss(0.0, 1.0))
        self.duration = round(min(max(years, 2.0), 10.0) * 4)
        low, high = traits["delay"][self.mechanism]
        self.age = -math.floor(low + (high - low + 1.0) * luck()) if high > 0.0 else -math.floor(low)
        self.transition = traits["transition"][self.exit]
        self.instalment = round(dollars / self.duration * CENTS)
        self.fate = -math.log1p(-luck())
        self.frailty = model.random.gauss(0.0, 1.0) * model.frailty_own
        self.participation = luck() * 0.6 + 0.4 * model.strategy.local_ownership
        self.revenue_potential = min(max(potential + traits["revenue"][self.mechanism], 0.0), 1.0)
        self.capacity = min(max(facts["founding.initial_capacity"] + 0.3 * (luck() - 0.5), 0.01), 1.0)
        self.motivation, self.linkages, self.resources, self.sustainability = 0.5, 0.3, 0.5, 0.0
        self.donor_share = self.last_donor_share = 1.0
        self.phase, self.founded, self.ended, self.since_exit = FUNDED, model.quarter, -1, 0
        self._keep_what_never_changes()
        self.arrears = self.outlay = self.cash = self.due = self.arrived = self.unpaid = 0
        self.match_wanted = self.asked = self.observed = self.hazard = 0.0
        self.offline = self.capital = self.people = self.service = self.operating_cost = self.vintage = self.missed = (
            0.0
        )
        self.revenue_share = self.government_share = self.funded_share = 0.0
        self.claim()

    def _keep_what_never_changes(self) -> None:
        """Look traits up once instead of every quarter."""
        model, country, traits, mechanism = self.model, self.country, self.model.traits, self.mechanism
        self.life, self.capital_share = LIFE[self.kind], CAPITAL_SHARE[self.kind]
        self.transaction_added = model.transaction_added * (1.0 - traits["shares_reporting"][mechanism])
        self.fee, self.volatility_loss = traits["fee"][mechanism], self.donor.volatility_loss[mechanism]
        self.leverage = traits["private_leverage"][mechanism][country.income_group]
        self.match = traits["government_match"][mechanism][country.income_group]
        self.drive = 0.25 + 0.3 * self.participation + traits["ownership"][mechanism]
        self.ties = 0.15 + 0.4 * country.governance + 0.15 * self.participation + traits["linkages"][mechanism]
        self.ties += 0.1 * model.strategy_coordination
        self.later_ties, self.exit_threshold = traits["exit_linkages"][self.exit], traits["threshold"][self.exit]
        self.building = model.capacity_gain * (0.5 + country.governance)

    def _choose_mechanism(self, dollars: float, potential: float) -> int:
        """Choose from the mix among the mechanisms that accept this initiative."""
        model, country = self.model, self.country
        weights = list(model.mechanism_mix)
        match = dollars / 5.0 * model.traits["government_match"][2][country.income_group]
        if (country.recurrent_cap - country.recurrent_asked) * 4.0 < match:
            weights[2] = 0.0
        if potential < model.facts["mechanism.blended_finance.least_revenue"]:
            weights[3] = 0.0
        total, edges = 0.0, []
        for weight in weights:
            total += weight
            edges.append(total)
        return choose(edges, model.random.random()) if total > 0.0 else 0

    def claim(self) -> None:
        """Say what the donor owes in the quarter that comes; who is independent never asks."""
        donor = self.donor
        if self.age < 0:
            donor.promised += self.instalment
            return
        if self.phase == FUNDED:
            self.due = self.instalment + self.arrears
        else:
            support = self.donor_share * self.operating_cost
            self.due = round(support * self.model.support_factor[self.exit] * CENTS) + self.arrears
        donor.owed += self.due

    def receive(self) -> None:
        """Take what the donor pays, less what is lost on the way, and private money; ask for the match."""
        if self.phase == INDEPENDENT or self.age < 0:
            return
        model, donor, country, mechanism = self.model, self.donor, self.country, self.mechanism
        granted = self.due if donor.scale >= 1.0 else int(self.due * donor.scale)
        paid = int(granted * (1.0 - model.unpredictable * model.random.random()))
        self.arrears = granted - paid
        low = self.due > 0 and paid < model.facts["leaving.least_paid"] * self.due
        self.unpaid = self.unpaid + 1 if low else 0
        donor.cash -= paid
        donor.paid[country.column] += paid
        donor.outlay += paid
        self.outlay += paid
        left = paid
        lost = int(paid * (model.transaction_base + self.transaction_added * (1.0 - country.fragmentation)))
        model.lost_transaction[mechanism] += lost
        left -= lost
        if self.fee:
            lost = int(paid * self.fee)
            lost = lost if lost < left else left
            model.lost_fee[mechanism] += lost
            left -= lost
        lost = int(paid * self.volatility_loss)
        lost = lost if lost < left else left
        model.lost_volatility[mechanism] += lost
        left -= lost
        if donor.exchange_loss:
            lost = int(paid * donor.exchange_loss)
            lost = lost if lost < left else left
            model.lost_exchange[mechanism] += lost
            left -= lost
        self.arrived = left
        if self.leverage:
            private = int(left * self.leverage)
            model.from_private[mechanism] += private
            self.arrived += private
        if self.match:
            self.match_wanted = left * self.match
            country.match_asked += self.match_wanted

    def _spend(self) -> None:
        """Spend what arrived on monitoring, capacity and capital; the rest stays for running costs."""
        model, mechanism, arrived = self.model, self.mechanism, self.arrived
        if self.match_wanted > 0.0:
            matched = int(self.match_wanted * self.country.match_scale)
            model.from_government[mechanism] += matched
            arrived += matched
        monitoring = int(arrived * model.monitoring_share)
        model.spent_monitoring[mechanism] += monitoring
        if self.phase == FUNDED:
            capacity = int(arrived * model.capacity_share)
            built = int(arrived * self.capital_share)
            model.spent_capital[mechanism] += built
            self.capital += built / CENTS
            buys = arrived if self.kind == SKILLS else built
            people = buys / CENTS / model.unit_cost[self.kind][self.group]
            if people > 0.0:
                offline = 1.0 - self.country.bases[self.group]
                self.offline = (self.people * self.offline + people * offline) / (self.people + people)
                self.people += people
        else:
            capacity, built = int(arrived * model.later_capacity[self.exit]), 0
        model.spent_capacity[mechanism] += capacity
        self.cash += arrived - monitoring - capacity - built

    def work(self) -> None:
        """Spend what arrived, deliver for a quarter, move through the exit, and ask the treasury."""
        if self.phase != INDEPENDENT and self.age >= 0:
            self._spend()
            if self.unpaid >= self.model.facts["leaving.quarters_unpaid"]:
                self._end_unpaid()
        self._run()
        self._move_factors()
        self._leave()
        if self.phase != FUNDED:
            self._ask_treasury()

    def _run(self) -> None:
        """Age the equipment, collect fees and the treasury's line, pay running costs, and move service."""
        model, mechanism, cash, missed = self.model, self.mechanism, self.cash, 0.0
        if self.age >= 0:
            self.vintage += 1.0
        if self.vintage > self.life:
            price = round(REFRESH_COST * self.capital * model.technology_price * CENTS)
            if cash >= price:
                model.spent_capital[mechanism] += price
                cash -= price
                self.vintage = 0.0
            else:
                missed = self.vintage / self.life - 1.0
        self.missed = missed
        self.operating_cost = cost = model.operating_rate * self.capital * (1.0 + model.missed_cost * missed)
        need = round(cost * CENTS)
        fees = int(need * self.revenue_share)
        model.from_users[mechanism] += fees
        cash += fees
        if self.government_share:
            line = int(need * self.government_share)
            model.from_government[mechanism] += line
            model.burden += line
            cash += line
        spent = cash if cash < need else need
        model.spent_operations[mechanism] += spent
        self.cash = cash - spent
        self.funded_share = funded_share = spent / need if need else 1.0
        target = 0.0
        if self.age >= 0:
            target = funded_share * (0.5 + 0.5 * self.capacity) / (1.0 + model.missed_service * missed)
        self.service += model.service_step * (target - self.service)

    def _move_factors(self) -> None:
        """Move resources, capacity, motivation and linkages, and combine the first three."""
        model, phase, capacity = self.model, self.phase, self.capacity
        local = self.revenue_share + self.government_share
        if local > 1.0:
            local = 1.0
        if phase == FUNDED:
            self.donor_share = 1.0 - local
        donor_share = self.donor_share
        beside = model.revenue_beside_donor
        reach = self.revenue_potential * (beside + (1.0 - beside) * (1.0 - donor_share))
        self.revenue_share += model.revenue_step * (reach - self.revenue_share)
        left = (self.duration + self.transition - self.age) / 4.0
        certain = donor_share * (0.0 if left < 0.0 else 1.0 if left > 1.0 else left)
        yearly = self.operating_cost * 400.0
        reserve = min(self.cash / yearly, 1.0) if yearly > 1.0 else min(self.cash, 1.0)
        resources = local + certain + reserve * model.reserve_weight * (1.0 - certain)
        self.resources = resources = 0.0 if resources < 0.0 else 1.0 if resources > 1.0 else resources
        if phase == INDEPENDENT:
            building = model.upkeep * self.funded_share
        else:
            self.last_donor_share += 0.25 * (donor_share - self.last_donor_share)
            building = 0.0
            if self.age >= 0:
                building = model.capacity_share if phase == FUNDED else model.traits["capacity_spending"][self.exit]
        gain = self.building * building * (1.0 - capacity)
        self.capacity = capacity = capacity + 0.25 * (gain - model.capacity_turnover * capacity)
        drive = self.drive + 0.4 * local + 0.25 * self.service - model.donor_dominance * donor_share
        drive = 0.0 if drive < 0.0 else 1.0 if drive > 1.0 else drive
        self.motivation = motivation = self.motivation + model.motivation_step * (drive - self.motivation)
        ties = self.ties if phase == FUNDED else self.ties + self.later_ties
        ties = 0.0 if ties < 0.0 else 1.0 if ties > 1.0 else ties
        self.linkages += model.linkage_step * (ties - self.linkages)
        rho = model.complementarity  # as `combine`, in place: this line runs for every initiative and quarter
        powered = (resources if resources > 0.01 else 0.01) ** rho + (capacity if capacity > 0.01 else 0.01) ** rho
        powered += (motivation if motivation > 0.01 else 0.01) ** rho
        self.sustainability = (powered / 3.0) ** model.one_over_complementarity

    def _leave(self) -> None:
        """Move from funded to transition to independent."""
        self.age += 1
        if self.phase == INDEPENDENT:
            self.since_exit += 1
            return
        threshold = self.exit_threshold
        if self.phase == FUNDED:
            if self.age < self.duration:
                return
            traits, strategy = self.model.traits, self.exit
            waits = 0 if self.observed >= threshold else traits["extension"][strategy]
            self.transition = traits["transition"][strategy] + waits
            self.phase = TRANSITION
        since = self.age - self.duration
        if since >= self.transition or (threshold > 0.0 and self.observed >= threshold):
            self.phase, self.ended = INDEPENDENT, self.model.quarter
            self.donor_share, self.arrears = 0.0, 0
        else:
            self.donor_share = self.model.traits["donor_share"][self.exit][self._progress()]

    def _progress(self) -> int:
        """Return how far the transition has come, in steps."""
        if self.phase == INDEPENDENT:
            return EXIT_STEPS
        return min(max(self.age - self.duration, 0) * EXIT_STEPS // max(self.transition, 1), EXIT_STEPS)

    def _end_unpaid(self) -> None:
        """Begin an abrupt exit, whatever was planned, since hardly anything was paid."""
        self.exit, self.phase, self.duration, self.transition = ABRUPT, TRANSITION, self.age + 1, 0
        self.donor_share, self.arrears, self.unpaid, self.exit_threshold = 0.0, 0, 0, 0.0

    def _ask_treasury(self) -> None:
        """Ask the treasury for its part of the running cost."""
        country = self.country
        asked = self.model.traits["government_share"][self.exit][self._progress()] + country.unasked
        room = 1.0 - self.donor_share
        self.asked = min(asked, 1.0, room)
        country.recurrent_asked += self.asked * self.operating_cost

    def settle(self) -> None:
        """Take what the treasury can carry; add to the cumulative hazard, and close when it passes the fate."""
        model, country = self.model, self.country
        if self.phase == FUNDED:
            self.government_share = 0.0
        else:
            self.government_share = self.asked * country.recurrent_part
        if self.phase == INDEPENDENT:
            years = (self.since_exit + 0.5) * 0.25
            risk = model.intercept + model.shape_less_one * math.log(years)
            risk -= model.slope_sustainability * (self.sustainability - model.mean_sustainability)
            risk -= model.slope_linkages * (self.linkages - model.mean_linkages)
            risk += model.slope_dependence * self.last_donor_share + model.slope_technology * self.missed
            self.hazard += math.exp(risk + self.frailty + country.risk) * 0.25
        elif self.age > 0:
            self.hazard += country.risk_before_exit * 0.25
        if self.hazard >= self.fate:
            self._close()

    def _close(self) -> None:
        """Write off the cash, leave some users behind, and go."""
        model, country = self.model, self.country
        model.ledger_out["write_off"][self.mechanism] += self.cash
        passing = self.service * self.people * country.reach[self.group][self.kind]
        country.retained[self.group] += passing * self._offline_now() * country.single[self.group]
        cause = self._cause() if self.phase == INDEPENDENT else BEFORE_EXIT
        model.closed.append((self.founded, self.ended, model.quarter, cause, self.capital, self.outlay, self.exit))
        self.phase = CLOSED
        self.remove()

    def _cause(self) -> int:
        """Name the term whose reset to its kind's median would cut the hazard most."""
        model, country = self.model, self.country
        middle, rho = model.medians[self.kind], model.complementarity
        r, c, m = self.resources, self.capacity, self.motivation
        now, slope = combine(r, c, m, rho), model.slope_sustainability
        gains = (
            slope * (combine(middle[0], c, m, rho) - now),
            slope * (combine(r, middle[1], m, rho) - now),
            slope * (combine(r, c, middle[2], rho) - now),
            model.slope_linkages * (middle[3] - self.linkages),
            model.slope_dependence * (self.last_donor_share - middle[4]),
            country.risk_fragile,
            model.slope_technology * self.missed,
            country.risk_conflict,
            self.frailty + country.frailty,
        )
        return gains.index(max(gains))

    def _offline_now(self) -> float:
        """Return the part of those served who would be offline otherwise."""
        picked, offline = self.model.facts["serving.picked"], 1.0 - self.country.bases[self.group]
        return picked * min(offline / max(self.offline, 1e-9), 1.0) + (1.0 - picked) * offline

    def serve(self) -> None:
        """Add the people reached to the country's users, and let the donor see how things stand."""
        country, model = self.country, self.model
        reached = self.service * self.people * country.reach[self.group][self.kind]
        country.served[self.group] += reached
        country.offline[self.group] += reached * self._offline_now()
        if self.kind in NETWORKS:
            picked = model.facts["serving.picked"]
            country.covered[self.group] += (
                self.service * self.people * picked * (picked + (1.0 - picked) * self.offline)
            )
        if self.phase == INDEPENDENT:
            model.user_years += reached * 0.25
        elif self.age >= self.duration - 4 and self.exit_threshold > 0.0:
            seen = self.sustainability + model.observation_sd * model.random.gauss(0.0, 1.0)
            self.observed = min(max(seen, 0.0), 1.0)
        if self.phase != INDEPENDENT:
            self.claim()
