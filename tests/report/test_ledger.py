"""The report's own sentences: written by helpers, entered in the ledger, refused where false."""

import subprocess

import pandas as pd
import pytest
from bs4 import BeautifulSoup
from hypothesis import example, given, settings
from hypothesis import strategies as st

from barolib.errors import StudyError
from barolib.report import pandoc
from barolib.report.facts import Facts
from barolib.report.templates import Templates
from barolib.survey import contracts, tables
from support import telling
from support.studies import ROOT, counted_by_hand

# Counts of the small edition: T01-01 1 2 3 1 of 7, T01-02 0 1 3 4 of 8, so T01 1 3 6 5 of 15;
# T02-01 2 1 1 1 of 5. Levels 3 and 4 are implementation.


def problem_of(study, text, lang="fr"):
    with pytest.raises(StudyError) as error:
        telling.told(study, text, lang)
    (problem,) = error.value.problems
    return problem


@pytest.mark.parametrize(
    ("text", "shown", "claim"),
    [
        ('{{ share("T01-01") }}', "57\u202f%", ("T01-01", "3-4", "", "0.57")),  # 4 of 7
        ('{{ share("T01-02", "4") }}', "50\u202f%", ("T01-02", "4", "", "0.50")),
        (
            '{{ about("T01-01") }}',
            "plus de 55\u202f%",
            ("T01-01", "3-4", "plus de", "0.55"),
        ),
        (
            '{{ over("T01") }}',
            "plus de 7 sur\u00a010",
            ("T01", "3-4", "plus de", "0.7"),
        ),  # 11 of 15
        ('{{ under("T02-01") }}', "moins de la moitié", ("T02-01", "3-4", "moins de", "0.5")),
        ('{{ mean("T01") }}', "3,0", ("T01", None, "", "3.0")),
    ],
)
def test_a_helper_writes_its_words_and_enters_them(tiny, text, shown, claim):
    found, (entry,) = telling.told(tiny, f"Avant. Soit {text} ici.")
    assert found == f"Avant. Soit {shown} ici."
    assert tuple(entry[key] for key in ("subject", "levels", "qualifier", "value")) == claim
    assert (entry["words"], entry["sentence"]) == (shown, f"Soit {shown} ici.")
    assert (entry["verdict"], entry["basis"]) == ("agrees", "printed_tables")
    assert (entry["file"], entry["line"]) == ("report/text/2030/fr/lead.md", 1)


def test_words_of_the_writers_own_hold_or_stop_the_run(tiny):
    true = '{{ says("une bonne moitié", "T01-01", qualifier="plus de", value="0.5") }}'
    found, (entry,) = telling.told(tiny, f"Soit {true}.")
    assert found == "Soit une bonne moitié."
    assert entry["recomputed"] == pytest.approx(4 / 7)
    false = true.replace('"0.5"', '"0.6"')
    problem = problem_of(tiny, f"Un titre\n\nCeci est vrai. Soit {false} d’entre elles. Et puis.")
    assert (problem.file, problem.row) == ("report/text/2030/fr/lead.md", "3")
    assert problem.value == "une bonne moitié"
    assert "“Soit une bonne moitié d’entre elles.”" in problem.message
    assert "0.5714" in problem.message


def test_an_order_of_themes_is_judged_by_their_means(tiny):
    tiny.append("published_distributions.csv", "R5,T02-02,20,20,20,40,9")
    says = '{{ says("devance", "T01", statistic="order", comparator="%s", note="vs T02:") }}'
    found, _ = telling.told(tiny, f"Le premier {says % '>'} le second.")  # 3.0 and 2.5
    assert found == "Le premier devance le second."
    assert problem_of(tiny, f"Le premier {says % '<'} le second.").value == "devance"


def test_all_false_sentences_of_a_text_are_told_at_once(tiny):
    false = '{{ says("tout", "T01-0%d", value="1.00") }}.'
    with pytest.raises(StudyError) as error:
        telling.told(tiny, f"Ici {false % 1}\n\nLà {false % 2}")
    assert [(p.row, p.value) for p in error.value.problems] == [("1", "tout"), ("3", "tout")]


