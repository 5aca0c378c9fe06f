"""Make every page of the documentation that rests on runs, at full size, one after the other.

    python -m afteraid.experiments.pages.all --reference FOLDER --work FOLDER [--only NAME ...] [--workers 2]

`--reference` holds the panels: internet_use.csv, country_year.csv and those of access. `--work` keeps the sweeps, the
search and the fit, and notes which pages are done: a command that was stopped goes on with the next page. A note counts
for this code of the model only, and a page that `--only` names is always made. All take some hours on two cores.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from afteraid.simulation.basis.errors import InputError, ResultsError, nearest, one_of
from afteraid.simulation.basis.files import place_whole
from afteraid.simulation.basis.manifest import code_hashes

ROOT = Path(__file__).parents[2]
PANEL, COVARIATES = "internet_use.csv", "country_year.csv"
DONE = "done.json"  # in the folder of work: page -> hash of the code that made it


@dataclass(frozen=True)
class Page:
    """A page, and the commands that make it; {reference}, {work} and {workers} stand for what the user gave.

    Attributes:
        name: as `--only` takes it.
        commands: arguments of `python`, in their order.
        reads: files of the folder of reference.
    """

    name: str
    commands: tuple[tuple[str, ...], ...]
    reads: tuple[str, ...] = ()


def _page(name: str, *options: str, reads: tuple[str, ...] = ()) -> Page:
    return Page(name, (("-m", f"{__package__}.{name}", *options),), reads)


WORKERS = ("--workers", "{workers}")
FILES = ("--panel", f"{{reference}}/{PANEL}", "--covariates", f"{{reference}}/{COVARIATES}")
FIT = "{work}/closure"
BOTH = (PANEL, COVARIATES)
PAGES = (
    _page("measures"),
    _page("parameters"),
    _page("scenarios", *WORKERS),
    _page("patterns", *WORKERS),
    _page("natural_experiments", *WORKERS),
    _page("levers", *WORKERS),
    _page("uncertainty", *WORKERS),
    _page("adoption", *FILES, reads=BOTH),
    _page("ldc", *FILES, reads=BOTH),
    Page(
        "closure",
        (
            ("-m", "afteraid", "calibrate", "--closure", "--quiet", "--out", FIT, *WORKERS),
            ("-m", f"{__package__}.closure", "--fit", FIT, *WORKERS),
        ),
    ),
    _page("answers", "--work", "{work}/studies", *WORKERS),
    _page("skill", *FILES, "--access", "{reference}", "--runs", "100", reads=BOTH),
    Page("same-results", (("benchmarks/same_results.py", "write", "docs/measured/same-results.json"),)),
    Page("speed", (("benchmarks/world.py", "--write"),)),
    Page("sweep", (("benchmarks/sweep.py", "--out", "docs/measured/sweep.md"),)),
)
NAMES = tuple(page.name for page in PAGES)


def chosen(names: Sequence[str] | None) -> tuple[Page, ...]:
    """Return the pages of these names in their order, or all; raises InputError for a name that no page has."""
    for name in names or ():
        if name not in NAMES:
            raise InputError(
                "no page has this name", key=name, expected=one_of(NAMES, name), nearest=nearest(name, NAMES)
            )
    return tuple(page for page in PAGES if names is None or page.name in names)


def check_reference(pages: Sequence[Page], reference: Path) -> None:
    """Refuse a folder of reference without a file that a page reads, before anything is run."""
    for page in pages:
        for name in page.reads:
            if not (reference / name).is_file():
                raise ResultsError(f"has no file {name}", file=str(reference), key="--reference", expected=name)


def make(pages: Sequence[Page], reference: Path, work: Path, workers: int, again: bool = False) -> list[str]:
    """Make the pages that were not made by this code yet, or all `again`; return the names of those that failed."""
    work.mkdir(parents=True, exist_ok=True)
    code, done = _code(), _done(work)
    failed = []
    for number, page in enumerate(pages, 1):
        if done.get(page.name) == code and not again:
            print(f"{number} of {len(pages)}: {page.name} is made already", flush=True)
            continue
        print(f"{number} of {len(pages)}: {page.name}", flush=True)
        began = time.monotonic()
        given = {"reference": str(reference.absolute()), "work": str(work.absolute()), "workers": str(workers)}
        if all(_succeeds(command, given) for command in page.commands):
            done[page.name] = code
            place_whole(work / DONE, json.dumps(done, indent=1).encode())
        else:
            failed.append(page.name)
        print(f"    {time.monotonic() - began:,.0f} s{', FAILED' if page.name in failed else ''}", flush=True)
    return failed


def _succeeds(command: Sequence[str], given: Mapping[str, str]) -> bool:
    """Run one command at the root of the project, and say whether it succeeded; its errors are shown."""
    written = [sys.executable, *(part.format(**given) for part in command)]
    return subprocess.run(written, cwd=ROOT, stdout=subprocess.DEVNULL, check=False).returncode == 0


def _code() -> str:
    """Return the hash of all code that decides the bits of a run."""
    return hashlib.sha256(json.dumps(code_hashes(), sort_keys=True).encode()).hexdigest()


def _done(work: Path) -> dict[str, str]:
    """Return which pages were made by which code."""
    path = work / DONE
    return dict(json.loads(path.read_text(encoding="utf-8"))) if path.is_file() else {}


def main(arguments: Sequence[str] | None = None) -> int:
    """Make the pages; return 1 where one failed, and 2 where what was given can't be used."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--reference", type=Path, required=True, help="folder of the panels")
    parser.add_argument("--work", type=Path, required=True, help="folder of sweeps, search and fit; kept")
    parser.add_argument(
        "--only", action="append", metavar="NAME", help=f"one page; may be repeated: {', '.join(NAMES)}"
    )
    parser.add_argument("--workers", type=int, default=2)
    asked = parser.parse_args(arguments)
    try:
        pages = chosen(asked.only)
        check_reference(pages, asked.reference)
    except InputError as problem:
        print(f"Error: {problem}", file=sys.stderr)
        return 2
    failed = make(pages, asked.reference, asked.work, asked.workers, again=asked.only is not None)
    print(f"Look at what was made with git diff. Failed: {', '.join(failed) or 'none'}.")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
