"""Overview: the modes side by side on the chosen data, with their baselines."""

import streamlit as st

from dashboard import cache, results, state
from dashboard.pickers import choose, choose_several, texts
from dashboard.widgets import dataset_or_stop, key_numbers, models_or_stop, page, provenance, show

VIEWS = {"modes": "Against none", "steps": "By step ahead", "variables": "By variable"}

with page("overview") as selection:
    models_or_stop(selection)
    every = cache.chosen(selection, all_seeds=True)
    seeds = sorted({record.config.train.seed for found in every.values() for record in found})
    numbers, figures, table = st.container(), st.container(), st.container()
    with st.expander("Checkpoints", icon=":material/inventory_2:"):
        wanted = seeds
        if len(seeds) > 1:
            names = [str(seed) for seed in seeds]
            chosen = choose_several("seeds", "Seeds", texts(names), default=names, kind="pills")
            wanted = [int(seed) for seed in chosen] or seeds
        runs = {mode: [r for r in found if r.config.train.seed in wanted] for mode, found in every.items()}
        runs = {mode: found for mode, found in runs.items() if found}
        st.dataframe(results.checkpoint_table(runs), hide_index=True, width="stretch")
    used = [record for found in runs.values() for record in found]
    foot = provenance(selection, used)
    with numbers:
        key_numbers(results.mode_numbers(runs, selection.language))
    with figures:
        view = choose(
            "by",
            "Error",
            texts(list(VIEWS)),
            kind="segmented",
            format=VIEWS.__getitem__,
            label_visibility="collapsed",
        )
        look = state.look()
        if view == "modes":
            per_seed = results.comparison_tables(runs)[0]
            show(results.comparison_figure(runs, look=look, provenance=foot), "modes", table=per_seed)
        elif view == "steps":
            dataset = dataset_or_stop(selection)
            figure = results.step_figure(runs, dataset, look=look, provenance=foot)
            show(figure, "steps", table=lambda: results.step_table(runs))
        else:
            figure = results.variable_figure(runs, look=look, provenance=foot)
            show(figure, "variables", table=lambda: results.variable_table(runs))
    with table:
        st.subheader("Modes and baselines", anchor=False)
        results.draw_table(results.error_table(runs, selection.language))
