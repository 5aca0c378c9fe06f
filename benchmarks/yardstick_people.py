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
BARRIER_OF_KIND = (0, 0, 4, 0, 0, 5, 0)
KIND_OF_BARRIER = (0, 1, 1, 0, 2, 5)
PHONE_PRICES = ((2008.0, 3.0), (2016.0, 1.2), (2020.0, 1.0))
LEAST_PASSING, LEAST_INDEX, MOST_INDEX = 0.005, 0.004, 0.998


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


def bounded(share: float) -> float:
    """Keep an index within its range."""
    return min(max(share, LEAST_INDEX), MOST_INDEX)


def affordable(outlay_share: float, price: float, spread: float) -> float:
    """Return the share of people whose income makes a price bearable."""
    margin = math.log(outlay_share) - math.log(price) - 0.5 * spread**2
    return LEAST_PASSING + (1.0 - LEAST_PASSING) * 0.5 * math.erfc(-margin / spread / math.sqrt(2.0))


def split(nation: float, first_share: float, odds: float) -> tuple[float, float]:
    """Split a national share between two groups whose odds have a ratio."""
    a = (odds - 1.0) * (1.0 - first_share)
    b = first_share * odds + (1.0 - first_share) - (odds - 1.0) * nation
    second = (math.sqrt(b * b + 4.0 * a * nation) - b) / (2.0 * a) if a >= 1e-9 else nation
    return (nation - (1.0 - first_share) * second) / first_share, second


