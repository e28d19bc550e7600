"""Three ways to join the paths, as the published figure compares them: error and gradients of each."""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from core.claims.about_insides import GRADIENTS, OF_GRADIENTS, joined_late
from core.claims.evidence import Evidence, Values
from core.claims.reading import NO_PAIR, mean_over_seeds, percent_of
from core.config import BOTH
from core.exhibits.exhibit import Absent, Chart, Chosen, exhibit
from core.exhibits.study import FORM, PAGE, Studies, absent, foot
from core.exhibits.training import FORMS
from core.figures import study_gradients as figures
from core.figures.palette import Look
from core.text.amounts import counted, fixed, listed, signed
from core.text.words import say

READINGS = dict(zip((figures.OUTPUTS, figures.WEIGHTS), GRADIENTS, strict=True))


@exhibit(
    "Does joining the paths only at the end unbalance their gradients?", page=PAGE, needs=absent, choices=(FORM,)
)
def fusion_gradients(studies: Studies, chosen: Chosen, look: Look) -> Chart:
    """Show what late and no fusion cost on one data set, and how unbalanced the gradients of all three are."""
    evidence = studies.evidence(chosen)
    decision = joined_late(evidence)
    found = list(_values(evidence))
    points = pd.DataFrame(
        [(name, what, *key, value) for name, what, values in found for key, value in values.items()],
        columns=["fusion", "what", "horizon", "seed", "value"],
    )
    if not decision.estimate.defined or points.empty:
        raise Absent(str(decision.sentence))
    estimates = [(name, what, mean_over_seeds(values, NO_PAIR).estimate) for name, what, values in found if values]
    means = pd.DataFrame(
        [(name, what, one.value, one.low, one.high, one.n) for name, what, one in estimates],
        columns=["fusion", "what", "value", "low", "high", "seeds"],
    )
    drawing = figures.fusions(points, means, _told(means), look=look)
    seeds = counted(points["seed"].nunique(), "seed")
    at = say("{dataset}, {seeds} of every fusion at one horizon", dataset=OF_GRADIENTS, seeds=seeds)
    return Chart(drawing, points, foot(studies, chosen, at))


def _told(means: pd.DataFrame) -> str:
    """Return what late and no fusion change the error by, and how unbalanced the gradients of all three are."""
    numbers = means.set_index(["what", "fusion"])["value"]
    changes = {name: signed(numbers[figures.ERROR, name], 2) for name in (figures.LATE, figures.NONE)}
    told = say(
        "On {dataset} late fusion changes the RMSE by {late} % and no fusion by {none} %.",
        dataset=OF_GRADIENTS,
        late=changes[figures.LATE],
        none=changes[figures.NONE],
    )
    if not set(READINGS) <= set(means["what"]):
        return told
    outputs, weights = (listed(fixed(numbers[what, name], 2) for name in FORMS) for what in READINGS)
    imbalance = say(
        "Proposed, late and no fusion have an imbalance of {outputs} at the outputs and of {weights} at the weights.",
        outputs=outputs,
        weights=weights,
    )
    return f"{told} {imbalance}"


def _values(evidence: Evidence) -> Iterator[tuple[str, str, Values]]:
    """Yield what is known of each fusion, at the horizons and seeds that all three were trained with."""
    rises = {
        name: {key: -value for key, value in percent_of(evidence, OF_GRADIENTS, BOTH, arm).items()}
        for name, arm in FORMS.items()
    }
    shared = set.intersection(*(set(values) for values in rises.values()))
    for name, arm in FORMS.items():
        yield name, figures.ERROR, {key: rises[name][key] for key in sorted(shared)}
        for what, statistic in READINGS.items():
            values = evidence.values(statistic, OF_GRADIENTS, arm)
            yield name, what, {key: value for key, value in sorted(values.items()) if key in shared}
