"""The words of the workshop in the language of a reader: pages ask for what they show, a few texts at a time."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from afteraid.simulation.results.faces.translated import translator
from afteraid.simulation.results.words.translating import CLOSE, ENGLISH, LANGUAGES, OPEN

from ..server.guard import Refused

MOST_TEXTS, LONGEST = 200, 600  # texts at once, signs of one that is looked for; longer ones stay in English


def said(given: dict[str, Any], own: Iterable[str] = ()) -> list[str]:
    """Return texts in the language that a page asks for; what has no translation is marked.

    Args:
        given: `language`, one of LANGUAGES but English, and `texts`, at most MOST_TEXTS.
        own: texts that stay as they are, such as names of teams.

    Raises Refused where a page can't have asked this.
    """
    language, texts = given.get("language"), given.get("texts")
    if language not in LANGUAGES or language == ENGLISH:
        raise Refused(400, "There is no translation into this language.")
    if not isinstance(texts, list) or len(texts) > MOST_TEXTS or not all(isinstance(one, str) for one in texts):
        raise Refused(400, f"These are not texts, or more than {MOST_TEXTS}.")
    say = replace(translator(language), own=frozenset(own))
    return [say(text) if len(text) <= LONGEST else f"{OPEN}{text}{CLOSE}" for text in texts]
