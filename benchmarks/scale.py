"""What an initiative costs in a quarter, from thousands of living initiatives to a million.

    python benchmarks/scale.py            a table, at scales from 1 to 190
    python benchmarks/scale.py 1 20       at these scales; status 1 if the last costs a quarter more than the first

At a scale of k the same money pays for k times as many initiatives, each of a part of the size. Every scale is a world
in a process of its own, so that each has its own peak of memory. The first two years found what is alive and are not
timed; of the years after them the least counts, since what else a machine does only adds.
"""

from __future__ import annotations

import importlib.util
import json
import resource
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

HERE = Path(__file__).resolve().parent
if importlib.util.find_spec("simulation") is None:  # in place, without an installation
    sys.path.insert(0, str(HERE.parent))

from afteraid import load_scenario  # noqa: E402
from afteraid.simulation.engine import advance, advance_to, first_quarter  # noqa: E402
from afteraid.simulation.state.world import World  # noqa: E402

SCALES = (1, 3, 10, 30, 100, 190)  # the last has a million living
QUARTERS = 4
WARM, TIMED = 2, 4  # years
MOST_RISE = 1.25
ALONE = "--alone"


@dataclass(frozen=True)
class Cost:
    """What the cheapest year of a world cost: living initiatives on average, CPU seconds of a quarter, peak MiB."""

    scale: int
    living: float
    seconds: float
    peak: float

    @property
    def step(self) -> float:
        """Return the CPU nanoseconds of one initiative in one quarter."""
        return self.seconds / self.living * 1e9


def begun(scale: int) -> World:
    """Return the first quarter of the baseline at a scale."""
    plan = load_scenario("baseline", {"world.initiative_scale": scale, "world.uncertain": False})
    return first_quarter(plan, plan.run.seed, 0)


def measure(scale: int) -> Cost:
    """Run some years of a world in this process, and time each."""
    advance_to(begun(1), begun(1).year + 1)  # rules are compiled, and tables read
    world = begun(scale)
    advance_to(world, world.year + WARM)
    years = [time_year(world) for _ in range(TIMED)]
    living, seconds = min(years, key=lambda year: year[1] / year[0])
    return Cost(scale, living, seconds, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)


def time_year(world: World) -> tuple[float, float]:
    """Run a year; return the mean of living initiatives and the CPU seconds of a quarter."""
    began, steps = time.process_time(), 0
    for _ in range(QUARTERS):
        advance(world)
        steps += world.initiatives.count
    return steps / QUARTERS, (time.process_time() - began) / QUARTERS


def measure_alone(scale: int) -> Cost:
    """Measure a scale in a process of its own."""
    command = [sys.executable, str(Path(__file__).resolve()), ALONE, str(scale)]
    done = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True)
    return Cost(**json.loads(done.stdout))


def show_scales(scales: Sequence[int] = SCALES) -> list[Cost]:
    """Print the table, a line as soon as its scale is measured, and return it."""
    print(f"\n{'scale':>5} {'living':>10} {'ns a step':>10} {'over first':>11} {'ms a quarter':>13} {'peak MiB':>9}")
    found: list[Cost] = []
    for scale in scales:
        found.append(cost := measure_alone(scale))
        over = cost.step / found[0].step
        print(
            f"{scale:>5} {cost.living:>10,.0f} {cost.step:>10,.0f} {over:>11.2f} {cost.seconds * 1e3:>13,.1f} "
            f"{cost.peak:>9,.0f}",
            flush=True,
        )
    return found


def main(arguments: Sequence[str]) -> int:
    if arguments[:1] == [ALONE]:
        print(json.dumps(asdict(measure(int(arguments[1])))))
        return 0
    found = show_scales([int(one) for one in arguments] or SCALES)
    return 1 if found[-1].step > MOST_RISE * found[0].step else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
