"""A survey of 2023 that nobody held: what its consultant decides, what the survey tool exports.

The decisions are those that docs/new-edition.md tells. The export has LimeSurvey's form, with
codes: semicolons, byte order mark, partial and test responses, authorities that answered twice.
"""

import csv
import io
import random

import pandas as pd

#: By id: labels, what an authority of it is called, how many answered, fewest inhabitants.
STATUSES = {
    "metropole": ("Métropoles", "Metropolises", "Métropole de", 18, 400_000),
    "urbaine": ("Communautés urbaines", "Urban communities", "CU de", 5, 200_000),
    "agglomeration": (
        "Communautés d’agglomération",
        "Agglomerations",
        "Communauté d’agglomération de",
        29,
        80_000,
    ),
    "communes": (
        "Communautés de communes",
        "Communities of communes",
        "Communauté de communes de",
        38,
        20_000,
    ),
    "commune": ("Communes", "Communes", "Ville de", 11, 60_000),
}
CODES = {code: f"L{place:02}" for place, code in enumerate(STATUSES, start=1)}
TESTS = ("TEST cabinet", "essai")
#: Names of places that are nowhere.
PLACES = [a + b + c for a in ("Bre", "Cor", "Fal", "Mar", "Tou") for b in ("lan", "so", "vi")
          for c in ("court", "gnac", "heim", "lès", "mont", "ville", "zac")]  # fmt: skip


def settings(text):
    """edition.yml once its blanks are filled and its statuses are those of 2023."""
    blanks = {
        "  fr:\n": "  fr: Baromètre 2023\n",
        "  start:\n": '  start: "2023-03"\n',
        "  end:\n": '  end: "2023-06"\n',
        "frame_size: null": "frame_size: 1300",
        "provenance: {}  ": "provenance: {answers: collected}  ",
    }
    for blank, filled in blanks.items():
        assert text.count(blank) == 1, blank
        text = text.replace(blank, filled)
    head, rest = text.split("statuses:")
    tail = rest[rest.index("size_classes") :].replace("150000, 300000, 600000", "25000, 100000")
    rows = [
        f"  - {{id: {each}, label: {{fr: {fr}, en: {en}}}}}\n"
        for each, (fr, en, *_) in STATUSES.items()
    ]
    return f"{head}statuses:\n{''.join(rows)}\n{tail}"


def themes(table):
    """themes.csv: two themes go, two transverse ones become themes of their own."""
    table = table[~table["theme_id"].isin(["T03", "T07", "X1", "X2"])]
    fresh = [("T11", "Numérique responsable"), ("T12", "Résilience")]
    rows = [(code, "theme", str(20 + n), label, "") for n, (code, label) in enumerate(fresh)]
    return pd.concat([table, pd.DataFrame(rows, columns=table.columns)], ignore_index=True)


def questionnaire(table):
    """questionnaire.csv: what moved keeps previous_id, one is reworded, the rest goes on."""
    tags = table["transverse_ids"].fillna("")
    for tag, theme in (("X1", "T11"), ("X2", "T12")):
        moved = tags.eq(tag) & ~table["theme_id"].isin(["T09"])
        table.loc[moved, "position"] = [str(n + 1) for n in range(moved.sum())]
        table.loc[moved, "affirmation_id"] = [f"{theme}-{n + 1:02}" for n in range(moved.sum())]
        table.loc[moved, "theme_id"] = theme
    table = table[~table["theme_id"].isin(["T03", "T07"])]
    table = table.assign(
        transverse_ids=tags.where(tags == "X3", ""),
        change="identical",
    )
    table.iloc[0, table.columns.get_loc("change")] = "reworded"
    table.iloc[0, table.columns.get_loc("label_fr")] += ", élus compris"
    return table


def decide(folder):
    """Everything that the doc asks to decide in a folder just made by `barolib new`."""
    path = folder / "edition.yml"
    path.write_text(settings(path.read_text(encoding="utf-8")), encoding="utf-8")
    for name, change in (("themes", themes), ("questionnaire", questionnaire)):
        table = pd.read_csv(folder / f"{name}.csv", dtype="str")
        change(table).to_csv(folder / f"{name}.csv", index=False)


def shorten(folder, themes):
    """Leaves but a few themes in the folder, for a walk in less time."""
    for name in ("themes", "questionnaire"):
        table = pd.read_csv(folder / f"{name}.csv", dtype="str")
        table[table["theme_id"].isin(themes)].to_csv(folder / f"{name}.csv", index=False)


def export(folder, authorities=101, seed=2023):
    """The text of a LimeSurvey export, with codes, of the edition in the folder."""
    rng = random.Random(seed)
    asked = pd.read_csv(folder / "questionnaire.csv", dtype="str")
    codes = [
        f"{row.theme_id}[SQ{int(row.position):03}]"
        for row in asked.sort_values(["theme_id", "position"]).itertuples()
    ]
    rows = [person(rng, place, codes) for place in range(authorities)]
    partial = [[*rng.choice(rows)] for _ in range(authorities // 8)]
    for place, row in enumerate(partial):  # began, never submitted; half of them never came back
        row[0], row[-len(codes) // 2 :] = "", [""] * len(row[-len(codes) // 2 :])
        row[4] = f"Ville de {PLACES[-place]}" if place % 2 else row[4]
    again = [[*row] for row in rng.sample(rows, max(1, authorities // 20))]
    for row in again:  # answered twice: the second time in capitals
        row[0], row[4] = "2023-06-20 10:00:00", row[4].upper()
        row[-1] = "A1"
    tests = [[*rows[0]], [*rows[1]]]
    tests[0][4], tests[1][4] = TESTS
    lines = [*rows, *partial, *tests]
    rng.shuffle(lines)
    lines += again
    heading = ["id", "submitdate", "lastpage", "startlanguage", "seed", "NOM", "STATUT", "POP"]
    out = io.StringIO()
    writer = csv.writer(out, delimiter=";", quoting=csv.QUOTE_ALL, lineterminator="\n")
    writer.writerow([*heading, "REMARQUE", *codes])
    writer.writerows([str(n), *line] for n, line in enumerate(lines, start=3))
    return "\ufeff" + out.getvalue()


def person(rng, place, codes):
    """A complete response: its own columns, then an answer a code."""
    kinds = [each for each, (*_, count, _) in STATUSES.items() for _ in range(count)]
    kind = kinds[place * 7 % len(kinds)]
    *_, called, _, size = STATUSES[kind]
    number = size + rng.randrange(size)
    ability = rng.gauss(3.2, 0.8)
    eased = {code[:3]: 0.25 * (int(code[1:3]) % 5 - 2) for code in codes}
    cells = [min(6, max(1, round(rng.gauss(ability + eased[code[:3]], 1.1)))) for code in codes]
    texts = [rng.choices(["NC", "", f"A{cell}"], [3, 3, 94])[0] for cell in cells]
    day = f"2023-0{rng.randint(3, 5)}-{rng.randint(10, 28)} 1{rng.randint(0, 9)}:15:{place % 60:02}"
    shape = place % 3  # as people type a number of inhabitants
    typed = [str(number), f"{number:,}".replace(",", "\u00a0"), f"{number},0"][shape]
    remark = rng.choice(["", "", "Voir pièce jointe ; à compléter", 'Dit "en cours"\nau conseil'])
    return [day, "9", "fr", str(10_000 + place), f"{called} {PLACES[place]}", CODES[kind], typed,
            remark, *texts]  # fmt: skip


def rows(text):
    """The rows of an export's text, its heading first."""
    return list(csv.reader(io.StringIO(text.removeprefix("\ufeff")), delimiter=";"))
