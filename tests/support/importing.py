"""The edition that the samples of tests/data/import answer, and the one before it."""

from pathlib import Path

SAMPLES = Path(__file__).parents[1] / "data" / "import"

EDITION = """\
id: "2030"
title: {fr: Essai}
provenance: {answers: collected}
scale:
  - {level: 1, stage: none, label: {fr: Pas encore abordé}}
  - {level: 2, stage: begun, label: {fr: Réflexion engagée}}
  - {level: 3, stage: half, label: {fr: Mise en œuvre en cours}}
  - {level: 4, stage: done, label: {fr: Amélioration continue}}
implementation_from: 3
not_concerned: [NC, Non concerné]
statuses:
  - {id: metropole, label: {fr: Métropole}}
  - {id: agglomeration, label: {fr: Agglomération}}
  - {id: ville, label: {fr: Ville}}
"""
THEMES = """\
theme_id,kind,position,label_fr,label_en
T01,theme,1,Stratégie,
T02,theme,2,Services,
"""
QUESTIONS = """\
affirmation_id,theme_id,position,label_fr,label_en,transverse_ids,previous_id,change
T01-01,T01,1,Porter une stratégie numérique d’ensemble,,,,new
T01-02,T01,2,Doter le numérique d’un budget suivi chaque année,,,,new
T02-01,T02,1,Proposer toutes les démarches en ligne,,,,new
T02-02,T02,2,Mesurer la satisfaction des usagers,,,,new
"""
BEFORE = """\
respondent_id,name,status,population
C07,Métropole de Valmont,metropole,240000
C11,Ville du Val,ville,9000
"""

#: What every sample says once imported: Valmont had an id before, the others take the next.
RESPONDENTS = """\
respondent_id,name,status,population
C07,Métropole de Valmont,metropole,250000
C12,ville d'Auréville,ville,61000
C13,Agglomération du Grand-Lac,agglomeration,118450
"""
ANSWERS = """\
respondent_id,T01-01,T01-02,T02-01,T02-02
C07,4,2,NC,3
C12,1,2,1,4
C13,3,3,2,1
"""


def make(study):
    """Makes a scratch study the one that the samples answer."""
    for path in study.folder.iterdir():
        path.unlink()
    for name, text in (("edition.yml", EDITION), ("themes.csv", THEMES)):
        study.write(name, text)
    study.write("questionnaire.csv", QUESTIONS)
    before = study.layout.raw("2028")
    before.mkdir()
    (before / "edition.yml").write_text(EDITION.replace("2030", "2028"), encoding="utf-8")
    (before / "respondents.csv").write_text(BEFORE, encoding="utf-8")
    return study
