"""What the scripts of this folder share: a small sweep or a folder that is there, the answer, its figures."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import pandas as pd

from afteraid.simulation.basis.errors import AfterAidError
from afteraid.simulation.results.charts import Chart
from afteraid.simulation.results.words.names import capitalised, joined, spoken
from afteraid.simulation.results.words.verdicts import FEW_DRAWS, NO_CLEAR_EFFECT, WHY

from ..reading.charts import subtitle
from ..reading.data import SweepData, open_sweep
from ..reading.figures import write_charts
from ..reading.findings import comparison
from ..reading.reading import paired
from ..study.study import Study, read_study
from ..sweep.sweep import sweep

INPUT_STATUS = 2
MOST_NAMED = 6  # of those that are level
CHANCE = 0.1  # expected findings by chance that are worth a word


@dataclass
class Answer:
    """What a script found: sentences, and charts by name."""

    sentences: list[str] = field(default_factory=list)
    charts: dict[str, Chart] = field(default_factory=dict)

    def lines(self) -> list[str]:
        """Return the sentences as a list, those that belong to one above them further in."""
        return [
            f"{sentence[: len(sentence) - len(sentence.lstrip())]}- {sentence.lstrip()}" for sentence in self.sentences
        ]


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
        print(f"{chosen.written.question}\n({subtitle(data)})\n")
        print("\n".join(answer.lines()))
        write_charts(answer.charts, given.out / "figures", subtitle(data))
    except AfterAidError as problem:
        print(f"Error: {problem}", file=sys.stderr)
        return INPUT_STATUS
    print(f"\nFigures are in {given.out / 'figures'}")
    return 0


def _swept(study: Study, folder: Path, runs: int, workers: int | None) -> Path:
    """Run the study into a folder, or resume it."""
    print(f"Running {study.with_runs(runs).runs:,} runs into {folder}", file=sys.stderr)
    sweep(study, folder, runs=runs, workers=workers, resume=True, sample=False)
    return folder


def compared(
    data: SweepData, outcome: str, factor: str, against: float | str, relative: bool = False,
    where: dict[str, float | str] | None = None,
) -> list[str]:  # fmt: skip
    """Say how each value of a factor differs from one of them, largest first, and name those without clear effect."""
    table = paired(data, outcome, factor, against, relative, where)
    table = table.sort_values("mean", ascending=False, kind="stable")
    clear = is_clear(table)
    unit = data.unit(outcome)
    said = [comparison(spoken(str(row["value"])), row, unit, relative) for _, row in table[clear].iterrows()]
    if (~clear).any():
        names = joined([spoken(str(value)) for value in table.loc[~clear, "value"]])
        few = int(table["draws"].max()) < FEW_DRAWS
        why = f"too few draws: {int(table['draws'].max())}" if few else WHY
        said.append(f"{capitalised(NO_CLEAR_EFFECT)} ({why}): {names}.")
    return said


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
    beside = paired(data, outcome, factor, best, where=where)
    return spoken(str(best)), [spoken(str(value)) for value in beside.loc[~is_clear(beside), "value"]]


def leader_said(leader: tuple[str, list[str]], what: str, tried: tuple[float | str, ...] = ()) -> str:
    """Name the best value, those not clearly different, and whether it is at the end of the numbers tried."""
    best, others = leader
    numbers = [spoken(str(value)) for value in tried if not isinstance(value, str)]
    if numbers and best in (numbers[0], numbers[-1]):
        best += f" (the {'smallest' if best == numbers[0] else 'largest'} value tried)"
    if not others:
        return f"{what}: {best}; better than each alternative in at least 90% of paired runs."
    named = f"{len(others)} others" if len(others) > MOST_NAMED else joined(others)
    return f"{what}: {best} on average; no clear difference from {named}."


def by_chance(comparisons: int, draws: int) -> str:
    """Say how many of so many comparisons would look clear by chance alone; nothing where that is rare."""
    expected = comparisons * 2.0 ** (1 - draws)
    if expected < CHANCE or draws < FEW_DRAWS:
        return ""
    return (
        f"Of {comparisons} comparisons over {draws} draws, {expected:.1f} would have one sign in all pairs by chance. "
        "Make more runs before you rely on a small effect."
    )
