"""What the check of a file tells: what was found, mended and left out, and why it was refused."""

from __future__ import annotations

from core.text.template import Plural, Template

SENTENCES: dict[str, Template] = {
    # which calendar cycle panels use
    "cycle.day_of_week": "Rows are {step} apart: time of day does not apply; panels use the day of the week instead.",
    "cycle.month": "Rows are {step} apart: time of day does not apply; panels use the month instead.",
    "cycle.short": "Panels by time of day do not apply: the rows span {span}, less than two days.",
    "cycle.none_twice": (
        "Panels by time of day do not apply: rows are {step} apart over {span}, and no calendar cycle occurs twice."
    ),
    # the published files and the sample
    "benchmark.signs_lost": "Signs lost in {column_names}, restored: ² and µ.",
    "benchmark.sentinel": "{name}: {cells} of {sentinel:.0f} (no value measured), {fate}.",
    "benchmark.as_missing": "treated as missing",
    "benchmark.as_published": "kept, because published errors contain them",
    "benchmark.irregular_row": "The row at {stamp} {what}; kept, as in the published protocol.",
    "benchmark.repeats": "repeats the stamp before",
    "benchmark.comes_later": "comes {length} after the one before",
    "sample.rows": "{rows:,} rows of {airports} airports, hourly; 5 of the 10 measured quantities kept.",
    "sample.time": "Time given in UTC, written here as Eastern Standard Time (UTC-5) all year.",
    "sample.wind": "{name}: {speed:.1f} mph at {stamp} is impossible, treated as missing.",
    # missing values
    "gap.rows_inserted": "{rows} missing in {gaps} of the time axis, inserted: {places}.",
    "gap.place": "{start} ({rows})",
    "gap.no_value": "{variables}: no value at all.",
    "gap.more_variables": "{variables}: at most {values} missing in each, filled with the last value before.",
    "gap.more_doubts": Plural(
        "One more gap, late start or early end of another variable.",
        "{n:,} more gaps, late starts and early ends of other variables.",
    ),
    "gap.late_start": "{variables}: no value in the first {rows}, before {stamp}; {todo}.",
    "gap.early_end": "{variables}: no value in the last {rows}, after {stamp}; {todo}.",
    "gap.cut_or_leave": "cut the file there, or leave the column out",
    "gap.where": "from {start} to {end} ({rows})",
    "gap.where_among_others": "{where} and {gaps} as large",
    "gap.inner": (
        "{variables}: no value {where}, where the model reads one repeated value; cut the file before or after."
    ),
    "gap.filled": (
        "{variables}: {values} missing in {gaps} (longest {longest} from {start}), filled with the last value before."
    ),
    "gap.filled_in_each": (
        "{variables}: {values} missing in each in {gaps} (longest {longest} from {start}), filled with the last "
        "value before."
    ),
    "gap.filled_from_behind": "{filled:open}; the first {leading} with the first value after.",
    "gap.variables": "{n} variables ({names})",
    "ends.first_rows": Plural(
        "The first row ({start}) left out: nothing is measured there.",
        "The first {n:,} rows ({start} to {end}) left out: nothing is measured there.",
    ),
    "ends.last_rows": Plural(
        "The last row ({start}) left out: nothing is measured there.",
        "The last {n:,} rows ({start} to {end}) left out: nothing is measured there.",
    ),
    # a file as a whole
    "ingest.closed": "{name} cannot be opened ({error}); check the path.",
    "ingest.other_name": "The name ends in {suffix}, but the content is {kind}; it is read as {kind}.",
    "ingest.no_numbers": "No column besides the time is numeric; add at least one column of numbers.",
    "ingest.nothing_left": (
        "Every numeric column is constant, mostly missing or a row count; nothing is left to forecast."
    ),
    "ingest.too_short": "The file has {rows} and at least {needed} are needed; bring a longer one.",
    "ingest.damaged": (
        "The file begins as {kind} and is damaged or encrypted ({error}); open it where it was made and save it "
        "again, best as CSV."
    ),
    # why a column is left out: clauses
    "left.unread_kind": "holds {kind}, not numbers, and is not read",
    "left.times": "holds times, not numbers",
    "left.still": "stands still in the first 70% of the rows, which train the model",
    "left.mostly_missing": "{missing:.0%} of its values are missing",
    "left.constant": "constant ({value:g}), nothing to forecast",
    "left.counts_rows": "counts the rows",
    "left.describes_row": "describes a row and not a time",
    "left.same_in_series": "the same in all rows of a series",
    "left.not_numeric": "not numeric",
    "left.values_beside": "has only {values}, beside whole rows of times",
    "left.one_value_beside": "has one value for a whole row of times",
    "left.several_units": "several units beside its numbers, {units} ({examples})",
    "left.text": "not numeric ({examples})",
    "left.empty": "not numeric (empty)",
    "left.own_times": "holds times of its own, not numbers",
    "left.end_of_interval": "is the end of the interval that begins at the time",
    "left.time_again": "says the time again",
    "left.zone": "holds the zone of the time",
    "left.column": "{name}: {reason}; left out.",
    "left.reason": "{reason}.",
}
