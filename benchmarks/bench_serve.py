"""How many questions the engine answers over HTTP when many clients ask at once, how long and at what cost.

    python -m benchmarks.bench_serve
    python -m benchmarks.bench_serve --clients 10 --seconds 5
    python -m benchmarks.bench_serve --replicas 2                  # behind Ray Serve

Each client asks for one window of a random model of the sample, with a change and a recording, again and again.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import socket
import subprocess
import sys
import threading
import time
from contextlib import suppress
from http.client import HTTPConnection
from pathlib import Path

import numpy as np

QUESTION = {"record": ["update_gate:last_token"], "changes": ["attention:uniform"]}
HEAD = {"Content-Type": "application/json"}


def client(port: int, runs: list[str], seed: int, until: float, times: list[float], failed: list[int]) -> None:
    """Ask one question after the other."""
    chance = random.Random(seed)
    connection = HTTPConnection("127.0.0.1", port, timeout=60)
    while time.monotonic() < until:
        begun = time.monotonic()
        address = f"/models/{chance.choice(runs)}/windows/{chance.randrange(1000)}"
        connection.request("POST", address, json.dumps(QUESTION), HEAD)
        answer = connection.getresponse()
        answer.read()
        if answer.status != 200:
            failed.append(answer.status)
        times.append(time.monotonic() - begun)


def models(port: int) -> list[str]:
    """Return the runs of the sample, once the server is up."""
    while True:
        try:
            connection = HTTPConnection("127.0.0.1", port, timeout=60)
            connection.request("GET", "/models")
            told = json.loads(connection.getresponse().read())
            cell = {"dataset": "NYweather", "horizon": 24, "seed": 0, "merge": "attention"}
            return [one["run_id"] for one in told if cell.items() <= one.items()]
        except ConnectionRefusedError:
            time.sleep(0.1)


def cpu_seconds(process: int) -> float:
    """Return the CPU seconds of a process and of all that it began, those that ended left out."""
    parents: dict[int, int] = {}
    ticks: dict[int, int] = {}
    for place in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):
            fields = (place / "stat").read_text().rpartition(")")[2].split()
            parents[int(place.name)], ticks[int(place.name)] = int(fields[1]), int(fields[11]) + int(fields[12])
    family = {process}
    while more := {one for one, parent in parents.items() if parent in family} - family:
        family |= more
    return sum(ticks[one] for one in family) / os.sysconf("SC_CLK_TCK")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--clients", type=int, default=50)
    parser.add_argument("--seconds", type=float, default=30)
    parser.add_argument("--replicas", type=int)
    arguments = parser.parse_args()
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    times: list[float] = []
    failed: list[int] = []
    words = [sys.executable, "-m", "core", "serve", "--port", str(port)]
    words += ["--replicas", str(arguments.replicas)] if arguments.replicas else []
    with subprocess.Popen(words) as server:
        try:
            runs = models(port)
            before = cpu_seconds(server.pid)
            until = time.monotonic() + arguments.seconds
            asking = [
                threading.Thread(target=client, args=(port, runs, seed, until, times, failed))
                for seed in range(arguments.clients)
            ]
            for thread in asking:
                thread.start()
            for thread in asking:
                thread.join()
            spent = cpu_seconds(server.pid) - before
        finally:
            server.terminate()
    median, high = np.percentile(times, [50, 95])
    line = {"benchmark": "serve", "clients": arguments.clients, "seconds": arguments.seconds, "answers": len(times)}
    line |= {
        "replicas": arguments.replicas,
        "cpu_ms_an_answer": round(1000 * spent / len(times), 1),
        "errors": len(failed),
        "p50_seconds": round(median, 3),
        "p95_seconds": round(high, 3),
    }
    sys.stdout.write(json.dumps(line) + "\n")


if __name__ == "__main__":
    main()
