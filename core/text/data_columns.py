"""What is told of a table's layout and of its numbers."""

from __future__ import annotations

from core.text.template import Plural, Template

SENTENCES: dict[str, Template] = {
    # tables that are turned or unfolded, and series below each other
    "layout.still_first": "{name} {still}, and moves later: it is left out.",
    "layout.counted_times": "Counted times",
    "layout.turned": (
        "{times} stand in the header ({first} to {last}): the table is turned, and each of its {rows} becomes a "
        "variable."
    ),
    "layout.too_many_series": (
        "Times stand in the header and {series:,} series below it; the limit is {most:,}, so leave some out."
    ),
    "layout.times": "Times",
    "layout.rows_of_one_name": (
        "Times stand in the header, and the rows below cannot be told apart by name ({names} more than once); give "
        "each a name of its own, or turn the table."
    ),
    "layout.rows_without_name": (
        "Times stand in the header, and the rows below cannot be told apart by name; give each a name of its own, "
        "or turn the table."
    ),
    "series.chosen": "Series {label!r} of {column!r}, one of {n:,}.",
    "series.others_left": "{rows} of other series than {label!r} left out, as chosen.",
    "series.only": "only {label}",
    "series.spread": "all of them side by side, as columns such as {example!r}",
    "series.which": "Which of the {n:,} series should be read?",
    "series.too_wide": (
        "Side by side the series would be {columns:,} columns and the limit is {most:,}; choose one of them, or "
        "bring a file with fewer."
    ),
    "series.rows_left": "{rows} left out: without a time, or twice in a series.",
    "series.side_by_side": "{n:,} series, told apart by {column!r}, put side by side.",
    "series.unknown": "No series is called {series!r}: {series_there}",
    "series.below_each_other": (
        "{n:,} series stand below each other, told apart by the column {columns} ({labels}); spread them into "
        "columns of their own, or choose one."
    ),
    "series.below_each_other_by_several": (
        "{n:,} series stand below each other, told apart by the columns {columns} together ({labels}); spread them "
        "into columns of their own, or choose one."
    ),
    "slots.months": "months of the year",
    "slots.quarters": "quarters of the year",
    "slots.days": "days of the month",
    "slots.hours": "hours of the day",
    "wide.could_be": "The {columns} could be the {parts}; they are read as {n} variables.",
    "wide.are_they": "Are the {columns} the {parts}?",
    "wide.yes": "yes: one row for each of them",
    "wide.no": "no: {n} separate variables",
    "wide.columns": "{columns} {first!r} to {last!r}",
    "wide.unfolded": "{columns} are the {parts}: unfolded, one row each, as {names}.",
    "wide.unfolded_to_midnight": "{unfolded:open}; {last!r} is 00:00 of the next day.",
    # numbers as they are written
    "number.infinite": "{name}: {values}, treated as missing.",
    "number.truth": "{name}: true and false written as 1 and 0.",
    "number.factor": "{name}: {word!r} after a number read as times {factor:,.0f}, as in {cell}.",
    "number.flag": "{name}: {flag!r} after a number read as a remark, as in {cell}; the number counts.",
    "number.unit": "{name}: {unit!r} beside the numbers taken as their unit.",
    "number.habit": "{name}: {habit}, as in {cell}.",
    "number.unread": Plural(
        "{name}: 1 cell that is no number ({examples}), treated as missing.",
        "{name}: {n:,} cells that are no numbers ({examples}), treated as missing.",
    ),
    "habit.dash": "a dash alone read as 0",
    "habit.parentheses": "numbers in parentheses read as negative",
    "habit.minus_after": "numbers with a minus sign after them read as negative",
    "decimal.which": "{name}: is {example!r} the number {point} or {comma}?",
    "decimal.point": "Decimal point: {example} is {point}",
    "decimal.comma": "Decimal comma: {example} is {comma}",
    "decimal.commas": "{names}: numbers with a decimal comma.",
    "decimal.thousands": "{names}: {signs} read as thousands separators, as in {example!r}.",
    "decimal.open": (
        "{names}: {example!r} is {point} with a decimal point and {comma} with a decimal comma, and nothing in the "
        "file settles it; say which sign stands before the decimals, point or comma."
    ),
    "decimal.split": (
        "{reason} as if the commas of decimals ({whole},{digits}) also separated the columns; save the file with "
        "semicolons, or with decimal points, or give every column a name."
    ),
    "decimal.split_unnamed": "No line names the columns, and some cells begin with 0,",
    "decimal.split_wider": "Rows have up to {cells} cells below {names} names,",
    "placeholder.taken": (
        "{name}: {cells} of {value:.9g} apart from all other values ({low:g} to {high:g}), taken as a placeholder "
        "and treated as missing."
    ),
    "placeholder.which": "Does this mean that nothing was measured: {values}?",
    "placeholder.yes": "Yes: take it as missing",
    "placeholder.no": "No: it was measured, keep it",
    "placeholder.kept": "{values}: kept as measured.",
    "placeholder.doubtful": "{values}: repeated exactly and apart from the others, as if nothing was measured; kept.",
    "placeholder.value": "{value:.9g} in {name} ({cells})",
}
