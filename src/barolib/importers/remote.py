"""Responses fetched from LimeSurvey by its remote interface, RemoteControl 2."""

from __future__ import annotations

import base64
import os
from pathlib import Path
from typing import Any

from barolib.errors import Problem, StudyError
from barolib.files import atomic_write
from barolib.files.layout import Layout

#: How a survey of a server is named where a file could be.
PREFIX = "limesurvey:"
#: Where the server's address, the user and the password are given; no file holds the password.
VARIABLES = ("BAROLIB_LIMESURVEY_URL", "BAROLIB_LIMESURVEY_USER", "BAROLIB_LIMESURVEY_PASSWORD")
#: All responses, headings with codes and texts, answers in full: what leaves least to confirm.
_ASKED = ("csv", None, "all", "codetext", "long", None, None, None, {"headCodeTextSeparator": ". "})
#: What is raised where nothing answers (requests' errors are OSErrors), or what is not LimeSurvey.
_NO_ANSWER = (OSError, KeyError, TypeError, ValueError)


def local(layout: Layout, edition_id: str, source: str) -> Path:
    """The export as a file: the path given, or that of the responses just fetched.

    Parameters
    ----------
    layout : Layout
        The folders of the study.
    edition_id : str
        The id of the edition.
    source : str
        A path, or limesurvey:ID for the survey of that id on the server of VARIABLES.

    Returns
    -------
    Path
        Of a survey, in the folder of the fieldwork, written whole or not at all.

    Raises
    ------
    StudyError
        Where the package citric or a variable is missing, or the server refuses.

    """
    if not source.startswith(PREFIX):
        return Path(source)
    survey = source.removeprefix(PREFIX)
    if not (survey.isascii() and survey.isdigit()):
        raise _refusal(source, "not the id of a survey", "write limesurvey:123456")
    content = _fetched(source, int(survey), _settings(source))
    path = layout.fieldwork(edition_id) / f"limesurvey-{survey}.csv"
    with atomic_write.writing(path) as aside:
        aside.write_bytes(content)
    return path


def _refusal(source: str, message: str, fix: str) -> StudyError:
    return StudyError(Problem(source, message, fix))


def _settings(source: str) -> list[str]:
    """The address, the user and the password; a problem for each that is not given."""
    missing = [name for name in VARIABLES if not os.environ.get(name)]
    fix = "set it: address (https://…/admin/remotecontrol), user and password of LimeSurvey"
    if missing:
        raise StudyError(Problem(source, f"{name} is not set", fix) for name in missing)
    return [os.environ[name] for name in VARIABLES]


def _fetched(source: str, survey: int, settings: list[str]) -> bytes:
    """The responses of a survey, as CSV."""
    try:
        import citric
    except ImportError:
        fix = 'pip install "barolib[importers]", or export the responses to a file'
        message = "fetching responses takes the package citric, which is not installed"
        raise _refusal(source, message, fix) from None
    try:
        with citric.Client(*settings) as client:
            # Of the kinds of headings, citric's own method offers none with codes and texts.
            encoded: Any = client.session.export_responses(survey, *_ASKED)
            return base64.b64decode(encoded)
    except citric.exceptions.LimeSurveyError as error:
        fix = "see that user, password and id are right, the survey active, the remote interface on"
        raise _refusal(source, f"LimeSurvey refuses: {error}", fix) from None
    except _NO_ANSWER as error:
        fix = f"see that {VARIABLES[0]} is its address (https://…/admin/remotecontrol) and answers"
        message = f"no answer from LimeSurvey ({type(error).__name__})"
        raise _refusal(source, message, fix) from None
