"""What `check` passes is published: editions with little to say, or much, in both languages."""

import re

import pytest

from barolib.compare import comparison, delta, deltathemes, printedpairs
from barolib.drawing import figures
from barolib.report import engines, publication
from barolib.report.facts import Facts
from barolib.report.templates import Templates
from barolib.statistics import distribution
from barolib.survey import tables
from support import answering, telling
from support import published as shared
from support.studies import ROOT

ANSWERS, THEMES, QUESTIONS = "answers.csv", "themes.csv", "questionnaire.csv"
#: What may stand after a number, in the plural, and is wrong after one; in French after none too.
PLURALS = {
    "fr": "collectivités|affirmations|thèmes|réponses|répondants|points|phrases|lignes|niveaux"
    "|habitants|généralistes|spécialistes|non publiées|non concernés|chiffres ou verbes",
    "en": "authorities|statements|themes|answers|respondents|points|sentences|rows|levels"
    "|inhabitants|generalists|specialists|figures or verbs",
}
ONE = {
    "fr": rf"(?<![\d,.\u202f])[01]\s(?:{PLURALS['fr']})\b",
    "en": rf"(?<![\d,.])1\s(?:{PLURALS['en']})\b",
}


def facts_of(study, lang):
    return Facts(study.layout, telling.write_tables(study), lang)


def texts(study, lang):
    """Every common text of a study, filled, by its name; those of a theme by its id too."""
    facts = facts_of(study, lang)
    templates, found = Templates(ROOT / "report", facts), {}
    for path in sorted((ROOT / "report" / "text" / "common" / lang).glob("*.md")):
        name, source = path.stem, f"text/common/{lang}/{path.name}"
        if name == "annex-reconstruction" and not sum(facts.audit_trail.certainties.values()):
            continue
        if "evolution" in name and not facts.evolution:
            continue
        if name.startswith("theme-") or name == "origin":
            for theme in [*facts.chapters, *facts.across]:
                found[f"{name} {theme.id}"] = telling.read(templates, source, theme=theme)
        else:
            found[name] = telling.read(templates, source)
    plain = {name: re.sub(r"\\(.)", r"\1", text) for name, text in found.items()}
    for name, text in plain.items():
        assert not re.search(r"None|nan\b|<NA>", text), name
        assert not re.search(ONE[lang], text), f"{name}: {re.search(ONE[lang], text)[0]}"
    return {name: " ".join(text.split(" ")) for name, text in plain.items()}


def column(study, name, value):
    """Writes one value, or one by row, into a column of the answers."""
    header, *rows = study.rows(ANSWERS)
    for at, row in enumerate(rows):
        row[header.index(name)] = value(at) if callable(value) else value
    study.save(ANSWERS, [header, *rows])


def only(study, *affirmations):
    """Leaves these affirmations and their themes."""
    kept, themes = set(affirmations), {each[:3] for each in affirmations}
    study.drop_rows(QUESTIONS, lambda row: row["affirmation_id"] in kept)
    study.drop_rows(THEMES, lambda row: row["theme_id"] in themes or row["kind"] != "theme")
    header, *rows = study.rows(ANSWERS)
    places = [at for at, name in enumerate(header) if at == 0 or name in kept]
    study.save(ANSWERS, [[row[at] for at in places] for row in (header, *rows)])


# ---------------------------------------------------------------------------------- no answer


@pytest.mark.parametrize("cell", ["", "NC"])
@pytest.mark.parametrize("lang", shared.LANGUAGES)
def test_an_affirmation_that_nobody_answered_is_told_and_compared_with_none(answered, cell, lang):
    column(answered, "T02-02", cell)
    found = texts(answered, lang)
    label = {"fr": "Quatre", "en": "Four"}[lang]
    assert label not in found["theme-key T02"]
    assert label in found["theme-gaps T02"]
    # Of the theme one affirmation is left: neither the most nor the least advanced.
    assert found["theme-key T02"].count("**") == 2
    assert "avancée" not in found["theme-key T02"]
    assert "least" not in found["theme-key T02"]


@pytest.mark.parametrize("lang", shared.LANGUAGES)
def test_a_theme_that_nobody_answered_has_no_figure_and_no_rank_is_claimed(answered, lang):
    for name in ("T02-01", "T02-02"):
        column(answered, name, "")
    facts, found = facts_of(answered, lang), texts(answered, lang)
    theme = next(each for each in facts.chapters if each.id == "T02")
    assert (theme.score, theme.known, theme.pooled.base) == (None, [], 0)
    assert "keyfigures" not in found["theme-key T02"]
    assert {"fr": "Personne", "en": "Nobody"}[lang] in found["theme-gaps T02"]
    assert {"fr": "Seconde", "en": "Second"}[lang] in found["gaps"]
    assert found["gaps"].count("Première") == found["gaps"].count("First") == 0


