"""The calendar of donor exits: what they leave in each year and country, against what treasuries can take over."""

from __future__ import annotations

from collections.abc import Collection
from typing import Protocol

import pandas as pd

from afteraid.simulation.measures.groups import shipped_groups
from afteraid.simulation.measures.planning import donor_cliff
from afteraid.simulation.results.answer import Answer, Table
from afteraid.simulation.results.charts import Chart
from afteraid.simulation.results.tables import Results
from afteraid.simulation.results.words.numbers import UNKNOWN, counted, figures, level
from afteraid.simulation.results.words.templates import Templates

from ..study.donors import donor_names, in_sentence

SINGLE_YEARS = 10  # shown one by one; later ones together
MOST_DONORS, MOST_PARTS, MOST_PLACES = 8, 5, 8  # shown: in a table, in the calendar, countries with a cliff
OTHERS = "other donors"
THOUSAND, MILLION = 1e3, 1e6
COST_HEADING, PEOPLE_HEADING = "Running cost left, US$ million a year", "People they can serve, thousands"
FAR_ABOVE = 4.0  # times the highest column: a line that high would leave no columns to see (judged)
TITLE_OF_ANSWER = "{place}, when donors leave: {title}"
TITLE = "{place}: donors leave most in {year}, {left} of yearly running cost"
TITLE_OF_DONORS = "{place}: most running cost is left by {donor}, {left}"
TITLE_OF_TILES = "Running cost left beyond free room, share of what is left: {count} of {all}"
SAY = Templates(
    "cliff",
    all="{place}: from {start} to {end} donors leave {initiatives} initiatives and {left} of yearly running cost.",
    covered="Treasuries have free room for {covered} of what is left in the same year.",
    whole="In every run, the free room of treasuries covers all that is left in each year.",
    steepest="The steepest year is {year}: donors leave {initiatives} initiatives that can serve {people} people, and "
    "{left} of yearly running cost.",
    beyond="The largest excess is in {year}: {beyond} beyond the free room, in {runs} runs.",
    places="In {count}, some year of some run leaves more than the free room. The largest excess: {place} in {year}, "
    "{beyond}, in {runs} runs.",
    leaver="Most is left by {donor}: {left} of yearly running cost, {share} of the whole.",
    none="{place}: no donor leaves an initiative in these years.",
    how="What is left is yearly running cost that neither users nor an endowment pays. Free room is what the treasury "
    "could carry, less what the treasury carries already.",
    means="Numbers are means of {runs}; a donor is the lead donor.",
    line_off="The free room, {low} to {high} a year, lies far above the columns.",
)


class Exits(Protocol):
    """The tables from which a calendar is made: accounts of countries by run and year, and exits by donor."""

    @property
    def accounts(self) -> pd.DataFrame:
        """Return run, year, iso3, left_usd, treasury_room_usd and treasury_usd."""

    @property
    def exits(self) -> pd.DataFrame:
        """Return run, year, iso3, donor, initiatives, people and left_usd."""


def cliff(results: Results, focus: str) -> Answer:
    """Say what donors leave in each year, who leaves, and where that is more than treasuries can take over.

    Args:
        results: of a run, with or without a twin.
        focus: a country or a group, by the name that tables have.
    """
    known, codes = shipped_groups(), set(shipped_groups().codes(focus))
    place = known.title(focus)
    table, donors = by_year(results, codes), by_donor(results, codes)
    runs = int(results.accounts["run"].nunique())
    notes = (SAY("how"), SAY("means", runs=counted(runs, "run")))
    if donors.empty:
        return Answer(place, (SAY("none", place=place),), manifest=results.manifest)
    spots = beyond_room(results, codes)
    tables = [_years_shown(table), _donors_shown(donors)]
    charts = [calendar(results, codes, place), _ranked(donors, place)]
    if len(codes) > 1:
        tables.append(_places_shown(spots, table, runs))
        charts.append(_tiles(results, codes))
    else:
        tables.append(Table("beyond_room", spots))
    said = _sentences(table, donors, spots, place, len(codes) > 1, runs)
    title = TITLE_OF_ANSWER.format(place=place, title=results.manifest.get("title", ""))
    return Answer(title, said, tuple(tables), tuple(charts), notes, results.manifest)


