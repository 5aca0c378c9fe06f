"""The answer on the terminal is one screen; the whole one is in the folder, in JSON, and behind --full."""

from __future__ import annotations

import io
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest
from command_line import call
from rich.console import Console

from afteraid import Results, load_scenario, run
from afteraid.simulation.results.answer import Answer, Table
from afteraid.simulation.results.brief import FIVE, HEADLINE_WORDS, brief
from afteraid.simulation.results.faces.terminal import print_answer
from afteraid.simulation.results.summary import Row, Summary
from afteraid.trust import where

SHORT = {"spinup": 2022, "start": 2024, "end": 2030}
LINES = 30


@pytest.fixture(scope="module")
def results() -> Results:
    return run(load_scenario("baseline", {**SHORT, "focus": "KEN"}), runs=5, workers=1)


def printed(answer: Answer, width: int) -> list[str]:
    """The lines of an answer at a width."""
    stream = io.StringIO()
    print_answer(answer, Console(file=stream, width=width, highlight=False, color_system=None))
    return stream.getvalue().splitlines()


def test_it_fits_one_screen_with_intervals_and_with_a_country(results: Results) -> None:
    lines = printed(results.brief(), 80)
    text = " ".join(" ".join(lines).split())
    assert len(lines) <= LINES - 5 and max(map(len, lines)) <= 80  # five more say where to read on
    assert "90% interval" in text and "Kenya: people online in 2030" in text and "initiatives live in" in text
    rows = [line for line in lines if line.startswith(tuple(HEADLINE_WORDS[name] for name in (FIVE, "stranded_share")))]
    assert len(rows) == 2 and all(line.endswith("%") and " to " in line for line in rows)


def test_few_runs_have_no_interval(results: Results) -> None:
    names = ("divide", "countries", "survival", "activity", "accounts", "closures", "twin")
    once = replace(results, **{name: getattr(results, name).query("run == 0") for name in names})
    text = "\n".join(printed(once.brief(), 80))
    assert " to " not in "\n".join(line for line in text.splitlines() if line.startswith(("Initiatives", "Capital")))
    assert "interval" not in text.replace("too few for intervals", "") and "1 run: too few" in text


def summary(brought: float, ratio: float) -> Summary:
    """Numbers of a run in which donors' money brings some share of the gap that closes."""
    rows = [Row("LDC", "use", year, "%", share, share, share) for year, share in ((2025, 0.3), (2050, 0.8))]
    rows += [Row("LDC", "unconnected", 2050, "people", 2e8, 2e8, 2e8)]
    rows += [Row("LDC", "closure_by_cooperation", None, "%", brought, brought, brought)]
    rows += [Row("initiatives", "additional_user_years_per_1000_usd", None, "user-years", ratio, ratio, ratio)]
    return Summary(tuple(rows), 20)


def test_it_says_why_money_moves_use_so_little_where_it_does() -> None:
    def said(brought: float, ratio: float = 7.0) -> str:
        return " ".join(brief(summary(brought, ratio), {"title": "t"}, "LDC").sentences)

    assert "brings only 2% of the gap" in said(0.02) and "brings only" not in said(0.3)
    assert "brings only" not in said(float("nan")) and "user-years" in said(0.3)
    assert "bring" not in said(0.3, float("nan"))
    assert "80% of people use the internet in 2050, against 30% in 2025; 200 million people" in said(0.3)


def test_run_prints_one_screen_and_keeps_the_whole(
    results: Results, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("afteraid.commands.run.run_scenario", lambda *_, **__: results)
    monkeypatch.setattr("afteraid.commands.run.write_figures", lambda *_: [])
    out = tmp_path / "report"
    short = call("run", "baseline", "--out", str(out), columns=80)
    lines = short.stdout.splitlines()
    assert len(lines) <= LINES and all(len(line) <= 80 or str(out) in line for line in lines)
    assert "--full" in short.stdout and "skill.md" in short.stdout
    whole = (out / "answer.txt").read_text(encoding="utf-8")
    full = call("run", "baseline", "--full", columns=130)
    assert "Parts of a whole" in whole and "Parts of a whole" in full.stdout
    assert "Parts of a whole" not in short.stdout and "--full" not in full.stdout
    in_words = " ".join(whole.split()).replace(where(out), where(None))
    assert " ".join(full.stdout.split()) == in_words
    assert all(line in full.stdout for line in ("initiatives serving 10 years after founding",))


@pytest.mark.parametrize(("width", "lines"), [(60, 2), (40, 3), (30, 4)])
def test_names_wrap_before_intervals_leave_their_numbers(width: int, lines: int) -> None:
    name = "a name of a measure in words"
    table = Table("t", pd.DataFrame(), ("Title", "Value"), ((name, "12.7% (8.7 to 14.5%)"),))
    shown = printed(Answer("", (), (table,)), width)
    assert len([line for line in shown if line.strip()]) == lines, shown
