"""The survey while it runs: who answered and who did not, by the rules of the import; its page."""

from dataclasses import replace
from itertools import pairwise

import pandas as pd
import pytest
from bs4 import BeautifulSoup
from hypothesis import given, settings
from hypothesis import strategies as st

from barolib import cli
from barolib.compare import comparison, delta
from barolib.errors import StudyError
from barolib.i18n.wording import Language
from barolib.importers import fieldwork, fieldworkpage, importing
from barolib.importers.conversion import RESPONDENT_COLUMNS
from barolib.importers.exportfile import Export
from barolib.importers.mapping import Flag, Mapping, Person, Responses, Source
from barolib.survey.edition import Edition
from support import importing as samples

FULL = samples.SAMPLES / "limesurvey-full-text.csv"
FILES = sorted(path for path in samples.SAMPLES.iterdir() if path.suffix != ".md")
LISTED = """\
respondent_id,name,status,population
C07,Métropole de Valmont,metropole,240000
C11,Ville du Val,ville,9000
C20,Ville <b>d'en</b> Bas,,
C21,Communauté des Brumes,agglomeration,
"""


@pytest.fixture
def survey(tiny):
    """The edition that the samples answer, without answers yet."""
    samples.make(tiny)
    tiny.write("edition.yml", samples.EDITION + "size_classes: [20000, 200000]\nframe_size: 400\n")
    return tiny


def drafted(survey, file=FULL):
    return importing.draft(survey.layout, "2030", file, None)


def standing(survey, file=FULL, used=None):
    used = used or drafted(survey, file)
    return fieldwork.standing(importing.sources(survey.layout, "2030", file, used), used)


def page(survey, used=None, lang="fr"):
    used = used or drafted(survey)
    path, line = fieldworkpage.publish(survey.layout, "2030", FULL, used, Language(lang))
    return path.read_text(encoding="utf-8"), line


def section(text, title):
    """What stands under a heading of the page, its texts one after the other."""
    heading = BeautifulSoup(text, "html.parser").find("h2", string=title)
    parts = []
    for element in heading.find_next_siblings():
        if element.name == "h2":
            break
        parts += [" ".join(part.split()) for part in element.stripped_strings]
    return parts


def files(survey):
    return {path.name for path in survey.folder.iterdir()}


# ---------------------------------------------------------------------------------- who answered


@pytest.mark.parametrize("file", FILES, ids=lambda path: path.name)
def test_those_who_answered_are_those_whom_the_import_takes(survey, file):
    used = drafted(survey, file)
    answers = {cell: "NC" if cell == "A5" else level for cell, level in used.answers.items()}
    used = used.model_copy(update={"to_confirm": [], "answers": answers})
    stand = standing(survey, file, used)
    found = importing.import_responses(survey.layout, "2030", file, used)
    assert {*stand.answered["respondent_id"]} == {*found.answers["respondent_id"]}
    left = found.log.loc[found.log["row"] != "", ["row", "rule"]].drop_duplicates("row")
    left = dict(zip(left["row"], left["rule"], strict=True))
    rules = {row: rule for row, rule in stand.responses["rule"].items() if rule != "counted"}
    assert rules == {row: rule for row, rule in left.items() if rule != "answer"}


def test_a_list_tells_who_is_missing_and_who_was_not_asked(survey):
    survey.write("respondents.csv", LISTED)
    stand = standing(survey)
    assert stand.asked == 4
    assert stand.answered["respondent_id"].tolist() == ["C07"]
    assert stand.missing["respondent_id"].tolist() == ["C11", "C20", "C21"]
    assert stand.strangers == ["Agglomération du Grand-Lac", "ville d'Auréville"]
    assert stand.partial == {"Communauté des Brumes": ["4"]}
    assert stand.doubles == {"ville d'Auréville": ["3", "6"]}
    assert str(stand.until) == "2025-03-17 11:20:31+00:00"


def test_without_a_list_the_frame_tells_how_many_were_asked_and_nobody_is_missing(survey):
    stand = standing(survey)
    assert (stand.asked, len(stand.answered), len(stand.missing)) == (400, 3, 0)
    assert not stand.strangers


def test_those_added_by_an_import_were_not_asked(survey):
    survey.write("respondents.csv", LISTED.replace(",,", ",ville,1000"))
    used = drafted(survey).model_copy(update={"to_confirm": []})
    importing.import_responses(survey.layout, "2030", FULL, used)
    assert len(survey.rows("respondents.csv")) == 1 + 4 + 2
    assert standing(survey, used=used).asked == 4


