"""The process that reads one file: python -m core.data.reading.files.child FOLDER MEMORY SECONDS OUTPUT < request.

What it reads may be hostile, so it limits itself before it opens the file: bytes of memory, seconds of a processor,
bytes of output. Its answer lies in the folder: the report as JSON and, of an accepted file, the frame as Parquet.
"""

from __future__ import annotations

import json
import resource
import sys
from pathlib import Path

from core.exits import Exit, is_full_disk

FRAME, ANSWER = "frame.parquet", "answer.json"


def main(folder: Path, memory: int, seconds: int, output: int) -> None:
    """Read the file that standard input names, and write the answer."""
    _limit_itself(memory, seconds, output)
    request = json.load(sys.stdin)
    from core.data.choices import Choices  # heavy libraries come under the limits too
    from core.data.ingest import ingest

    ingested = ingest(
        Path(request["path"]), request["name"], Choices.from_answers(request["choices"]), wanted=request["wanted"]
    )
    if ingested.frame is not None:
        ingested.frame.to_parquet(folder / FRAME)
    answer = {
        "report": ingested.report.to_dict(),
        "step": ingested.step.to_dict() if ingested.step is not None else None,
    }
    (folder / ANSWER).write_text(json.dumps(answer), encoding="utf-8")


def _limit_itself(memory: int, seconds: int, output: int) -> None:
    for kind, most, last in (
        (resource.RLIMIT_DATA, memory, memory),  # what is written to; of libraries far more is mapped than used
        (resource.RLIMIT_CPU, seconds, seconds + 1),  # the first ends it with a signal of its own
        (resource.RLIMIT_FSIZE, output, output),
        (resource.RLIMIT_CORE, 0, 0),
    ):
        resource.setrlimit(kind, (most, last))


if __name__ == "__main__":
    try:
        main(Path(sys.argv[1]), *map(int, sys.argv[2:]))
    except OSError as error:
        if not is_full_disk(error):
            raise
        sys.exit(Exit.FULL_DISK)
