"""What the scripts of this folder share: a small sweep or a folder that is there, the answer, its figures."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

import pandas as pd
from rich.console import Console

from afteraid.simulation.basis.errors import AfterAidError
from afteraid.simulation.basis.files import CSV, write_tables
from afteraid.simulation.results.answer import Answer, Table
from afteraid.simulation.results.charts import Chart
from afteraid.simulation.results.faces.terminal import print_answer
from afteraid.simulation.results.words.names import joined, spoken
from afteraid.simulation.results.words.templates import Templates
from afteraid.simulation.results.words.verdicts import FEW_DRAWS

from ..reading.charts import subtitle
from ..reading.data import SweepData, open_sweep
from ..reading.figures import write_charts
from ..reading.reading import paired
from ..reading.sentences import difference_said
from ..study.size import size_said
from ..study.study import Study, read_study
from ..sweep.sweep import sweep

INPUT_STATUS = 2
MOST_NAMED = 6  # of those that are level
MOST_WORDS = 17  # of the names in one sentence
CHANCE = 0.1  # expected findings by chance that are worth a word
SAY = Templates(
    "questions",
    unclear="No clear effect (the 90% interval includes zero): {items}.",
    few="No clear effect (too few draws: {draws}): {items}.",
    best="{what}: {best}; better than each alternative in at least 90% of paired runs.",
    best_on_average="{what}: {best} on average; no clear difference from {others}.",
    best_of_many="{what}: {best} on average; no clear difference from {count} others.",
    smallest="The smallest value tried is {best}.",
    largest="The largest value tried is {best}.",
    by_chance="Of {comparisons} comparisons over {draws} draws, {expected} would have one sign in all pairs by chance. "
    "Make more runs before you rely on a small effect.",
)
Reader = Callable[[SweepData], Answer]


def ask(study: str, runs: int, read: Reader, arguments: list[str] | None = None) -> int:
    """Run a study at small size, or read its folder; print the answer, draw the figures, and return an exit status.

    Args:
        study: name of a shipped one.
        runs: about how many, where ``--runs`` does not say.
        read: makes the answer of an opened sweep.
        arguments: of the command line; those of this process if left out.
    """
    parser = argparse.ArgumentParser(description=read_study(study).written.question)
    parser.add_argument("--runs", type=int, default=runs, help=f"about how many runs (default: {runs})")
    parser.add_argument("--out", type=Path, default=Path("reports") / study, help="folder for sweep and figures")
    parser.add_argument("--folder", type=Path, help="read this sweep instead of running one")
    parser.add_argument("--study", default=study, help="another study file with the same factors and outcomes")
    parser.add_argument("--workers", type=int, help="processes at work; all cores if left out")
    given = parser.parse_args(arguments)
    try:
        chosen = read_study(given.study)
        folder = given.folder or _swept(chosen, given.out / "sweep", given.runs, given.workers)
        data = open_sweep(folder)
        answer = read(data)
        print_answer(answer, Console(highlight=False))
        write_charts(answer.all_charts(), given.out / "figures", answer.title)
        tables = {table.name: table.data for table in answer.all_tables()}
        if tables:
            (given.out / "tables").mkdir(parents=True, exist_ok=True)
            write_tables(tables, given.out / "tables", (CSV,))
    except AfterAidError as problem:
        print(f"Error: {problem}", file=sys.stderr)
        return INPUT_STATUS
    if tables:
        print(f"\nTables are in {given.out / 'tables'}")
    print(f"\nFigures are in {given.out / 'figures'}")
    return 0


def _swept(study: Study, folder: Path, runs: int, workers: int | None) -> Path:
    """Run the study into a folder, or resume it."""
    size = size_said(study, runs)
    if size:
        print(f"Note: {size}", file=sys.stderr)
    print(f"Running {study.with_runs(runs).runs:,} runs into {folder}", file=sys.stderr)
    sweep(study, folder, runs=runs, workers=workers, resume=True, sample=False)
    return folder


def answer_to(
    data: SweepData, parts: Iterable[Answer], sentences: Sequence[str] = (), charts: Sequence[Chart] = (),
    notes: Sequence[str] = (), tables: Sequence[Table] = (),
) -> Answer:  # fmt: skip
    """Return the answer to a study's question, which comes before its sentences."""
    question = data.study.written.question
    return Answer(
        subtitle(data), (question, *sentences), tuple(tables), tuple(charts), tuple(filter(None, notes)), data.manifest,
        tuple(parts),
    )  # fmt: skip