def test_a_listed_authority_has_the_size_it_had_before_it_answered(survey):
    survey.write("respondents.csv", LISTED.replace("C07,Métropole de Valmont,metropole,240000",
                                                   "C13,Agglomération du Grand-Lac,,"))  # fmt: skip
    people = standing(survey).authorities.set_index("respondent_id")
    assert people.loc["C13", "answered"]
    assert people.loc["C13", ["status", "size_class"]].isna().all()
    known = survey.layout.raw("2028") / "respondents.csv"
    known.write_text(samples.BEFORE + "C13,Grand Lac,agglomeration,118000\n", encoding="utf-8")
    people = standing(survey).authorities.set_index("respondent_id")
    assert people.loc["C13", ["status", "size_class"]].tolist() == ["agglomeration", "20000"]


def test_partial_responses_that_are_kept_count_and_are_told_all_the_same(survey):
    used = drafted(survey)
    rules = used.responses.model_copy(update={"partial": "keep"})
    used = used.model_copy(update={"responses": rules})
    stand = standing(survey, used=used)
    assert len(stand.answered) == 4
    assert stand.partial == {"Communauté des Brumes": ["4"]}
    assert "puisque import.yml garde" in page(survey, used)[0]


def test_headings_that_the_export_no_longer_has_are_refused(survey):
    used = drafted(survey)
    person = used.person.model_copy(update={"name": "Collectivité"})
    with pytest.raises(StudyError, match="no such heading"):
        standing(survey, used=used.model_copy(update={"person": person}))


STATUSES = ["metropole", "agglomeration", "ville"]
NAMES = [f"Lieu {letter}" for letter in "ABCDEF"]
RULES = Responses(
    submitted="date", date_format="ISO8601", test=Flag(column="test", values=["oui"]), exclude={}
)
RESPONSES = st.lists(
    st.tuples(
        st.sampled_from([*NAMES, None]),
        st.sampled_from([None, "2025-03-01", "2025-03-02"]),
        st.sampled_from(["oui", None]),
        st.sampled_from([None, "50", "300000", "beaucoup"]),
    ),
    min_size=1,
    max_size=12,
)


@given(responses=RESPONSES, asked=st.sets(st.sampled_from(NAMES)), kept=st.booleans())
@settings(max_examples=100, deadline=None)
def test_every_line_and_every_authority_is_counted_once(edition, responses, asked, kept):
    rows = range(2, len(responses) + 2)
    columns = ["nom", "date", "test", "pop"]
    table = pd.DataFrame(responses, [*map(str, rows)], columns, dtype="str")
    frame = [(f"R{NAMES.index(name)}", name, "ville", "100") for name in sorted(asked)]
    listed = pd.DataFrame(frame, columns=RESPONDENT_COLUMNS, dtype="str")
    used = Mapping(
        to_confirm=[],
        export=Source(file="e.csv"),
        person=Person(name="nom", population="pop"),
        responses=RULES.model_copy(update={"partial": "keep" if kept else "drop"}),
        affirmations={},
        answers={},
        statuses={},
        respondents={name: f"R{place}" for place, name in enumerate(NAMES)},
        ignored=[],
    )
    sources = importing.Sources(Export("e.csv", table, 1), edition, table, listed, listed)
    stand = fieldwork.standing(sources, used)
    valid = [(name, date) for name, date, test, _ in responses if not test and (date or kept)]
    named = {name for name, _ in valid if name}
    assert {*stand.answered["name"]} == (named & asked if asked else named)
    assert stand.strangers == (sorted(named - asked) if asked else [])
    assert {*stand.missing["name"]} == asked - named
    counts = stand.responses["rule"].value_counts()
    assert counts.sum() == len(responses)
    assert counts.get("test", 0) == sum(test is not None for *_, test, _ in responses)
    assert counts.get("counted", 0) == len(named) + sum(name is None for name, _ in valid)
    assert len(stand.nameless) == sum(name is None for name, _ in valid)
    begun = {name for name, date, test, _ in responses if not test and not date and name}
    finished = {name for name, date in valid if name and date}
    assert {*stand.partial} - {""} == begun - finished
    several = {name for name, _ in valid if name and [n for n, _ in valid].count(name) > 1}
    assert {*stand.doubles} == several
    for dimension, (*rows, total) in fieldworkpage.tables(stand, Language("fr")):
        for place in (1, 2):
            assert sum(row[place] for row in rows) == total[place], dimension


