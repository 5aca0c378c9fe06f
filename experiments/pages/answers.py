"""Answer the question of each shipped study and search at its full size, and write the page of answers.

    python -m afteraid.experiments.pages.answers --work sweeps/full [--workers 2] [--out docs/answers.md]
    python -m afteraid.experiments.pages.answers --opening [--runs 30]
    python -m afteraid.experiments.pages.answers --work sweeps/full --study exit-timing

The second line writes the opening of the page anew, on the questions of the mission, and keeps the rest; the third one
writes the parts on some studies anew, and with `search-robust-mix` the one on the search. Runs that are missing in the
folder of work are made there, which takes some hours; a sweep or a search that was stopped goes on.
"""

from __future__ import annotations

import argparse
import re
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from types import ModuleType

from afteraid.simulation.basis.errors import InputError, nearest, one_of
from afteraid.simulation.basis.machine import installed
from afteraid.simulation.ensemble import Progress
from afteraid.simulation.results.answer import Answer
from afteraid.simulation.results.drawing import save
from afteraid.simulation.results.faces.markdown import markdown
from afteraid.simulation.scenario.scenario import load_scenario

from ..compare.drawn import write_charts
from ..planning.mission import mission
from ..questions import donor_cliff, exit_timing, ldc_closure, mechanism_race, robust_mix, when_to_leave
from ..reading.charts import subtitle
from ..reading.data import SweepData, open_sweep
from ..reading.figures import draw
from ..search.answer import answer_of
from ..search.figure import draw_coordinates
from ..search.search import search
from ..search.tables import Found
from ..sweep.sweep import sweep
from .layout import wrapped

FILE = Path(__file__).parents[2] / "docs" / "answers.md"
QUESTIONS = (exit_timing, when_to_leave, mechanism_race, ldc_closure, donor_cliff, robust_mix)
SEARCH = "robust-mix"
DOTS = 90
PART = re.compile(r"^(?=## )", re.M)  # a part of the page begins
MISSION, STUDIES, RUNS = "## The questions of the mission", "## The shipped studies, at full size", 30
OPENING = """# Questions, answered

Generated; do not edit. Rebuild with `python -m afteraid.experiments.pages.answers`.

"""
ON_STUDIES = f"""{STUDIES}

This section shows the shipped studies and the shipped search at full size, with version {installed("afteraid")} of the
model. Each script in `experiments/questions/` prints the same sentences from a sweep of any size:
`python -m afteraid.experiments.questions.exit_timing`.
"""
CLOSING = """## How far to trust this

Four in five parameters of the model are judged. An interval covers random variation and the parameters that the study
draws or varies. It does not cover what the rules leave out. [skill.md](skill.md) and [patterns.md](patterns.md) show
errors of the simulation in the past. [uncertainty.md](uncertainty.md) shows the effect of other rules.
"""


def mission_answer(pictures: Path, runs: int = RUNS, workers: int | None = None) -> str:
    """Return the opening of the page, on the questions of the mission, and draw its figures.

    Args:
        pictures: folder of the page's pictures.
        runs: of each world that is compared.
        workers: processes to use.
    """
    answer = mission(load_scenario("baseline"), runs, workers=workers, progress=_count("mission"))
    drawn = write_charts(answer, pictures / "mission", DOTS)
    about = f"`afteraid mission --runs {runs}`, with version {installed('afteraid')} of the model."
    lines = [MISSION, "", about, "", *map(_verdict, answer.parts), ""]
    for part in answer.parts:
        lines += [markdown(part, 3)]
        for chart in part.charts:
            if chart.name in drawn:
                lines += [f"![{chart.title}]({pictures.name}/mission/{drawn[chart.name].name})", ""]
    return "\n".join([*lines, *answer.notes, ""])


def _verdict(part: Answer) -> str:
    """Return the line of a question: its name, and the first two sentences of its answer."""
    return f"- **{part.title}.** {' '.join(part.sentences[:2])}"


def write_opening(out: Path, runs: int = RUNS, workers: int | None = None) -> None:
    """Write the opening of a page that is there anew, and keep the rest, from the shipped studies on."""
    page = out.read_text(encoding="utf-8")
    opening = mission_answer(out.with_suffix(""), runs, workers)
    out.write_text(wrapped(f"{OPENING}{opening}\n{page[page.index(STUDIES) :]}"), encoding="utf-8")


def study_answer(script: ModuleType, data: SweepData, pictures: Path) -> str:
    """Return the part of the page on one study, and draw its figures.

    Args:
        script: one of :data:`QUESTIONS`; its `SHOWN` names the charts that the page has.
        data: of the finished sweep.
        pictures: folder of the page's pictures.
    """
    study, answer = data.study, script.read(data)
    charts = {chart.name: chart for chart in answer.all_charts()}
    shown = []
    for name in script.SHOWN:
        chart = charts[name]
        path = save(draw(chart, subtitle(data)), pictures / f"{study.name}-{name}.png", DOTS)
        shown.append(f"![{chart.title}]({pictures.name}/{path.name})")
    title = study.written.title or study.name
    command = f"`afteraid sweep {study.name} --out sweeps/{study.name}`"
    about = f"{subtitle(data).removeprefix(f'{title}: ')}: {command}."
    found = markdown(replace(answer, title="", sentences=answer.sentences[1:]), 2)
    return "\n".join([f"## {title}", "", f"*{study.written.question}*", "", about, "", found, *shown, ""])


