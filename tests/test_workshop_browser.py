"""The workshop in a real browser: levers move, pictures change, and nothing is asked of another machine."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from workshop_process import MEMBERS, PATIENCE, running_workshop, workshop_process

from afteraid.faces.workshop.levers import MIXES
from afteraid.faces.workshop.roles import Roles
from afteraid.faces.workshop.session import Rivals, load_session, session_names
from afteraid.simulation.scenario.scenario import load_scenario

axe = pytest.importorskip("axe_playwright_python.sync_playwright", reason="axe-playwright-python is not installed")
pytestmark = [pytest.mark.browser, pytest.mark.slow]
MILLISECONDS = 1000.0 * PATIENCE
PHONE, LAPTOP, PROJECTOR = ({"width": wide, "height": high} for wide, high in ((390, 844), (1280, 720), (1920, 1080)))
WHOLE = f'#figure[data-runs="{MEMBERS}"][aria-busy="false"]'


@pytest.fixture(scope="module")
def port(tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    with workshop_process(tmp_path_factory.mktemp("cache")) as (_, found):
        yield found


class Watched:
    """A page, with all that it asks for and all that it complains of."""

    def __init__(self, browser: Any, port: int, size: dict[str, int], scheme: str = "light") -> None:
        self.home = f"http://127.0.0.1:{port}/"
        self.context = browser.new_context(viewport=size, color_scheme=scheme)
        self.context.set_default_timeout(MILLISECONDS)
        self.page = self.context.new_page()
        self.asked: list[str] = []
        self.wrong: list[str] = []
        self.page.on("request", lambda request: self.asked.append(request.url))
        self.page.on("console", lambda said: self.wrong.append(said.text) if said.type == "error" else None)
        self.page.on("pageerror", lambda problem: self.wrong.append(str(problem)))

    def __enter__(self) -> Any:
        self.page.goto(self.home)
        self.page.wait_for_selector(WHOLE)
        return self.page

    def __exit__(self, kind: object, *_: object) -> None:
        fits = self.page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        self.context.close()
        if kind is None:
            assert not self.wrong and fits
            assert all(url.startswith(self.home) for url in self.asked)


def _accessible(page: Any) -> None:
    violations = axe.Axe().run(page).response["violations"]
    assert [one["id"] for one in violations if one["impact"] in ("serious", "critical")] == []


def _quiz(page: Any, choice: int) -> None:
    for question in page.query_selector_all("#quiz fieldset"):
        question.query_selector_all("label")[choice].click()
    page.click("#quiz button")


def _number(page: Any) -> str:
    return str(page.inner_text("#number-change"))


def test_a_lever_moves_and_the_picture_changes_and_the_way_back(browser: Any, port: int) -> None:
    with Watched(browser, port, LAPTOP) as page:
        before = page.inner_html("#drawing")
        assert _number(page) == "" and page.is_disabled("#undo") and page.is_disabled("#reset")
        page.select_option("#lever-exits", "government_handover")
        page.wait_for_selector("#number-change:not(:empty)")
        page.wait_for_selector(WHOLE)
        moved = page.inner_html("#drawing"), _number(page)
        assert moved[0] != before and "percentage points" in moved[1] and "exits=government_handover" in page.url
        assert page.locator("#outcomes tr").count() == 6 and "clear" in page.inner_text("#outcomes")
        page.reload()
        page.wait_for_selector("#number-change:not(:empty)")
        page.wait_for_selector(WHOLE)
        assert _number(page) == moved[1] and page.input_value("#lever-exits") == "government_handover"
        page.click("#reset")
        page.wait_for_selector("#number-change:empty", state="attached")
        page.keyboard.press("u")
        page.wait_for_selector("#number-change:not(:empty)")
        assert _number(page) == moved[1]


def test_a_slider_is_moved_by_keys_and_the_newest_move_counts(browser: Any, port: int) -> None:
    with Watched(browser, port, LAPTOP, "dark") as page:
        page.focus("#lever-funding")
        for _ in range(4):
            page.keyboard.press("ArrowLeft")
        page.wait_for_selector("#number-change:not(:empty)")
        assert page.input_value("#lever-funding") == "0" and page.inner_text("output[for=lever-funding]") == "× 0"
        page.wait_for_selector(WHOLE)
        assert "at.funding=0" in page.url


def test_pictures_views_and_the_time_axis(browser: Any, port: int) -> None:
    with Watched(browser, port, PHONE) as page:
        page.select_option("#lever-exits", "abrupt")
        page.wait_for_selector("#number-change:not(:empty)")
        page.click("text=Who is online")
        page.wait_for_selector('#drawing .on-telephones [data-first="2019"]', state="attached")
        page.click("#view-level")
        page.wait_for_selector("#drawing .on-telephones .s1")
        assert page.inner_text("#says").startswith("2025: ")
        page.click("#back")
        assert page.inner_text("#says").startswith("2024: ") and page.locator("#drawing .now").count() == 2
        page.click("#marks button >> nth=0")
        assert page.inner_text("#says").startswith("2019: ")
        page.click("#view-difference")  # another view of the same picture stays at the year
        page.locator("#says", has_not_text=" and levers ").wait_for()
        assert page.inner_text("#says").startswith("2019: ")
        page.click("#play")
        page.wait_for_selector('#play[aria-pressed="false"]')  # it plays to the end, and stops
        assert page.inner_text("#says").startswith("2025: ")


def test_other_levers_are_chosen_at_most_four_at_a_time(browser: Any, port: int) -> None:
    with Watched(browser, port, PHONE) as page:
        page.click("#choose")
        page.wait_for_selector("#all label")
        assert page.locator("#all input:checked").count() == 4 and page.locator("#all input:enabled").count() == 4
        page.uncheck("#all input[value=funding]")
        page.check("#all input[value=data_tax]")
        page.click("#use")
        page.wait_for_selector("#lever-data_tax")
        page.wait_for_selector(WHOLE)
        assert page.locator(".lever").count() == 4 and page.locator("#lever-funding").count() == 0


def test_a_page_says_that_its_server_is_gone(browser: Any, tmp_path: Path) -> None:
    with workshop_process(tmp_path) as (process, own):
        context = browser.new_context()
        page = context.new_page()
        page.goto(f"http://127.0.0.1:{own}/")
        page.wait_for_selector("#drawing svg", timeout=MILLISECONDS)
        process.terminate()
        page.wait_for_selector("text=The server does not answer", timeout=MILLISECONDS)
        context.close()


def test_a_telephone_joins_a_shared_workshop_and_finds_its_way_back(browser: Any, tmp_path: Path) -> None:
    with running_workshop(tmp_path, outside=("127.0.0.2",)) as found:
        laptop = browser.new_context(viewport=LAPTOP)
        laptop.set_default_timeout(MILLISECONDS)
        before = laptop.new_page()
        before.goto(f"http://127.0.0.1:{found.port}/preflight.html#token={found.key}")
        before.wait_for_selector("#qr svg")
        address, code = before.inner_text("#address"), before.inner_text("#code")
        assert address == f"http://127.0.0.2:{found.port}/team.html" and code == found.code
        before.fill("#network", "Room")
        before.fill("#password", "a password")
        before.click("text=Show the network's QR code")
        before.wait_for_selector("#wifi-qr svg")
        _accessible(before)
        phone = browser.new_context(viewport=PHONE)
        phone.set_default_timeout(MILLISECONDS)
        page = phone.new_page()
        page.goto(f"http://127.0.0.2:{found.port}/")  # who has not joined is led to where a device joins
        page.wait_for_selector("#joining:not([hidden])")
        _accessible(page)
        for given, told in (("WRONG", "The code is wrong"), (code, "Team Blue")):
            page.fill("#join-code", given)
            page.fill("#name", "Blue")
            page.click("text=Join >> nth=-1")
            page.wait_for_selector(f"text={told}")
        page.reload()
        page.wait_for_selector("text=Team Blue")
        page.click("#to-levers")
        page.wait_for_selector(WHOLE)
        page.select_option("#lever-exits", "abrupt")
        page.wait_for_selector("#number-change:not(:empty)")
        link = phone.new_page()  # the facilitator's page is closed to a team
        link.goto(f"http://127.0.0.2:{found.port}/preflight.html")
        link.wait_for_selector("text=Only the facilitator can do this.")
        laptop.close()
        phone.close()


def test_an_address_that_can_not_be_used_is_refused_with_a_reason_and_a_scenario_is_taken_home(
    browser: Any, port: int, tmp_path: Path
) -> None:
    with Watched(browser, port, LAPTOP) as page:
        for said, reason in (
            ("v=2&levers=funding", "The address is of version 2"), ("v=1&levers=nothing,exits", "nothing"),
            ("v=1&levers=exits&at.exits=nobody", "exits"), ("v=1&levers=exits&at.exits=abrupt", ""),
        ):  # fmt: skip
            page.goto("about:blank")
            page.goto(f"http://127.0.0.1:{port}/#{said}")
            page.wait_for_selector(WHOLE)
            assert reason in page.inner_text("#refused") and page.is_visible("#refused") == bool(reason)
        renames = {"leaving": "exits", "sudden": "abrupt"}  # as if names had changed since the address was made
        page.route("**/workshop.json*", lambda route: route.fulfill(json={**route.fetch().json(), "renamed": renames}))
        page.goto("about:blank")
        page.goto(f"http://127.0.0.1:{port}/#v=1&levers=leaving&at.leaving=sudden")
        page.wait_for_selector(WHOLE)
        assert "levers=exits&at.exits=abrupt" in page.url and not page.is_visible("#refused")
        with page.expect_download() as download:
            page.click("#take")
        download.value.save_as(tmp_path / "workshop.toml")
        assert load_scenario(tmp_path / "workshop.toml").strategy.exits == {"abrupt": 1.0}


def test_without_devices_and_with_a_token_of_another_day(browser: Any, port: int) -> None:
    context = browser.new_context(viewport=LAPTOP)
    context.set_default_timeout(MILLISECONDS)
    page = context.new_page()
    page.goto(f"http://127.0.0.1:{port}/levers.html")
    page.evaluate("localStorage.setItem('afteraid-token', 'of another day')")
    for name in ("screen", "facilitator"):
        page.goto(f"http://127.0.0.1:{port}/{name}.html")
        page.wait_for_selector("#health:not(:empty)")
    page.click("#sessions li:has-text('The cliff (') >> text=Open")
    page.wait_for_selector("#talk:not([hidden])")
    page.click("text=A new group")
    page.click("#reset")
    page.wait_for_selector("#sessions button")
    context.close()


HORIZON = {"run.end": 2034}  # the answers differ by then, and runs are short


def _play_rivals(rivals: Rivals, leader: Any, screen: Any, team: Any) -> None:
    """Play the round of rivals: one team on its device, one with cards."""
    leader.click("#next")
    leader.fill("#new-team", "Cards")
    leader.click("#add button")
    leader.wait_for_selector("#for-team option:text-is('Cards')", state="attached")
    slider = f"#lever-{next(name for name in rivals.levers if name not in MIXES)}"
    leader.press(slider, "ArrowRight")
    leader.click("#lock")
    screen.wait_for_selector("text=Cards: final")
    team.wait_for_selector(slider)
    if rivals.spend:
        spends = f"#lever-{rivals.spend[0]}"
        before = team.input_value(spends)
        team.fill(spends, "0.9")
        assert "too much" in team.inner_text("#budget") and team.is_disabled("#lock")
        team.fill(spends, before)
    team.press(slider, "ArrowLeft")
    chosen = team.input_value(slider)
    screen.wait_for_selector("text=Blue: chooses")
    team.reload()  # as after a telephone's sleep: the choice is still there
    team.wait_for_selector(slider)
    assert team.input_value(slider) == chosen
    for page in (leader, screen, team):
        _accessible(page)
    team.click("#lock")
    team.wait_for_selector("text=Your choice is final.")
    leader.click("#reveal")
    for page in (screen, team, leader):
        page.wait_for_selector("#board:not([hidden])")
        assert page.locator("#board-tables table").count() == 4
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        _accessible(page)


def _play_roles(roles: Roles, leader: Any, screen: Any, team: Any, folder: Path) -> None:
    """Play the rounds of roles: a team takes one role on its device, the facilitator enters the others' cards."""
    mine, other = roles.cast[-1], roles.cast[0]
    for number, now in enumerate(roles.rounds):
        leader.click("#next")
        for page in (screen, team):
            page.wait_for_selector(f"#round-title:text-is('{now.title}')")
            assert page.locator("#round-cast > li").count() == len(roles.cast)
        told = now.surprise.says if now.surprise is not None else ""
        assert screen.inner_text("#round-surprise") == team.inner_text("#round-surprise") == told
        if number == 0:
            assert not team.is_visible("#choices")
            team.click(f"#round-cast > li:has-text('{mine.title}') >> text=Take this role")
            leader.select_option("#cast-team", "Blue")
            leader.wait_for_selector(f"#teams li:has-text('Blue, {mine.title}')")
        team.wait_for_selector(f"#part-title:text-is('Your role: {mine.title}')")
        assert " ".join(mine.card.split()) in " ".join(team.inner_text("#part-card").split())
        assert mine.title not in leader.locator("#for-team option").all_inner_texts()
        slider = f"#lever-{mine.levers[0]}"
        if number == 0:
            team.press(slider, "End")
            screen.wait_for_selector(f"#round-cast li:has-text('{mine.title}') >> text=chooses")
            team.reload()
        team.wait_for_selector(slider)
        assert team.input_value(slider) == team.get_attribute(slider, "max")  # what was chosen holds
        leader.select_option("#for-team", other.title)
        leader.wait_for_selector(f"#lever-{other.decisions[0].name}")
        leader.select_option(f"#lever-{other.decisions[0].name}", "4")
        leader.click("#lock")
        screen.wait_for_selector(f"#round-cast li:has-text('{other.title}') >> text=final")
        leader.click("#open-again")
        screen.wait_for_selector(f"#round-cast li:has-text('{other.title}') >> text=chooses")
        leader.click("#lock")
        for page, name in ((leader, "facilitator"), (screen, "screen"), (team, "team")):
            _accessible(page)
            assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
            page.screenshot(path=folder / f"{name}-round-{number}.png", full_page=True)
        team.click("#lock")
        team.wait_for_selector("text=Your choice is final.")
        leader.click("#reveal")
        for page, name in ((leader, "facilitator"), (screen, "screen"), (team, "team")):
            page.wait_for_selector("#board:not([hidden])")
            page.wait_for_selector("#board-tables table >> nth=2")
            assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
            _accessible(page)
            page.screenshot(path=folder / f"{name}-board-{number}.png", full_page=True)
        with team.expect_download() as download:
            team.click("#board-file-link")
        plan = load_scenario(download.value.path())
        assert plan.world.withdrawals and plan.run.runs == 2 and bool(plan.world.further_cuts) == bool(number)


