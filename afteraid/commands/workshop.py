"""The command ``afteraid workshop``: a page on which levers are moved, here or on the devices of a room."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import platformdirs
import typer

from afteraid.simulation.basis.errors import InputError, one_of
from afteraid.simulation.basis.files import not_written, place_whole
from afteraid.simulation.basis.optional import library
from afteraid.simulation.results.words.translating import ENGLISH, messages_of

from ..paging import check_page
from ..streams import say
from ..terminal import for_people
from .options import Language, Workers

Port = Annotated[int | None, typer.Option(help="Port of the page; 8050 by default, or any that is free.")]
Browser = Annotated[bool, typer.Option("--browser/--no-browser", help="Open the page in the browser.")]
Share = Annotated[bool, typer.Option("--share", help="Let devices of the same network join with a code.")]
At = Annotated[str | None, typer.Option("--address", help="Address or adapter for --share; the likeliest by default.")]

SessionName = Annotated[str | None, typer.Option(help="A session to open: a name, or the path of a TOML file.")]

Guide = Annotated[Path | None, typer.Option(help="File for the facilitator's guide of --session, to print.")]
Sheet = Annotated[Path | None, typer.Option(help="File for the participants' sheet of --session, to print.")]


@for_people
def workshop(
    port: Port = None, browser: Browser = True, workers: Workers = None, share: Share = False, address: At = None,
    session: SessionName = None, guide: Guide = None, sheet: Sheet = None, language: Language = ENGLISH,
) -> None:  # fmt: skip
    """Open a page on this machine: move a lever, and see at once what it changes.

    The page needs no internet. No other machine can reach it, unless you share it. Ctrl-C ends it. With --guide or
    --sheet, a session is written to print, and no page is opened. On a page, each reader can choose another language.

    Example: `afteraid workshop --share --session cliff`
    """
    for module, name in (("starlette", "Starlette"), ("uvicorn", "uvicorn"), ("segno", "segno")):
        library(module, name, "workshop", "afteraid workshop", InputError)
    if address is not None and not share:
        raise InputError("is of no use without --share", key="address", expected="--share")
    if language != ENGLISH:
        messages_of(language)  # refuses one that there is not
    asked = {"--guide": guide, "--sheet": sheet}
    if guide is not None or sheet is not None:
        _print(session, {option: place for option, place in asked.items() if place is not None}, language)
        return
    from ..faces.workshop.opening import open_workshop, shared_adapters

    known = shared_adapters(address) if share else ()
    open_workshop(port, browser, workers, say, known=known, session=session, log=log_folder(), language=language)


def log_folder() -> Path:
    """Return where the system keeps what a program needs to go on."""
    return Path(platformdirs.user_state_dir("afteraid", appauthor=False))


def _print(session: str | None, places: dict[str, Path], language: str) -> None:
    """Write a session as pages to print, by the option that asks for each."""
    from ..faces.workshop.guide import printed
    from ..faces.workshop.session import load_session, session_names

    if session is None:
        raise InputError("no session is named", key="--session", expected=one_of(session_names()))
    found = load_session(session)
    for option, place in places.items():
        check_page(place, option)
    for option, place in places.items():
        try:
            place_whole(place, printed(found, option.removeprefix("--"), language=language).encode())
        except OSError as problem:
            raise not_written(problem, place, option) from None
        say(f"Written: {place}")
