"""The exploring notebook's panel: a question put together by hand, and its answer.

Nothing is computed or drawn here: every answer is that of a line of `barolib.explore.study`, shown
below it to be pasted into a notebook of one's own.
"""

from __future__ import annotations

import hashlib
import html
from base64 import b64encode
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import lru_cache, partial, wraps
from pathlib import Path
from threading import RLock

import ipywidgets as widgets

from barolib.errors import StudyError
from barolib.explore.study import Study
from barolib.explore.views import SORTS, STYLES, View
from barolib.files.layout import Layout
from barolib.i18n.wording import Language
from barolib.statistics import subgroups

#: The questions, and the choices that each takes.
_QUESTIONS = {
    "distribution": ("theme", "subjects", "among", "cut", "sort", "style"),
    "weakest": ("among",),
    "search": ("word", "among"),
    "scores": ("among",),
    "apart": ("among",),
    "together": (),
    "themes": ("earlier",),
    "delta": ("earlier", "theme"),
    "moved": ("earlier", "among"),
}
#: Those that are answered without a chart.
_UNDRAWN = ("apart", "together", "moved")
_KINDS = ("svg", "png", "xlsx", "txt")
_BESIDE = {"flex": "1 1 0", "flex_flow": "row wrap", "align_content": "flex-start"}
_LINE = "user-select:all;overflow-wrap:anywhere"
_ASKED = {"width": "27rem", "max_width": "100%", "margin": "0 1rem 0 0"}
_CHOICE = {
    "style": {"description_width": "8rem"},
    "layout": {"width": "26rem", "max_width": "100%"},
}
#: JupyterLab hands on the first choices in the kernel's main thread, those after them in another.
_TURN = RLock()


def _in_turn(method: Callable) -> Callable:
    """The method, which waits until what another choice changes is changed and shown."""

    @wraps(method)
    def taken(*args: object) -> None:
        with _TURN:
            method(*args)

    return taken


def explore(root: str | Path | None = None, lang: str = "fr") -> widgets.VBox:
    """The panel on the editions of `root`: one question, or two side by side.

    What is kept goes into the folder explore of `root`. Raises StudyError without an edition.
    """
    layout = Layout.find(root)
    layout.choose(None)
    opened = lru_cache(partial(Study, layout, lang=lang))
    make = partial(Pane, opened, layout.editions(), lang, layout.root / "explore")
    panes = widgets.HBox([make()])
    both = widgets.Checkbox(description=_say("both", lang), indent=False)

    def show(change: dict) -> None:
        panes.children = [panes.children[0], *([make()] if change["new"] else [])]

    both.observe(show, "value")
    return widgets.VBox([both, panes, widgets.HTML(_fonts(layout.fonts))])