def by_year(results: Exits, codes: Collection[str]) -> pd.DataFrame:
    """Return what donors leave by year in some countries: means over runs, sums over countries.

    Returns:
        year, initiatives, people, left_usd, free_usd (of treasuries), covered_usd (what is left within the free room of
        the same country and run), beyond_usd (the rest), covered (share of left_usd; missing where nothing is left) and
        countries_beyond (in any run).
    """
    accounts = _of(results.accounts, codes)
    places = donor_cliff(accounts)
    places["beyond_usd"] = places["left_usd"] - places["covered_usd"]
    places["countries_beyond"] = (places["runs_beyond"] > 0.0).astype(int)
    money = ["left_usd", "covered_usd", "beyond_usd", "countries_beyond"]
    years = sorted(int(year) for year in accounts.dropna(subset=["left_usd"])["year"].unique())
    found = places.groupby("year")[money].sum().reindex(years, fill_value=0.0)
    rooms = accounts.dropna(subset=["treasury_room_usd"])
    free = (rooms["treasury_room_usd"] - rooms["treasury_usd"]).groupby([rooms["iso3"], rooms["year"]]).mean()
    found["free_usd"] = free.clip(lower=0.0).groupby("year").sum().reindex(years)
    runs = int(accounts["run"].nunique())
    counts = _of(results.exits, codes).groupby("year")[["initiatives", "people"]].sum() / runs
    found = found.join(counts.reindex(years, fill_value=0.0))
    found["covered"] = found["covered_usd"] / found["left_usd"].where(found["left_usd"] > 0.0)
    order = ["initiatives", "people", "left_usd", "free_usd", "covered_usd", "beyond_usd", "covered"]
    return found[[*order, "countries_beyond"]].rename_axis("year").reset_index()


def by_donor(results: Exits, codes: Collection[str]) -> pd.DataFrame:
    """Return what each donor leaves in some countries over all years, the largest first: means over runs.

    Returns:
        donor (code), name, initiatives, people, left_usd and share (of left_usd).
    """
    exits, runs = _of(results.exits, codes), int(results.accounts["run"].nunique())
    sums = exits.astype({"donor": str}).groupby("donor")[["initiatives", "people", "left_usd"]].sum() / runs
    sums = sums[sums["initiatives"] > 0.0].sort_values("left_usd", ascending=False, kind="stable").reset_index()
    whole = float(sums["left_usd"].sum())
    sums.insert(1, "name", [donor_names().get(code, code) for code in sums["donor"]])
    return sums.assign(share=sums["left_usd"] / whole if whole > 0.0 else float("nan"))


def beyond_room(results: Results, codes: Collection[str]) -> pd.DataFrame:
    """Return the countries and years in which more is left than the treasury's free room, the largest excess first.

    The columns are those of :func:`donor_cliff`, with the name of the country; beyond_usd is a mean of all runs.
    """
    found = donor_cliff(_of(results.accounts, codes))
    found = found.assign(beyond_usd=found["left_usd"] - found["covered_usd"])[found["runs_beyond"] > 0.0]
    found = found.sort_values("beyond_usd", ascending=False, kind="stable").reset_index(drop=True)
    found.insert(1, "name", [shipped_groups().title(code) for code in found["iso3"]])
    return found


