"""A study of six respondents, small enough to be counted by hand, to be spoiled by tests.

Levels run 1–4, implementation from 3. Answers (N not concerned, - blank):

    R1  4 4 | 3 4      R2  3 - | 2 N      R3  1 2 | 1 1
    R4  2 2 | 4 4      R5  N N | - 3      R6  - - | - -
"""

import random

import pytest

SCALE = """\
id: "2030"
title: {fr: Essai, en: Trial}
provenance: {answers: collected}
scale:
  - {level: 1, stage: none, label: {fr: Rien, en: Nothing}}
  - {level: 2, stage: begun, label: {fr: Réflexion engagée, en: Begun}}
  - {level: 3, stage: half, label: {fr: Mise en œuvre, en: Under way}}
  - {level: 4, stage: done, label: {fr: L’essentiel est fait, en: Done}}
implementation_from: 3
not_concerned: [NC, Non concerné]
statuses:
  - {id: city, label: {fr: Ville, en: City}}
  - {id: town, label: {fr: Bourg, en: Town}}
size_classes: [10000, 100000]
group_cuts: {leaders: 3.5, peloton: 2.0}
specialist_gap: 1.0
disclosure_minimum: 2
seed: 1
"""
#: One size class and one group, which tell nothing of the statuses.
_ONE_GROUP = SCALE.replace("size_classes: [10000, 100000]\n", "").replace(
    ": 3.5, peloton: 2.0", ": 4, peloton: 1"
)
FILES = {
    "edition.yml": SCALE,
    "themes.csv": """\
theme_id,kind,position,label_fr,label_en
T01,theme,1,Première,First
T02,theme,2,Seconde,Second
X1,transverse,3,Tout,All
""",
    "questionnaire.csv": """\
affirmation_id,theme_id,position,label_fr,label_en,transverse_ids,previous_id,change
T01-01,T01,1,Un,One,X1,,new
T01-02,T01,2,Deux,Two,,,new
T02-01,T02,1,Trois,Three,,,new
T02-02,T02,2,Quatre,Four,X1,,new
""",
    "respondents.csv": """\
respondent_id,name,status,population
R1,A,city,5000
R2,B,city,50000
R3,C,city,200000
R4,D,town,50000
R5,E,town,10000
R6,F,town,9999
""",
    "answers.csv": """\
respondent_id,T01-01,T01-02,T02-01,T02-02
R1,4,4,3,4
R2,3,,2,NC
R3,1,2,1,1
R4,2,2,4,4
R5,NC,NC,,3
R6,,,,
""",
}


def _five_times(text):
    """A table of respondents with each of them five times over, under ids of their own."""
    header, *rows = text.splitlines()
    lines = [row.replace(",", f"{at},", 1) for at in range(5) for row in rows]
    return "\n".join([header, *lines, ""])


#: Five respondents for each of the six, so that statuses may be told of; R4 differs in T01.
BY_STATUS = FILES | {
    "edition.yml": _ONE_GROUP,
    "respondents.csv": _five_times(FILES["respondents.csv"]),
    "answers.csv": _five_times(FILES["answers.csv"].replace("R4,2,2", "R4,2,4")),
}


@pytest.fixture
def answered(tiny):
    """The study of six respondents, in a scratch folder."""
    for path in tiny.folder.iterdir():
        path.unlink()
    for name, content in FILES.items():
        tiny.write(name, content)
    return tiny


@pytest.fixture
def by_status(answered):
    """The study of five times as many respondents, `BY_STATUS`."""
    for name, content in BY_STATUS.items():
        answered.write(name, content)
    return answered


def a_few_of_many(study):
    """300 answers each: one implements T01-01, all but one T01-02, none T02-01."""
    study.save(
        "respondents.csv",
        [["respondent_id", "name", "status", "population"]]
        + [[f"R{at}", "", "city", "5000"] for at in range(300)],
    )
    study.save(
        "answers.csv",
        [study.rows("answers.csv")[0]]
        + [[f"R{at}", 4 if at == 7 else 1, 1 if at == 9 else 4, 1, 4] for at in range(300)],
    )


def generated(study, themes, levels, statuses):
    """Makes the scratch study an edition of so many themes, levels and statuses, drawn by a seed.

    Two affirmations a theme, 24 respondents; no transverse theme, no size class, no group cut.
    """
    rng = random.Random(1000 * themes + 10 * levels + statuses)
    for path in study.folder.iterdir():
        path.unlink()
    scale = "".join(
        f"  - {{level: {n}, stage: s{n}, label: {{fr: Palier {n}, en: Step {n}}}}}\n"
        for n in range(1, levels + 1)
    )
    kinds = "".join(f"  - {{id: k{n}, label: {{fr: Genre {n}}}}}\n" for n in range(statuses))
    head = 'id: "2030"\ntitle: {fr: Essai tiré au sort}\nprovenance: {answers: collected}\n'
    cut = f"implementation_from: {levels - 1}\nseed: 7\n"
    study.write("edition.yml", f"{head}scale:\n{scale}{cut}statuses:\n{kinds}")
    names = [f"T{n:02}" for n in range(1, themes + 1)]
    items = [f"{name}-{n}" for name in names for n in (1, 2)]
    study.save(
        "themes.csv",
        [["theme_id", "kind", "position", "label_fr", "label_en"]]
        + [[name, "theme", n, f"Domaine {n}", ""] for n, name in enumerate(names, 1)],
    )
    heading = ["affirmation_id", "theme_id", "position", "label_fr", "label_en", "transverse_ids"]
    rows = [[item, item[:3], item[-1], f"Point {item}", "", "", "", "new"] for item in items]
    study.save("questionnaire.csv", [[*heading, "previous_id", "change"], *rows])
    people = [f"R{n:02}" for n in range(24)]
    study.save(
        "respondents.csv",
        [["respondent_id", "name", "status", "population"]]
        + [[each, "", f"k{n % statuses}", ""] for n, each in enumerate(people)],
    )
    cells = [*range(1, levels + 1), *range(1, levels + 1), "NC", ""]
    answers = [[each, *(rng.choice(cells) for _ in items)] for each in people]
    study.save("answers.csv", [["respondent_id", *items], *answers])
