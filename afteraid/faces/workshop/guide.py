"""A session on paper: the facilitator's guide and the participants' sheet, as pages to print in a language."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace
from html import escape, unescape
from importlib.resources import files

from afteraid.simulation.results.faces.translated import marked, plain, translator
from afteraid.simulation.results.words.names import joined, setting, uncapitalised
from afteraid.simulation.results.words.translating import ENGLISH, Translator

from .levers import Lever, declared_levers
from .role_board import words_of
from .roles import Role, Roles, Surprise
from .session import BEST, Rivals, Session, Step
from .showing import positions
from .words import own_words

LINES = 3  # to write on, below a question
ROLES_IN_A_ROOM = """
Each role is a team. Teams with a device take a role there, or you deal the roles. For a role without a device, give \
out the card of the sheet, and enter its choice in your window. A role that nobody has leaves the world as it is."""
AS_IT_IS = "As in the base"
TITLES = {"guide": "Facilitator's guide", "sheet": "Participants' sheet"}
NOTICE = (
    "Translated by the authors' program; no native speaker has read this translation yet. English texts are underlined."
)
TEXT = re.compile(r"(<code>[^<]*)|>([\s☐]*)([^<>]*[A-Za-z]{2}[^<>]*?)(?=\s*<)")  # code stays, and boxes stand before


def printed(session: Session, kind: str, linked: bool = False, language: str = ENGLISH) -> str:
    """Return a page to print.

    Args:
        session: that is printed.
        kind: one of TITLES.
        linked: the style is another file, as a server's strict page needs it; otherwise it stands in the page.
        language: of the page; what has no translation stays in English and is underlined.

    Raises InputError for a language that there is not.
    """
    say = Translator(ENGLISH, {})
    if language != ENGLISH:
        say = replace(translator(language), own=own_words(language, [session]))
    style = (files(__package__) / "page" / "print.css").read_text(encoding="utf-8")
    head = '<link rel="stylesheet" href="/print.css">' if linked else f"<style>\n{style}</style>"
    body = _guide(session) if kind == "guide" else _sheet(session)
    title = f"{session.title}: {TITLES[kind]}"
    body = f"{_text('h1', title)}\n{body}"
    if language != ENGLISH:
        body, title = _said(f"{_text('p', NOTICE)}\n{body}", say), plain(say(title))
    return (
        f'<!doctype html>\n<html lang="{say.code}" dir="{say.direction}">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{escape(title)}</title>\n{head}\n</head>\n<body>\n<main>\n{body}\n</main>\n</body>\n</html>\n"
    )


def _said(body: str, say: Translator) -> str:
    """Return a page's body with each of its texts said in another language; code stays."""

    def text(found: re.Match[str]) -> str:
        return found[1] or f">{found[2]}{escape(say(' '.join(unescape(found[3]).split())))}"

    return marked(TEXT.sub(text, body), say)


def _guide(session: Session) -> str:
    """Return what the facilitator needs, step by step."""
    parts = [
        _text("p", session.summary),
        _text("p", f"{session.minutes} minutes, {len(session.steps)} steps."),
        _part("Aims", _list(session.aims)),
        _part("Bring", _list(session.bring)) if session.bring else "",
        _part("Before people arrive", _list(_before(session))),
        _part("Opening", _text("p", session.opening)),
        *(_step(number, step) for number, step in enumerate(session.steps, 1)),
        _rivals(session.rivals) if session.rivals is not None else "",
        *(_rounds(session.roles) if session.roles is not None else ()),
        _part("At the end, ask", _list(session.closing)),
    ]
    return "\n".join(part for part in parts if part)


def _before(session: Session) -> Iterable[str]:
    """Return what to do before people arrive."""
    yield f"Start: afteraid workshop --share --session {session.name}. Without devices, leave out --share."
    yield "Open the facilitator's window on your screen and the screen of the room on the projector."
    yield "Wait until the page says that the runs are ready. The first time this takes minutes; then they are stored."


