"""The yardstick's countries and donors, in scalar Python. See `yardstick.py`."""

from __future__ import annotations

import math
from bisect import bisect_right
from typing import Any

import mesa

from afteraid.simulation.data import constant_dollars

CENTS = 100
EXIT_STEPS = 40
FACTS_YEAR = 2024
FIRST_TABLE_YEAR = 2000
ROUNDS = 6
BASE_YEAR = 2023
BARRIER_OF_KIND = (0, 0, 2, 0, 0, 3, 0)
KIND_OF_BARRIER = (0, 1, 2, 5)


def choose(edges: list[float], luck: float) -> int:
    """Choose a place by cumulative weights and a uniform number."""
    return min(bisect_right(edges, luck * edges[-1]), len(edges) - 1)


def expit(log_odds: float) -> float:
    """Return the share whose log-odds are given."""
    return 0.5 * (1.0 + math.tanh(0.5 * log_odds))


def logit(share: float) -> float:
    """Return the log-odds of a share."""
    return math.log(share / (1.0 - share))


def overlapping(shares: list[float], overlap: float) -> float:
    """Combine barriers: product where independent, minimum where they hit the same people."""
    return float(math.prod(shares) ** (1.0 - overlap) * min(shares) ** overlap)


def student_t4(luck: float) -> float:
    """Turn a uniform number into Student t with four degrees of freedom (Shaw 2006)."""
    root = math.sqrt(4.0 * luck * (1.0 - luck))
    size = 2.0 * math.sqrt(max(math.cos(math.acos(root) / 3.0) / root - 1.0, 0.0))
    return size if luck > 0.5 else -size