class Pane(widgets.Box):
    """A question and its answer (`answer`, a View; None where nothing is chosen)."""

    def __init__(
        self, opened: Callable[[str], Study], editions: list[str], lang: str, folder: Path
    ) -> None:
        self._opened, self._lang, self._folder, self._filling = opened, lang, folder, False
        self._editions = editions
        self.study: Study  # the edition that is looked at
        self._fault: StudyError | None = None  # of the edition chosen, where it cannot be read
        self.answer: View | None = None
        say = partial(_say, lang=lang)

        def choice(name: str, options: Sequence[str] = ()) -> widgets.Dropdown:
            named = [(say(option), option) for option in options]
            return widgets.Dropdown(options=named, description=say(name), **_CHOICE)

        self.edition = choice("edition")
        self.edition.options, self.edition.value = editions, editions[-1]
        self.question = choice("question", [*_QUESTIONS])
        self.word = widgets.Text(description=say("word"), continuous_update=False, **_CHOICE)
        self.earlier, self.theme = choice("earlier"), choice("theme")
        several = {"description": say("subjects"), "tooltip": say("several"), "rows": 7}
        self.subjects = widgets.SelectMultiple(**several, **_CHOICE)
        self.among, self.cut = choice("among"), choice("cut")
        self.sort, self.style_ = choice("sort", SORTS), choice("style", STYLES)
        self.shown, self.line, self.kept = (widgets.HTML() for _ in range(3))
        # The answer stands beside its question, or under it where there is no room.
        shown = widgets.VBox([self.shown], layout={"width": "32rem", "max_width": "100%"})
        super().__init__([self._controls(), shown], layout=_BESIDE)
        self._fill()

    def _controls(self) -> widgets.VBox:
        """The choices, the buttons that save, and the line of Python; all of them at work."""
        self._choices = {"word": self.word, "earlier": self.earlier, "theme": self.theme}
        self._choices |= {"subjects": self.subjects, "among": self.among, "cut": self.cut}
        self._choices |= {"sort": self.sort, "style": self.style_}
        choices = [self.edition, self.question, *self._choices.values()]
        self.edition.observe(self._fill, "value")
        self.theme.observe(self._refill, "value")  # its affirmations, chosen anew, show the answer
        for choice in {*choices} - {self.edition, self.theme}:
            choice.observe(self.show, "value")
        buttons = []
        for kind in _KINDS:
            description = _say(kind, self._lang)
            buttons.append(widgets.Button(description=description, layout={"width": "auto"}))
            buttons[-1].on_click(partial(self._keep, kind))
        row = widgets.HBox(buttons, layout={"flex_flow": "row wrap"})
        return widgets.VBox([*choices, row, self.kept, self.line], layout=_ASKED)

    @_in_turn
    def show(self, _change: object = None) -> None:
        """Shows the answer to what is chosen, and its line; or that there is none."""
        if self._filling:
            return
        lacking = "no_word" if self.question.value == "search" else "nothing_chosen"
        message, self.answer = _say(lacking, self._lang), None
        for name, choice in self._choices.items():
            choice.disabled = name not in _QUESTIONS[self.question.value]
        self.cut.disabled |= bool(self.among.value)
        try:
            self.answer = self._ask()
        except StudyError as error:
            message = str(error)
        self.kept.value = self.line.value = ""
        if self.answer is None:
            self.shown.value = _status(message)
            return
        told = self.answer.chart or self.question.value in _UNDRAWN
        nothing = "" if told else Language(self._lang).term("nothing")
        self.shown.value = f"{_status(nothing)}{self.answer._repr_html_()}"
        title, line = html.escape(_say("line", self._lang)), html.escape(self.answer.line)
        self.line.value = f'<p>{title}<br><code style="{_LINE}">{line}</code></p>'

    def _ask(self) -> View | None:
        """The answer to what is chosen; None where nothing is."""
        if self._fault:
            raise self._fault
        among = dict([self.among.value] if self.among.value else [])
        if self.question.value == "scores":
            return self.study.scores(**({"by": next(iter(among))} if among else {}))
        if self.question.value in ("themes", "delta"):
            theme = self.theme.value if self.question.value == "delta" else None
            return self.study.compare(self.earlier.value, theme)
        if self.question.value in ("weakest", "apart"):
            return getattr(self.study, self.question.value)(**among)
        if self.question.value == "together":
            return self.study.together()
        if self.question.value == "moved":
            return self.study.moved(self.earlier.value, **among)
        if self.question.value == "search":
            word = self.word.value.strip()
            return self.study.search(word, **among) if word else None
        if not self.subjects.value:
            return None
        usual = self.study.raw.edition.implementation_from
        cut = None if among or self.cut.value == usual else self.cut.value
        options = {"cut": cut, "sort": self.sort.value, "style": self.style_.value}
        return self.study.distribution(*self.subjects.value, **options, **among)

    @_in_turn
    def _fill(self, _change: object = None) -> None:
        """Offers what the edition has to choose from; keeps what is chosen where it can."""
        try:
            self.study, self._fault = self._opened(self.edition.value), None
        except StudyError as error:
            self._fault = error
            self.show()
            return
        raw, lang = self.study.raw, self._lang
        themes, cuts = Language(lang).labels(raw.themes, "theme_id"), raw.edition.levels[1:]
        parts: list[tuple[str, tuple[str, ...]]] = [(_say("everyone", lang), ())]  # None: no choice
        for dimension in subgroups.DIMENSIONS:
            title = _say(dimension, lang)
            labels = Language(lang).subgroup_labels(raw.edition, dimension).items()
            if len(raw.answers) and len(labels) > 1:
                parts += [(f"{title} : {label}", (dimension, key)) for key, label in labels]
        before = self._editions[: self._editions.index(raw.edition.id)][::-1]
        if len(parts) > 1:  # every theme's subgroups, now: the choices that follow are quick
            _, (dimension, subgroup) = parts[1]
            self.study.scores(dimension)
            self.study.chart(**{dimension: subgroup})
        levels = dict(zip(raw.edition.levels, raw.edition.level_labels(lang), strict=True))
        with self._until_filled():
            _offer(self.theme, [(f"{theme} · {label}", theme) for theme, label in themes.items()])
            _offer(self.among, parts)
            _offer(self.earlier, [(edition, edition) for edition in before] or [("–", None)])
            usual = raw.edition.implementation_from
            _offer(self.cut, [(f"{cut} · {levels[cut]}", cut) for cut in cuts], usual)
            self._refill()
        self.show()

    @_in_turn
    def _refill(self, _change: object = None) -> None:
        """Offers the theme as a whole and its affirmations, all chosen."""
        labels = Language(self._lang).labels(self.study.raw.questionnaire, "affirmation_id")
        members = self.study.affirmations(self.theme.value)
        whole = [(_say("whole_theme", self._lang), self.theme.value)]
        with self._until_filled(), self.subjects.hold_sync():  # as in _offer
            affirmations = [(f"{member} · {labels[member]}", member) for member in members]
            self.subjects.options = [*whole, *affirmations]
            self.subjects.value = (self.theme.value, *members)
        self.show()

    @contextmanager
    def _until_filled(self) -> Iterator[None]:
        """Nothing is shown while what there is to choose from changes."""
        before, self._filling = self._filling, True
        try:
            yield
        finally:
            self._filling = before

    @_in_turn
    def _keep(self, kind: str, _button: object) -> None:
        """Saves the answer, under a name that belongs to its question alone."""
        if self.answer is None:
            self.kept.value = _say("nothing_chosen", self._lang)
            return
        code = hashlib.sha256(self.answer.line.encode()).hexdigest()[:6]
        subject = self.question.value if self.theme.disabled else self.theme.value
        path = self._folder / f"{self.study.raw.edition.id}-{subject}-{code}.{kind}"
        try:
            message = Language(self._lang).say("saved", path=self.answer.save(path))
        except (StudyError, OSError) as error:
            self.kept.value = _status(str(error))
            return
        self.kept.value = _status(message)
        if kind == "png":
            data, say = b64encode(path.read_bytes()).decode(), _say("copy", self._lang)
            self.kept.value += (
                f'<p>{say}</p><img alt="" width="160" src="data:image/png;base64,{data}">'
            )


def _offer(
    choice: widgets.Dropdown, options: Sequence[tuple[str, object]], chosen: object = None
) -> None:
    """Puts options into a list; chooses `chosen`, else what was chosen, where they hold it.

    Both reach the browser together: between the two it would send back its choice of before.
    """
    values = [value for _, value in options]
    value = choice.value if chosen is None else chosen
    with choice.hold_sync():
        choice.options = options
        choice.index = values.index(value) if value in values else 0


def _status(message: str) -> str:
    """A status message beside the choices, which screen readers announce; a line is a line."""
    lines = html.escape(message).replace("\n", "<br>")
    return f'<p role="status">{lines}</p>'


def _fonts(folder: Path) -> str:
    """The font of the charts, for a browser that has it not: another may be wider."""
    rules = ""
    for weight, name in ((400, "Regular"), (600, "SemiBold")):
        data = b64encode((folder / f"Inter-{name}.woff2").read_bytes()).decode()
        source = f"url(data:font/woff2;base64,{data})"
        rules += f"@font-face{{font-family:Inter;font-weight:{weight};src:{source}}}"
    return f"<style>{rules}</style>"


def _say(key: str, lang: str) -> str:
    return Language(lang).term("explorer")[key]
