"""How long a lever takes to its first picture in the workshop, and to the interval of all runs: median and 95%.

A client moves one of the page's levers at a time, to a position that the page has.

    python benchmarks/workshop.py --clients 1 --seconds 60
    python benchmarks/workshop.py --clients 20 --seconds 60

Each client is a tab that moves a lever every few seconds. The server runs in a process of its own, and its base is
ready before the first move. Needs the extra `workshop`.
"""

from __future__ import annotations

import argparse
import http.client
import json
import random
import subprocess
import sys
import threading
import time

PATIENCE = 600.0
OPENED = "127.0.0.1:"


def levers_of_page(port: int) -> dict[str, list[object]]:
    """Return the positions of the levers that the page shows first."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE)
    connection.request("GET", "/workshop.json")
    about = json.load(connection.getresponse())
    found: dict[str, list[object]] = {}
    for lever in about["levers"]:
        if lever["name"] in about["usual"]:
            steps = round((lever["high"] - lever["low"]) / lever["step"]) if lever["step"] else 0
            ats = [round(lever["low"] + step * lever["step"], 9) for step in range(steps + 1)]
            found[lever["name"]] = [option for option, _ in lever["options"]] or ats
    return found


class Tab:
    """A tab that moves levers and notes how long answers take, in seconds."""

    def __init__(self, port: int, number: int) -> None:
        self.port, self.tab, self.chance = port, f"benchmark-{number}", random.Random(number)
        self.first: list[float] = []
        self.whole: list[float] = []
        self.asked: dict[int, float] = {}
        self.positions: dict[str, object] = {}
        self.levers = levers_of_page(port)
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE)
        connection.request("GET", f"/events?tab={self.tab}")
        self.answer = connection.getresponse()
        self.ready = threading.Event()
        threading.Thread(target=self.listen, daemon=True).start()

    def listen(self) -> None:
        """Note when pictures come."""
        seen: set[int] = set()
        kind = ""
        while line := self.answer.readline():
            name, _, text = line.decode().rstrip("\n").partition(": ")
            if name == "event":
                kind = text
            elif name == "data" and kind == "health":
                found = json.loads(text)
                if found["ready"] == found["members"]:
                    self.ready.set()
            elif name == "data" and kind == "picture":
                now, found = time.perf_counter(), json.loads(text)
                taken = now - self.asked[found["move"]]
                if found["move"] not in seen:
                    seen.add(found["move"])
                    self.first.append(taken)
                if found["runs"] == found["members"]:
                    self.whole.append(taken)

    def move(self, number: int) -> None:
        """Move one lever to another position, at random."""
        name = self.chance.choice(list(self.levers))
        others = [at for at in self.levers[name] if at != self.positions.get(name)]
        self.positions = {**self.positions, name: self.chance.choice(others)}
        asked = {
            "tab": self.tab, "move": number, "positions": self.positions, "picture": "serving", "view": "difference",
        }  # fmt: skip
        self.asked[number] = time.perf_counter()
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE)
        own = {"Origin": f"http://127.0.0.1:{self.port}", "Content-Type": "application/json"}
        connection.request("POST", "/move", json.dumps(asked), own)
        assert connection.getresponse().status == 202
        connection.close()

    def play(self, pause: float, seconds: float) -> None:
        """Move again and again."""
        end = time.perf_counter() + seconds
        time.sleep(pause * self.chance.random())
        number = 0
        while time.perf_counter() < end:
            number += 1
            self.move(number)
            time.sleep(pause)


def said(what: str, taken: list[float]) -> None:
    ordered = sorted(taken)
    if ordered:
        middle, late = (ordered[min(len(ordered) - 1, int(share * len(ordered)))] for share in (0.5, 0.95))
        print(f"{what}: median {1000 * middle:.0f} ms, 95% {1000 * late:.0f} ms, of {len(ordered)}")
    else:
        print(f"{what}: none")


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--clients", type=int, default=1)
    options.add_argument("--seconds", type=float, default=60.0)
    options.add_argument("--pause", type=float, default=5.0, help="seconds between two moves of a client")
    given = options.parse_args()
    command = [sys.executable, "-m", "afteraid", "workshop", "--no-browser", "--port", "0"]
    server = subprocess.Popen(command, stderr=subprocess.PIPE, text=True)
    try:
        assert server.stderr is not None
        line = next(line for line in server.stderr if OPENED in line)
        port = int(line.partition(OPENED)[2].partition("/")[0])
        tabs = [Tab(port, number) for number in range(given.clients)]
        for tab in tabs:
            tab.ready.wait(PATIENCE)
        threads = [threading.Thread(target=tab.play, args=(given.pause, given.seconds)) for tab in tabs]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        moves = sum(len(tab.asked) for tab in tabs)
        print(f"{given.clients} clients, a move every {given.pause:g} s each, {moves} moves")
        said("first picture", [taken for tab in tabs for taken in tab.first])
        said("all runs", [taken for tab in tabs for taken in tab.whole])
    finally:
        server.terminate()
        server.wait()


if __name__ == "__main__":
    main()
