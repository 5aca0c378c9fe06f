"""Pages of docs that say how to add something: their steps, done word by word to a copy of the source.

A page may write a new file, put lines before or after a line of a file, and raise a number in a file by one:

    File `path`:                                    a block of code
    In `path`, after the line `text`:               a block of code
    In `path`, before the line `text`:              a block of code
    In `path`, after the last row of `text`:        a block of code
    In `path`, at the end of the list `NAME`:       a block of code
    In `path`, raise the number of `words` by one.
"""

from __future__ import annotations

import filecmp
import os
import re
import shlex
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
COPIED = ("simulation", "experiments", "afteraid", "scenarios", "tests", "docs", "tools")
WRITTEN = (".py", ".md", ".toml", ".csv")
BLOCK = r"\n\n```\w+\n(?P<{}>.*?)^```$"
STEP = re.compile(
    r"^File `(?P<new>[^`]+)`:" + BLOCK.format("content")
    + r"|In\s+`(?P<file>[^`]+)`,\s+(?P<where>[a-z\s]+?)\s+`(?P<mark>[^`]+)`:"
    + BLOCK.format("lines")
    + r"|In\s+`(?P<counted>[^`]+)`,\s+raise\s+the\s+number\s+of\s+`(?P<words>[^`]+)`\s+by\s+one",
    re.MULTILINE | re.DOTALL,
)  # fmt: skip


@dataclass(frozen=True)
class Recipe:
    """A page of docs."""

    page: str

    @property
    def text(self) -> str:
        """The page."""
        return (ROOT / "docs" / self.page).read_text(encoding="utf-8")

    def new_files(self) -> list[str]:
        """The files that the page writes."""
        return re.findall(r"^File `([^`]+)`:$", self.text, flags=re.MULTILINE)

    def commands(self) -> list[list[str]]:
        """The arguments of each command of the page, without the name of the interpreter."""
        lines = "".join(re.findall(r"^```sh\n(.*?)^```$", self.text, flags=re.MULTILINE | re.DOTALL)).splitlines()
        return [shlex.split(line)[1:] for line in lines]

    def follow(self, folder: Path) -> Path:
        """Copy the source into a folder, do what the page says, and return the folder."""
        skipped = shutil.ignore_patterns("__pycache__", ".*")
        for name in COPIED:
            shutil.copytree(ROOT / name, folder / name, ignore=skipped)
        for path in ROOT.iterdir():
            if path.is_file() and not path.name.startswith("."):
                shutil.copy(path, folder / path.name)
        steps = list(STEP.finditer(self.text))
        assert steps, f"{self.page} has no step that can be followed"
        for step in steps:
            _take(step, folder)
        return folder


def _take(step: re.Match[str], folder: Path) -> None:
    """Do one step of a page."""
    if step["new"]:
        assert not (folder / step["new"]).exists(), step["new"]
        (folder / step["new"]).write_text(step["content"], encoding="utf-8")
        return
    path = folder / (step["file"] or step["counted"])
    text = path.read_text(encoding="utf-8")
    if step["counted"]:
        words = r"\s+".join(map(re.escape, step["words"].split()))
        changed, count = re.subn(rf"\b(\d+)(\s+{words})", lambda found: f"{int(found[1]) + 1}{found[2]}", text)
        assert count == 1, f"{step['counted']} states the number of {step['words']} {count} times"
        path.write_text(changed, encoding="utf-8")
        return
    lines = text.splitlines(keepends=True)
    place = _place(lines, " ".join(step["where"].split()), step["mark"])
    path.write_text("".join([*lines[:place], step["lines"], *lines[place:]]), encoding="utf-8")


def _place(lines: list[str], where: str, mark: str) -> int:
    """Return the number of the line before which a page puts something; what it names has to be there once."""
    if where == "after the last row of":
        return max(number for number, line in enumerate(lines) if line.startswith("|") and f"`{mark}" in line) + 1
    if where == "at the end of the list":
        (begins,) = (number for number, line in enumerate(lines) if re.match(rf"{mark}\b.*[=({{\[]$", line))
        return next(number for number in range(begins, len(lines)) if re.fullmatch(r"\s*[)\]]\s*", lines[number]))
    assert where in ("before the line", "after the line"), where
    (place,) = (number for number, line in enumerate(lines) if line.strip().startswith(mark))
    return place + (where == "after the line")


def in_copy(folder: Path, *arguments: str) -> str:
    """Run Python in a copy, on the copy's modules, and return what it printed."""
    environment = os.environ | {"PYTHONPATH": str(folder), "MPLBACKEND": "Agg", "COLUMNS": "120"}
    done = subprocess.run(
        [sys.executable, *arguments], cwd=folder, env=environment, capture_output=True, text=True, timeout=600,
        check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def touched(folder: Path) -> list[str]:
    """The files of a copy that are not as in the source."""
    files = [path for path in folder.rglob("*") if path.suffix in WRITTEN and path.is_file()]
    names = [path.relative_to(folder).as_posix() for path in files if "__pycache__" not in path.parts]
    places = [name for name in names if name.partition("/")[0] in COPIED or "/" not in name]
    return sorted(
        name for name in places
        if not (ROOT / name).exists() or not filecmp.cmp(ROOT / name, folder / name, shallow=False)
    )  # fmt: skip
