"""The client's house: a brand, pictures and chapters of a study, and what is wrong with them."""

import re

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from PIL import Image, ImageCms

from barolib.drawing import palette
from barolib.errors import StudyError
from barolib.report import brand, pictures, publication
from support import published as shared

SVG = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 3"><rect width="9" height="3"/></svg>'
#: A second house: burgundy, green, ochre.
BRAND = """\
logo:
  images: {mark: {path: images/mark.svg, alt: "Ville « A » & fils"}}
  small: mark
  large: {path: images/wide.png, alt: Ville A}
color:
  palette: {burgundy: "#8c1d40", forest: "#2e6b34"}
  primary: burgundy
  secondary: forest
  tertiary: "#c98a1b"
  light: "#f7f0ea"
typography:
  fonts: [{family: Inter, source: file, files: [fonts/Inter-Bold.ttf]}]
  base: Inter
"""
COLOURS = st.tuples(*[st.integers(0, 255)] * 3).map("#{0[0]:02x}{0[1]:02x}{0[2]:02x}".format)


def furnish(house, text=BRAND):
    """The folder report/ of a study with a brand and all that it names."""
    for folder in ("images", "fonts"):
        (house / folder).mkdir(parents=True, exist_ok=True)
    (house / "_brand.yml").write_text(text, encoding="utf-8")
    (house / "images" / "mark.svg").write_text(SVG, encoding="utf-8")
    Image.new("RGB", (90, 30), "#8c1d40").save(house / "images" / "wide.png")
    font = shared.ROOT / "report" / "assets" / "fonts" / "Inter-Bold.ttf"
    (house / "fonts" / font.name).write_bytes(font.read_bytes())
    return house


def faults(house, text):
    """The key, value and fix of each fault of a brand, by its message."""
    with pytest.raises(StudyError) as error:
        brand.read(furnish(house, text))
    assert all(problem.file == "report/_brand.yml" for problem in error.value.problems)
    return {
        (each.column, each.value): f"{each.message}; {each.fix}" for each in error.value.problems
    }


# ---------------------------------------------------------------------------------- the brand


def test_a_study_without_a_brand_has_none(tmp_path):
    assert brand.read(tmp_path) is None


def test_a_brand_gives_each_colour_its_role(tmp_path):
    house = brand.read(furnish(tmp_path / "report"))
    assert (house.roles["navy"], house.roles["teal"]) == ("#8c1d40", "#2e6b34")
    assert house.roles["ground"] == "#ffffff"
    assert [logo.place for logo in house.logos] == [
        "assets/brand/small.svg",
        "assets/brand/large.png",
    ]
    assert house.logo("medium", "large").alt == "Ville A"
    assert house.logo("medium") is None


@pytest.mark.parametrize(
    ("old", "new", "key", "told"),
    [
        (
            "burgundy\n",
            "burgundi\n",
            "color.primary",
            "no colour; write it as #rrggbb, or the name",
        ),
        ("burgundy\n", '"#c96f8a"\n', "color.primary", "headings are written in it"),
        ("forest\n", "yellow\n", "color.secondary", "links are written in it"),
        ('light: "#f7f0ea"', 'light: "#999999"', "color.light", "near white"),
        ("palette:", "pallette:", "color.pallette", "did you mean 'palette'?"),
        ("  tertiary:", "  danger: red\n  tertiary:", "color.danger", "does not read; remove it"),
        ("alt: Ville A", "alt: ''", "logo.large", "no alt text"),
        ("images/wide.png", "images/wide.gif", "logo.large", "one of these: SVG, PNG"),
        ("images/wide.png", "images/none.png", "logo.large", "missing; put it at report/images/"),
        ("images/wide.png", "images/../../a.png", "logo.large", "outside report/images"),
        ("images/wide.png", "wide.png", "logo.large", "outside report/images"),
        ("source: file", "source: google", "typography.fonts.0.source", "bring its TTF files"),
        ("source: file, ", "", "typography.fonts.0.source", "bring its TTF files"),
        ("family: Inter", "family: Inker", "typography.fonts.0.files", "of another family, Inter"),
        ("Inter-Bold.ttf", "Inter.ttf", "typography.fonts.0.files", "missing"),
        ("base: Inter", "base: Jura", "typography.base", "nothing is loaded from the network"),
    ],
)
def test_each_fault_of_a_brand_is_told_with_its_key(tmp_path, old, new, key, told):
    assert BRAND.count(old) == 1
    found = faults(tmp_path / "report", BRAND.replace(old, new))
    assert any(column == key and told in words for (column, _), words in found.items()), found


