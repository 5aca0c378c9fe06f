"""The command ``afteraid workshop``: a page on this machine on which levers are moved."""

from __future__ import annotations

from typing import Annotated

import typer

from afteraid.simulation.basis.errors import InputError
from afteraid.simulation.basis.optional import library

from ..streams import say
from ..terminal import for_people
from .options import Workers

Port = Annotated[int | None, typer.Option(help="Port of the page; 8050 by default, or any that is free.")]
Browser = Annotated[bool, typer.Option("--browser/--no-browser", help="Open the page in the browser.")]


@for_people
def workshop(port: Port = None, browser: Browser = True, workers: Workers = None) -> None:
    """Open a page on this machine: move a lever, and see at once what it changes.

    The page needs no internet, and no other machine can reach it. Ctrl-C ends it.

    Example: `afteraid workshop --port 8060 --no-browser`
    """
    for module, name in (("starlette", "Starlette"), ("uvicorn", "uvicorn")):
        library(module, name, "workshop", "afteraid workshop", InputError)
    from ..faces.workshop.opening import open_workshop

    open_workshop(port, browser, workers, say)
