"""Why a statistic is undefined, has no interval, or is to be read with caution."""

from __future__ import annotations

from core.text.template import Plural, Template, there_are

SENTENCES: dict[str, Template] = {
    # what a mean is over
    "unit.seed": "seed",
    "unit.event": "event",
    "unit.training": "training",
    "unit.window": "window",
    "unit.data_source": "data source",
    # why a statistic is undefined or has no interval, by the file that measures it
    "estimate.no_value": "No {of} has a value.",
    "estimate.one_only": "One {of} only: no interval.",
    "resample.too_few": there_are("A bootstrap needs 2 observations"),
    "resample.blocks_do_not_fit": "Blocks of {block} do not fit twice into {n} observations.",
    "resample.undefined": "The statistic is undefined on this sample.",
    "resample.no_trial": "There is no trial to take a share of.",
    "clock.no_day": "A day does not hold a whole number of time steps (at least 2): there is no time of day.",
    "clock.too_few_origins": there_are("Distance correlation needs {needed} origins"),
    "clock.too_few_for_slots": "{n} origins cannot fill {slots} slots of the day more than once.",
    "clock.short_lookback": "The look-back is shorter than a day.",
    "dependence.constant": "Constant: 0 by convention.",
    "dependence.too_few": "Distance correlation needs {needed} observations, not {n}.",
    "response.too_few_changes": there_are("A rank correlation needs 3 changes"),
    "response.still_path": "A path that never changes has no rank correlation.",
    "response.no_step_put_in": "No step was put into the input of this run and of mode none.",
    "changes.no_run_of_none": "There is no run of mode none with the same settings and seed to compare with.",
    "events.no_change": "The convolution path has no abrupt change.",
    "events.too_few": Plural(
        "Only {n} abrupt change; an average needs {needed}.",
        "Only {n} abrupt changes; an average needs {needed}.",
    ),
    "events.still_gru": "The GRU path stands still at an abrupt change.",
    "events.no_match": "The responses do not match within {steps} steps.",
    "events.no_value_at_random": "The number has no value at places drawn at random.",
    "gains.no_control": "There is no control to compare with.",
    "gains.one_run": "One run: no interval; repeat it with other seeds.",
    "memory.kept": "The update gate is 1 throughout: the state is never renewed.",
    "memory.renewed": "The update gate was 0 in between: nothing is left of the state.",
    "gradient.not_recorded": "No gradients were recorded while this run was trained.",
    "gradient.weights_not_recorded": (
        "Gradients of the weights were not recorded while this run was trained; train it again."
    ),
    "gradient.none_in_any_step": "No training step has a gradient of either path.",
    "gradient.one_path_has_none": "One path has no gradient in half of the training steps or more.",
    "errors.no_seed_of_mode_and_none": "This mode and mode none have no seed in common.",
    "errors.no_seed_of_both": "The two models have no seed in common.",
    "errors.one_not_trained": "One of the two was not trained.",
    "synergy.no_complete_seed": "No seed has a run of every mode.",
    "phase.too_few_days": Plural(
        "Days are compared in pairs, and there is {n} whole day.",
        "Days are compared in pairs, and there are {n} whole days.",
    ),
    "phase.still_days": "In every pair of days one does not move at all.",
    "phase.short": "Fewer than {pairs} pairs of days: no interval.",
    "slope.too_few": "{points} in {data_sets}: too few for a slope.",
    "slope.same_x_within": "All points have the same x within data sets.",
    "suitability.still": "No variable moves.",
    "suitability.short": "Too short a series for an interval.",
    "suitability.few_days_of_skeleton": there_are("A skeleton needs {needed} days with a day before and after"),
    "suitability.few_days_of_comovement": there_are("Co-movement needs {needed} days with a day before and after"),
    "suitability.one_variable": "One variable alone has nothing to move with.",
    "suitability.coarse_day": Plural(
        "A day has {n} row; 12 cycles a day show from {needed} on.",
        "A day has {n} rows; 12 cycles a day show from {needed} on.",
    ),
    "suitability.short_segment": "A segment has {needed} days; the series has {n}.",
    "suitability.few_rows": "Train and test need 2 rows each, there are {train} and {test}.",
    # the variable that is measured, and why
    "target.named": "It was chosen by name.",
    "target.usual": "The published measures are those of the column {usual}.",
    "target.last_without_a_day": (
        "It is the last column: without {usual} and without a time of day no other stands out."
    ),
    "target.last_of_still_ones": "It is the last column: there is no {usual}, and no variable moves over whole days.",
    "target.most_daily": (
        "There is no {usual}; its mean day explains the largest share of movement within days ({share:.0%})."
    ),
    # what a data set is like, against the published ones
    "condition.c1": "a daily skeleton that wobbles",
    "condition.c2": "variables that move together",
    "condition.c3": "slow movement over fast",
    "condition.c4": "a shift between training and test",
    "standing.high": "as high as ETTh2 and ETTm2",
    "standing.between": "between them and the others",
    "standing.low": "as low as the others",
    "standing.silent": "says nothing: ETTh2 and ETTm2 are not on top here",
    "standing.undefined": "undefined here",
    "outlook.for": "resembles the data sets with the largest published gain",
    "outlook.mixed": "lies between the data sets with large and with small published gain",
    "outlook.against": "resembles the data sets with small published gain",
    "outlook.unknown": "says nothing about cross learning",
    "profile.all_variables": "all variables",
    "profile.itself": "{dataset} is itself one of the published sets that it is compared with.",
    "profile.certainty": (
        "Low certainty: the five published data sets are three independent ones (ETTh is every fourth row of ETTm), "
        "and three sets are in the expected order by chance once in six; only training the four modes and "
        "comparing their errors can tell."
    ),
    "profile.unknown": "The profile {outlook}: no reading that sets ETTh2 and ETTm2 apart is defined here.",
    "profile.outlook": (
        "The profile {outlook}: of {telling} readings that set ETTh2 and ETTm2 apart from the other published sets, "
        "{high} are as high as theirs and {low} as low as those of the others."
    ),
    "profile.condition": "{condition}, {title}: {parts:; }.",
    "profile.reading": "{of} {value:.2f}, {reading}",
    "profile.undefined": "{of} undefined ({why:clause})",
}
