"""Texts of a report over the tables of a small study, without notebooks, charts or engines."""

import re
import shutil

from barolib.files import manifest
from barolib.reconstruction import admissible, claim_check, edition_tables, printed_rows
from barolib.report.facts import Facts
from barolib.report.templates import STRINGS, Templates
from barolib.statistics import distribution
from barolib.survey import tables
from barolib.survey.intake import read_raw
from support.studies import ROOT


def write_tables(study):
    """Writes the processed tables of a study, all but those of figures."""
    raw = read_raw(study.layout, study.edition)
    own = edition_tables.build_tables(raw)
    folder = study.layout.processed(study.edition)
    folder.mkdir(parents=True, exist_ok=True)
    printed = printed_rows.select(printed_rows.corrected(raw), raw.themes["theme_id"])
    made = {name: getattr(own, name) for name in own.processed()}
    made |= {"cleaning_log": raw.log, "repairs": admissible.repair_table(raw)}
    made |= {"rounding_trials": admissible.rounding_trials(raw)}
    made |= {
        "pooled_checks": distribution.pooled_checks(own.theme_distributions, printed, raw.edition)
    }
    made |= {"claims": claim_check.check_claims(raw.claims, {raw.edition.id: own})}
    tables.write(folder, raw.edition, **made)
    compared = [path.name.partition("_vs_")[2] for path in folder.parent.glob("*_vs_*")]
    parameters = {"against": compared[0]} if compared else {}
    about = {"inputs": {}, "versions": {}, "commit": None, "parameters": parameters}
    manifest.write(folder, about)
    return raw


def templates(study, lang="fr", **texts):
    """The templates of a study whose only texts are those given by name, _ for -."""
    raw, sources = write_tables(study), study.layout.root / "sources"
    folder = sources / "text" / study.edition / lang
    folder.mkdir(parents=True, exist_ok=True)
    shutil.copy(ROOT / "report" / STRINGS, sources / STRINGS)
    for name, text in texts.items():
        (folder / f"{name.replace('_', '-')}.md").write_text(text, encoding="utf-8")
    return Templates(sources, Facts(study.layout, raw, lang))


def told(study, text, lang="fr"):
    """The text filled, as a reader sees it, and its entries in the ledger."""
    made = templates(study, lang, lead=text)
    shown = made.render(f"text/{study.edition}/{lang}/lead.md")
    return re.sub(r"[ \n]+", " ", shown.replace("\\", "")).strip(), made.ledger.entries