class Country(mesa.Agent):
    """One economy: its shocks, treasury, barriers and use."""

    def __init__(self, model: Any, first: Any, row: int) -> None:
        """Copy facts and the first state."""
        super().__init__(model)
        state, facts, reference, f = first.countries, first.facts.countries, first.reference, model.facts
        self.row, self.column = row, int(facts.recipient_column[row])
        for name in ("population", "urban_share", "income", "price", "trust", "regulation", "governance", "overlap"):
            setattr(self, name, float(getattr(state, name)[row]))
        for name in ("affordable_share", "momentum", "use", "use_rural", "addressable_rural"):
            setattr(self, name, float(getattr(state, name)[row]))
        self.coverage = [float(state.coverage_urban[row]), float(state.coverage_rural[row])]
        self.skills = [float(state.skills_urban[row]), float(state.skills_rural[row])]
        self.addressable = [float(state.addressable_urban[row]), float(state.addressable_rural[row])]
        self.log_odds, self.increment, self.lever = float(state.reference_log_odds[row]), 0.0, 0.0
        self.price_path, self.regulation_path = self.price, self.regulation
        self.reach = first.now.reach[row].tolist()
        self.binding_kind = KIND_OF_BARRIER[int(first.now.binding_barrier[row])]
        for name in ("income_group", "log_income_sd", "conflict_exposure", "governance_score", "expenditure"):
            setattr(self, name, getattr(facts, name)[row].item())
        self.odds = first.facts.drawn.urban_rural_odds[row].item()
        self.income_at_facts = float(facts.income[row])
        self.population_at_facts = float(facts.population[row])
        self.populations, self.incomes = reference.population[:, row].tolist(), reference.income[:, row].tolist()
        self.urban_shares, self.use_path = reference.urban_share[:, row].tolist(), reference.use_path[:, row].tolist()
        stored = reference.reference_service
        self.stored_service = [[0.0, 0.0]] * len(self.incomes) if stored is None else stored[:, row].tolist()
        self.observed_until = int(reference.observed_until[row])
        self.risk_fragile = f["closure.fragility"] * bool(reference.fragile[row])
        self.frailty = f["closure.frailty"] * math.sqrt(f["closure.frailty_between"]) * model.random.gauss(0.0, 1.0)
        self.unasked = f["government.absorption"] * self.governance
        self.conflict_ends, self.risk_conflict, self.risk, self.risk_before_exit = 0, 0.0, 0.0, 0.0
        self.fragmentation, self.recurrent_cap, self.recurrent_asked, self.recurrent_part = 1.0, 0.0, 0.0, 1.0
        self.match_asked, self.match_scale, self.pull = 0.0, 1.0, 0.0
        self.retained, self.served = [0.0, 0.0], [0.0, 0.0]

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
        self.risk_before_exit = f["closure.before_exit"] * math.exp(self.risk_conflict)

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
        room = max(self.recurrent_cap - self.recurrent_asked, 0.0)
        self.match_scale = min(1.0, room / max(self.match_asked / CENTS, 1e-9))
        self.match_asked = 0.0

    def open_treasury(self) -> None:
        """Set the recurrent room each January, and begin to count what is asked."""
        model = self.model
        if model.quarter % 4 == 0:
            row = model.year - FIRST_TABLE_YEAR
            growth = self.incomes[row] / self.income_at_facts * self.populations[row] / self.population_at_facts
            self.recurrent_cap = model.facts["government.recurrent_room"] * self.expenditure * growth / 4.0
        self.recurrent_asked = 0.0

    def share_room(self) -> None:
        """Give all initiatives the same part of what they ask where it is more than the room."""
        self.recurrent_part = min(1.0, self.recurrent_cap / max(self.recurrent_asked, 1e-9))

    def move_access(self) -> None:
        """Move people, prices, coverage, skills and trust by a year."""
        model, f, row = self.model, self.model.facts, self.model.year - FIRST_TABLE_YEAR
        self.population, self.income, self.urban_share = (
            self.populations[row],
            self.incomes[row],
            self.urban_shares[row],
        )
        if model.year > FACTS_YEAR:
            fall = math.exp(-f["access.price_fall"])
            self.price *= fall
            self.price_path *= fall
            viable = self._affordability()
            for group, rate in enumerate((f["access.coverage_urban"], f["access.coverage_rural"])):
                self.coverage[group] += rate * viable * (1.0 - self.coverage[group])
                self.skills[group] += f["access.skills_growth"] * (1.0 - self.skills[group])
            self.trust += f["access.trust_growth"] * (1.0 - self.trust)
        able = self._affordability()
        for group in (0, 1):
            shares = [self.coverage[group], able, self.skills[group], self.trust]
            self.addressable[group] = shares[0] * overlapping(shares[1:], self.overlap)
            without = [overlapping(shares[:b] + shares[b + 1 :], self.overlap) for b in range(4)]
            self.reach[group] = [without[barrier] for barrier in BARRIER_OF_KIND]
        self.binding_kind = KIND_OF_BARRIER[shares.index(min(shares))]

    def _affordability(self) -> float:
        """Return the share of people who can afford an entry basket."""
        spread = self.log_income_sd
        margin = math.log(self.affordable_share) - math.log(self.price) - 0.5 * spread**2
        return 0.5 * math.erfc(-margin / spread / math.sqrt(2.0))

    def set_reference(self) -> None:
        """Fix the year's step of the reference path: the fitted past while observed, the law afterwards."""
        model, law, x0 = self.model, self.model.law, self.log_odds
        anchor = model.mean_log_odds + law["income_slope"] * (math.log(self.income) - model.mean_log_income)
        expected = law["drift"] - model.facts["adoption.saturation"] * x0 + law["anchor_rate"] * (anchor - x0)
        luck, surprise = model.random.random(), 0.0
        if self.observed_until > model.year and model.year < model.start_year:
            self.increment = self.use_path[model.table_row + 1] - x0
            surprise = self.increment - expected - self.momentum
        else:
            use = min(max(expit(x0), 0.005), 0.995)
            surprise = law["noise"] * (4.0 * use * (1.0 - use)) ** -0.35 * student_t4(luck)
            free = expected + self.momentum + model.common_deviation + surprise
            self.increment = min(max(x0 + free, logit(0.005)), logit(0.995)) - x0
        surprise = min(max(surprise, -0.5), 0.5)
        self.momentum = law["momentum_persistence"] * self.momentum + law["momentum_gain"] * surprise

    def adopt(self) -> None:
        """Step use: reference, levers and initiatives, each once, capped by the addressable share."""
        model, law, f = self.model, self.model.law, self.model.facts
        self.log_odds += self.increment * 0.25
        speed = (self.price / self.price_path) ** f["adoption.price_elasticity"]
        speed *= f["adoption.regulation_effect"] ** ((self.regulation - self.regulation_path) / 0.25)
        total = f["adoption.saturation"] + law["anchor_rate"]
        memory = (1.0 - total) ** 0.25
        self.lever = self.lever * memory + (1.0 - memory) * law["drift"] * (speed - 1.0) / total
        nation, w, odds = expit(self.log_odds), self.urban_share, self.odds
        a = (odds - 1.0) * (1.0 - w)
        b = w * odds + (1.0 - w) - (odds - 1.0) * nation
        rural = (math.sqrt(b * b + 4.0 * a * nation) - b) / (2.0 * a) if a >= 1e-9 else nation
        bases = ((nation - (1.0 - w) * rural) / w, rural)
        row, part = model.year - FIRST_TABLE_YEAR, model.quarter % 4 / 4.0
        decay = (1.0 - f["adoption.users_decay"]) ** 0.25
        uses = []
        for group, base in enumerate(bases):
            self.retained[group] *= decay
            people = max(self.population * ((1.0 - w) if group else w), 1.0)
            effective = min(self.served[group] + self.retained[group], people)
            stored = self.stored_service[row][group] * (1.0 - part) + self.stored_service[row + 1][group] * part
            added = (1.0 - base) * (effective - stored) / people
            lever = expit(logit(min(max(base, 1e-6), 1.0 - 1e-6)) + self.lever) - base
            room = max(self.addressable[group] - base, 0.0)
            uses.append(min(max(base + min(lever + added, room), 0.0), 1.0))
            self.served[group] = 0.0
        self.use_rural = uses[1]
        self.use = w * uses[0] + (1.0 - w) * uses[1]


