"""How a deck looks: dark slides, a template of one's own, pages of a PDF; and files that tell how far they are."""

from __future__ import annotations

import io
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile

import pytest
from pptx import Presentation
from pptx.enum.dml import MSO_COLOR_TYPE
from pptx.util import Inches
from pypdf import PdfReader

from core.__main__ import main
from core.decks import shared, shelf
from core.decks.files import slides_of
from core.decks.folder import DeckError
from core.figures.palette import COLOURS
from core.report.deck.template import layout_of
from core.report.files import ImageFormat, Ratio
from core.report.images import figure_images
from core.report.leaf import Leaf
from core.report.pdf import write_pdf
from core.report.powerpoint import write_pptx
from core.vocabulary import Language
from tests.support.decks import deck_of, pin_all, the_deck, three_cards
from tests.support.report_cards import card, curves, dots

FACE = "Georgia"


@pytest.fixture
def pinned(home: Path) -> str:
    name = shelf.create(deck_of())
    pin_all(name, three_cards())
    return name


@pytest.fixture(scope="module")
def template() -> bytes:
    """Return a template as a designer leaves it: another shape, another face, slides of its own."""
    deck = Presentation()
    deck.slide_width, deck.slide_height = Inches(10), Inches(5.625)
    deck.slides.add_slide(deck.slide_layouts[0]).shapes.title.text = "Ours"
    for layout in list(deck.slide_layouts)[:2]:
        layout.name = f"House {layout.name}"
    content = io.BytesIO()
    deck.save(content)
    return rewritten(content.getvalue(), "ppt/theme/theme1.xml", lambda part: part.replace(b"Calibri", FACE.encode()))


def rewritten(file: bytes, name: str, change) -> bytes:
    """Return a package with one part changed; None leaves it out."""
    made = io.BytesIO()
    with ZipFile(io.BytesIO(file)) as before, ZipFile(made, "w", ZIP_DEFLATED) as after:
        for part in before.namelist():
            content = change(before.read(part)) if part == name else before.read(part)
            if content is not None:
                after.writestr(part, content)
    return made.getvalue()


def written(**settings: object) -> Presentation:
    content = io.BytesIO()
    write_pptx(three_cards(), content, heading="Seminar", **settings)  # type: ignore[arg-type]
    return Presentation(io.BytesIO(content.getvalue()))


def theme_of(deck: Presentation) -> str:
    related = deck.slide_master.part.rels.values()
    return next(one.target_part.blob for one in related if one.reltype.endswith("/theme")).decode()


@pytest.mark.usefixtures("no_chromium")
def test_dark_slides_are_dark_by_their_theme_alone() -> None:
    light, dark = written(), written(scheme="dark")
    colours = COLOURS["dark"]
    assert colours.paper.removeprefix("#") in theme_of(dark) and colours.ink.removeprefix("#") in theme_of(dark)
    assert colours.paper.removeprefix("#") not in theme_of(light)
    for deck, paper in ((light, "lt1"), (dark, "dk1")):
        (mapped,) = deck.slide_master._element.xpath("./p:clrMap")
        assert mapped.get("bg1") == paper
    runs = [
        run
        for slide in dark.slides
        for shape in slide.shapes
        if shape.has_text_frame
        for paragraph in shape.text_frame.paragraphs
        for run in paragraph.runs
    ]
    own = [run for run in runs if run.font.color.type is not None]
    assert len(own) > 10
    # What is written names a colour of the theme; only the legend of several panels wears the lines' own.
    assert {run.font.color.type for run in own if len(run.text) > 30} == {MSO_COLOR_TYPE.SCHEME}


@pytest.mark.usefixtures("no_chromium")
def test_the_command_writes_a_deck_on_its_own_template(template: bytes, pinned: str, tmp_path: Path) -> None:
    shelf.dressed(pinned, template)
    file, out = tmp_path / "seminar.deck", tmp_path / "out.pptx"
    file.write_bytes(shared.packed(pinned))
    assert main(["report", "--deck", str(file), "--out", str(out)]) == 0
    assert FACE in theme_of(Presentation(str(out)))


@pytest.mark.usefixtures("no_chromium")
def test_on_a_template_of_ones_own_its_masters_face_and_shape_count(template: bytes) -> None:
    deck = written(template=template)
    assert len(deck.slides) == len(written().slides), "its own slides are left out"
    assert "Ours" not in [slide.shapes.title.text for slide in deck.slides]
    assert deck.slide_width / deck.slide_height == pytest.approx(16 / 9, abs=1e-3)
    assert FACE in theme_of(deck) and {slide.slide_layout.name for slide in deck.slides} == {layout_of(deck).name}
    assert {layout.name for layout in deck.slide_layouts} > {"House Title Slide"}
    for slide in deck.slides:
        for shape in slide.shapes:
            assert shape.left >= 0 and shape.left + shape.width <= deck.slide_width
            assert shape.top >= 0 and shape.top + shape.height <= deck.slide_height