def calendar(results: Exits, codes: Collection[str], place: str) -> Chart:
    """Show what donors leave in each year, by donor, in million dollars, and the free room of treasuries as a line.

    Of a group the line is what treasuries can cover: free room in one country is of no use in another.
    """
    table, donors = by_year(results, codes), by_donor(results, codes)
    exits, runs = _of(results.exits, codes).astype({"donor": str}), int(results.accounts["run"].nunique())
    first = list(donors["donor"][:MOST_PARTS])
    part = exits["donor"].where(exits["donor"].isin(first), OTHERS)
    wide = exits.groupby([exits["year"], part])["left_usd"].sum().unstack().fillna(0.0) / runs / MILLION
    wide = wide.reindex(index=table["year"], columns=[*first, OTHERS], fill_value=0.0)
    rows = [
        (int(year), donor_names().get(str(code), str(code)), float(value), "bar")
        for code in wide.columns
        for year, value in zip(wide.index, wide[code], strict=True)
    ]
    line = (table["free_usd"] if len(codes) == 1 else table["covered_usd"]) / MILLION
    note = f"{SAY('how')} Million US dollars of 2023."
    if float(line.max()) > FAR_ABOVE * float((table["left_usd"] / MILLION).max()):
        low, high = (level(MILLION * float(end), "usd") for end in (line.min(), line.max()))
        note += " " + SAY("line_off", low=low, high=high)
    else:
        words = "free room of the treasury" if len(codes) == 1 else "covered by treasuries' free room"
        rows += [(int(year), words, float(value), "line") for year, value in zip(table["year"], line, strict=True)]
    worst = table.iloc[int(table["left_usd"].to_numpy().argmax())]
    title = TITLE.format(place=place, year=int(worst["year"]), left=level(float(worst["left_usd"]), "usd"))
    data = pd.DataFrame(rows, columns=["year", "part", "value", "role"])
    return Chart("calendar", title, "", "million US dollars", data, note, "calendar")


def _of(table: pd.DataFrame, codes: Collection[str]) -> pd.DataFrame:
    """Return the rows of some countries."""
    plain = table.astype({"iso3": str})
    return plain[plain["iso3"].isin(list(codes))]


def _sentences(
    table: pd.DataFrame, donors: pd.DataFrame, spots: pd.DataFrame, place: str, group: bool, runs: int
) -> tuple[str, ...]:
    """Say how much is left, whether treasuries can take that over, when and where most is left, and by which donor."""
    left, covered = float(table["left_usd"].sum()), float(table["covered_usd"].sum())
    whole = {"start": int(table["year"].min()), "end": int(table["year"].max())}
    number = figures(float(table["initiatives"].sum()))
    said = [SAY("all", place=place, left=level(left, "usd"), initiatives=number, **whole)]
    worst = table.iloc[int(table["left_usd"].to_numpy().argmax())]
    said.append(
        SAY("whole") if spots.empty or not left > 0.0 else SAY("covered", covered=level(covered / left, "share"))
    )
    said.append(
        SAY(
            "steepest", year=int(worst["year"]), initiatives=figures(float(worst["initiatives"])),
            people=figures(float(worst["people"])), left=level(float(worst["left_usd"]), "usd"),
        )
    )  # fmt: skip
    if len(spots):
        top, count = spots.iloc[0], counted(int(spots["iso3"].nunique()), "country", "countries")
        about: dict[str, object] = {"year": int(top["year"]), "beyond": _usd(top["beyond_usd"])}
        about["runs"] = f"{round(float(top['runs_beyond']) * runs)} of {runs}"
        said.append(SAY("places", count=count, place=top["name"], **about) if group else SAY("beyond", **about))
    top = donors.iloc[0]
    if float(top["left_usd"]) > 0.0:
        share = level(float(top["share"]), "share")
        said.append(SAY("leaver", donor=in_sentence(str(top["name"])), left=_usd(top["left_usd"]), share=share))
    return tuple(said)


def _usd(value: float) -> str:
    """Write dollars."""
    return level(float(value), "usd")


def _millions(value: float) -> str:
    """Write dollars in millions, under a heading that says so."""
    return figures(float(value) / MILLION)


def _thousands(value: float) -> str:
    """Write people in thousands, under a heading that says so."""
    return figures(float(value) / THOUSAND)


