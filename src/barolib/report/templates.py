"""The sources of the report as templates: filled from the facts, strict about every name."""

from __future__ import annotations

import re
import traceback
from collections.abc import Iterable, Iterator, Mapping
from fnmatch import filter as matching
from functools import cache, cached_property, partial
from itertools import count
from pathlib import Path
from typing import NamedTuple

import jinja2
import yaml

from barolib.errors import Problem, StudyError
from barolib.i18n.markdown import Markdown
from barolib.i18n.prose import unproved
from barolib.report import datatexts, filters, headlines, notes
from barolib.report.facts import Facts
from barolib.report.ledger import Ledger
from barolib.report.sandbox import LONGEST, Sandbox, TextSandbox
from barolib.report.statements import Statements
from barolib.report.textfiles import TextFiles
from barolib.report.themes import Theme
from barolib.report.values import Refused

#: Interface words and months of both languages.
STRINGS = "strings.yml"
_YAML = (".yml", ".yml.jinja")
_SHORTCODE = re.compile(r"(?<!raw %\})\{\{<")
_FIX = "use what the report's facts hold (docs/report.md, “What a text may use”, lists it)"


class Filled(NamedTuple):
    """A text as it was filled: its file in the report, its source, and what that became."""

    file: str
    source: str
    text: str


