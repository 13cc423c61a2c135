"""The descriptor of the published tables: true to them, in words of the dictionary."""

import json
import shutil

import frictionless
import pandas as pd

from barolib.files.layout import Layout
from barolib.report import datapackage


def test_every_table_that_is_offered_is_as_its_schema_says(published, tmp_path):
    place = Layout.at(tmp_path).processed("2021") / "downloads"
    shutil.copytree(published.processed / "downloads", place)
    datapackage.write(tmp_path, published.layout, published.raw)
    descriptor = tmp_path / "datapackage.json"
    report = frictionless.validate(str(descriptor))
    assert report.valid, report.to_summary()
    package = json.loads(descriptor.read_text(encoding="utf-8"))
    schemas = {each["name"]: each["schema"] for each in package["resources"]}
    assert schemas.keys() == {path.stem for path in place.glob("*.csv")} | {
        "themes",
        "questionnaire",
    }
    assert "simul" in package["description"]
    assert package["created"] == "2000-01-01T00:00:00+00:00"
    fields = {field["name"]: field for field in schemas["distributions"]["fields"]}
    assert fields["level"]["categories"][3] == {"value": 4, "label": "Mise en œuvre en cours"}
    assert fields["share"]["constraints"] == {"minimum": 0, "maximum": 1}
    assert not [name for name, schema in schemas.items() if "respondent_id" in str(schema)]

    path = place / "distributions.csv"
    table = pd.read_csv(path, dtype="str", encoding="utf-8-sig")
    table.assign(share="41", origin="guessed").to_csv(path, index=False)
    datapackage.write(tmp_path, published.layout, published.raw)
    found = frictionless.validate(str(descriptor)).flatten(["type", "fieldName", "note"])
    assert {error[1] for error in found} == {"share", "origin"}
