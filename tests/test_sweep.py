"""Sweeps: the same bits everywhere, whatever stops them; failing runs; refusing to mix; one run alone."""

from __future__ import annotations

import errno
import json
import logging
import os
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pyarrow.parquet as pq
import pytest
from command_line import ask
from processes import PATIENCE, wait_until, workers_of
from small_studies import (
    CAPACITY,
    EXITS,
    RURAL_PATH,
    SERVING,
    USE_IN_POOREST,
    USERS,
    stand_in_study,
    world_study,
    written,
)
from sweep_kills import begin
from sweep_tally import hashes

from afteraid.experiments.study import fingerprint
from afteraid.experiments.study.study import read_study
from afteraid.experiments.sweep import dataset, engine
from afteraid.experiments.sweep import sweep as sweeps
from afteraid.experiments.sweep.announcement import Announcement
from afteraid.experiments.sweep.dataset import read_errors, read_sweep_manifest, read_table
from afteraid.experiments.sweep.sweep import rerun, sweep
from afteraid.simulation.basis.errors import LostRunsError, ResultsError

LIST = """\
[[outcomes]]
name = "list"
grain = "initiative"
columns = ["key", "iso3", "founded", "closed", "cause"]
"""
WORLD = world_study(CAPACITY, EXITS, USE_IN_POOREST, RURAL_PATH, SERVING, USERS, LIST, end=2028)


def small(folder: Path, model: str = "quick", points: int = 16) -> Path:
    """A study of a stand-in for the world."""
    return written(folder, stand_in_study(model, points), model)


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """A study of the world, and what it gives in this process."""
    folder = tmp_path_factory.mktemp("world")
    study = written(folder, WORLD, "world")
    with ThreadPoolExecutor(1) as here:
        sweep(study, folder / "here", engine=here, sample=False)
    return study, folder / "here"


def test_a_sweep_holds_what_was_asked(world: tuple[Path, Path]) -> None:
    runs = read_table(world[1])
    assert runs["run"].tolist() == list(range(4)) and runs["error"].isna().all()
    assert runs["use_LDC"].between(0.1, 0.9).all() and runs["serving_1_years_after_founding"].between(0.1, 1.0).all()
    assert runs["use_LDC"].nunique() == 4
    path = read_table(world[1], "groups")
    assert len(path) == 4 * 2 * 4 and set(path["group"]) == {"LDC", "KEN"} and set(path["year"]) == {*range(2025, 2029)}
    countries = read_table(world[1], "countries")
    assert set(countries["year"]) == {2028} and countries["value"].between(0.0, 1.0).all()
    initiatives = read_table(world[1], "initiatives")
    assert initiatives["founded"].notna().all() and not initiatives.duplicated(["run", "key"]).any()


def test_the_manifest_says_what_every_column_is(world: tuple[Path, Path]) -> None:
    manifest = read_sweep_manifest(world[1])
    for table in ("runs", "groups", "countries", "initiatives"):
        names = pq.read_schema(world[1] / table / "part-00000.parquet").names
        assert names == [row["column"] for row in manifest["columns"] if row["table"] == table]
    assert all(row["meaning"] for row in manifest["columns"])
    assert manifest["runs"] == 4 and len(manifest["data_sha256"]) > 3 and len(manifest["code_sha256"]) > 30


@pytest.mark.parametrize("workers", [1, 2])
def test_the_same_bits_from_processes(world: tuple[Path, Path], tmp_path: Path, workers: int) -> None:
    sweep(world[0], tmp_path / "out", workers=workers, sample=False)
    assert hashes(tmp_path / "out") == hashes(world[1])