def withheld(facts, *names):
    """The facts as where the distributions of these affirmations are withheld."""
    made = {name: facts._tables[name] for name in facts.judged["2030"].processed()}
    table, held = made["distributions"].copy(), made["distributions"]["affirmation_id"].isin(names)
    for each in ("n", "base", "percent", "not_concerned", "missing"):
        table[each] = table[each].astype("Int64").mask(held)
    made["distributions"] = table.assign(share=table["share"].mask(held), withheld=held)
    rest = made["distributions"][~held].astype({"n": "int64", "base": "int64"})
    members = {
        theme: [each for each in own if each not in names]
        for theme, own in facts.raw.members.items()
    }
    made["theme_distributions"] = distribution.pooled(
        rest, {theme: own for theme, own in members.items() if own}, facts.edition
    )
    facts._tables = {name: facts._tables[name] for name in facts._tables} | made
    return facts


@pytest.mark.parametrize(("names", "known"), [(["T01-01"], 1), (["T01-01", "T01-02"], 0)])
@pytest.mark.parametrize("lang", shared.LANGUAGES)
def test_a_distribution_that_is_withheld_says_so_and_tells_nothing(answered, names, known, lang):
    facts = withheld(facts_of(answered, lang), *names)
    row, theme = facts.row("T01-01"), facts.chapters[0]
    assert (row.withheld, row.base, row.implementation, row.at) == (True, None, None, "–")
    assert row.shown == ["–"] * 4
    assert (len(theme.withheld), len(theme.known)) == (len(names), known)
    assert theme.pooled.withheld == (not known)
    assert not re.search(r"\d", facts.base("T01-01"))
    with pytest.raises(LookupError, match="too few answered T01-01"):
        facts.percent("T01-01", "3-4")
    templates = Templates(ROOT / "report", facts)
    told = templates.render(f"text/common/{lang}/theme-gaps.md", theme=theme)
    assert {"fr": "Trop peu de", "en": "Too few"}[lang] in told
    templates.render(f"text/common/{lang}/theme-key.md", theme=theme)


def test_a_withheld_distribution_is_drawn_as_an_empty_bar_that_says_so(answered):
    facts = withheld(facts_of(answered, "fr"), "T01-01")
    figures.use_fonts(ROOT / "report" / "assets" / "fonts")
    held = [facts._tables[name] for name in ("distributions", "theme_distributions")]
    drawn = {
        each.name: each
        for each in figures.draw_distributions(
            facts.raw, *held, facts._tables["reconstructions"], ["fr"]
        )
    }
    said = drawn["T01-01"].svg + drawn["T01-01"].alt
    assert "Trop peu de réponses pour être publiée" in said
    assert not re.search(r"n\u00a0=|\d\u202f%", said)
    assert "1\u00a0affirmation\u00a0· 1\u00a0non publiée" in drawn["T01"].alt


# ---------------------------------------------------------------------------------- one, or alike


@pytest.mark.parametrize("lang", shared.LANGUAGES)
def test_one_theme_of_one_affirmation_is_neither_the_most_nor_the_least_advanced(answered, lang):
    only(answered, "T01-01")
    found = texts(answered, lang)
    assert found["key-themes"].strip() == ""
    assert found["theme-key T01"].count("**") == 2
    told = {"fr": "seule affirmation du thème sont", "en": "theme’s only statement are"}[lang]
    assert told in found["theme-key T01"]
    asked = {"fr": "1\u00a0affirmation, qui décrit", "en": "1\u00a0statement, which describes"}[
        lang
    ]
    assert asked in found["method"]


@pytest.mark.parametrize("lang", shared.LANGUAGES)
def test_where_every_answer_is_the_same_nothing_is_above_or_below(answered, lang):
    for name in ("T01-01", "T01-02", "T02-01", "T02-02"):
        column(answered, name, "4")
    found = texts(answered, lang)
    assert not re.search(r"avancés?\b|advanced|Les plus|highest", found["key-themes"])
    assert {"fr": "2\u00a0thèmes ont le même", "en": "2\u00a0themes have the same"}[lang] in (
        found["key-themes"]
    )
    assert {"fr": "chacune de ses 2", "en": "each of its 2"}[lang] in found["theme-key T01"]
    assert not re.search(r"avancée|advanced", found["theme-key T01"])


