"""The sentences of a comparison: order, conflict, what it costs, who gains, when it shows, and what would turn it."""

from __future__ import annotations

import math
from collections.abc import Iterator
from itertools import pairwise

import pandas as pd

from afteraid.simulation.measures.catalogue import CATALOGUE
from afteraid.simulation.measures.groups import shipped_groups
from afteraid.simulation.results.words.differences import said
from afteraid.simulation.results.words.names import capitalised, joined, place
from afteraid.simulation.results.words.numbers import UNKNOWN, change, changes, estimated_change, interval, level, width
from afteraid.simulation.results.words.templates import Templates
from afteraid.simulation.results.words.verdicts import CLEAR, ENOUGH_PAIRS, EQUAL_MONEY, LEAST_DRAWS

from . import effects
from .comparison import Comparison, better_sign
from .turning import Lean

MOST_COUNTRIES = 3  # named in a sentence
SHORT = {
    "serving_5_years_after_exit": "survival after exit",
    "serving_10_years_after_founding": "survival from founding",
    "additional_user_years_per_1000_usd": "user-years per dollar",
    "stranded_share": "stranded capital",
    "use": "internet use",
    "gap": "the gap to high income",
}
ROWS = {
    "serving_5_years_after_exit": "Serving 5 years after exit",
    "serving_10_years_after_founding": "Serving 10 years from founding",
    "additional_user_years_per_1000_usd": "User-years per 1,000 dollars",
    "stranded_share": "Capital stranded in a year",
    "use": "People online",
    "gap": "Gap to high income",
}
SAY = Templates(
    "compare",
    question="What changes if the future is not {base}, but {options}?",
    spends_more="{option} spends {share} more public money than {base}: the two do not compare equal money.",
    spends_less="{option} spends {share} less public money than {base}: the two do not compare equal money.",
    stopped="This answer is from {pairs} of {asked} pairs: the comparison was stopped.",
    few="{pairs} pairs are enough for a look, not for a decision.",
    beats="On {measure}, {first} beats {second} in {most} of {pairs} paired runs.",
    same="On {measure}, {first} and {second} can't be separated.",
    conflict="{option} wins on {wins} and loses on {losses}: your values decide.",
    wins="{option} wins on {wins}, and clearly loses on no headline.",
    loses="{option} loses on {losses}, and clearly wins on no headline.",
    neither="{option} makes no clear difference that matters to any headline.",
    turns="If {meaning} were at the other end of its range, the effect on {measure} would turn: {low} at low values, "
    "{high} at high ones.",
    leans="The effect on {measure} leans most on {meaning}: {low} at low values, {high} at high ones.",
    firm="No judged parameter that was drawn turns the effect on {measure}.",
    unknown_turn="With fewer than {least} pairs, what would turn the answer is not known.",
    look="{pairs} of {asked} pairs: {said}.",
    reach="Donors pay {money} of what initiatives get, but only {users} of the people online in {focus} are online "
    "because of that money.",
    so="So aid moves survival far more than use: the market connects the others.",
    price="It costs {money} more public money: {price} for each extra user-year (90% interval {interval}).",
    saving="It saves {money} of public money: {price} for each user-year lost (90% interval {interval}).",
    money="Public money: {money} (90% interval {interval}), with no clear price of an extra user-year.",
    shows="From {year} on the difference shows: {measure}.",
    later="Up to {year} no difference shows that stays: {measure}.",
    gains="Gains, {measure}: {countries}.",
    losers="Losses, {measure}: {countries}.",
    nobody="In no country is the difference clear: {measure}.",
)


def headline(found: Comparison, option: int, measure: str) -> str:
    """Say the difference of one headline with its verdict."""
    record = CATALOGUE[measure]
    words = record.words
    if measure in ("use", "gap"):
        end = found.results[0].manifest["scenario"]["run"]["end"]
        words = f"{words}, {place(found.focus)}, {end}"
    return said(words, record.unit, found.judged(option, measure))


def question(found: Comparison) -> str:
    """Return the question: that of the option's scenario where there is one option, or what the options change."""
    base, one = (result.manifest for result in found.results[:2])
    if len(found.labels) == 2 and one.get("question") and one.get("changes") == base.get("changes"):
        return str(one["question"])
    return SAY("question", base=found.labels[0], options=joined(list(found.labels[1:]), "or"))


def unequal(found: Comparison, option: int) -> list[str]:
    """Say first that an option spends more or less public money than the base, where it does."""
    share = found.cost(option)["public_share"]
    if not abs(share) > EQUAL_MONEY:
        return []
    key = "spends_more" if share > 0.0 else "spends_less"
    return [SAY(key, option=found.labels[option], base=found.labels[0], share=level(abs(share), "share"))]


def row_of(measure: str, focus: str) -> str:
    """Return how a headline is called in a table or a figure."""
    return f"{ROWS[measure]}, {place(focus)}" if measure in ("use", "gap") else ROWS[measure]


def sides(found: Comparison, option: int) -> tuple[list[str], list[str]]:
    """Return the headlines on which an option is clearly better than the base, and those on which it is worse."""
    wins: list[str] = []
    losses: list[str] = []
    for name in found.measures():
        judged, sign = found.judged(option, name), better_sign(name)
        if judged.verdict == CLEAR and sign:
            (wins if sign * judged.median > 0.0 else losses).append(SHORT[name])
    return wins, losses


def balance(found: Comparison, option: int) -> str:
    """Say on which headlines an option wins and loses."""
    wins, losses = sides(found, option)
    label = found.labels[option]
    if wins and losses:
        return SAY("conflict", option=label, wins=joined(wins), losses=joined(losses))
    if wins:
        return SAY("wins", option=label, wins=joined(wins))
    if losses:
        return SAY("loses", option=label, losses=joined(losses))
    return SAY("neither", option=label)