def test_the_same_bits_from_threads(world: tuple[Path, Path], tmp_path: Path) -> None:
    with ThreadPoolExecutor(2) as threads:
        sweep(world[0], tmp_path / "out", engine=threads, sample=False)
    assert hashes(tmp_path / "out") == hashes(world[1])


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore")  # what Dask and Tornado warn of isn't ours
def test_the_same_bits_from_a_dask_cluster(world: tuple[Path, Path], tmp_path: Path) -> None:
    distributed = pytest.importorskip("distributed")
    study = small(tmp_path)  # a stand-in shows that a local cluster works; the world goes to an address
    with ThreadPoolExecutor(1) as here:
        sweep(study, tmp_path / "here", engine=here, sample=False)
    sweep(study, tmp_path / "local", engine="dask", workers=2, sample=False)
    assert hashes(tmp_path / "local") == hashes(tmp_path / "here")
    options = {"n_workers": 2, "threads_per_worker": 1, "dashboard_address": None}
    with distributed.LocalCluster(**options) as cluster:
        address = cluster.scheduler_address
        sweep(world[0], tmp_path / "address", engine="dask", scheduler=address)
    assert hashes(tmp_path / "address") == hashes(world[1])


def test_rerun_equals_the_stored_row(world: tuple[Path, Path]) -> None:
    status, printed, said = ask("rerun", str(world[0]), "3", "--out", str(world[1]))
    assert status == 0 and "Equal to the stored row." in said
    assert repr(float(read_table(world[1])["use_LDC"].iloc[3])) in printed
    found = json.loads(ask("rerun", str(world[0]), "3", "--out", str(world[1]), "--json")[1])
    assert found["as_stored"] is True and found["run"] == 3
    status, _, said = ask("rerun", str(world[0]), "4")
    assert status == 2 and "there is no run 4" in said


def test_a_run_that_fails_is_a_row_and_the_sweep_goes_on(tmp_path: Path) -> None:
    study = small(tmp_path, "fails")
    with ThreadPoolExecutor(2) as here:
        found = sweep(study, tmp_path / "out", engine=here)
    runs, errors = read_table(tmp_path / "out"), read_errors(tmp_path / "out")
    assert len(runs) == 32 and found.failed == len(errors) == 16
    assert (errors["x1"] > 0.5).all() and errors["y"].isna().all() and runs["y"].notna().sum() == 16
    assert errors["error"].iloc[0] == f"ArithmeticError: x1 is {errors['x1'].iloc[0]:.3f}"
    run = int(errors["run"].iloc[0])
    _, row, story = rerun(study, run)
    assert row["error"] == errors["error"].iloc[0] and "Traceback" in story and "sweep_models.py" in story
    status, printed, said = ask("rerun", str(study), str(run), "--out", str(tmp_path / "out"))
    assert status == 0 and "Equal to the stored row." in said and "ArithmeticError" in printed


def test_what_is_to_come_is_announced(tmp_path: Path) -> None:
    said: list[Announcement] = []
    with ThreadPoolExecutor(1) as here:
        sweep(small(tmp_path, "waits", 64), tmp_path / "out", engine=here, announce=said.append)
    assert said[0].runs == 128 and said[0].chunks == 32 and said[0].seconds is not None and said[0].bytes is not None
    assert said[0].seconds > 128 * 0.02
    size = sum(path.stat().st_size for path in (tmp_path / "out").rglob("part-*"))
    assert 0.5 < size / said[0].bytes < 2.0


def stop_after(count: int) -> sweeps.Progress:
    """What stops a sweep, as Ctrl-C does, after some chunks."""
    done = []

    def advance(runs: int, _: int) -> None:
        done.append(runs)
        if len(done) == count:
            raise KeyboardInterrupt

    return advance


def test_a_stopped_sweep_goes_on_to_the_same_files(tmp_path: Path) -> None:
    study = small(tmp_path)
    with ThreadPoolExecutor(1) as here:
        sweep(study, tmp_path / "whole", engine=here, sample=False)
        with pytest.raises(KeyboardInterrupt):
            sweep(study, tmp_path / "out", engine=here, progress=stop_after(3), sample=False)
        before = hashes(tmp_path / "out")
        assert len(before) == 4  # three chunks and the manifest
        found = sweep(study, tmp_path / "out", workers=2, resume=True, sample=False)
        assert found.before == 12 and found.runs == 20
        assert hashes(tmp_path / "out") == hashes(tmp_path / "whole")
        assert sweep(study, tmp_path / "out", engine=here, resume=True).runs == 0


