"""The sources of the report as templates: filled from the facts, strict about every name."""

from __future__ import annotations

import re
from collections.abc import Mapping
from fnmatch import filter as matching
from functools import cached_property
from pathlib import Path

import jinja2
import yaml

from barolib.errors import Problem, StudyError
from barolib.report.facts import Facts
from barolib.report.ledger import Ledger
from barolib.report.statements import Statements
from barolib.words import wording
from barolib.words.markdown import Markdown, escape, written
from barolib.words.prose import unproved

#: Interface words and months of both languages.
STRINGS = "strings.yml"


class Templates:
    """The templates of report/ with the facts of an edition in one language.

    `own`: the study's own texts, which go before those of the sources; `kept`: where compiled
    templates are kept for the next run, as long as neither they nor the library change.
    """

    def __init__(
        self, sources: Path, facts: Facts, own: Path | None = None, kept: Path | None = None
    ) -> None:
        self.facts, self.lang, self.edition = facts, facts.lang, facts.edition
        strings = yaml.load((sources / STRINGS).read_text(encoding="utf-8"), yaml.CSafeLoader)
        self.words, texts = strings[self.lang], sources / "text"
        self._places = [own, texts] if own else [texts]
        self._cache: dict[tuple, Markdown] = {}
        changes = facts.evolution.changes if facts.evolution else {}
        verdicts = {each.id: (each.verdict, each.basis) for each in changes.values()}
        self.ledger = Ledger(facts.judged, verdicts)
        self._known = {"facts": facts, "edition": self.edition, "t": self.words}
        self._known |= {"row": facts.row, "base": facts.base, "months": self._months}
        self._known |= {"text": self._text, "alt": self._alt, "ledger": self.ledger}
        self._known |= {"texts": self.texts}
        self._known |= Statements(facts, self.ledger).known()
        self._markdown = _Vouched(
            loader=_loader(sources, self._places),
            undefined=jinja2.StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
            comment_start_string="{##",  # {# starts an identifier in Markdown
            comment_end_string="##}",
            finalize=written,
            bytecode_cache=jinja2.FileSystemBytecodeCache(str(kept)) if kept else None,
        )
        self._markdown.filters |= self._filters()
        # A YAML source is data: what it says is escaped later, with the rest of the front matter.
        self._yaml = self._markdown.overlay(finalize=None)

    def render(self, name: str, **extra: object) -> str:
        """The source `name`, filled; its claims are entered in the ledger.

        Raises StudyError where it names what nothing defines, claims what is not so, or, in a text,
        holds a number or a verb of change that no helper vouches for.
        """
        jinja, file = self._yaml if name.endswith(".yml") else self._markdown, f"report/{name}"
        try:
            filled = jinja.get_template(name).render(self._known | extra)
        except (jinja2.TemplateError, LookupError, TypeError, ValueError, ArithmeticError) as error:
            line = getattr(error, "lineno", None) or _line_in(error, name)
            mend = "use what the report's facts hold (docs/report.md lists it)"
            raise StudyError(Problem(file, str(error), mend, row=str(line))) from None
        # The head of a chapter on a theme says what all of it rests on.
        told = self.facts.synthetic and "theme" not in extra and jinja is self._markdown
        return self.ledger.settle(file, filled, self.words["sources"] if told else {})

    def texts(self, pattern: str) -> list[str]:
        """The names of the texts that the edition, or any edition, has under such a name."""
        folders = [p / o / self.lang for p in self._places for o in self._owners]
        found = {path.stem for folder in folders for path in folder.glob("*.md")}
        return sorted(matching(found, pattern))

    def data(self, name: str) -> Mapping:
        """A YAML text by its name: the common one, overlaid by the edition's own."""
        found: dict = {}
        for owner in reversed(self._owners):
            path = f"text/{owner}/{self.lang}/{name}.yml"
            if self._held(path):
                found |= yaml.safe_load(self.render(path)) or {}
        return found

    @property
    def _owners(self) -> tuple[str, str]:
        return self.edition.id, "common"

    def _held(self, path: str) -> bool:
        return any((place.parent / path).is_file() for place in self._places)

    def _text(self, *names: str, **extra: object) -> Markdown:
        """The first of these editorial texts that is there, the edition's own before the common."""
        for name in names:
            for owner in self._owners:
                path = f"text/{owner}/{self.lang}/{name}.md"
                if self._held(path):
                    return self._filled(path, **extra)
        return Markdown("")

    def _filled(self, path: str, **extra: object) -> Markdown:
        """The text, filled once for each theme that asks for it: its claims are entered once."""
        key = path, *(getattr(each, "id", each) for each in extra.values())
        if key not in self._cache:
            self._cache[key] = Markdown(self.render(path, **extra).strip())
        return self._cache[key]

    @cached_property
    def _alts(self) -> dict[str, str]:
        """The alternative text of each figure; the edition may write its own."""
        return self.facts.alts | self.data("alts")

    def _alt(self, figure: str) -> Markdown:
        if figure not in self._alts:
            raise LookupError(f"no figure {figure!r}, or no alt text for it")
        return escape(self._alts[figure])

    def _months(self) -> str:
        """The fieldwork's months in words."""
        ends = [self.edition.fieldwork.start, self.edition.fieldwork.end]
        start, end = (f"{self.words['months'][int(m[5:]) - 1]} {m[:4]}" for m in ends)
        return self.words["from_to"].format(start=start, end=end)

    def _subject(self, claim: dict) -> str:
        """What a claim is about, and at which levels."""
        names = wording.subgroup_labels(self.edition, "status", self.lang)
        name = (names | self.words["subjects"]).get(claim["subject"], claim["subject"])
        return f"{name} ({claim['levels'].replace('-', '–')})" if claim["levels"] else name

    def _recomputed(self, claim: dict) -> str:
        """What the tables give for a claim: a figure, or the verdict on a change."""
        if "found" in claim:
            return wording.term("verdicts", self.lang)[claim["found"]]
        return wording.figure_text(claim["recomputed"], claim["statistic"], self.lang)

    def _filters(self) -> dict:
        lang = self.lang
        return {
            "percent": lambda value: Markdown(wording.percent_text(value, lang)),
            "integer": lambda value: Markdown(wording.integer_text(value, lang)),
            "decimal": lambda value: Markdown(wording.decimal_text(value, lang)),
            "share": lambda value: wording.share_digits(value, lang),
            "millions": lambda number: Markdown(
                wording.integer_text((number + 5 * 10**5) // 10**6, lang)
            ),
            "signed": lambda pp: Markdown(wording.signed_text(pp, lang)),
            "points": lambda pp: Markdown(wording.points_text(pp, lang)),
            "capital": lambda text: type(text)(re.sub(_FIRST, _upper, text, count=1)),
            "verdict": lambda verdict, basis: wording.verdict_text(verdict, basis, lang),
            "printed": lambda share, told: Markdown(wording.printed_text(share, told, lang)),
            "told": lambda text, statistic: wording.told_text(text, statistic, lang),
            "subject": self._subject,
            "recomputed": self._recomputed,
            "series": lambda values: Markdown(" ".join(str(each) for each in values)),
        }


class _Vouched(jinja2.Environment):
    """Jinja, which compiles no text that holds what no helper vouches for."""

    def compile(self, source: str, name: str, *how: object) -> object:
        """The template `name`; that of a text is its owner/language/name.md."""
        if len(parts := name.split("/")) > 1:
            problems = unproved(source, self, parts[1], f"report/text/{name}")
            if problems:
                raise StudyError(problems)
        return super().compile(source, name, *how)


def _loader(sources: Path, places: list[Path]) -> jinja2.BaseLoader:
    """Finds texts in each place in turn, and anything else in the sources."""
    texts = jinja2.PrefixLoader({"text": jinja2.FileSystemLoader(places)})
    return jinja2.ChoiceLoader([texts, jinja2.FileSystemLoader(sources)])


#: The first sign of a text, after the mark of a claim.
_FIRST = r"^(\ue000\d+\ue001)?(.)"


def _upper(found: re.Match) -> str:
    return (found[1] or "") + found[2].upper()


def _line_in(error: BaseException, name: str) -> str:
    """The line of the template at which the error arose."""
    trace, line = error.__traceback__, ""
    while trace:
        if trace.tb_frame.f_code.co_filename.endswith(name):
            line = str(trace.tb_lineno)
        trace = trace.tb_next
    return line