def test_what_no_slides_can_be_made_on_is_refused_in_one_sentence(pinned: str, template: bytes) -> None:
    damaged = rewritten(template, "ppt/slideMasters/slideMaster1.xml", lambda part: part[:200])
    macros = io.BytesIO(template)
    with ZipFile(macros, "a") as archive:
        archive.writestr("ppt/vbaProject.bin", b"x")
    bomb = io.BytesIO(template)
    with ZipFile(bomb, "a", ZIP_DEFLATED) as archive:
        archive.writestr("ppt/media/large.bin", b"\0" * 201_000_000)
    cases = {
        b"": "no PowerPoint file",
        b"date,load\n": "no PowerPoint file",
        rewritten(template, "ppt/presentation.xml", lambda part: None): "no PowerPoint file",
        damaged: "damaged or encrypted",
        macros.getvalue(): "holds macros",
        bomb.getvalue(): "would unpack to more than 200 MB",
        template + b"\0" * shelf.MOST_TEMPLATE: "the limit is 30 MB",
    }
    for content, sentence in cases.items():
        with pytest.raises(DeckError, match=sentence):
            shelf.dressed(pinned, content)
    assert the_deck(pinned).template is None


def test_a_template_goes_with_its_deck_and_leaves_when_nothing_needs_it(
    pinned: str, template: bytes, home: Path, no_chromium: None
) -> None:
    mark = shelf.dressed(pinned, template).template
    assert mark is not None and shelf.content(pinned, mark) == template
    handed = shared.opened(shared.packed(pinned))
    assert handed.template == template
    another = shelf.create(handed.deck, handed.pictures)
    content = io.BytesIO()
    slides_of(the_deck(another), lambda each: shelf.card(another, each), handed.template).write(".pptx", content)
    assert FACE in theme_of(Presentation(content))
    assert shelf.dressed(pinned, None).template is None
    assert shelf.undo(pinned).template == mark, "taking it off can be undone"
    shelf.dressed(pinned, None)
    for place in range(shelf.UNDONE):
        shelf.change(pinned, lambda now, place=place: now.model_copy(update={"subtitle": f"{place}"}))
    assert not (home / "decks" / pinned / "pictures" / mark).exists()


def test_a_deck_says_in_its_own_language_what_its_files_say(pinned: str, no_chromium: None) -> None:
    content = io.BytesIO()
    deck = the_deck(pinned).model_copy(update={"language": Language.KOREAN})
    slides_of(deck, lambda each: shelf.card(pinned, each)).write(".pptx", content)
    titles = [slide.shapes.title.text for slide in Presentation(content).slides]
    assert "What the figures say" not in titles and any("가" <= letter <= "힣" for letter in titles[1])


@pytest.mark.browser
def test_a_pdf_has_a_page_a_slide_with_words_that_can_be_read_and_figures_as_vectors() -> None:
    content = io.BytesIO()
    slides = [Leaf((card(curves(), "a"),), "What we planted", numbers=True), Leaf(tuple(three_cards()[:2]))]
    write_pdf(slides, content, heading="발표 <자료>", subtitle="Below it", scheme="dark")
    pages = PdfReader(content).pages
    texts = [page.extract_text().replace("\x01", " ") for page in pages]  # as the reader writes a blank
    assert len(pages) == 4 and "발표 <자료>" in texts[0] and "Below it" in texts[0]
    assert "What we planted" in texts[1] and "What we planted" in texts[2]
    assert {(round(float(page.mediabox.width)), round(float(page.mediabox.height))) for page in pages} == {(960, 540)}
    assert not any(page.images for page in pages), "nothing is a picture of dots"
    faces = [face.get_object() for page in pages for face in page["/Resources"]["/Font"].values()]
    parts = [face["/DescendantFonts"][0].get_object() if "/DescendantFonts" in face else face for face in faces]
    held = [part.get("/FontDescriptor") for part in parts if part["/Subtype"] != "/Type3"]  # that one is drawn inside
    assert held and all(any("/FontFile" in key for key in one.get_object()) for one in held)


@pytest.mark.browser
def test_pictures_tell_how_many_are_drawn_and_stop_when_told() -> None:
    wanted = [
        (card(make(), f"f{place}"), ImageFormat.SVG, Ratio.WIDE) for place, make in enumerate([curves, dots] * 2)
    ]
    told: list[tuple[int, int]] = []

    class Enough(BaseException):
        pass

    def tell(done: int, total: int) -> None:
        told.append((done, total))
        if done:
            raise Enough

    with pytest.raises(Enough):
        figure_images(wanted, tell)
    assert told[0] == (0, 4) and told[-1][0] < 4


@pytest.mark.usefixtures("no_chromium")
def test_slides_tell_how_many_are_placed() -> None:
    told: list[tuple[int, int]] = []
    write_pptx(three_cards(), io.BytesIO(), tell=lambda done, total: told.append((done, total)))
    assert told == [(1, 3), (2, 3), (3, 3)]
