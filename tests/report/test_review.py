"""What a client changed in a Word document comes back as a proposed change of the texts."""

import shutil
import subprocess
import zipfile

import pytest

from barolib import cli
from barolib.errors import StudyError
from barolib.report import review
from support.wording import FRENCH, Client

PLACE = "report/text/2030/fr"
MOVED = "Les agents y sont formés, 88 % en rendent compte."


@pytest.fixture
def client(written):
    """Who has the French document of the small study."""
    return Client(written.documents["fr"])


def as_patched(written, patch, folder):
    """The texts once the patch is applied to a copy of them."""
    shutil.copytree(written.layout.root / PLACE, folder / PLACE)
    subprocess.run(["git", "apply", "-"], input=patch.encode(), cwd=folder, check=True)
    return {path.stem: path.read_text(encoding="utf-8") for path in (folder / PLACE).iterdir()}


def test_of_ten_edits_nine_come_back_at_their_place_and_the_figure_is_refused_by_name(
    written, client, tmp_path
):
    client.replace("avancent dans", "avancent vite dans")  # a word more
    client.track(client.run("de près"), "de près", "avec soin")  # other words, as a tracked change
    client.replace("démarhe", "démarche")  # a slip of the pen
    client.replace("au centre", "au cœur")  # words in bold
    moved = client.replace(f"{MOVED} ", "")  # a sentence goes, with its figure
    client.replace("Elle demande du temps.", f"{moved}Elle demande du temps.")  # and comes here
    client.replace("Les moyens manquent encore, et", "Les moyens manquent, et")  # a word less
    client.remove("Un paragraphe de trop")  # a paragraph, with its figure
    client.add("Écrire un plan", "Publier *vite* {{ share }}")  # an item more, and no code of it
    client.add("n’ont rien engagé", "D’autres attendent.")  # a paragraph more
    client.replace("57 % des", "75 % des")  # a figure
    client.comment("Former les agents", "7", "A. Martin", "Lesquels ?")
    found = review.review(written.layout, client.save(tmp_path / "back.docx"), None, None)
    assert as_patched(written, found.patch, tmp_path) == FRENCH | {
        "lead": "Les collectivités avancent vite dans leurs projets.\n",
        "T01": """\
Les projets sont suivis avec soin : {{ share("T01-01") }} des collectivités les portent. L’usager
reste **au cœur** de la démarche.

Les moyens manquent, et {{ share("T01-01", "1") }} n’ont rien engagé.

D’autres attendent.
""",
        "key-results": """\
La suite. Les agents y sont formés, {{ share("T01-02") }} en rendent compte. Elle demande du temps.

{% if facts.lang == "fr" %}
Une condition l’écrit.
{% endif %}
""",
        "conclusion": """\
La coopération reste à construire[^suite].

- Former les agents
- Écrire un plan
- Publier \\*vite\\* \\{\\{ share \\}\\}

[^suite]: Voir la suite.
""",
    }
    (figure,) = found.problems
    assert (figure.file, figure.row) == (f"{PLACE}/T01.md", "1")
    assert '{{ share("T01-01") }}' in figure.message
    assert figure.value.replace("\u202f", " ") == "57 % → 75 %"
    assert [note.replace("\u00a0", " ") for note in found.notes] == [
        f"{PLACE}/conclusion.md, row 3: A. Martin, at “Former les agents”: Lesquels ?"
    ]


def test_of_a_document_that_nobody_changed_nothing_is_proposed(written):
    found = review.review(written.layout, written.documents["fr"], None, None)
    assert (found.patch, found.notes, found.problems) == ("", [], [])


def test_what_may_not_be_changed_is_told_by_its_place_and_the_rest_is_judged_and_shown(
    written, client, tmp_path, capsys
):
    client.replace("Précautions", "Réserves")  # a heading of a text of every edition
    client.replace("L’échelle de maturité", "L’échelle")  # one of strings.yml
    client.replace("14 % n’ont", "peu d’entre elles n’ont")  # a figure, in other words
    client.replace("Elle demande du temps.", "Elle demande deux tiers du temps.")
    client.told("document", "0" * 16)
    back, patch = client.save(tmp_path / "back.docx"), tmp_path / "back.patch"
    words = ["review", str(back), "--root", str(written.layout.root), "--output", str(patch)]
    assert cli.main(words) == 1
    assert "+La suite. Elle demande deux tiers du temps." in patch.read_text(encoding="utf-8")
    assert patch.read_text(encoding="utf-8").count("\n+") == 2
    told = capsys.readouterr().err
    assert "back.docx: the study has changed since it was written" in told
    assert "fr/method-limits.md, row 1: a text that every edition shows" in told
    assert "back.docx: not from a text of the edition (“Méthode”)" in told
    assert '{{ share("T01-01", "1") }}' in told
    assert f"{PLACE}/key-results.md, row 1: a number typed by hand" in told


@pytest.mark.parametrize("content", [b"", b"PK", b"no archive"])
def test_what_is_no_document_is_refused(written, tmp_path, content):
    (tmp_path / "none.docx").write_bytes(content)
    with pytest.raises(StudyError, match="no Word document"):
        review.review(written.layout, tmp_path / "none.docx", None, None)


def test_a_document_that_defines_entities_is_refused(client, written, tmp_path):
    client.parts["word/document.xml"] = b'<!DOCTYPE x [<!ENTITY a "b">]><x>&a;</x>'
    with zipfile.ZipFile(tmp_path / "bomb.docx", "w") as archive:
        for name, content in client.parts.items():
            archive.writestr(name, content)
    with pytest.raises(StudyError, match="no Word document"):
        review.review(written.layout, tmp_path / "bomb.docx", None, None)
