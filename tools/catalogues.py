"""Keep the catalogues of translations: add what is new in English, and compile what translators wrote.

    python tools/catalogues.py            add new sentences to each .po file, and compile all of them
    python tools/catalogues.py --check    change nothing; status 1 where a file is not as this command would leave it

Translators edit `simulation/results/words/languages/*.po` with any editor of gettext files: docs/translate.md says how.
Needs Babel (extra `test`).
"""

from __future__ import annotations

import argparse
import gettext
import io
import sys
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from babel import Locale  # noqa: E402
from babel.messages.catalog import Catalog  # noqa: E402
from babel.messages.mofile import write_mo  # noqa: E402
from babel.messages.pofile import read_po, write_po  # noqa: E402

import afteraid.experiments.compare.lattice  # noqa: E402
import afteraid.experiments.planning.country  # noqa: E402
import afteraid.experiments.planning.life  # noqa: E402
import afteraid.faces.workshop.scenes  # noqa: E402, F401
from afteraid.faces.workshop.levers import declared_levers  # noqa: E402
from afteraid.faces.workshop.session import load_session, session_names, texts  # noqa: E402
from afteraid.simulation.data import load_countries, load_table  # noqa: E402
from afteraid.simulation.results.gallery import gallery  # noqa: E402
from afteraid.simulation.results.words.templates import Templates  # noqa: E402
from afteraid.simulation.results.words.translating import ENGLISH, HERE, LANGUAGES  # noqa: E402
from afteraid.simulation.scenario.scenario import load_scenario  # noqa: E402

WIDTH = 110
# rooms of templates whose sentences stand on pages that are translated
ROOMS = (
    "run", "figure of challenges", "figure of goals", "figure of survival", "figure of funding", "figure of use",
    "figures of people", "differences", "country", "compare", "compare_charts", "compare_notes", "lattice",
    "country page", "cliff", "levers here", "path of use", "barriers", "peers", "life", "funding",
    "workshop.scenes",
)  # fmt: skip


def english() -> list[str]:
    """Return the sentences of pages, as they are written in English."""
    gallery()
    sentences = [one for room in ROOMS if room in Templates.known for one in Templates.known[room].values()]
    return sentences + [text for lever in levers() for text in lever] + bases()


def levers() -> Iterator[tuple[str, ...]]:
    """Go through the levers of the workshop: of each its title, its words and its choices."""
    for lever in declared_levers(load_scenario("baseline")).values():
        yield lever.title, lever.words, *(title for _, title in lever.options)


def bases() -> list[str]:
    """Return the titles of the scenarios from which the levers of a session's step are moved."""
    steps = [step for name in session_names() for step in load_session(name).steps]
    return list(dict.fromkeys(load_scenario(step.worlds[0].scenario).title for step in steps))


def of_sessions() -> dict[str, list[str]]:
    """Return the words of the shipped sessions, each with the sessions that it stands in."""
    found: dict[str, list[str]] = {}
    for name in session_names():
        for text in dict.fromkeys(texts(load_session(name))):
            found.setdefault(text, []).append(name)
    return found


def countries(language: str) -> dict[str, str]:
    """Return the name of each country in a language, by its name here. Source: Unicode CLDR, as Babel has it."""
    names = load_countries().set_index("iso3")["name"]
    codes = load_table("country_names").set_index("iso3")["iso2"].reindex(names.index)
    territories = Locale(language).territories
    return {str(name): territories.get(str(code), "") for name, code in zip(names, codes, strict=True)}


def organisations() -> dict[str, str]:
    """Return the names of donors, which stay as they are where nobody translates them."""
    names = (str(name).partition(" (")[0] for name in load_table("donors")["name"])
    return {name: name for name in names}


Said = str | tuple[str, ...]  # a translation, or its forms, one for each kind of number


def known() -> dict[str, dict[str, Said]]:
    """Return the messages of each language as its .po file has them."""
    found: dict[str, dict[str, Said]] = {}
    for language in (name for name in LANGUAGES if name != ENGLISH):
        with (HERE / f"{language}.po").open("rb") as file:
            found[language] = {
                str(one.id[0]) if one.pluralizable else str(one.id): one.string
                for one in read_po(file, locale=language)
                if one.id
            }
    return found


def entries(compiled: bytes) -> dict[object, str]:
    """Return what a compiled catalogue holds: by message, and by message and form; its dates are left out."""
    found = vars(gettext.GNUTranslations(io.BytesIO(compiled)))["_catalog"]
    return {key: said for key, said in found.items() if key}


def updated(language: str, messages: dict[str, dict[str, Said]]) -> tuple[bytes, bytes]:
    """Return a catalogue with every message of today, as .po and as .mo; what is new has no translation yet."""
    header = HEADER.format(language=language)
    fresh = Catalog(
        locale=language, project="AfterAid", version="1", msgid_bugs_address="", last_translator="", fuzzy=False,
        language_team=language, charset="utf-8", header_comment=header,
    )  # fmt: skip
    sessions = of_sessions()
    own = (message for known in messages.values() for message in known)
    every = dict.fromkeys([*english(), *sessions, *countries(ENGLISH), *organisations(), *own])
    names = organisations() | countries(language)
    for message in every:
        said = messages[language].get(message, "") or names.get(message, "")
        where = [f"sessions: {', '.join(sessions[message])}"] if message in sessions else []
        fresh.add((message, message) if isinstance(said, tuple) else message, said, auto_comments=where)
    text, compiled = io.BytesIO(), io.BytesIO()
    write_po(text, fresh, width=WIDTH, sort_output=True, no_location=True)
    plain = b"\n".join(line for line in text.getvalue().split(b"\n") if not line.startswith(DATED))
    write_mo(compiled, read_po(io.BytesIO(plain), locale=language))
    return plain, compiled.getvalue()


HEADER = "# {language}: texts of pages. No native speaker has read this translation yet."
DATED = (b'"POT-Creation-Date', b'"PO-Revision-Date', b'"Generated-By')  # would differ at each run


def main() -> int:
    """Update, or check."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--check", action="store_true", help="change nothing")
    asked = parser.parse_args()
    stale, messages = [], known()
    for language in messages:
        text, compiled = updated(language, messages)
        source, made = HERE / f"{language}.po", HERE / f"{language}.mo"
        if source.read_bytes() == text and made.is_file() and entries(made.read_bytes()) == entries(compiled):
            continue
        stale.append(language)
        if not asked.check:
            source.write_bytes(text)
            made.write_bytes(compiled)
    print(f"{'not up to date' if asked.check else 'written'}: {', '.join(stale) or 'nothing'}")
    return 1 if asked.check and stale else 0


if __name__ == "__main__":
    sys.exit(main())
