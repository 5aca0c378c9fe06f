"""Publishing: every file described and hashed, nothing of this machine in it, and the study can be computed again."""

from __future__ import annotations

import csv
import hashlib
import json
import tomllib
import zipfile
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from pathlib import Path

import pandas as pd
import pytest
from command_line import ask
from hypothesis import given, settings
from hypothesis import strategies as st
from small_studies import stand_in_study, swept
from sweep_tally import hashes

from afteraid.experiments.study.study import StudyFile, list_studies, read_study
from afteraid.experiments.sweep.dataset import read_table
from afteraid.experiments.sweep.publishing import CRATE, Publication, publish
from afteraid.experiments.sweep.sweep import sweep
from afteraid.simulation.basis.errors import ResultsError, StudyError
from afteraid.simulation.basis.toml_text import toml_text

pytest.importorskip("rocrate")
AUTHOR = "Ada Example <0000-0002-1825-0097>"
PUBLICATION = Publication((AUTHOR, "B. Example"), "CC-BY-4.0", date(2026, 1, 2))


def made(folder: Path, model: str = "quick", points: int = 8) -> Path:
    """Run a study of a stand-in, and return its folder."""
    return swept(folder, 'title = "A study"\nquestion = "What is it?"\n' + stand_in_study(model, points))


def published(folder: Path, sweep_folder: Path, name: str = "published") -> Path:
    place = folder / name
    place.mkdir()
    publish(sweep_folder, place, PUBLICATION)
    return place


def test_every_file_is_described_and_hashed(tmp_path: Path) -> None:
    from rocrate.rocrate import ROCrate

    place = published(tmp_path, made(tmp_path))
    crate = ROCrate(place)
    files = {path.relative_to(place).as_posix() for path in place.rglob("*") if path.is_file()}
    described = {entity.id: entity for entity in crate.data_entities}
    assert files - {CRATE} == set(described) and "runs/part-00000.parquet" in files
    for name, entity in described.items():
        assert entity["sha256"] == hashlib.sha256((place / name).read_bytes()).hexdigest()
        assert int(entity["contentSize"]) == (place / name).stat().st_size
        assert entity["description"] and entity["encodingFormat"]
    root = crate.root_dataset
    assert root["datePublished"] == "2026-01-02" and root["license"].id == "https://spdx.org/licenses/CC-BY-4.0"
    assert [person["name"] for person in root["author"]] == ["Ada Example", "B. Example"]
    assert root["author"][0].id == "https://orcid.org/0000-0002-1825-0097"
    assert crate.name == "A study" and crate.description == "What is it?"
    measured = {column["name"]: column for column in described["runs/part-00000.parquet"]["variableMeasured"]}
    assert set(measured) == set(read_table(place).columns) and measured["y"]["description"].startswith("outcome")
    metadata = json.loads((place / CRATE).read_text(encoding="utf-8"))
    about = next(entity for entity in metadata["@graph"] if entity["@id"] == CRATE)
    assert about["conformsTo"] == {"@id": "https://w3id.org/ro/crate/1.1"} and about["about"] == {"@id": "./"}