def compared(
    data: SweepData, outcome: str, factor: str, against: float | str, relative: bool = False,
    where: dict[str, float | str] | None = None, among: str = "",
) -> list[str]:  # fmt: skip
    """Say how each value of a factor differs from one of them, largest first, and name those without clear effect.

    Args:
        data: of the sweep.
        outcome: which.
        factor: whose values are compared.
        against: the value that the others are compared with.
        relative: in percent of what is compared with.
        where: other factors, held at a value.
        among: with what the names of the values begin that are compared.
    """
    table = paired(data, outcome, factor, against, relative, where)
    table = table[[str(value).startswith(among) for value in table["value"]]]
    table = table.sort_values("mean", ascending=False, kind="stable")
    clear = is_clear(table)
    unit = data.unit(outcome)
    said = [difference_said(spoken(str(row["value"])), row, unit, relative) for _, row in table[clear].iterrows()]
    return [*said, *unclear_said(table[~clear])]


def unclear_said(table: pd.DataFrame) -> list[str]:
    """Name the values of paired differences without a clear effect, and say why there is none."""
    if table.empty:
        return []
    items, draws = joined([spoken(str(value)) for value in table["value"]]), int(table["draws"].max())
    return [SAY("few", draws=draws, items=items) if draws < FEW_DRAWS else SAY("unclear", items=items)]


def is_clear(table: pd.DataFrame) -> pd.Series[bool]:
    """Say which paired differences are clear."""
    return ~table["zero_in_band"].astype(bool) & (table["draws"] >= FEW_DRAWS)


def leaders(
    data: SweepData, outcome: str, factor: str, most: bool = True, where: dict[str, float | str] | None = None
) -> tuple[str, list[str]]:
    """Return the value of a factor with the most (or least) of an outcome, and those not clearly different."""
    first = data.factor(factor).names()[0]
    table = paired(data, outcome, factor, first, where=where)
    means = pd.concat([pd.Series([0.0], index=[first]), table.set_index("value")["mean"]])
    best = means.idxmax() if most else means.idxmin()
    others = paired(data, outcome, factor, best, where=where)
    return spoken(str(best)), [spoken(str(value)) for value in others.loc[~is_clear(others), "value"]]


def leader_said(leader: tuple[str, list[str]], what: str, tried: tuple[float | str, ...] = ()) -> str:
    """Name the best value, those not clearly different, and whether it is at the end of the numbers tried."""
    best, others = leader
    if not others:
        said = SAY("best", what=what, best=best)
    elif len(others) > MOST_NAMED or len(f"{what} {best} {joined(others)}".split()) > MOST_WORDS:
        said = SAY("best_of_many", what=what, best=best, count=len(others))
    else:
        said = SAY("best_on_average", what=what, best=best, others=joined(others))
    numbers = [spoken(str(value)) for value in tried if not isinstance(value, str)]
    if numbers and best == numbers[0]:
        return f"{said} {SAY('smallest', best=best)}"
    if numbers and best == numbers[-1]:
        return f"{said} {SAY('largest', best=best)}"
    return said


def by_chance(comparisons: int, draws: int) -> str:
    """Say how many of so many comparisons would look clear by chance alone; nothing where that is rare."""
    expected = comparisons * 2.0 ** (1 - draws)
    if expected < CHANCE or draws < FEW_DRAWS:
        return ""
    return SAY("by_chance", comparisons=comparisons, draws=draws, expected=f"{expected:.1f}")
