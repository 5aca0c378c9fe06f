"""Pages in other languages: the catalogues, how sentences are found and said again, and pages without English left."""

from __future__ import annotations

import json
import re
import string
import sys
import tomllib
from dataclasses import replace
from html import unescape
from pathlib import Path

import pytest
from command_line import call, refused

from afteraid import compare, run
from afteraid.experiments.compare.compared import Compared
from afteraid.experiments.planning.country import country_page
from afteraid.faces.workshop.session import load_session, session_directory, session_names
from afteraid.faces.workshop.session import texts as words_of_session
from afteraid.simulation.basis.errors import InputError
from afteraid.simulation.results.answer import Answer, Card
from afteraid.simulation.results.faces.html import html
from afteraid.simulation.results.faces.translated import left_in, marked, texts, translated, translator
from afteraid.simulation.results.tables import Results
from afteraid.simulation.results.words.translating import (
    CLOSE,
    ENGLISH,
    LANGUAGES,
    MARKED,
    OPEN,
    Translator,
    messages_of,
)
from afteraid.simulation.scenario.scenario import load_scenario

sys.path.insert(0, str(Path(__file__).parents[1] / "tools"))
catalogues = pytest.importorskip("catalogues", reason="Babel is not installed")

OTHERS = [name for name in LANGUAGES if name != ENGLISH]
FRENCH = {
    "{place}: {share} of people are online in {year}.": "{place} : {share} de la population est en ligne en {year}.",
    "The effect on {measure} leans most on {meaning}.": "L'effet sur {measure} dépend le plus de {meaning}.",
    "{first} and {second}": "{first} et {second}", "{first}. {second}": "{first}. {second}",
    "{first}; {second}": "{first} ; {second}", "{low} to {high}": "{low} à {high}",
    "US${number} million": "{number} millions de dollars", "{number} percentage points": "{number} points",
    "{number} runs": "{number} simulations", "internet use": "usage d'Internet", "World": "Monde", "Kenya": "Kenya",
    "A title.": "Un titre.", "not by {year}": "pas avant {year}", "recipients": "bénéficiaires",
}  # fmt: skip


@pytest.fixture
def say() -> Translator:
    return Translator("fr", FRENCH)


@pytest.fixture(scope="module")
def results() -> Results:
    return run(load_scenario("baseline", {"end": 2037, "focus": "KEN"}), runs=5, workers=1)


@pytest.fixture(scope="module")
def compared() -> Compared:
    return compare("baseline", "phased-handover", runs=5, end=2037, workers=1)


def slots(message: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(message) if name}


def test_catalogues_are_as_the_tool_leaves_them() -> None:
    messages = catalogues.known()
    for language in OTHERS:
        text, compiled = catalogues.updated(language, messages)
        assert (catalogues.HERE / f"{language}.po").read_bytes() == text, f"run tools/catalogues.py: {language}.po"
        made = catalogues.entries((catalogues.HERE / f"{language}.mo").read_bytes())
        assert made == catalogues.entries(compiled), f"run tools/catalogues.py: {language}.mo"


@pytest.mark.parametrize("language", OTHERS)
def test_every_sentence_of_a_page_is_translated_with_its_slots(language: str) -> None:
    messages = messages_of(language)
    assert not set(catalogues.english()) - set(messages)
    forms = [
        (english, form)
        for english, said in (catalogues.known()[language] | messages).items()
        for form in ([said] if isinstance(said, str) else said)
    ]
    assert not [english for english, form in forms if form and slots(english) != slots(form)]


def written_in(part: object) -> set[str]:
    """Return the texts of several words in a file of TOML."""
    if isinstance(part, str):
        return {" ".join(part.split())} if " " in part.strip() else set()
    inside = part.values() if isinstance(part, dict) else part if isinstance(part, list) else ()
    return set().union(*map(written_in, inside))


@pytest.mark.parametrize("name", session_names())
def test_the_words_of_a_shipped_session_are_said_in_french(name: str) -> None:
    words = set(words_of_session(load_session(name)))
    assert written_in(tomllib.loads((session_directory() / f"{name}.toml").read_text(encoding="utf-8"))) <= words
    assert words <= set(catalogues.of_sessions())
    assert not words - set(messages_of("fr"))


