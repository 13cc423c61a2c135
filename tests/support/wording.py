"""A Word document as a client gives it back: its paragraphs changed in its own XML."""

import copy
import re
import zipfile
from pathlib import Path
from typing import NamedTuple
from xml.etree import ElementTree

import pytest

from barolib.report import publication, word
from support import published as shared
from support.studies import counted_by_hand

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
BODY = "word/document.xml"
FRENCH = {
    "lead": "Les collectivités avancent dans leurs projets.\n",
    "T01-title": "Les projets sont suivis\n",
    "T01": """\
Les projets sont suivis de près : {{ share("T01-01") }} des collectivités les portent.
Les agents y sont formés, {{ share("T01-02") }} en rendent compte. L’usager
reste **au centre** de la démarhe.

Les moyens manquent encore, et {{ share("T01-01", "1") }} n’ont rien engagé.
""",
    "key-results": """\
La suite. Elle demande du temps.

Un paragraphe de trop, que personne ne lit, avec {{ share("T02-01") }} de réponses.

{% if facts.lang == "fr" %}
Une condition l’écrit.
{% endif %}
""",
    "conclusion": """\
La coopération reste à construire[^suite].

- Former les agents
- Écrire un plan

[^suite]: Voir la suite.
""",
}
ENGLISH = {"lead": "Local authorities are moving on.\n", "conclusion": "More is to come.\n"}


class Written(NamedTuple):
    """A small study that was run, and its Word document in each language."""

    layout: shared.Project
    raw: object
    documents: dict[str, Path]


@pytest.fixture(scope="session")
def written(tmp_path_factory):
    """The edition counted by hand with texts, as Word documents; never to be changed."""
    study = counted_by_hand(tmp_path_factory.mktemp("written"))
    project = shared.small_project(study)
    for lang, texts in (("fr", FRENCH), ("en", ENGLISH)):
        for name, text in texts.items():
            place = project.sources / "report" / "text" / "2030" / lang / f"{name}.md"
            place.write_text(text, encoding="utf-8")
    raw, documents = shared.process_here(project, "2030"), {}
    for lang in shared.LANGUAGES:
        documents[lang] = project.review("2030", lang)
        word.write(publication.fill(project, raw, lang), documents[lang], lang)
    return Written(project, raw, documents)


class Client:
    """Who reads a Word document and changes it; `save` writes what came of it."""

    def __init__(self, path):
        with zipfile.ZipFile(path) as archive:
            self.parts = {name: archive.read(name) for name in archive.namelist()}
        self.root = ElementTree.fromstring(self.parts[BODY])
        self.above = {child: parent for parent in self.root.iter() for child in parent}

    def paragraph(self, words):
        """The only paragraph that holds these words, whatever its spaces."""
        return self.found(words)[0]

    def found(self, words):
        """The only paragraph that holds these words, and where."""
        pattern = re.compile(r"\s".join(map(re.escape, words.split(" "))))
        each = ((one, pattern.search(text(one))) for one in self.root.iter(f"{W}p"))
        ((paragraph, match),) = [(one, match) for one, match in each if match]
        return paragraph, match

    def replace(self, old, new):
        """Types words in the place of others, in their runs; the words that went."""
        paragraph, match = self.found(old)
        (start, end), at = match.span(), 0
        for run in paragraph.iter(f"{W}t"):
            first, last = at, at + len(run.text or "")
            at = last
            if last <= start or first >= end:
                continue
            before, after = run.text[: max(0, start - first)], run.text[max(0, end - first) :]
            run.text = before + (new if first <= start else "") + after
        return match[0]

    def remove(self, words):
        """Takes a paragraph out."""
        paragraph = self.paragraph(words)
        self.above[paragraph].remove(paragraph)
        return paragraph

    def add(self, after, new):
        """Writes a paragraph after another, of its kind."""
        former = self.paragraph(after)
        added = copy.deepcopy(former)
        first, *others = added.iter(f"{W}t")
        first.text = new
        for run in others:
            run.text = ""
        place = [*self.above[former]].index(former)
        self.above[former].insert(place + 1, added)
        self.above[added] = self.above[former]

    def run(self, words):
        """The only run that holds these words."""
        (found,) = [each for each in self.root.iter(f"{W}r") if words in text(each)]
        return found

    def track(self, run, old, new):
        """Types words in the place of others of a run, as a tracked change."""
        before, after = text(run).split(old)
        place, parent = [*self.above[run]].index(run), self.above[run]
        parent.remove(run)
        gone, come = ElementTree.Element(f"{W}del"), ElementTree.Element(f"{W}ins")
        ElementTree.SubElement(ElementTree.SubElement(gone, f"{W}r"), f"{W}delText").text = old
        come.append(typed(new))
        for at, part in enumerate([typed(before), gone, come, typed(after)]):
            parent.insert(place + at, part)

    def comment(self, words, number, author, said):
        """Says something on a paragraph."""
        paragraph = self.paragraph(words)
        at = 1 if paragraph.find(f"{W}pPr") is not None else 0
        paragraph.insert(at, ElementTree.Element(f"{W}commentRangeStart", {f"{W}id": number}))
        comments = ElementTree.Element(f"{W}comments")
        about = {f"{W}id": number, f"{W}author": author}
        comment = ElementTree.SubElement(comments, f"{W}comment", about)
        ElementTree.SubElement(comment, f"{W}p").append(typed(said))
        self.parts["word/comments.xml"] = ElementTree.tostring(comments)

    def told(self, name, value):
        """Changes what the document tells of itself."""
        custom = ElementTree.fromstring(self.parts["docProps/custom.xml"])
        (property_,) = [each for each in custom if each.get("name") == f"barolib-{name}"]
        property_[0].text = value
        self.parts["docProps/custom.xml"] = ElementTree.tostring(custom)

    def save(self, path):
        """Writes the document."""
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
            for name, content in self.parts.items():
                if name == BODY:
                    content = ElementTree.tostring(self.root, encoding="utf-8")
                archive.writestr(name, content)
        return path


def typed(words):
    """A run of these words."""
    run = ElementTree.Element(f"{W}r")
    ElementTree.SubElement(run, f"{W}t").text = words
    return run


def text(element):
    """The words of an element."""
    return "".join(part.text or "" for part in element.iter(f"{W}t"))
