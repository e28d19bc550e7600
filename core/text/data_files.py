"""What is told of a file's bytes, its rows and the names of its columns."""

from __future__ import annotations

from core.text.template import Template

SENTENCES: dict[str, Template] = {
    # bytes, sizes and rows
    "file.too_many_rows": (
        "The file has more than {most:,} rows; cut it, or average it to a coarser step, and try again."
    ),
    "file.too_many_columns": "The file has {columns:,} columns and the limit is {most:,}; leave some out.",
    "file.too_many_cells": "The file has more than {most:,} cells; leave out columns or rows and try again.",
    "file.too_much_memory": (
        "Reading the file takes more than {gigabytes} GB of memory; leave out columns or rows, or average it to a "
        "coarser step."
    ),
    "file.empty": "The file is empty; choose a file with a time column and at least one numeric column.",
    "file.other_kind": "The file is {what}; {advice}.",
    "file.too_large": (
        "The file has {megabytes:,.0f} MB and the limit is {most} MB; cut it, take a coarser step, or save it as "
        "Parquet."
    ),
    "file.zero_byte": (
        "The file holds a zero byte at position {position:,}, so it is not text; choose a CSV, TSV, Excel or "
        "Parquet file."
    ),
    "file.parquet_contradicts": (
        "The Parquet file says that it has {rows:,} rows and its parts hold {held:,}; write it again."
    ),
    "file.no_workbook": "The file is a zip archive and no Excel workbook; unpack it and choose the table in it.",
    "file.bomb": (
        "The workbook would unpack to {megabytes:,.0f} MB from far fewer bytes; save the one sheet you need as CSV."
    ),
    "file.large_part": (
        "The workbook's part {part!r} has {megabytes:,.0f} MB once unpacked and the limit is {most} MB (texts of "
        "all sheets are kept in one part); save the one sheet you need as CSV."
    ),
    "file.strange_xml": (
        "The workbook's XML declares entities or is not Excel's own, and is not opened; save the sheet as CSV."
    ),
    "file.too_slow": (
        "Reading the file took more than {seconds} and was ended; cut it, leave out columns, or save it as CSV or "
        "Parquet."
    ),
    "file.broke_off": (
        "Reading the file broke off ({error}): it is damaged, or needs more memory or disk space than a file may; "
        "open it where it was made and save it again, best as CSV."
    ),
    "file.long_report": "The report on the file would be larger than the limit; give its columns shorter names.",
    "file.parquet": "Parquet file.",
    "file.parquet_without_rows": "The Parquet file has no rows; choose a file with data.",
    "file.text": "Text in {encoding}, columns separated by {delimiter}.",
    "file.mixed_encoding": "The file begins as {encoding} text and goes on as something else; save it as UTF-8.",
    "file.long_line": (
        "Line {line:,} has more than {most:,} characters, so the file is no table of one row a line; check how its "
        "lines end."
    ),
    "file.zero_character": "Row {row:,} holds a zero character, so the file is not text; save it again as CSV.",
    "file.long_cell": (
        "After row {row:,} a cell has more than {most:,} characters, too many for a number or a name; take it out."
    ),
    "file.open_quote": (
        "After row {row:,} the quotation marks do not match: one is never closed, or text follows a closed one; "
        "check them."
    ),
    "file.no_sheet": "No sheet of the workbook holds a table; put names in one row and the values below.",
    "file.far_row": "The sheet numbers a row beyond {last:,}, the last row that Excel has; save the sheet as CSV.",
    "file.workbook": "Excel workbook, sheet {sheet!r}.",
    "file.workbook_of_several": "{workbook:open}; other sheets ignored: {others}.",
    "file.no_table": "The file holds no table; choose a file with a time column and at least one numeric column.",
    "file.long_row": (
        "A row has {cells} cells and the table {columns} columns; check its delimiters and quotes: it begins "
        "{beginning}."
    ),
    "file.no_rows": "The file has column names and no rows; choose a file with data.",
    "file.blank_rows": "The file has more than {most:,} blank rows; take them out and try again.",
    # files that are no table: what they are, and what to do
    "kind.old_workbook": "an old .xls or a password-protected workbook",
    "kind.gzip": "a gzip archive",
    "kind.bzip2": "a bzip2 archive",
    "kind.xz": "an xz archive",
    "kind.7z": "a 7z archive",
    "kind.hdf5": "an HDF5 file",
    "kind.numpy": "a NumPy file",
    "kind.pickle": "a Python pickle, which is never opened",
    "kind.pdf": "a PDF document",
    "advice.save_as_xlsx": "save it as .xlsx without a password",
    "advice.unpack": "unpack it first",
    "advice.save_as_table": "save the table as CSV or Parquet",
    "advice.save_as_csv": "save the table as CSV",
    # signs between columns and digits
    "sign.tab": "tabs",
    "sign.semicolon": "semicolons",
    "sign.bar": "vertical bars",
    "sign.spaces": "spaces",
    "sign.comma": "commas",
    "sign.points": "points",
    "sign.apostrophes": "apostrophes",
    # names of columns
    "header.remarks": "{lines} beginning with {sign} left out as remarks; the first: {first!r}.",
    "header.one_short": "There is one name fewer than columns; the column without a name is numbered.",
    "header.none": "No line of column names; columns are numbered.",
    "header.units": "A row of units: {units}.",
    "header.joined": "Names joined from {rows}: {names}.",
    "header.further_rows": "{rows}, not part of the names: {lines}.",
    "header.skipped": "{lines} before the table, skipped.",
    "names.plain": (
        "{column_names} written plainly, without line breaks, double spaces, control or invisible characters: "
        "{names}."
    ),
    "names.again": "The column name {name} occurs again; this column is called {chosen}.",
}
