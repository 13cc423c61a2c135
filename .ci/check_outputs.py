"""Looks at what a run left: check_outputs.py EDITION [CERTAINTY=ROWS ...]; exit 1 if at fault."""

import json
import re
import sys
from functools import cache
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pandas as pd
from bs4 import BeautifulSoup
from pypdf import PdfReader
from pypdfium2 import PdfDocument

ROOT = Path(__file__).resolve().parents[1]
EDITION, EXPECTED = sys.argv[1], dict(text.split("=") for text in sys.argv[2:])
RAW, PROCESSED = ROOT / "data/raw" / EDITION, ROOT / "data/processed" / EDITION
OUTPUT = ROOT / "report/_output" / EDITION / "fr"
TABLES = ["cleaning_log", "distributions", "reconstructions", "theme_distributions"]
LOADS = ["href", "src", "srcset", "poster", "data", "xlink:href"]
soup_of = cache(lambda page: BeautifulSoup(page.read_text(encoding="utf-8"), "html.parser"))


def rows(name):
    return pd.read_csv(RAW / name, dtype=str, keep_default_na=False).to_dict("records")


def printed_as_corrected():
    """The printed percents by affirmation or theme, corrections.csv applied."""
    printed = {row["printed_row"]: row for row in rows("published_distributions.csv")}
    for fix in rows("corrections.csv"):
        if fix["file"] == "published_distributions.csv":
            printed[fix["key"]][fix["column"]] = fix["corrected"]
    for row in printed.values():
        yield row["printed_as"], [row[name] for name in row if re.fullmatch(r"p\d+", name)]


def addresses(path):
    """What a page or a style sheet loads or links to, with the name of the element that does."""
    styles = path.read_text(encoding="utf-8")
    if path.suffix == ".html":
        tags = soup_of(path).find_all(True)
        yield from ((tag.name, tag[name]) for tag in tags for name in LOADS if tag.has_attr(name))
        styles = " ".join(tag.get("style", "") for tag in tags)
        styles += " ".join(tag.get_text() for tag in tags if tag.name == "style")
    for pair in re.findall(r"""url\(\s*["']?([^"')]+)|@import\s+["']([^"']+)""", styles):
        yield "css", "".join(pair)


def fault_of(path, name, address):
    url = urlsplit(address)
    if url.scheme == "data" or (name == "a" and url.scheme in {"http", "https", "mailto"}):
        return None
    target = (path.parent / unquote(url.path)).resolve() if url.path else path
    if url.scheme or url.netloc or url.path.startswith("/") or not target.is_file():
        return f"{path.name}: <{name}> asks for {address}"
    if not url.fragment or target.suffix != ".html" or soup_of(target).find(id=url.fragment):
        return None
    return f"{path.name}: <{name}> asks for a place that is not there: {address}"


def check_pages(printed, theme_of):
    files = sorted([*OUTPUT.rglob("*.html"), *OUTPUT.rglob("*.css")])
    if OUTPUT / "index.html" not in files:
        yield "index.html is not there"
    yield from filter(None, (fault_of(path, *each) for path in files for each in addresses(path)))
    for key, percents in printed.items():
        page = OUTPUT / f"{theme_of[key]}.html"
        lines = soup_of(page).select("table tr") if page in files else []
        cells = ["|".join(c.get_text().strip(" %\u00a0\u202f\n") for c in tr("td")) for tr in lines]
        if not any(f"|{'|'.join(percents)}|" in f"|{line}|" for line in cells):
            yield f"{page.name}: no table row holds {' '.join(percents)} ({key})"


def check_synthetic(printed, theme_of):
    """Whether simulated answers are called so: on the cover, in captions and in the PDF."""
    if "answers: synthetic" not in (RAW / "edition.yml").read_text(encoding="utf-8"):
        return
    tables = {theme_of[key] for key in printed}
    for theme in [row["theme_id"] for row in rows("themes.csv") if row["kind"] == "theme"]:
        page = OUTPUT / f"{theme}.html"
        captions = soup_of(page).select("figcaption, caption") if page.is_file() else []
        silent = [each for each in captions if "simul" not in each.get_text()]
        if not captions or (silent and theme not in tables):
            yield f"{page.name}: {len(captions)} captions, {len(silent)} without the word simulated"
    reader = PdfReader(OUTPUT / f"barometre-{EDITION}.pdf")
    cover = {"index.html": soup_of(OUTPUT / "index.html").get_text()}
    cover |= {"the PDF's cover": reader.pages[0].extract_text()}
    cover |= {"the PDF's keywords": (reader.metadata or {}).get("/Keywords", "")}
    yield from (
        f"{where} does not say simulated" for where, text in cover.items() if "simul" not in text
    )


