"""A Parquet file's columns; text stays coded, so that a small file cannot grow into gigabytes."""

from __future__ import annotations

from typing import Any, BinaryIO

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from core.data.reading.files.guard import check_parquet
from core.data.reading.limits import check_size
from core.data.reading.rows.names import plain_name, unique_names
from core.data.reading.rows.table import RawTable
from core.data.report import Notes, Refused
from core.text.message import Message


def read_parquet(stream: BinaryIO, notes: Notes) -> RawTable:
    """Return the columns of a Parquet file, its stored index among them.

    Raises
    ------
    Refused
        Beyond the limits by its footer, or without rows. A damaged one raises what pyarrow raises.
    """
    fields = list(check_parquet(stream).schema_arrow)
    for field in fields:
        if not _is_flat(field.type):
            notes.leave_column(plain_name(field.name), Message("left.unread_kind", kind=str(field.type)))
    table = _table(stream, [field for field in fields if _is_flat(field.type)])
    notes.found.append(Message("file.parquet"))
    names = ["date" if name.startswith("__index_level_") else name for name in table.column_names]
    waiting: list[pa.ChunkedArray] = table.columns
    columns: dict[int, pd.Series] = {}
    del table
    while waiting:  # one by one, so that few columns are held twice
        values = _values(waiting.pop(0))
        columns[len(columns)] = pd.Series(values, dtype=values.dtype)
    frame = pd.DataFrame(columns, copy=False)
    frame.columns = pd.Index(unique_names(names, notes), dtype=object)
    return RawTable(frame)


def _table(stream: BinaryIO, fields: list[pa.Field]) -> pa.Table:
    """Return the columns, read in batches and counted as they come: a footer may say less than its file holds."""
    stream.seek(0)
    file = pq.ParquetFile(stream, read_dictionary=[field.name for field in fields if _is_text(field.type)])
    rows, batches = 0, []
    for batch in file.iter_batches(columns=[field.name for field in fields]):
        rows += batch.num_rows
        check_size(rows, len(fields))
        batches.append(batch)
    if rows == 0:
        raise Refused(Message("file.parquet_without_rows"))
    return pa.Table.from_batches(batches)


def _is_flat(kind: pa.DataType) -> bool:
    """Whether a cell of the kind is one value: lists and structures may hold any number in one row."""
    types = pa.types
    numbers = (types.is_floating, types.is_integer, types.is_decimal, types.is_boolean)
    others = (_is_text, types.is_dictionary, types.is_timestamp, types.is_date)
    return any(check(kind) for check in (*numbers, *others))


def _is_text(kind: pa.DataType) -> bool:
    return pa.types.is_string(kind) or pa.types.is_large_string(kind) or pa.types.is_binary(kind)


def _values(column: pa.ChunkedArray) -> Any:
    """Return float64, datetime64 (with its zone) or objects; rows share one object for each distinct text."""
    kind = column.type
    if pa.types.is_floating(kind) or pa.types.is_integer(kind):
        return column.cast(pa.float64(), safe=False).to_numpy()
    if pa.types.is_decimal(kind):
        return column.cast(pa.float64()).to_numpy()
    if pa.types.is_timestamp(kind) or pa.types.is_date(kind):
        unit = kind.tz if pa.types.is_timestamp(kind) else None
        return column.cast(pa.timestamp("us", tz=unit), safe=False).to_pandas()
    if pa.types.is_boolean(kind):
        return np.asarray(column.to_pylist(), dtype=object)
    return _coded(column.unify_dictionaries())


def _coded(column: pa.ChunkedArray) -> Any:
    words = np.asarray([*column.chunk(0).dictionary.to_pylist(), None], dtype=object)
    codes = [chunk.indices.fill_null(len(words) - 1).to_numpy(zero_copy_only=False) for chunk in column.chunks]
    return words[np.concatenate(codes).astype(np.int64)]