def test_affirmations_that_tie_are_not_told_one_before_the_other(answered):
    answering.generated(answered, 1, 4, 2)
    header, *rows = answered.rows(QUESTIONS)
    third = ["T01-3" if cell == "T01-2" else cell for cell in rows[1]]
    third[header.index("position")] = "3"
    answered.save(QUESTIONS, [header, *rows, third])
    header, *rows = answered.rows(ANSWERS)
    rows = [[row[0], 4 if at % 2 else 1, 4 if at % 2 else 1, 1] for at, row in enumerate(rows)]
    answered.save(ANSWERS, [[*header, "T01-3"], *rows])
    found = texts(answered, "fr")["theme-key T01"]
    assert "2\u00a0affirmations à égalité, les plus avancées" in found
    assert "la moins avancée : Point T01-2" in found


@pytest.mark.parametrize("people", [3, 4])
@pytest.mark.parametrize("lang", shared.LANGUAGES)
def test_few_respondents_are_told_in_the_number_that_they_have(answered, people, lang):
    header, *rows = answered.rows(ANSWERS)
    answered.save(ANSWERS, [header, *rows[:people]])
    texts(answered, lang)


@pytest.mark.parametrize("lang", shared.LANGUAGES)
def test_groups_that_are_not_published_are_told_as_such(answered, lang):
    facts = facts_of(answered, lang)
    facts.groups = dict.fromkeys(facts.groups)
    templates = Templates(ROOT / "report", facts)
    told = templates.render(f"text/common/{lang}/key-groups.md")
    assert told.count({"fr": "nombre non publié", "en": "undisclosed number"}[lang]) == 3
    assert "None" not in told + templates.render(f"text/common/{lang}/groups.md")


# ---------------------------------------------------------------------------------- few, and sums


@pytest.mark.parametrize("lang", shared.LANGUAGES)
def test_a_few_of_many_are_not_none_in_texts_tables_and_the_ledger(answered, lang):
    answering.a_few_of_many(answered)
    facts = facts_of(answered, lang)
    few, most = facts.row("T01-01"), facts.row("T01-02")
    assert (few.shown, few.digits) == ([">99", "0", "0", "<1"], "<1")
    assert (most.shown, most.digits) == (["<1", "0", "0", ">99"], ">99")
    assert facts.nearly
    found = texts(answered, lang)
    signs = {"fr": ("<\u00a01\u202f%", ">\u00a099\u202f%"), "en": ("<1%", ">99%")}[lang]
    assert all(sign in found["theme-key T01"] for sign in signs)
    assert "<" in found["data-note"]
    text = "{{ share('T01-01') }} {{ share('T01-02') }} {{ share('T02-01') }}"
    _, entries = telling.told(answered, text, lang)
    assert [(each["comparator"], each["value"]) for each in entries] == [
        ("<", "0.01"),
        (">", "0.99"),
        ("~", "0.00"),
    ]
    assert {each["verdict"] for each in entries} == {"agrees"}


@pytest.mark.parametrize(("levels", "points"), [(3, 1), (4, 2), (6, 3), (9, 4)])
def test_the_sentence_on_sums_is_as_wide_as_the_levels_allow(tiny, levels, points):
    answering.generated(tiny, 2, levels, 2)
    noun = {"fr": "point" if points == 1 else "points", "en": "point" if points == 1 else "points"}
    for lang in shared.LANGUAGES:
        told = texts(tiny, lang)["method-limits"]
        assert f"{points}\u00a0{noun[lang]} a" in told


# ---------------------------------------------------------------------------------- two editions


def compare(studies):
    """Writes the tables of the comparison of two studies, those of figures left out."""
    raws = [study.read() for study in reversed(studies)]
    pair = comparison.of_raws(raws)
    own = delta.affirmations(pair)
    themes, _ = deltathemes.themes(pair, own)
    made = {"delta_affirmations": own, "delta_themes": themes}
    made |= {"crosswalk": delta.outcomes(pair, own)}
    made |= {"printed_comparisons": printedpairs.table(pair)}
    folder = studies[0].layout.comparison("2030", "2028")
    folder.mkdir(parents=True, exist_ok=True)
    tables.write(folder, raws[-1].edition, **made)


def compared(studies, lang):
    compare(studies)
    return texts(studies[0], lang)


