"""What everything stands on: files that are whole or not there, manifests with an edition, TOML that reads back."""

from __future__ import annotations

import json
import re
import tomllib
from pathlib import Path

import pytest

from afteraid.experiments.sweep.dataset import differences, read_sweep_manifest
from afteraid.simulation.basis.edition import EDITION, check_edition, edition_of
from afteraid.simulation.basis.errors import ResultsError
from afteraid.simulation.basis.files import UNFINISHED, added_files, place_whole, replaced_folder, sha256_of_file
from afteraid.simulation.basis.manifest import MANIFEST, data_hashes, made_by, read_manifest, write_manifest
from afteraid.simulation.basis.toml_text import toml_text

ROOT = Path(__file__).resolve().parent.parent
SOURCES = [path for folder in ("simulation", "experiments", "afteraid") for path in (ROOT / folder).rglob("*.py")]
ANOTHER = EDITION + 1
SWEPT = {
    **made_by("sweep"), "code_sha256": {}, "data_sha256": {}, "made_with": {}, "study": {}, "scenarios": {},
}  # fmt: skip


def test_a_file_is_whole_or_as_it_was(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "table.parquet"
    place_whole(file, b"old")
    monkeypatch.setattr("os.fsync", lambda handle: (_ for _ in ()).throw(KeyboardInterrupt()))
    with pytest.raises(KeyboardInterrupt):
        place_whole(file, b"new")
    assert file.read_bytes() == b"old" and not list(tmp_path.glob(f"{UNFINISHED}*"))


@pytest.mark.parametrize("problem", [KeyboardInterrupt(), OSError(28, "No space left on device")])
def test_a_folder_is_replaced_or_as_it_was(tmp_path: Path, problem: BaseException) -> None:
    with replaced_folder(tmp_path / "out") as folder:
        (folder / "old").write_text("old")
    with pytest.raises(type(problem)), replaced_folder(tmp_path / "out") as folder:
        (folder / "new").write_text("new")
        raise problem
    assert [path.name for path in (tmp_path / "out").iterdir()] == ["old"]
    assert [path.name for path in tmp_path.iterdir()] == ["out"]
    with replaced_folder(tmp_path / "out") as folder:
        (folder / "new").write_text("new")
    assert [path.name for path in (tmp_path / "out").iterdir()] == ["new"]


def test_added_files_leave_others_alone_and_the_last_one_makes_the_result(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    out = tmp_path / "out"
    for text in ("first", "second"):
        with added_files(out, last=MANIFEST) as folder:
            (folder / MANIFEST).write_text(text)
            (folder / "zoo.parquet").write_text(text)
        (out / "notes.txt").write_text("mine")
    assert sorted(path.name for path in out.iterdir()) == [MANIFEST, "notes.txt", "zoo.parquet"]
    assert (out / "zoo.parquet").read_text() == (out / MANIFEST).read_text() == "second"
    monkeypatch.setattr("os.replace", lambda *_: (_ for _ in ()).throw(KeyboardInterrupt()))
    with pytest.raises(KeyboardInterrupt), added_files(out, last=MANIFEST) as folder:
        (folder / "zoo.parquet").write_text("third")
    assert not (out / MANIFEST).exists()  # a mixture of two results is no result
    assert [path.name for path in tmp_path.iterdir()] == ["out"]


def test_a_manifest_says_who_made_it_and_with_which_edition(tmp_path: Path) -> None:
    write_manifest(tmp_path, made_by("sweep"))
    found = read_manifest(tmp_path, "sweep")
    assert found == made_by("sweep") and found["edition"] == EDITION and list(found)[:2] == ["product", "kind"]
    assert edition_of({}) == 1  # the first edition did not write it down
    assert data_hashes()["countries.csv"] == sha256_of_file(ROOT / "simulation" / "data" / "countries.csv")


def test_results_of_another_edition_are_refused(tmp_path: Path) -> None:
    write_manifest(tmp_path, made_by("sweep") | {"edition": ANOTHER})
    for read in (lambda: read_sweep_manifest(tmp_path), lambda: check_edition({"edition": ANOTHER}, "here")):
        told = rf"edition {ANOTHER} of the model \(.*AfterAid.*\) can't be used with edition {EDITION}"
        with pytest.raises(ResultsError, match=told):
            read()


def test_a_sweep_of_another_edition_is_not_resumed() -> None:
    assert differences(SWEPT, SWEPT) == []
    assert differences({**SWEPT, "edition": ANOTHER}, SWEPT)[0] == f"edition of the model {ANOTHER} -> {EDITION}"
    older = {key: value for key, value in SWEPT.items() if key != "edition"}
    assert (differences(older, SWEPT) == []) == (EDITION == 1)


def test_every_manifest_is_begun_and_written_in_one_place() -> None:
    for path in SOURCES:
        text = path.read_text(encoding="utf-8")
        if path.name == "manifest.py" and path.parent.name == "basis":
            continue
        assert not re.search(r"""["']product["']: |["']manifest\.json["']|MANIFEST\)\.write_|"indent=2""", text), path
        if path.parent.name not in ("commands", "afteraid"):
            assert "allow_nan=False" not in text or path.name == "fingerprint.py", f"{path}: use basis.manifest"


def test_toml_reads_back_as_it_was(tmp_path: Path) -> None:
    content = {
        "title": 'A "test"\n', "count": 3, "share": 0.1, "on": True, "names": ["a", "b"],
        "run": {"start": 2020}, "strategy": {"levy": 0.5, "exits": {"abrupt": 0.5, "a b": 0.5}},
        "world": {"parameters": {"x.y": 1.0}},
        "outcomes": [{"grain": "group"}, {"alternatives": {"one": {"x": 1}}}],
    }  # fmt: skip
    text = toml_text(content)
    assert tomllib.loads(text) == content
    assert "[strategy.exits]\nabrupt = 0.5\n" in text and "[world]\n" not in text
    assert json.loads(json.dumps(tomllib.loads(toml_text({"a": {}, "b": None})))) == {"a": {}}
