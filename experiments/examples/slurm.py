"""A sweep on a SLURM cluster, through dask-jobqueue: jobs start as the queue lets them, and share the work.

Copy it, change the settings to those of your cluster, and run it on a login node, best in ``tmux`` or as a small job:
it hands out work and writes the files itself. Stopped, it goes on where it was, since it resumes.

    python -m afteraid.experiments.examples.slurm exit-timing sweeps/exit-timing --jobs 20 --queue short

``--show`` prints the job's script and hands nothing in. It needs ``pip install 'afteraid[cluster]'`` on every node.
"""

from __future__ import annotations

import argparse
import importlib
import sys
from pathlib import Path
from typing import Any

from afteraid.simulation.basis.errors import AfterAidError, StudyError

from ..sweep.announcement import Announcement
from ..sweep.engine import DaskCluster
from ..sweep.sweep import Outcome, sweep

# one thread a process: a run is plain Python and numpy, and takes well under 1 GB
CORES, MEMORY = 8, "16GB"
INPUT_STATUS = 2


def cluster(queue: str | None = None, account: str | None = None, walltime: str = "01:00:00", **others: Any) -> Any:
    """Return a cluster whose workers are SLURM jobs of 8 processes each; nothing is handed in yet.

    Args:
        queue: partition.
        account: that the time is booked on.
        walltime: after which SLURM ends a job; what it was at is done again by another.
        others: further settings of ``dask_jobqueue.SLURMCluster``.

    Raises StudyError where dask-jobqueue is missing.
    """
    try:
        jobqueue = importlib.import_module("dask_jobqueue")
    except ImportError:
        raise StudyError(
            "dask-jobqueue is not installed", key="slurm", expected="pip install 'afteraid[cluster]'"
        ) from None
    settings = {
        "queue": queue, "account": account, "walltime": walltime, "cores": CORES, "processes": CORES, "memory": MEMORY,
        "job_name": "afteraid",
        # libraries of linear algebra would start threads of their own in every process
        "job_script_prologue": ["export OMP_NUM_THREADS=1 OPENBLAS_NUM_THREADS=1 MKL_NUM_THREADS=1"],
        # workers leave a little before SLURM ends them, one after another, so that no work is lost
        "worker_extra_args": ["--lifetime", _before_the_end(walltime), "--lifetime-stagger", "2m"],
    }  # fmt: skip
    return jobqueue.SLURMCluster(**{**settings, **others})


def run(workers: Any, study: str | Path, out: str | Path, jobs: int, runs: int | None = None) -> Outcome:
    """Run a study on a cluster's workers, or go on with it, and return what it came to.

    Args:
        workers: a cluster of Dask: of SLURM jobs, or of this machine's processes to try it out.
        study: name or file.
        out: folder, seen by this process alone.
        jobs: how many jobs, or processes, at most; work begins as soon as the first one is there.
        runs: about how many, instead of what the study says.
    """
    if hasattr(workers, "job_script"):
        workers.adapt(minimum_jobs=jobs, maximum_jobs=jobs)  # a job that has ended is followed by another
    else:
        workers.scale(jobs)
    with importlib.import_module("distributed").Client(workers, set_as_default=False) as client:
        client.wait_for_workers(1)
    # by its address and not as a bare executor: this engine tells a lost worker from an error
    engine = DaskCluster(workers.scheduler_address)
    return sweep(study, out, runs=runs, engine=engine, resume=True, announce=_announce)


def _announce(found: Announcement) -> None:
    print(f"{found.runs:,} runs in {found.chunks:,} chunks to go, {found.done:,} chunks are there", flush=True)


def _before_the_end(walltime: str) -> str:
    """Return a lifetime for workers a little shorter than the job's, as Dask takes it."""
    days, _, clock = walltime.rpartition("-")
    try:
        hours, minutes, seconds = (int(part) for part in clock.split(":"))
        days = str(int(days or 0))
    except ValueError:
        raise StudyError(
            f"{walltime} is not a time", key="--walltime", expected="hours:minutes:seconds, as in 01:00:00"
        ) from None
    whole = 1440 * int(days) + 60 * hours + minutes + seconds // 60
    if whole < 10:
        raise StudyError(
            f"{walltime} is too short for a job", key="--walltime", expected="10 minutes or more: 01:00:00"
        )
    return f"{whole - 5}m"


def main(arguments: list[str] | None = None) -> int:
    """Run a study on SLURM, or show the job that would be handed in."""
    parser = argparse.ArgumentParser(description=main.__doc__)
    parser.add_argument("study", help="name of a shipped study, or path of a TOML file")
    parser.add_argument("out", type=Path, help="folder for the Parquet files and the manifest")
    parser.add_argument("--jobs", type=int, default=4, help=f"jobs at most, of {CORES} processes each")
    parser.add_argument("--runs", type=int, help="about how many runs, instead of what the study says")
    parser.add_argument("--queue", help="partition of the cluster")
    parser.add_argument("--account", help="account that the time is booked on")
    parser.add_argument("--walltime", default="01:00:00", help="of a job; what it can't finish another one does")
    parser.add_argument("--show", action="store_true", help="print the script of a job, and hand nothing in")
    given = parser.parse_args(arguments)
    try:
        with cluster(given.queue, given.account, given.walltime) as workers:
            if given.show:
                print(workers.job_script())
                return 0
            found = run(workers, given.study, given.out, given.jobs, given.runs)
    except AfterAidError as problem:
        print(f"Error: {problem}", file=sys.stderr)
        return INPUT_STATUS
    print(f"{found.runs:,} runs done now, {found.before:,} before, {found.failed:,} failed; they are in {given.out}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