def written(page: Path) -> set[str]:
    """Return the texts and the labels of a page of the workshop, as they stand in its file."""
    text = re.sub(r"<script.*?</script>|<noscript.*?</noscript>", "", page.read_text(encoding="utf-8"), flags=re.S)
    found = re.findall(r">([^<>]+)<", text) + re.findall(r'(?:aria-label|title|placeholder)="([^"]+)"', text)
    return {" ".join(unescape(one).split()) for one in found if re.search(r"[A-Za-z]{2}", one)}


@pytest.mark.parametrize("language", OTHERS)
def test_the_pages_of_the_workshop_and_what_they_refuse_are_translated(language: str) -> None:
    say = translator(language)
    folder = Path(catalogues.ROOT) / "afteraid" / "faces"
    pages = sorted((folder / "workshop" / "page").glob("*.html"))
    code = "".join(file.read_text(encoding="utf-8") for file in folder.rglob("*.py"))
    refusals = {re.sub(r"{[^}]*}", "7", one) for one in re.findall(r'Refused\(\d+, f?"([^"]+)"', code)}
    assert pages and len(refusals) > 30
    assert not [text for text in refusals.union(*map(written, pages)) if OPEN in say(text)]


@pytest.mark.parametrize(
    ("language", "english", "said"),
    [
        ("fr", "5 years after exit: 41.5% (30 to 52).", "Année 5 après la sortie : 41,5 % (30 à 52)."),
        ("fr", "2030: +2.1 percentage points (+1 to +3).", "2030 : +2,1 points de pourcentage (+1 à +3)."),
        ("es", "5 years after exit: not known.", "Año 5 después de la salida: desconocido."),
        ("ar", "5 years after exit: 41.5% (30 to 52).", "السنة 5 بعد الخروج: 41.5% (30 إلى 52)."),
        ("fr", "Five years after exit: 41%.", f"{OPEN}Five years after exit{CLOSE} : 41 %."),  # a slot of a number
    ],
)  # fmt: skip
def test_a_slot_for_a_number_holds_digits_only(language: str, english: str, said: str) -> None:
    assert translator(language)(english).replace("\u00a0", " ") == said


def test_names_of_teams_stay_and_a_filled_template_is_no_better_than_a_list_without_english() -> None:
    french = replace(translator("fr"), own={name: name for name in ("Government", "Team of 5")})
    assert french("Government: final") == "Government\u00a0: choix définitif"
    assert french("Team Team of 5") == "Équipe Team of 5"
    english = "Competition: Effective operators more than there are; below 0, operators merge"
    assert OPEN not in french(english)


@pytest.mark.parametrize(
    ("language", "english", "said"),
    [
        ("fr", "1.30 billion", "1,30 milliard"), ("fr", "2.1 billion people", "2,1 milliards de personnes"),
        ("fr", "1 years", "1 an"), ("fr", "US$0.5 million", "0,5 million de $ US"), ("fr", "0 runs", "0 simulation"),
        ("es", "1.30 million", "1,30 millones"), ("es", "1 million people", "1 millón de personas"),
        ("es", "US$1 to 2 million", "US$ 1 a 2 millones"), ("ar", "3 runs", "3 محاكيات"),
        ("ar", "20 runs", "20 محاكاة"), ("ar", "4 pairs", "4 أزواج"), ("ar", "30 pairs", "30 زوجاً"),
        ("ar", "3.7 percentage points", "3.7 نقطة مئوية"),
        ("ar", "5 years", "5 سنوات"), ("ar", "341 parameters", "341 معاملاً"),
    ],
)  # fmt: skip
def test_units_have_the_form_that_goes_with_their_number(language: str, english: str, said: str) -> None:
    assert translator(language)(english).replace("\u00a0", " ") == said


@pytest.mark.parametrize(
    ("english", "french"),
    [
        ("internet use", "usage d'Internet"),
        ("Internet use", "Usage d'Internet"),
        ("A title", "Un titre"),
        ("World: 86.2% of people are online in 2050.", "Monde : 86,2\u00a0% de la population est en ligne en 2050."),
        ("World: 86.2% of people are online in 2050", "Monde : 86,2\u00a0% de la population est en ligne en 2050"),
        ("internet use 2035", "usage d'Internet 2035"),
        ("internet use [recipients]", "usage d'Internet [bénéficiaires]"),
        ("1,234.5", "1\u202f234,5"),
        ("+2.5 percentage points", "+2,5 points"),
        ("44.5% (33.5 to 56.7%)", "44,5\u00a0% (33,5 à 56,7\u00a0%)"),
        ("US$72.2 to 95.8 million", "72,2 à 95,8 millions de dollars"),
        ("not by 2050 (2044 to not by 2050)", "pas avant 2050 (2044 à pas avant 2050)"),
        ("1,200 runs", "1\u202f200 simulations"),
        ("Kenya and World", "Kenya et Monde"),
        ("-", "-"),
    ],
)
def test_texts_are_found_and_said(say: Translator, english: str, french: str) -> None:
    assert say(english) == french