def bare(text):
    """Letters and digits only: hyphens, quotes and spaces are the typesetter's."""
    return "".join(re.findall(r"[^\W_]", text.casefold()))


def check_pdf(labels):
    path = OUTPUT / f"barometre-{EDITION}.pdf"
    reader = PdfReader(path, strict=True)
    root = reader.trailer["/Root"].get_object()
    things = (reader.get_object(number) for number in range(1, reader.trailer["/Size"]))
    fonts = [t for t in things if isinstance(t, dict) and "/FontName" in t]
    xmp = root["/Metadata"].get_object().get_data().decode() if "/Metadata" in root else ""
    facts = {
        "more than 10 pages": len(reader.pages) > 10,
        "tags": "/StructTreeRoot" in root and root.get("/MarkInfo", {}).get("/Marked"),
        "PDF/UA-1 in its metadata": re.search(r"pdfuaid:part\W+1\b", xmp),
        "language fr": str(root.get("/Lang", "")).lower().startswith("fr"),
        "a title": reader.metadata and reader.metadata.title,
        "its fonts": fonts and all({"/FontFile2", "/FontFile3"} & set(font) for font in fonts),
    }
    text = bare(" ".join(page.get_textpage().get_text_range() for page in PdfDocument(path)))
    facts |= {f"the words {label}": bare(label) in text for label in labels}
    yield from (f"the PDF lacks {fact}" for fact, there in facts.items() if not there)


def check_tables():
    names = {"tables.xlsx"} | {f"{name}.parquet" for name in TABLES}
    yield from (f"{name} is not there" for name in names - {p.name for p in PROCESSED.iterdir()})
    table = pd.read_parquet(PROCESSED / "distributions.parquet").query("origin == 'printed'")
    found = table.groupby("certainty", observed=True)["affirmation_id"].nunique().to_dict()
    if found != {certainty: int(count) for certainty, count in EXPECTED.items()}:
        yield f"the reconstruction gives {found}, not {EXPECTED}"


def check_explore():
    """Whether the page of questions holds what is published alone: counts, and rows of tables."""
    data = json.loads(soup_of(OUTPUT / "explore.html").find(id="explore-data").string)
    files = {path.stem: pd.read_csv(path) for path in OUTPUT.glob("downloads/*.csv")}
    public = {name: [*table.columns] for name, table in files.items()}
    keys = {"distributions": "affirmation_id", "theme_distributions": "theme_id"}
    counts = {
        subject: levels.to_list()
        for name, key in keys.items()
        for subject, levels in files[name].groupby(key)["n"]
    }
    found = {subject: bar["n"] for subject, bar in data["bars"].items()}
    if str(found) != str({subject: counts.get(subject) for subject in found}):
        yield "explore.html: its counts are not those of the published distributions"
    for key, answer in data["answers"].items():
        columns = answer["csv"]["columns"]
        tables = [files[name] for name, own in public.items() if own == columns]
        known = {rounded(row) for table in tables for row in table.to_numpy().tolist()}
        if not known.issuperset(map(rounded, answer["csv"]["rows"])):
            yield f"explore.html: {key} has rows that no published table has"


def rounded(row):
    """The cells of a row, numbers to six digits."""
    cells = ("" if pd.isna(cell) else cell for cell in row)
    return tuple(f"{cell:.6g}" if isinstance(cell, (int, float)) else cell for cell in cells)


def main():
    themes = {row["theme_id"]: row["label_fr"] for row in rows("themes.csv")}
    theme_of = {row["affirmation_id"]: row["theme_id"] for row in rows("questionnaire.csv")}
    theme_of |= {theme: theme for theme in themes}
    printed = dict(printed_as_corrected())
    labels = [themes[theme] for theme in sorted({theme_of[key] for key in printed})]
    found = [*check_pages(printed, theme_of), *check_pdf(labels), *check_tables()]
    found += [*check_synthetic(printed, theme_of), *check_explore()]
    print(*found, f"{len(printed)} printed rows, {len(found)} faults", sep="\n")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
