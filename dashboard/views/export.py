"""Export: figures, numbers and slides as files."""

import streamlit as st

from core.exhibits import needs
from core.exhibits.catalogue import EDITED, TOPICS, declared, of_case, question
from core.exhibits.gather import with_inspection
from core.report.files import ImageFormat, Ratio
from core.report.images import chrome, how_to_get_chrome
from core.report.letters import missing_in
from core.text.amounts import counted
from core.text.words import mark, say
from dashboard import export, frame, selected, state
from dashboard.board import Board
from dashboard.cases import case_or_stop, kept
from dashboard.pickers import choose, choose_several, texts
from dashboard.widgets import KeyNumber, key_numbers, page

RATIOS = {ratio.value: ratio for ratio in Ratio}
FORMATS = {kind.value: kind for kind in ImageFormat}
FILES = {
    "pptx": (mark("PowerPoint"), mark("One slide a figure, with native charts where an office chart can hold it.")),
    "html": (mark("One page (HTML)"), mark("Opens in any browser, offline.")),
    "zip": (mark("Figures, numbers, settings (zip)"), mark("HTML, CSV, the chosen pictures and settings.json.")),
}

with page("export") as selection:
    bare = case_or_stop(selection)
    looked = with_inspection(bare)
    case = kept(looked if looked.is_whole else bare)
    look, pictures = state.look(), chrome() is not None
    pins = {pin.name: pin for pin in [*export.pins_of(case.key, case), *export.edited_pins(case)]}
    words = {name: question(pin, look.language) for name, pin in pins.items()}
    marked = selected.pick(case)
    numbers, notes, everything, single = (st.container() for _ in range(4))

    with st.expander(say("What the files hold"), icon=":material/tune:"):
        left, right = st.columns([3, 4], gap="medium")
        with left:
            ratio = choose("ratio", say("Shape"), RATIOS, kind="segmented", help=say("Of slides and pictures"))
        with right:
            formats = choose_several(
                "formats", say("Pictures in the zip"), FORMATS, default=["png"], format=str.upper, kind="pills"
            )
        label = say("Leave out")
        left_out = choose_several("without", label, texts(list(pins)), default=[], format=words.__getitem__)
        chosen = [pin for name, pin in pins.items() if name not in left_out] or list(pins.values())

    with numbers:
        every = say("all chosen") if len(chosen) == len(pins) else say("{n} chosen", n=len(chosen))
        found = say("Chromium found") if pictures else say("need a Chromium")
        others = say("Of {n}; others need more models.", n=len(of_case()))
        key_numbers(
            [
                KeyNumber(say("Figures"), str(len(pins)), every, help=others),
                KeyNumber(say("Checkpoints"), str(len(case.records)), counted(len(case.seeds), "seed")),
                KeyNumber(
                    say("Inside"),
                    say("inspected") if case.inspected else say("not yet"),
                    say("of seed {seed}", seed=case.seed),
                ),
                KeyNumber("PNG, SVG, PDF", say("ready") if pictures else say("not here"), found),
            ]
        )
    with notes:
        names = case.dataset.title, *words.values(), *map(str, case.dataset.frame.columns)
        if hindered := missing_in(names) if pictures else how_to_get_chrome():
            st.warning(hindered, icon=":material/image_not_supported:")
        if not case.inspected:
            away = needs.models(case)
            left_inside = say("These models were not inspected yet: their inside is left out.")
            st.info(away or left_inside, icon=":material/lock:")
            todo = say("Train them") if away else say("Inspect them")
            frame.link("compare" if away else "kernels", f"**{todo}**", selection)

    with everything:
        st.subheader(say("All figures"), anchor=False)
        following = [pin.following(marked.text) for pin in chosen]
        files = export.case_files(case, following, export.on_paper(look), formats, ratio)
        for column, (suffix, (title, note)) in zip(st.columns(3), FILES.items(), strict=True):
            with column:
                name = f"{export.stem(case)}.{suffix}"
                export.save(say(title), files[suffix], name, primary=suffix == "pptx", note=say(note))

    with single:
        st.subheader(say("One figure"), anchor=False)
        pin = pins[choose("figure", say("Figure"), texts(list(pins)), format=words.__getitem__)]
        board = Board(declared(*TOPICS, EDITED)[pin.exhibit].page, case, chip=False)
        board.draw(pin.exhibit, fixed=dict(pin.choices + pin.edits), unfolded=True)
