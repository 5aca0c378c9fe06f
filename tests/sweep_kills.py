"""Hurt sweeps at random moments until they are done, and compare what they leave with one that was never hurt.

    python tests/sweep_kills.py --kills 1000 --out docs/measured/kills.md

Kills of a worker or of the parent (kill -9) come at random moments, and at random steps of putting files in place. In
between come Ctrl-C, an ordinary end (SIGTERM) and a full disk. The study is one of the world, small, with all four
tables. Most sweeps are forked from this process, which has imported everything, so that a start takes no time; each
fifth is the command itself, with more runs, and with workers as everybody has them. What is compared is the same for
both: all files.
"""

from __future__ import annotations

import argparse
import errno
import gc
import json
import multiprocessing
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from processes import PATIENCE, wait_until, workers_of
from sweep_tally import KILLS, PHASES, STOPS, UNFINISHED, Tally, hashes, page

ROOT = Path(__file__).resolve().parent.parent
LIST = '[[outcomes]]\ngrain = "initiative"\ncolumns = ["key", "iso3", "founded", "closed"]\n'
TABLES = ("groups", "countries", "initiatives", "runs")  # the runs are written last
WEIGHTS = {"worker": 4.0, "parent": 3.0, KILLS[2]: 5.0}
HELD, STOPPED = (signal.SIGINT, signal.SIGTERM), 130
REAL = 5  # each so many-th sweep is the command itself
KILLED, ENDED = -signal.SIGKILL, -signal.SIGTERM
ENDS = {  # exit statuses: 0 where it was done before; 1 where a chunk lost its worker too often
    "worker": (0, 1, KILLED), "parent": (0, KILLED), KILLS[2]: (0, KILLED), "Ctrl-C": (0, STOPPED, -signal.SIGINT),
    "SIGTERM": (0, ENDED), "full disk": (0, 2),
}  # fmt: skip
Start = Callable[[Path, Path, str, int], "Life"]


@dataclass
class Kind:
    """How sweeps are started, what they run, and how they are hurt.

    Attributes:
        name: forked, or command.
        start: begins or resumes one.
        study: its file.
        whole: the hashes of a sweep that was never hurt.
        longest: seconds to wait at most before hurting one.
        most: kills for each.
    """

    name: str
    start: Start
    study: Path
    whole: dict[str, str]
    longest: float
    most: int

    @property
    def chunks(self) -> int:
        """How many chunks there are."""
        return sum(name.startswith("runs/") for name in self.whole)


def write_study(folder: Path, name: str, points: int) -> Path:
    """Write a study of the world with all four tables, each run in a chunk of its own."""
    from small_studies import (  # they load numpy: not before main()
        CAPACITY,
        LIVING,
        RURAL_PATH,
        USERS,
        world_study,
        written,
    )

    parts = (CAPACITY, LIVING, RURAL_PATH, USERS, LIST)
    return written(folder, world_study(*parts, spinup=2024, end=2026, points=points, chunk_runs=1), name)


def command(study: Path, out: Path, *options: str) -> list[str]:
    """What is called, but for the program."""
    return ["sweep", str(study), "--out", str(out), "--workers", "2", *options]


def begin(study: Path, out: Path, *options: str) -> subprocess.Popen[str]:
    """Start a sweep by its command, in a process group of its own."""
    places = os.pathsep.join([str(ROOT), str(ROOT / "tests")])
    return subprocess.Popen(
        [sys.executable, "-m", "afteraid", *command(study, out, *options)], cwd=ROOT,
        env={**os.environ, "PYTHONPATH": places}, stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True,
    )  # fmt: skip


@dataclass
class Life:
    """One process of a sweep, from its start to its end."""

    pid: int
    end: Callable[[bool], int | None]  # its exit status, None while it lives; True waits for it
    errors: Callable[[], str]

    def signal(self, number: int) -> bool:
        """Send a signal; False where it had ended."""
        if self.end(False) is not None:
            return False
        os.kill(self.pid, number)
        return True


def start_command(study: Path, out: Path, hurt: str, step: int) -> Life:
    """Start the command itself, as everybody does; it can't be hurt at a step of its own."""
    process = begin(study, out, "--resume", "--quiet")
    said: list[str] = []

    def end(wait: bool) -> int | None:
        if wait:
            said.append(process.communicate(timeout=PATIENCE)[1])
        return process.poll()

    return Life(process.pid, end, lambda: "".join(said))


