"""The yardstick's treasuries and donors, in scalar Python. See `yardstick.py`."""

from __future__ import annotations

import math
from bisect import bisect_right
from typing import Any

import mesa
from yardstick_places import Place

from afteraid.simulation.processes.shocks import AT_ONCE, OTHERS_TREASURIES, UNION

CENTS = 100
ROUNDS = 6
SIZE_LISTS = ("bilateral", "multilateral", "private", "lender")
BASE_YEAR = 2023


def choose(edges: list[float], luck: float) -> int:
    """Choose a place by cumulative weights and a uniform number."""
    return min(bisect_right(edges, luck * edges[-1]), len(edges) - 1)


class Country(Place):
    """One economy: its shocks and its treasury, beside its barriers and use."""

    def __init__(self, model: Any, first: Any, row: int) -> None:
        """Copy facts and the first state."""
        super().__init__(model, first, row)
        facts, f = first.facts.countries, model.facts
        self.column = int(facts.recipient_column[row])
        self.conflict_exposure, self.expenditure = facts.conflict_exposure[row].item(), facts.expenditure[row].item()
        self.risk_fragile = f["closure.fragility"] * bool(first.reference.fragile[row])
        self.frailty = f["closure.frailty"] * math.sqrt(f["closure.frailty_between"]) * model.random.gauss(0.0, 1.0)
        community, public = f["government.absorption"], f["government.public_host"]
        self.unasked = [community * self.governance, public * self.governance, 0.0]  # by host
        self.conflict_ends, self.risk_conflict, self.risk = 0, 0.0, 0.0
        self.fragmentation, self.match_asked, self.match_scale, self.signed = 1.0, 0.0, 1.0, 0.0
        self.recurrent_cap, self.treasury_room, self.recurrent_asked, self.recurrent_part = 0.0, 0.0, 0.0, 1.0
        self.displaced, self.changes = 0, False

    def suffer_shocks(self) -> None:
        """Let a conflict begin or end; set what the place adds to the log hazard."""
        model, f = self.model, self.model.facts
        begins = model.random.random() < f["shocks.conflict_onset"] * self.conflict_exposure
        if self.conflict_ends <= model.quarter and begins:
            shortest, longest = f["shocks.conflict_shortest"], f["shocks.conflict_longest"]
            years = shortest + (longest - shortest) * model.random.random()
            self.conflict_ends = model.quarter + round(years * 4)
        self.risk_conflict = f["closure.conflict"] if self.conflict_ends > model.quarter else 0.0
        self.risk = self.risk_fragile + self.risk_conflict + self.frailty

    def measure_fragmentation(self) -> None:
        """Set the concentration of last year's donors, and what all donors see of this country."""
        model, column = self.model, self.column
        paid = [donor.paid[column] for donor in model.donors]
        total = sum(paid)
        index = sum(amount * amount for amount in paid) / total**2 if total > 0 else 1.0
        coordination = model.strategy.coordination
        self.fragmentation = index + coordination * (1.0 - index)
        f = model.facts
        seen = math.log(max(self.addressable[1] - self.use_rural, 0.0) + 0.05)
        seen += model.random.gauss(0.0, 1.0) * model.observation_sd * 4.0
        lever = model.strategy.data_driven
        self.appeal = f["allocation.population_elasticity"] * math.log(self.population)
        self.appeal += f["allocation.income_elasticity"] * math.log(self.income)
        self.appeal += lever * f["allocation.impact_weight"] * seen

    def set_match(self) -> None:
        """Scale the match that the treasury pays to its room."""
        room = max(self.treasury_room - self.recurrent_asked, 0.0)
        self.match_scale = min(1.0, room / max(self.match_asked / CENTS, 1e-9))
        self.match_asked = self.signed = 0.0

    def open_treasury(self) -> None:
        """Set the recurrent room each January, let governments change, and begin to count what is asked."""
        model, f = self.model, self.model.facts
        self.changes = False
        if model.quarter % 4 == 0:
            weight = f["government.sector_weight"]
            growth = self.grown * (1.0 - weight + weight * self.use / self.use_at_facts)
            room = f["government.recurrent_room"] * model.strategy.treasury_room * self.expenditure * growth
            self.recurrent_cap = room / 4.0
            self.changes = model.random.random() < f["government.turnover"]
        self.recurrent_asked, self.displaced = 0.0, 0

    def share_room(self) -> None:
        """Give all initiatives the same part of what they ask where it is more than the room left beside aid."""
        aid = self.model.facts["government.fungibility"] * self.displaced / CENTS
        self.treasury_room = max(self.recurrent_cap - aid, 0.0)
        self.recurrent_part = min(1.0, self.treasury_room / max(self.recurrent_asked, 1e-9))


