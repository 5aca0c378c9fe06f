"""Other languages: an answer in English is said again, sentence by sentence, from gettext catalogues.

Answers are composed in English, each sentence from one template. Here a sentence is matched with the template that it
was made from, and said by the template's translation, its slots translated in turn. So nobody who composes an answer
has to know of languages. What has no translation stays in English and is marked, so that a reader sees it.
"""

from __future__ import annotations

import gettext
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from itertools import islice
from pathlib import Path

from ...basis.errors import InputError, nearest, one_of
from .names import capitalised, uncapitalised
from .templates import slots

HERE = Path(__file__).parent / "languages"
ENGLISH, PSEUDO = "en", "pseudo"
# language -> its own name, direction of writing, decimal mark, mark between thousands, space before a sign of percent
LANGUAGES: dict[str, tuple[str, str, str, str, str]] = {
    ENGLISH: ("English", "ltr", ".", ",", ""),
    "fr": ("français", "ltr", ",", "\u202f", "\u00a0"),
    "es": ("español", "ltr", ",", "\u00a0", "\u00a0"),
    "ar": ("العربية", "rtl", ".", ",", ""),
}
OPEN, CLOSE = "\ue000", "\ue001"  # around what stays in English, until a page marks it
NUMBER = re.compile(r"(?<![\w.])[-+]?(?:[1-9]\d{0,2}(?:,\d{3})+|\d+)(?:\.\d+)?%?(?![\d])")
LETTER = re.compile(r"[A-Za-z]{2}")
QUANTITY = re.compile(
    r"(?P<sign>[-+])?(?P<dollars>US\$)?(?P<number>\d[\d,]*(?:\.\d+)?)(?: to (?P<high>[-+]?\d[\d,]*(?:\.\d+)?))?"
    r"(?P<percent>%)?(?: (?P<size>trillion|billion|million|thousand))?"
    r"(?: (?P<unit>percentage points|people|years|months|month|countries|runs|run|pairs|pair|times|time|parameters"
    r"|minutes|guesses|donors|operators|dollars))?"
)
ACCENTS = str.maketrans("aeiouncyAEIOUNCY", "áéíóúñçýÁÉÍÓÚÑÇÝ")
COUNTS = {"most", "year", "rank", "k", "n", "number", "minutes", "seconds", "page"}  # slots that hold a plain number
PARTS_ARE_CUT, MANY = {"fr"}, 100  # languages where 1.9 goes with the form of 1; a number that goes with the usual form
MOST_PLACES = 12  # at which a text is tried to be split, by what stands between its parts
PLAIN = {"version", "seed", "date", "session"}  # slots that stay as they are
COUNTED, SHORT = {"number", "low", "high"}, 30  # slots of messages that are numbers with units; signs of one at most
SIGNED = re.compile(r"`[^`]*`|(?<![\w.\u200e-])(?:[-+]\d|--[a-z])")  # code, or what begins with a sign
MARKED = re.compile(f"{OPEN}([^{CLOSE}]*){CLOSE}")
LISTED = {  # message -> what stands between two parts
    f"{{first}}{between}{{second}}": between for between in (". ", "; ", ": ", ", and ", " and ", " or ", ", ")
}
DATED = re.compile(r"(?P<text>\D.*) (?P<number>\d+(?:\.\d+)?)", re.S)
GROUPED = re.compile(r"(?P<text>.+) \[(?P<group>\w+)\]")
CHANGED = re.compile(r"(?P<text>[^\d;:]+) (?P<number>[-+](?:US\$)?\d[^;:]*)")
BRACKETS = re.compile(r"(?P<first>.+?) \((?P<inside>.+)\)")
INTERVAL = re.compile(
    r"(?P<low>(?:not by )?[-+]?(?:US\$)?\d\S*(?: (?:trillion|billion|million|thousand))?) to (?P<high>.+)"
)


@dataclass(frozen=True)
class Template:
    """A sentence with slots: how it is found in English, and how it is said."""

    english: str
    found: re.Pattern[str]
    said: str