def _years_shown(table: pd.DataFrame) -> Table:
    """Lay out the next years one by one, and the later ones together; the data has all."""
    first = int(table["year"].min())
    spans = [(year, year) for year in table["year"] if year < first + SINGLE_YEARS]
    later = [int(year) for year in table["year"] if year >= first + SINGLE_YEARS]
    spans += [(later[0], later[-1])] if later else []
    lines = []
    for begins, ends in spans:
        part = table[table["year"].between(begins, ends)]
        left, covered = float(part["left_usd"].sum()), float(part["covered_usd"].sum())
        share = level(covered / left, "share") if left > 0.0 else UNKNOWN
        when = str(begins) if begins == ends else f"{begins} to {ends}"
        counts = figures(float(part["initiatives"].sum())), _thousands(float(part["people"].sum()))
        lines.append((when, *counts, _millions(left), _millions(float(part["free_usd"].mean())), share))
    headings = ("Year", "Initiatives left", PEOPLE_HEADING, COST_HEADING, "Free room, US$ million a year", "Covered")
    return Table("cliff_by_year", table, headings, tuple(lines))


def _donors_shown(donors: pd.DataFrame) -> Table:
    """Lay out who leaves most."""
    shown = donors.head(MOST_DONORS)
    columns = (shown[column] for column in ("name", "initiatives", "people", "left_usd", "share"))
    lines = tuple(
        (str(name), figures(initiatives), _thousands(people), _millions(left), level(share, "share"))
        for name, initiatives, people, left, share in zip(*columns, strict=True)
    )
    headings = ("Donor", "Initiatives left", PEOPLE_HEADING, COST_HEADING, "Share")
    return Table("cliff_by_donor", donors, headings, lines)


def _places_shown(spots: pd.DataFrame, table: pd.DataFrame, runs: int) -> Table:
    """Lay out where most is left beyond the treasury's free room: all years of a country, and its worst year."""
    sums = spots.groupby("iso3", sort=False)["beyond_usd"].sum().sort_values(ascending=False, kind="stable")
    worst = spots.drop_duplicates("iso3").set_index("iso3")
    lines = []
    for code in sums.index[:MOST_PLACES]:
        row = worst.loc[code]
        counts = f"{round(float(row['runs_beyond']) * runs)} of {runs}"
        lines.append(
            (str(row["name"]), _millions(sums[code]), str(int(row["year"])), _millions(row["beyond_usd"]), counts)
        )
    years = f"{int(table['year'].min())} to {int(table['year'].max())}"
    headings = ("Country", f"Beyond free room, US$ million, {years}", "Worst year", "Beyond in that year", "Runs")
    return Table("beyond_room", spots, headings, tuple(lines))


def _ranked(donors: pd.DataFrame, place: str) -> Chart:
    """Show who leaves most running cost, in million dollars."""
    shown = donors.head(MOST_DONORS)
    title = TITLE_OF_DONORS.format(
        donor=in_sentence(str(shown["name"].iloc[0])), place=place, left=_usd(shown["left_usd"].iloc[0])
    )
    data = pd.DataFrame({"label": shown["name"], "value": shown["left_usd"] / MILLION}).reset_index(drop=True)
    return Chart("leavers", title, "million US dollars", "", data, SAY("how"), "bars")


def _tiles(results: Results, codes: Collection[str]) -> Chart:
    """Show, for each country, which share of what is left in all years is more than the free room, in percent."""
    sums = donor_cliff(_of(results.accounts, codes)).groupby("iso3")[["left_usd", "covered_usd"]].sum()
    beyond = 100.0 * (1.0 - sums["covered_usd"] / sums["left_usd"])
    data = pd.DataFrame({"iso3": sums.index, "value": beyond.clip(lower=0.0).to_numpy()})
    title = TITLE_OF_TILES.format(
        count=int((data["value"] > 0.0).sum()), all=counted(len(data), "country", "countries")
    )
    return Chart("beyond", title, "", "% of what is left", data, SAY("how"), "tiles")
