"""`app`: open the dashboard; Streamlit takes this process over, with the settings shipped beside `app.py`."""

from __future__ import annotations

import argparse
import os
import sys

from core.workspace import ROOT

HELP = "open the dashboard in a browser"

DASHBOARD = ROOT / "dashboard" / "app.py"  # found by its path: core never imports it


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the option."""
    parser.add_argument("--port", type=port, help="port to listen on (default: 8501, or the next free one)")


def port(text: str) -> int:
    """Return a port that an ordinary account may listen on.

    >>> port("8600")
    8600

    Raises
    ------
    argparse.ArgumentTypeError : `text` is no whole number from 1024 to 65535.
    """
    if text.isascii() and text.isdigit() and 1024 <= int(text) <= 65535:
        return int(text)
    raise argparse.ArgumentTypeError(f"{text!r} is no port; choose a whole number from 1024 to 65535.")


def run(arguments: argparse.Namespace) -> int:
    """Become the server; it ends with Ctrl-C."""
    # -P: a file or folder named `core` or `json` where the user happens to stand is not imported.
    words = [sys.executable, "-P", "-m", "streamlit", "run", str(DASHBOARD)]
    if arguments.port is not None:
        words += ["--server.port", str(arguments.port)]
    os.execv(sys.executable, words)
