"""How the server of the pages holds many people at once: times, errors, cross-talk, and memory before and after.

    python -m benchmarks.bench_sessions
    python -m benchmarks.bench_sessions --sessions 5 --pause 2 --seconds 20

Every session opens one page after the other, with a variable and a window of its own in the link, and waits between
two clicks. It is a websocket that speaks Streamlit's protocol rather than a browser: twenty Chromiums would measure
themselves. A click is answered when the last byte of the page is here, so that what a browser draws is not in the
times.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import re
import sys
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import parse_qs, urlencode

import numpy as np
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.asyncio.client import ClientConnection, connect

from benchmarks.bench_app import memory, server_process
from core.config import WindowConfig
from core.data.catalog import load_dataset
from core.data.windows import origins_of
from core.figures.lettering import stamp_text
from core.vocabulary import Split
from dashboard.cases import READING
from dashboard.frame import ENTRIES
from tests.support.browser import free_port, serving

CELL = {"dataset": "NYweather", "preset": "default", "horizon": "24", "lookback": "720", "seed": "0"}
WINDOW = WindowConfig(lookback=720, horizon=24)
LONGEST = 180.0  # seconds for one page
SETTLING = 150.0  # seconds that memory has to come back: Streamlit keeps a closed session for two minutes
BACK = 1.1  # memory afterwards, at most, as a multiple of that before
FAILED = "could not be shown"
FOR_ALL = ("tour",)  # pages that show everybody the same window, whichever the link names
OF_WINDOW = re.compile(r"window of (\d{4}-\d\d-\d\d \d\d:\d\d)")


@dataclass
class Person:
    """What is a session's own, and what became of its clicks."""

    variable: str
    origin: int
    stamp: str  # of the window of that origin
    taken: list[tuple[str, float]] = field(default_factory=list)  # page and seconds of each click
    errors: list[str] = field(default_factory=list)
    own: int = 0  # how often it was shown what is its own: where others could have stood
    foreign: list[str] = field(default_factory=list)  # what it was shown of others


@dataclass
class Shown:
    """What a page sent."""

    texts: list[str] = field(default_factory=list)
    variables: list[str] = field(default_factory=list)  # that pickers hold
    address: str = ""
    errors: list[str] = field(default_factory=list)

    def take(self, message: ForwardMsg) -> None:
        """Note what a message adds to the page."""
        if message.WhichOneof("type") == "page_info_changed":
            self.address = message.page_info_changed.query_string
        element = message.delta.new_element
        match element.WhichOneof("type"):
            case "markdown":
                self.texts.append(re.sub(r"\\(.)", r"\1", element.markdown.body))  # as it reads
            case "selectbox" if element.selectbox.label == "Variable":
                self.variables.append(element.selectbox.raw_value)
            case "exception":
                self.errors.append(f"{element.exception.type}: {element.exception.message}")
            case "alert" if FAILED in element.alert.body:
                self.errors.append(element.alert.body)


async def opened(socket: ClientConnection, page: str, query: dict[str, str]) -> Shown:
    """Open a page in a session and return what it showed once its run has ended.

    Raises
    ------
    TimeoutError : it did not come.
    """
    question = BackMsg()
    question.rerun_script.query_string = urlencode(query)
    question.rerun_script.page_name = "" if page == "overview" else page
    await socket.send(question.SerializeToString())
    shown = Shown()
    async with asyncio.timeout(LONGEST):
        while True:
            message = ForwardMsg.FromString(await socket.recv(decode=False))
            shown.take(message)
            if message.WhichOneof("type") == "script_finished":
                ended = ForwardMsg.ScriptFinishedStatus.Name(message.script_finished)
                if ended == "FINISHED_SUCCESSFULLY":
                    return shown
                if ended != "FINISHED_EARLY_FOR_RERUN":
                    shown.errors.append(ended)
                    return shown


def compare(person: Person, page: str, shown: Shown) -> None:
    """Count what of a page is the session's own, and note what belongs to another one."""
    address = {name: values[0] for name, values in parse_qs(shown.address).items()}
    texts = [] if page in FOR_ALL else shown.texts
    stamps = [stamp for text in texts for stamp in OF_WINDOW.findall(text)]
    pairs = [(address[name], str(getattr(person, name))) for name in ("variable", "origin") if name in address]
    pairs += [(variable, person.variable) for variable in shown.variables]
    pairs += [(stamp, person.stamp) for stamp in stamps]
    person.own += sum(there == mine for there, mine in pairs)
    person.foreign += [f"{page}: {there} instead of {mine}" for there, mine in pairs if there != mine]


def joined(port: int) -> connect:
    """Return the way into a session of its own."""
    return connect(
        f"ws://localhost:{port}/_stcore/stream",
        subprotocols=["streamlit"],
        origin=f"http://localhost:{port}",
        max_size=None,
    )


