"""What a measure is: one record with its words, unit, grain, how it adds up, which way is better, and its target."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Grain = Literal["world", "group", "country", "kind", "run"]
Table = Literal["divide", "activity", "countries", "run", "attribution"]
Kind = Literal["stock", "flow", "whole run"]
Better = Literal["more", "less", "neither"]
OverYears = Literal["sum", "mean", "last", "none"]
OverCountries = Literal["sum", "people", "urban people", "rural people", "ratio", "none"]

BAND = (0.05, 0.95)  # quantiles between which the interval lies that is shown with a number
DOLLARS = "US dollars of 2023"
RECIPIENTS = "recipients"
SHOWN = ("world", RECIPIENTS, "LDC")  # the groups of which indicators are recorded


@dataclass(frozen=True, kw_only=True)
class Matters:
    """The smallest difference that matters.

    Attributes:
        size: in the measure's unit, or a share of its level.
        relative: it is a share of the level.
        reason: why, and whether somebody measured it or this project judged it.
    """

    size: float
    relative: bool = False
    reason: str

    def said(self, unit: str) -> str:
        """Write it with its unit."""
        if self.relative:
            return f"{100.0 * self.size:g}% of the level"
        if is_share(unit):
            return f"{100.0 * self.size:g} percentage point{'' if self.size == 0.01 else 's'}"
        noun = {"years": "year", "countries": "country"}.get(unit, "") if self.size == 1.0 else ""
        return f"{self.size:g} {noun or (unit if unit in ('years', 'countries', 'people') else '')}".rstrip()


@dataclass(frozen=True, kw_only=True)
class Target:
    """A level that the world has agreed on, or that a body has proposed."""

    value: float
    words: str
    goal: str
    source: str


@dataclass(frozen=True, kw_only=True)
class Measure:
    """Something that is measured in a run. Every list of measures is made from these records.

    Attributes:
        name: in tables and in study files.
        words: what it is, as an answer says it.
        unit: of its values; a share is from 0 to 1.
        table: where its values stand. `divide` is worked out of `countries`; `run` is one number of a whole run;
            `attribution` compares a world with an item and without it. A measure of `activity` with the grain country
            has its values by country in the table `accounts`; one with the grain kind has its values by kind of
            initiative and income group in the table `portfolio`.
        kind: a stock is of 1 January; a flow is of the year that begins then, so the last year of a run has none.
        better: which way is good; `neither` where nobody can say.
        grains: at which an outcome may be kept.
        groups: of countries for which it is recorded; empty for `divide`, which knows any group.
        over_years: how the values of several years make one.
        over_countries: how the values of countries make one: their sum, a mean over people, or a ratio of sums.
        joins: the word between its words and a year, where it needs one.
        answer: the groups for which the answer of a run shows it among the challenges.
        matters: the smallest difference that matters.
        target: where there is one.
        part_of: the measure of which it is a part. What counts only after the donor's exit is shown as a part of a
            whole. It has no better direction, and is no objective of a search: leaving early would look good.
    """

    name: str
    words: str
    unit: str
    table: Table
    kind: Kind
    better: Better
    grains: tuple[Grain, ...] = ("world",)
    groups: tuple[str, ...] = ()
    over_years: OverYears = "last"
    over_countries: OverCountries = "none"
    joins: str = ""
    answer: tuple[str, ...] = ()
    matters: Matters | None = None
    target: Target | None = None
    part_of: str = ""

    @property
    def short_unit(self) -> str:
        """Return the unit in one word, which says how a number is written: %, usd, ratio, index, people, ..."""
        if is_share(self.unit):
            return "%"
        return "usd" if self.unit == DOLLARS else self.unit.partition(" of ")[0].partition(" from ")[0]

    @property
    def default_group(self) -> str:
        """Return the group that stands for the whole world."""
        return self.groups[0] if self.groups and "world" not in self.groups else "world"

    def dated(self, year: int) -> str:
        """Write the words with a year."""
        return f"{self.words} {self.joins} {year}" if self.joins else f"{self.words} {year}"


def is_share(unit: str) -> bool:
    """Say whether a unit is a share, which reads best in percent."""
    return unit == "share" or unit.startswith("share of")


ONE_POINT = Matters(size=0.01, reason="judged: one person in a hundred")
TWO_POINTS = Matters(size=0.02, reason="judged: one case in fifty")
A_TWENTIETH = Matters(size=0.05, relative=True, reason="judged: one part in twenty")
ONE_YEAR = Matters(size=1.0, reason="judged: the step in which years are recorded")
ONE_COUNTRY = Matters(size=1.0, reason="judged: the smallest step")
A_HUNDREDTH = Matters(size=0.01, reason="judged: one step in a hundred of the index")

UNIVERSAL_USE = Target(
    value=0.95,
    words="universal: 95%",
    goal="SDG 17.8",
    source="ITU, Facts and Figures: universal for practical purposes",
)
PARITY = Target(
    value=1.0, words="parity: 1.0", goal="SDG 5.b", source="ITU and UN Tech Envoy 2022, aspirational targets for 2030"
)
COVERED = Target(
    value=1.0, words="everybody", goal="SDG 9.c", source="ITU and UN Tech Envoy 2022, aspirational targets for 2030"
)
BASIC_SKILLS = Target(
    value=0.70,
    words="basic skills: 70%",
    goal="SDG 4.4",
    source="ITU and UN Tech Envoy 2022, aspirational targets for 2030",
)
AFFORDABLE = Target(
    value=0.02,
    words="target: 2%",
    goal="SDG 9.c",
    source="UN Broadband Commission, target for 2025: an entry basket below 2% of monthly income",
)
