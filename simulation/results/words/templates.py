"""Templates of sentences: each sentence is written whole, with named slots, so that it can be read and translated.

A module that says something declares its sentences once::

    SAY = Templates("summary", use="{place}: {share} of people use the internet in {year}.")
    SAY("use", place="World", share="96%", year=2050)
"""

from __future__ import annotations

import string
from collections.abc import Iterator, Mapping

ENDINGS = (".", ":", "?", "!")


class Templates(Mapping[str, str]):
    """The sentences of one module, by key.

    Attributes:
        room: a short name of the module, under which a translation can find its sentences.
        known: all templates that were declared, by room.
    """

    known: dict[str, Templates] = {}

    def __init__(self, room: str, **sentences: str) -> None:
        """Declare sentences; each ends as a sentence does, and its slots are plain names.

        Raises ValueError for a sentence that is not whole, or a slot without a name.
        """
        for key, sentence in sentences.items():
            if not sentence.endswith(ENDINGS):
                raise ValueError(f"{room}.{key} is not a whole sentence: {sentence}")
            if not all(slot.isidentifier() for slot in slots(sentence)):
                raise ValueError(f"{room}.{key} has a slot without a plain name: {sentence}")
        self.room = room
        self._sentences = dict(sentences)
        Templates.known[room] = self

    def __call__(self, key: str, **values: object) -> str:
        """Return a sentence with its slots filled.

        Raises TypeError where a slot is left empty or a value has no slot.
        """
        sentence = self._sentences[key]
        if set(values) != slots(sentence):
            raise TypeError(f"{self.room}.{key} takes {sorted(slots(sentence))}, not {sorted(values)}")
        return sentence.format(**values)

    def __getitem__(self, key: str) -> str:
        """Return a sentence with its slots still open."""
        return self._sentences[key]

    def __iter__(self) -> Iterator[str]:
        """Go through the keys."""
        return iter(self._sentences)

    def __len__(self) -> int:
        """Count the sentences."""
        return len(self._sentences)


def slots(sentence: str) -> set[str]:
    """Return the names of the slots of a template."""
    return {name for _, name, _, _ in string.Formatter().parse(sentence) if name is not None}
