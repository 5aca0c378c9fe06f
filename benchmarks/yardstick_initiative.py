"""The yardstick's initiatives, in scalar Python. See `yardstick.py`."""

from __future__ import annotations

import math
from typing import Any

from yardstick_closing import Closing
from yardstick_people import Country, Donor, choose
from yardstick_running import ALL_IN, CENTS, FUNDED, INDEPENDENT, NETWORKS, PUBLIC, TRANSITION

from afteraid.simulation.state.kinds import KINDS
from afteraid.simulation.state.traits import PROGRESS_STEPS

ABRUPT = 0  # row of exits
MATCHING, BLENDED = 2, 3  # rows of mechanisms


class Initiative(Closing):
    """One initiative, from signature to closure."""

    def __init__(self, model: Any, donor: Donor, country: Country, dollars: float) -> None:
        """Decide everything that is decided once in an initiative's life."""
        super().__init__(model)
        luck, facts, traits = model.random.random, model.facts, model.traits
        self.donor, self.country = donor, country
        kind = choose(model.kind_edges, luck())
        self.kind = country.binding_kind if luck() < model.strategy.data_driven else kind
        self.group = 1 if luck() < model.strategy.rural_targeting else 0
        spread = facts["cash.fee_spread"]
        fee_luck = math.exp(spread * model.random.gauss(0.0, 1.0) - 0.5 * spread**2)
        self.mechanism = self._choose_mechanism(dollars, self._expected_fees(fee_luck))
        self.exit = choose(model.exit_edges, luck())
        years = donor.patience * math.exp(facts["founding.duration_spread"] * model.random.gauss(0.0, 1.0))
        self.duration = round(min(max(years, 2.0), 10.0) * 4)
        low, high = traits["delay"][self.mechanism]
        self.age = -math.floor(low + (high - low + 1.0) * luck()) if high > 0.0 else -math.floor(low)
        self.transition = traits["transition"][self.exit]
        self.instalment = round(dollars / self.duration * CENTS)
        self.capacity = min(max(facts["founding.initial_capacity"] + 0.3 * (luck() - 0.5), 0.01), 1.0)
        self._begin_running(self.mechanism, luck() * 0.6 + 0.4 * model.strategy.local_ownership, fee_luck)
        self._begin_closing()
        self.phase, self.founded, self.ended, self.since_exit = FUNDED, model.quarter, -1, 0
        self._keep_what_never_changes()
        self.arrears = self.outlay = self.due = self.arrived = self.unpaid = 0
        self.match_wanted = self.asked = self.observed = self.treasury_agreed = 0.0
        self.line_lapsed, self.line_ends = False, 0
        self.claim()

    def _keep_what_never_changes(self) -> None:
        """Look traits up once instead of every quarter."""
        model, country, traits, mechanism = self.model, self.country, self.model.traits, self.mechanism
        self.transaction_added = model.transaction_added * (1.0 - traits["shares_reporting"][mechanism])
        self.fee, self.volatility_loss = traits["fee"][mechanism], self.donor.volatility_loss[mechanism]
        self.leverage = traits["private_leverage"][mechanism][country.income_group]
        self.match = traits["government_match"][mechanism][country.income_group]
        self.exit_threshold = traits["threshold"][self.exit]

    def _expected_fees(self, luck: float) -> float:
        """Return the share of running cost that fees could meet, as a donor expects it."""
        model, country, kind = self.model, self.country, KINDS[self.kind]
        cost = model.unit_cost[self.kind][self.group] * (kind.equipment if kind.salaried else 1.0)
        running = model.operating_rate * cost * CENTS * (1.0 + kind.salaried)
        paid = country.reach[self.group][self.kind] * country.basket * kind.charges * model.collected
        return min(paid * luck / max(running, 1e-9), model.most_fees)

    def _choose_mechanism(self, dollars: float, potential: float) -> int:
        """Choose from the mix among the mechanisms that accept this initiative."""
        model, country = self.model, self.country
        weights = list(model.mechanism_mix)
        match = dollars / 5.0 * model.traits["government_match"][MATCHING][country.income_group]
        room = country.treasury_room - country.recurrent_asked - country.signed / CENTS
        if room * 4.0 < match:
            weights[MATCHING] = 0.0
        if potential < model.facts["mechanism.blended_finance.least_revenue"]:
            weights[BLENDED] = 0.0
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
        self.donors_money = self.local_money = self.other_money = self.training = 0
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
        self.arrived = self.donors_money = left
        if self.leverage:
            private = int(left * self.leverage)
            model.from_private[mechanism] += private
            self.other_money = private
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
            self.local_money = matched
            arrived += matched
        monitoring = int(arrived * model.monitoring_share)
        model.spent_monitoring[mechanism] += monitoring
        if self.phase == FUNDED:
            self.training, built = int(arrived * model.capacity_share), int(arrived * self.capital_share)
            model.spent_capital[mechanism] += built
            self._build(built / CENTS, (arrived if self.kind in ALL_IN else built) / CENTS)
        else:
            self.training, built = int(arrived * model.later_capacity[self.exit]), 0
        model.spent_capacity[mechanism] += self.training
        self.cash += arrived - monitoring - self.training - built

    def work(self) -> None:
        """Spend what arrived, run for a quarter, move through the exit, and ask the treasury."""
        if self.phase != INDEPENDENT and self.age >= 0:
            self._spend()
            if self.unpaid >= self.model.facts["leaving.quarters_unpaid"]:
                if not self.outlay:  # signed and never paid: cancelled
                    self.remove()
                    return
                self._end_unpaid()
        self._run()
        self._leave()
        self._ask_treasury()

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
        agreed = self.model.traits["government_share"][self.exit][self._progress()]
        self.treasury_agreed = max(self.treasury_agreed, agreed)

    def _progress(self) -> int:
        """Return how far the transition has come, in steps."""
        if self.phase == INDEPENDENT:
            return PROGRESS_STEPS
        return min(max(self.age - self.duration, 0) * PROGRESS_STEPS // max(self.transition, 1), PROGRESS_STEPS)

    def _end_unpaid(self) -> None:
        """Begin an abrupt exit, whatever was planned, since hardly anything was paid."""
        self.exit, self.phase, self.duration, self.transition = ABRUPT, TRANSITION, self.age + 1, 0
        self.donor_share, self.arrears, self.unpaid, self.exit_threshold = 0.0, 0, 0, 0.0

    def _ask_treasury(self) -> None:
        """Ask the treasury for what no donor pays, as far as it was agreed or the host takes it over."""
        country, asked = self.country, 0.0
        if self.host == PUBLIC:
            country.displaced += self.donors_money
        self._end_line()
        if self.age >= 0 and not self.line_lapsed:
            asked = max(min(self.treasury_agreed + country.unasked[self.host], 1.0 - self.paid_share), 0.0)
        self.asked = asked
        country.recurrent_asked += asked * self.operating_cost

    def _end_line(self) -> None:
        """Let the treasury's line lapse where the government changes, and a public contract end on its day."""
        model, paid, luck = self.model, self.government_share > 0.0, self.model.random.random
        if self.country.changes:
            self.line_lapsed = paid and luck() < model.facts["government.lapse"]
        if not (paid and self.contract):
            return
        if self.line_ends < model.quarter:
            self.line_ends = model.quarter + model.contract_term
        last_day = model.quarter % 4 == 0 and model.settings.contracts_end == model.year
        if self.line_ends == model.quarter or last_day:
            over = luck() >= model.facts["government.renewal"] or last_day
            self.line_lapsed = self.line_lapsed or over
            self.line_ends = model.quarter + (0 if over else model.contract_term)

    def serve(self) -> None:
        """Add the people reached to the country's users, and let the donor see how things stand."""
        country, model = self.country, self.model
        passing = self.service * self.people * country.reach[self.group][self.kind]
        country.served[self.group] += passing
        country.offline[self.group] += passing * self._offline_now()
        if self.kind in NETWORKS:
            country.covered[self.group] += self.service * self.people * model.facts["serving.picked"]
        if self.phase == INDEPENDENT:
            model.user_years += passing * 0.25
            return
        if self.exit_threshold > 0.0 and self.age >= self.duration - 4:
            self._be_observed()
        if self.match and self.phase == FUNDED:
            country.signed += self.instalment * self.match
        self.claim()

    def _be_observed(self) -> None:
        """Let the donor see, with noise, how far it has come to stand alone: from founding to the best of its kind."""
        model = self.model
        now = model.combine(min(self.revenue_share + self.government_share, 1.0), self.capacity, self.motivation)
        way = (now - model.at_founding) / max(model.best[self.kind] - model.at_founding, 1e-3)
        seen = min(max(way, 0.0), 1.0) + model.observation_sd * model.random.gauss(0.0, 1.0)
        self.observed = min(max(seen, 0.0), 1.0)
