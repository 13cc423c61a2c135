"""Two small editions, counted by hand: that of `answering`, and the one before it.

2028 knows three levels (the last, half, is one with half and done of 2030), implementation from 3.
Answers by respondent (- none), A1 A2 A3 A9, then those of 2030, T01-01 T01-02 T02-01 T02-02:

    R1  3 1 2 1   4 4 3 4      R4  2 3 3 1   2 2 4 4      R7  3 3 - 1
    R2  1 2 1 2   3 - 2 -      R5            - - - 3      R8  1 - 1 2
    R3  1 1 1 3   1 2 1 1      R6            - - - -

T01-01 is A1 and T02-01 is A3, word for word; T01-02 is A2 reworded; T02-02 is new; A9 went.
"""

from pathlib import Path

import pytest

from support import answering
from support.studies import Study

QUESTIONNAIRE = """\
affirmation_id,theme_id,position,label_fr,label_en,transverse_ids,previous_id,change
T01-01,T01,1,Un,One,X1,A1,identical
T01-02,T01,2,Deux,Two,,A2,reworded
T02-01,T02,1,Trois,Three,,A3,identical
T02-02,T02,2,Quatre services en ligne,Four,X1,,new
"""
BEFORE = {
    "edition.yml": answering.SCALE.replace('"2030"', '"2028"')
    .replace("  - {level: 4, stage: done, label: {fr: L’essentiel est fait, en: Done}}\n", "")
    .replace("leaders: 3.5", "leaders: 2.5"),
    "themes.csv": answering.FILES["themes.csv"],
    "questionnaire.csv": """\
affirmation_id,theme_id,position,label_fr,label_en,transverse_ids,previous_id,change
A1,T01,1,Un,One,,,new
A2,T01,2,Deux autrement,Two,,,new
A3,T02,1,Trois,Three,,,new
A9,T02,2,Quatre services au guichet,Nine,,,new
""",
    "respondents.csv": """\
respondent_id,name,status,population
R1,A,city,5000
R2,B,city,50000
R3,C,city,200000
R4,D,town,50000
R7,G,town,10000
R8,H,town,9999
""",
    "answers.csv": """\
respondent_id,A1,A2,A3,A9
R1,3,1,2,1
R2,1,2,1,2
R3,1,1,1,3
R4,2,3,3,1
R7,3,3,NC,1
R8,1,,1,2
""",
}


def written(root: Path) -> tuple[Study, Study]:
    """Both editions in a folder, the later one first."""
    studies = Study(root, "2030"), Study(root, "2028")
    files = answering.FILES | {"questionnaire.csv": QUESTIONNAIRE}
    for study, content in zip(studies, (files, BEFORE), strict=True):
        study.folder.mkdir(parents=True)
        for name, text in content.items():
            study.write(name, text)
    return studies


@pytest.fixture
def two(tmp_path) -> tuple[Study, Study]:
    """Both editions in a scratch folder, to be spoiled."""
    return written(tmp_path)
