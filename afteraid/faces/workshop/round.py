"""What rounds of rivals and of roles tell in the same way: to everybody, and to the facilitator alone."""

from __future__ import annotations

from typing import Any

from .roles import Round
from .room import Room


def open_to_all(now: Round, room: Room, board: dict[str, Any] | None, complete: bool) -> dict[str, Any]:
    """Return what everybody may know of a round, as JSON takes it.

    Args:
        now: the round that is played.
        room: where it is played.
        board: what came of it; None before that is shown, or while runs are missing.
        complete: whether nothing of the board is missing.
    """
    told = now.surprise is not None and (room.is_shown or not now.surprise.is_secret)
    return {
        "key": f"{room.state.where.session}.{room.state.where.page}",
        "title": now.title,
        "minutes": now.minutes,
        "question": now.question,
        "seconds": now.seconds,
        "shown": room.is_shown,
        "closed": room.is_closed,
        "board": board,
        "complete": complete,
        "surprise": now.surprise.says if now.surprise is not None and told else "",
        "debrief": list(now.debrief) if board is not None else [],
    }


def for_facilitator(now: Round) -> dict[str, Any]:
    """Return what the facilitator alone sees of a round: what to say, and the surprise that teams do not know."""
    secret = now.surprise is not None and now.surprise.is_secret
    return {"say": now.say, "surprise": now.surprise.says if now.surprise is not None and secret else ""}
