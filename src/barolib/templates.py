"""The sources of the report as templates: filled from the facts, strict about every name."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import jinja2
import pandas as pd
import yaml

from barolib import wording
from barolib.errors import Problem, StudyError
from barolib.facts import Facts
from barolib.markdown import Markdown, escape, written

#: Interface words and months of both languages.
STRINGS = "strings.yml"


class Templates:
    """The templates of report/ with the facts of an edition in one language."""

    def __init__(self, sources: Path, facts: Facts) -> None:
        self.facts, self.lang, self.edition = facts, facts.lang, facts.edition
        strings = yaml.safe_load((sources / STRINGS).read_text(encoding="utf-8"))
        self.words = strings[self.lang]
        self._markdown = jinja2.Environment(
            loader=jinja2.FileSystemLoader(sources),
            undefined=jinja2.StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
            comment_start_string="{##",  # {# starts an identifier in Markdown
            comment_end_string="##}",
            finalize=written,
        )
        self._markdown.filters |= self._filters()
        # A YAML source is data: what it says is escaped later, with the rest of the front matter.
        self._yaml = self._markdown.overlay(finalize=None)

    def render(self, name: str, **extra: object) -> str:
        """The source `name`, filled; raises StudyError naming what it holds and nothing defines."""
        jinja = self._yaml if name.endswith(".yml") else self._markdown
        facts = self.facts
        known = {"facts": facts, "edition": self.edition, "t": self.words, "text": self._text}
        known |= {"share": facts.share, "base": facts.base, "row": facts.row}
        known |= {"alt": self._alt, "months": self._months}
        try:
            return jinja.get_template(name).render(known | extra)
        except (jinja2.TemplateError, LookupError, TypeError, ValueError, ArithmeticError) as error:
            line = getattr(error, "lineno", None) or _line_in(error, name)
            mend = "use what the report's facts hold (docs/report.md lists it)"
            raise StudyError(Problem(f"report/{name}", str(error), mend, row=str(line))) from None

    def data(self, name: str) -> Mapping:
        """A YAML text by its name: the common one, overlaid by the edition's own."""
        found: dict = {}
        for owner in ("common", self.edition.id):
            path = f"text/{owner}/{self.lang}/{name}.yml"
            if path in self._yaml.list_templates(extensions=["yml"]):
                found |= yaml.safe_load(self.render(path)) or {}
        return found

    def _text(self, name: str) -> Markdown:
        """An editorial text: the edition's own, else the common one, else nothing."""
        for owner in (self.edition.id, "common"):
            path = f"text/{owner}/{self.lang}/{name}.md"
            if path in self._markdown.list_templates(extensions=["md"]):
                return Markdown(self.render(path).strip())
        return Markdown("")

    def _alt(self, figure: str) -> Markdown:
        if figure not in self.facts.alts:
            raise LookupError(f"no figure {figure!r}, or no alt text for it")
        return escape(self.facts.alts[figure])

    def _months(self) -> str:
        """The fieldwork's months in words."""
        ends = [self.edition.fieldwork.start, self.edition.fieldwork.end]
        start, end = (f"{self.words['months'][int(m[5:]) - 1]} {m[:4]}" for m in ends)
        return self.words["from_to"].format(start=start, end=end)

    def _filters(self) -> dict:
        lang = self.lang
        return {
            "percent": lambda value: Markdown(wording.percent_text(value, lang)),
            "integer": lambda value: Markdown(wording.integer_text(value, lang)),
            "decimal": lambda value: Markdown(wording.decimal_text(value, lang)),
            "share": lambda value: Markdown(
                "–" if pd.isna(value) else wording.decimal_text(100 * value, lang)
            ),
            "series": lambda values: Markdown(" ".join(str(each) for each in values)),
        }


def _line_in(error: BaseException, name: str) -> str:
    """The line of the template at which the error arose."""
    trace, line = error.__traceback__, ""
    while trace:
        if trace.tb_frame.f_code.co_filename.endswith(name):
            line = str(trace.tb_lineno)
        trace = trace.tb_next
    return line
