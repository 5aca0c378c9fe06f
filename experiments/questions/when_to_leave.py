"""When donors should leave, and how, by kind of initiative and income group, with the regret of every other choice.

Run it with ``python -m afteraid.experiments.questions.when_to_leave``, and ``--runs N`` for more than a look.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable

import pandas as pd

from afteraid.simulation.measures.groups import INCOME_GROUPS
from afteraid.simulation.measures.headlines import person_years
from afteraid.simulation.measures.measure import BAND
from afteraid.simulation.results.answer import Answer, Table
from afteraid.simulation.results.charts import Chart
from afteraid.simulation.results.words.names import capitalised, label, spoken
from afteraid.simulation.results.words.numbers import relative
from afteraid.simulation.results.words.templates import Templates
from afteraid.simulation.results.words.verdicts import FEW_DRAWS, NO_CLEAR_EFFECT

from ..reading.data import SweepData
from ..reading.sentences import variation_of
from ..study.outcomes import IN_GROUP
from ..sweep.dataset import read_table
from .question import answer_to, ask, by_chance, leader_said

STUDY, RUNS = "when-to-leave", 78
SHOWN = ("regret-LIC", "regret-LMC", "regret-UMC")  # charts of the page of answers
FACTOR, PEOPLE, WORK, BY_INCOME = "leaving", "users_added", "working_initiatives", "additional_by_income"
SAID = INCOME_GROUPS[:3]
ALL_KINDS, TABLE = "all kinds that serve people", "when_to_leave"
SAY = Templates(
    "when to leave",
    largest="{place}, largest regret: {option}, {regret} (90% interval {interval}).",
    level="{place}: {best} on average; no clear effect of the time or mode of leaving.",
    few="{place}: {best} on average; no clear effect (too few draws: {draws}).",
    basis="Regret is the share of discounted user-years that a choice loses against the best one.",
    work="Policy, content and trust serve nobody themselves. Their regret counts years of working initiatives.",
    money="Regret is the share of additional user-years per 1,000 dollars of public money that a choice loses.",
    rich="High-income economies have few initiatives; the table alone shows them.",
    equal="Donors' appropriations are the same in all choices; what treasuries pay is not.",
    years="A time counts from the end of the funded years. An exit when ready waits no longer than its years.",
)


def read(data: SweepData) -> Answer:
    """Compare times and modes of leaving with the best one, with the same random numbers."""
    table = regrets(served(data))
    kinds = list(dict.fromkeys(table["kind"]))
    parts = [Answer(capitalised(kind), tuple(_sentences(table[table["kind"] == kind]))) for kind in kinds]
    money = regrets(by_money(data))
    title = "Additional user-years per 1,000 dollars of public money"
    parts.append(Answer(title, tuple(_sentences(money)), notes=(SAY("money"),)))
    charts = [_chart(data, table, name) for name in (one.removeprefix("regret-") for one in SHOWN)]
    comparisons = len(table.drop_duplicates(["kind", "income_group"])) * (table["option"].nunique() - 1)
    chance = by_chance(comparisons, data.study.written.replicates)
    varies = variation_of(data, "additional_per_1000_usd")
    notes = [SAY("basis"), SAY("work"), SAY("years"), SAY("equal"), SAY("rich"), chance, varies]
    whole = pd.concat([table, money], ignore_index=True)
    tables = [Table(TABLE, whole.assign(verdict=verdicts(whole)))]
    return answer_to(data, parts, charts=charts, notes=notes, tables=tables)


def served(data: SweepData) -> pd.DataFrame:
    """Return what each kind serves in each income group: replicate, option, kind, income_group, counted, value.

    `counted` is users_added (discounted user-years) for kinds that serve people, and working_initiatives (discounted
    initiative-years) for the others. The first kind is the sum of all kinds that serve people.
    """
    rows = read_table(data.folder, "groups")
    rows = rows[rows["outcome"].isin([PEOPLE, WORK])]
    wide = rows.pivot_table(index=["run", "outcome", "group"], columns="year", values="value", sort=False).fillna(0.0)
    found = person_years(wide).rename("value").reset_index()
    found[["kind", "income_group"]] = found.pop("group").str.split(IN_GROUP, n=1, expand=True)
    people = found[found["outcome"] == PEOPLE]
    whom = people.groupby("kind")["value"].sum()
    serving = set(whom[whom > 0.0].index)
    people = people[people["kind"].isin(serving)]
    together = people.groupby(["run", "outcome", "income_group"], sort=False)["value"].sum().reset_index()
    work = found[(found["outcome"] == WORK) & ~found["kind"].isin(serving)]
    return _of_runs(data, pd.concat([together.assign(kind=ALL_KINDS), people, work], ignore_index=True))


def by_money(data: SweepData) -> pd.DataFrame:
    """Return the second headline by income group, in the columns of :func:`served`."""
    rows = read_table(data.folder, "groups")
    rows = rows[rows["outcome"] == BY_INCOME].rename(columns={"group": "income_group"})
    return _of_runs(data, rows[["run", "outcome", "income_group", "value"]].assign(kind=ALL_KINDS))


def _of_runs(data: SweepData, rows: pd.DataFrame) -> pd.DataFrame:
    """Add the choice and the replicate of each run."""
    runs = data.runs(["run", "replicate", FACTOR]).rename(columns={FACTOR: "option"})
    return rows.rename(columns={"outcome": "counted"}).merge(runs, on="run", validate="many_to_one").drop(columns="run")


def regrets(values: pd.DataFrame) -> pd.DataFrame:
    """Say how far each choice falls short of the best one, for each kind and income group.

    Args:
        values: replicate, option, kind, income_group, counted, value.

    Returns:
        kind, income_group, counted, option, mean (of the value), best (whether it has the highest mean), regret (share
        of the best one's value that it falls short by, mean over pairs with the same random numbers), low, high (90% of
        the pairs), clear (whether the interval leaves zero out, of enough draws) and draws.
    """
    rows = []
    cells = values.groupby(["kind", "income_group", "counted"], sort=False)
    for names, part in cells:
        wide = part.pivot_table(index="replicate", columns="option", values="value", sort=False).dropna()
        means = wide.mean()
        if wide.empty or not float(means.max()) > 0.0:
            continue
        best = str(means.idxmax())
        size = wide[best].abs()
        short = wide.rsub(wide[best], axis=0).div(size.where(size > 0.0), axis=0)
        low, high = (short.quantile(level) for level in BAND)
        for option in wide.columns:
            clear = bool(low[option] > 0.0) and len(wide) >= FEW_DRAWS
            shortfall = float(short[option].mean())
            rows.append((*names, option, means[option], option == best, shortfall, low[option], high[option], clear))
    columns = ["kind", "income_group", "counted", "option", "mean", "best", "regret", "low", "high", "clear"]
    return pd.DataFrame(rows, columns=columns).assign(draws=values["replicate"].nunique())


def verdicts(table: pd.DataFrame) -> list[str]:
    """Return a verdict on each choice: best, worse, or no clear effect where the interval includes zero."""
    pairs = zip(table["best"], table["clear"], strict=True)
    return ["best" if best else "worse" if clear else NO_CLEAR_EFFECT for best, clear in pairs]


def _sentences(table: pd.DataFrame) -> Iterable[str]:
    """Say the best choice of each income group and the largest clear regret."""
    for group in SAID:
        part = table[table["income_group"] == group]
        if part.empty:
            continue
        place, clear = label(group), part[part["clear"]]
        best, draws = spoken(str(part.loc[part["best"], "option"].iloc[0])), int(part["draws"].iloc[0])
        if clear.empty:
            few = draws < FEW_DRAWS
            yield SAY("few", place=place, best=best, draws=draws) if few else SAY("level", place=place, best=best)
            continue
        others = [spoken(str(name)) for name in part.loc[~part["clear"] & ~part["best"], "option"]]
        yield leader_said((best, others), place)
        worst = clear.sort_values("regret", kind="stable").iloc[-1]
        regret, low, high = (relative(float(worst[name])).lstrip("+") for name in ("regret", "low", "high"))
        option, interval = spoken(str(worst["option"])), f"{low} to {high}"
        yield SAY("largest", place=place, option=option, regret=regret, interval=interval)


def _chart(data: SweepData, table: pd.DataFrame, group: str) -> Chart:
    """Return the regret of each choice in an income group, all kinds that serve people together, in percent."""
    part = table[(table["kind"] == ALL_KINDS) & (table["income_group"] == group) & ~table["best"]]
    shown = pd.DataFrame({"value": part["option"], **{name: 100.0 * part[name] for name in ("low", "high")}})
    shown = shown.assign(mean=100.0 * part["regret"], zero_in_band=~part["clear"], draws=part["draws"])
    shown = shown.sort_values("mean", kind="stable", ignore_index=True)
    best = table.loc[(table["kind"] == ALL_KINDS) & (table["income_group"] == group) & table["best"], "option"]
    base = spoken(str(best.iloc[0])) if len(best) else ""
    title = f"{label(group)}: user-years lost against {base}"
    note = f"{SAY('basis')} {SAY('equal')}"
    return Chart(f"regret-{group}", title, "regret (%)", "", shown, note, "differences")


if __name__ == "__main__":
    sys.exit(ask(STUDY, RUNS, read))