async def clicks(port: int, person: Person, first: int, pause: float, until: float) -> None:
    """Click from page to page until the time is over."""
    query = CELL | {"variable": person.variable, "origin": str(person.origin)}
    pages = list(ENTRIES)
    async with joined(port) as socket:
        while (begun := time.monotonic()) < until:
            page = pages[(first + len(person.taken)) % len(pages)]
            try:
                shown = await opened(socket, page, query)
            except TimeoutError:
                person.errors.append(f"{page} did not come within {LONGEST:g} s")
                return
            person.taken.append((page, time.monotonic() - begun))
            person.errors += [f"{page}: {error}" for error in shown.errors]
            compare(person, page, shown)
            await asyncio.sleep(max(0.0, begun + pause - time.monotonic()))


async def crowd(port: int, people: list[Person], pause: float, seconds: float) -> None:
    """Let the sessions begin one after the other within the first pause."""
    until = time.monotonic() + seconds

    async def one(place: int, person: Person) -> None:
        await asyncio.sleep(pause * place / len(people))
        await clicks(port, person, place, pause, until)

    await asyncio.gather(*(one(place, person) for place, person in enumerate(people)))


async def walked(port: int, person: Person) -> None:
    """Open every page twice, until no model is read any more: what is imported and kept for all is there then."""
    query = CELL | {"variable": person.variable, "origin": str(person.origin)}
    async with joined(port) as socket:
        while any(READING in text for text in (await opened(socket, "kernels", query)).texts):
            await asyncio.sleep(1)
        for page in [*ENTRIES] * 2:
            await opened(socket, page, query)


def people_of(sessions: int) -> list[Person]:
    """Return as many people, each with a variable and an hour of the test rows."""
    dataset = load_dataset(CELL["dataset"])
    origins = origins_of(dataset.splits, WINDOW, Split.TEST)
    places = np.linspace(0, len(origins) - 1, sessions + 2).astype(int)[1:-1]
    stamps = dataset.frame.index.to_numpy()
    return [
        Person(dataset.variables[number % len(dataset.variables)], origin, stamp_text(stamps[origin]))
        for number, origin in enumerate(origins[places].tolist())
    ]


def settled(port: int, process: int, before: float) -> tuple[float, float]:
    """Wait until memory is back, at most SETTLING seconds; return it (MB) and how long that took.

    Somebody looks at the Overview now and then, because Streamlit forgets closed sessions when another one comes.
    """

    async def look() -> None:
        async with joined(port) as socket:
            await opened(socket, "overview", CELL)

    begun = time.monotonic()
    while True:
        asyncio.run(look())
        now, waited = memory(process), time.monotonic() - begun
        if now <= BACK * before or waited > SETTLING:
            return now, waited
        time.sleep(5)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sessions", type=int, default=20)
    parser.add_argument("--pause", type=float, default=5, help="seconds from a session's click to its next")
    parser.add_argument("--seconds", type=float, default=60)
    arguments = parser.parse_args()
    port = free_port()
    people = people_of(arguments.sessions)
    with tempfile.TemporaryDirectory() as home, serving(Path(home), port):
        process = server_process(port)
        asyncio.run(walked(port, people[0]))
        before = memory(process)
        Path(f"/proc/{process}/clear_refs").write_text("5")  # the peak is of what follows
        begun = time.monotonic()
        asyncio.run(crowd(port, people, arguments.pause, arguments.seconds))
        lasted = time.monotonic() - begun
        peak = memory(process, "VmHWM")
        after, waited = settled(port, process, before)
    taken = [seconds for person in people for _, seconds in person.taken]
    errors, foreign = ([one for person in people for one in getattr(person, name)] for name in ("errors", "foreign"))
    of_page = {page: [took for person in people for there, took in person.taken if there == page] for page in ENTRIES}
    slowest = max((page for page in of_page if of_page[page]), key=lambda page: np.median(of_page[page]))
    median, high = np.percentile(taken, [50, 95])
    line = {"benchmark": "sessions", **vars(arguments), "clicks": len(taken)}
    line |= {"clicks_per_second": round(len(taken) / lasted, 2)}
    line |= {"p50_seconds": round(median, 2), "p95_seconds": round(high, 2)}
    line |= {"slowest_page": slowest, "its_p50_seconds": round(float(np.median(of_page[slowest])), 2)}
    line |= {"errors": len(errors), "own_shown": sum(person.own for person in people), "cross_talk": len(foreign)}
    line |= {"first_wrong": (errors + foreign)[:3]}
    line |= {"mb_before": round(before), "mb_peak": round(peak), "mb_after": round(after)}
    line |= {"seconds_to_settle": round(waited), "within_10_percent": after <= BACK * before}
    sys.stdout.write(json.dumps(line) + "\n")


if __name__ == "__main__":
    main()