@pytest.mark.parametrize("calls", range(7))
def test_a_sweep_that_dies_while_it_opens_its_folder_goes_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, calls: int
) -> None:
    """Killed at any call that makes a folder, or brings the manifest into place, with nothing cleared up."""
    study, out, made = small(tmp_path), tmp_path / "out", []

    class KilledError(BaseException):
        pass

    def dies(real: Callable[..., object]) -> Callable[..., object]:
        def instead(*arguments: object, **options: object) -> object:
            made.append(real)
            if len(made) > calls:
                raise KilledError
            return real(*arguments, **options)

        return instead

    with ThreadPoolExecutor(1) as here:
        sweep(study, tmp_path / "whole", engine=here, sample=False)
        with monkeypatch.context() as patch, pytest.raises(KilledError):
            patch.setattr(Path, "mkdir", dies(Path.mkdir))
            patch.setattr(Path, "unlink", dies(Path.unlink))  # the dead clear up nothing
            for name in ("fsync", "replace"):
                patch.setattr(dataset.os, name, dies(getattr(os, name)))
            sweep(study, out, engine=here, sample=False)
        sweep(study, out, engine=here, resume=True, sample=False)
    assert hashes(out) == hashes(tmp_path / "whole") and not list(out.rglob(".unfinished-*"))


@pytest.mark.usefixtures("workers_are_threads")
def test_a_full_disk_is_one_message_and_leaves_whole_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    study = small(tmp_path)
    with ThreadPoolExecutor(1) as here:
        sweep(study, tmp_path / "whole", engine=here, sample=False)
    calls, real = [], os.fsync

    def full(handle: int) -> None:
        calls.append(handle)
        if len(calls) > 11:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        real(handle)

    with monkeypatch.context() as patch:
        patch.setattr(dataset.os, "fsync", full)
        status, _, said = ask("sweep", str(study), "--out", str(tmp_path / "out"), "--workers", "1", "--quiet")
    assert status == 2 and "No space left on device" in said and "chunks are complete and kept" in said
    assert said.count("\n") == 1 and not list((tmp_path / "out").rglob(".unfinished-*"))
    there = hashes(tmp_path / "out")
    assert there and there.items() <= hashes(tmp_path / "whole").items() and len(there) < 9
    assert ask("sweep", str(study), "--out", str(tmp_path / "out"), "--workers", "1", "--quiet", "--resume")[0] == 0
    assert hashes(tmp_path / "out") == hashes(tmp_path / "whole")


def test_a_folder_that_cannot_be_begun_is_one_message_before_any_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(handle: int) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    def work(*_: object) -> None:
        raise AssertionError("work is begun")

    study = small(tmp_path)
    monkeypatch.setattr(engine.WorkerPool, "submit", work)
    for out in (study, study / "below"):
        status, _, said = ask("sweep", str(study), "--out", str(out))
        assert status == 2 and ("not a folder" in said or "Not a directory" in said) and said.count("\n") == 1
    monkeypatch.setattr(dataset.os, "fsync", full)
    status, _, said = ask("sweep", str(study), "--out", str(tmp_path / "out"))
    assert status == 2 and "No space left on device" in said and said.count("\n") == 1
    assert not list((tmp_path / "out").iterdir())


def test_old_and_new_are_not_mixed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    study, out = small(tmp_path), tmp_path / "out"
    with ThreadPoolExecutor(1) as here:
        sweep(study, out, engine=here, sample=False)
        with pytest.raises(ResultsError, match="holds a sweep already, 8 of 8 chunks"):
            sweep(study, out, engine=here)
        with pytest.raises(ResultsError, match=r"study: design\.points 16 -> 8"):
            sweep(study, out, engine=here, resume=True, runs=16)
        study.write_text(study.read_text().replace("seed = 7", "seed = 8"))
        with pytest.raises(ResultsError, match="study: seed 7 -> 8"):
            sweep(study, out, engine=here, resume=True)
        study.write_text(study.read_text().replace("seed = 8", "seed = 7"))
        for name, value, says in (
            ("data_hashes", {**dataset.data_hashes(), "countries.csv": "0"}, r"data of the model \(countries\.csv\)"),
            ("packages", {**fingerprint.packages(), "numpy": "1.0"}, r"package numpy .* -> 1\.0"),
        ):
            with monkeypatch.context() as patch:
                patch.setattr(dataset, name, lambda value=value: value)
                with pytest.raises(ResultsError, match=says):
                    sweep(study, out, engine=here, resume=True)
        with monkeypatch.context() as patch:
            patch.setattr(
                dataset, "code_of", lambda plan: {**fingerprint.code_of(plan), "experiments/study/design.py": "0"}
            )
            with pytest.raises(ResultsError, match=r"code of the model \(experiments/study/design\.py\)"):
                sweep(study, out, engine=here, resume=True)
        assert sweep(study, out, engine=here, resume=True).runs == 0
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "thesis.txt").write_text("years of work")
    with pytest.raises(ResultsError, match="holds files other than a sweep"):
        sweep(study, tmp_path / "mine")


