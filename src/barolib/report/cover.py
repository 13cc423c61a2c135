"""What cover.yml says of a report: who publishes it and where, and what rests on simulation."""

from __future__ import annotations

import re

from barolib.errors import Problem, StudyError
from barolib.report.templates import Templates

#: The form of what becomes a link, and an example of it.
_FORMS = {
    "address": (r"https?://[^\s\"'<>\\?#]+", "https://example.org/barometer/2021"),
    "contact": (r"[^\s\"'<>\\@]+@[^\s\"'<>\\@]+", "name@example.org"),
}


def read_cover(templates: Templates) -> dict:
    """The text of the cover; its small line and its metadata call simulated answers so, unasked.

    So does the head of every page where all that the report has is simulated. Raises StudyError
    for what is no address.
    """
    cover = dict(templates.data("cover"))
    problems = [
        Problem(
            "cover.yml",
            "no address",
            f"write it as in {example}, or leave it empty",
            "",
            key,
            cover[key],
        )
        for key, (form, example) in _FORMS.items()
        if cover[key] and not re.fullmatch(form, cover[key])
    ]
    if problems:
        raise StudyError(problems)
    cover["address"] = cover["address"].rstrip("/")
    if templates.facts.synthetic:
        simulated = templates.words["simulated"]
        cover["kicker"] = f"{cover['kicker']} · {simulated}"
        cover["description"] = mention(cover["description"], simulated)
        if templates.facts.only_simulated:  # first: a long title is cut at its end
            cover["short"] = f"{simulated.capitalize()} – {cover['short']}"
        cover["keywords"] = [*cover["keywords"], simulated]
    return cover


def mention(sentence: str, words: str) -> str:
    """The sentence, then the words as one of their own, unless they stand in it."""
    if words in sentence.lower():
        return sentence
    stop = "" if sentence.endswith((".", "!", "?", "…")) else "."
    return f"{sentence}{stop} {words.capitalize()}."
