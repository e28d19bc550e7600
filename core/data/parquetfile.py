"""A Parquet file's columns; text stays coded, so that a small file cannot grow into gigabytes."""

from __future__ import annotations

from typing import Any, BinaryIO

import numpy as np
import pandas as pd
import pyarrow as pa

from core.data.guard import check_parquet
from core.data.report import Notes, Refused
from core.data.table import RawTable, unique_names


def read_parquet(stream: BinaryIO, notes: Notes) -> RawTable:
    """Return the columns of a Parquet file, its stored index among them.

    Raises
    ------
    Refused
        Beyond the limits by its footer, or damaged.
    """
    file = check_parquet(stream)
    try:
        texts = [field.name for field in file.schema_arrow if _is_text(field.type)]
        stream.seek(0)
        table = pa.parquet.read_table(stream, read_dictionary=texts)
    except (pa.ArrowException, OSError) as error:
        raise Refused("The Parquet file is damaged; save it again.") from error
    if table.num_rows == 0:
        raise Refused("The Parquet file has no rows; choose a file with data.")
    notes.found.append("Parquet file.")
    columns = {place: _values(column) for place, column in enumerate(table.columns)}
    frame = pd.DataFrame({place: pd.Series(values, dtype=values.dtype) for place, values in columns.items()})
    names = ["date" if name.startswith("__index_level_") else name for name in table.column_names]
    frame.columns = pd.Index(unique_names(names, notes), dtype=object)
    return RawTable(frame)


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
    if pa.types.is_dictionary(kind):
        return _coded(column.unify_dictionaries())
    return np.full(len(column), f"({kind})", dtype=object)  # lists, structs: no series; refused by its content


def _coded(column: pa.ChunkedArray) -> Any:
    words = np.asarray([*column.chunk(0).dictionary.to_pylist(), None], dtype=object)
    codes = [chunk.indices.fill_null(len(words) - 1).to_numpy(zero_copy_only=False) for chunk in column.chunks]
    return words[np.concatenate(codes).astype(np.int64)]
