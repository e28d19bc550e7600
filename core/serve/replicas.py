"""The app of `crosslens serve` in several processes behind Ray Serve; this file alone knows ray.serve.

Each replica is one process with one core, on this machine or on a node of a cluster, and holds models in memory. The
door stays with the machine that leads. A question whose replica is lost is asked again of another one: it only reads.
"""

from __future__ import annotations

import hashlib
import json
import logging
import os
import secrets
import socket
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from functools import partial
from typing import Any

import ray
import torch
from ray import serve
from ray.exceptions import RayActorError, RayError
from ray.serve.exceptions import DeploymentUnavailableError, RayServeException

from core.data.catalog import available
from core.nodes import ClusterError, join, on, other_code, remote
from core.serve.door import Ask, Events, answered
from core.serve.engine import Engine
from core.serve.http import make_app
from core.version import fingerprint

TRIES = 3  # of a question whose replica is lost
WAITING = 100  # questions at a replica, which answers them in turn: where ray keeps them, it looks for room in pauses
LOOK = 1.0  # seconds between two looks at whether a replica lives
REPLICA = b"x-crosslens-replica"  # header of an answer: host and process id of who gave it
QUIET = {"enable_access_log": False, "log_level": logging.WARNING}
Known = tuple[tuple[str, ...], str]  # fingerprints of the code, of models and their data


class Replica:
    """The app in a process of its own.

    Raises
    ------
    ClusterError : its node has other code or other models than the machine that leads.
    """

    def __init__(self, wanted: Known) -> None:
        torch.set_num_threads(1)  # each question has a thread
        _compare(_known(), wanted)
        self._app = make_app(Engine(), hosts=("*",))  # the door has looked at names and token
        self._name = f"{socket.gethostname()}:{os.getpid()}".encode()

    async def answer(self, scope: dict[str, Any], body: bytes) -> Events:
        """Answer one question."""
        events = await answered(self._app, scope, body)
        events[0]["headers"] = [*events[0]["headers"], (REPLICA, self._name)]
        return events


@contextmanager
def replicas(count: int, address: str | None = None) -> Iterator[Ask]:
    """Start replicas, yield what asks one of them, and in the end end all that was begun.

    Parameters
    ----------
    address : of a cluster; None: a cluster that is this machine alone, begun and ended here.

    Raises
    ------
    ClusterError : there is no such cluster, too few of its cores are free, or a node has other code or models.
    """
    name = f"crosslens-{secrets.token_hex(3)}"
    with ExitStack() as ends:
        if address is None:
            os.environ.setdefault("RAY_USAGE_STATS_ENABLED", "0")  # nobody is told that this machine serves
            ray.init(
                "local", num_cpus=count, include_dashboard=False, log_to_driver=False, logging_level=logging.ERROR
            )
        else:
            join(address)
        ends.callback(ray.shutdown)
        known = _known()
        if address is not None:
            _check(count, known)
            ends.callback(_leave, name)
        yield partial(_ask, _started(name, count, known))


def _started(name: str, count: int, known: Known) -> Any:
    """Start the replicas as one application without a door of Ray's own; return what asks them once all are up."""
    logging.getLogger("ray.serve").setLevel(logging.ERROR)
    logging.getLogger("asyncio").addFilter(_is_news)
    serve.start(proxy_location="Disabled", logging_config=QUIET)
    deployment = serve.deployment(
        name="app",
        num_replicas=count,
        max_ongoing_requests=WAITING,
        health_check_period_s=LOOK,
        graceful_shutdown_wait_loop_s=0.1,  # the door has let every question end
        ray_actor_options={"num_cpus": 1},
        logging_config=QUIET,
    )
    try:
        return serve.run(deployment(Replica).bind(known), name=name, route_prefix=None)
    except RuntimeError as error:
        raise ClusterError(f"The replicas did not start: {str(error).splitlines()[0]}") from None


async def _ask(handle: Any, scope: dict[str, Any], body: bytes) -> Events:
    """Ask a replica; another one where it is lost over the question."""
    for _ in range(TRIES):
        with suppress(RayActorError, DeploymentUnavailableError):
            events: Events = await handle.answer.remote(scope, body)
            return events
    raise ConnectionError


def _is_news(record: logging.LogRecord) -> bool:
    """Tell whether a log line is no trace of ray's own looks at a replica that was lost."""
    return "never retrieved" not in record.getMessage()


def _check(count: int, here: Known) -> None:
    """Refuse a cluster with too few free cores, or with a node that would answer otherwise than this machine."""
    free = int(ray.available_resources().get("CPU", 0))
    if free < count:
        raise ClusterError(f"The cluster has {free} free cores, and {count} replicas want one each; start fewer.")
    nodes = [node["NodeID"] for node in ray.nodes() if node["Alive"] and node["Resources"].get("CPU")]
    for found in ray.get([remote(num_cpus=0, scheduling_strategy=on(node))(_known).remote() for node in nodes]):
        _compare(found, here)


def _compare(node: Known, here: Known) -> None:
    if told := other_code(node[0], here[0]):
        raise ClusterError(told)
    if node[1] != here[1]:
        raise ClusterError(
            "A node has other trained models or data sets than this machine: let it see the same workspace and data "
            "(CROSSLENS_HOME and CROSSLENS_DATA)."
        )


def _known() -> Known:
    """Return what answers depend on: the code, the models that can be asked, and which of their data are here."""
    here = set(available())
    runs = [(run.run_id, run.weights_sha, run.config.dataset in here) for run in Engine().models()]
    return (fingerprint(("core.serve.http",)),), hashlib.sha256(json.dumps(runs).encode()).hexdigest()


def _leave(name: str) -> None:
    """End the replicas on a cluster, and Ray Serve where nothing else is served there."""
    with suppress(RayError, RayServeException):  # a cluster that is lost has ended them
        serve.delete(name)
        if not serve.status().applications:
            serve.shutdown()
