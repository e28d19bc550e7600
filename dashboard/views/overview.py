"""Overview: the modes side by side on the chosen data, with their baselines."""

import streamlit as st

from core.figures.diagram import diagram
from core.version import other_code
from core.vocabulary import Fusion
from dashboard import cache, results, state
from dashboard.pickers import choose_several, texts
from dashboard.widgets import dataset_or_stop, models_or_stop, page, sheet

with page("overview") as selection:
    models_or_stop(selection)
    dataset = dataset_or_stop(selection)
    every = cache.chosen(selection, all_seeds=True)
    seeds = sorted({record.config.train.seed for found in every.values() for record in found})
    answer = st.container()
    with st.expander("Checkpoints", icon=":material/inventory_2:"):
        wanted = seeds
        if len(seeds) > 1:
            names = [str(seed) for seed in seeds]
            chosen = choose_several("seeds", "Seeds", texts(names), default=names, kind="pills")
            wanted = [int(seed) for seed in chosen] or seeds
        runs = {mode: [r for r in found if r.config.train.seed in wanted] for mode, found in every.items()}
        runs = {mode: found for mode, found in runs.items() if found}
        if other := other_code(run.versions for found in runs.values() for run in found):
            st.caption(f"These were {other}.")
        sheet(results.checkpoint_table(runs))
    with answer:
        matched = cache.chosen(selection, all_seeds=True, matched=True).get(Fusion.NONE, [])
        matched = [record for record in matched if record.config.train.seed in wanted]
        weakened = results.weakened_forms(selection, wanted)
        results.draw_comparison(runs, dataset, selection, matched, weakened)
    with st.expander("The model, and how its forecast is made", icon=":material/schema:"):
        mode = Fusion.BOTH if Fusion.BOTH in runs else next(iter(runs))
        st.graphviz_chart(diagram(runs[mode][0].config, state.look()), width="stretch")
        st.caption("In the average the network and ridge count half each.")