@pytest.fixture(scope="module")
def edition():
    labels = [{"level": n, "stage": f"s{n}", "label": {"fr": f"S{n}"}} for n in (1, 2)]
    return Edition(
        id="2030",
        title={"fr": "Essai"},
        provenance={"answers": "collected"},
        scale=labels,
        implementation_from=2,
        statuses=[{"id": id_, "label": {"fr": id_}} for id_ in STATUSES],
        size_classes=[20_000],
    )


# ---------------------------------------------------------------------------------- the page


def test_the_page_says_it(survey):
    survey.write("respondents.csv", LISTED)
    text, line = page(survey)
    received = section(text, "Réponses reçues")
    assert received[0] == "1 collectivité sur 4 sollicitées (25 %)"
    assert received[1] == "Réponses retenues : 3, dont 2 hors de la liste"
    table = ["Statut", "Sollicitées", "Reçues", "Taux", "Métropole", "1", "1", "100 %"]
    table += ["Agglomération", "1", "0", "0 %", "Ville", "1", "0", "0 %"]
    table += ["Non précisé", "1", "0", "0 %", "Ensemble", "4", "1", "25 %"]
    assert section(text, "Par statut") == table
    assert section(text, "Qui n’a pas répondu")[1:] == [
        "Agglomération (1)", "Communauté des Brumes", "Ville (1)", "Ville du Val",
        "Non précisé (1)", "Ville <b>d'en</b> Bas",
    ]  # fmt: skip
    assert section(text, "Commencées, non validées")[1:] == ["Communauté des Brumes (ligne 4)"]
    assert "le 17/03/2025 à 11:20" in text
    assert line.startswith("authorities: answered 1 of 4, missing 3, only begun 1, twice 1, not")
    doubts = section(text, "À confirmer avant l’import")[1:]
    assert doubts == ["responses: tests, by their name (1): line 5 TEST cabinet"]


@pytest.mark.parametrize("lang", ["fr", "en"])
def test_the_page_is_inside_alone_whole_in_itself_and_the_same_again(survey, lang):
    survey.write("respondents.csv", LISTED)
    text, _ = page(survey, lang=lang)
    assert page(survey, lang=lang)[0] == text
    soup = BeautifulSoup(text, "html.parser")
    assert soup.html["lang"] == lang
    assert soup.find("p").text.startswith(Language(lang).term("fieldwork")["inside"])
    assert not soup.find_all(["script", "link", "img", "iframe", "b"])
    assert "http" not in text
    assert all(cell.get("scope") for cell in soup.find_all("th"))
    levels = [int(heading.name[1]) for heading in soup.find_all(["h1", "h2", "h3"])]
    assert levels[0] == 1
    assert all(next_ - level <= 1 for level, next_ in pairwise(levels))


def test_the_status_writes_no_answers_and_asks_what_the_import_asks(survey, capsys):
    before = files(survey)
    words = ["import", str(FULL), "--edition", "2030", "--status", "--root"]
    assert cli.main([*words, str(survey.layout.root)]) == 0
    said = capsys.readouterr().out
    assert "to confirm: responses: tests" in said
    assert "authorities: answered 3 of 400, missing 0" in said
    assert files(survey) == before | {"import.yml"}
    folder = survey.layout.fieldwork("2030")
    assert [path.name for path in folder.iterdir()] == ["fieldwork.html"]
    drawn = (survey.folder / "import.yml").read_bytes()
    assert cli.main([*words, str(survey.layout.root)]) == 0
    assert "drafted" not in capsys.readouterr().out
    assert (survey.folder / "import.yml").read_bytes() == drawn
    assert files(survey) == before | {"import.yml"}


def test_a_list_left_by_a_dry_run_is_refused_and_the_page_of_before_stays(survey):
    text, _ = page(survey)
    used = drafted(survey)
    survey.replace("edition.yml", "answers: collected", "answers: synthetic")
    with pytest.raises(StudyError, match="the answers are simulated"):
        page(survey, used)
    survey.replace("edition.yml", "answers: synthetic", "answers: collected")
    survey.write("answers.csv", samples.ANSWERS)
    with pytest.raises(StudyError, match="answers that were not imported"):
        page(survey, used)
    place = survey.layout.fieldwork("2030") / "fieldwork.html"
    assert place.read_text(encoding="utf-8") == text


# ---------------------------------------------------------------------------------- the rises