def compared(study, verdict, basis, themes=()):
    """Writes a comparison in which T01-01 has this verdict, and its theme none to speak of.

    `themes`: columns of delta_themes that are otherwise.
    """
    edition = study.read().edition
    row = {"delta_pp": 12.0, "ci_low": 2.0, "ci_high": 20.0, "basis": basis}
    own = row | {"affirmation_id": "T01-01", "previous_id": "A", "verdict": verdict, "shift": 0.6}
    own |= {"share_before": 0.2, "base_before": 9, "share_after": 0.32, "base_after": 9}
    own |= {"p_value": 0.01, "p_adjusted": 0.02, "method": "boschloo"}
    own |= {"detectable_pp": None, "detectable_single_pp": None}
    theme = row | {"theme_id": "T01", "affirmations": 2, "verdict": "not_distinguishable"}
    theme |= {"asked": 2, "statuses_before": 1.0, "statuses_after": 1.0, "covered": True} | dict(
        themes
    )
    schemas = contracts.processed_contracts(edition)
    made = {"delta_affirmations": own, "delta_themes": theme}
    held = {
        name: pd.DataFrame([row])[list(schemas[name].columns)].astype({"verdict": "str"})
        for name, row in made.items()
    }
    folder = study.layout.processed(study.edition).parent / f"{study.edition}_vs_2028"
    folder.mkdir(parents=True)
    for column in ("detectable_pp", "detectable_single_pp"):
        held["delta_affirmations"][column] = pd.Series([None], dtype="float64")
    tables.write(folder, edition, **held)


@pytest.mark.parametrize("verb", ["progress", "decline", "stable"])
@pytest.mark.parametrize("verdict", ["progress", "decline", "stable", "not_distinguishable"])
def test_a_verb_needs_the_verdict_that_says_so(tiny, verb, verdict):
    compared(tiny, verdict, "collected")
    text = f'La mise en œuvre {{{{ {verb}("T01-01", "bouge") }}}}.'
    if verb == verdict:
        found, (entry,) = telling.told(tiny, text)
        assert found == "La mise en œuvre bouge."
        assert (entry["change"], entry["basis"]) == (verdict, "answers")
        return
    problem = problem_of(tiny, text)
    assert problem.value == "bouge"
    assert verdict in problem.message
    assert "La mise en œuvre bouge." in problem.message


def test_the_verb_of_a_change_follows_its_verdict_and_says_what_is_simulated(tiny):
    compared(tiny, "progress", "simulated")
    text = '{{ evolution("T01-01") }} ; {{ evolution("T01") }}'
    made = telling.templates(tiny, part=text, lead=text, T01_title=text)
    shown = telling.read(made, "text/2030/fr/part.md")
    assert shown.replace("\\", "") == (
        "progresse (réponses simulées) ; n’évolue pas de façon démontrée (réponses simulées)"
    )
    assert [entry["basis"] for entry in made.ledger.entries] == ["stand_in", "stand_in"]
    for name in ("lead", "T01-title"):  # the small edition has printed figures
        with pytest.raises(StudyError) as error:
            made.render(f"text/2030/fr/{name}.md")
        places = [(problem.file, problem.row) for problem in error.value.problems]
        assert places[:2] == 2 * [(f"report/text/2030/fr/{name}.md", "1")]
        assert "simulated answers" in error.value.problems[0].message


def test_a_title_has_ten_words_at_most(tiny):
    made = telling.templates(tiny, T01_title="un " * 10, T02_title="mot " * 11)
    made.render("text/2030/fr/T01-title.md")
    with pytest.raises(StudyError, match="a title of 11 words"):
        made.render("text/2030/fr/T02-title.md")


def test_a_printed_sentence_is_quoted_with_its_page(tiny):
    found, (entry,) = telling.told(tiny, 'Soit {{ printed("C1", noun="collectivités") }}.')
    assert found == "Soit 57\u202f% des collectivités (p.\u00a08)."
    assert (entry["subject"], entry["recomputed"]) == ("T01-01", 0.57)
    assert (entry["verdict"], entry["basis"]) == ("agrees", "printed_sentences")