class Donor(mesa.Agent):
    """One donor: its budget, its shares and what it has signed."""

    def __init__(self, model: Any, first: Any, row: int) -> None:
        """Copy facts; envelopes begin empty."""
        super().__init__(model)
        facts, count = first.facts.donors, len(model.recipients)
        names = ("volatility", "persistence", "inertia", "need_weight", "merit_weight", "tie_weight", "residual_sd")
        for name in (*names, "herding", "patience", "ict_budget"):
            setattr(self, name, float(getattr(facts, name)[row]))
        donors = first.reference.donors
        self.code, self.type = str(donors["code"].iat[row]), str(donors["type"].iat[row])
        self.ties = first.reference.ties[row].tolist()
        loss = model.facts["disbursement.volatility_loss"] * float(facts.relative_volatility[row])
        self.volatility_loss = [min(loss * part, 0.4) for part in model.traits["volatility_transmission"]]
        self.exchange_loss = model.facts["disbursement.exchange_loss"] * float(facts.exchange_volatility[row])
        self.median_size = constant_dollars(1e6, "USD", 2019) * model.facts["founding.median_size"]
        self.deviation, self.budget, self.due, self.scale = 0.0, 0.0, 0.0, 1.0
        self.cash = self.owed = self.promised = self.outlay = 0
        self.log_share, self.share = [-math.log(count)] * count, [1.0 / count] * count
        self.change, self.envelope, self.paid = [0.0] * count, [0.0] * count, [0] * count
        self.next_size, self.threshold = [0.0] * count, [0.0] * count
        for column in range(count):
            self._draw_size(column)

    def _draw_size(self, column: int) -> None:
        """Draw the size of the next initiative, and the envelope at which it is signed."""
        model = self.model
        spread = model.facts["founding.size_spread"]
        dollars = self.median_size * math.exp(spread * model.random.gauss(0.0, 1.0))
        self.next_size[column] = min(max(dollars, 1e5), max(self.ict_budget, 1e5))
        self.threshold[column] = self.next_size[column] * model.random.random()

    def set_budget(self) -> None:
        """Set the quarter's budget for a year: luck, growth and cuts."""
        model, cut_factor = self.model, 1.0
        for cut in model.settings.cuts:
            ends = cut.year + cut.years if cut.years is not None else math.inf
            hit = "all" in cut.donors or self.code in cut.donors or self.type in cut.donors
            if hit and cut.year <= model.year < ends:
                cut_factor *= 1.0 - cut.size
        self.deviation = self.persistence * self.deviation + self.volatility * model.random.gauss(0.0, 1.0)
        variance = self.volatility**2 / (1.0 - self.persistence**2)
        since = model.year - BASE_YEAR
        rate = model.facts["budgets.growth_past" if since < 0 else "budgets.growth_future"]
        lever = model.strategy.funding
        yearly = self.ict_budget * math.exp(rate * since + self.deviation - variance / 2.0) * cut_factor * lever
        self.budget = yearly / 4.0

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
        sd = self.residual_sd * model.facts["allocation.noise"] * (1.0 - inertia)
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
        quarters = self.patience * 4.0
        threshold, room = self.threshold, (self.budget - self.due) * quarters - sum(self.envelope)
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
        money = round(self.budget * CENTS)
        self.model.ledger_in["donor"][4] += money
        self.model.budgeted += self.budget
        self.cash += money
        self.due = (self.owed + self.promised) / CENTS
        self.scale = min(1.0, self.cash / max(self.owed, 1))
        self.owed = self.promised = 0

    def return_rest(self) -> None:
        """Give back what was not spent."""
        self.model.ledger_out["lapsed"][4] += self.cash
        self.cash = 0
