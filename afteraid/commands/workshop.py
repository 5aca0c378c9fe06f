"""The command ``afteraid workshop``: a page on which levers are moved, here or on the devices of a room."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import platformdirs
import typer

from afteraid.experiments.compare.lattice import PAIRS
from afteraid.simulation.basis import arguments
from afteraid.simulation.basis.errors import InputError, one_of
from afteraid.simulation.basis.files import not_written, place_whole
from afteraid.simulation.basis.machine import cores
from afteraid.simulation.basis.optional import library
from afteraid.simulation.results.words.translating import ENGLISH, messages_of

from ..paging import check_page
from ..streams import say
from ..terminal import for_people, progress
from ..timing import announce
from .options import Language, Workers

if TYPE_CHECKING:
    from ..faces.workshop.session import Session

Port = Annotated[int | None, typer.Option(help="Port of the page; 8050 by default, or any that is free.")]
Browser = Annotated[bool, typer.Option("--browser/--no-browser", help="Open the page in the browser.")]
Share = Annotated[bool, typer.Option("--share", help="Let devices of the same network join with a code.")]
At = Annotated[str | None, typer.Option("--address", help="Address or adapter for --share; the likeliest by default.")]

SessionName = Annotated[str | None, typer.Option(help="A session to open: a name, or the path of a TOML file.")]

Guide = Annotated[Path | None, typer.Option(help="File for the facilitator's guide of --session, to print.")]
Sheet = Annotated[Path | None, typer.Option(help="File for the participants' sheet of --session, to print.")]
Home = Annotated[Path | None, typer.Option("--take-home", help="File for --session as one page with levers that move.")]
OnlyStep = Annotated[int | None, typer.Option("--step", help="The one step that --take-home writes; all by default.")]
Pairs = Annotated[int, typer.Option(help="Paired runs at each position of the levers of --take-home.")]


@for_people
def workshop(
    port: Port = None, browser: Browser = True, workers: Workers = None, share: Share = False, address: At = None,
    session: SessionName = None, guide: Guide = None, sheet: Sheet = None, take_home: Home = None,
    step: OnlyStep = None, pairs: Pairs = PAIRS, language: Language = ENGLISH,
) -> None:  # fmt: skip
    """Open a page on this machine: move a lever, and see at once what it changes.

    The page needs no internet. No other machine can reach it, unless you share it. Ctrl-C ends it. With --guide or
    --sheet, a session is written to print, and no page is opened. With --take-home, a session is written as one file
    that opens without AfterAid: every position of its levers is run. On a page, each reader can choose a language.

    Example: `afteraid workshop --share --session cliff`
    """
    for module, name in (("starlette", "Starlette"), ("uvicorn", "uvicorn"), ("segno", "segno")):
        library(module, name, "workshop", "afteraid workshop", InputError)
    if address is not None and not share:
        raise InputError("is of no use without --share", key="address", expected="--share")
    if step is not None and take_home is None:
        raise InputError("is of no use without --take-home", key="--step", expected="--take-home FILE")
    if language != ENGLISH:
        messages_of(language)  # refuses one that there is not
    asked = {"--guide": guide, "--sheet": sheet, "--take-home": take_home}
    if any(place is not None for place in asked.values()):
        places = {option: place for option, place in asked.items() if place is not None}
        _write(session, places, language, lambda found: _to_take(found, step, pairs, workers, language))
        return
    from ..faces.workshop.opening import open_workshop, shared_adapters

    known = shared_adapters(address) if share else ()
    open_workshop(port, browser, workers, say, known=known, session=session, log=log_folder(), language=language)


def log_folder() -> Path:
    """Return where the system keeps what a program needs to go on."""
    return Path(platformdirs.user_state_dir("afteraid", appauthor=False))


def _write(
    session: str | None, places: dict[str, Path], language: str, taken: Callable[[Session], str]
) -> None:  # fmt: skip
    """Write a session as pages to print, and as one to take home, by the option that asks for each."""
    from ..faces.workshop.guide import printed
    from ..faces.workshop.session import load_session, session_names

    if session is None:
        raise InputError("no session is named", key="--session", expected=one_of(session_names()))
    found = load_session(session)
    for option, place in places.items():
        check_page(place, option)
    for option, place in places.items():
        kind = option.removeprefix("--")
        content = taken(found) if kind == "take-home" else printed(found, kind, language=language)
        try:
            place_whole(place, content.encode())
        except OSError as problem:
            raise not_written(problem, place, option) from None
        say(f"Written: {place}")


def _to_take(session: Session, step: int | None, pairs: int, workers: int | None, language: str) -> str:
    """Run a session, or one step of it, with every position of its levers, and return the page."""
    from ..faces.workshop.moves import MEMBERS
    from ..faces.workshop.take_home import page_of, parts_of, runs_of, take_home

    parts, at_work = parts_of(session, step), arguments.at_work(workers, None) or cores()
    runs = runs_of(parts, MEMBERS, arguments.whole("pairs", pairs, 1))
    run = parts[0].plans[0].run
    announce(runs, run.end - run.start, at_work)
    with progress("Running the session", runs, quiet=False) as advance:
        answer = take_home(session, parts, MEMBERS, pairs, workers, advance)
    return page_of(session, answer, parts, date.today().isoformat(), language)