def _step(number: int, step: Step) -> str:
    """Return one step of the guide."""
    worlds = []
    for world in step.worlds:
        changed = (f"{name} = {setting(value)}" for name, value in world.settings.items())
        settings = "".join(f"<code>{escape(one)}</code> " for one in (world.scenario, *changed))
        worlds.append(f"<li>{escape(world.title)}: scenario {settings}</li>")
    parts = [
        _text("p", f"{step.minutes} minutes"),
        _part("Say", _text("p", step.say), 3),
        _part("Ask, and let everybody guess before you reveal", _text("p", step.question), 3),
        _part("The worlds", f"<ul>{''.join(worlds)}</ul>", 3),
        _part("What people usually expect", _text("p", step.usual), 3),
        _part("Reveal", '<p class="line">The number on the screen:</p>', 3),
        _part("Why this happens in the model", _text("p", step.happens), 3),
        _part("Discuss", _list(step.debrief), 3),
    ]
    return f'<section class="step">{_text("h2", f"Step {number}: {step.title}")}{"".join(parts)}</section>'


def _rivals(rivals: Rivals) -> str:
    """Return the round of teams."""
    parts = [
        _text("p", f"{rivals.minutes} minutes, clock {rivals.seconds} seconds"),
        _part("Say", _text("p", rivals.say), 3),
        _part("Ask", _text("p", rivals.question), 3),
        _part("Levers", _list(_levers(rivals)), 3),
        _surprise(rivals.surprise),
        _part("Discuss", _list(rivals.debrief), 3),
    ]
    return f'<section class="step">{_text("h2", f"Teams: {rivals.title}")}{"".join(parts)}</section>'


def _surprise(surprise: Surprise | None) -> str:
    """Return the surprise of a round with who hears of it; nothing where there is none."""
    if surprise is None:
        return ""
    told = "The teams do not know" if surprise.is_secret else "Everybody hears at the beginning"
    return _part(told, _text("p", surprise.says), 3)


def _rounds(roles: Roles) -> Iterable[str]:
    """Return the rounds of roles, with who decides on what."""
    said = (f"{role.title}. {_aims(role, roles)}. Decides on: {joined(_titles(role, roles))}" for role in roles.cast)
    yield _part("Roles", _list(said) + _text("p", ROLES_IN_A_ROOM))
    for number, now in enumerate(roles.rounds, 1):
        parts = [
            _text("p", f"{now.minutes} minutes, clock {now.seconds} seconds"),
            _part("Say", _text("p", now.say), 3),
            _surprise(now.surprise),
            _part("Ask", _text("p", now.question), 3),
            _part("Discuss", _list(now.debrief), 3),
        ]
        yield f'<section class="step">{_text("h2", f"Roles, round {number}: {now.title}")}{"".join(parts)}</section>'


def _role_card(role: Role, roles: Roles) -> str:
    """Return the card of a role, on a page of its own, with lines for its choice in each round."""
    controls = role.controls(declared_levers(roles.plan({})))
    moved = "".join(map(_moved, controls.values()))
    if role.spend:
        spends = joined([uncapitalised(controls[name].title) for name in role.spend])
        moved += _text("p", f"Budget: at most {100.0 * role.budget:g}% of the money in all, for {spends}")
    lines = "".join(
        _text("h3", f"Our choice in round {number}")
        + "".join(f'<p class="line">{escape(lever.title)}</p>' for lever in controls.values())
        for number in range(1, len(roles.rounds) + 1)
    )
    aim = _part("Your aim", _text("p", _aims(role, roles)), 3)
    return f'<article class="card">{_text("h2", role.title)}{_text("p", role.card)}{aim}{moved}{lines}</article>'


