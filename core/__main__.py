"""The command line: `crosslens COMMAND` or `python -m core COMMAND`; every command is one file in core/commands."""

from __future__ import annotations

import argparse
import importlib
import os
import sys
from contextlib import suppress
from io import TextIOWrapper
from pathlib import Path
from types import ModuleType

from core.data.uploads import in_words
from core.exits import refusal
from core.version import VERSION

COMMANDS = (
    *("app", "data", "measures", "cost", "train", "stack", "evaluate", "forecast"),
    *("trace", "serve", "study", "search", "pack", "claims", "results", "report", "workspace", "work"),
)


def main(words: list[str]) -> int:
    """Run one command; a refusal is one sentence on standard error and exit status 2."""
    parser = argparse.ArgumentParser(
        prog="crosslens" if Path(sys.argv[0]).stem == "crosslens" else "python -m core",
        description="CrossLens: look inside a CNN-GRU forecaster.",
    )
    parser.add_argument("--version", action="version", version=f"CrossLens {VERSION}")
    subparsers = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    commands: dict[str, ModuleType] = {}
    for name in COMMANDS:
        command = importlib.import_module(f"core.commands.{name}")
        commands[name] = command
        command.add_arguments(subparsers.add_parser(name, help=command.HELP, description=command.HELP))
    arguments = parser.parse_args(words)
    try:
        status = int(commands[arguments.command].run(arguments))
        sys.stdout.flush()
        return status
    except BrokenPipeError:
        # Whoever read the output, `head` say, has enough: no fault, and nothing to flush at the end.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except Exception as error:
        told = refusal(error)
        if told is None:
            raise
        status, sentence = told
        with suppress(OSError):  # where the disk is full, so may be the log
            sys.stderr.write(f"{in_words(sentence)}\n")
        return status


def start() -> int:
    """Run the command that the process was started with: the entry point `crosslens`."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="replace")  # a sign that the terminal's encoding lacks becomes "?"
    return main(sys.argv[1:])


if __name__ == "__main__":
    sys.exit(start())
