from pathlib import Path

import pytest

from barolib.errors import StudyError
from barolib.files.layout import Layout


def test_every_folder_stands_under_the_root(tmp_path):
    layout, root = Layout.at(tmp_path), tmp_path.resolve()
    assert layout.raw("2021") == root / "data/raw/2021"
    assert layout.processed("2021") == root / "data/processed/2021"
    assert layout.figures("2021") == root / "data/processed/2021/figures"
    assert layout.build("2021", "fr") == root / "report/_build/2021/fr"
    assert layout.output("2021", "en") == root / "report/_output/2021/en"


def test_a_staging_folder_stands_in_for_the_processed_one(tmp_path):
    layout = Layout.at(tmp_path, tmp_path / "aside")
    assert layout.processed("2021") == (tmp_path / "aside").resolve() / "2021"
    assert layout.figures("2021").parent == layout.processed("2021")


def test_the_sources_hold_the_notebooks_and_the_fonts():
    layout = Layout.at(Path())
    assert (layout.sources / "notebooks").is_dir()
    assert list(layout.fonts.glob("*.ttf"))


def test_the_newest_edition_is_chosen_unless_another_is_asked_for(tiny):
    older = tiny.layout.raw("2018")
    older.mkdir()
    (older / "edition.yml").write_text("id: '2018'", encoding="utf-8")
    (tiny.layout.raw("2040")).mkdir()  # a folder without edition.yml is no edition yet
    assert tiny.layout.editions() == ["2018", "2030"]
    assert tiny.layout.choose(None) == "2030"
    assert tiny.layout.choose("2018") == "2018"
    assert tiny.layout.choose("2040") == "2040"


def test_an_unknown_edition_is_refused_with_the_nearest(tiny):
    with pytest.raises(StudyError) as caught:
        tiny.layout.choose("2031")
    (problem,) = caught.value.problems
    assert (problem.file, problem.value) == ("data/raw", "2031")
    assert "2030" in problem.fix


def test_a_root_without_editions_is_refused(tmp_path):
    with pytest.raises(StudyError, match="no edition found"):
        Layout.at(tmp_path).choose(None)


@pytest.mark.parametrize("name", ["2030/", "../2030", "/2030", "a=b", ".", "", "common", "x" * 300])
def test_a_name_that_no_edition_can_have_is_refused_with_the_rule(tiny, name):
    with pytest.raises(StudyError) as caught:
        tiny.layout.choose(name)
    (problem,) = caught.value.problems
    assert problem.file == "data/raw"
    assert problem.message.startswith("no name for an edition")
    assert problem.fix
    assert len(problem.value) <= 41
    assert name[:40] in problem.value


def test_the_edition_that_was_meant_is_told(tiny):
    with pytest.raises(StudyError, match="did you mean '2030'"):
        tiny.layout.choose("2030/")


def test_a_folder_that_no_edition_can_be_called_is_refused_where_it_would_be_chosen(tiny):
    tiny.folder.rename(tiny.folder.with_name("2030 (copie)"))
    with pytest.raises(StudyError, match=r"no name for an edition.*2030 \(copie\)"):
        tiny.layout.choose(None)


def test_a_hidden_folder_is_no_edition(tiny):
    tiny.folder.rename(tiny.folder.with_name(".2030.new"))
    assert tiny.layout.editions() == []
