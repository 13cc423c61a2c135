"""The chapters of a report: those that the edition has something to say in, in reading order."""

from __future__ import annotations

from dataclasses import dataclass

from barolib.report import ledger
from barolib.report.templates import Templates
from barolib.report.themes import Theme

#: The page of questions, which a script answers.
EXPLORE = "explore"
#: Pages that the PDF has not: the data of charts are in the workbook too.
_UNPRINTED = ("chart-data", EXPLORE)


@dataclass(frozen=True)
class Chapter:
    """A page of the report: its file name without ending, source, title and small line above."""

    name: str
    source: str
    title: str
    kicker: str = ""
    theme: Theme | None = None

    @property
    def printed(self) -> bool:
        """Whether it stands in the PDF."""
        return self.name not in _UNPRINTED

    @property
    def entry(self) -> dict:
        """The chapter in the navigation."""
        theme = self.theme
        number = {"number": str(theme.number)} if theme and theme.kind == "theme" else {}
        return {"href": f"{self.name}.html", "title": self.title, **number}

    @property
    def extra(self) -> dict:
        """What its source is given beside the facts."""
        return {"theme": self.theme} if self.theme else {}


def of_edition(templates: Templates) -> tuple[list[Chapter], list[str]]:
    """The chapters of the edition's report in its order, and the names of those that it drops.

    One without text or tables is left out.
    """
    chosen = templates.edition.report.chapters
    chapters = _in_usual_order(templates)
    if not chosen:
        return chapters, []
    by_name = {chapter.name: chapter for chapter in chapters}
    return [by_name[name] for name in chosen if name in by_name], sorted({*by_name} - {*chosen})


def _in_usual_order(templates: Templates) -> list[Chapter]:
    facts, words, lang = templates.facts, templates.words["chapters"], templates.lang

    def fixed(*names: str) -> list[Chapter]:
        present = (name for name in names if is_present(templates, name, lang))
        return [Chapter(name, f"{name}.qmd.jinja", words[name]) for name in present]

    return [
        *fixed("index", "editorials", "method", "evolution"),
        *(_on_theme(theme, words) for theme in [*facts.chapters, *facts.across]),
        *fixed("groups", "conclusion", EXPLORE, ledger.PAGE, "chart-data", "annex"),
    ]


def is_present(templates: Templates, name: str, lang: str) -> bool:
    """Whether the report has that chapter in a language: some wait for a text, or for tables."""
    facts = templates.facts
    present = {
        "editorials": templates.texts_in(lang, "editorial-*"),
        "evolution": facts.evolution,
        "groups": facts.answered,
        "conclusion": templates.texts_in(lang, "conclusion") or facts.established,
        EXPLORE: facts.rows,
    }
    return bool(present.get(name, True))


def _on_theme(theme: Theme, words: dict[str, str]) -> Chapter:
    kicker = words[theme.kind].format(number=theme.number)
    return Chapter(theme.id, "theme.qmd.jinja", theme.label, kicker, theme)