def test_all_faults_of_a_brand_are_told_at_once(tmp_path):
    text = BRAND.replace("forest\n", "yellow\n").replace("wide.png", "none.png")
    found = faults(tmp_path / "report", text.replace("base: Inter", "base: Jura"))
    assert [key for key, _ in found] == ["color.secondary", "logo.large", "typography.base"]
    # The colour that is proposed would do.
    colour = re.search(r"is needed: (#\w{6})", found["color.secondary", "#ffff00"])[1]
    assert palette.contrast(colour, "#ffffff") >= 4.5


def test_a_brand_or_a_logo_that_leads_out_of_the_study_is_refused(tmp_path):
    (tmp_path / "mark.svg").write_text(SVG, encoding="utf-8")
    house = furnish(tmp_path / "study" / "report")
    (house / "images" / "mark.svg").unlink()
    (house / "images" / "mark.svg").symlink_to(tmp_path / "mark.svg")
    with pytest.raises(StudyError, match="outside report/images"):
        brand.read(house)


@settings(max_examples=6)
@given(st.tuples(COLOURS, COLOURS, COLOURS))
@example(("#ffff00", "#808080", "#0000ff"))
def test_charts_in_any_colours_keep_their_order_in_grey_and_the_contrast_of_their_words(colours):
    shades = palette.exchanges(6, 4, palette.hues_of(*colours))
    levels = palette.colours(6, 4)
    for scale in (levels, [palette.between(levels)(place / 5) for place in range(6)]):
        grey = [palette.contrast(shades[each], "#ffffff") for each in scale]
        assert grey == sorted(grey)
        assert grey == pytest.approx(
            [palette.contrast(each, "#ffffff") for each in scale], rel=0.04
        )
    assert all(palette.contrast(palette.ink(old), new) >= 4.5 for old, new in shades.items())


# ---------------------------------------------------------------------------------- pictures


def photograph(path, size=(2000, 1000)):
    """A photograph turned by its camera, which wrote where it stood and what it is."""
    picture = Image.new("RGB", size, "#336699")
    exif = picture.getexif()
    exif[0x0112], exif[0x010F], exif[0x8825] = 6, "SecretCamera", {1: "N", 2: (48.0, 51.0, 30.0)}
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    picture.save(path, exif=exif, icc_profile=profile, comment=b"Secret comment")


def test_a_photograph_is_brought_upright_no_larger_than_shown_and_without_what_a_camera_tells(
    tmp_path,
):
    photograph(tmp_path / "a.jpg")
    assert b"Secret" in (tmp_path / "a.jpg").read_bytes()
    pictures.copy(tmp_path / "a.jpg", tmp_path / "b" / "a.jpg")
    with Image.open(tmp_path / "b" / "a.jpg") as brought:
        assert brought.size == (800, 1600)
        assert (dict(brought.getexif()), "comment" in brought.info) == ({}, False)
        assert brought.info["icc_profile"]
    assert b"Secret" not in (tmp_path / "b" / "a.jpg").read_bytes()


@pytest.mark.parametrize(
    ("name", "content", "told"),
    [
        ("a.gif", b"GIF89a", "one of these: SVG, PNG, JPG, JPEG"),
        ("a.jpg", b"\x89PNG no JPEG", "it cannot be read as JPEG"),
        ("a.png", b"", "it cannot be read as PNG"),
        ("a.svg", SVG.replace("<rect", "<script/><rect").encode(), "the element script"),
        ("a.svg", SVG.replace("viewBox", "id").encode(), "no viewBox"),
        ("a.svg", None, "the file is missing"),
        ("a.jpg", b"0" * 30_000_001, "over 30 MB"),
    ],
)
def test_a_picture_that_cannot_be_shown_is_refused(tmp_path, name, content, told):
    house = furnish(tmp_path / "report")
    if content is not None:
        (house / "images" / name).write_bytes(content)
    formats = (*pictures.CHARTS, *pictures.PHOTOGRAPHS[:2])
    assert told in "; ".join(pictures.fault(house, f"images/{name}", formats))


