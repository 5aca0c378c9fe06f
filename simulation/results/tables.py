"""What a study found, as labelled tables with the manifest of how they came about. Knows no model.

Every table has `scenario` and `run` columns; a run's number stands for its luck, so two scenarios with one seed are
compared run by run. Bands are the 5 and 95% quantiles over runs.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from ..basis import arguments
from ..basis.edition import edition_of, written_by
from ..basis.errors import ResultsError, nearest, one_of, shown
from ..basis.files import CSV, PARQUET, added_files, not_written, write_tables
from ..basis.late import pd
from ..basis.manifest import MANIFEST, read_manifest, write_manifest
from ..basis.short import Short
from ..basis.units import FloatArray
from ..measures.by_country import by_country
from ..measures.catalogue import CATALOGUE
from ..measures.groups import shipped_groups
from ..measures.headlines import WHOLE_RUN, headlines
from ..measures.measure import BAND, UNIVERSAL_USE
from ..measures.metrics import COSTS, dollars_per_user_year, year_reached
from ..measures.planning import closure_by_cooperation
from ..measures.survival import HORIZONS, check_dimension, shares_serving
from . import charts, figures
from .answer import Answer
from .brief import brief
from .country import country_part
from .gallery import charts as charts_of_report
from .gallery import gallery
from .summary import Summary, answer_of_run, summarise
from .workbook import WORKBOOK, check_sizes, write_workbook, writer

if TYPE_CHECKING:
    from matplotlib.figure import Figure

TABLES = (
    "divide", "countries", "survival", "finance", "people", "activity", "accounts", "closures", "exits", "portfolio",
    "twin", "parameters", "initiatives",
)  # fmt: skip
EXCEL = "excel"
KINDS = (PARQUET, CSV, EXCEL)


@dataclass
class Results(Short):
    """The tables of one scenario's runs.

    Attributes:
        divide: scenario, run, year, group, measure, value (words and units: `afteraid measures`).
        countries: scenario, run, year, iso3, population, urban_share, use and its parts by town
            and countryside, women and men, and reference_use.
        survival: scenario, run, dimension, value, years_after_exit, at_risk, events, their people-weighted forms, and
            what was paid (see `afteraid.simulation.measures.survival`); some dimensions count from founding.
        finance: scenario, run, year, direction, item, mechanism, amount_usd (constant 2023 US dollars).
        people: scenario, run, year, item, kind, people: whom initiatives serve and add by stage and kind, and users by
            channel, of the world.
        activity: scenario, run, year, group, measure, value (words and units: `afteraid measures`).
        accounts: scenario, run, year, iso3 and, by country, initiatives, people served, money and the treasury's room
            (words and units: `afteraid measures`).
        closures: scenario, run, year, iso3, cause, initiatives, people, capital_usd: what closed.
        exits: scenario, run, year, iso3, donor, initiatives, people, left_usd: what donors leave, with the yearly
            running cost that somebody has to take over.
        portfolio: scenario, run, year, kind, income_group, living_initiatives, working_initiatives, users_added: of 1
            January (words and units: `afteraid measures`).
        twin: scenario, run, year, iso3, use and its parts, public_usd, treasury_usd: the same world without donors'
            money from the start year on; no rows where it was not run.
        parameters: scenario, run, name, value as drawn.
        initiatives: the list of initiatives of the first run.
        manifest: how this came about: version, data hashes, seed, scenario, parameters with sources, wall time.
    """

    divide: pd.DataFrame
    countries: pd.DataFrame
    survival: pd.DataFrame
    finance: pd.DataFrame
    people: pd.DataFrame
    activity: pd.DataFrame
    accounts: pd.DataFrame
    closures: pd.DataFrame
    exits: pd.DataFrame
    portfolio: pd.DataFrame
    twin: pd.DataFrame
    parameters: pd.DataFrame
    initiatives: pd.DataFrame
    manifest: dict[str, Any] = field(default_factory=dict)

    def country_bands(self, measure: str = "use") -> pd.DataFrame:
        """Return the middle and the 90% band of a measure by country and year: iso3, year, median, low, high."""
        return bands(self.countries, ["iso3", "year"], measure)

    def survival_after(
        self, years: tuple[float, ...] = HORIZONS, dimension: str = "all", weight: str = "initiatives"
    ) -> pd.DataFrame:
        """Return the share still serving some years after exit: run, value, years_after_exit, survival.

        Args:
            years: after exit; after founding in the dimensions that end in ``_from_founding``.
            dimension: ``all``, ``exit_strategy``, ``mechanism``, ``kind``, ``income_group``, or ``all_from_founding``,
                ``exit_strategy_from_founding``, ``mechanism_from_founding``: every initiative founded at or after the
                start, by what was assigned at founding.
            weight: ``initiatives``, or ``people`` to count each with the people it serves.

        The column per_million_usd is the number serving then for every million dollars that donors paid for those
        founded (or left) early enough to be that old.

        Raises:
            ResultsError: no such dimension or weight.
        """
        check_dimension(dimension, weight)
        return shares_serving(self.survival, years, dimension, weight)

    def headlines(self) -> pd.DataFrame:
        """Return the headlines that are one number of a run: one row a run, one column a measure of the catalogue.

        What needs the world without donors' money is missing where that was not run.
        """
        return headlines(self.survival, self.activity, self.countries, self.accounts, self.twin)

    def by_country(self) -> pd.DataFrame:
        """Return each country's stocks at the end and its flows in all years: iso3, measure, mean, low, high over runs.

        Initiatives, people served, money of donors, treasuries and levies, the treasury's room, exits and closures,
        and the users beyond those of the world without donors' money. Means of countries add up to the world's.
        """
        return by_country(self.accounts, self.countries, self.twin)

    def year_reached(self, level: float = UNIVERSAL_USE.value) -> pd.DataFrame:
        """Return the first year with that share of people online: run, group, year (missing: not by the end)."""
        return year_reached(self.divide, level)

    def chart(self, kind: str = "use", **choices: Any) -> charts.Chart:
        """Make the tidy table of a figure, with title and units.

        Args:
            kind: use, survival, funding, challenges or sdg, or the name of any measure that is recorded by year.
            choices: what is shown: focus and groups (of use), groups (of a measure), by any of their names;
                dimension, longest and weight (of survival); most (of funding).

        Raises:
            ResultsError: there is no such figure, choice or dimension, or the group was not recorded.
            InputError: there is no such group or country.
        """
        if kind in gallery():
            charts.check_choices(kind, choices, gallery()[kind].known_choices())
            return gallery()[kind].make(self, **choices)
        if kind in CATALOGUE and CATALOGUE[kind].table in ("divide", "activity"):
            charts.check_choices(kind, choices, ("groups",))
            return charts.over_time(CATALOGUE[kind], self.divide, self.activity, countries=self.countries, **choices)
        raise ResultsError(
            f"no figure is called '{kind}'",
            expected=one_of(gallery(), kind) + ", or a measure of a table by year",
            nearest=nearest(kind, (*gallery(), *CATALOGUE)),
        )

    def plot(self, kind: str = "use", **choices: Any) -> Figure:
        """Draw a figure, by the names that :meth:`chart` takes."""
        return figures.draw(self.chart(kind, **choices), charts.subtitle_of(self))

    def against(self, other: Results) -> pd.DataFrame:
        """Compare with another scenario run by run: this one less the other one, on the same luck.

        Args:
            other: results of the same seed and the same runs.

        Returns:
            year (missing for what covers all years), group, measure, mean, low, high (90% of the paired differences),
            correlation of the two scenarios over the runs (missing if one of them never varies or with fewer than
            three runs), zero_in_band and runs (how many had a value in both).

        Raises:
            ResultsError: the editions of the model differ, or the seeds or the runs, so that a pair would not share its
                luck.
        """
        editions = edition_of(self.manifest), edition_of(other.manifest)
        if editions[0] != editions[1]:
            raise ResultsError(
                f"results of editions {editions[0]} and {editions[1]} of the model can't be compared",
                expected="two results of one edition",
            )
        mine, theirs = self._luck(), other._luck()
        if mine != theirs:
            raise ResultsError(
                "the two results can't be compared run by run",
                expected=f"the same seed and runs, not {_luck_in_words(mine)} against {_luck_in_words(theirs)}",
            )
        one, two = self._by_run(), other._by_run()
        rows = one.index.intersection(two.index, sort=False)
        one, two = one.loc[rows], two.loc[rows, one.columns]
        return _paired(rows, one.to_numpy(float), two.to_numpy(float))

    def _luck(self) -> tuple[Any, tuple[int, ...]]:
        """Return the seed and the run numbers."""
        return self.manifest.get("seed"), tuple(sorted({int(run) for run in self.divide["run"].unique()}))

    def _by_run(self) -> pd.DataFrame:
        """Lay out all that is compared: one row for each year, group and measure, one column for each run."""
        divide = self.divide[["run", "year", "group", "measure", "value"]].astype({"group": str, "measure": str})
        clocks = []
        for clock, dimension in (("exit", "all"), ("founding", "all_from_founding")):
            shares = self.survival_after(dimension=dimension)
            names = [f"serving_{years:g}_years_after_{clock}" for years in shares["years_after_exit"]]
            clocks.append(shares.assign(measure=names, group="initiatives", value=shares["survival"]))
        costs = [
            dollars_per_user_year(self.activity, years)
            .rename("value")
            .rename_axis("run")
            .reset_index()
            .assign(group="initiatives", measure=name)
            for name, years in COSTS.items()
        ]
        known = {str(name) for shares in clocks for name in shares["measure"].unique()}
        first = self.headlines()[[name for name in WHOLE_RUN if name not in known]]
        first = first.rename_axis("run").reset_index().melt(id_vars="run", var_name="measure")
        whole = pd.concat(
            [
                *(shares[["run", "measure", "group", "value"]] for shares in clocks if len(shares)),
                *costs,
                first.assign(group="initiatives"),
            ]
        ).assign(year=-1)  # one number for all years; shown as missing
        tall = pd.concat([divide.astype({"year": int}), self._indicators(), whole[divide.columns]])
        tall = tall.astype({"value": float})
        return tall.set_index(["year", "group", "measure", "run"])["value"].unstack("run")

    def _indicators(self) -> pd.DataFrame:
        """Return what is recorded of activity in the shape of the divide: run, year, group, measure, value."""
        activity = self.activity if "group" in self.activity else self.activity.assign(group="world")
        return activity[["run", "year", "group", "measure", "value"]].astype(
            {"group": str, "measure": str, "year": int}
        )

    def summary(self) -> Summary:
        """Return the numbers that the answer rests on."""
        founding = self.survival_after(dimension="all_from_founding")
        brought = closure_by_cooperation(self.countries, self.twin, self._focus())
        after = self.survival_after()
        return summarise(self.divide, after, self.activity, self.manifest, founding, self.headlines(), brought)

    def answer(self) -> Answer:
        """Return the answer in plain language, with its tables and charts."""
        return self._whole(self.summary(), self._close_up())

    def brief(self) -> Answer:
        """Return the answer for one screen: three sentences, the four headlines with intervals, and notes."""
        return self._on_one_screen(self.summary(), self._close_up())

    def answers(self) -> tuple[Answer, Answer]:
        """Return the whole answer and that for one screen, whose numbers are worked out once."""
        summary, parts = self.summary(), self._close_up()
        return self._whole(summary, parts), self._on_one_screen(summary, parts)

    def _whole(self, summary: Summary, parts: tuple[Answer, ...]) -> Answer:
        return answer_of_run(summary, self.divide, self.manifest, tuple(charts_of_report(self)), parts)

    def _on_one_screen(self, summary: Summary, parts: tuple[Answer, ...]) -> Answer:
        return brief(summary, self.manifest, self._focus(), parts)

    def _close_up(self) -> tuple[Answer, ...]:
        """Return the answer on the country in focus, if one is."""
        focus = self._focus()
        return (country_part(self, focus),) if shipped_groups().is_country(focus) else ()

    def _focus(self) -> str:
        """Return the group or country in focus, by the name that tables have."""
        return shipped_groups().read(str(self.manifest.get("focus", "LDC")), "focus")

    def to_parquet(self, folder: str | os.PathLike[str]) -> Path:
        """Write the tables as Parquet and the manifest into a folder; see :meth:`save`."""
        return self.save(folder)

    def save(self, folder: str | os.PathLike[str], kinds: Sequence[str] = (PARQUET,)) -> Path:
        """Write the tables and the manifest into a folder, all or nothing, and return the folder.

        Files of an earlier result are replaced or removed; other files in the folder are left alone.

        Args:
            folder: where the files belong.
            kinds: one or more of parquet, csv and excel. Parquet is what :meth:`read` reads. Excel is one workbook with
                sheets that explain columns and measures. A sheet holds 1,048,575 rows.

        Raises:
            InputError: the folder or the list of kinds can't be used.
            ResultsError: there is no such kind, a table has no room in a sheet, the extra `excel` is not installed, or
                the folder can't be written.
        """
        place, wanted = arguments.place("folder", folder), _kinds(kinds)
        if EXCEL in wanted:  # before anything is written
            writer()
            check_sizes({name: getattr(self, name) for name in TABLES})
        stale = {name for kind in KINDS if kind not in wanted for name in _files(kind)}
        try:
            with added_files(place, last=MANIFEST, stale=stale) as unfinished:
                self._write_into(unfinished, wanted)
        except OSError as problem:
            raise not_written(problem, place) from problem
        return place

    def _write_into(self, folder: Path, kinds: Sequence[str]) -> None:
        """Write every file of a result."""
        tables = {name: getattr(self, name) for name in TABLES}
        write_tables(tables, folder, kinds)
        if EXCEL in kinds:
            write_workbook(tables, self.manifest, folder / WORKBOOK)
        write_manifest(folder, self.manifest)

    @classmethod
    def read(cls, folder: str | os.PathLike[str]) -> Results:
        """Read what :meth:`save` wrote as Parquet.

        Raises:
            ResultsError: the folder is missing, incomplete, not a result, or made by another edition of the model.
        """
        place = arguments.place("folder", folder)
        manifest = read_manifest(place, "result")
        missing = [name for name in TABLES if not (place / f"{name}.parquet").exists()]
        if missing and len(missing) < len(TABLES):
            raise ResultsError(
                f"the results ({written_by(manifest)}) have no table '{missing[0]}', which this version needs",
                file=str(folder),
                expected="results of this version: make them again",
            )
        try:
            tables = {name: pd.read_parquet(place / f"{name}.parquet", engine="pyarrow") for name in TABLES}
        except (OSError, ValueError) as problem:
            raise ResultsError(f"the results can't be read: {problem}", file=str(folder)) from problem
        return cls(**tables, manifest=manifest)


def _kinds(kinds: Sequence[str]) -> tuple[str, ...]:
    """Return the kinds of files that are asked for; one alone may be a text."""
    wanted = (kinds,) if isinstance(kinds, str) else arguments.texts("kinds", kinds)
    for kind in wanted:
        if kind not in KINDS:
            raise ResultsError(
                f"there is no kind of file called {shown(kind)}",
                key="kinds",
                expected=one_of(KINDS, kind),
                nearest=nearest(kind, KINDS),
            )
    if not wanted:
        raise ResultsError("nothing would be written", key="kinds", expected=one_of(KINDS))
    return wanted


def _files(kind: str) -> list[str]:
    """Return the names of the files of a kind."""
    return [WORKBOOK] if kind == EXCEL else [f"{name}.{kind}" for name in TABLES]


def bands(table: pd.DataFrame, by: list[str], value: str) -> pd.DataFrame:
    """Return the median and the 90% band over runs of a column, for each combination of the others."""
    plain = table[[*by, value]].astype({name: str for name in by if isinstance(table[name].dtype, pd.CategoricalDtype)})
    quantiles = plain.groupby(by, sort=True)[value].quantile(np.array([0.5, *BAND])).unstack()
    return quantiles.set_axis(["median", "low", "high"], axis=1).reset_index()


def _luck_in_words(luck: tuple[Any, tuple[int, ...]]) -> str:
    """Write a seed and its runs for an error message."""
    return f"seed {luck[0]} with {len(luck[1])} runs"


def _paired(rows: pd.Index, one: FloatArray, two: FloatArray) -> pd.DataFrame:
    """Summarise differences by row; arrays have shape (rows, runs)."""
    known = np.isfinite(one) & np.isfinite(two)
    some = known.any(axis=1)
    rows, one, two, known = rows[np.flatnonzero(some)], one[some], two[some], known[some]
    one, two = np.where(known, one, np.nan), np.where(known, two, np.nan)
    difference = one - two
    low, high = np.nanquantile(difference, BAND, axis=1) if len(rows) else (np.empty(0), np.empty(0))
    table = rows.to_frame(index=False)
    table["year"] = table["year"].astype("Int16").mask(table["year"] < 0)
    table["mean"] = np.nanmean(difference, axis=1) if len(rows) else np.empty(0)
    table["low"], table["high"] = low, high
    table["correlation"] = _correlation(one, two)
    table["zero_in_band"] = (low <= 0.0) & (high >= 0.0)
    table["runs"] = known.sum(axis=1)
    return table


def _correlation(one: FloatArray, two: FloatArray) -> FloatArray:
    """Correlate two scenarios over runs, row by row; missing where one does not vary or with fewer than three runs."""
    if one.shape[0] == 0:
        return np.empty(0)
    first = one - np.nanmean(one, axis=1, keepdims=True)
    second = two - np.nanmean(two, axis=1, keepdims=True)
    spread = np.sqrt(np.nansum(first**2, axis=1) * np.nansum(second**2, axis=1))
    size = np.nanmax(np.abs(one), axis=1) * np.nanmax(np.abs(two), axis=1)
    enough = (np.isfinite(one).sum(axis=1) >= 3) & (spread > 1e-18 * size)
    together = np.nansum(first * second, axis=1)
    found: FloatArray = np.divide(together, spread, out=np.full(spread.shape, np.nan), where=enough)
    return np.clip(found, -1.0, 1.0)
