"""Disbursement: instalments reach initiatives, less what is lost on the way."""

from __future__ import annotations

import numpy as np

from ..ledger import Pot
from ..parameters import Parameter, declare, uniform
from ..units import CENTS_PER_DOLLAR, FloatArray, IntArray, cents, scale_cents
from ..world import FUNDED, INDEPENDENT, World
from .founding import CAPITAL_SHARE
from .parity import dearness

LOSSES = ("transaction", "fund_fee", "volatility_loss", "exchange_loss")
PLAN = ("monitoring", "capacity", "capital")

declare(
    "disbursement",
    Parameter("predictability", 0.85, "ratio", "Disbursed in the year over what was planned",
              "GPEDC: in-year predictability 0.83-0.87", "published", uniform(0.8, 0.9), 0.5, 1.0),
    Parameter("transaction_base", 0.05, "share", "Transaction cost with a single donor in the country",
              "Killen and Rogerson; Anderson 2012: 5-15% of aid; form judged", "judged", uniform(0.03, 0.07), 0.0, 0.5),
    Parameter("transaction_fragmentation", 0.10, "share", "Added transaction cost where aid is fully fragmented",
              "Killen and Rogerson; Anderson 2012: 5-15% of aid; form judged", "judged", uniform(0.05, 0.15), 0.0, 0.5),
    Parameter("volatility_loss", 0.16, "share", "Deadweight loss at the mean volatility of donors",
              "Kharas 2008: 15-20% of the value of aid", "published", uniform(0.07, 0.20), 0.0, 0.5),
    Parameter("exchange_loss", 0.10, "ratio", "Loss in exchange over the yearly volatility of the donor's currency",
              "judgement: spread and hedging cost", "judged", uniform(0.05, 0.2), 0.0, 1.0),
)  # fmt: skip


def disbursement(world: World) -> None:
    """Pay the instalments due, as far as budgets go; book the losses on the way; spend what isn't running cost."""
    initiatives, donors = world.initiatives, world.donors
    purse, ledger = Pot("donor", donors.cash), world.ledger
    ledger.receive("donor", purse, cents(donors.budget))
    rows = np.flatnonzero((initiatives.phase < INDEPENDENT) & (initiatives.age >= 0))
    lead = initiatives.donor[rows]
    due = _due(world, rows)
    owed = np.bincount(lead, weights=due, minlength=donors.count)
    donors.due[:] = owed / CENTS_PER_DOLLAR
    waiting = np.flatnonzero(initiatives.age < 0)
    donors.due += (
        np.bincount(initiatives.donor[waiting], weights=initiatives.instalment[waiting], minlength=donors.count)
        / CENTS_PER_DOLLAR
    )
    scale = np.minimum(1.0, donors.cash / np.maximum(owed, 1.0))
    luck = world.streams.uniform("disbursement", world.quarter, initiatives.key[rows])
    ratio = 1.0 - 2.0 * (1.0 - world.values["disbursement.predictability"]) * luck
    granted = scale_cents(due, scale[lead])
    paid = scale_cents(granted, ratio)
    initiatives.arrears[rows] = granted - paid
    _pay(world, rows, paid)
    ledger.spend("lapsed", purse, donors.cash.copy())


def _due(world: World, rows: IntArray) -> IntArray:
    """Return what donors owe to each row: the instalment in the funded years, a share of running cost afterwards."""
    initiatives = world.initiatives
    support = initiatives.donor_share[rows] * initiatives.operating_cost[rows]
    support *= 1.0 + world.traits.capacity_spending[initiatives.exit[rows]]
    funded = initiatives.phase[rows] == FUNDED
    return np.where(funded, initiatives.instalment[rows], cents(support)) + initiatives.arrears[rows]