def test_another_installation_on_a_worker_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(dataset, "fingerprint", lambda study: "of this process")
    with ThreadPoolExecutor(1) as here, pytest.raises(ResultsError, match="another version"):
        sweep(small(tmp_path), tmp_path / "out", engine=here, sample=False)


def test_one_folder_takes_one_sweep_at_a_time(tmp_path: Path) -> None:
    pytest.importorskip("fcntl")
    study = small(tmp_path)
    (tmp_path / "out").mkdir()
    with dataset.locked(tmp_path / "out"), pytest.raises(ResultsError, match="another sweep"):
        sweep(study, tmp_path / "out", resume=True)


@pytest.mark.slow
def test_a_deadly_run_is_named_and_all_others_are_done(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sweeps, "TRIES", 1)
    monkeypatch.setattr(sweeps, "SUSPECT", 1)
    study = small(tmp_path, "kills")
    with pytest.raises(LostRunsError, match="brought down their worker") as caught:
        sweep(study, tmp_path / "out", workers=2, sample=False)
    plan, runs = read_study(study), read_table(tmp_path / "out")
    deadly = {run // plan.chunk_runs for run in range(plan.runs) if float(plan.spec(run).values["x1"]) > 0.9}
    missing = sorted(set(range(32)) - set(runs["run"]))
    assert deadly and missing == [run for run in range(32) if run // plan.chunk_runs in deadly]
    assert f"{missing[0]} to " in str(caught.value) and runs["x1"].max() <= 0.9


def test_a_broken_executor_of_the_caller_is_not_hidden(tmp_path: Path) -> None:
    from multiprocessing import get_context

    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool, pytest.raises(Exception, match="terminated"):
        sweep(small(tmp_path, "kills"), tmp_path / "out", engine=pool, sample=False)


@pytest.mark.slow
@pytest.mark.skipif(not Path("/proc").is_dir(), reason="looks for processes in /proc")
def test_killed_at_random_moments_it_ends_in_the_same_files() -> None:
    place = Path(__file__).with_name("sweep_kills.py")
    done = subprocess.run(
        [sys.executable, str(place), "--kills", "6", "--seed", "3", "--forked-only"],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    found = json.loads(done.stdout.splitlines()[-1])
    assert found["kills"] >= 6 and found["compared"] >= 2 and found["mismatches"] == []


@pytest.mark.slow
@pytest.mark.skipif(not Path("/proc").is_dir(), reason="looks for processes in /proc")
def test_control_c_ends_with_a_word_and_no_process_left(tmp_path: Path) -> None:
    process = begin(small(tmp_path, "waits", 1024), tmp_path / "out")
    wait_until(lambda: any(tmp_path.glob("out/runs/part-*")), "no chunk is written")
    workers = workers_of(process.pid)
    os.killpg(process.pid, signal.SIGINT)  # as a terminal does: to the workers too
    _, said = process.communicate(timeout=PATIENCE)
    assert process.returncode == 130 and "chunks are complete and kept: continue with --resume" in said
    assert "Traceback" not in said and workers and not any(Path(f"/proc/{worker}").exists() for worker in workers)


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["--engine", "dusk"], "did you mean 'dask'"),
        (["--scheduler", "tcp://nowhere:1"], "only Dask has a scheduler"),
        (["--runs", "1"], "too few for this design"),
    ],
)
def test_what_cannot_be_used_is_one_message(tmp_path: Path, arguments: list[str], says: str) -> None:
    status, _, said = ask("sweep", str(small(tmp_path)), "--out", str(tmp_path / "out"), *arguments)
    assert status == 2 and says in said and said.count("\n") == 1 and not (tmp_path / "out").exists()


