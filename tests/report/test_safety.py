"""Nothing that is published as it stands can run: charts, pages of notebooks, downloads."""

import nbformat
import pytest
from hypothesis import given
from hypothesis import strategies as st

from barolib.report import safety
from barolib.run import notebooks

HEAD = '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink"'
CHART = HEAD + ' viewBox="0 0 9 9" stroke-linejoin="round">{}</svg>\n'


@pytest.fixture
def build(tmp_path):
    for folder in ("figures", "downloads"):
        (tmp_path / folder).mkdir()
    return tmp_path


def faults(build, name, text):
    (build / name).write_text(text, encoding="utf-8")
    found = safety.problems(build)
    assert all(problem.file == name for problem in found)
    return [problem.message for problem in found]


@pytest.mark.parametrize(
    "content",
    [
        '<g id="a-b_1"><path d="M 0 0 L 1 1 z" style="fill: #fff; stroke: none"/></g>',
        '<text x="1" y="2" style="font: 12px \'Inter\', sans-serif">script @ &lt;b&gt; \\</text>',
        '<defs><clipPath id="c"><rect width="1" height="1"/></clipPath></defs>'
        '<use xlink:href="#m" clip-path="url(#c)" transform="rotate(-90)"/>',
        "<style>*{stroke-linejoin: round; stroke-linecap: butt}</style>",
    ],
)
def test_shapes_and_words_are_published(build, content):
    assert faults(build, "figures/a.svg", CHART.format(content)) == []
    assert faults(build, "figures/a.svg", '<?xml version="1.0"?>\n' + CHART.format(content)) == []


@pytest.mark.parametrize(
    "content",
    [
        "<script>alert(1)</script>",
        '<g onload="alert(1)"/>',
        '<g onclick="alert(1)"/>',
        "<foreignObject><b/></foreignObject>",
        '<a xlink:href="javascript:alert(1)"><text/></a>',
        '<use href="http://example.org/a.svg#b"/>',
        '<use xlink:href="data:image/svg+xml,x"/>',
        '<image href="/etc/passwd" width="1" height="1"/>',
        '<set attributeName="href" to="javascript:alert(1)"/>',
        '<animate attributeName="href"/>',
        '<path d="M 0 0" fill="url(http://example.org/a)"/>',
        '<path d="M 0 0" style="fill: url(http://example.org/a)"/>',
        '<path d="M 0 0" style="background-image: image-set(&quot;http://example.org&quot;)"/>',
        '<path d="M 0 0" style="fill: u\\72l(http://example.org/a)"/>',
        "<style>@import 'http://example.org/a.css';</style>",
        "<style>body {display: none}</style>",
        "<style>*{fill: red} body{display: none}</style>",
        "<title><b>x</b></title>",
        "<!--> <script>alert(1)</script> -->",
        "<text><![CDATA[<script>]]></text>",
        "<?xml-stylesheet href='a.css'?>",
        "<metadata/>",
        '<iframe xmlns="http://www.w3.org/1999/xhtml" src="https://example.org"/>',
        '<b:script xmlns:b="http://www.w3.org/2000/svg">alert(1)</b:script>',
        "<g>",
    ],
)
def test_a_chart_that_could_run_or_load_anything_is_refused(build, content):
    (message,) = faults(build, "figures/a.svg", CHART.format(content))
    assert message.startswith("it may not be published: ")


def test_a_chart_of_another_document_type_is_refused(build):
    doctype = '<!DOCTYPE svg [<!ENTITY a "x"><!ENTITY b "&a;&a;&a;">]>'
    assert faults(build, "figures/a.svg", doctype + CHART.format("<text>&b;</text>"))


@given(st.sampled_from(["svg", "g", "path", "text"]), st.from_regex(r"on[a-z]+", fullmatch=True))
def test_no_handler_of_an_event_passes(tmp_path_factory, element, name):
    folder = tmp_path_factory.mktemp("build")
    (folder / "figures").mkdir()
    assert faults(folder, "figures/a.svg", CHART.format(f'<{element} {name}="x"/>'))


def test_the_charts_of_the_study_pass(tables2021, raw2021, build):
    from barolib.drawing import figures
    from barolib.files.layout import Layout

    figures.use_fonts(Layout.at(build).fonts)
    rows, pooled = tables2021["distributions"], tables2021["theme_distributions"]
    drawn = figures.draw_distributions(raw2021, rows, pooled, tables2021["reconstructions"], ["fr"])
    figures.save_all(drawn, build / "saved")
    charts = sorted((build / "saved" / "fr").glob("*.svg"))
    assert len(charts) > 30
    for chart in charts:
        assert faults(build, f"figures/{chart.name}", chart.read_text(encoding="utf-8")) == []


# ---------------------------------------------------------------------------------- downloads


def test_tables_and_policed_pages_are_offered(build, tmp_path):
    for name in ("a.csv", "tables.xlsx"):
        assert faults(build, f"downloads/{name}", "1") == []
    book = nbformat.v4.new_notebook(metadata={"title": '"><script>'})
    nbformat.write(book, tmp_path / "a.ipynb")
    notebooks.keep(tmp_path / "a.ipynb", tmp_path / "kept")
    page = (tmp_path / "kept" / "a.html").read_text(encoding="utf-8")
    assert faults(build, "downloads/a.html", page) == []


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("a.html", "<!DOCTYPE html>\n<html><head></head><body><script>alert(1)</script>"),
        ("a.html", f"<!DOCTYPE html>\n<html><head><script>alert(1)</script>{safety.POLICY}"),
        ("a.html", f"<script>alert(1)</script><!DOCTYPE html>\n<html>\n{safety.POLICY}"),
        ("a.html", ""),
        ("a.js", "alert(1)"),
        ("a.svg", "<svg/>"),
        ("a.HTML", safety.policed('<!DOCTYPE html><html><head><meta charset="utf-8">')),
        ("a", ""),
    ],
)
def test_what_could_run_is_not_offered(build, name, text):
    (message,) = faults(build, f"downloads/{name}", text)
    assert message.startswith("it may not be published: ")


def test_a_link_and_a_folder_are_not_offered(build):
    (build / "downloads" / "a.csv").symlink_to("/etc/passwd")
    (build / "downloads" / "b.csv").mkdir()
    assert [each.file for each in safety.problems(build)] == ["downloads/a.csv", "downloads/b.csv"]