def _pay(world: World, rows: IntArray, paid: IntArray) -> None:
    """Split each payment into losses, fees and what arrives; draw in matching and private money; spend by plan."""
    initiatives, donors, traits, ledger = world.initiatives, world.donors, world.traits, world.ledger
    lead, country, mechanism = initiatives.donor[rows], initiatives.country[rows], initiatives.mechanism[rows]
    purse, till = Pot("donor", donors.cash), Pot("initiative", initiatives.cash)
    given = np.bincount(lead, weights=paid, minlength=donors.count).astype(np.int64)
    ledger.move(purse, given, till, paid, rows)
    initiatives.outlay[rows] += paid
    donors.outlay += given / CENTS_PER_DOLLAR
    world.dyads.paid += np.bincount(
        lead * world.dyads.paid.shape[1] + world.scratch["recipient_column"][country],
        weights=paid, minlength=world.dyads.paid.size,
    ).reshape(world.dyads.paid.shape)  # fmt: skip
    losses = scale_cents(paid, _losses(world, lead, country, mechanism))
    left = paid - ledger.spend_plan(till, LOSSES, losses, mechanism, rows)
    income = world.scratch["income_group"][country]
    private = np.zeros_like(left)
    if traits.private_leverage[world.scratch["mechanism_mix"] > 0.0].any():
        private = np.floor(left * traits.private_leverage[mechanism, income]).astype(np.int64)
        ledger.receive("private", till, private, mechanism, rows)
    matched = _match(world, country, left * traits.government_match[mechanism, income])
    ledger.receive("government", till, matched, mechanism, rows)
    _spend(world, rows, left + private + matched)


def _losses(world: World, lead: IntArray, country: IntArray, mechanism: IntArray) -> FloatArray:
    """Return the shares of a payment that are lost on the way, one row a use of LOSSES. Shape (4, n)."""
    values, traits, scratch = world.values, world.traits, world.scratch
    fragmented = values["disbursement.transaction_fragmentation"] * (1.0 - world.countries.fragmentation)
    volatility = values["disbursement.volatility_loss"] * scratch["relative_volatility"]
    shares = np.empty((len(LOSSES), lead.size))
    shares[0] = values["disbursement.transaction_base"]
    shares[0] += fragmented[country] * (1.0 - traits.shares_reporting)[mechanism]
    shares[1] = traits.fee[mechanism]
    shares[2] = np.minimum(volatility[lead] * traits.volatility_transmission[mechanism], 0.4)
    shares[3] = (values["disbursement.exchange_loss"] * scratch["exchange_volatility"])[lead]
    whole = shares.sum(axis=0)
    if shares.size and whole.max() > 1.0:  # no more than all of it is lost, whatever a user sets
        shares /= np.maximum(whole, 1.0)
    return shares


def _match(world: World, country: IntArray, wanted: FloatArray) -> IntArray:
    """Return the treasuries' matching cents: what is wanted, scaled down to their recurrent room."""
    countries = world.countries
    asked = np.bincount(country, weights=wanted, minlength=countries.count) / CENTS_PER_DOLLAR
    room = np.maximum(countries.recurrent_cap - countries.recurrent_asked, 0.0)
    scale = np.minimum(1.0, room / np.maximum(asked, 1e-9))
    return np.floor(wanted * scale[country]).astype(np.int64)


def _spend(world: World, rows: IntArray, arrived: IntArray) -> None:
    """Spend what arrived on monitoring, capacity and capital by plan; the rest stays for running costs."""
    initiatives, ledger = world.initiatives, world.ledger
    till, mechanism = Pot("initiative", initiatives.cash), initiatives.mechanism[rows]
    kind, funded = initiatives.kind[rows], initiatives.phase[rows] == FUNDED
    capacity = world.scratch["capacity_share"]
    later = world.traits.capacity_spending[initiatives.exit[rows]]
    share = np.where(funded, capacity, later / (1.0 + later))
    shares = np.empty((len(PLAN), rows.size))
    shares[0], shares[1], shares[2] = world.scratch["monitoring_share"], share, CAPITAL_SHARE[kind] * funded
    plan = scale_cents(arrived, shares)
    ledger.spend_plan(till, PLAN, plan, mechanism, rows)
    dollars = plan[2] / CENTS_PER_DOLLAR
    initiatives.capital[rows] += dollars
    reached = dollars / (world.scratch["unit_cost"][kind, initiatives.group[rows]] * dearness(world, rows))
    initiatives.people[rows] += reached
    world.tally["people_reached"] = world.tally.get("people_reached", 0.0) + float(reached.sum())
    world.tally["built"] = world.tally.get("built", 0.0) + float(dollars.sum())
