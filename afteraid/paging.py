"""An answer as one HTML file, and as PDF where a browser is there to print it."""

from __future__ import annotations

import json
import os
import shlex
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

from afteraid.simulation.basis.errors import InputError, ResultsError
from afteraid.simulation.basis.files import not_written, place_whole
from afteraid.simulation.results.answer import Answer
from afteraid.simulation.results.faces.html import html
from afteraid.simulation.results.words.translating import ENGLISH, messages_of
from afteraid.simulation.scenario.scenario import load_scenario

from .streams import say

BROWSERS = (
    "chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome", "microsoft-edge", "msedge",
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Microsoft Edge.app/Contents/MacOS/Microsoft Edge",
    r"C:\Program Files (x86)\Microsoft\Edge\Application\msedge.exe",
    r"C:\Program Files\Google\Chrome\Application\chrome.exe",
)  # fmt: skip
PATIENCE = 120.0  # seconds that a browser may take to print a page


def check_page(path: Path | None, option: str = "--html", language: str = ENGLISH) -> None:
    """Refuse a place or a language for a page before any work is done. None is no page.

    Raises InputError for a language that there is not, and ResultsError for a place that can't be used.
    """
    if language != ENGLISH:
        messages_of(language)
        if path is None:
            raise ResultsError("there is no page to write", key="--language", expected=f"{option} FILE too")
    if path is None:
        return
    if path.is_dir():
        raise ResultsError("is a folder", file=str(path), key=option, expected="the name of a file")
    if not path.absolute().parent.is_dir():
        raise ResultsError(
            "is in no folder that is there", file=str(path), key=option, expected="a folder that is there"
        )
    if not os.access(path.absolute().parent, os.W_OK):
        raise ResultsError("is in a folder that is read-only", file=str(path), key=option, expected="another folder")


def write_page(
    answer: Answer, path: Path | None, command: str = "", option: str = "--html", quiet: bool = True,
    language: str = ENGLISH,
) -> None:  # fmt: skip
    """Write an answer as a page, whole or not at all; nothing where no page is asked for.

    Args:
        answer: what was found.
        path: of the page.
        command: makes the answer again.
        option: that named the path, for messages.
        quiet: do not say where the page is.
        language: of the page.

    Raises ResultsError where the page can't be written.
    """
    if path is None:
        return
    try:
        place_whole(path, html(answer, command, date.today().isoformat(), language).encode())
    except OSError as problem:
        raise not_written(problem, path, option) from None
    if not quiet:
        say(f"The page is {path}")


def again(manifest: Mapping[str, Any]) -> str:
    """Return the command that makes the results of a run or a comparison again."""
    sized = ["--seed", str(manifest["seed"]), "--runs", str(manifest["runs"])]
    if "options" in manifest:
        from afteraid.experiments.compare.options import SHARED  # here, since other commands need no comparison

        sides = [manifest["scenarios"][label] for label in (manifest["base"], *manifest["options"])]
        own = [tuple(name for name in SHARED if name != "spinup"), *[SHARED] * len(manifest["options"])]
        texts = [[str(side["name"]), *_changes(side, but)] for side, but in zip(sides, own, strict=True)]
        base, *options = map(" ".join, texts)
        titled = (
            text if any(mark in label for mark in "=[{:") else f"{label}: {text}"
            for label, text in zip(manifest["options"], options, strict=True)
        )  # fmt: skip
        years = [f"--{name}={sides[0]['run'][name]}" for name in ("start", "end", "focus")]
        return shlex.join(["afteraid", "compare", base, *titled, *sized, *years])
    settings = [part for change in _changes(manifest.get("scenario", {})) for part in ("--set", change)]
    return shlex.join(["afteraid", "run", str(manifest["name"]), *sized, *settings])


def _changes(scenario: Mapping[str, Any], but: tuple[str, ...] = ("seed", "runs")) -> list[str]:
    """Return what differs from the shipped scenario of that name, each as KEY=VALUE, without some keys of `[run]`."""
    try:
        usual = load_scenario(str(scenario["name"])).model_dump(mode="json")
    except (InputError, KeyError):  # a file that isn't here
        return []
    found = []
    for section in ("run", "world", "strategy", "parameters"):
        before, now = usual.get(section) or {}, scenario.get(section) or {}
        for key, value in now.items():
            if value != before.get(key) and value is not None and not (section == "run" and key in but):
                found.append(f"{section}.{key}={_toml(value)}")
    return found


def _toml(value: Any) -> str:
    """Write a value as TOML does, on one line."""
    if isinstance(value, dict):
        members = (f"{key} = {_toml(one)}" for key, one in value.items() if one is not None)
        return "{" + ", ".join(members) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(_toml, value)) + "]"
    return json.dumps(value)


def browser() -> str:
    """Return a browser that can print; raises ResultsError where none is found."""
    found = next((place for name in BROWSERS if (place := shutil.which(name))), None)
    if found is None:
        raise ResultsError(
            "no browser was found that prints without a window", key="--pdf", expected="Chromium, Chrome or Edge",
        )  # fmt: skip
    return found


def print_page(answer: Answer, path: Path, command: str = "", language: str = ENGLISH) -> None:
    """Print an answer as PDF, whole or not at all; raises ResultsError where that can't be done."""
    program = browser()
    with tempfile.TemporaryDirectory() as folder:
        page, printed = Path(folder) / "page.html", Path(folder) / "page.pdf"
        write_page(answer, page, command, language=language)
        sandbox = ["--no-sandbox"] if sys.platform == "linux" and os.geteuid() == 0 else []
        typed = [
            program, "--headless", "--disable-gpu", *sandbox, f"--user-data-dir={folder}/profile",
            "--no-pdf-header-footer", f"--print-to-pdf={printed}", page.as_uri(),
        ]  # fmt: skip
        try:
            subprocess.run(typed, capture_output=True, timeout=PATIENCE, check=False)
        except (OSError, subprocess.TimeoutExpired) as problem:
            raise ResultsError(f"the browser did not print: {problem}", file=program, key="--pdf") from None
        if not printed.is_file():
            raise ResultsError("the browser did not print", file=program, key="--pdf")
        try:
            place_whole(path, printed.read_bytes())
        except OSError as problem:
            raise not_written(problem, path, "--pdf") from None
