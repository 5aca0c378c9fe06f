"""The page of a comparison, drawn by the HTML face where this version has one."""

from __future__ import annotations

import importlib
from collections.abc import Callable

from afteraid.simulation.basis.errors import InputError
from afteraid.simulation.results.answer import Answer

FACE = "afteraid.simulation.results.faces.html"


def make() -> Callable[[Answer], str]:
    """Return what makes a page of an answer.

    Raises InputError where this version has no face for pages.
    """
    try:
        found: Callable[[Answer], str] = importlib.import_module(FACE).html
    except ModuleNotFoundError as problem:
        if problem.name != FACE:
            raise
        raise InputError("this version makes no pages", key="--html", expected="--out FOLDER") from None
    return found


def page(answer: Answer) -> str:
    """Return an answer as one HTML file; raises InputError where this version has no face for pages."""
    return make()(answer)