@pytest.mark.parametrize("name", session_names())
def test_a_session_is_played_from_beginning_to_end(browser: Any, tmp_path: Path, name: str) -> None:
    session = load_session(name)
    assert session.rivals is not None or session.roles is not None
    with running_workshop(tmp_path, members=2, outside=("127.0.0.2",), settings=HORIZON) as found:
        windows = []

        def window(url: str, size: dict[str, int], scheme: str = "light") -> Any:
            context = browser.new_context(viewport=size, color_scheme=scheme)
            context.set_default_timeout(MILLISECONDS)
            windows.append(context)
            page = context.new_page()
            page.goto(url)
            return page

        home = f"http://127.0.0.1:{found.port}"
        leader = window(f"{home}/facilitator.html#token={found.key}", LAPTOP)
        screen = window(f"{home}/screen.html#token={found.key}", PROJECTOR, "dark")
        team = window(f"http://127.0.0.2:{found.port}/team.html#code={found.code}", PHONE)
        team.fill("#name", "Blue")
        team.click("#join button")
        team.wait_for_selector("text=Wait for the next question.")
        leader.click(f"#sessions li:has-text('{session.title} (') >> text=Open")
        screen.wait_for_selector("#opening:not(:empty)")
        team.wait_for_selector("#quiz:not([hidden])")
        _quiz(team, 0)
        leader.click("text=Enter a sheet of the quiz")
        _quiz(leader, 1)
        screen.wait_for_selector("text=2 answers to the quiz")
        for page in (leader, team):
            _accessible(page)
        for number, step in enumerate(session.steps, 1):
            leader.click("#next")
            leader.wait_for_selector(f"#script-title:has-text('Step {number}: ')")
            team.wait_for_selector(f"#step-title:text-is('{step.title}')")
            team.click("#guess button")
            team.wait_for_selector("#sent:not(:empty)")
            leader.select_option("#place", "1")
            leader.click("#enter button")
            screen.wait_for_selector("#count:has-text('2 guesses')")
            assert not screen.is_visible("#answer") and step.happens.strip() not in screen.content()
            leader.click("#reveal")
            for page in (screen, team):
                page.wait_for_selector("#answer:not([hidden])")
                assert page.inner_text("#answer-number") and page.inner_text("#happens")
                assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
            leader.click("#undo")
            screen.wait_for_selector("#answer", state="hidden")
            leader.click("#reveal")
            screen.wait_for_selector("#bars .right, #answer-number:text-is('not known'), #answer-number:text-is('-')")
            for page in (leader, screen, team):
                _accessible(page)
        if session.rivals is not None:
            _play_rivals(session.rivals, leader, screen, team)
        if session.roles is not None:
            _play_roles(session.roles, leader, screen, team, tmp_path)
        leader.click("#next")
        screen.wait_for_selector(f"#closing li >> nth={len(session.closing) - 1}")
        team.wait_for_selector("#quiz:not([hidden])")
        _quiz(team, 1)
        leader.wait_for_selector("text=1 answer to the quiz")
        leader.click("#reveal")
        for page in (screen, team, leader):
            page.wait_for_selector("#quiz-results:not([hidden])")
        with leader.expect_download() as download:
            leader.click("#quiz-csv")
        assert "Blue" not in Path(download.value.path()).read_text(encoding="utf-8")
        leader.click("text=A new group")
        leader.click("#reset")
        leader.wait_for_selector("#sessions button")
        team.wait_for_selector("#joining:not([hidden])")  # a new group begins: the old team has gone
        for context in windows:
            context.close()


