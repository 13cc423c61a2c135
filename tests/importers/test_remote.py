"""Responses fetched from a LimeSurvey server: a local double of its remote interface."""

import base64
import json
import sys
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from barolib import cli
from barolib.errors import StudyError
from barolib.importers import remote
from support import importing as samples

citric = pytest.importorskip("citric")
PASSWORD = "s3cret-of-the-server"
EXPORT = (samples.SAMPLES / "limesurvey-code-and-text.csv").read_bytes()


class LimeSurvey(ThreadingHTTPServer):
    """What RemoteControl 2 answers for one survey, and what it was asked."""

    def __init__(self):
        super().__init__(("127.0.0.1", 0), Handler)
        self.calls, self.export = [], EXPORT
        self.results = {}

    @property
    def address(self):
        return f"http://127.0.0.1:{self.server_port}/admin/remotecontrol"

    def result(self, method, params):
        self.calls.append((method, params))
        if method in self.results:
            return self.results[method]
        if method == "get_session_key":
            refused = {"status": "Invalid user name or password"}
            return "key" if params[:2] == ["cabinet", PASSWORD] else refused
        if method == "export_responses":
            if params[1] != 123456:
                return {"status": "Error: Invalid survey ID"}
            return base64.b64encode(self.export).decode()
        return "OK"


class Handler(BaseHTTPRequestHandler):
    def do_POST(self):
        asked = json.loads(self.rfile.read(int(self.headers["content-length"])))
        result = self.server.result(asked["method"], asked["params"])
        content = json.dumps({"id": asked["id"], "result": result, "error": None}).encode()
        if result is None:  # the interface is not switched on
            content = b""
        self.send_response(200)
        self.send_header("content-length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *words):
        pass


@pytest.fixture
def server(monkeypatch):
    double = LimeSurvey()
    threading.Thread(target=double.serve_forever, args=(0.01,), daemon=True).start()
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    for name, value in zip(remote.VARIABLES, (double.address, "cabinet", PASSWORD), strict=True):
        monkeypatch.setenv(name, value)
    yield double
    double.shutdown()
    double.server_close()


@pytest.fixture
def survey(tiny):
    return samples.make(tiny)


def refused(survey, source="limesurvey:123456"):
    with pytest.raises(StudyError) as error:
        remote.local(survey.layout, "2030", source)
    folder = survey.layout.fieldwork("2030")
    assert not folder.exists() or not [*folder.iterdir()]
    assert PASSWORD not in str(error.value)
    return " ".join(problem.message for problem in error.value.problems)


def test_all_responses_are_fetched_with_codes_and_texts_and_the_session_is_closed(server, survey):
    path = remote.local(survey.layout, "2030", "limesurvey:123456")
    assert path == survey.layout.root / "data" / "fieldwork" / "2030" / "limesurvey-123456.csv"
    assert path.read_bytes() == EXPORT
    methods = [method for method, _ in server.calls]
    assert methods == ["get_session_key", "export_responses", "release_session_key"]
    asked = server.calls[1][1]
    assert asked[:7] == ["key", 123456, "csv", None, "all", "codetext", "long"]
    assert asked[-1] == {"headCodeTextSeparator": ". "}


def test_a_survey_is_imported_as_its_file_would_be(server, survey, capsys):
    words = ["import", "limesurvey:123456", "--edition", "2030", "--root", str(survey.layout.root)]
    assert cli.main(words) == 0
    place = survey.folder / "import.yml"
    text = place.read_text(encoding="utf-8")
    assert "file: limesurvey-123456.csv" in text
    assert cli.main([*words, "--status"]) == 0
    assert (survey.layout.fieldwork("2030") / "fieldwork.html").exists()
    start, end = text.index("to_confirm:\n"), text.index("\n# export:")
    place.write_text(text[:start] + "to_confirm: []\n" + text[end:], encoding="utf-8")
    assert cli.main(words) == 0
    assert survey.text("answers.csv").replace("C14", "C13") == samples.ANSWERS
    said = capsys.readouterr()
    files = [path for path in survey.layout.root.rglob("*") if path.is_file()]
    assert not [path for path in files if PASSWORD.encode() in path.read_bytes()]
    assert PASSWORD not in said.out + said.err


def test_what_was_fetched_before_stays_where_the_server_refuses(server, survey):
    path = remote.local(survey.layout, "2030", "limesurvey:123456")
    server.results["export_responses"] = {"status": "No Data, could not get max id."}
    with pytest.raises(StudyError, match="could not get max id"):
        remote.local(survey.layout, "2030", "limesurvey:123456")
    assert path.read_bytes() == EXPORT
    assert [path.name] == [file.name for file in path.parent.iterdir()]
    assert server.calls[-1][0] == "release_session_key"


def test_a_refusal_of_the_server_is_told_in_its_words(server, survey, monkeypatch):
    assert "Error: Invalid survey ID" in refused(survey, "limesurvey:7")
    server.results["get_session_key"] = None
    assert "RPC interface not enabled" in refused(survey)
    del server.results["get_session_key"]
    monkeypatch.setenv(remote.VARIABLES[1], "nobody")
    assert "Invalid user name or password" in refused(survey)


def test_what_no_server_can_be_asked_is_told_before(server, survey, monkeypatch):
    assert refused(survey, "limesurvey:my survey") == "not the id of a survey"
    monkeypatch.delenv(remote.VARIABLES[2])
    monkeypatch.setenv(remote.VARIABLES[0], "")
    assert refused(survey) == " ".join(f"{remote.VARIABLES[place]} is not set" for place in (0, 2))
    assert not server.calls


@pytest.mark.parametrize("address", ["http://127.0.0.1:1/", "not an address", "http://"])
def test_a_server_that_cannot_be_reached_is_told(server, survey, monkeypatch, address):
    monkeypatch.setenv(remote.VARIABLES[0], address)
    assert refused(survey).startswith("no answer from LimeSurvey")


def test_without_citric_the_package_to_install_is_named(server, survey, monkeypatch):
    monkeypatch.setitem(sys.modules, "citric", None)
    with pytest.raises(StudyError) as error:
        remote.local(survey.layout, "2030", "limesurvey:123456")
    (problem,) = error.value.problems
    assert "citric" in problem.message
    assert "barolib[importers]" in problem.fix


def test_a_path_stays_a_path(survey):
    assert str(remote.local(survey.layout, "2030", "a/results.csv")).endswith("results.csv")