# ---------------------------------------------------------------------------------- the report


def test_a_house_is_filled_in_its_colours_chapters_and_captions(small, tiny):
    """One study with all of it: what the filled project holds; what is wrong is told first."""
    chapters = "report: {chapters: [index, X1, method, T02, T01, annex]}\n"
    tiny.write("edition.yml", tiny.text("edition.yml") + chapters)
    house = furnish(small.house)
    photograph(house / "images" / "T01.jpg", (40, 30))
    texts = house / "text" / "2030" / "fr"
    photo = '![La place](images/T01.jpg){.photo credit="A" alt="Une place"}\n'
    own = '![Un mot](images/mark.svg){#own .wide alt="Un carré"}\n'
    own += '\n![Barre](figures/T01-01.svg){#twice .wide alt="{{ alt("T01-01") }}"}\n'
    (texts / "T01-viewpoint.md").write_text(photo, encoding="utf-8")
    (texts / "T01.md").write_text(own, encoding="utf-8")
    (texts / "captions.yml").write_text("T01-01: Autrement dit\n", encoding="utf-8")
    raw = shared.process_here(small, "2030", ["fr"])
    build = publication.fill(small, raw, "fr")
    pages = {path.stem: path.read_text(encoding="utf-8") for path in build.glob("*.qmd")}
    # T02 has nothing to show in this edition.
    assert {*pages} == {"index", "X1", "method", "T01", "annex", "barometre-2030"}
    whole = pages["barometre-2030"]
    places = [whole.index(f"{{#{name}") for name in ("index", "X1", "method", "T01", "annex")]
    assert places == sorted(places)
    assert "- conformity\n" in pages["index"].split("dropped:")[1]
    assert "![Autrement dit" in pages["T01"]
    assert {path.name for path in (build / "images").iterdir()} == {"T01.jpg", "mark.svg"}
    assert b"Secret" not in (build / "images" / "T01.jpg").read_bytes()
    colours = palette.colours(4, 3, palette.hues_of("#8c1d40", "#2e6b34", "#c98a1b"))
    chart = (build / "figures" / "T01-01.svg").read_text(encoding="utf-8")
    assert set(colours) <= set(re.findall(r"#[0-9a-f]{6}", chart))
    assert not set(palette.colours(4, 3)) & set(re.findall(r"#[0-9a-f]{6}", chart))
    assert all(f"ground: \\{colour}" in pages["T01"] for colour in colours)
    assert "--navy: #8c1d40;" in (build / "assets" / "style.css").read_text(encoding="utf-8")
    assert '#let navy = rgb("#8c1d40")' in (build / "assets" / "colours.typ").read_text("utf-8")
    (texts / "captions.yml").write_text("T01-O1: Autrement dit\n", encoding="utf-8")
    with pytest.raises(StudyError, match="did you mean 'T01-0"):
        publication.fill(small, raw, "fr")
    (texts / "captions.yml").unlink()
    (house / "images" / "T01.jpg").unlink()
    with pytest.raises(StudyError, match=r"T01-viewpoint.md, row 1: the file is missing"):
        publication.fill(small, raw, "fr")


@pytest.mark.parametrize(
    ("chapters", "told"),
    [
        ("[index, T03, T01]", "no such chapter (found: 'T03')\n    fix: did you mean 'T0"),
        ("[index, indicators]", "no such chapter"),
        ("[T01, index]", "begin with index"),
        ("[index, T01, T01]", "T01 stands twice"),
    ],
)
def test_chapters_that_are_none_are_refused_as_the_edition_is_checked(tiny, chapters, told):
    tiny.append("edition.yml", f"report: {{chapters: {chapters}}}")
    (problem,) = tiny.problems()
    assert (problem.file, problem.column) == ("edition.yml", "report.chapters")
    assert told in str(problem)
