"""A Ray cluster of node processes on this machine, for the tests of what runs on one."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import ray
from ray.cluster_utils import Cluster as Nodes


@contextmanager
def two_nodes() -> Iterator[Nodes]:
    """Yield a cluster: a head without cores and two nodes of one core each."""
    found = Nodes(initialize_head=True, head_node_args={"num_cpus": 0})
    for _ in range(2):
        found.add_node(num_cpus=1)
    found.wait_for_nodes()
    try:
        yield found
    finally:
        ray.shutdown()
        found.shutdown()