class Room:
    """The windows of a workshop that is in French, which are looked at for English that is left."""

    def __init__(self, browser: Any, found: Any) -> None:
        self.browser, self.found, self.windows = browser, found, {}
        self.home = f"http://127.0.0.1:{found.port}"

    def open(self, name: str, url: str, size: dict[str, int]) -> Any:
        context = self.browser.new_context(viewport=size)
        context.set_default_timeout(MILLISECONDS)
        self.windows[name] = context.new_page()
        self.windows[name].goto(url)
        return self.windows[name]

    def look(self, *names: str) -> None:
        """See that all windows are said whole, and that they fit."""
        for page in (self.windows[name] for name in names or self.windows):
            page.wait_for_selector('html[data-said="fr"]')
            assert page.locator(".english").all_text_contents() == []
            assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def _rivals_in_french(room: Room, rivals: Rivals) -> None:
    """Play the round of rivals, and look at each window."""
    leader, screen, team = (room.windows[name] for name in ("leader", "screen", "team"))
    leader.click("#next")
    team.wait_for_selector("#lock")
    team.press(f"#lever-{next(one for one in rivals.levers if one not in MIXES)}", "ArrowLeft")
    leader.wait_for_selector("#teams li:has-text('Government : en train de choisir')")
    room.look()
    team.click("#lock")
    team.wait_for_selector("#chosen:has-text('Votre choix est définitif.')")
    leader.click("#reveal")
    for page in (leader, screen, team):
        page.wait_for_selector("#board:not([hidden])")
    room.look()


