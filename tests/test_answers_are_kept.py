"""The answer is printed whatever happens to the files; a folder is tried before any work, and is never half-written."""

from __future__ import annotations

import contextlib
import errno
import importlib
import io
import os
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
import typer
from command_line import ask, call, refused, unwrapped
from hypothesis import given
from hypothesis import strategies as st
from wrong_inputs import of_a_kind

from afteraid import cli
from afteraid.answering import hand_over
from afteraid.folder import check_folder, whole_folder
from afteraid.simulation.basis import files
from afteraid.simulation.basis.errors import ResultsError
from afteraid.simulation.ensemble import run
from afteraid.simulation.results.answer import Answer
from afteraid.simulation.results.tables import Results
from afteraid.simulation.scenario.scenario import load_scenario
from afteraid.terminal import for_people

WHOLE = "sentence one"
TROUBLES = (errno.ENOSPC, errno.EROFS, errno.EACCES, errno.EIO, errno.EDQUOT, errno.ENOTDIR, errno.ESTALE)
FULL = OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


class Steps:
    """Counts the calls that write, and lets things go wrong from one of them on."""

    def __init__(self, first: int, trouble: BaseException) -> None:
        self.first, self.trouble, self.taken = first, trouble, 0

    def take(self) -> None:
        """Go wrong, or not yet."""
        self.taken += 1
        if self.taken > self.first:
            raise self.trouble

    def before(self, real: Callable[..., Any]) -> Callable[..., Any]:
        """Return a call that takes a step first."""

        def instead(*arguments: Any, **options: Any) -> Any:
            self.take()
            return real(*arguments, **options)

        return instead


@contextlib.contextmanager
def wrong_from(first: int, trouble: BaseException) -> Iterator[Steps]:
    """Let every call that makes, fills or renames a file go wrong from one on."""
    steps = Steps(first, trouble)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(files.tempfile, "mkdtemp", steps.before(tempfile.mkdtemp))
        patch.setattr(files.os, "fsync", steps.before(lambda handle: None))  # thousands of them would take minutes
        for owner, name in ((Path, "mkdir"), (Path, "rename"), (files.os, "replace")):
            patch.setattr(owner, name, steps.before(getattr(owner, name)))
        yield steps


def write(folder: Path, count: int) -> None:
    """Write some files of a result, the manifest among them."""
    for number in range(count):
        files.place_whole(folder / f"table-{number}.csv", b"new")
    files.place_whole(folder / "manifest.json", b"{}")


def contents(folder: Path) -> dict[str, bytes]:
    """All files below a folder, hidden ones too."""
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def kept_elsewhere(place: Path, out: Path, before: dict[str, bytes]) -> bool:
    """Whether earlier results that could be moved away, but not back, are all there under another name."""
    (old,) = out.parent.glob(".report-*/old")
    return not out.exists() and contents(old) == {str((place / name).relative_to(out)): before[name] for name in before}


def handed_over(out: Path, count: int, as_json: bool) -> tuple[int, str, str]:
    """Hand an answer over as a command does; return its exit status and what it printed."""
    printed, said, status = io.StringIO(), io.StringIO(), 0
    with contextlib.redirect_stdout(printed), contextlib.redirect_stderr(said):
        try:
            for_people(hand_over)(
                Answer("title", (WHOLE,)), out=out, write=lambda folder: write(folder, count), quiet=True,
                as_json=as_json,
            )  # fmt: skip
        except typer.Exit as left:
            status = left.exit_code
    return status, printed.getvalue(), unwrapped(said.getvalue())


@of_a_kind
@given(
    first=st.integers(0, 30), count=st.integers(0, 3), there=st.booleans(), deep=st.booleans(), as_json=st.booleans(),
    trouble=st.sampled_from(TROUBLES).map(lambda number: OSError(number, os.strerror(number)))
    | st.just(OSError("of pyarrow, without a number")) | st.builds(KeyboardInterrupt),
)  # fmt: skip
def test_the_answer_is_printed_and_the_folder_is_whole_or_as_it_was(
    first: int, count: int, there: bool, deep: bool, as_json: bool, trouble: BaseException
) -> None:
    with tempfile.TemporaryDirectory() as name:
        place = Path(name)
        out = place / "a" / "b" / "report" if deep else place / "report"
        if there:
            with whole_folder(out) as folder:
                write(folder, 1)
                (folder / "old.txt").write_text("old")
        before = contents(place)
        with wrong_from(first, trouble) as steps:
            status, printed, said = handed_over(out, count, as_json)
        assert WHOLE in printed
        if steps.taken <= first:
            assert (status, said) == (0, "") and "old.txt" not in contents(out) and "answer.txt" in contents(out)
            return
        assert contents(place) == before or kept_elsewhere(place, out, before)
        assert status == (130 if isinstance(trouble, KeyboardInterrupt) else 2) and said.count("\n") == 1
        assert out.exists() == there or isinstance(trouble, KeyboardInterrupt) or "the earlier files are in" in said
        assert isinstance(trouble, KeyboardInterrupt) or ("--out" in said and str(out) in said)
        assert handed_over(out, count, as_json)[0] == 0  # and the place can be used again


