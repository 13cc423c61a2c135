"""What is known of survey tools (tools.yml): names of their columns, files without answers."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import yaml


@cache
def known() -> dict[str, dict]:
    """The content of tools.yml."""
    return yaml.safe_load(Path(__file__).with_suffix(".yml").read_text(encoding="utf-8"))


def forms(role: str) -> list[str]:
    """The forms of a heading of the role, best first."""
    authority = known()["authority"]["form"]
    return [form.replace("AUTHORITY", authority) for form in known()[role]["forms"]]