def test_what_no_printed_sentence_says_is_not_quoted(tiny):
    for claim in ("C2", "C5"):  # contradicted by the tables; not there
        assert "no quotable" in problem_of(tiny, f'{{{{ printed("{claim}") }}}}').message


@pytest.mark.parametrize(
    ("claim", "proved"),
    [
        ('comparator=">", value="0.5"', True),
        ('comparator="<", value="0.6"', True),
        ('comparator=">", value="0.57"', False),  # 57 % is printed of what may be 56.45
        ('comparator="<", value="0.5"', False),
    ],
)
def test_a_printed_sentence_proves_what_all_that_it_allows_does(tiny, claim, proved):
    text = f'{{{{ says("une foule", "T01-01", {claim}, printed="C1") }}}}'
    if proved:
        assert telling.told(tiny, text)[1][0]["basis"] == "printed_sentences"
    else:
        assert "the tables give 0.57" in problem_of(tiny, text).message
    other = text.replace("T01-01", "T01-02")
    assert "C1 is about T01-01" in problem_of(tiny, other).message


@pytest.mark.parametrize("verb", ["progress", "decline", "stable", "evolution"])
def test_no_verb_is_said_of_a_theme_whose_coverage_does_not_carry_it(tiny, verb):
    told = {"verdict": "progress", "affirmations": 1, "covered": False}
    compared(tiny, "progress", "collected", told)
    if verb == "evolution":
        found, (entry,) = telling.told(tiny, 'La mise en œuvre {{ evolution("T01") }}.')
        assert found == "La mise en œuvre n’a pas d’évolution établie."
        assert entry["change"] == "not_covered"
    else:
        problem = problem_of(tiny, f'La mise en œuvre {{{{ {verb}("T01") }}}}.')
        assert "the tables give not_covered" in problem.message


def test_a_theme_says_how_many_of_its_affirmations_are_compared(tiny):
    compared(tiny, "progress", "collected", {"affirmations": 1})
    assert telling.told(tiny, '{{ coverage("T01") }}')[0] == "1\u00a0affirmation sur\u00a02"


def test_a_verb_without_a_comparison_stops_the_run(tiny):
    assert "no earlier edition" in problem_of(tiny, '{{ progress("T01-01") }}').message
    compared(tiny, "progress", "printed")
    assert "no change of 'T01-02'" in problem_of(tiny, '{{ progress("T01-02") }}').message


def test_a_paragraph_on_simulated_answers_ends_by_saying_so(answered):
    text = 'Soit {{ share("T01-01") }}.\n\nRien.\n\n- Un : {{ mean("T01") }}.\n'
    found, _ = telling.told(answered, text)
    assert "simul" not in found
    answered.replace("edition.yml", "answers: collected", "answers: synthetic")
    found, entries = telling.told(answered, text)
    assert found == (  # 4 3 1 2, so 2 of 4; scores 4, 3, 1.5 and 2
        "Soit 50\u202f% (réponses simulées). Rien. - Un : 2,6 (réponses simulées)."
    )
    assert {entry["basis"] for entry in entries} == {"stand_in"}


def test_one_changed_answer_changes_the_sentence_and_the_ledger(answered):
    text = 'Soit {{ about("T01-01") }} ({{ share("T01-01") }}).'
    before, _ = telling.told(answered, text)
    answered.replace("answers.csv", "R4,2,2,4,4", "R4,3,2,4,4")
    after, entries = telling.told(answered, text)
    assert (before, after) == (
        "Soit la moitié (50\u202f%).",
        "Soit les trois quarts (75\u202f%).",
    )
    assert [entry["recomputed"] for entry in entries] == [0.75, 0.75]
    firm = 'Soit {{ says("la moitié", "T01-01", value="0.5") }}.'
    assert "0.75" in problem_of(answered, firm).message


# ---------------------------------------------------------------------------------- as written