@pytest.mark.parametrize("lang", shared.LANGUAGES)
def test_the_number_of_affirmations_stands_beside_every_theme_s_change(two, lang):
    two[0].cell(QUESTIONS, "T01-02", "change", "identical")
    found = compared(two, lang)
    whole = {"fr": "2\u00a0affirmations sur\u00a02", "en": "2 of\u00a02\u00a0statements"}[lang]
    part = {"fr": "1\u00a0affirmation sur\u00a02", "en": "1 of\u00a02\u00a0statements"}[lang]
    for name in ("key-evolution", "theme-evolution T01"):
        assert whole in found[name]
    for name in ("key-evolution", "theme-evolution T02"):
        assert part in found[name]
    assert {"fr": "trop peu est comparé", "en": "too little is compared"}[lang] in (
        found["theme-evolution T02"]
    )
    verbs = {"fr": "la mise en œuvre n’évolue", "en": "implementation has no demonstrated change"}
    verb = verbs[lang]
    assert verb in found["theme-evolution T01"]
    assert verb not in found["theme-evolution T02"]


@pytest.mark.parametrize("lang", shared.LANGUAGES)
def test_stages_of_one_id_and_other_words_are_not_called_the_same(two, lang):
    alike = {"fr": "dans les mêmes termes ;", "en": "in the same words;"}[lang]
    assert alike in compared(two, lang)["evolution"]
    two[1].replace("edition.yml", "fr: Mise en œuvre, en: Under way", "fr: Prévu, en: Planned")
    found = compared(two, lang)["evolution"]
    assert alike not in found
    assert {"fr": "« Mise en œuvre » (2028 : « Prévu »)", "en": "“Under way” (2028: “Planned”)"}[
        lang
    ] in " ".join(found.split())


@pytest.mark.parametrize("lang", shared.LANGUAGES)
def test_affirmations_declared_identical_in_other_words_are_not_called_asked_alike(two, lang):
    asked = {"fr": "à l’identique", "en": "asked alike"}[lang]
    assert asked in compared(two, lang)["evolution"]
    two[1].replace(QUESTIONS, "A1,T01,1,Un,One", "A1,T01,1,Un tout autre énoncé,Another")
    found = compared(two, lang)
    assert facts_of(two[0], lang).evolution.otherwise == ["T01-01"]
    for name in ("evolution", "theme-evolution T01"):
        assert asked not in found[name]
    assert "T01-01" in found["evolution"]
    assert asked in found["theme-evolution T02"]


@pytest.mark.parametrize("lang", shared.LANGUAGES)
def test_panels_without_a_status_in_common_are_told_and_no_theme_has_a_verb(two, lang):
    two[0].cell(QUESTIONS, "T01-02", "change", "identical")
    kinds = "  - {id: county, label: {fr: Département}}\n  - {id: city, label"
    two[1].replace("edition.yml", "  - {id: city, label", kinds)
    for each in ("R1", "R2", "R3", "R4", "R7", "R8"):
        two[1].cell("respondents.csv", each, "status", "county")
    found = compared(two, lang)
    assert {"fr": "aucune catégorie", "en": "no kind of authority"}[lang] in found["evolution"]
    verbs = {"fr": "la mise en œuvre ", "en": "implementation has"}[lang]
    assert verbs not in found["theme-evolution T01"]
    two[1].cell("respondents.csv", "R7", "status", "town")
    share = {"fr": "16,7 %", "en": "16.7%"}[lang]
    assert share in compared(two, lang)["evolution"]


def test_what_has_no_figures_in_both_editions_is_not_said_to_be_compared(two):
    for name in ("T01-01", "T02-01"):
        column(two[0], name, "")
    for lang, said in (("fr", "rien n’est comparé"), ("en", "nothing is compared")):
        found = compared(two, lang)
        assert said in found["evolution"]
        assert said in found["key-evolution"]


# ---------------------------------------------------------------------------------- from raw files


def filled(study):
    """The pages of both languages of a study, filled from its raw files on."""
    raw, found = shared.process_here(study.layout, study.edition), {}
    for lang in shared.LANGUAGES:
        build = publication.fill(study.layout, raw, lang)
        for path in build.glob("*.qmd"):
            found[lang, path.stem] = re.sub(r"\\(.)", r"\1", path.read_text(encoding="utf-8"))
    return found


@pytest.mark.slow
@pytest.mark.parametrize("cells", [{"T02-2": ""}, {"T02-2": "NC"}, {"T02-1": "NC", "T02-2": ""}])
def test_what_nobody_answered_is_published_as_such(tiny, cells):
    answering.generated(tiny, 3, 6, 2)
    for name, cell in cells.items():
        column(tiny, name, cell)
    pages = filled(tiny)
    for lang, said in (("fr", "Pas de répartition"), ("en", "No distribution")):
        assert pages[lang, "T02"].count(said) == len(cells) + (len(cells) == 2)
        bar, row = re.findall(r"^\| \[Domaine 2\].*$", pages[lang, "index"], re.MULTILINE)
        assert ("| 0 | – |" in row) == (len(cells) == 2)
        assert ("– | – |" in bar) == (len(cells) == 2)
        assert not re.search(r"None|<NA>", pages[lang, "index"] + pages[lang, "T02"])


