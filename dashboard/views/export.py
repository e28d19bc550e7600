"""Export: figures, numbers and slides as files."""

import streamlit as st

from core.english import counted
from core.report.formats import ImageFormat, Ratio
from core.report.images import chrome, how_to_get_chrome
from core.report.story import FIGURES, question
from dashboard import exports, frame, state
from dashboard.pickers import choose, choose_several, texts
from dashboard.widgets import KeyNumber, dataset_or_stop, key_numbers, models_or_stop, page, show

RATIOS = {ratio.value: ratio for ratio in Ratio}
FORMATS = {kind.value: kind for kind in ImageFormat}

with page("export") as selection:
    models_or_stop(selection)
    dataset_or_stop(selection)
    story, look = exports.story_of(selection), state.look()
    paper = exports.on_paper(look)
    pictures, opened = chrome() is not None, story.material.inspection is not None
    numbers, notes, everything, single = (st.container() for _ in range(4))

    with st.expander("What the files hold", icon=":material/tune:"):
        left, right = st.columns([3, 4], gap="medium")
        with left:
            ratio = choose("ratio", "Shape", RATIOS, kind="segmented", help="Of slides and pictures")
        with right:
            formats = choose_several(
                "formats", "Pictures in the zip", FORMATS, default=["png"], format=str.upper, kind="pills"
            )
        names = texts(story.names)
        left_out = choose_several("without", "Leave out", names, default=[], format=question)
        chosen = [name for name in names if name not in left_out] or list(names)

    with numbers:
        seeds = sorted({record.config.train.seed for record in story.material.records})
        every = "all chosen" if len(chosen) == len(names) else f"{len(chosen)} chosen"
        found = "Chromium found" if pictures else "need a Chromium"
        key_numbers(
            [
                KeyNumber("Figures", str(len(names)), every, help=f"Of {len(FIGURES)}; others need more models."),
                KeyNumber("Checkpoints", str(len(story.material.records)), counted(len(seeds), "seed")),
                KeyNumber("Inside", "opened" if opened else "closed", f"of seed {story.material.seed}"),
                KeyNumber("PNG, SVG, PDF", "ready" if pictures else "not here", found),
            ]
        )
    with notes:
        if not pictures:
            st.warning(how_to_get_chrome(), icon=":material/image_not_supported:")
        if not opened:
            st.info("The models were not opened up yet: what is inside them is left out.", icon=":material/lock:")
            query = selection.to_query()
            st.page_link(frame.page_of("kernels"), label="**Open them up**", query_params=query, width="content")

    with everything:
        st.subheader("All figures", anchor=False)
        kinds = {
            "pptx": ("PowerPoint", "One slide a figure, with native charts where an office chart can hold it."),
            "html": ("One page (HTML)", "Opens in any browser, offline."),
            "zip": ("Figures, numbers, settings (zip)", "HTML, CSV, the chosen pictures and settings.json."),
        }
        files = exports.report_files(story, chosen, paper, formats, ratio)
        for column, (suffix, (title, note)) in zip(st.columns(3), kinds.items(), strict=True):
            with column:
                primary = suffix == "pptx"
                exports.save(title, files[suffix], f"{story.stem}.{suffix}", primary=primary, note=note)

    with single:
        st.subheader("One figure", anchor=False)
        name = choose("figure", "Figure", names, format=question, label_visibility="collapsed")
        printed = exports.slide(story, name, paper)
        for column, (suffix, make) in zip(st.columns(5), exports.figure_files(printed, ratio).items(), strict=True):
            with column:
                shape = f"-{ratio.value.replace(':', 'x')}" if suffix in FORMATS else ""
                off = suffix in FORMATS and not pictures
                exports.save(suffix.upper(), make, f"{printed.name}{shape}.{suffix}", disabled=off)
        shown = exports.slide(story, name, look)
        show(shown.figure, name, table=shown.table)