#: Where a label stands in a text, and the sentence that its reader sees.
SAID = {
    "{L} : {S} des réponses.": "{L} : {s} des réponses.",
    "Pour **{L}**, soit {S}.": "Pour {L}, soit {s}.",
    "Voir [*{L}*](T02.html#T02-01), à {S}": "Voir {L}, à {s}",
    "- un point, {S} : {L}": "un point, {s} : {L}",
    "Une phrase. Voici {S}, « {L} ». Une autre.": "Voici {s}, « {L} ».",
    "> Cité : {S}, _{L}_ !": "Cité : {s}, {L} !",
    "Un \\*astérisque\\*, `du_code` et {S} de {L}": "Un *astérisque*, du_code et {s} de {L}",
}
LABELS = st.text(st.sampled_from("abÉé1 *_[](){}.?!:;,\"'`#|<>&\\~^$@=+-/%…«»’"), min_size=1)
NASTY = [
    "A. B",
    "Où ? Là !",
    "*a* __b__ [c](d) ![e](f)",
    'p. 3 "x" : y',
    "# a | b",
    "1. a",
    "&amp;",
]


@pytest.fixture(scope="module")
def counted(tmp_path_factory):
    """The raw tables and the places of the edition counted by hand."""
    study = counted_by_hand(tmp_path_factory.mktemp("study"))
    return study.layout, telling.write_tables(study)


def own_sentences(markdown):
    """The sentences of the annex as a page shows them."""
    words = [pandoc.find(), "--from", f"{pandoc.MARKDOWN}-smart", "--to", "html", "--wrap=none"]
    how = {"capture_output": True, "check": True, "encoding": "utf-8"}
    html = subprocess.run(words, input=markdown, **how).stdout
    (*_, table) = BeautifulSoup(html, "html.parser").find_all("table")
    return [row.td.get_text() for row in table.tbody.find_all("tr")]


@settings(max_examples=12)
@given(st.lists(LABELS, min_size=7, max_size=7))
@example(NASTY)
def test_a_label_comes_out_of_the_ledger_as_it_is_written(counted, tmp_path_factory, labels):
    layout, raw = counted
    labels = [" ".join(label.split()) or "x" for label in labels]
    facts = Facts(layout, raw, "fr")
    facts.__dict__["labels"] = facts.labels | dict(enumerate(labels))
    shown = "57\u202f%"
    texts = [
        text.format(
            L=f"{{{{ facts.labels[facts.levels[{at}][0] - 1] }}}}", S='{{ share("T01-01") }}'
        )
        for at, text in enumerate(SAID)
    ]
    told = [
        seen.format(L=label, s=shown) for seen, label in zip(SAID.values(), labels, strict=True)
    ]
    facts.__dict__["levels"] = [(at + 1, "") for at in range(len(labels))]
    own = tmp_path_factory.mktemp("own") / "report" / "text"
    (own / "2030" / "fr").mkdir(parents=True)
    (own / "2030" / "fr" / "lead.md").write_text("\n\n".join(texts), encoding="utf-8")
    templates = Templates(ROOT / "report", facts, own)
    templates.render("text/2030/fr/lead.md")
    assert [entry["sentence"] for entry in templates.ledger.entries] == told
    assert own_sentences(templates.render("conformity.qmd.jinja")) == told


def test_a_text_within_a_text_keeps_its_values_and_is_entered_once(tiny):
    label = "A. B *c*"
    tiny.cell("themes.csv", "T01", "label_fr", label)
    lead = '{{ text("part") }}, soit {{ share("T01-02") }}.'
    part = '{{ row("T01").label }} est à {{ share("T01-01") }}'
    made = telling.templates(tiny, lead=lead, part=part)
    made.render("text/2030/fr/lead.md")
    assert [entry["sentence"] for entry in made.ledger.entries] == [
        f"{label} est à 57\u202f%",
        f"{label} est à 57\u202f%, soit 88\u202f%.",
    ]


def test_a_false_sentence_is_told_with_its_labels_as_they_are(tiny):
    label = "Où ? Là. [*ici*]"
    tiny.cell("questionnaire.csv", "T01-01", "label_fr", label)
    false = '{{ says("tout", "T01-01", value="1.00") }}'
    problem = problem_of(tiny, f'Vrai.\n\nPour **{{{{ row("T01-01").label }}}}**, {false}. Après.')
    assert problem.row == "3"
    assert f"“Pour {label}, tout.”" in problem.message