def test_what_has_no_translation_is_marked_and_counted(say: Translator) -> None:
    assert say("A scenario of mine") == f"{OPEN}A scenario of mine{CLOSE}"
    assert say("My plan: 2.5% of people are online in 2030.").startswith(f"{OPEN}My plan{CLOSE} : 2,5")
    assert say("My plan; internet use") == f"{OPEN}My plan{CLOSE} ; usage d'Internet"
    assert say("The effect on internet use leans most on luck.") == (
        f"L'effet sur usage d'Internet dépend le plus de {OPEN}luck{CLOSE}."
    )


def test_a_page_says_how_many_texts_stayed_in_english() -> None:
    page = html(Answer("My plan", ("My plan; internet use.", "Not said.", "Internet use.")), language="fr")
    assert page.count('class="english"') == 3 and "soulignés\u00a0: 2." in page and "<title>My plan</title>" in page


def test_a_text_that_a_drawing_breaks_into_lines_is_counted_once() -> None:
    lines = f'<svg><text x="1">{OPEN}My</text><text x="2">plan{CLOSE} 3</text><desc>{OPEN}My plan{CLOSE}</desc></svg>'
    assert left_in(f"<p>{OPEN}My plan{CLOSE}</p>{lines}") == {"My plan"}


def test_a_long_text_of_many_parts_is_given_up_soon(say: Translator) -> None:
    text = ", ".join(f"part {number} and more; or: other" for number in range(40))
    assert say(text).count(OPEN) == 1


def test_marks_are_spans_in_text_and_drawings_and_nothing_in_attributes(say: Translator) -> None:
    body = f'<p title="{OPEN}a{CLOSE}">{OPEN}b{CLOSE}</p><svg><desc>{OPEN}c{CLOSE}</desc><text>0.25</text>'
    body += f"<text>{OPEN}My</text><text>own</text><text>plan{CLOSE} 3</text><text>internet use</text></svg>"
    left = '<text><tspan class="english" lang="en">'
    assert marked(body, say) == (
        '<p title="a"><span class="english" lang="en" dir="ltr">b</span></p><svg><desc>c</desc><text>0,25</text>'
        f"{left}My</tspan></text>{left}own</tspan></text>{left}plan</tspan> 3</text>"
        "<text>usage d&#x27;Internet</text></svg>"
    )


def test_a_text_that_was_said_is_not_said_again(say: Translator) -> None:
    known = say("My plan; internet use")
    assert say(known) == known and say.numbers(say.numbers("0.544")) == "0,544"
    assert marked("<svg><text>(ODD 17.6)</text></svg>", say) == "<svg><text>(ODD 17.6)</text></svg>"


def test_signs_stand_before_numbers_and_options_from_right_to_left() -> None:
    arabic = Translator(
        "ar", {"add --levers main": "أضف --levers main", "run `afteraid --help`": "شغّل `afteraid --help`"}
    )
    assert arabic("-0.42") == "\u200e-0.42" and arabic("2025-2034") == "2025-2034"
    assert arabic("add --levers main") == "أضف \u200e--levers main"
    assert (
        arabic("run `afteraid --help`") == "شغّل `afteraid --help`"
    )  # a command is copied without signs that nobody sees
    assert marked("<svg><text>أقل (9.ج)</text><text>-3</text></svg>", arabic) == (
        "<svg><text>\u2067أقل (9.ج)\u2069</text><text>\u200e-3</text></svg>"
    )


def left_of(answer: Answer, language: str) -> set[str]:
    return set(MARKED.findall(" ".join(texts(translated(answer, translator(language))))))