@dataclass
class Translator:
    """Says English texts in another language.

    Attributes:
        language: its code.
        messages: English text -> translation; templates have slots in braces.
        catalogue: of the language, which has a form of a unit for each kind of number.
        own: text -> how it is said here, before anything else; names of teams stay as they are.
    """

    language: str
    messages: dict[str, str]
    catalogue: gettext.NullTranslations = field(default_factory=gettext.NullTranslations, repr=False)
    own: Mapping[str, str] = field(default_factory=dict)
    _found: dict[str, str | None] = field(default_factory=dict, repr=False)  # texts that were looked for

    @property
    def code(self) -> str:
        """Return the language as the head of a page names it."""
        return self.language if self.language in LANGUAGES else ENGLISH

    @property
    def direction(self) -> str:
        """Return the direction of writing."""
        return LANGUAGES[self.code][1]

    def __call__(self, text: str) -> str:
        """Say a text; what has no translation stays in English, marked by OPEN and CLOSE."""
        if OPEN in text:  # it was said before
            return text
        found = self.find(text)
        if found is not None:
            return found
        for key, between in LISTED.items():  # of a list, what has no translation is marked alone
            for place in _places(between, text):
                parts = text[:place], text[place + len(between) :]
                if any(self.find(part) is not None for part in parts):
                    return self.messages.get(key, key).format(first=self(parts[0]), second=self(parts[1]))
        return f"{OPEN}{text}{CLOSE}"

    def find(self, text: str) -> str | None:
        """Return the translation of a text, or None where there is none; within it, a slot may be marked."""
        if text not in self._found:
            found = self._find(text)
            self._found[text] = None if found is None else self.signs_first(found)
        return self._found[text]

    def signs_first(self, text: str) -> str:
        """Keep the sign of a number or option before it where a language is written from right to left."""
        if self.direction == "ltr":
            return text
        return SIGNED.sub(lambda one: one[0] if one[0].startswith("`") else f"\u200e{one[0]}", text)

    def _find(self, text: str) -> str | None:
        """Look for a text: as a message, a quantity, a filled template, or a list; best where no English is left."""
        if not LETTER.search(text):
            return self.numbers(text)
        found = self.exactly(text)
        if found is not None:
            return found
        for way in (self.quantity, self._template, self._title, self._dated, self._parts):
            said = way(text)
            if said is not None and OPEN not in said:
                return said
            found = found or said
        return found

    def _title(self, text: str) -> str | None:
        """Say a title, which is a sentence without its point, or has got one."""
        for known, change in ((f"{text}.", lambda one: one.rstrip(".")), (text.removesuffix("."), "{}.".format)):
            whole = self.exactly(known) if known != text else None
            if whole is not None:
                return change(whole)
        return None

    def exactly(self, text: str) -> str | None:
        """Return the translation of a text that is a whole message, whether it begins with a capital or not."""
        if text in self.own:
            return self.own[text]
        for plain in dict.fromkeys((text.strip(), text.strip().removeprefix("the "))):
            for one, change in ((plain, str), (uncapitalised(plain), capitalised), (capitalised(plain), uncapitalised)):
                if said := self.messages.get(one):
                    return change(said)
        return None

    def numbers(self, text: str) -> str:
        """Write the numbers of a text as the language does."""
        _, _, point, thousands, space = LANGUAGES.get(self.language, LANGUAGES[ENGLISH])
        if (point, thousands, space) == (".", ",", ""):
            return text

        def written(found: re.Match[str]) -> str:
            plain = found[0].removesuffix("%").replace(",", thousands if thousands != "," else "\0")
            plain = plain.replace(".", point).replace("\0", ",")
            return plain + (f"{space}%" if found[0].endswith("%") else "")

        return NUMBER.sub(written, text)

    def quantity(self, text: str) -> str | None:
        """Say a number with its unit, an interval, or a number with another in brackets."""
        if whole := QUANTITY.fullmatch(text):
            number, percent = f"{whole['sign'] or ''}{whole['number']}", whole["percent"] or ""
            if whole["high"]:
                both = self.messages.get("{low} to {high}", "{low}-{high}")
                number = both.format(low=self.numbers(number), high=self.numbers(whole["high"] + percent))
            else:
                number = self.numbers(number + percent)
            parts = f"{whole['dollars'] or ''}{{number}}", whole["size"], whole["unit"]
            key = " ".join(part for part in parts if part)
            said = self.messages.get(key) if key != "{number}" else key
            return (
                None if said is None else self._form(key, said, whole["high"] or whole["number"]).format(number=number)
            )
        if whole := INTERVAL.fullmatch(text):
            low, high = self._number(whole["low"]), self._number(whole["high"])
            said = self.messages.get("{low} to {high}")
            if low and high and said:
                return said.format(low=low, high=high)
        if whole := BRACKETS.fullmatch(text):
            first, inside = self.find(whole["first"]), self.find(whole["inside"])
            return f"{first} ({inside})" if first and inside else None
        return None

    def _form(self, key: str, said: str, number: str) -> str:
        """Return the form of a unit that goes with a number; a part of a whole counts as the language has it."""
        value = float(number.replace(",", ""))
        count = int(value) if value.is_integer() or self.language in PARTS_ARE_CUT else MANY
        form = self.catalogue.ngettext(key, said, count)
        return said if form == key else form

    def _dated(self, text: str) -> str | None:
        """Say a text that ends with a number, a year among them, or with a group in square brackets."""
        if whole := CHANGED.fullmatch(text):
            said, number = self.find(whole["text"]), self.find(whole["number"])
            return f"{said} {number}" if said and number else None
        if whole := DATED.fullmatch(text):
            said = self.find(whole["text"])
            return None if said is None else f"{said} {self.numbers(whole['number'])}"
        if whole := GROUPED.fullmatch(text):
            said, group = self.find(whole["text"]), self.find(whole["group"])
            return f"{said} [{group}]" if said and group else None
        return None

    def _number(self, text: str) -> str | None:
        """Say one end of an interval."""
        return self.numbers(text) if not LETTER.search(text) else self.find(text)

    def _template(self, text: str) -> str | None:
        """Say a sentence by the template that it was made from: of several, the one with most words of its own."""
        title = "" if text.endswith(".") else "."  # a title is a sentence without its point
        for template in self.templates:
            added = title if template.english.endswith(".") else ""
            found = template.found.fullmatch(text + added)
            if found is not None:
                slot = {name: value if name in PLAIN else self(value) for name, value in found.groupdict().items()}
                said = template.said.format(**slot)
                return said.rstrip(".") if added else said
        whole = self._template(text.removesuffix(".")) if text.endswith(".") else None
        return None if whole is None else f"{whole}."  # words that have got a point

    def _parts(self, text: str) -> str | None:
        """Say what is listed: parts with a colon, semicolons, commas, `and` or `or` between them."""
        for key, between in LISTED.items():
            for place in _places(between, text):
                first, second = self.find(text[:place]), self.find(text[place + len(between) :])
                said = self.messages.get(key)
                if first is not None and second is not None and said:
                    return said.format(first=first, second=second)
        return None

    @cached_property
    def templates(self) -> list[Template]:
        """Return the messages with slots, those with most words of their own first."""
        made = [
            Template(english, _pattern(english), said)
            for english, said in self.messages.items()
            if slots(english) and english not in LISTED and not (slots(english) <= COUNTED and len(english) < SHORT)
        ]
        return sorted(made, key=lambda one: -len(re.sub(r"{[^}]*}", "", one.english)))


