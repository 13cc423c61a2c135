"""Texts of a report over the tables of a small study, without notebooks, charts or engines."""

import re
import shutil

from barolib.files import manifest
from barolib.files.digests import of_folder
from barolib.reconstruction import admissible, claim_check, edition_tables, printed_rows
from barolib.report.facts import Facts
from barolib.report.templates import STRINGS, Templates
from barolib.statistics import distribution, reliability
from barolib.survey import tables
from barolib.survey.intake import read_raw
from support.studies import ROOT

#: The link of a claim to its row.
LINK = re.compile(r"\[((?:[^\[\]\\]|\\.)*)\]\(conformity\.html#(claim-\w+)\)")

#: The tables of studies as they were written, by what their raw files hold.
_WRITTEN: dict[tuple, dict[str, bytes]] = {}


def write_tables(study):
    """Writes the processed tables of a study, all but those of figures; its raw tables."""
    raw = read_raw(study.layout, study.edition)
    folder = study.layout.processed(study.edition)
    folder.mkdir(parents=True, exist_ok=True)
    held = tuple(sorted(of_folder(study.folder).items()))
    if held not in _WRITTEN:
        made = _tables(raw)
        tables.write(folder, raw.edition, **made)
        _WRITTEN[held] = {
            path.name: path.read_bytes() for path in (folder / f"{name}.parquet" for name in made)
        }
    for name, content in _WRITTEN[held].items():
        (folder / name).write_bytes(content)
    compared = [path.name.partition("_vs_")[2] for path in folder.parent.glob("*_vs_*")]
    parameters = {"against": compared[0]} if compared else {}
    about = {"inputs": {}, "versions": {}, "commit": None, "parameters": parameters}
    manifest.write(folder, about)
    return raw


def _tables(raw):
    """Each of the tables by name."""
    own = edition_tables.build_tables(raw)
    printed = printed_rows.select(printed_rows.corrected(raw), raw.themes["theme_id"])
    made = {name: getattr(own, name) for name in own.processed()}
    return made | {
        "cleaning_log": raw.log,
        "repairs": admissible.repair_table(raw),
        "rounding_trials": admissible.rounding_trials(raw),
        "pooled_checks": distribution.pooled_checks(own.theme_distributions, printed, raw.edition),
        "reliability": reliability.by_theme(raw.answers, raw.members, raw.edition),
        "claims": claim_check.check_claims(raw.claims, {raw.edition.id: own}),
    }


def templates(study, lang="fr", **texts):
    """The templates of a study whose only texts are those given by name, _ for -."""
    raw, sources = write_tables(study), study.layout.root / "sources"
    folder = sources / "text" / study.edition / lang
    folder.mkdir(parents=True, exist_ok=True)
    shutil.copy(ROOT / "report" / STRINGS, sources / STRINGS)
    for name, text in texts.items():
        (folder / f"{name.replace('_', '-')}.md").write_text(text, encoding="utf-8")
    return Templates(sources, Facts(study.layout, raw, lang))


def read(made, source, **extra):
    """The Markdown of a source filled, its claims without links."""
    return LINK.sub(r"\1", made.render(source, **extra))


def told(study, text, lang="fr"):
    """The text filled, as a reader sees it, and its entries in the ledger."""
    made = templates(study, lang, lead=text)
    shown = read(made, f"text/{study.edition}/{lang}/lead.md")
    return re.sub(r"[ \n]+", " ", shown.replace("\\", "")).strip(), made.ledger.entries