def phone_price(year: float) -> float:
    """Return the price of an entry phone over that of 2020."""
    for (before, level), (after, next_level) in zip(PHONE_PRICES, PHONE_PRICES[1:], strict=False):
        if year <= after:
            part = max(year - before, 0.0) / (after - before)
            return level + part * (next_level - level)
    return 1.0


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
        for name in ("population", "urban_share", "income", "price", "trust", "regulation", "governance"):
            setattr(self, name, float(getattr(state, name)[row]))
        for name in ("momentum", "use", "use_rural", "use_urban"):
            setattr(self, name, float(getattr(state, name)[row]))
        self.addressable = [float(state.addressable_urban[row]), float(state.addressable_rural[row])]
        self.log_odds, self.increment = float(state.reference_log_odds[row]), 0.0
        self.passed, self.held, self.residual = [0.0, 0.0], [0.0, 0.0], 0.0
        self.index, self.gap, self.shift, self.seen_use = [0.0, 0.0], [0.0, 0.0], [0.0, 0.0], [0.0, 0.0]
        self.bound, self.index_known = [1.0, 1.0], False
        paths = reference.access
        for name in ("coverage", "bound", "electricity_urban", "electricity_rural", "skills", "price_index"):
            setattr(self, f"{name}_path", getattr(paths, name)[:, row].tolist())
        self.first_trust = float(reference.countries["digital_trust"].iat[row])
        self.reach = first.now.reach[row].tolist()
        self.binding_kind = KIND_OF_BARRIER[int(first.now.binding_barrier[row])]
        for name in ("income_group", "log_income_sd", "conflict_exposure", "governance_score", "expenditure"):
            setattr(self, name, getattr(facts, name)[row].item())
        for name in ("data_price", "income_gap", "skills_gap", "product", "region_row"):
            setattr(self, name, getattr(facts, name)[row].item())
        self.noise_level = first.facts.drawn.noise_level[row].item()
        self.growth, self.beyond = f["barriers.growth_spread"] * model.random.gauss(0.0, 1.0), 0.0
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
        self.retained, self.served, self.offline = [0.0, 0.0], [0.0, 0.0], [0.0, 0.0]
        self.covered, self.cover, self.single = [0.0, 0.0], [0.0, 0.0], [1.0, 1.0]
        self.bases = [self.use_urban, self.use_rural]

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
            self.beyond = self.growth * max(model.year - model.start_year, 0)
            growth = self.incomes[row] / self.income_at_facts * math.exp(self.beyond)
            growth *= self.populations[row] / self.population_at_facts
            self.recurrent_cap = model.facts["government.recurrent_room"] * self.expenditure * growth / 4.0
        self.recurrent_asked = 0.0

    def share_room(self) -> None:
        """Give all initiatives the same part of what they ask where it is more than the room."""
        self.recurrent_part = min(1.0, self.recurrent_cap / max(self.recurrent_asked, 1e-9))

    def move_access(self) -> None:
        """Move people and barriers by a year, and the index of both places."""
        model, f, row = self.model, self.model.facts, self.model.year - FIRST_TABLE_YEAR
        self.population, self.income, self.urban_share = (
            self.populations[row],
            self.incomes[row] * math.exp(self.beyond),
            self.urban_shares[row],
        )
        self.price = self._data_price(model.year)
        if model.year > FACTS_YEAR:
            self.trust += f["barriers.trust_growth"] * (1.0 - self.trust)
        bound = split(self.bound_path[row], self.urban_share, math.exp(f["barriers.coverage_odds"]))
        self.bound = [share + cover * (1.0 - share) for share, cover in zip(bound, self.cover, strict=True)]
        own, there = self._passing(self.trust, self._dearness()), self._passing(self.trust, 1.0)
        fresh = model.year <= min(self.observed_until, model.start_year) or not self.index_known
        for group, use in enumerate((self.use_urban, self.use_rural)):
            reference = self._index(there[group])
            if fresh:
                self.shift[group] = max(0.0, logit(bounded(use)) + f["barriers.headroom"] - logit(reference))
                self.seen_use[group] = use
            here = self._shifted(self._index(own[group]), group)
            gap = here - self._shifted(reference, group)
            before = here if not self.index_known else self.index[group]
            if model.year >= model.start_year:
                share, change = f["adoption.fall_held_back"], gap - self.gap[group]
                fall = max(min(before - here, -change), 0.0)
                self.held[group] = max(self.held[group] + share * fall - share * max(change, 0.0), 0.0)
            self.index[group], self.gap[group] = here, gap
            self.addressable[group] = expit(here)
            overlap, shares = f["barriers.overlap"], own[group]
            without = [overlapping(shares[1:], overlap)]
            without += [shares[0] * overlapping(shares[1:b] + shares[b + 1 :], overlap) for b in range(1, 6)]
            self.reach[group] = [without[barrier] for barrier in BARRIER_OF_KIND]
        self.index_known = True
        self.binding_kind = KIND_OF_BARRIER[own[1].index(min(own[1]))]

    def _dearness(self) -> float:
        """Return the price of an entry phone over its path."""
        dear = 2026 <= self.model.year <= 2028 and self.model.year >= self.model.start_year
        return 1.0 + self.model.facts["barriers.handset_shock"] if dear else 1.0

    def _data_price(self, year: int) -> float:
        """Return the price of data, share of monthly income."""
        if year <= FACTS_YEAR:
            return float(self.data_price * self.price_index_path[year - FIRST_TABLE_YEAR])
        return float(self.data_price * math.exp(-self.model.facts["barriers.price_fall"] * (year - FACTS_YEAR)))

    def _passing(self, trust: float, dearness: float) -> list[list[float]]:
        """Return who passes each barrier, in towns and in the countryside."""
        f, w, row = self.model.facts, self.urban_share, self.model.year - FIRST_TABLE_YEAR
        coverage = split(self.coverage_path[row], w, math.exp(f["barriers.coverage_odds"]))
        coverage = [share + cover * (1.0 - share) for share, cover in zip(coverage, self.cover, strict=True)]
        self.coverage = coverage
        skills = split(self.skills_path[row], w, math.exp(self.skills_gap))
        power = (self.electricity_urban_path[row], self.electricity_rural_path[row])
        price = self.price * math.exp(-self.beyond)
        month = self.product / self.population_at_facts * self.income / self.income_at_facts / 12.0
        phone = f["barriers.phone_price"] * phone_price(self.model.year) * dearness / month
        gap, gate = f["barriers.income_gap"] * self.income_gap, f["barriers.electricity_gate"]
        floor = f["barriers.trust_floor"]
        spread = math.sqrt(max(self.log_income_sd**2 - w * (1.0 - w) * gap**2, 0.3**2))
        rural = 1.0 / (w * math.exp(gap) + 1.0 - w)
        found = []
        for group, income in enumerate((rural * math.exp(gap), rural)):
            device = affordable(f["barriers.device_income"], phone / income, spread)
            data = affordable(f["barriers.affordable_share"], price / income, spread)
            charged = gate + (1.0 - gate) * power[group]
            skilled = max(skills[group], LEAST_PASSING)
            found.append([coverage[group], device, data, charged, skilled, floor + (1.0 - floor) * trust])
        return found

    def _index(self, shares: list[float]) -> float:
        """Return the addressable index of a place."""
        passing = shares[0] * overlapping(shares[1:], self.model.facts["barriers.overlap"])
        return LEAST_INDEX + (MOST_INDEX - LEAST_INDEX) * passing

    def _shifted(self, index: float, group: int) -> float:
        """Return the log odds of an index after its shift."""
        return logit(index) + self.shift[group]

    def set_reference(self) -> None:
        """Fix the year's step of the nation's path: the fitted past while observed, the law afterwards."""
        model, law, x0, f = self.model, self.model.law, self.log_odds, self.model.facts
        anchor = model.mean_log_odds + law["income_slope"] * (math.log(self.income) - model.mean_log_income)
        expected = law["drift"] - f["adoption.saturation"] * x0 + law["anchor_rate"] * (anchor - x0) + self.momentum
        use, w = expit(x0), self.urban_share
        index = w * self.addressable[0] + (1.0 - w) * self.addressable[1]
        held = f["adoption.brake_of_use"] * use + f["adoption.brake_of_barriers"] * (min(use / index, 1.0) - use)
        if expected > 0.0:
            expected *= max(0.0, 1.0 - held)
        luck = student_t4(model.random.random())
        inside = min(max(use, 0.005), 0.995)
        scale = math.exp(self.noise_level) * inside ** law["noise_low"] * (1.0 - inside) ** law["noise_high"]
        usual = scale * min(max(luck, -3.0), 3.0)
        if self.observed_until > model.year and model.year < model.start_year:
            self.increment = self.use_path[model.table_row + 1] - x0
            surprise = self.increment - expected
            beyond = max(abs(surprise) / scale, 3.0)
            believed = min(max(surprise, -0.5), 0.5) * (3.0 / beyond) ** 2
        else:
            shared = model.common_deviation + model.region_deviation[self.region_row]
            self.increment = min(max(x0 + expected + shared + usual, logit(0.005)), logit(0.995)) - x0
            believed = min(max(usual, -0.5), 0.5)
        self.momentum = law["momentum_persistence"] * self.momentum + law["momentum_gain"] * believed
        spread = f["adoption.place_odds_spread"] * math.sqrt(1.0 - 0.9**2)
        self.residual = 0.9 * self.residual + spread * model.random.gauss(0.0, 1.0)

    def adopt(self) -> None:
        """Step use: the nation's path split between places, levers and initiatives, bounded by coverage alone."""
        model, f = self.model, self.model.facts
        self.log_odds += self.increment * 0.25
        free = model.year >= model.start_year
        law = f["adoption.place_odds"] - f["adoption.place_odds_slope"] * self.log_odds
        law = max(f["adoption.place_odds_floor"], law)
        w = self.urban_share
        self.bases = bases = split(expit(self.log_odds), w, math.exp(law + self.residual))
        row, part = model.year - FIRST_TABLE_YEAR, model.quarter % 4 / 4.0
        decay = (1.0 - f["adoption.users_decay"]) ** 0.25
        uses = []
        for group, base in enumerate(bases):
            if free:
                target = f["adoption.pass_through"] * (self.gap[group] + self.held[group])
                self.passed[group] += (1.0 - (1.0 - f["adoption.pass_through_pace"]) ** 0.25) * (
                    target - self.passed[group]
                )
            self.retained[group] *= decay
            people = max(self.population * ((1.0 - w) if group else w), 1.0)
            ratio = max(self.served[group] / people, 1e-12)
            self.single[group] = (1.0 - math.exp(-ratio)) / ratio
            users = self.offline[group] * self.single[group] + self.retained[group]
            effective = min((1.0 + f["serving.network_effects"]) * users, people)
            stored = self.stored_service[row][group] * (1.0 - part) + self.stored_service[row + 1][group] * part
            added = (effective - stored) / people
            lever = expit(logit(min(max(base, 1e-6), 1.0 - 1e-6)) + self.passed[group]) - base
            most = max(self.bound[group], self.seen_use[group]) if free else 1.0
            uses.append(min(max(min(base + lever + added, most), 0.0), 1.0))
            uncovered = max(people * (1.0 - self.coverage[group]), 1.0)
            self.cover[group] = 1.0 - math.exp(-self.covered[group] / uncovered)
            self.served[group] = self.offline[group] = self.covered[group] = 0.0
        self.use_urban, self.use_rural = uses
        self.use = w * uses[0] + (1.0 - w) * uses[1]


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
        loss = model.facts["disbursement.volatility_loss"] * float(facts.relative_volatility[row])
        self.volatility_loss = [min(loss * part, 0.4) for part in model.traits["volatility_transmission"]]
        self.exchange_loss = model.facts["disbursement.exchange_loss"] * float(facts.exchange_volatility[row])
        self.median_size = constant_dollars(1e6, "USD", 2019) * model.facts["founding.median_size"]
        self.deviation, self.budget, self.due, self.scale = 0.0, 0.0, 0.0, 1.0
        self.cash = self.owed = self.promised = self.outlay = self.fresh = self.year_old = 0
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
        model = self.model
        cut_factor = self.left_by_cuts(model.year) * self._replenished()
        self.deviation = self.persistence * self.deviation + self.volatility * model.random.gauss(0.0, 1.0)
        variance = self.volatility**2 / (1.0 - self.persistence**2)
        since = model.year - BASE_YEAR
        rate = model.facts["budgets.growth_past" if since < 0 else "budgets.growth_future"]
        lever = model.strategy.funding
        yearly = self.ict_budget * math.exp(rate * since + self.deviation - variance / 2.0) * cut_factor * lever
        self.budget = yearly / 4.0

    def _replenished(self) -> float:
        """Return what cuts of the DAC's treasuries leave of a multilateral budget, some years later."""
        model = self.model
        if self.type != "multilateral" or self.code in ("ISDB", "AIIB", "OPECF", "BADEA", "CAFB"):
            return 1.0
        lag = 0.0 if self.code == "EUI" else model.facts["shocks.replenishment_years"]
        late = math.ceil(lag)
        part, members = late - lag, [donor for donor in model.donors if donor.type == "dac"]
        left = []
        for year in (model.year - late, model.year - max(late - 1, 0)):
            kept = sum(donor.aid * donor.left_by_cuts(year, of_all=False) for donor in members)
            left.append(kept / sum(donor.aid for donor in members))
        return float(1.0 - model.facts["shocks.replenished"] * (1.0 - (1.0 - part) * left[0] - part * left[1]))

    def left_by_cuts(self, year: int, of_all: bool = True) -> float:
        """Return what the scenario's cuts leave of the budget in a year, with those of all donors or without."""
        factor = 1.0
        for cut in self.model.settings.cuts:
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