@pytest.mark.parametrize("language", [*OTHERS, "pseudo"])
def test_no_english_is_left_on_pages_of_runs_countries_and_comparisons(
    results: Results, compared: Compared, language: str
) -> None:
    assert left_of(results.answer(), language) == set()
    page = country_page(load_scenario("baseline", {"end": 2037, "focus": "KEN"}), results, "KEN")
    assert left_of(page, language) == set()
    judged = {found for found in left_of(compared.answer(), language) if not re.search(r"`[a-z_.]+`", found)}
    assert judged == set()  # the meaning of a parameter stays in English


def test_every_text_of_a_page_went_through_the_catalogue(results: Results) -> None:
    page = html(results.answer(), "afteraid run baseline", "2026-11-28", language="pseudo")
    for gone in ("script", "style", "dl", "code", "pre", "desc", "svg"):
        page = re.sub(rf"<{gone}\b.*?</{gone}>", "", page, flags=re.S)
    page = re.sub(r"<p class=.note.>\w+\.csv .*?</p>", "", page)  # hashes of files
    plain = [text for text in re.findall(r">([^<>]+)<", page) if re.search(r"[A-Za-z]{3}", text)]
    assert plain and not [text for text in plain if "[[" not in text]


@pytest.mark.parametrize("kind", ["run", "country", "comparison"])
def test_all_texts_of_drawings_went_through_the_catalogue(results: Results, compared: Compared, kind: str) -> None:
    scenario = load_scenario("baseline", {"end": 2037, "focus": "KEN"})
    answers = {"run": results.answer, "country": lambda: country_page(scenario, results, "KEN"),
               "comparison": compared.answer}  # fmt: skip
    drawings = " ".join(re.findall(r"<svg.*?</svg>", html(answers[kind](), language="pseudo"), flags=re.S))
    for element in ("text", "title", "desc"):
        found = re.findall(rf"<{element}\b[^>]*>([^<]+)<", drawings)
        words = {word for text in found for word in re.findall(r"[^\W\d]{4,}", unescape(text))}
        assert words and not [word for word in words if word.isascii()], element


@pytest.mark.parametrize("language", OTHERS)
def test_a_page_says_its_language_its_direction_and_that_nobody_has_read_it(results: Results, language: str) -> None:
    page = html(results.answer(), language=language)
    assert f'<html lang="{language}" dir="{LANGUAGES[language][1]}">' in page
    assert OPEN not in page and CLOSE not in page and "<!--" not in page
    assert messages_of(language)["Print"] in page and ">Print<" not in page
    told, english = (
        json.loads(re.findall(r'id="data">(.*?)</script>', text)[0]) for text in (page, html(results.answer()))
    )
    assert told["survival-by-exit"] == english["survival-by-exit"]  # numbers stay what they are


def test_numbers_of_tables_stay_the_same_in_other_marks(results: Results) -> None:
    answer = results.answer()
    arabic = translated(answer, translator("ar"))
    digits = [re.findall(r"\d[\d.,]*\d", text) for text in texts(answer) if "%" in text and " to " in text]
    assert digits == [
        re.findall(r"\d[\d.,]*\d", said) for text, said in zip(texts(answer), texts(arabic), strict=True)
        if "%" in text and " to " in text
    ]  # fmt: skip


def test_a_card_is_said_once() -> None:
    page = html(Answer("Internet use", cards=(Card("internet use", "44.5%", "33.5 to 56.7%"),)), language="fr")
    assert "33,5 à 56,7\u00a0%" in page and "44,5\u00a0%" in page


def test_languages_that_are_not_there_are_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="did you mean 'fr'"):
        translator("fra")
    assert "no translation is there for 'de'" in refused(
        "cliff", "--runs", "1", "--language", "de", "--html", str(tmp_path / "page.html")
    )
    assert "there is no page to write; expected --html FILE too" in refused("run", "baseline", "--language", "fr")
    assert not list(tmp_path.iterdir())


def test_the_command_writes_a_page_in_french(tmp_path: Path) -> None:
    page = tmp_path / "page.html"
    small = ["--runs", "1", "--end", "2026", "--set", "spinup=2023", "--workers", "1"]
    done = call("run", "baseline", *small, "--html", str(page), "--language", "fr")
    assert done.exit_code == 0 and done.stdout.startswith("Baseline: today's policies continue")
    assert '<html lang="fr"' in page.read_text(encoding="utf-8")