def with_before(survey, change="identical"):
    """The edition before with answers of 14 authorities, the same affirmations in this one."""
    before = survey.layout.raw("2028")
    (before / "themes.csv").write_text(samples.THEMES, encoding="utf-8")
    (before / "questionnaire.csv").write_text(samples.QUESTIONS, encoding="utf-8")
    ids = [f"B{place:02}" for place in range(14)]
    people = [f"{id_},Lieu {id_},ville,9000" for id_ in ids]
    rows = [f"{id_},{1 + n % 4},{1 + n % 3},{1 + n // 5},4" for n, id_ in enumerate(ids)]
    for name, lines in (("respondents", people), ("answers", rows)):
        head = getattr(samples, name.upper()).splitlines()[0]
        (before / f"{name}.csv").write_text("\n".join([head, *lines, ""]), encoding="utf-8")
    kept = [
        line.replace(",,new", f",{line.split(',')[0]},{change}")
        for line in samples.QUESTIONS.splitlines()
    ]
    survey.write("questionnaire.csv", "\n".join([*kept, ""]))


def test_the_rises_are_those_of_the_comparison_when_all_answer(survey):
    with_before(survey)
    head = "respondent_id,T01-01,T01-02,T02-01,T02-02"
    people = [f"N{place},Lieu N{place},ville,9000" for place in range(20)]
    survey.write("respondents.csv", "\n".join([LISTED.splitlines()[0], *people, ""]))
    survey.write("answers.csv", "\n".join([head, *(f"N{n},1,2,3,4" for n in range(20)), ""]))
    table = delta.affirmations(comparison.of_raws(comparison.raws(survey.layout, "2030", None)))
    wanted = table["detectable_single_pp"]
    used = drafted(survey)
    sources = importing.sources(survey.layout, "2030", FULL, used)
    before, count, (rise,) = fieldwork.detectable_rises(survey.layout, sources, [20])
    assert (before, count) == ("2028", 4)
    assert wanted.isna().sum() == 1  # all were there already
    assert (rise.low, rise.high, rise.none) == (wanted.min(), wanted.max(), 1)
    assert rise.median == wanted.sort_values().iloc[2]
    (more,) = fieldwork.detectable_rises(survey.layout, sources, [200])[2]
    assert more.median < rise.median
    (survey.folder / "answers.csv").unlink()
    said = section(page(survey, used)[0], "Ce que le panel pourrait déceler")
    row = ["Si toutes répondent (20)", Language("fr").points(rise.median).replace("\u00a0", " ")]
    assert said[4:6] == row  # today nobody of the list
    assert said[6].endswith("aucune hausse ne se décèle pour 1 affirmation")


def test_where_nothing_can_be_compared_the_page_says_why(survey):
    title = "Ce que le panel pourrait déceler"
    said = " ".join(section(page(survey)[0], title))
    assert said.startswith("Non calculé : themes.csv: the file is missing")
    with_before(survey, "reworded")
    assert "Aucune affirmation n’est identique" in " ".join(section(page(survey)[0], title))
    for path in survey.layout.raw("2028").iterdir():
        path.unlink()
    assert "ou il n’y en a pas" in " ".join(section(page(survey)[0], title))


def test_a_listed_status_that_the_edition_lacks_is_not_given(survey):
    given = importing.sources(survey.layout, "2030", FULL, drafted(survey))
    listed = given.known.assign(status="canton")
    stand = fieldwork.standing(replace(given, listed=listed, known=listed), drafted(survey))
    assert stand.missing["status"].isna().all()


def test_before_anybody_submitted_the_page_stands_and_nobody_counts(survey, tmp_path):
    head, first, *_ = FULL.read_text(encoding="utf-8-sig").splitlines()
    early = tmp_path / "early.csv"
    early.write_text("\n".join([head, first.replace('"2025-03-10 09:12:44"', '""')]), "utf-8")
    kept = ["question,choice,text,affirmation_id", "nom,,Nom,", "statut,V,Ville,", ""]
    survey.write("structure.csv", "\n".join(kept))
    survey.write("respondents.csv", LISTED)
    used = drafted(survey, early)
    stand = standing(survey, early, used)
    assert stand.partial == {"Métropole de Valmont": ["2"]}
    assert (len(stand.answered), len(stand.missing)) == (0, 4)
    path, _ = fieldworkpage.publish(survey.layout, "2030", early, used, Language("fr"))
    assert "reçue le" not in path.read_text(encoding="utf-8")
    survey.write("edition.yml", samples.EDITION)
    (survey.folder / "respondents.csv").unlink()
    path, _ = fieldworkpage.publish(survey.layout, "2030", early, used, Language("fr"))
    text = path.read_text(encoding="utf-8")
    assert section(text, "Réponses reçues")[:1] == ["0 collectivité"]
    assert 'id="rises"' not in text  # no base to tell of
