"""A sweep on SLURM: the script of its jobs, and the same way through processes of this machine."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from small_studies import stand_in_study, written
from sweep_tally import hashes

from afteraid.experiments.examples import slurm
from afteraid.experiments.sweep.sweep import sweep
from afteraid.simulation.basis.errors import StudyError

pytest.importorskip("dask_jobqueue")


@pytest.fixture(scope="module")
def at_home() -> Iterator[dict[str, object]]:
    """Settings that keep the scheduler on this machine."""
    yield {"scheduler_options": {"host": "127.0.0.1", "dashboard_address": None}}


def test_the_script_of_a_job(at_home: dict[str, object]) -> None:
    with slurm.cluster("short", "aid-2025", "02:30:00", **at_home) as workers:
        script = workers.job_script()
    for line in ("-J afteraid", "-p short", "-A aid-2025", "-t 02:30:00", f"--cpus-per-task={slurm.CORES}"):
        assert f"#SBATCH {line}" in script
    assert "OMP_NUM_THREADS=1" in script and "--lifetime 145m" in script
    assert f"--nworkers {slurm.CORES}" in script and "--nthreads 1 " in script


def test_too_short_a_job_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    assert slurm.main(["exit-timing", "nowhere", "--walltime", "00:05:00", "--show"]) == 2
    assert "is too short for a job" in capsys.readouterr().err


def test_a_missing_library_says_how_to_get_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "dask_jobqueue", None)
    with pytest.raises(StudyError, match=r"pip install 'afteraid\[cluster\]'"):
        slurm.cluster()


@pytest.mark.slow
def test_the_same_way_through_a_local_cluster(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    distributed = pytest.importorskip("distributed")
    study = written(tmp_path, stand_in_study())
    with distributed.LocalCluster(
        n_workers=0, threads_per_worker=1, processes=False, dashboard_address=None
    ) as workers:
        found = slurm.run(workers, study, tmp_path / "out", jobs=1)
        assert found.runs == 32 and slurm.run(workers, study, tmp_path / "out", jobs=1).before == 32
    assert "32 runs in 8 chunks" in capsys.readouterr().out
    sweep(study, tmp_path / "whole", workers=1, sample=False)
    assert hashes(tmp_path / "out") == hashes(tmp_path / "whole")