def order(found: Comparison) -> list[str]:
    """Say which side is ahead on the first headline, from the best on; two neighbours at a time."""
    measures = found.measures()
    if len(found.labels) < 3 or not measures:
        return []
    name = measures[0]
    sign = better_sign(name) or 1
    means = [sign * float(values[name].mean()) for values in found.values]
    ranked = sorted(range(len(means)), key=lambda side: -means[side])
    lines = []
    for one, other in pairwise(ranked):
        judged = found.judged(one, name, other)
        named = {"measure": SHORT[name], "first": found.labels[one], "second": found.labels[other]}
        if judged.verdict == CLEAR and sign * judged.median > 0.0:
            lines.append(SAY("beats", most=judged.most, pairs=judged.pairs, **named))
        else:
            lines.append(SAY("same", **named))
    return lines


def turn(found: Comparison, measure: str, leans: list[Lean], meanings: dict[str, str]) -> str:
    """Say which parameter would turn the effect on a measure, or on which it leans most."""
    words = SHORT[measure]
    if found.pairs < ENOUGH_PAIRS:
        return SAY("unknown_turn", least=ENOUGH_PAIRS)
    sure = [lean for lean in leans if lean.found]
    turning = next((lean for lean in sure if lean.turns), None)
    lean = turning or (sure[0] if sure else None)
    if lean is None:
        return SAY("firm", measure=words)
    unit = CATALOGUE[measure].unit
    named = {"meaning": meanings.get(lean.parameter, lean.parameter), "measure": words}
    return SAY("turns" if turning else "leans", low=change(lean.low, unit), high=change(lean.high, unit), **named)


def why(found: Comparison) -> list[str]:
    """Say why aid moves use by so little and survival by so much, where these runs show it."""
    money, users = effects.reach(found.results[0], found.focus)
    if not (math.isfinite(money) and math.isfinite(users)) or users >= money:
        return []
    said_of = SAY("reach", money=level(money, "share"), users=level(users, "share"), focus=where(found.focus))
    return [said_of, SAY("so")]


def price(found: Comparison, option: int) -> str:
    """Say what an extra user-year costs, or how much more or less public money is paid."""
    cost = found.cost(option)
    if math.isfinite(cost["price"]):
        ends = interval(cost["low"], cost["high"], "usd")
        key = "price" if cost["public_usd"] > 0.0 else "saving"
        return SAY(key, money=width(cost["public_usd"], "usd"), price=level(cost["price"], "usd"), interval=ends)
    if found.pairs < LEAST_DRAWS:
        return ""
    ends = changes(cost["public_usd_low"], cost["public_usd_high"], "usd")
    return SAY("money", money=change(cost["public_usd"], "usd"), interval=ends)


def shows(found: Comparison, paths: pd.DataFrame) -> Iterator[str]:
    """Say from which year on each difference shows."""
    for name, path in paths.groupby("measure", sort=False):
        year, words = effects.first_year(path), CATALOGUE[str(name)].words
        if year is None:
            yield SAY("later", measure=words, year=int(path["year"].max()))
        else:
            yield SAY("shows", measure=words, year=year)


def winners(table: pd.DataFrame) -> Iterator[str]:
    """Say which countries gain and which lose most, where that is clear."""
    for name, part in table.groupby("measure", sort=False):
        record = CATALOGUE[str(name)]
        clear = part[part["verdict"] == CLEAR]
        gaining, losing = clear[clear["mean"] > 0.0], clear[clear["mean"] < 0.0].iloc[::-1]
        for key, some in (("gains", gaining), ("losers", losing)):
            if len(some):
                first = some.head(MOST_COUNTRIES)
                pairs = zip(first["country"], first["mean"].to_numpy(float), strict=True)
                named = [f"{country} {change(mean, record.unit)}" for country, mean in pairs]
                more = [f"{len(some) - len(first)} more"] if len(some) > len(first) else []
                yield SAY(key, measure=record.words, countries="; ".join([*named, *more]))
        if clear.empty:
            yield SAY("nobody", measure=record.words)


def look(found: Comparison) -> str:
    """Say in one line what the pairs that are there show: the first headline of each option, and its verdict."""
    measures = found.measures()
    lines = []
    for option in found.options if measures else ():
        judged, unit = found.judged(option, measures[0]), CATALOGUE[measures[0]].unit
        shown = estimated_change(judged.median, judged.low, judged.high, unit)
        lines.append(f"{found.labels[option]}, {SHORT[measures[0]]} {shown}, {judged.verdict}")
    return SAY("look", pairs=found.pairs, asked=found.asked, said="; ".join(lines) or UNKNOWN)


def caution(found: Comparison) -> list[str]:
    """Say that a comparison was stopped, or has too few pairs for a decision."""
    lines = []
    if found.pairs < found.asked:
        lines.append(SAY("stopped", pairs=found.pairs, asked=found.asked))
    if found.pairs < ENOUGH_PAIRS:
        lines.append(SAY("few", pairs=found.pairs))
    return lines


def meaning(text: str) -> str:
    """Write the meaning of a parameter inside a sentence."""
    return text[:1].lower() + text[1:].rstrip(".") if text else text


def where(focus: str) -> str:
    """Return a country or group as it stands after `in`."""
    if focus == "world" or shipped_groups().is_country(focus):
        return "the world" if focus == "world" else place(focus)
    title = shipped_groups().title(focus)
    return f"the {title[:1].lower()}{title[1:]}" if focus in ("LDC", "LLDC", "SIDS") else title


def title(found: Comparison) -> str:
    """Return the title of the answer."""
    return capitalised(f"{'; '.join(found.labels[1:])}, against {found.labels[0]}")
