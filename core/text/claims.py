"""What the claims say: verdicts, controls, and the sentences that set published beside measured numbers."""

from __future__ import annotations

from core.text.template import Plural, Template

SENTENCES: dict[str, Template] = {
    # closed words
    "verdict.reproduced": "reproduced",
    "verdict.no_effect": "reproduced, no effect",
    "verdict.weaker": "weaker",
    "verdict.stronger": "stronger",
    "verdict.not_found": "not found",
    "verdict.opposite": "opposite",
    "verdict.undecided": "undecided",
    "verdict.one_seed": "one seed",
    "verdict.not_measured": "not measured",
    "verdict.with_ratio": "{verdict}, {times}",
    "verdict.with_seeds": Plural("{verdict}, {n:,} seed would decide", "{verdict}, {n:,} seeds would decide"),
    "verdict.times": "{ratio} times",
    "verdict.no_more_than_control": "no more than control",
    "answer.holds": "holds",
    "answer.partly": "holds in part",
    "answer.undecided": "undecided",
    "answer.by_reading": "depends on the reading",
    "answer.not_found": "not found",
    "answer.opposite": "opposite",
    "answer.untestable": "cannot be tested here",
    "answer.one_seed": "one seed",
    "answer.not_measured": "not measured",
    "outcome.confirmed": "confirmed",
    "outcome.refuted": "refuted",
    "outcome.undecided": "undecided",
    "outcome.not_measured": "not measured",
    "overfit.helps": "crossing helps",
    "overfit.slows": "crossing slows overfitting",
    "overfit.helps_and_slows": "crossing helps, and slows overfitting",
    "overfit.speeds": "crossing speeds overfitting up",
    "overfit.costs": "crossing costs",
    "overfit.nothing": "no gain",
    "overfit.undecided": "undecided",
    "overfit.one_seed": "one seed",
    "group.models": "Numbers of trained models",
    "group.contrasts": "Contrasts, both directions minus one",
    "group.words": "Claims in words",
    "group.computed": "Computed, not trained",
    "quantity.phase_drift": "Phase-drift",
    "quantity.spai": "SPAI",
    "quantity.rmse_increase": "RMSE increase",
    "quantity.delta_rmse": "RMSE reduction",
    "quantity.dcor_kernel_tod": "dCor of the kernels with the time of day",
    "quantity.dcor_conv_change_tod": "dCor of the convolution path's change with the time of day",
    "quantity.spearman_gain": "Spearman gain",
    "quantity.peak_amplification": "Peak amplification",
    "quantity.response_lead": "Response lead",
    "quantity.macs_embedding": "Cost of the first layer",
    "quantity.macs_crossing": "Cost of all crossings",
    "quantity.macs_total": "Cost of both",
    "control.raw_last_day": "raw last day",
    "control.untrained": "untrained",
    "control.biased": "biased estimator",
    "control.none": "none",
    "control.none_itself": "none itself",
    "control.none_matched": "none, matched size",
    "control.no_crossing": "no crossing",
    "control.step": "step as a vector",
    "control.step_of_none": "step as a vector, none",
    "control.output": "output as a vector",
    "control.output_of_none": "output as a vector, none",
    "control.correction": "correction as a vector",
    "control.without_cycle": "daily cycle removed",
    "control.with_embedding": "with the embedding",
    "control.anywhere": "anywhere",
    "control.step_put_in": "step put into the input",
    "control.formula": "formula",
    "control.without_flat_days": "flat days left out",
    "control.random_phases": "phases drawn at random",
    "kernel.mean": "the mean of states",
    "kernel.every": "a kernel per token",
    "kernel.ema": "a moving average of states",
    "kernel.static": "one learned kernel",
    # a published number beside the measured one
    "claim.title_of_contrast": "{title}, both directions minus one",
    "claim.not_measured_beside": "{title}: published {published}; not measured: {why:clause}.",
    "claim.measured_beside": "{title}: published {published}, measured {value}: {verdict}.",
    "claim.computed_beside": "{title}: published {published}, computed {value}: {verdict}.",
    "claim.marked": "It is no more than the control: paired by seed, it exceeds the control by {over}.",
    "claim.controls": "Beside it: {controls:; }.",
    "claim.control": "{name} {value}",
    "claim.control_elsewhere": "{name} {value} at {horizons}",
    "claim.over_seeds": "{value} over {seeds} of {of} seeds at {horizons}",
    "claim.over_seeds_and_horizons": "{value} over {seeds} of {of} seeds at {horizons} of {of_horizons}",
    "claim.horizons": Plural("horizon {horizons}", "horizons {horizons}"),
    "claim.size": "{verdict}, {times} the published size",
    "claim.undecided": Plural(
        "undecided, for the interval holds 0 too; about {n:,} seed would decide",
        "undecided, for the interval holds 0 too; about {n:,} seeds would decide",
    ),
    "claim.not_found": "not found, for the interval holds 0 and not the published size",
    "claim.one_seed": "one seed, so no verdict",
    "claim.largest_gain": "Without a crossing the correlation is {level:.2f}, so a gain can be {most:.2f} at most.",
    "claim.chosen_in_sight": "The measure was chosen in sight of these seeds.",
    # why a claim in words has no answer
    "lacking.no_run": "The table holds no such run.",
    "lacking.not_measured": (
        "The runs in the table were not measured; do so (python -m core study --out FOLDER --measure)."
    ),
    "lacking.former_measures": "The runs in the table were measured by former definitions, which do not count.",
    "lacking.no_data_measures": "The table holds no measures of this data set.",
    "lacking.no_pair": "The table holds no two such runs of one seed.",
    "lacking.no_control": "The table holds no such control.",
    "lacking.no_common": "No run has both the number and its control.",
    "lacking.no_table": (
        "No table of the form {form} is shipped; train one (python -m core study --out FOLDER --preset {form} "
        "--datasets ETTh1 ... --measure) and judge it (python -m core claims --table FOLDER)."
    ),
    "lacking.former_in_table": (
        "The measures in this table were taken by former definitions and do not count, its errors do; take them "
        "again where the weights are at hand (python -m core study --out FOLDER --measure), else train again."
    ),
    "lacking.cell_of_four_modes": "No data set and horizon has runs of all four modes with one seed.",
    "lacking.cell_of_an_excess": "The table holds only cells of which no excess gain is published.",
    "lacking.standard_convolution": (
        "The table holds no runs with a standard convolution at the crossing (--references standard)."
    ),
    "lacking.second_table": "It needs two tables: one of the form published-small, one of the form default.",
    "lacking.same_code": (
        "The tables of both embeddings are of different versions of the code ({first} and {second})."
    ),
    "lacking.no_version": "none",
    "lacking.weakened_references": (
        "Fewer than {needed} data sets have weakened references and these measures of the data."
    ),
    "lacking.lead_and_gain": "No run has both a response lead and a gain.",
    "lacking.kernels_and_gain": "No run has both kernels that were measured and a gain.",
    "lacking.both_or_fusion": "The table lacks both or {fusion} on {dataset}.",
    "lacking.gates": "No two runs of both and of none with one seed have measured update gates.",
    "lacking.contrast": "No contrast of both with one direction was measured.",
    "lacking.suitability": "The table holds no suitability of all five data sets.",
    "lacking.slope": "No data source has enough trainings, or values of x different enough, for a slope.",
    "lacking.untrained_and_input": "No run has kernels that were measured beside an untrained twin and the input.",
    "lacking.epochs": (
        "The table holds no test errors by epoch of both and none; the form overtrained records them."
    ),
    "lacking.kinds_of_kernels": "No seed has runs of none and of both with all three kinds of kernels.",
    # what decides a claim in words
    "unit.percent_of_rmse": "% of RMSE",
    "unit.octaves": "octaves",
    "decision.not_measured": "Not measured: {why:clause}.",
    "decision.lowers": (
        "{says} changes RMSE by {change} on average over {sources}, and lowers it in {agree} of {cells} of data set "
        "and horizon."
    ),
    "decision.raises": (
        "{says} changes RMSE by {change} on average over {sources}, and raises it in {agree} of {cells} of data set "
        "and horizon."
    ),
    "decision.range": "{x} runs from {least} to {most} over {trainings}.",
    "decision.short_range": (
        "{range:open}, less than a tenth of the published range (0 to {published}): too little to see a slope in."
    ),
    "decision.slope": (
        "{range:open} (published up to {published}); over that range the extra gain changes by {change} on average "
        "over {sources}."
    ),
    "errors.excess": (
        "beta_12 is {beta} on average over {sources}, Weather at 336 and 720 left out as published; below 0 is an "
        "excess gain. Cell by cell with least squares, as published, its interval lies below 0 in {below} and above "
        "0 in {above} of {cells}."
    ),
    "errors.wins": (
        "Both directions beat the better single one in {every} % of {trainings}, and in {share} on average over "
        "{sources}. Most is above half; chance is a third."
    ),
    "errors.share_with_interval": "{share} % ({low} to {high} %)",
    "errors.gru_to_cnn": "Against none, GRU → CNN alone",
    "errors.cnn_to_gru": "Against none, CNN → GRU alone",
    "errors.standard": "With both directions, a standard convolution at the crossing instead of kernels made anew",
    "errors.mixing": "With both directions, mixing all variables first instead of the hybrid embedding",
    "errors.mixing_caution": (
        "The two forms also differ in width and training recipe, so the first layer is not all that differs."
    ),
    "errors.losses": (
        "The RMSE that a weakened or fixed reference loses changes by {first} and by {second}, over {seeds} and "
        "data sets from no more than three sources."
    ),
    "errors.loss_by_spai": "{change} from the lowest SPAI ({low:.3f}) to the highest ({high:.3f})",
    "errors.loss_by_drift": "{change} from the lowest phase-drift ({low:.3f}) to the highest ({high:.3f})",
    "insides.lead": "The lead, in steps,",
    "insides.added_alignment": "What both directions add to the kernels' dCor",
    "insides.late_fusion": "late fusion",
    "insides.no_fusion": "no fusion",
    "insides.joined_late": "On {dataset}, against both: {parts:; }.",
    "insides.change_of_rmse": "{fusion} changes RMSE by {change}",
    "insides.imbalance_of_outputs": "the imbalance of gradients at the paths' outputs by {change}",
    "insides.imbalance_of_weights": "the imbalance of gradients at their weights by {change}",
    "insides.gradients_lacking": "Gradients were not measured in both readings.",
    "insides.gates": (
        "With both directions the update gate changes its spread by {spread} and its share of values below .1 or "
        "above .9 by {saturation} against none, on average over {sources}."
    ),
    "insides.contrasts": (
        "Of {known} measured (of {rows}: {measures} measures on {data_sets} data sets), {rise} rise, {fall} fall, "
        "{zero} show no rise and exclude the published one, {undecided} undecided and {single} of one seed."
    ),
    "words.fits_best": (
        "ETTh2 and ETTm2 are the two highest in {best} of {known} readings of the four conditions (target and all "
        "variables). By chance two given sets are the highest in one reading of ten; as both come from one place, "
        "in up to one of three."
    ),
    "words.dearer": (
        "By the formulas it costs {with_first_layer} times as much, and {without} times without the first layer; "
        "crossings are only a part of a whole network, whose cost python -m core cost counts."
    ),
    # what was found besides
    "finding.always_better": "Both directions beat none in every pair of runs with one seed, by less than published.",
    "finding.always_better_found": (
        "RMSE falls in {better} of {pairs} pairs, by {least} to {most} %, on average by {mean} %; published are "
        "means over horizons of {low:.1f} to {high:.1f} %."
    ),
    "finding.no_excess": "Both directions gain no more than the sum of the single ones: beta_12 is 0 or above.",
    "finding.no_excess_found": (
        "beta_12 is 0 or above in {above} of {cells} cells of data set and horizon, between {least} and {most} of "
        "RMSE."
    ),
    "finding.excess_found": "{found:open}; below 0 in {below}.",
    "finding.cell": "{dataset} {horizon}",
    "finding.clock_untrained": (
        "Kernels of an untrained network follow the time of day about as much as trained ones, or more, and so does "
        "the input."
    ),
    "finding.clock_untrained_found": (
        "Trained kernels lie no more than {close} above the larger control in {near} of {all} data sets (dCor, both "
        "directions): {each:; }."
    ),
    "finding.clock": "{dataset} {trained:.2f} trained, {untrained:.2f} untrained, {raw:.2f} input",
    "finding.last_state": (
        "The gain sits in the kernel made from the last state: the mean of states, or a kernel per token, give none "
        "of it."
    ),
    "finding.last_state_found": "Against none of the same seed, RMSE changes by {parts:; by }.",
    "finding.other_state": (
        "{other} with {kernel} where it changes by {last} with kernels from the last state ({trainings} each)"
    ),
    "finding.gain_in_the_noise": "The gain with the last state is itself within the noise.",
    "finding.slows_overfitting": (
        "At horizon 720, trained on past the best epoch, both directions gain more over none at the last epoch than "
        "at the best validation epoch: they slow overfitting."
    ),
    "finding.at_last_and_best": (
        "{dataset}, horizon {horizon}, {seeds}: the gain over none is {last} at the last epoch and {best} at the "
        "best validation epoch: {effect}."
    ),
}
