"""What tests share."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
import uuid
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, settings

# before numpy: tests run in a process for each core, and more threads than cores would wait for each other
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
os.environ.setdefault("OMP_NUM_THREADS", "1")

# states of worlds that fixtures make belong to this run of the tests, and not to the user's cache
os.environ["AFTERAID_CACHE"] = tempfile.mkdtemp(prefix="afteraid-tests-")

from short_worlds import short_world

from afteraid.experiments.sweep import engine
from afteraid.simulation.past import KEPT
from afteraid.simulation.prepare import prepare
from afteraid.simulation.state.world import World

prepare()  # one process compiles the rules, before those that run tests side by side need them

ROOT = Path(__file__).resolve().parent.parent

# a busy machine is no failure: no example has a deadline, and none is too slow to make
settings.register_profile("untimed", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("untimed")


@pytest.fixture(scope="session")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build the wheel of the source tree."""
    folder = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "pip", "wheel", str(ROOT), "--no-deps", "--quiet", "--wheel-dir", str(folder)]
    subprocess.run(command, check=True, stdin=subprocess.DEVNULL, timeout=300)
    (built,) = folder.glob("*.whl")
    return built


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    """Chromium without a window; a test that asks for it is left out where Playwright or Chromium is missing."""
    playwright = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
    chromium = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    if chromium is None:
        pytest.skip("there is no Chromium on this machine")
    with playwright.sync_playwright() as driver:
        found = driver.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        yield found
        found.close()


@pytest.fixture(scope="session")
def usual_world() -> World:
    """The short world with every lever at its default; never to be changed."""
    return short_world()


@pytest.fixture(autouse=True)
def no_state_of_another_test(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let no test meet a state that another one kept: it may have changed a rule meanwhile."""
    KEPT.forget()
    monkeypatch.setenv("AFTERAID_CACHE", str(tmp_path_factory.getbasetemp() / f"cache-{uuid.uuid4().hex}"))


class _Threads(ThreadPoolExecutor):
    """Threads that are ended as a pool of processes is."""

    def end(self) -> None:
        self.shutdown(cancel_futures=True)


@pytest.fixture
def workers_are_threads(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let sweeps by commands work in threads of this process, for tests that are not about processes."""
    monkeypatch.setattr(engine, "WorkerPool", _Threads)