def test_the_data_and_the_dictionary_are_those_of_the_sweep(tmp_path: Path) -> None:
    out = made(tmp_path)
    place = published(tmp_path, out)
    pd.testing.assert_frame_equal(read_table(place), read_table(out))
    with (place / "dictionary.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert {row["column"] for row in rows if row["table"] == "runs"} == set(read_table(out).columns)
    assert rows == json.loads((place / "dictionary.json").read_text(encoding="utf-8"))
    assert "numpy==" in (place / "requirements.txt").read_text(encoding="utf-8")
    assert hashes(published(tmp_path, out, "twice")) == hashes(place)
    assert hashes(published(tmp_path, place, "again")).keys() == hashes(place).keys()  # of a publication, one again


def test_the_study_computes_the_same_again(tmp_path: Path) -> None:
    place = published(tmp_path, made(tmp_path))
    with ThreadPoolExecutor(1) as here:
        sweep(place / "study.toml", tmp_path / "again", engine=here, sample=False)
    pd.testing.assert_frame_equal(read_table(tmp_path / "again"), read_table(place))


@pytest.mark.parametrize("name", list_studies())
def test_shipped_studies_and_their_scenarios_read_back(tmp_path: Path, name: str) -> None:
    from afteraid.experiments.sweep.dataset import Dataset
    from afteraid.experiments.sweep.publishing import _write_scenarios

    study = read_study(name)
    Dataset(tmp_path / "out", study).open(resume=False, runs_asked=None)
    stored = json.loads((tmp_path / "out" / "manifest.json").read_text(encoding="utf-8"))
    place = tmp_path / "published"
    place.mkdir()
    names = _write_scenarios(stored, place)
    text = toml_text(StudyFile.model_validate(stored["study"]).model_dump(mode="json", exclude_defaults=True))
    (place / "study.toml").write_text(text, encoding="utf-8")
    content = tomllib.loads(text) | {"scenarios": names}
    (place / "study.toml").write_text(toml_text(content), encoding="utf-8")
    again = read_study(place / "study.toml")
    assert again.written.model_copy(update={"scenarios": study.written.scenarios}) == study.written
    for one, other in zip(again.scenarios.values(), study.scenarios.values(), strict=True):
        assert (one.world, one.strategy, one.run) == (other.world, other.strategy, other.run)


def test_an_unfinished_sweep_is_refused(tmp_path: Path) -> None:
    out = made(tmp_path)
    next((out / "runs").glob("part-*.parquet")).unlink()
    place = tmp_path / "published"
    place.mkdir()
    with pytest.raises(ResultsError, match="is not finished: 3 of 4 chunks"):
        publish(out, place, PUBLICATION)


def test_no_path_of_this_machine_gets_out(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    home = tmp_path / "home" / "somebody-by-name"
    home.mkdir(parents=True)
    monkeypatch.setenv("HOME", str(home))
    monkeypatch.setenv("LOGNAME", "somebody-by-name")
    out = made(tmp_path)
    place = published(tmp_path, out)
    for path in place.rglob("*"):
        if path.is_file():
            found = path.read_bytes()
            assert b"somebody-by-name" not in found and str(tmp_path).encode() not in found, path.name
    failing = tmp_path / "failing"
    failing.mkdir()
    monkeypatch.setattr("sweep_models.quick", reads_a_missing_file)
    status, _, said = ask("publish", str(made(failing)), "--out", str(tmp_path / "leaks"), "--quiet")
    assert status == 2 and "would show a path of this machine" in said and "runs/part-00000.parquet" in said
    assert not (tmp_path / "leaks").exists() and said.count("\n") == 1


def reads_a_missing_file(settings: object, seed: int, replicate: int) -> dict[str, float]:
    raise FileNotFoundError(str(Path.home() / "data.csv"))


def test_the_command_writes_a_folder_or_a_zip(tmp_path: Path) -> None:
    out = made(tmp_path)
    options = ["--author", AUTHOR, "--date", "2026-01-02"]
    status, printed, said = ask("publish", str(out), "--out", str(tmp_path / "folder"), *options, "--json")
    assert status == 0 and set(json.loads(printed)) == set(hashes(tmp_path / "folder")) and "files are in" in said
    assert ask("publish", str(out), "--out", str(tmp_path / "p.zip"), *options, "--quiet")[0] == 0
    first = (tmp_path / "p.zip").read_bytes()
    assert ask("publish", str(out), "--out", str(tmp_path / "p.zip"), *options, "--quiet")[0] == 0
    assert (tmp_path / "p.zip").read_bytes() == first
    with zipfile.ZipFile(tmp_path / "p.zip") as archive:
        inside = {
            info.filename.partition("/")[2]: hashlib.sha256(archive.read(info)).hexdigest() for info in archive.filelist
        }
    assert inside == hashes(tmp_path / "folder")
    assert ask("read", str(tmp_path / "folder"), "--quiet")[0] == 0


@pytest.mark.parametrize(
    ("options", "says"),
    [(["--author", "Ada <12>"], "is not an ORCID"), (["--licence", "my own!"], "is not an SPDX identifier")],
)
def test_what_cannot_be_used_is_one_message(tmp_path: Path, options: list[str], says: str) -> None:
    status, _, said = ask("publish", str(made(tmp_path)), "--out", str(tmp_path / "published"), *options)
    assert status == 2 and says in said and said.count("\n") == 1 and not (tmp_path / "published").exists()


def test_a_missing_library_says_how_to_get_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(__import__("sys").modules, "rocrate.rocrate", None)
    with pytest.raises(StudyError, match=r"pip install 'afteraid\[publish\]'"):
        publish(tmp_path, tmp_path, PUBLICATION)


plain = st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.floats(allow_nan=False) | st.text(max_size=8)
names = st.text(min_size=1, max_size=6)
deep = st.recursive(
    plain.filter(lambda value: value is not None),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(names, inner, max_size=3),
)


@settings(max_examples=40)
@given(st.dictionaries(names, deep, max_size=5))
def test_toml_reads_back_as_it_was(content: dict[str, object]) -> None:
    assert tomllib.loads(toml_text(content)) == content