def start_fork(study: Path, out: Path, hurt: str, step: int) -> Life:
    """Fork a sweep from this process, hurt at a step of its writing where asked for."""
    said = out.with_name("said.txt")
    signal.pthread_sigmask(signal.SIG_BLOCK, HELD)  # until the child can take them as a sweep does
    pid = os.fork()
    if pid == 0:
        code = 99
        try:
            code = _live(study, out, said, hurt, step)
        except BaseException as problem:
            os.write(2, repr(problem).encode())
        finally:
            os._exit(code)  # nothing of this process is the child's to clear up
    signal.pthread_sigmask(signal.SIG_UNBLOCK, HELD)
    status: list[int] = []

    def end(wait: bool) -> int | None:
        if not status:
            ended, code = os.waitpid(pid, 0 if wait else os.WNOHANG)
            status.extend([os.waitstatus_to_exitcode(code)] if ended else [])
        return status[0] if status else None

    return Life(pid, end, said.read_text)


def _live(study: Path, out: Path, said: Path, hurt: str, step: int) -> int:
    """Be a sweep: in a group of its own, with workers forked before there is any thread; return the exit status."""
    from afteraid import cli
    from afteraid.experiments.sweep import sweep
    from afteraid.simulation.basis import workers

    os.setsid()
    handle = os.open(said, os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
    for stream in (1, 2):
        os.dup2(handle, stream)
    forking = multiprocessing.get_context("fork")
    workers.multiprocessing.get_context = lambda kind: forking  # type: ignore[assignment,misc]
    sweep.MOST_SAMPLERS = 1  # the sample writes nothing: one worker's is enough
    if hurt in ("parent, while it writes", "full disk"):
        _hurt_at(step, hurt == "full disk")
    try:
        signal.signal(signal.SIGINT, signal.default_int_handler)
        signal.pthread_sigmask(signal.SIG_UNBLOCK, HELD)
        cli.app(command(study, out, "--resume", "--quiet"))
    except KeyboardInterrupt:  # before the sweep began
        return STOPPED
    except SystemExit as left:
        sys.stderr.flush()
        return left.code if isinstance(left.code, int) else 1
    return 0


def _hurt_at(step: int, full: bool) -> None:
    """Let the disk be full from a step of writing on, or kill this process at that step, before or after it."""
    luck, made, parent = random.Random(step), Counter[str](), os.getpid()
    fsync, replace = os.fsync, os.replace

    def at_step() -> bool:
        made["steps"] += os.getpid() == parent
        return made["steps"] >= step and os.getpid() == parent

    def sync(handle: int) -> None:
        if not at_step():
            return fsync(handle)
        if full:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        size = os.fstat(handle).st_size
        if luck.random() < 0.5 and os.readlink(f"/proc/self/fd/{handle}").rpartition("/")[2].startswith(UNFINISHED):
            os.truncate(f"/proc/self/fd/{handle}", luck.randrange(size + 1))  # as if it had got only so far
        os.kill(parent, signal.SIGKILL)
        return None

    def rename(source: str, target: str) -> None:
        if at_step() and full:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        if made["steps"] < step or luck.random() < 0.5:
            replace(source, target)
        if made["steps"] >= step:
            os.kill(parent, signal.SIGKILL)

    os.fsync, os.replace = sync, rename  # type: ignore[assignment]


def phase(out: Path, chunks: int) -> str:
    """Say where a sweep stands, by its folder."""
    if not (out / "manifest.json").is_file():
        return PHASES[1] if list(out.glob(f"{UNFINISHED}*")) else PHASES[0]
    parts = {table: {path.name for path in (out / table).glob("part-*")} for table in TABLES}
    if any(next((out / table).glob(f"{UNFINISHED}*"), None) for table in TABLES):
        return PHASES[3]
    if any(parts[table] > parts["runs"] for table in TABLES):
        return PHASES[4]
    if not parts["runs"]:
        return PHASES[2]
    return PHASES[6] if len(parts["runs"]) == chunks else PHASES[5]


def prepare(folder: Path, name: str, start: Start, points: int, waiting: float, most: int) -> Kind:
    """Make a kind of sweeps, with one that is never hurt; `waiting` is a share of what that takes."""
    study = write_study(folder, name, points)
    before = time.monotonic()
    life = start(study, folder / f"whole-{name}", "", 0)
    assert life.end(True) == 0, life.errors()
    return Kind(name, start, study, hashes(folder / f"whole-{name}"), waiting * (time.monotonic() - before), most)


def hurt(kind: Kind, out: Path, luck: random.Random, enough: int, tally: Tally) -> None:
    """Hurt a sweep until it is done or so many kills are made, then let it finish; compare after each life."""
    chunks = kind.chunks
    while tally.killed < enough and hashes(out).keys() != kind.whole.keys():
        ways = ("worker", "parent", *((*KILLS[2:], STOPS[2]) if kind.start is start_fork else ()), *STOPS[:2])
        chosen = luck.choices(ways, [WEIGHTS.get(way, 0.5) for way in ways])[0]
        life = kind.start(kind.study, out, chosen, _some_step(out, chunks, luck))
        _hurt_once(life, out, chunks, chosen, luck, kind.longest, tally)
        status = life.end(True)
        wait_until(lambda: not workers_of(life.pid), "workers outlive their parent")  # noqa: B023
        if chosen == KILLS[2] and status == -signal.SIGKILL:
            tally.kills[chosen, phase(out, chunks)] += 1
        if chosen == STOPS[2] and status == 2:
            tally.stops[chosen, phase(out, chunks)] += 1
        assert status in ENDS[chosen], f"exit status {status} after {chosen}: {life.errors()}"
        assert chosen != STOPS[2] or status == 0 or "No space left on device" in life.errors(), life.errors()
        tally.compare(out, kind.whole, finished=False)
    life = kind.start(kind.study, out, "", 0)
    assert life.end(True) == 0, life.errors()
    tally.compare(out, kind.whole, finished=True)


def _some_step(out: Path, chunks: int, luck: random.Random) -> int:
    """Choose a step of writing, from 1: each file is brought to the disk, renamed, and its folder brought there."""
    first = 3 * (not (out / "manifest.json").is_file())
    last = first + 3 + 3 * len(TABLES) * (chunks - len(list(out.glob("runs/part-*"))))  # 3 for the sample's file
    chance = luck.random()
    if chance < 0.15 and first:
        return luck.randint(1, first)
    return luck.randint(last - 2, last) if chance > 0.9 else luck.randint(1, min(last, 60))


def _hurt_once(
    life: Life, out: Path, chunks: int, chosen: str, luck: random.Random, longest: float, tally: Tally
) -> None:
    """Do to a sweep what was chosen, at random moments, unless it has ended by then."""
    if chosen in (KILLS[2], STOPS[2]):
        return
    time.sleep(longest * luck.random() ** 2)  # the beginning has more to it
    for _ in range(luck.randint(1, 5) if chosen == "worker" else 0):  # its parent goes on
        workers, stand = workers_of(life.pid), phase(out, chunks)
        if workers:
            with suppress(ProcessLookupError):
                os.kill(luck.choice(workers), signal.SIGKILL)
                tally.kills[chosen, stand] += 1
        time.sleep(luck.uniform(0.0, longest / 2.0))
    stand = phase(out, chunks)
    number = {"Ctrl-C": signal.SIGINT, "SIGTERM": signal.SIGTERM}.get(chosen, signal.SIGKILL)
    if life.signal(number):
        (tally.stops if chosen in STOPS else tally.kills)[chosen if chosen in STOPS else "parent", stand] += 1


def main() -> int:
    """Hurt sweeps until the wanted number of kills is reached; status 1 where a file differed."""
    parser = argparse.ArgumentParser(description="Kill sweeps at random moments, and compare what they leave.")
    parser.add_argument("--kills", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--out", type=Path, help="write the figures there, as Markdown")
    parser.add_argument("--forked-only", action="store_true", help="no sweep by the command itself: quicker")
    wanted = parser.parse_args()
    for place in (str(ROOT), str(ROOT / "tests")):
        sys.path.insert(0, place)
    os.environ["OPENBLAS_NUM_THREADS"] = "1"  # before numpy: threads don't outlive a fork
    import afteraid.cli  # noqa: F401  # for all that is forked
    from afteraid.experiments.study.chunks import make_task, run_task
    from afteraid.experiments.study.study import read_study

    luck, tally, began = random.Random(wanted.seed), Tally(), time.monotonic()
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        first = write_study(folder, "first", 1)
        run_task(make_task(read_study(first), [0]))  # what it reads is there for all that is forked
        gc.freeze()  # and is not copied
        kinds = [prepare(folder, "forked", start_fork, 10, 1.0 / 3.0, 25)]
        if not wanted.forked_only:
            kinds.append(prepare(folder, "command", start_command, 120, 0.4, 15))
        while tally.killed < wanted.kills and not tally.mismatches:
            number = sum(tally.sweeps.values())
            kind = kinds[-1] if number % REAL == 1 else kinds[0]
            killed = tally.killed
            enough = min(killed + kind.most, wanted.kills)
            hurt(kind, folder / f"hurt{number}", luck, enough, tally)
            tally.by_command += (tally.killed - killed) * (kind.name == "command")
            tally.sweeps[kind.name] += 1
            tally.seconds = time.monotonic() - began
            print(f"{tally.killed} kills, {number + 1} sweeps, {len(tally.mismatches)} files differ", flush=True)
    if wanted.out is not None:
        wanted.out.parent.mkdir(parents=True, exist_ok=True)
        wanted.out.write_text(page(tally, wanted.seed), encoding="utf-8")
    report = {"kills": tally.killed, "stops": sum(tally.stops.values()), "compared": tally.compared}
    print(json.dumps({**report, "mismatches": tally.mismatches, "seconds": round(tally.seconds, 1)}))
    return 1 if tally.mismatches else 0


if __name__ == "__main__":
    sys.exit(main())