def _moved(lever: Lever) -> str:
    """Return what can be chosen with a lever: boxes to tick, or how far it goes."""
    about = _part(lever.title, _text("p", lever.words), 3)
    if lever.options:
        return about + _list(f"☐ {title}" for title in (AS_IT_IS, *dict(lever.options).values()))
    low, high, base = (lever.said(value) for value in (lever.low, lever.high, lever.base))
    return about + _text("p", f"From {low} to {high}, now {base}.")


def _aims(role: Role, roles: Roles) -> str:
    """Return what a role is scored by, in words."""
    return "; ".join(f"{aim.way}: {words_of(aim, roles.plan({}))}" for aim in role.aims)


def _titles(role: Role, roles: Roles) -> list[str]:
    """Return the titles of what a role decides on."""
    return [lever.title for lever in role.controls(declared_levers(roles.plan({}))).values()]


def _levers(rivals: Rivals) -> Iterable[str]:
    """Return the levers of a round in words, and its budget."""
    known = declared_levers(rivals.plan({}))
    for name in rivals.levers:
        yield f"{known[name].title}: {known[name].words}"
    if rivals.spend:
        titles = joined([uncapitalised(known[name].title) for name in rivals.spend])
        yield f"Budget: at most {100.0 * rivals.budget:g}% of the money in all, for {titles}"


def _card(rivals: Rivals) -> str:
    """Return a card on which a team without a device writes its choice."""
    known = declared_levers(rivals.plan({}))
    asked = "".join(f'<p class="line">{escape(known[name].title)}</p>' for name in rivals.levers)
    title = _text("h2", f"Teams: {rivals.title}")
    body = _text("p", rivals.question) + _list(_levers(rivals)) + '<p class="line">Team:</p>'
    return f'<section class="step">{title}{body}{asked}{_part("To discuss", _list(rivals.debrief), 3)}</section>'


def _sheet(session: Session) -> str:
    """Return what participants write on: questions, guesses and lines, and no answer."""
    parts = [_text("p", session.summary), _quiz(session, "Before we begin")]
    for number, step in enumerate(session.steps, 1):
        if step.asks == BEST:
            asked = _list(f"☐ {world.title}" for world in step.worlds)
        else:
            labels = positions(step)
            asked = f'<p class="line">{escape(f"Our guess ({labels[0]} to {labels[-1]} {step.unit}):")}</p>'
        parts.append(
            f'<section class="step">{_text("h2", f"Step {number}: {step.title}")}{_text("p", step.question)}{asked}'
            f'<p class="line">The model says:</p>{_part("To discuss", _list(step.debrief), 3)}{_lines()}</section>'
        )
    if session.rivals is not None:
        parts.append(_card(session.rivals))
    if session.roles is not None:
        parts += [_role_card(role, session.roles) for role in session.roles.cast]
        for number, now in enumerate(session.roles.rounds, 1):
            title = _text("h2", f"Roles, round {number}: {now.title}")
            asked = _text("p", now.question) + _part("To discuss", _list(now.debrief), 3)
            parts.append(f'<section class="step">{title}{asked}{_lines()}</section>')
    parts.append(_quiz(session, "Once more"))
    parts.append(_part("At the end", _list(session.closing)) + _lines())
    return "\n".join(parts)


def _quiz(session: Session, title: str) -> str:
    """Return the quiz with boxes to tick; nothing where a session has none."""
    asked = "".join(_text("p", one.question) + _list(f"☐ {choice}" for choice in one.choices) for one in session.quiz)
    return _part(title, asked) if asked else ""


def _part(title: str, inside: str, level: int = 2) -> str:
    """Return a heading with what stands below it."""
    return f"{_text(f'h{level}', title)}{inside}"


def _text(kind: str, text: str) -> str:
    """Return a text in an element."""
    return f"<{kind}>{escape(text.strip())}</{kind}>"


def _list(texts: Iterable[str]) -> str:
    """Return a list."""
    return f"<ul>{''.join(_text('li', text) for text in texts)}</ul>"


def _lines() -> str:
    """Return lines to write on."""
    return '<p class="line"></p>' * LINES