def _roles_in_french(room: Room, roles: Roles) -> None:
    """Play the rounds of roles, and look at each window."""
    leader, screen, team = (room.windows[name] for name in ("leader", "screen", "team"))
    for number, _ in enumerate(roles.rounds):
        leader.click("#next")
        if number == 0:
            team.click("#round-cast >> text=Prendre ce rôle >> nth=0")
            leader.wait_for_selector("#teams li:has-text('Government, Bailleurs bilatéraux')")
        team.wait_for_selector("#part-title:has-text('Votre rôle : Bailleurs bilatéraux')")
        team.wait_for_selector("#lever-programmes")
        team.select_option("#lever-programmes", "4")
        screen.wait_for_selector("#round-cast li:has-text('en train de choisir')")
        leader.select_option("#for-team", roles.cast[-1].title)
        leader.wait_for_selector("#lever-local_ownership")
        leader.press("#lever-local_ownership", "End")
        leader.click("#lock")
        room.look()
        team.click("#lock")
        team.wait_for_selector("#chosen:has-text('Votre choix est définitif.')")
        leader.click("#reveal")
        for page in (leader, screen, team):
            page.wait_for_selector("#board-tables table >> nth=2")
        room.look()


@pytest.mark.parametrize("name", session_names())
def test_a_session_is_played_in_french_and_no_english_is_left(browser: Any, tmp_path: Path, name: str) -> None:
    session = load_session(name)
    with running_workshop(tmp_path, members=2, outside=("127.0.0.2",), settings=HORIZON, language="fr") as found:
        room = Room(browser, found)
        leader = room.open("leader", f"{room.home}/facilitator.html#token={found.key}", LAPTOP)
        screen = room.open("screen", f"{room.home}/screen.html#token={found.key}", LAPTOP)
        team = room.open("team", f"http://127.0.0.2:{found.port}/team.html#code={found.code}", PHONE)
        team.fill("#name", "Government")  # a name that is a word of the catalogue stays a name
        team.click("#join button")
        team.wait_for_selector("#team-name:text-is('Équipe Government')")
        room.look()
        leader.click(f"#sessions li >> nth={session_names().index(name)} >> button")
        screen.wait_for_selector("#opening:not(:empty)")
        room.look()
        for number, _ in enumerate(session.steps, 1):
            leader.click("#next")
            team.wait_for_selector("#guess:not([hidden])")
            leader.wait_for_selector(f"#script-title:has-text('Étape {number} : ')")
            team.click("#guess button")
            screen.wait_for_selector("#count:has-text('1 estimation')")
            room.look()
            leader.click("#reveal")
            for page in (screen, team):
                page.wait_for_selector("#answer:not([hidden])")
            room.look()
        levers = room.open("levers", f"{room.home}/#token={found.key}&v=1&step={name}.{len(session.steps)}", PHONE)
        levers.wait_for_selector("#drawing svg", state="attached")
        levers.locator("#levers input[type=range]").first.press("ArrowRight")
        levers.wait_for_selector("#number-change:not(:empty)")
        for place in range(levers.locator("#pictures button").count()):
            levers.click(f"#pictures button >> nth={place}")
            for button in ("#view-level", "#back"):  # a scene has one view, and not each has years
                levers.wait_for_selector('#figure[aria-busy="false"]')
                if levers.is_visible(button) and levers.is_enabled(button):
                    levers.click(button)
            levers.wait_for_selector('#figure[aria-busy="false"]')
            room.look("levers")
        if session.rivals is not None:
            _rivals_in_french(room, session.rivals)
        if session.roles is not None:
            _roles_in_french(room, session.roles)
        leader.click("#next")
        team.wait_for_selector("#quiz:not([hidden])")
        _quiz(team, 0)
        screen.wait_for_selector("#quiz-count:has-text('1 réponse')")
        leader.click("#reveal")
        screen.wait_for_selector("#quiz-results:not([hidden])")
        room.look()
        room.open("all", f"{room.home}/levers.html#token={found.key}", PHONE).wait_for_selector("#all label")
        room.open("checks", f"{room.home}/preflight.html#token={found.key}", LAPTOP).wait_for_selector("#checks li")
        room.look("all", "checks")
        for page in room.windows.values():
            page.context.close()


@pytest.mark.parametrize("language", ["fr", "ar"])
def test_the_pages_speak_other_languages(browser: Any, port: int, language: str, tmp_path: Path) -> None:
    title = {"fr": "Que reste-t-il quand le bailleur est parti", "ar": "ماذا يبقى بعد رحيل الجهة المانحة"}[language]
    watched = Watched(browser, port, PHONE)
    with watched as page:
        page.select_option(".language select", language)
        page.wait_for_selector(f"h1:has-text('{title}')")
        page.wait_for_selector(WHOLE)
        assert page.evaluate("document.documentElement.dir") == ("rtl" if language == "ar" else "ltr")
        page.wait_for_selector(f"#undo:has-text('{ {'fr': 'Annuler', 'ar': 'تراجع'}[language] }')")
        _accessible(page)
        page.screenshot(path=tmp_path / "page.png", full_page=True)
        page.select_option(".language select", "en")
        page.wait_for_selector("#undo:has-text('Undo')")
