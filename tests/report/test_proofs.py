"""What each figure of a text leads to, and what is said of it where a reader points at it."""

import pytest

from barolib.report.proofs import Proofs
from support import telling

# Counts of the small edition: T01-01 1 2 3 1 of 7, so T01 1 3 6 5 of 15. Of the answered one,
# T01-01 has 4 3 1 2.


def proofs(study, text, body="", lang="fr"):
    """The text as Markdown, the words of each of its links, what is said of each in a page."""
    made = telling.templates(study, lang, lead=text)
    written = made.render(f"text/{study.edition}/{lang}/lead.md")
    words = {row: shown.replace("\\", "") for shown, row in telling.LINK.findall(written)}
    told = Proofs(made.facts, made.words).of_page(written + body, made.ledger.rows)
    return written, words, told


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (
            '{{ share("T01-01") }}',  # Wilson's interval of 4 of 7
            "Première · niveaux 3–4 · 4 sur 7 · Intervalle à 95 % : 25 à 84 %"
            " · conforme (tableaux imprimés)",
        ),
        (
            '{{ share("T01-01", "1") }}',
            "Première · niveau 1 · 1 sur 7 · Intervalle à 95 % : 3 à 51 %"
            " · conforme (tableaux imprimés)",
        ),
        # Which of its answers are one respondent's is not known.
        ('{{ over("T01") }}', "Première · niveaux 3–4 · 11 sur 15 · conforme (tableaux imprimés)"),
        ('{{ mean("T01") }}', "Première · 3 · conforme (tableaux imprimés)"),
    ],
)
def test_a_claim_says_its_count_base_interval_verdict_and_basis(tiny, text, said):
    _, _, told = proofs(tiny, f"Soit {text}.")
    (proof,) = told.values()
    assert proof["says"].replace("\u202f", " ").replace("\u00a0", " ") == said


def test_a_claim_names_the_figure_of_its_page_that_shows_it_and_the_levels_counted(tiny):
    text = 'Soit {{ share("T01-01", "2-3") }}, {{ share("T01") }} et {{ share("T02-01") }}.'
    bars = "\n\n![](figures/legend.svg){#legend-T01 .legend}"
    bars += (
        "\n\n![A](figures/T01.svg){#whole-T01 .bar}\n\n![B](figures/T01-01.svg){#X1-T01-01 .bar}"
    )
    _, words, told = proofs(tiny, text, bars)
    shown = [(proof.get("of"), proof.get("at")) for proof in told.values()]
    assert shown == [("X1-T01-01", "2 3"), ("whole-T01", "3 4"), (None, None)]
    assert [*words] == [*told]


def test_no_link_stands_within_another_nor_in_a_heading(tiny):
    share = '{{ share("T01-01") }}'
    text = f"## Titre {share}\n\n[Voir {share}](T01.html), **{share}** [et *[{share}](T02.html)*]."
    written, words, _ = proofs(tiny, text)
    assert len(words) == 1
    assert f"**[57\u202f%](conformity.html#{next(iter(words))})**" in written


def test_what_a_claim_leads_to_is_the_same_whatever_else_is_written(tiny):
    share = 'Soit {{ share("T01-01") }}.'
    _, alone, _ = proofs(tiny, share)
    _, among, told = proofs(tiny, f'Avant {{{{ share("T02-01") }}}}.\n\n{share}\n\n{share}')
    assert set(alone) < set(among)
    assert len(among) == len(told) == 2  # the same sentence twice has one row
