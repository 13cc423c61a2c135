"""Look-ups by name: one that is not known is an error that suggests the nearest."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping

import pandas as pd

from barolib.errors import Problem, StudyError, nearest
from barolib.files.layout import LANGUAGES


def known_name(place: str, kind: str, name: str, known: Iterable[str]) -> str:
    """The name, if it is one of the known.

    Parameters
    ----------
    place : str
        The file or option that the name was looked for in.
    kind : str
        What the name is of.
    name : str
        The name looked up.
    known : iterable of str
        Those that there are.

    Returns
    -------
    str
        The name.

    Raises
    ------
    StudyError
        For a name that is not known, with the nearest.

    Examples
    --------
    >>> known_name("themes.csv", "theme", "T04", ["T04", "T05"])
    'T04'
    >>> known_name("themes.csv", "theme", "T4", ["T04", "T05"])
    Traceback (most recent call last):
        ...
    barolib.errors.StudyError: themes.csv: no such theme (found: 'T4')
        fix: did you mean 'T04'?
    """
    known = list(known)
    if name in known:
        return name
    raise StudyError(Problem(place, f"no such {kind}", nearest(str(name), known), value=str(name)))


def languages(asked: str | Iterable[str] | None) -> list[str]:
    """The languages asked for.

    Parameters
    ----------
    asked : str or iterable of str or None
        One may be given alone, as `papermill -p` gives it.

    Returns
    -------
    list of str
        The codes of the languages.

    Raises
    ------
    StudyError
        For one that is not known, and where there is none.

    Examples
    --------
    >>> languages("fr")
    ['fr']
    """
    names = [asked] if isinstance(asked, str) else list(asked or [])
    return [known_name("languages", "language", name, LANGUAGES) for name in names or [""]]


class LazyTables(Mapping):
    """Tables by name, each made when it is first asked for."""

    def __init__(self, makers: dict[str, Callable[[], pd.DataFrame]]) -> None:
        self._makers = makers
        self._made: dict[str, pd.DataFrame] = {}

    def __getitem__(self, name: str) -> pd.DataFrame:
        """The table; raises StudyError, with the nearest name, where there is none."""
        known_name("tables", "table", name, self._makers)
        if name not in self._made:
            self._made[name] = self._makers[name]()
        return self._made[name].copy(deep=False)

    def __contains__(self, name: object) -> bool:
        return name in self._makers

    def __iter__(self) -> Iterator[str]:
        return iter(self._makers)

    def __len__(self) -> int:
        return len(self._makers)

    def __repr__(self) -> str:
        return f"tables: {', '.join(self)}"
