"""Names of the numbers in result tables: one word per measure, so that a table, a page and a slide agree."""

from __future__ import annotations

from enum import StrEnum

from core.vocabulary import CROSSED, Activation, Fusion

# Raised when a measure changes its meaning; noted beside every row. Rows without that note are of definition 1, where
# the change of a path was that of its stream.
DEFINITIONS = 2

# How the Spearman gain is read was chosen in sight of these seeds, and its sign depends on the reading: they explore,
# and a verdict rests on later seeds where there are any.
EXPLORATORY_SEEDS = (0, 1, 2)

CROSSINGS: dict[Fusion, Activation] = {crossing: crossed.kernel for crossing, crossed in CROSSED.items()}


class Statistic(StrEnum):
    """What is measured, and its unit. Those of a kernel also name the crossing, see `statistic_name`."""

    DCOR_KERNEL = "dcor_kernel_tod"  # distance correlation, bias-corrected, -1 to 1
    DCOR_KERNEL_BIASED = "dcor_kernel_tod_biased"  # 0 to 1
    DCOR_KERNEL_UNTRAINED = "dcor_kernel_tod_untrained"  # the same, of the twin before training
    DCOR_KERNEL_OVER_FLOOR = "dcor_kernel_tod_over_floor"  # minus that of the raw input
    DCOR_KERNEL_OVER_UNTRAINED = "dcor_kernel_tod_over_untrained"
    ETA2_KERNEL = "eta2_kernel_tod"  # share of variance, adjusted
    DCOR_STEP_SIZE = "dcor_conv_step_size_tod"  # of the convolution path's own output: how far it steps
    DCOR_STEP_SIZE_BIASED = "dcor_conv_step_size_tod_biased"
    ETA2_STEP_SIZE = "eta2_conv_step_size_tod"
    DCOR_STEP = "dcor_conv_step_tod"  # the step itself, as a vector
    DCOR_OUTPUT = "dcor_conv_output_tod"  # where it stands, as a vector
    DCOR_CORRECTION = "dcor_conv_correction_tod"  # what the crossing adds to it, as a vector
    DCOR_STEP_SIZE_GAIN = "dcor_conv_step_size_tod_gain"  # over mode none, as all gains
    DCOR_STEP_GAIN = "dcor_conv_step_tod_gain"
    DCOR_OUTPUT_GAIN = "dcor_conv_output_tod_gain"
    DCOR_CORRECTION_GAIN = "dcor_conv_correction_tod_gain"  # none has no correction: the value itself
    DCOR_INPUT = "dcor_input_tod"  # the floor: the raw last day of the input
    DCOR_INPUT_BIASED = "dcor_input_tod_biased"
    ETA2_INPUT = "eta2_input_tod"
    SPEARMAN = "spearman_change"  # rank correlation of the changes of both paths' own outputs
    SPEARMAN_WITHOUT_CYCLE = "spearman_change_without_cycle"
    SPEARMAN_GAIN = "spearman_gain"  # over mode none
    SPEARMAN_GAIN_WITHOUT_CYCLE = "spearman_gain_without_cycle"
    SPEARMAN_GAIN_WITH_EMBEDDING = "spearman_gain_with_embedding"  # of the streams, which carry the embedding
    PEAK_AMPLIFICATION = "peak_amplification"  # percent over mode none
    PEAK_AMPLIFICATION_ANYWHERE = "peak_amplification_anywhere"  # at places drawn at random
    PEAK_AMPLIFICATION_WITH_EMBEDDING = "peak_amplification_with_embedding"
    RESPONSE_LEAD = "response_lead"  # steps, above 0 earlier than mode none
    RESPONSE_LEAD_ANYWHERE = "response_lead_anywhere"
    RESPONSE_LEAD_WITH_EMBEDDING = "response_lead_with_embedding"
    INTERVENTION_LEAD = "intervention_lead"  # steps, of half the response to a step that is put in
    UPDATE_GATE_SPREAD = "update_gate_spread"  # standard deviation at the last token
    UPDATE_GATE_SATURATION = "update_gate_saturation"  # share below .1 or above .9
    GRADIENT_IMBALANCE = "gradient_imbalance"  # factors of two, at the paths' outputs
    GRADIENT_IMBALANCE_WEIGHTS = "gradient_imbalance_weights"  # of the paths' weights
    GRADIENT_SHARE = "gradient_share"  # per block, -1 all GRU to 1 all convolution
    GRADIENT_SHARE_WEIGHTS = "gradient_share_weights"


GAIN_OVER_NONE: dict[Statistic, Statistic] = {
    Statistic.DCOR_STEP_SIZE: Statistic.DCOR_STEP_SIZE_GAIN,
    Statistic.DCOR_STEP: Statistic.DCOR_STEP_GAIN,
    Statistic.DCOR_OUTPUT: Statistic.DCOR_OUTPUT_GAIN,
}


class Over(StrEnum):
    """How the blocks of a run become one number."""

    MEAN = "mean"
    MAX = "max"


def statistic_name(statistic: Statistic, *, crossing: Fusion | None = None, over: Over | None = None) -> str:
    """Return the name in the column `statistic`.

    >>> statistic_name(Statistic.DCOR_KERNEL, crossing=Fusion.GRU_TO_CNN, over=Over.MAX)
    'dcor_kernel_tod_gru_to_cnn_max'
    """
    return "_".join(str(part) for part in (statistic, crossing, over) if part is not None)
