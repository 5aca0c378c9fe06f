"""Who funds what through what: payers, financing mechanisms and uses of money, as flows that add up to the ledger."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from afteraid.simulation.basis.units import CENTS_PER_DOLLAR, FloatArray
from afteraid.simulation.mechanisms import MECHANISMS
from afteraid.simulation.recording.flows import FROM, KEPT, SAVED, TO
from afteraid.simulation.results.charts import Chart
from afteraid.simulation.results.svg.sankey import REST
from afteraid.simulation.results.words.names import label
from afteraid.simulation.results.words.numbers import level
from afteraid.simulation.results.words.templates import Templates

PAYERS = {  # name -> rows of FROM; whom the picture names
    "Donors": ("donor",),
    "Users": ("users",),
    "Treasuries": ("government", "programmes", "debt_relief"),
    "Levies": ("levy", "solidarity"),
    "Others and savings": ("private", "diaspora", "endowment_return", SAVED),
}
LOOKS = {"Donors": "f1", "Users": "f2", "Treasuries": "f3"}  # one thing has one colour in all drawings
USED = {  # name -> rows of TO
    "Running cost": ("operations",),
    "Equipment": ("capital",),
    "Skills and policy": ("capacity", "monitoring", "security", "policy_support", "programmes", "knowledge"),
    "Transaction cost": ("transaction", "fund_fee", "verification", "guarantee_calls"),
    "Lost": ("volatility_loss", "exchange_loss", "cyber_loss", "write_off"),
    "Kept or returned": ("returned", "lapsed", KEPT),
}
MOST = 4  # mechanisms that are named; the others are one
OTHERS, NONE = "Other mechanisms", "No mechanism"
COLUMNS, UNIT = "Who pays | Mechanism | Use", "Billion US dollars (constant 2023)"
LEAST_CHANGE = 0.005  # of a payer's share: smaller changes are not said (judged)
SAY = Templates(
    "funding",
    title="Of {whole} in {years}, donors pay {donors}, users {users} and treasuries {treasuries}.",
    changed="{payer}: {after} of the money, against {before} in the base.",
    same="These levers change no payer's share by half a percentage point.",
    how="Donors, users, treasuries and funds pay into initiatives, which each have a mechanism. No mechanism has: what "
    "funds and donors keep, what lapses, and programmes of policy.",
)


def links(to: FloatArray, out: FloatArray) -> pd.DataFrame:
    """Lay out flows in groups that a picture can name: stage (1, 2), source, target, amount_usd and look.

    Args:
        to: cents to each mechanism, (FROM, M + 1), as `flows_between` returns them; a mean of runs is one too.
        out: cents from each, (TO, M + 1).

    Returns:
        Stage 1 is from payers to mechanisms and stage 2 from these to uses. Each stage adds up to the whole.
    """
    named = _named(to)
    rows = []
    for payer, names in PAYERS.items():
        amounts = to[[FROM.index(name) for name in names]].sum(axis=0)
        look = LOOKS.get(payer, REST)
        rows += [(1, payer, name, float(amounts[columns].sum()), look) for name, columns in named.items()]
    for name, columns in named.items():
        for use, names in USED.items():
            amounts = out[[TO.index(one) for one in names]].sum(axis=0)
            rows.append((2, name, use, float(amounts[columns].sum()), REST))
    table = pd.DataFrame(rows, columns=["stage", "source", "target", "amount_usd", "look"])
    return table.assign(amount_usd=table["amount_usd"] / CENTS_PER_DOLLAR)


def _named(to: FloatArray) -> dict[str, list[int]]:
    """Return the mechanisms that are named, the largest first, the others and none, with their columns."""
    sums, names = to.sum(axis=0), list(MECHANISMS)
    order = [int(place) for place in np.argsort(-sums[:-1], kind="stable")]
    found = {label(names[place]): [place] for place in order[:MOST] if sums[place] > 0}
    rest = [place for place in order if place not in [one for (one,) in found.values()]]
    if sums[rest].sum() > 0:
        found[OTHERS] = rest
    return found | {NONE: [len(names)]}


def funding(
    to: FloatArray, out: FloatArray, years: str, before: tuple[FloatArray, FloatArray] | None = None
) -> Chart:  # fmt: skip
    """Show who funds what through what, and how that differs from another world.

    Args:
        to: cents to each mechanism, (FROM, M + 1).
        out: cents from each, (TO, M + 1).
        years: in words.
        before: the same of the other world; its mechanisms are grouped in the same way.
    """
    table = links(to, out)
    if before is not None:
        table = table.assign(before=_alike(table, to, *before))
    flowing = table["amount_usd"] != 0.0
    if before is not None:
        flowing |= table["before"] != 0.0
    return Chart("funding", _title(table, years), COLUMNS, UNIT, table[flowing], SAY("how"), kind="sankey")


def _alike(table: pd.DataFrame, to: FloatArray, before_to: FloatArray, before_out: FloatArray) -> FloatArray:
    """Return the amounts of another world in the rows of a table."""
    named = _named(to)
    amounts = []
    for stage, source, target in zip(table["stage"], table["source"], table["target"], strict=True):
        flows, rows, columns = (
            (before_to, [FROM.index(name) for name in PAYERS[source]], named[target])
            if stage == 1
            else (before_out, [TO.index(name) for name in USED[target]], named[source])
        )
        amounts.append(float(flows[rows][:, columns].sum()) / CENTS_PER_DOLLAR)
    return np.array(amounts)


def _title(table: pd.DataFrame, years: str) -> str:
    """Say who pays, or whose share changes most."""
    first = table[table["stage"] == 1]
    shares = _shares(first, "amount_usd")
    if "before" in table:
        earlier = _shares(first, "before")
        payer = max(shares, key=lambda name: abs(shares[name] - earlier[name]))
        if abs(shares[payer] - earlier[payer]) < LEAST_CHANGE:
            return SAY("same")
        after, before = (level(one[payer], "share") for one in (shares, earlier))
        return SAY("changed", payer=payer, after=after, before=before)
    return SAY(
        "title", whole=level(float(first["amount_usd"].sum()), "usd"), years=years,
        donors=level(shares["Donors"], "share"), users=level(shares["Users"], "share"),
        treasuries=level(shares["Treasuries"], "share"),
    )  # fmt: skip


def _shares(first: pd.DataFrame, column: str) -> Mapping[str, float]:
    """Return the share of each payer."""
    sums = first.groupby("source", sort=False)[column].sum()
    whole = float(sums.sum())
    return {str(name): float(value) / whole if whole > 0.0 else 0.0 for name, value in sums.items()}
