"""The yardstick's places: who passes which barrier, and who uses the internet, in scalar Python. See `yardstick.py`."""

from __future__ import annotations

import math
from typing import Any

import mesa

from afteraid.simulation.state.kinds import BARRIERS, KINDS

FACTS_YEAR = 2024
FIRST_TABLE_YEAR = 2000
BARRIER_OF_KIND = [BARRIERS.index(kind.removes) for kind in KINDS]
KIND_OF_BARRIER = [next(row for row, kind in enumerate(KINDS) if name in kind.answers) for name in BARRIERS]
PHONE_PRICES = ((2008.0, 3.0), (2016.0, 1.2), (2020.0, 1.0))
LEAST_PASSING, LEAST_INDEX, MOST_INDEX = 0.005, 0.004, 0.998
LEAVES = ("devices", "skills")
MOST_HELD = 0.9  # of the users of a place, those who can be there by initiatives


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


class Place(mesa.Agent):
    """Barriers and use of one economy, in towns and in the countryside."""

    def __init__(self, model: Any, first: Any, row: int) -> None:
        """Copy facts and the first state of this place."""
        super().__init__(model)
        state, facts, reference, f = first.countries, first.facts.countries, first.reference, model.facts
        self.row = row
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
        self.reach = first.now.reach[row].tolist()
        self.binding_kind = KIND_OF_BARRIER[int(first.now.binding_barrier[row])]
        for name in ("income_group", "log_income_sd", "governance_score", "region_row"):
            setattr(self, name, getattr(facts, name)[row].item())
        for name in ("data_price", "income_gap", "skills_gap", "product"):
            setattr(self, name, getattr(facts, name)[row].item())
        self.noise_level = first.facts.drawn.noise_level[row].item()
        self.growth, self.beyond = f["barriers.growth_spread"] * model.random.gauss(0.0, 1.0), 0.0
        self.income_at_facts, self.use_at_facts = float(facts.income[row]), float(facts.use[row])
        self.population_at_facts = float(facts.population[row])
        self.populations, self.incomes = reference.population[:, row].tolist(), reference.income[:, row].tolist()
        self.urban_shares, self.use_path = reference.urban_share[:, row].tolist(), reference.use_path[:, row].tolist()
        stored = reference.reference_service
        self.holds_observed = stored is not None
        self.stored_service = [[0.0, 0.0]] * len(self.incomes) if stored is None else stored[:, row].tolist()
        self.own_service = [0.0, 0.0]
        self.observed_until = int(reference.observed_until[row])
        self.retained = [[0.0] * len(LEAVES), [0.0] * len(LEAVES)]
        self.served, self.offline = [0.0, 0.0], [0.0, 0.0]
        self.covered, self.cover, self.single = [0.0, 0.0], [0.0, 0.0], [1.0, 1.0]
        self.found = [1.0, 1.0]
        self.bases = [self.use_urban, self.use_rural]
        self.grown, self.basket = 1.0, 0.0

    def begin_year(self) -> None:
        """Grow the nation's product, by which people can pay."""
        row = self.model.year - FIRST_TABLE_YEAR
        self.beyond = self.growth * max(self.model.year - self.model.start_year, 0)
        self.grown = self.incomes[row] / self.income_at_facts * math.exp(self.beyond)
        self.grown *= self.populations[row] / self.population_at_facts
        self._price_basket()

    def _price_basket(self) -> None:
        """Set the market's price of a basket for a quarter, cents a person."""
        self.basket = self.price * self.product * self.grown / max(self.population, 1.0) * 0.25 * 100

    def move_access(self) -> None:
        """Move people and barriers by a year, and the index of both places."""
        model, f, row = self.model, self.model.facts, self.model.year - FIRST_TABLE_YEAR
        self.population, self.income, self.urban_share = (
            self.populations[row],
            self.incomes[row] * math.exp(self.beyond),
            self.urban_shares[row],
        )
        self.price = self._data_price(model.year)
        self._price_basket()
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
        self.coverage = coverage  # without the networks of initiatives
        coverage = [share + cover * (1.0 - share) for share, cover in zip(coverage, self.cover, strict=True)]
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
        model, f, w = self.model, self.model.facts, self.urban_share
        self.log_odds += self.increment * 0.25
        law = f["adoption.place_odds"] - f["adoption.place_odds_slope"] * self.log_odds
        law = max(f["adoption.place_odds_floor"], law)
        before, self.bases = self.bases, split(expit(self.log_odds), w, math.exp(law + self.residual))
        uses = []
        for group, base in enumerate(self.bases):
            if model.free:
                target = f["adoption.pass_through"] * (self.gap[group] + self.held[group])
                pace = 1.0 - (1.0 - f["adoption.pass_through_pace"]) ** 0.25
                self.passed[group] += pace * (target - self.passed[group])
            people = max(self.population * ((1.0 - w) if group else w), 1.0)
            added = self._added(group, base, people, self._left(group, base, before[group]))
            lever = expit(logit(min(max(base, 1e-6), 1.0 - 1e-6)) + self.passed[group]) - base
            most = max(self.bound[group], self.seen_use[group]) if model.free else 1.0
            uses.append(min(max(min(base + lever + added, most), 0.0), 1.0))
            uncovered = max(people * (1.0 - self.coverage[group]), 1.0)
            picks = max(self.covered[group] / uncovered, 1e-12)
            self.cover[group] = 1.0 - math.exp(-picks)
            self.found[group] = self.cover[group] / picks  # read in the next quarter
            self.served[group] = self.offline[group] = self.covered[group] = 0.0
        self.use_urban, self.use_rural = uses
        self.use = w * uses[0] + (1.0 - w) * uses[1]

    def _left(self, group: int, base: float, before: float) -> float:
        """Let users whom closed initiatives left behind go; return how many remain."""
        offline = min((1.0 - base) / max(1.0 - before, 1e-9), 1.0)
        for place, name in enumerate(LEAVES):
            self.retained[group][place] *= offline * self.model.facts[f"serving.{name}_kept"] ** 0.25
        return sum(self.retained[group])

    def _added(self, group: int, base: float, people: float, left: float) -> float:
        """Return the share of people whom initiatives add beyond those on the stored reference path."""
        model = self.model
        ratio = max(self.served[group] / people, 1e-12)
        self.single[group] = (1.0 - math.exp(-ratio)) / ratio
        users = self.offline[group] * self.single[group] + left
        effective = min((1.0 + model.facts["serving.network_effects"]) * users, people)
        row, part = model.year - FIRST_TABLE_YEAR, model.quarter % 4 / 4.0
        stored = self.stored_service[row][group] * (1.0 - part) + self.stored_service[row + 1][group] * part
        stored = max(stored + self.own_service[group], 0.0)
        if self.holds_observed and model.quarter + 1 == 4 * (model.start_year - model.first_year):
            self.own_service[group], stored = effective - stored, effective
        return (effective - stored) / people * min(MOST_HELD * base * people / max(stored, 1e-9), 1.0)
