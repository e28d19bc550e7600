"""`serve`: the trained models over HTTP, for other programs."""

from __future__ import annotations

import argparse
import math
import os
import secrets
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from core.commands.app import port
from core.exits import Exit

HELP = "answer forecasts, recordings and changes of trained models over HTTP, described under /docs"

LOCAL_ADDRESSES = ("127.0.0.1", "localhost")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    parser.add_argument("--host", default="127.0.0.1", help="address to listen on (127.0.0.1: this machine alone)")
    parser.add_argument("--port", type=port, default=8600, help="port to listen on (8600)")
    parser.add_argument("--token-file", type=Path, help="file whose first line is the token to ask for")
    parser.add_argument(
        "--name", nargs="+", default=[], help="further names under which clients reach it (those of this machine)"
    )
    parser.add_argument(
        "--replicas", type=int, help="processes that answer, behind Ray Serve; unless given, this one"
    )
    cluster = "of the cluster for --replicas; that of RAY_ADDRESS, unless given, or else this machine alone"
    parser.add_argument("--address", help=cluster)
    parser.add_argument("--socket", type=Path, help=argparse.SUPPRESS)  # the door of the pages
    parser.add_argument("--idle", type=float, default=math.inf, help=argparse.SUPPRESS)  # seconds, then it ends


def run(arguments: argparse.Namespace) -> int:
    """Serve until Ctrl-C; on any address but this machine's own, a token is asked for."""
    import torch
    import uvicorn

    from core.serve.engine import Engine
    from core.serve.http import make_app

    torch.set_num_threads(1)  # each question has a thread
    if arguments.socket is not None:
        app = make_app(Engine())
        server = uvicorn.Server(uvicorn.Config(app, uds=str(arguments.socket), log_level="warning"))
        threading.Thread(target=_end_when_idle, args=(server, app.state, arguments.idle), daemon=True).start()
        server.run()
        return 0
    try:
        with _app(arguments) as app:
            said = f"http://{arguments.host}:{arguments.port}/docs describes what can be asked. Ctrl-C ends it.\n"
            sys.stdout.write(said)
            sys.stdout.flush()
            uvicorn.run(app, host=arguments.host, port=arguments.port, log_level="warning", server_header=False)
    except KeyboardInterrupt:  # while replicas start
        return Exit.STOPPED
    return 0


@contextmanager
def _app(arguments: argparse.Namespace) -> Iterator[Any]:
    """Yield what is served: the app in this process, or a door before replicas of it, which end with it."""
    from core.serve.door import make_door
    from core.serve.engine import Engine
    from core.serve.http import make_app

    token, hosts = _guards(arguments)
    if arguments.replicas is None:
        if arguments.address:
            raise ValueError("--address names a cluster for replicas; say how many with --replicas.")
        yield make_app(Engine(), token=token, hosts=hosts)
        return
    if arguments.replicas < 1:
        raise ValueError(f"--replicas is {arguments.replicas}; it must be at least 1.")
    try:
        from core.serve.replicas import replicas
    except ModuleNotFoundError:
        raise ValueError("Replicas need ray: pip install 'crosslens[cluster]' on every node.") from None
    with replicas(arguments.replicas, arguments.address or os.environ.get("RAY_ADDRESS")) as ask:
        yield make_door(ask, token=token, hosts=hosts)


def _end_when_idle(server: Any, state: Any, idle: float) -> None:
    while time.monotonic() - state.asked < idle:
        time.sleep(min(1.0, idle / 4))
    server.should_exit = True


def _guards(arguments: argparse.Namespace) -> tuple[str, tuple[str, ...]]:
    """Return the token to ask for, empty for none, and the names under which the server may be asked."""
    from core.serve.http import LOCAL

    local = arguments.host in LOCAL_ADDRESSES
    token = ""
    if arguments.token_file is not None:
        token = arguments.token_file.read_text(encoding="utf-8").partition("\n")[0].strip()
        if not token:
            raise ValueError(f"{arguments.token_file} holds no token in its first line; write one of 16 letters.")
    elif not local:
        token = secrets.token_urlsafe(24)
        sys.stdout.write(f"Token, asked for as {arguments.host} is reached from other machines: {token}\n")
    hosts = LOCAL if local and not arguments.name else (*LOCAL, arguments.host, *arguments.name)
    if not local and not arguments.name:
        hosts = ("*",)  # the token stands in the way of foreign pages
    return token, hosts
