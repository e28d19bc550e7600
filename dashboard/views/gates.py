"""Gates & response: what the GRU path does around abrupt changes, in every mode."""

from functools import partial

import streamlit as st

from core.report.chapters import response
from core.vocabulary import Dim, Fusion
from dashboard import gates
from dashboard.inspections import inspection_or_stop, proposed_runs
from dashboard.pickers import choose, choose_mode, texts
from dashboard.slides import draw
from dashboard.widgets import PageEnd, dataset_or_stop, empty_state, key_numbers, page, provenance

with page("gates") as selection:
    runs = proposed_runs(selection)
    if Fusion.NONE not in runs or len(runs) == 1:
        missing = "Only mode none is trained here" if Fusion.NONE in runs else "Mode none is not trained here"
        sentence = f"{missing}: responses are measured in another mode against it."
        empty_state(sentence, to="compare", action="Train the rest")
        raise PageEnd
    inspection = inspection_or_stop(selection)
    dataset = dataset_or_stop(selection)
    foot = provenance(selection, list(runs.values()))
    numbers, answer, around = (st.container() for _ in range(3))

    with st.expander("Mode of the numbers and changes", icon=":material/tune:"):
        crossing = [mode for mode in runs if mode is not Fusion.NONE]
        mode = choose_mode(crossing, selection.language, label="Mode against none")
    changes = gates.abrupt_changes(inspection, runs, mode)
    rows = inspection.rows.loc[inspection.rows["run_id"].isin([run.run_id for run in runs.values()])]
    with numbers:
        key_numbers(gates.gate_numbers(rows, runs, mode, changes, dataset.step, selection.language))

    measures = response.measures(rows)
    known = (inspection.key, foot)
    with answer:
        if len(table := gates.responses(inspection, runs)):
            build = partial(response.event_response, table, measures, step=dataset.step, provenance=foot)
            draw(("event_response", *known), build)
        if measures["value"].notna().any():
            build = partial(response.lead_amplification, measures, provenance=foot)
            draw(("lead_amplification", *known), build)
        else:
            reasons = " ".join(measures["reason"].unique())
            sentence = (
                f"Neither amplification nor lead is given: {reasons} What is drawn describes these changes only."
            )
            st.info(sentence, icon=":material/info:")

    with around:
        if changes.empty:
            st.info("The convolution paths have no abrupt change to look at.", icon=":material/info:")
            raise PageEnd
        first, second, third = st.columns([4, 4, 2])
        choices = gates.change_texts(changes)
        with first:
            text = choose("event", "Abrupt change (largest first)", texts(list(choices)))
        place = choices[text]
        trace = inspection.trace(runs[Fusion.NONE].run_id)
        lively = response.livelier_variable(dataset, int(trace[Dim.ORIGIN][place]))
        with second:
            variable = choose("variable", "Variable", texts(dataset.variables), default=lively)
        with third:
            block = choose("block", "Block", {str(block): int(block) for block in trace[Dim.BLOCK].to_numpy()})
        build = partial(
            response.gate_timeline,
            gates.traces(inspection, runs),
            dataset,
            place=place,
            variable=variable,
            block=block,
            provenance=foot,
        )
        draw(("gate_timeline", *known, place, variable, block), build)
    st.caption("\n\n".join(gates.CAUTIONS))
