"""What is told of the time of rows: how it is written, counted, zoned and spaced."""

from __future__ import annotations

from core.text.template import Plural, Template

MONTHS = (
    *("January", "February", "March", "April", "May", "June", "July"),
    *("August", "September", "October", "November", "December"),
)
WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")

SENTENCES: dict[str, Template] = {
    # clocks and counts
    "clock.hours": "hours",
    "clock.half_hours": "half hours",
    "clock.quarter_hours": "quarter hours",
    "clock.ten_minutes": "10 minutes",
    "clock.five_minutes": "5 minutes",
    "clock.minutes": "minutes",
    "clock.counted": "{intervals} from {first:.0f} on",
    "clock.counted_through_summer": (
        "{intervals} from {first:.0f} on, days of 23 and 25 hours among them, so read at standard time"
    ),
    "clock.digits_with_seconds": "hours, minutes and seconds in one number",
    "clock.digits": "hours and minutes in one number",
    "clock.parts_of_day": "parts of a day",
    "clock.points": "hours and minutes, as 13.30",
    "clock.parts_of_hour": "hours and their parts",
    "counted.julian_days": "Julian days",
    "counted.modified_julian_days": "modified Julian days",
    "counted.matlab_days": "MATLAB's day numbers",
    "counted.net_ticks": ".NET ticks",
    "counted.windows_times": "Windows file times",
    "counted.excel_days": "Excel's day numbers",
    # times as they are written
    "time.counted_as": "Time counted in {unit} ({number:.10g} is {stamp}).",
    "time.counted": "Time counted in {unit}.",
    "time.counted_since_1970": "Time counted in {unit} since 1970, read as UTC.",
    "time.day_or_month": "Does the day or the month come first in {example}? Both fit.",
    "time.short_years": "Years of two digits read as {first:.0f} to {last:.0f}.",
    "time.without_clock": "Times without a clock ({n:,}) read as 00:00.",
    "time.late": Plural(
        "24:00 (1 time) read as 00:00 of the next day.",
        "24:00 ({n:,} times) read as 00:00 of the next day.",
    ),
    "time.fuller": "this reading fills the time axis better",
    "time.as_stated": "{order}, as stated",
    "time.day_read": "{example} is {day}",
    "time.both_fit": "both fit, and {order} is taken",
    "time.usual_one": "both fit, and the usual one is taken",
    "time.written": "Dates written {words}.",
    "time.written_or": "Dates written {words} (could also be {others}; {reason}).",
    "time.day": "{day} {month} {year}",
    "time.day_of_year": "Time written as 7 digits, year and day of the year.",
    "time.digits": "Time written as {digits} digits, year first, down to {last}.",
    "time.years": "Time in years, each read as 1 January.",
    "time.shares": "Time in fractions of years ({number:g} is the {part} of a month).",
    "time.month_points": "Time written as year and month, as in {example:.2f}.",
    "time.interval": "Each time is an interval ({example}); its start counts.",
    "time.summer_time": (
        "An hour is doubled as the clocks of {place} go back from summer time; all read at standard time."
    ),
    "time.place": "Time {place}.",
    "time.own": "The file has its own time, so the stated start and step are not needed.",
    "time.once_a_day": "Dates {place} are written once for several rows; each counts for the rows below it.",
    "time.beyond": (
        "The times run from {first:.0f} to {last:.0f}, but only years from {first_year} to {last_year} can be held; "
        "cut the file to them."
    ),
    "time.slips": (
        "{times} not plausible beside the others, which are about the year {year:.0f}, treated as unreadable: "
        "{places}."
    ),
    "time.in_row": "{stamp} in row {row}",
    "time.rows_beyond": (
        "{rows} left out: outside the years from {first_year} to {last_year}, which are all that can be held."
    ),
    "time.typical_year": "Months out of the years {years}, as in a typical year: all read as {year}.",
    "part.start": "start",
    "part.middle": "middle",
    "part.month": "the month",
    "part.day": "the day",
    "part.hour": "the hour",
    "part.minute": "the minute",
    "part.second": "the second",
    "place.column": "in {column!r}",
    "place.columns": "put together from the columns {columns}",
    "place.with_columns": "{place} with {columns}",
    "place.and_clock": "{place} and {columns}",
    "place.and_counts": "{place}, which counts {words}",
    "period.double_years": "Years that run from one to the next ({example}), each read as 1 January of the former.",
    "period.halves": "Halves of years, each read as its first day.",
    "period.quarters": "Quarters, each read as its first day.",
    "period.weeks_of_us": "Weeks of the year, counted as in the United States, each read as its Monday.",
    "period.weeks": "Weeks of the year by ISO 8601, each read as its Monday.",
    "zone.as_written": "Time zone {zone}, read as written.",
    "zone.no_summer_time": "Time zone {zone}, read as written: the times do not follow its summer time.",
    "zone.offset": "Time zone {zone}.",
    "zone.named": "Time zone {zone}, read",
    "zone.changing": "Time zone changes between summer and winter; read",
    "zone.by_clock": "{zone} as written, by the clock that its rows keep to.",
    "zone.all_year": "{zone} as {offset} all year.",
    # rows without a time: start and step are stated
    "stated.unread": "The start {start!r} cannot be read as a time; write it as 2024-01-31 13:00.",
    "stated.several": "The start {start!r} can be {days}; write it as 2024-01-31 13:00.",
    "stated.either": "{first} or {second}",
    "numbered.start": "When is the first row? Write it as 2024-01-31 13:00.",
    "numbered.step": (
        "How far are the rows apart? Write 15min, 1h, 1D or 7D; B for working days; MS, QS or YS for months, "
        "quarters or years."
    ),
    "numbered.one_lacking": "No column can be read as time, and a {given} is stated but no {lacking}; state both.",
    "numbered.blocks": (
        "{name} names {n:,} stretches of rows ({labels}), read one after the other; if they are several series, "
        "give each row its time."
    ),
    "numbered.other_day": "The start {start} is a {weekday} and the step is {step}; state a start on such a day.",
    "numbered.no_month_end": "The start {start} is not the end of a month and the step is {step}; state one that is.",
    "numbered.beyond": (
        "{rows:,} rows by {step} would run from {first} to {last:.0f}, but only years from {first_year} to "
        "{last_year} can be held; state another start or step."
    ),
    "numbered.no_time": (
        "No column can be read as time{nearest}, or state when the first row is and how far the rows are apart (on "
        "the page, or with --start and --step)."
    ),
    "numbered.a_start": "start",
    "numbered.a_step": "step",
    "numbered.by_counter": (
        "No time column; rows numbered by {counter!r}, which counts them in each series, from {start} on by {step}, "
        "as stated."
    ),
    "numbered.by_rows": "No time column; rows numbered from {start} on by {step}, as stated.",
    "nearest.none": " (the file has {columns}); add a column such as 'date' with values like 2024-01-31 13:00",
    "nearest.same": ": {column!r} looks like the time and is {example!r} in every row; give each row its own",
    "nearest.fault": ": {column!r} looks like the time and {example!r} {fault}; write it as 2024-01-31 13:00",
    "fault.no_date": "is a clock without a date",
    "fault.no_year": "has no year",
    "fault.unread": "cannot be read",
    # rows in order and on a step
    "axis.few_rows": "Only {rows} of the file can be placed in time; a series needs many more.",
    "axis.step": "Step {step}.",
    "axis.sparse": (
        "From {first} to {last} there would be {expected:,} rows {step} apart and the file has {rows:,}; cut it to "
        "a stretch without long gaps, take means over a longer step, or correct stray times."
    ),
    "grid.no_step": (
        "Rows have no common step (from {shortest} to {longest}); average them to a fixed step and try again."
    ),
    "grid.moved": "{times} off the steps of {step} by up to {off}, moved to the nearest step.",
    "order.closed_days": (
        "0:00 stands at the end of its date ({times}, first {first}), read as 00:00 of the next day, as 24:00 would "
        "be."
    ),
    "order.no_time": "{rows} without a usable time left out: row {places}.",
    "order.turned": "Rows came newest first, turned round.",
    "order.sorted": "Rows were not in order of time ({steps} back), sorted.",
    "order.several_series": (
        "Each time occurs in about {times:.0f} rows, as if several series stood one below the other; give each "
        "series a column of its own, with one row a time."
    ),
    "order.repeated_warning": (
        "{rows} of {all:,} repeat a time with other values and are not used; check whether the file holds more than "
        "one series."
    ),
    "order.repeated_differing": (
        "{rows} at the time of an earlier one, {differing:,} of them with other values, left out; the first is "
        "kept: {places}."
    ),
    "order.repeated": (
        "{rows} at the time of an earlier one, all with the same values, left out; the first is kept: {places}."
    ),
    "pattern.stray": "{rows} outside the usual times ({step}) left out: {places}.",
    "months.moved": "{rows} moved to {day} of the month, so that they are {step} apart: {stamps}.",
    "months.last_day": "the last day",
    "months.day": "day {day}",
    # lengths that are no small number of units
    "length.seconds": "{n} seconds",
    "length.minutes": "{n} minutes",
    "length.hours": "{n} hours",
    "length.days": "{n} days",
    # the step of rows
    "step.text": "{parts}",
    "step.range": "{first} to {last}",
    "step.day": "on day {day}",
    "step.times": "{n} times a day",
    "step.month_end": "at the month's end",
    # names of the calendar
    **{f"month.{name.lower()}": name for name in MONTHS},
    **{f"weekday.{name.lower()}": name for name in WEEKDAYS},
}