@lru_cache(maxsize=8)
def messages_of(language: str) -> dict[str, str]:
    """Return the messages of a language that have a translation: English text -> translation, in its usual form.

    Raises InputError for a language that there is not, with the nearest one.
    """
    if language == PSEUDO:
        return {english: _pseudo(english) for english in messages_of("fr")}
    entries: dict[str | tuple[str, int], str] = vars(catalogue_of(language))["_catalog"]
    last = {key[0]: said for key, said in sorted(one for one in entries.items() if isinstance(one[0], tuple))}
    whole = {key: said for key, said in entries.items() if isinstance(key, str) and key and said}
    return whole | {key: said for key, said in last.items() if said}


@lru_cache(maxsize=8)
def catalogue_of(language: str) -> gettext.NullTranslations:
    """Return the catalogue of a language; the pseudo-language has an empty one.

    Raises InputError for a language that there is not, with the nearest one.
    """
    if language == PSEUDO:
        return gettext.NullTranslations()
    if language not in LANGUAGES or language == ENGLISH:
        known = [name for name in LANGUAGES if name != ENGLISH]
        raise InputError(
            f"no translation is there for '{language}'", key="--language", expected=one_of(known, language),
            nearest=nearest(language, known),
        )  # fmt: skip
    with (HERE / f"{language}.mo").open("rb") as file:
        return gettext.GNUTranslations(file)


def _pseudo(english: str) -> str:
    """Return a text as if translated: marked at its ends, with accents, and longer by a third; slots stay."""
    pieces = re.split(r"({\w+})", english)
    said = "".join(piece if piece.startswith("{") else piece.translate(ACCENTS) for piece in pieces)
    return f"[[{said}{' ééé' * (len(english) // 12)}]]"


def _places(between: str, text: str) -> list[int]:
    """Return where a text may be split; no more than MOST_PLACES, so that a long text is given up soon."""
    found = islice(re.finditer(re.escape(between), text), MOST_PLACES)
    return [one.start() for one in found]


@lru_cache(maxsize=1024)
def _pattern(english: str) -> re.Pattern[str]:
    """Return what finds a sentence that was made from a template; a slot that stands twice has one value."""
    parts, seen = [], set()
    for piece in re.split(r"({\w+})", english):
        if piece.startswith("{") and piece.endswith("}"):
            name = piece[1:-1]
            inside = r"[-+\d.,%]+" if name in COUNTS else ".+?"
            parts.append(f"(?P={name})" if name in seen else f"(?P<{name}>{inside})")
            seen.add(name)
        else:
            parts.append(re.escape(piece))
    return re.compile("".join(parts), re.S)
