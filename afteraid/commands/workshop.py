"""The command ``afteraid workshop``: a page on which levers are moved, here or on the devices of a room."""

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
Share = Annotated[bool, typer.Option("--share", help="Let devices of the same network join with a code.")]
At = Annotated[str | None, typer.Option("--address", help="Address or adapter for --share; the likeliest by default.")]


@for_people
def workshop(
    port: Port = None, browser: Browser = True, workers: Workers = None, share: Share = False, address: At = None
) -> None:
    """Open a page on this machine: move a lever, and see at once what it changes.

    The page needs no internet. No other machine can reach it, unless you share it. Ctrl-C ends it.

    Example: `afteraid workshop --share`
    """
    for module, name in (("starlette", "Starlette"), ("uvicorn", "uvicorn"), ("segno", "segno")):
        library(module, name, "workshop", "afteraid workshop", InputError)
    if address is not None and not share:
        raise InputError("is of no use without --share", key="address", expected="--share")
    from ..faces.workshop.opening import open_workshop, shared_adapters

    open_workshop(port, browser, workers, say, known=shared_adapters(address) if share else ())