class Templates:
    """The templates of report/ with the facts of an edition in one language.

    Parameters
    ----------
    sources : Path
        The folder of the templates.
    facts : Facts
        What they may speak of.
    apart : Path, optional
        The texts of a study apart from the sources, which has those of its edition and the common
        ones of the sources, after its own.

    Raises
    ------
    StudyError
        Where the texts stand elsewhere.

    References
    ----------
    docs/report.md, "What a text may use".

    Examples
    --------
    >>> import barolib
    >>> from barolib.files.layout import Layout
    >>> study = Layout.find()
    >>> facts = Facts(study, barolib.open("2021").raw, "en")
    >>> Templates(study.sources / "report", facts, study.texts_apart).lang
    'en'
    """

    def __init__(self, sources: Path, facts: Facts, apart: Path | None = None) -> None:
        self.facts, self.lang, self.edition = facts, facts.lang, facts.edition
        strings = yaml.load((sources / STRINGS).read_text(encoding="utf-8"), yaml.CSafeLoader)
        self.words = strings[self.lang]
        #: How each language is called, and its locale.
        self.languages = {lang: words["language"] for lang, words in strings.items()}
        self._texts_of = cache(partial(TextFiles, sources / "text", apart, self.edition.id))
        self._files = self._texts_of(self.lang)
        self._cache: dict[tuple, Markdown] = {}
        self._open: list[str] = []
        self._numbers = count(1)  # of the texts as they are inserted
        #: Every text as it was filled, in the order in which it was asked for.
        self.filled: list[Filled] = []
        # What is wrong with the texts that a source asks for: told once all of them are filled.
        self._problems: list[Problem] = []
        changes = facts.evolution.changes.values() if facts.evolution else ()
        verdicts = {change.id: (change.verdict, change.basis) for change in changes}
        self.ledger = Ledger(facts.judged, verdicts)
        self.values = self.ledger.values
        self._names = {"facts": facts, "edition": self.edition, "t": self.words}
        self._names |= {"row": facts.row, "base": facts.base, "months": self._months}
        self._names |= {"text": self.text, "texts": self.texts, "alt": self._alt}
        self._names |= {"caption": self._caption}
        self._names |= {"ledger": self.ledger} | Statements(facts, self.ledger).by_name()
        self._pages = Sandbox(jinja2.FileSystemLoader(sources), self.values.placeholder)
        known = filters.by_name(facts, self.words)
        self._pages.filters |= known
        loader = jinja2.FunctionLoader(self._load)
        self._texts = TextSandbox(loader, self.values.placeholder, known)

    def render(self, name: str, **extra: object) -> str:
        """A source filled, its claims entered in the ledger.

        Parameters
        ----------
        name : str
            Its path in report/.
        **extra : object
            Further names that it may use.

        Returns
        -------
        str
            Markdown, or YAML.

        Raises
        ------
        StudyError
            Where it names what nothing defines or what a text may not use, claims what is not so,
            or, in a text, holds a number or a verb of change that no helper vouches for.

        References
        ----------
        docs/report.md, "What a text may use".

        Examples
        --------
        >>> import barolib
        >>> from barolib.files.layout import Layout
        >>> study = Layout.find()
        >>> facts = Facts(study, barolib.open("2021").raw, "en")
        >>> templates = Templates(study.sources / "report", facts, study.texts_apart)
        >>> "{{" in templates.render("method.qmd.jinja")
        False
        """
        filled, problems = self.attempt(name, **extra)
        if problems:
            raise StudyError(problems)
        return filled

    def attempt(self, name: str, **extra: object) -> tuple[str, list[Problem]]:
        """A source as `render` fills it, and all that is wrong with the texts that it asks for.

        In the place of a text at fault stands nothing.
        """
        linked = partial(self.values.linked, place=self.ledger.place)
        written = self.values.plain if name.endswith(_YAML) else linked
        try:
            filled = written(self._filled(name, **extra))
        except StudyError as error:
            filled = ""
            self._problems += error.problems
        problems, self._problems = self._problems, []
        return filled, problems

    def _filled(self, name: str, **extra: object) -> str:
        """The source with placeholders for its values."""
        is_text, file = name.startswith("text/"), f"report/{name}"
        jinja = self._texts if is_text else self._pages
        try:
            pieces = jinja.get_template(name).generate(self._names | extra)
            filled = "".join(self._in_bounds(pieces) if is_text else pieces)
        except StudyError:
            raise
        except Exception as error:  # whatever a text makes a helper raise is a fault of the text
            raise StudyError(_problem(error, name)) from None
        if name.endswith(_YAML):
            return filled
        if is_text:
            self.filled.append(Filled(file, self._files.source(name), filled))
        # The head of a chapter on a theme says what all of it rests on.
        sourced = self.facts.synthetic and "theme" not in extra
        settled = self.ledger.settle(file, filled, self.words["sources"] if sourced else {})
        entries = self.ledger.entries if self.facts.established else []
        headlines.refuse(file, self.values.plain(settled), entries)
        return settled

    def _load(self, name: str) -> tuple[str, str, None]:
        """A text for Jinja; raises StudyError where it holds what no helper vouches for."""
        source = prose = self._files.source(name)
        if name.endswith(".yml"):  # its keys are names, of charts among others
            prose = re.sub(r"^[\w.-]+(?=\s*:)", "", source, flags=re.MULTILINE)
        # A shortcode is nothing of Jinja: it is refused with all else that no text may hold.
        source = _SHORTCODE.sub("{% raw %}{{<{% endraw %}", source)
        tree = self._texts.parse(source, name)
        if problems := unproved(prose, tree, self.facts.language, f"report/{name}"):
            raise StudyError(problems)
        return source, name, None

    def _in_bounds(self, pieces: Iterable[str]) -> Iterator[str]:
        """What a text becomes; raises Refused once it is longer than any text is."""
        length = 0
        for piece in pieces:
            length += self.values.length(piece)
            if length > 10 * LONGEST:
                raise Refused(f"longer than any text: over {10 * LONGEST:,} signs")
            yield piece

    def revise(self, texts: Mapping[str, str]) -> None:
        """Reads these in the place of the texts of their names, as `text/2021/fr/T04.md`."""
        self._files.revised = texts

    def texts(self, pattern: str) -> list[str]:
        """The names of the texts that the edition, or any edition, has under such a name."""
        return self.texts_in(self.lang, pattern)

    def texts_in(self, lang: str, pattern: str) -> list[str]:
        """The same in a language."""
        return sorted(matching(self._texts_of(lang).names(), pattern))

    def data(self, name: str) -> dict:
        """A YAML text by its name: the common one, overlaid by the edition's own."""
        kinds = datatexts.COVER if name == "cover" else dict.fromkeys(self.facts.alts, str)
        known = {key: kind() for key, kind in kinds.items()} if name == "cover" else {}
        for path in reversed(self._files.paths(f"{name}.yml")):
            file, source = f"report/{path}", self._files.source(path)
            filled = self._filled(path)
            texts = datatexts.read(file, filled, source, kinds)
            self.filled.append(Filled(file, source, filled))
            for key, given in texts.items():
                lines = [given] if isinstance(given, str) else given
                settled = [self.values.plain(self.ledger.settle(file, line, {})) for line in lines]
                known[key] = settled[0] if isinstance(given, str) else settled
        return known

    def text(self, *names: str, theme: Theme | None = None) -> Markdown:
        """The first of these editorial texts that is there, the edition's own before the common."""
        if theme is not None and not isinstance(theme, Theme):
            raise Refused("a text is given a theme, and nothing else", "theme")
        paths = (path for name in names for path in self._files.paths(f"{name}.md"))
        path = next(paths, None)
        if not path:
            return Markdown("")
        text = self._once(path, **({"theme": theme} if theme else {}))
        return Markdown(notes.apart(text, next(self._numbers)))

    def _once(self, path: str, **extra: Theme) -> Markdown:
        """The text, filled once for each theme that asks for it: its claims are entered once."""
        key = path, *(theme.id for theme in extra.values())
        if path in self._open:
            raise Refused(f"the text asks for itself: {' → '.join([*self._open, path])}", path)
        if key not in self._cache:
            self._open.append(path)
            try:
                self._cache[key] = Markdown(self._filled(path, **extra).strip())
            except StudyError as error:  # the texts after it are filled too
                self._problems += error.problems
                self._cache[key] = Markdown("")
            finally:
                self._open.remove(path)
        return self._cache[key]

    @cached_property
    def _alts(self) -> dict[str, str]:
        """The alternative text of each figure; the edition may write its own."""
        return self.facts.alts | self.data("alts")

    def _alt(self, figure: str) -> str:
        if figure not in self._alts:
            raise LookupError(f"no figure {figure!r}, or no alt text for it")
        return self._alts[figure]

    @cached_property
    def _captions(self) -> dict[str, str]:
        return self.data("captions")

    def _caption(self, figure: str, usual: str) -> str:
        """The title of a figure; the edition may write its own."""
        return self._captions.get(figure, usual)

    def _months(self) -> str:
        """The fieldwork's months in words."""
        fieldwork = self.edition.fieldwork
        assert fieldwork is not None  # the templates ask for months where there are some
        ends = [fieldwork.start, fieldwork.end]
        start, end = (f"{self.words['months'][int(m[5:]) - 1]} {m[:4]}" for m in ends)
        return self.words["from_to"].format(start=start, end=end)


def _problem(error: Exception, name: str) -> Problem:
    """What is wrong with a source, at the line where it came to light."""
    line = getattr(error, "lineno", None) or _line_in(error, name)
    message = str(error) or type(error).__name__
    if isinstance(error, RecursionError | MemoryError):
        message = "what it asks for lies too deep, or is too large"
    quoted = re.findall("'([^']+)'", message) if isinstance(error, jinja2.TemplateError) else []
    value = error.name if isinstance(error, Refused) else "".join(quoted[-1:])
    return Problem(f"report/{name}", message, _FIX, row=str(line), value=value)


def _line_in(error: BaseException, name: str) -> str:
    """The line of the template at which the error arose."""
    lines = [
        frame.lineno
        for frame in traceback.extract_tb(error.__traceback__)
        if frame.filename.endswith(name)
    ]
    return str(lines[-1]) if lines else ""
