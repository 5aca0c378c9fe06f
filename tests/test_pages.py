"""The one command that makes every page that rests on runs."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from afteraid.experiments.pages import all as every
from afteraid.experiments.pages import answers
from afteraid.experiments.pages.all import NAMES, PAGES, Page, chosen, make
from afteraid.simulation.basis.errors import InputError

DOCS = Path(__file__).parents[1] / "docs"


def test_every_page_that_says_how_it_is_made_is_made_by_the_one_command():
    written = {
        name
        for page in DOCS.glob("*.md")
        for name in re.findall(r"Rebuild with\s+`python -m [\w.]+pages\.(\w+)`", page.read_text())
    }
    assert {"answers", "skill", "uncertainty"} <= written
    assert written <= set(NAMES)


def test_commands_name_files_and_modules_that_are_there():
    root = DOCS.parent
    for page in PAGES:
        for first, second, *_ in page.commands:
            module = second if first == "-m" else ""
            path = root.joinpath(*module.removeprefix("afteraid.").split(".")) if module else root / first
            assert module == "afteraid" or path.with_suffix(".py").is_file(), page.name


def test_a_page_that_is_made_is_not_made_again_by_the_same_code(tmp_path, capsys):
    script = tmp_path / "once.py"
    script.write_text(
        "import sys, pathlib\nwith pathlib.Path(sys.argv[1], 'runs').open('a') as file: file.write('x')\n"
    )
    pages = (Page("first", ((str(script), "{work}"),)), Page("second", ((str(tmp_path / "none.py"),),)))
    work = tmp_path / "work"
    assert make(pages, tmp_path, work, 1) == ["second"]
    assert make(pages, tmp_path, work, 1) == ["second"]
    assert (work / "runs").read_text() == "x"
    assert "first is made already" in capsys.readouterr().out
    assert make(pages[:1], tmp_path, work, 1, again=True) == []
    assert (work / "runs").read_text() == "xx"


def test_other_code_makes_a_page_again(tmp_path, monkeypatch):
    page = Page("first", (("-c", "pass"),))
    assert make((page,), tmp_path, tmp_path, 1) == []
    monkeypatch.setattr(every, "_code", lambda: "other")
    made = []
    monkeypatch.setattr(every, "_succeeds", lambda command, given: made.append(command) or True)
    make((page,), tmp_path, tmp_path, 1)
    assert made == [("-c", "pass")]


@pytest.mark.parametrize(
    ("given", "said"), [(["--only", "answer"], "did you mean 'answers'"), (["--only", "skill"], "internet_use.csv")]
)
def test_what_can_not_be_used_ends_with_status_2_before_any_run(tmp_path, capsys, given, said):
    assert every.main(["--reference", str(tmp_path), "--work", str(tmp_path / "work"), *given]) == 2
    assert said in capsys.readouterr().err
    assert not (tmp_path / "work").exists()


def test_all_pages_are_chosen_by_default():
    assert chosen(None) == PAGES
    assert [page.name for page in chosen(["skill", "answers"])] == ["answers", "skill"]


def test_the_part_of_a_study_is_written_in_its_place_and_others_are_kept():
    parts = ["# Page\n\n", "## One\n\nold\n\n", "## Three\n\n`afteraid sweep three --out x`\n\n", "## End\n"]
    again = answers._with_part(parts, "## One\n\nnew\n", ["two", "three"])
    assert again == [parts[0], "## One\n\nnew\n\n", *parts[2:]]
    added = answers._with_part(again, "## Two\n\nnew\n", ["three"])
    assert [part.partition("\n")[0] for part in added] == ["# Page", "## One", "## Two", "## Three", "## End"]


def test_a_study_that_the_page_has_not_is_refused(tmp_path):
    with pytest.raises(InputError, match="did you mean 'exit-timing'"):
        answers.write_studies(tmp_path, tmp_path / "page.md", ["exit-timming"])
