"""Abrupt exit: the money stops on the last funded day."""

from __future__ import annotations

from .base import Exit


class Abrupt(Exit):
    """Full funding to the last day, then nothing."""

    name = "abrupt"
    title = "Abrupt exit"
    description = "The donor pays in full until the last funded quarter and then stops."
