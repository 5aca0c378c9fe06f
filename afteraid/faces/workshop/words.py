"""The words of the workshop in the language of a reader: pages ask for what they show, a few texts at a time."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from afteraid.simulation.results.faces.translated import translator
from afteraid.simulation.results.words.translating import CLOSE, ENGLISH, LANGUAGES, OPEN, messages_of

from ..server.guard import Refused
from .session import Session, texts

MOST_TEXTS, LONGEST = 200, 1200  # texts at once, signs of one that is looked for; longer ones stay in English


def own_words(language: str, sessions: Iterable[Session], teams: Iterable[str] = ()) -> dict[str, str]:
    """Return how the words of a room are said in a language that the catalogues do not say.

    Names of teams stay as they are, and so does a session that is written in this language. What has no translation of
    another session stays in English whole: nobody understands a sentence of which some words are translated.
    """
    known, found = messages_of(language), {name: name for name in teams}
    for session in sessions:
        for text in set(texts(session)) - set(known):
            found.setdefault(text, text if session.language == language else f"{OPEN}{text}{CLOSE}")
    return found


def said(given: dict[str, Any], sessions: Iterable[Session] = (), teams: Iterable[str] = ()) -> list[str]:
    """Return texts in the language that a page asks for; what has no translation is marked.

    Args:
        given: `language`, one of LANGUAGES but English, and `texts`, at most MOST_TEXTS.
        sessions: of the room.
        teams: names of those in the room.

    Raises Refused where a page can't have asked this.
    """
    language, asked = given.get("language"), given.get("texts")
    if language not in LANGUAGES or language == ENGLISH:
        raise Refused(400, "There is no translation into this language.")
    if not isinstance(asked, list) or len(asked) > MOST_TEXTS or not all(isinstance(one, str) for one in asked):
        raise Refused(400, f"These are not texts, or more than {MOST_TEXTS}.")
    say = replace(translator(language), own=own_words(language, sessions, teams))
    return [say(text) if len(text) <= LONGEST else f"{OPEN}{text}{CLOSE}" for text in asked]