NOBODY = {
    "127.0.0.1:notaport": "invalid literal",
    "nowhere": "missing port number",
    "tcp://127.0.0.1:99999": "no port has the number 99999",
    "carrier-pigeon://127.0.0.1:8786": "unknown address scheme",
    "tcp://no-such-host.invalid:8786": "",
}


@pytest.mark.parametrize("address", NOBODY)
def test_a_scheduler_out_of_reach_is_one_message_and_the_folder_is_not_begun(tmp_path: Path, address: str) -> None:
    pytest.importorskip("distributed")
    said = refused_by_dask(small(tmp_path), tmp_path / "out", address)
    assert f"no scheduler answers at {address}" in said and NOBODY[address] in said and "tcp://host:8786" in said
    with ThreadPoolExecutor(1) as here:
        assert sweep(small(tmp_path), tmp_path / "out", engine=here, sample=False).runs == 32


def refused_by_dask(study: Path, out: Path, address: str) -> str:
    """Sweep at an address where there is no scheduler; return the one message."""
    arguments = ("--out", str(out), "--engine", "dask", "--scheduler", address)
    status, printed, said = ask("sweep", str(study), *arguments)
    assert (status, printed) == (2, "") and said.startswith("Error: --scheduler") and said.count("\n") == 1
    assert not out.exists()
    return said


@pytest.mark.filterwarnings("ignore")  # what Dask and Tornado warn of isn't ours
def test_a_scheduler_that_hangs_up_or_says_nothing_is_one_message(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    pytest.importorskip("distributed")
    monkeypatch.setattr(engine, "PATIENCE", 0.05)
    monkeypatch.setattr(engine, "LONGEST_ANSWER", 0.3)
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        listening.listen()
        address = "tcp://127.0.0.1:{1}".format(*listening.getsockname())
        assert "timed out" in refused_by_dask(small(tmp_path), tmp_path / "out", address)
        assert [record.getMessage() for record in caplog.records if record.name == "afteraid"] == [
            f"The scheduler at {address} has not answered yet; waiting."
        ]

        def hang_up() -> None:
            listening.accept()[0].close()  # the first one waits there still
            listening.accept()[0].close()

        threading.Thread(target=hang_up, daemon=True).start()
        assert "the connection was closed" in refused_by_dask(small(tmp_path), tmp_path / "out", address)
    assert "Connection refused" in refused_by_dask(small(tmp_path), tmp_path / "out", address)


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore")  # what Dask and Tornado warn of isn't ours
def test_a_scheduler_without_workers_is_said_and_the_sweep_goes_on_when_they_come(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    distributed = pytest.importorskip("distributed")
    monkeypatch.setattr(engine, "PATIENCE", 0.5)
    study, said = small(tmp_path), list[str]()
    with ThreadPoolExecutor(1) as here:
        sweep(study, tmp_path / "whole", engine=here, sample=False)
    with distributed.LocalCluster(n_workers=0, threads_per_worker=1, processes=False, dashboard_address=None) as nobody:

        def hear(record: logging.LogRecord) -> bool:
            said.append(record.getMessage())
            assert not (tmp_path / "out").exists()
            nobody.scale(2)
            return True

        log = logging.getLogger("afteraid")
        log.addFilter(hear)
        try:
            sweep(study, tmp_path / "out", engine="dask", scheduler=nobody.scheduler_address, sample=False)
        finally:
            log.removeFilter(hear)
    assert said == [f"The scheduler at {nobody.scheduler_address} has no workers yet; waiting."]
    assert hashes(tmp_path / "out") == hashes(tmp_path / "whole")


def test_the_luck_of_a_replicate_is_the_same_at_every_point(tmp_path: Path) -> None:
    with ThreadPoolExecutor(1) as here:
        sweep(small(tmp_path), tmp_path / "out", engine=here, sample=False)
    runs = read_table(tmp_path / "out")
    luck = runs["y"] - runs["x1"] - runs["x2"] ** 2
    assert np.allclose(luck.groupby(runs["replicate"]).std(), 0.0) and luck.nunique() >= 2
