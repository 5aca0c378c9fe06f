"""How the yardstick's initiatives close and live again, in scalar Python. See `yardstick.py`."""

from __future__ import annotations

import math
from typing import Any

from yardstick_places import LEAVES
from yardstick_running import CENTS, CLOSED, INDEPENDENT, NETWORKS, Running

from afteraid.simulation.state.kinds import KINDS

BY_LINE = 4  # quarters after the end of a public contract in which insolvency is called its end
TERMS = ("linkages", "fragility", "shock", "chance")  # of the hazard of other causes that are causes


class Closing(Running):
    """What closes an initiative: arrears, other causes and the market; and its second life."""

    donor: Any

    def _begin_closing(self) -> None:
        """Draw the fate and the frailty of a new initiative."""
        luck = self.model.random
        self.fate, self.frailty = -math.log1p(-luck.random()), luck.gauss(0.0, 1.0) * self.model.frailty_own
        self.hazard, self.second_life, self.starts = 0.0, False, 0

    def settle(self) -> None:
        """Take what the treasury can carry; close for arrears, or when the cumulative hazard passes the fate."""
        model, country = self.model, self.country
        self.government_share = self.asked * country.recurrent_part * model.execution
        if self.age <= 0:
            return
        risk = model.background - model.slope_people * (self.people_alone - model.mean_people)
        risk -= model.slope_linkages * (self.linkages - model.mean_linkages)
        other = math.exp(risk + self.frailty + country.risk)
        taken = model.takeover * self.market_reached if self.kind in NETWORKS else 0.0
        self.hazard += (other + taken) * 0.25
        if self.owing and self._gives_up():
            ended = self.line_lapsed and self.contract and 0 <= model.quarter - self.line_ends <= BY_LINE
            self._close("contract" if ended else "insolvency")
        elif self.hazard >= self.fate:
            by_market = model.random.random() * (other + taken) < taken
            self._close("market" if by_market else self._cause())

    def _gives_up(self) -> bool:
        """Say whether the operator tolerates no more arrears."""
        need = round(self.operating_cost * CENTS)
        owed = self.owing / (need * 4) if need else 0.0
        most = self.model.facts["cash.no_credit"] if self.contract else self.tolerance * (0.5 + self.motivation)
        return owed > 0.0 and owed >= most

    def _close(self, cause: str) -> None:
        """Write off the cash, leave some users behind, and go."""
        model, country, group = self.model, self.country, self.group
        model.ledger_out["write_off"][self.mechanism] += self.cash
        leaves = KINDS[self.kind].leaves
        if leaves in LEAVES:
            passing = self.service * self.people * country.reach[group][self.kind]
            left = passing * self._offline_now() * country.single[group]
            country.retained[group][LEAVES.index(leaves)] += left
        entry = (self.founded, self.ended, model.quarter, cause, self.capital, self.outlay, self.exit)
        model.closed.append(entry)
        self.phase = CLOSED
        self.remove()
        if self.kind in NETWORKS and not self.second_life:
            wait = math.ceil(-math.log1p(-model.random.random()) / max(model.facts["revival.rate"], 1e-12))
            if wait <= model.facts["revival.longest_years"]:
                self.starts, self.stopped_in = model.year + wait, model.quarter
                model.stopped.append(self)

    def terms(self) -> tuple[float, ...]:
        """Return the terms of the log hazard of other causes, in the order of TERMS."""
        linkages = -self.model.slope_linkages * (self.linkages - self.model.mean_linkages)
        return linkages, self.country.risk_fragile, self.country.risk_conflict, self.frailty + self.country.frailty

    def _cause(self) -> str:
        """Name the factor or term whose reset to its kind's median would cut the hazard most."""
        model, capacity, motivation = self.model, self.capacity, self.motivation
        middle, now = model.medians[self.kind], self.people_alone
        gains = {
            "capacity": model.slope_people * (model.combine(1.0, middle[0], motivation) - now),
            "motivation": model.slope_people * (model.combine(1.0, capacity, middle[1]) - now),
        }
        gains |= {name: term - usual for name, term, usual in zip(TERMS, self.terms(), middle[2:], strict=True)}
        return max(gains, key=gains.__getitem__)

    def _offline_now(self) -> float:
        """Return the part of those served who would be offline otherwise."""
        picked, offline = self.model.facts["serving.picked"], 1.0 - self.country.bases[self.group]
        if self.kind in NETWORKS:
            picked *= self.country.found[self.group]
        return picked * min(offline / max(self.offline, 1e-9), 1.0) + (1.0 - picked) * offline

    def try_restart(self, asked: dict[Any, int]) -> None:
        """Live again if somebody pays: the treasury within its room, else neighbours, else the donor.

        `asked` holds the cents that treasuries and donors were asked for in this quarter.
        """
        model, country, donor = self.model, self.country, self.donor
        cost = round(model.facts["revival.cost_years"] * 4.0 * self.operating_cost * CENTS)
        asked[country], by_donor = asked.get(country, 0) + cost, 0
        if asked[country] <= max(country.treasury_room - country.recurrent_asked, 0.0) * CENTS:
            model.from_government[self.mechanism] += cost
        elif self.participation >= model.facts["revival.takes_part"]:
            model.from_users[self.mechanism] += cost
        else:
            if donor.budget <= 0.0:
                return
            asked[donor] = asked.get(donor, 0) + cost
            if asked[donor] > donor.cash:
                return
            donor.cash -= cost
            donor.outlay += cost
            donor.paid[country.column] += cost
            by_donor = cost
        self._restart(cost, by_donor)

    def _restart(self, cash: int, by_donor: int) -> None:
        """Begin a second life, which belongs to no cohort, with cash in the till, of which a donor paid some."""
        self.second_life, self.phase, self.founded, self.ended = True, INDEPENDENT, -1, -1
        self.cash, self.outlay, self.owing, self.arrears, self.unpaid = cash, by_donor, 0, 0, 0
        self.hazard, self.fate = 0.0, -math.log1p(-self.model.random.random())
        self.donor_share = self.paid_share = self.government_share = self.asked = 0.0
        self.donors_money = self.local_money = self.other_money = self.training = 0
        self.line_lapsed, self.line_ends = False, 0
        self.vintage += float(self.model.quarter - self.stopped_in)  # equipment ages while nobody uses it
        self.model.register_agent(self)