class Donor(mesa.Agent):
    """One donor: its budget, its shares and what it has signed."""

    def __init__(self, model: Any, first: Any, row: int) -> None:
        """Copy facts; envelopes begin empty."""
        super().__init__(model)
        facts, count = first.facts.donors, len(model.recipients)
        names = ("volatility", "persistence", "inertia", "need_weight", "merit_weight", "tie_weight", "residual_sd")
        for name in (*names, "herding", "patience", "ict_budget", "aid"):
            setattr(self, name, float(getattr(facts, name)[row]))
        donors = first.reference.donors
        self.code, self.type = str(donors["code"].iat[row]), str(donors["type"].iat[row])
        self.ties = first.reference.ties[row].tolist()
        loss = model.facts["disbursement.unreliability"] - model.facts["disbursement.usual_lapse"]
        loss *= float(facts.relative_volatility[row])
        self.volatility_loss = [min(loss * part, 0.4) for part in model.traits["volatility_transmission"]]
        self.exchange_loss = model.facts["disbursement.exchange_loss"] * float(facts.exchange_volatility[row])
        self.entered = int(facts.entered[row])
        self.size_list = SIZE_LISTS[int(facts.size_row[row])]
        self.deviation, self.budget, self.due, self.scale = 0.0, 0.0, 0.0, 1.0
        self.cash = self.owed = self.promised = self.outlay = self.fresh = self.year_old = 0
        self.log_share, self.share = [-math.log(count)] * count, [1.0 / count] * count
        self.change, self.envelope, self.paid = [0.0] * count, [0.0] * count, [0] * count
        self.next_size, self.threshold = [0.0] * count, [0.0] * count
        for column in range(count):
            self._draw_size(column)

    def _draw_size(self, column: int) -> None:
        """Draw the size of the next initiative, and the envelope at which it is signed."""
        model, gauss = self.model, self.model.random.gauss
        several = model.random.random() < model.facts["sizes.several"]
        name = "several" if several else self.size_list
        median, spread = model.facts[f"sizes.median_{name}"], model.facts[f"sizes.spread_{name}"]
        dollars = 0.0
        while dollars < 1e5:  # what is smaller in the list is no initiative
            dollars = 1e6 * median * math.exp(spread * gauss(0.0, 1.0))
        self.next_size[column] = min(dollars, max(self.ict_budget, 1e5))
        self.threshold[column] = self.next_size[column] * model.random.random()

    def set_budget(self) -> None:
        """Set the quarter's budget for a year: luck, growth and cuts."""
        model = self.model
        cut_factor = self.left_by_cuts(model.year) * self._replenished()
        self.deviation = self.persistence * self.deviation + self.volatility * model.random.gauss(0.0, 1.0)
        variance = self.volatility**2 / (1.0 - self.persistence**2)
        since = model.year - BASE_YEAR
        rate = model.facts["budgets.growth_past" if since < 0 else "budgets.growth_future"]
        lever = model.strategy.funding
        lever *= model.year >= self.entered
        yearly = self.ict_budget * math.exp(rate * since + self.deviation - variance / 2.0) * cut_factor * lever
        self.budget = yearly / 4.0

    def _replenished(self) -> float:
        """Return what cuts of the DAC's treasuries leave of a multilateral budget, some years later."""
        model = self.model
        if self.type != "multilateral" or self.code in OTHERS_TREASURIES:
            return 1.0
        lag = 0.0 if self.code == AT_ONCE else model.facts["shocks.replenishment_years"]
        late = math.ceil(lag)
        part, members = late - lag, [donor for donor in model.donors if donor.type == "dac"]
        if self.code == AT_ONCE:
            members = [donor for donor in members if donor.code in UNION]
        left = []
        for year in (model.year - late, model.year - max(late - 1, 0)):
            kept = sum(donor.aid * donor.left_by_cuts(year, of_all=False) for donor in members)
            left.append(kept / sum(donor.aid for donor in members))
        return float(1.0 - model.facts["shocks.replenished"] * (1.0 - (1.0 - part) * left[0] - part * left[1]))

    def left_by_cuts(self, year: int, of_all: bool = True) -> float:
        """Return what the scenario's cuts leave of the budget in a year, with those of all donors or without."""
        factor = 1.0
        for cut in self.model.settings.all_cuts:
            ends = cut.year + cut.years if cut.years is not None else math.inf
            hit = "all" in cut.donors or self.code in cut.donors or self.type in cut.donors
            if hit and cut.year <= year < ends and (of_all or "all" not in cut.donors):
                factor *= 1.0 - cut.size
        return factor

    def allocate(self) -> None:
        """Move shares towards need, merit and ties, and what the other donors did last."""
        model, gauss, inertia = self.model, self.model.random.gauss, self.inertia
        target = [
            country.appeal + self.need_weight * (1.0 - country.use) + self.merit_weight * country.governance_score
            + self.tie_weight * tie
            for country, tie in zip(model.recipients, self.ties, strict=True)
        ]  # fmt: skip
        top = max(target)
        norm = top + math.log(sum(math.exp(one - top) for one in target))
        sd = self.residual_sd * model.facts["allocation.noise"]
        coordination = model.strategy.coordination
        response = self.herding * (1.0 - coordination) - model.facts["allocation.gap_filling"] * coordination
        response /= max(len(model.donors) - 1, 1)
        log_share = [
            inertia * last + (1.0 - inertia) * (aim - norm) + gauss(0.0, sd) + response * (total - change)
            for last, aim, total, change in zip(self.log_share, target, model.change_total, self.change, strict=True)
        ]
        top = max(log_share)
        weight = [math.exp(one - top) for one in log_share]
        total = sum(weight)
        self.share = [one / total for one in weight]
        settled = [math.log(max(one, 1e-9)) for one in self.share]
        if model.quarter > 0:
            self.change = [new - old for new, old in zip(settled, self.log_share, strict=True)]
        self.log_share = settled
        self.paid = [0] * len(settled)

    def found(self, kind_of_agent: Any) -> None:
        """Earmark what is left after the instalments due, and sign what has reached its size."""
        if self.budget <= 0.0:
            self.envelope = [0.0] * len(self.envelope)
            return
        quarters = self.patience * 4.0
        carried = self.cash / CENTS / self.model.facts["founding.recommit_quarters"]
        threshold, room = self.threshold, (self.budget + carried - self.due) * quarters - sum(self.envelope)
        if room > 0.0:
            self.envelope = [open_ + room * share for open_, share in zip(self.envelope, self.share, strict=True)]
        envelope = self.envelope
        ready = [column for column, money in enumerate(envelope) if money >= threshold[column]]
        for column in ready:
            rounds = 0
            while envelope[column] >= threshold[column] and rounds < ROUNDS:
                dollars = self.next_size[column]
                envelope[column] -= dollars
                kind_of_agent(self.model, self, self.model.recipients[column], dollars)
                self._draw_size(column)
                rounds += 1

    def set_scale(self) -> None:
        """Take the quarter's money, and see how far it goes for what is owed."""
        if self.model.quarter % 4 == 0:
            self._lapse(self.cash - self.fresh - self.year_old)
            self.fresh, self.year_old = 0, self.fresh
        if self.budget <= 0.0:
            self._lapse(self.cash)
            self.fresh = self.year_old = 0
        money = round(self.budget * CENTS)
        self.model.ledger_in["donor"][4] += money
        self.model.budgeted += self.budget
        self.cash += money
        self.fresh += money
        self.due = (self.owed + self.promised) / CENTS
        self.scale = min(1.0, self.cash / max(self.owed, 1))
        self.owed = self.promised = 0

    def keep_rest(self) -> None:
        """Carry over what was not spent; the oldest money was spent first."""
        self.fresh = min(self.fresh, self.cash)
        self.year_old = min(self.year_old, self.cash - self.fresh)

    def _lapse(self, money: int) -> None:
        """Give money back."""
        self.model.ledger_out["lapsed"][4] += money
        self.cash -= money