@pytest.mark.slow
def test_the_first_page_of_a_single_theme_speaks_of_one(tiny):
    answering.generated(tiny, 1, 4, 2)
    pages = filled(tiny)
    plural = {"fr": "[Ll]es thèmes|des thèmes|1.thèmes", "en": "[Tt]he themes|1.themes"}
    for lang, said in (("fr", "## Le thème d’un coup"), ("en", "## The theme at a glance")):
        assert said in pages[lang, "index"]
        assert not re.search(plural[lang], pages[lang, "index"])


@pytest.mark.slow
def test_forty_themes_of_one_affirmation_have_legible_charts(tiny):
    answering.generated(tiny, 40, 6, 2)
    only(tiny, *(f"T{at:02}-1" for at in range(1, 41)))
    for name in ("respondents.csv", ANSWERS):  # so many that none of forty themes tells of each
        header, *rows = tiny.rows(name)
        tiny.save(name, [header, *([f"{r[0]}{at}", *r[1:]] for at in range(5) for r in rows)])
    pages = filled(tiny)
    parts = ["theme_means-1of2", "theme_means-2of2"]
    for lang in shared.LANGUAGES:
        assert re.findall(r"figures/(theme_means[\w-]*)\.svg", pages[lang, "index"]) == parts
        assert len(re.findall(r"figures/status_\w+-\dof2\.svg", pages[lang, "groups"])) == 4
        assert len(re.findall(r"^\| \[Domaine \d+\]", pages[lang, "index"], re.MULTILINE)) == 80
    engines.render(tiny.layout.build("2030", "fr"), tiny.layout.output("2030", "fr"), "embedded")


@pytest.mark.slow
def test_labels_that_read_alike_or_go_on_for_long_are_published_and_told_apart(tiny):
    long, word = ("Un énoncé qui n’en finit pas, " * 34)[:1000].strip(), "Mot" * 67
    answering.generated(tiny, 3, 4, 2)
    for name, key, label in (
        (THEMES, "T01", "Pareil"),
        (THEMES, "T02", "Pareil"),
        (THEMES, "T03", word),
        (QUESTIONS, "T01-1", long),
        (QUESTIONS, "T01-2", word),
        (QUESTIONS, "T02-1", "x"),
    ):
        tiny.cell(name, key, "label_fr", label)
    tiny.replace("edition.yml", "fr: Genre 1", "fr: Genre 0")
    tiny.replace("edition.yml", "fr: Palier 2", f"fr: {word}")
    pages = filled(tiny)
    for lang in shared.LANGUAGES:
        assert {"Pareil (T01)", "Pareil (T02)"} <= set(
            re.findall(r"Pareil \(T0\d\)", pages[lang, "index"])
        )
        assert {"k0", "k1"} <= set(re.findall(r"genre 0 \((k\d)\)", pages[lang, "method"]))
        assert long in pages[lang, "T01"]
    output = tiny.layout.output("2030", "fr")
    engines.render(tiny.layout.build("2030", "fr"), output, "embedded")
    assert "<wbr>" in (output / "T01.html").read_text(encoding="utf-8")


@pytest.mark.parametrize("lang", shared.LANGUAGES)
def test_where_all_is_simulated_each_text_on_who_answered_says_so(answered, lang):
    answered.replace("edition.yml", "{answers: collected}", "{answers: synthetic}")
    answered.append("edition.yml", 'fieldwork: {start: "2030-03", end: "2030-04"}')
    facts, found = facts_of(answered, lang), texts(answered, lang)
    assert facts.only_simulated
    for name in ("sources", "key-figures", "method-panel", "origin T01", "origin X1"):
        assert "simul" in found[name], name
        assert not re.search(r"publié|published|2030", found[name]), name
    lines = Templates(ROOT / "report", facts).data("cover")["lines"]
    assert not any("2030" in line for line in lines)  # nobody was asked in these months


def test_answers_collected_or_beside_a_printed_sentence_are_not_all_simulated(answered):
    assert not facts_of(answered, "fr").only_simulated
    answered.replace("edition.yml", "{answers: collected}", "{answers: synthetic}")
    header = "claim_id,page,edition,subject,group,levels,statistic,comparator,value,qualifier,note"
    answered.write("published_claims.csv", f"{header}\nK1,1,2030,panel,,,count,=,6,,\n")
    assert not facts_of(answered, "fr").only_simulated
    assert "celles d’ici sont synthétiques" in texts(answered, "fr")["sources"]
