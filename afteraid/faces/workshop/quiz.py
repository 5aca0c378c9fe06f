"""The quiz before and after a session: how many were right, and a table without names."""

from __future__ import annotations

from typing import Any

from afteraid.simulation.basis.late import pd
from afteraid.simulation.results.answer_files import safe

from ..server.door import hashed
from .room import AFTER, BEFORE, Room

COLUMNS = ("session", "when", "respondent", "question", "answer", "right")


def results(room: Room) -> list[dict[str, Any]]:
    """Return for each question its right answer, and how many gave it before and after, as JSON takes it."""
    session, found = room.session, []
    for number, asked in enumerate(session.quiz if session is not None else ()):
        counted = {}
        for when in (BEFORE, AFTER):
            given = [answers[number] for answers in room.state.quiz.get(when, {}).values() if answers[number] >= 0]
            counted[when] = {"right": sum(answer == asked.right - 1 for answer in given), "of": len(given)}
        found.append({"question": asked.question, "right": asked.choices[asked.right - 1], **counted})
    return found


def table(room: Room) -> str:
    """Return all answers as CSV. A respondent has a number, the same before and after, that says nothing more."""
    given, rows = room.state.quiz, []
    # in an order that depends on the code of the room, so that it is not the order of joining
    everybody = sorted({by for one in given.values() for by in one}, key=lambda by: hashed(by + room.door.code))
    asked = room.session.quiz if room.session is not None else ()
    for when in (BEFORE, AFTER):
        for respondent, by in enumerate(everybody, 1):
            for one, answer in zip(asked, given.get(when, {}).get(by, ()), strict=False):
                said = one.choices[answer] if answer >= 0 else ""
                right = "" if answer < 0 else "yes" if answer == one.right - 1 else "no"
                rows.append((room.state.where.session, when, respondent, one.question, said, right))
    return str(safe(pd.DataFrame(rows, columns=list(COLUMNS))).to_csv(index=False))
