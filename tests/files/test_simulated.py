"""The record of what was simulated among an edition's files."""

from barolib.files import simulated


def test_a_file_is_simulated_until_it_changes(tmp_path):
    assert simulated.names(tmp_path) == set()
    paths = [tmp_path / name for name in ("answers.csv", "respondents.csv")]
    for path in paths:
        path.write_text(path.name, encoding="utf-8")
    simulated.record(tmp_path, paths)
    assert simulated.names(tmp_path) == {"answers.csv", "respondents.csv"}
    paths[0].write_text("collected", encoding="utf-8")
    assert simulated.names(tmp_path) == {"respondents.csv"}
    paths[1].unlink()
    assert simulated.names(tmp_path) == set()


def test_a_record_made_anew_names_its_own_files_alone(tmp_path):
    path = tmp_path / "answers.csv"
    path.write_text("1", encoding="utf-8")
    simulated.record(tmp_path, [path])
    simulated.record(tmp_path, [])
    assert simulated.names(tmp_path) == set()


def test_a_record_that_is_no_list_of_digests_names_nothing(tmp_path):
    (tmp_path / simulated.NAME).write_text("answers.csv\n\n  \nx  ../secret\n", encoding="utf-8")
    assert simulated.names(tmp_path) == set()
