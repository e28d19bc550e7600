"""A Ray cluster, joined, and its nodes held to one code: for the tasks of a study and the replicas of a server."""

from __future__ import annotations

import socket
from typing import Any

import ray
from ray.exceptions import RayError
from ray.util.scheduling_strategies import NodeAffinitySchedulingStrategy

ANSWERS = 5.0  # seconds, within which a machine takes a connection
remote: Any = ray.remote  # typed for fewer settings than it takes


class ClusterError(ValueError):
    """A cluster that cannot be used: what stands in the way, and what to do."""


def join(address: str | None = None) -> None:
    """Join the cluster at an address; by default the one that RAY_ADDRESS or this machine knows.

    Raises
    ------
    ClusterError : there is none.
    """
    host, _, port = (address or "").rpartition(":")
    try:
        if "://" not in host and port.isdigit():
            socket.create_connection((host, int(port)), ANSWERS).close()  # ray itself would try for a minute
        ray.init(address=address or "auto", log_to_driver=False, ignore_reinit_error=True)
    except (OSError, RayError) as error:
        told = str(error).splitlines()[0]
        raise ClusterError(
            f"No Ray cluster was found ({told}); start one with `ray start --head`, or name one by --address."
        ) from None


def on(node: str) -> Any:
    """Return the strategy that keeps a task on one node, by its id."""
    return NodeAffinitySchedulingStrategy(node, soft=False)


def other_code(node: tuple[str, ...], here: tuple[str, ...]) -> str:
    """Return in one sentence that a node has other code than the machine that leads; "" where it has the same.

    >>> other_code(("1a",), ("1a",))
    ''
    """
    if node == here:
        return ""
    theirs, ours = (", ".join(versions) for versions in (node, here))
    return f"A node has other code ({theirs}) than this machine ({ours}): install the same version there."
