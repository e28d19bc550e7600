"""Tables that are measured run by run in the background: what is finished is kept, and all are one in the end.

<run_id>.parquet   the rows of one run
<name>             those of all runs, written last
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd

from core.aside import whole
from core.data.catalog import load_dataset
from core.stages import Progress, Stages, Stopped
from core.text.message import Message
from core.train.record import RunRecord

if TYPE_CHECKING:  # torch: pages read what is kept without it
    from core.serve.held import Held

Part = tuple[RunRecord, Message, Callable[[Stages], pd.DataFrame]]  # a run, what is told meanwhile, what measures it


def write_by_run(
    folder: Path,
    name: str,
    parts: Sequence[Part],
    *,
    on_progress: Progress,
    should_stop: Callable[[], bool],
) -> Path | None:
    """Measure run after run and write the table of all; return its path, or None when stopped.

    Parameters
    ----------
    folder : of the table; what is finished in it is kept.
    name : of the table's file.
    """
    stages = Stages(len(parts), on_progress, should_stop)
    tables = []
    try:
        for record, told, measure in parts:
            stages.begin(told)
            path = folder / f"{record.run_id}.parquet"
            table = whole(path, pd.read_parquet)
            if table is None:
                table = measure(stages)
                _write(table, path)
            tables.append(table)
    except Stopped:
        return None
    _write(pd.concat(tables, ignore_index=True), folder / name)
    return folder / name


def _write(table: pd.DataFrame, path: Path) -> None:
    partial = path.with_name(f".{path.name}")
    table.to_parquet(partial, index=False)
    partial.replace(path)


def held_for(record: RunRecord) -> Held:
    """Return a run's model with the data it was trained on.

    Raises
    ------
    RecordError, DataError : a checkpoint that cannot be used, or data that are not here in its version.
    """
    from core.serve.held import Held
    from core.train.checkpoint import load_checkpoint

    dataset = load_dataset(record.config.dataset)
    checkpoint = load_checkpoint(record.folder)
    checkpoint.check_data(dataset)
    return Held(checkpoint, dataset)
