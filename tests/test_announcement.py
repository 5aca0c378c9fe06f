"""What a sweep announces: known times give known answers, and what is announced is what the runs then take."""

from __future__ import annotations

import math
from pathlib import Path

import pytest
from small_studies import LIVING, among, stand_in_study, world_study, written

from afteraid.experiments.study import chunks
from afteraid.experiments.study.chunks import Sample, make_task, run_task, sample_task
from afteraid.experiments.study.study import Study, read_study
from afteraid.experiments.sweep.announcement import expect
from afteraid.simulation import engine
from afteraid.simulation.state.world import World


def study(folder: Path, second: str = "coordination", replicates: int = 50, chunk_runs: int = 8) -> Study:
    factors = among("transition_years", "[1, 2, 4, 6]"), among(second, "[0.5, 1.0]")
    size = {"replicates": replicates, "chunk_runs": chunk_runs}
    return read_study(written(folder, world_study(*factors, LIVING, spinup=2024, end=2026, kind="grid", **size)))


def sample(**changes: object) -> Sample:
    """Runs that take 3 s, of which 1 s is past, and tables that take 0.2 s and 0.01 s a run."""
    known = {"table_seconds": 0.2, "table_row_seconds": 0.01, "fixed_bytes": 1000.0, "run_bytes": 50.0}
    return Sample(run_seconds=[1.0, 3.0], past_seconds=[0.5, 1.5], **{**known, **changes})  # type: ignore[arg-type]


def test_a_past_that_is_shared_counts_once(tmp_path: Path) -> None:
    plan = study(tmp_path)  # 400 runs in 50 chunks of 8, one past each
    found = expect(plan, range(50), 2, [sample(), sample()], 0.0, 10**9)
    chunk = 8 * 2.0 + 1.0 + 0.2 + 8 * 0.01
    assert found.seconds == pytest.approx(chunk * (25 + 0.25)) and found.run_seconds == pytest.approx(chunk / 8)
    assert found.bytes == 50 * 1000 + 400 * 50 and (found.runs, found.chunks, found.done) == (400, 50, 0)


def test_a_past_of_its_own_counts_for_each_run(tmp_path: Path) -> None:
    plan = study(tmp_path, "closure.frailty")  # two parameters a replicate: two pasts in a chunk
    found = expect(plan, range(50), 2, [sample()], 0.0, None)
    assert found.run_seconds == pytest.approx((8 * 2.0 + 2 * 1.0 + 0.2 + 8 * 0.01) / 8)
    single = study(tmp_path, chunk_runs=1)
    assert expect(single, range(400), 2, [sample()], 0.0, None).run_seconds == pytest.approx(2.0 + 1.0 + 0.2 + 0.01)


@pytest.mark.parametrize(("left", "workers", "rounds"), [(5, 2, 3), (3, 8, 1), (1, 2, 1), (50, 1, 50), (50, 2, 25.25)])
def test_few_chunks_are_done_in_rounds(tmp_path: Path, left: int, workers: int, rounds: float) -> None:
    plan = study(tmp_path)
    one = expect(plan, range(1), 1, [sample()], 0.0, None).seconds
    found = expect(plan, range(50 - left, 50), workers, [sample()], 0.0, None)
    assert one is not None and found.seconds == pytest.approx(one * rounds) and found.done == 50 - left


def test_a_slow_disk_decides(tmp_path: Path) -> None:
    plan = study(tmp_path)
    assert expect(plan, range(50), 8, [sample()], 60.0, None).seconds == pytest.approx(50 * 60.0)


def test_without_a_sample_nothing_is_said_of_time(tmp_path: Path) -> None:
    found = expect(study(tmp_path), range(50), 2, [], 0.0, 5)
    assert found.seconds is None and found.bytes is None and found.runs == 400 and found.free_bytes == 5


def test_the_sample_adds_up_to_what_a_chunk_takes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """By a clock that only the model moves, a sweep of the world takes what its sample says."""
    clock = [0.0]

    def ticks(world: World) -> None:
        clock[0] += 1.0
        advance(world)

    advance = engine.advance
    monkeypatch.setattr(engine, "advance", ticks)
    monkeypatch.setattr(chunks.time, "perf_counter", lambda: clock[0])
    plan = study(tmp_path, replicates=2)
    found = sample_task(make_task(plan, range(3)), math.inf)
    assert found.run_seconds == [4.0, 4.0] and found.past_seconds == [4.0, 4.0]  # quarters; the first run warms up
    said = expect(plan, [0], 1, [found], 0.0, None).seconds
    clock[0] = 0.0
    run_task(make_task(plan, plan.chunk(0)))
    assert said == clock[0] == 8 * 4.0 + 4.0


def test_the_size_announced_is_the_size_written(tmp_path: Path) -> None:
    plan = read_study(written(tmp_path, stand_in_study(points=64)))
    found = sample_task(make_task(plan, range(5)), math.inf)
    size = sum(map(len, run_task(make_task(plan, plan.chunk(3))).files.values()))
    assert found.chunk_bytes(plan.chunk_runs) == pytest.approx(size, rel=0.05)
    assert set(found.past_seconds) == {0.0} and len(found.run_seconds) == 4