def test_a_defect_in_a_figure_does_not_cost_the_answer(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    def defective(folder: Path) -> None:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        hand_over(Answer("title", (WHOLE,)), out=tmp_path / "out", write=defective)
    assert WHOLE in capsys.readouterr().out and not list(tmp_path.iterdir())


# Before any work

COMMANDS = {
    "run": ["baseline"],
    "compare": ["baseline", "exits-abrupt"],
    "country": ["Kenya"],
    "cliff": [],
    "life": [],
    "mission": [],
    "attribute": ["baseline", "--without", "donor:USA"],
    "natural-experiments": [],
    "patterns": [],
    "uncertainty": [],
    "hindcast": ["--panel", "PANEL"],
    "calibrate": ["--panel", "PANEL", "--until", "2015"],
    "discover": ["no-sweep", "--where", "y < 1"],
    "read": ["no-sweep"],
}
BEGUN_FIRST = ("search", "sweep", "rerun", "publish", "report")  # they begin before a run, read a folder, or do no run


def test_every_command_with_a_folder_is_tried_here() -> None:
    known = [(name, cli.load(name)) for names in cli.COMMANDS.values() for name in names]
    with_folder = {name for name, command in known if any(one.name == "out" for one in command.params)}
    assert with_folder == {*COMMANDS, *BEGUN_FIRST}


@pytest.fixture
def panel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A panel that can be read."""
    rows = [{"iso3": iso3, "year": year, "internet_pct": 20.0 + year - 2000 + place}
            for place, iso3 in enumerate(("KEN", "UGA", "TZA", "RWA")) for year in range(2000, 2020)]  # fmt: skip
    path = tmp_path_factory.mktemp("panel") / "panel.csv"
    pd.DataFrame(rows).to_csv(path, index=False)
    return path


def a_file(out: Path, patch: pytest.MonkeyPatch) -> None:
    """A file stands in the place."""
    out.write_text("mine")


def below_a_file(out: Path, patch: pytest.MonkeyPatch) -> None:
    """A file stands where a folder above should be."""
    out.parent.rmdir()
    out.parent.write_text("mine")


def full_disk(out: Path, patch: pytest.MonkeyPatch) -> None:
    """Nothing fits onto the disk."""
    patch.setattr(files.os, "fsync", Steps(0, FULL).before(os.fsync))


def read_only(out: Path, patch: pytest.MonkeyPatch) -> None:
    """Nothing may be made there."""
    trouble = PermissionError(errno.EACCES, os.strerror(errno.EACCES))
    patch.setattr(files.tempfile, "mkdtemp", Steps(0, trouble).before(tempfile.mkdtemp))


def a_disk(out: Path, patch: pytest.MonkeyPatch) -> None:
    """The folder is where a disk is mounted."""
    out.mkdir()
    patch.setattr(os.path, "ismount", lambda path: Path(path) == out)


def a_long_name(out: Path, patch: pytest.MonkeyPatch) -> None:
    """The name is longer than names can be."""


SAYS = {
    a_file: "is not a folder", below_a_file: "above: --out: is not a folder", full_disk: "No space left",
    read_only: "Permission", a_disk: "is a disk of its own", a_long_name: "File name too long",
}  # fmt: skip


@pytest.mark.parametrize("place", SAYS)
@pytest.mark.parametrize("command", COMMANDS)
def test_a_folder_that_cannot_be_written_is_refused_before_any_work(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, panel: Path, command: str, place: Callable[..., None]
) -> None:
    def work(*_: object, **__: object) -> None:
        raise AssertionError("work is begun")

    module = importlib.import_module(f"afteraid.commands.{command.replace('-', '_')}")
    monkeypatch.setattr(module, "progress", work)
    out = tmp_path / "above" / ("n" * 300 if place is a_long_name else "out")
    out.parent.mkdir()
    place(out, monkeypatch)
    before = contents(tmp_path)
    words = [str(panel) if word == "PANEL" else word for word in COMMANDS[command]]
    assert SAYS[place] in (said := refused(command, *words, "--out", str(out))) and "--out" in said
    assert contents(tmp_path) == before


def test_a_trial_leaves_nothing(tmp_path: Path) -> None:
    check_folder(tmp_path / "a" / "b" / "c")
    assert not list(tmp_path.iterdir())
    (tmp_path / "there").mkdir()
    check_folder(tmp_path / "there")
    assert [path.name for path in tmp_path.rglob("*")] == ["there"]


# The commands themselves


@pytest.fixture(scope="module")
def results() -> Results:
    """One run over two years."""
    return run(load_scenario("baseline", {"run.spinup": 2023, "run.start": 2024, "run.end": 2025}), runs=1)


def test_a_disk_that_fills_up_in_a_run_costs_the_files_only(
    results: Results, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise FULL

    monkeypatch.setattr("afteraid.commands.run.run_scenario", lambda *_, **__: results)
    monkeypatch.setattr("afteraid.commands.run.write_figures", full)
    out = tmp_path / "report"
    status, printed, said = ask("run", "baseline", "--out", str(out), "--quiet")
    assert (status, printed) == (2, ask("run", "baseline")[1])
    assert said == f"Error: {out}: --out: can't be written (No space left on device)\n"
    as_json = call("run", "baseline", "--out", str(out), "--json")
    assert as_json.exit_code == 2 and as_json.stdout == ask("run", "baseline", "--json")[1]
    assert not list(tmp_path.iterdir())


def test_results_that_cannot_be_written_stay_usable(results: Results, tmp_path: Path) -> None:
    before = repr(results.summary())
    (tmp_path / "file").write_text("mine")
    with pytest.raises(ResultsError, match="can't be written"):
        results.to_parquet(tmp_path / "file" / "out")
    with wrong_from(3, FULL), pytest.raises(ResultsError, match="No space left"):
        results.to_parquet(tmp_path / "out")
    assert [path.name for path in tmp_path.iterdir()] == ["file"] and repr(results.summary()) == before
    assert results.to_parquet(tmp_path / "out") == tmp_path / "out"
