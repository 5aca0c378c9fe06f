"""The pages on how far to trust an answer: each report takes them along, to be read where the numbers are."""

from __future__ import annotations

import shutil
from pathlib import Path

PAGES = (
    "skill.md", "skill_reliability.png", "uncertainty.md", "uncertainty.png", "ldc.md", "patterns.md", "adoption.md",
)  # fmt: skip
FOLDER = "how-far-to-trust-it"
SENTENCE = (
    "How far to trust these results: {place} shows the model's errors in years that it had not seen. The pages next to "
    "it show the sources of uncertainty."
)
_PLACES = (Path(__file__).parent / "pages", Path(__file__).parents[1] / "docs")  # a wheel's, or the source tree's


def pages_directory() -> Path:
    """Return where the pages are: packaged ones first, then the source tree's."""
    return next((place for place in _PLACES if (place / PAGES[0]).is_file()), _PLACES[-1])


def take_along(report: Path) -> None:
    """Copy the pages into a report's folder; raises OSError where that can't be done."""
    folder = report / FOLDER
    folder.mkdir()
    for name in PAGES:
        shutil.copyfile(pages_directory() / name, folder / name)


def where(report: Path | None) -> str:
    """Say where the pages are: in the report, or, where none is written, in the documentation."""
    return SENTENCE.format(place=f"{FOLDER}/skill.md" if report is not None else "docs/skill.md")
