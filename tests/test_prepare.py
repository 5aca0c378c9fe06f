"""The rules are compiled once before worker processes start, and that is noted where machine code is."""

from __future__ import annotations

from pathlib import Path

import pytest

from afteraid.simulation import prepare as room
from afteraid.simulation.basis.compiled import IN_USE

pytestmark = pytest.mark.skipif(not IN_USE, reason="nothing is compiled here")


def test_the_short_world_runs_once_for_a_version(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    years: list[int] = []
    folders = (tmp_path / "no folder", tmp_path / "cache")
    (tmp_path / "no folder").write_text("a file stands where the folder would be", encoding="utf-8")
    monkeypatch.setattr(room, "_folders", lambda: folders)
    monkeypatch.setattr(room, "advance_to", lambda world, year: years.append(year))
    room.prepare()
    room.prepare()
    assert years == [2023] * len(room.SCENARIOS)
    assert [file.name for file in folders[1].iterdir()] == [room._name()]


def test_a_new_version_is_compiled_anew(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    runs: list[int] = []
    monkeypatch.setattr(room, "_folders", lambda: (tmp_path,))
    monkeypatch.setattr(room, "advance_to", lambda world, year: runs.append(year))
    for name in ("compiled-one", "compiled-two"):
        monkeypatch.setattr(room, "_name", lambda name=name: name)
        room.prepare()
    assert len(runs) == 2 * len(room.SCENARIOS)