def search_answer(found: Found, pictures: Path) -> str:
    """Return the part of the page on a search, and draw its figure."""
    written, name = found.search.written, found.search.name
    path = save(draw_coordinates(found), pictures / f"search-{name}.png", DOTS)
    text = markdown(replace(answer_of(found), title=""), 2)
    lines = [
        f"## {written.title or name}: the search", "", f"*{written.question}*", "",
        f"`afteraid search {name} --out searches/{name}`", "", text,
        f"![Strategies that do well in many futures]({pictures.name}/{path.name})", "",
    ]  # fmt: skip
    return "\n".join(lines)


def write(work: Path, out: Path, workers: int | None = None, runs: int = RUNS) -> None:
    """Run what is missing, and write the page with its pictures beside it, in a folder of its name."""
    pictures = out.with_suffix("")
    parts = [OPENING + mission_answer(pictures, runs, workers), ON_STUDIES]
    for script in QUESTIONS:
        folder = work / script.STUDY
        sweep(script.STUDY, folder, workers=workers, resume=True, sample=False, progress=_count(script.STUDY))
        parts.append(study_answer(script, open_sweep(folder), pictures))
    found = search(SEARCH, work / f"search-{SEARCH}", workers=workers, resume=True, progress=_count("search"))
    parts += [search_answer(found, pictures), CLOSING]
    out.write_text(wrapped("\n".join(parts)), encoding="utf-8")


def write_studies(work: Path, out: Path, names: Sequence[str], workers: int | None = None) -> None:
    """Write the parts of a page that is there on some studies anew, each in its place, and keep the rest.

    Raises InputError for a name that is none of the page's studies.
    """
    searched = f"search-{SEARCH}"
    known = [*(script.STUDY for script in QUESTIONS), searched]
    for name in names:
        if name not in known:
            raise InputError(
                "the page has no such study", key=name, expected=one_of(known, name), nearest=nearest(name, known)
            )
    parts = PART.split(out.read_text(encoding="utf-8"))
    for script in QUESTIONS:
        if script.STUDY in names:
            folder = work / script.STUDY
            sweep(script.STUDY, folder, workers=workers, resume=True, sample=False, progress=_count(script.STUDY))
            made = study_answer(script, open_sweep(folder), out.with_suffix(""))
            parts = _with_part(parts, made, [one.STUDY for one in QUESTIONS[QUESTIONS.index(script) + 1 :]])
    if searched in names:
        found = search(SEARCH, work / searched, workers=workers, resume=True, progress=_count("search"))
        parts = _with_part(parts, search_answer(found, out.with_suffix("")), [])
    out.write_text(wrapped("".join(parts)), encoding="utf-8")


def _with_part(parts: Sequence[str], made: str, later: Sequence[str]) -> list[str]:
    """Return the parts of a page with one in the place of that of its title, or before the first of later studies."""
    title = made.partition("\n")[0]
    kept = [part for part in parts if part.partition("\n")[0] != title]
    places = [place for place, part in enumerate(parts) if part.partition("\n")[0] == title]
    places += [place for place, part in enumerate(kept) if any(f"`afteraid sweep {name} " in part for name in later)]
    place = places[0] if places else len(kept)
    return [*kept[:place], made.rstrip("\n") + "\n\n", *kept[place:]]


def _count(name: str) -> Progress:
    """Return what says how many runs are done, on a terminal."""

    def said(done: int, whole: int) -> None:
        if sys.stderr.isatty():
            end = "\n" if done == whole else ""
            print(f"\r{name}: {done:,} of {whole:,} runs", end=end, file=sys.stderr, flush=True)

    return said


def main() -> None:
    """Run and write."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    wanted = parser.add_mutually_exclusive_group(required=True)
    wanted.add_argument("--work", type=Path, help="folder of the sweeps and of the search")
    wanted.add_argument("--opening", action="store_true", help="write the opening alone anew")
    parser.add_argument("--study", action="append", metavar="NAME", help="write the part on this study alone anew")
    parser.add_argument("--runs", type=int, default=RUNS, help="of each world that the opening compares")
    parser.add_argument("--workers", type=int)
    parser.add_argument("--out", type=Path, default=FILE)
    asked = parser.parse_args()
    if asked.opening:
        write_opening(asked.out, asked.runs, asked.workers)
    elif asked.study:
        write_studies(asked.work, asked.out, asked.study, asked.workers)
    else:
        write(asked.work, asked.out, asked.workers, asked.runs)


if __name__ == "__main__":
    main()
