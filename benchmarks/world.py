"""How fast one world runs, and how much faster than the same rules written agent by agent.

    python benchmarks/world.py             one world 2005-2050 (median of five), the yardstick, and their ratio
    python benchmarks/world.py --ensemble  also 100 runs of the baseline on two workers, in wall time
    python benchmarks/world.py --full      run the yardstick over the whole span, not 2005-2015
    python benchmarks/world.py --quick     for continuous integration: fewer runs; status 1 if the ratio is under 8

CPU seconds are of this process (`time.process_time`), in one session. An agent-step is one living initiative, country
or donor in one quarter; the yardstick's cost of an agent-step times the package's agent-steps is what it would need for
the package's whole run.
"""

from __future__ import annotations

import argparse
import importlib.util
import os
import statistics
import sys
import tempfile
import time
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE))
if importlib.util.find_spec("simulation") is None:  # in place, without an installation
    sys.path.insert(0, str(HERE.parent))

from yardstick import YardstickModel  # noqa: E402

from afteraid import FinancingModel, Scenario, load_scenario, run  # noqa: E402
from afteraid.simulation.beginning import begin as beginning  # noqa: E402
from afteraid.simulation.beginning.begin import begin  # noqa: E402

LEAST_RATIO = 8.0
SHORT_YEARS = 10


def time_package(scenario: Scenario, replicate: int) -> tuple[float, int, int, int]:
    """Return CPU seconds, initiative-steps, agent-steps and quarters of one world run, beginning included."""
    began = time.process_time()
    model = FinancingModel(scenario, replicate=replicate)
    countries_and_donors = model.world.countries.count + model.world.donors.count
    steps = 0
    while model.running:
        model.step()
        steps += model.world.initiatives.count
    seconds = time.process_time() - began
    quarters = model.world.quarter
    model.close()
    return seconds, steps, steps + quarters * countries_and_donors, quarters


def time_yardstick(scenario: Scenario, years: int) -> tuple[float, int, int, int]:
    """Return the same for the yardstick over the first `years`; its facts are read before the clock starts."""
    rules, usual = load_scenario(HERE / "rules_of_the_yardstick.toml"), beginning.PAST
    beginning.PAST = str(HERE / "rules_of_the_yardstick.toml")  # the yardstick knows no later rule
    first = begin(rules, scenario.run.seed, 0)
    beginning.PAST = usual
    began = time.process_time()
    model = YardstickModel(first, seed=scenario.run.seed)
    for _ in range(4 * years):
        model.step()
    seconds = time.process_time() - began
    found = seconds, model.initiative_steps, model.agent_steps, model.quarter
    model.close()
    return found


def main() -> int:
    parser = argparse.ArgumentParser(description="Time one world run, and the agent-by-agent yardstick beside it.")
    parser.add_argument("--quick", action="store_true", help="few runs; exit status 1 if the ratio is under 8")
    parser.add_argument("--ensemble", action="store_true", help="also time 100 runs on two workers")
    parser.add_argument("--full", action="store_true", help="run the yardstick over the whole span")
    chosen = parser.parse_args()
    scenario = load_scenario("baseline")
    years = scenario.run.end - scenario.run.spinup
    time_package(scenario, 0)  # tables are read and cached once a process, not once a world
    # one and the same world each time: the median is of the machine's noise, not of worlds of different sizes
    runs = [time_package(scenario, 0) for _ in range(3 if chosen.quick else 5)]
    seconds = statistics.median(entry[0] for entry in runs)
    _, initiative_steps, agent_steps, quarters = runs[0]
    first = begin(scenario, scenario.run.seed, 0)
    print(f"world run            {seconds:.3f} CPU seconds (median of {len(runs)}), {scenario.run.spinup}-", end="")
    print(f"{scenario.run.end} in {quarters} quarters")
    print(f"countries            {first.countries.count}")
    print(f"donors               {first.donors.count}")
    print(f"initiatives alive    {initiative_steps / quarters:.0f} on average")
    print(f"an agent-step        {seconds / agent_steps * 1e6:.2f} microseconds")
    span = years if chosen.full else 5 if chosen.quick else SHORT_YEARS
    spent, its_initiatives, its_steps, its_quarters = time_yardstick(scenario, span)
    whole = spent / its_steps * agent_steps
    print(f"yardstick            {spent:.2f} CPU seconds, {scenario.run.spinup}-{scenario.run.spinup + span}, ", end="")
    print(f"{its_initiatives / its_quarters:.0f} initiatives alive on average")
    print(f"yardstick agent-step {spent / its_steps * 1e6:.2f} microseconds")
    print(f"yardstick, whole run {whole:.2f} CPU seconds, scaled to the world run's {agent_steps} agent-steps")
    ratio = whole / seconds
    print(f"ratio R              {ratio:.1f}")
    if chosen.ensemble:
        with tempfile.TemporaryDirectory() as states:  # cold: no past is kept
            os.environ["AFTERAID_CACHE"] = states
            began = time.perf_counter()
            run(scenario, runs=100, workers=2)
        print(f"100 runs             {time.perf_counter() - began:.1f} seconds of wall time on two workers")
    return 1 if chosen.quick and ratio < LEAST_RATIO else 0


if __name__ == "__main__":
    sys.exit(main())
