"""The lists of dependencies, the pins and the versions say the same thing everywhere."""

from __future__ import annotations

import ast
import hashlib
import os
import re
import shutil
import subprocess
import sys
import sysconfig
import tomllib
import venv
import zipfile
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest
import yaml
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

import barolib

ROOT = Path(__file__).resolve().parents[1]
PYPROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
PROJECT = PYPROJECT["project"]
EXTRAS = PROJECT["optional-dependencies"]
DIRECT = {
    "requirements-build.lock": PYPROJECT["dependency-groups"]["build"],
    "requirements.lock": PROJECT["dependencies"],
    "requirements-dev.lock": PROJECT["dependencies"]
    + [text for extra in ("dev", "explore", "app", "importers") for text in EXTRAS[extra]],
    "requirements-explore.lock": PROJECT["dependencies"] + EXTRAS["explore"] + EXTRAS["app"],
}
PIN = re.compile(r"^([a-z0-9][a-z0-9._-]*)==([^\s;\\]+)", re.MULTILINE)


def names(requirements: list[str]) -> set[str]:
    return {canonicalize_name(Requirement(text).name) for text in requirements}


def pins(lock: str) -> dict[str, str]:
    found = PIN.findall((ROOT / lock).read_text(encoding="utf-8"))
    assert len(found) == len({name for name, _ in found}), f"{lock} pins a package twice"
    return dict(found)


def imports(module: Path) -> set[str]:
    """The packages that a module imports, anywhere in it, but its own and Python's."""
    found = set()
    for node in ast.walk(ast.parse(module.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.level == 0:
            found.add(node.module.split(".")[0])
    return found - {"barolib"} - sys.stdlib_module_names


def conda_requirements() -> list[str]:
    environment = yaml.safe_load((ROOT / "environment.yml").read_text(encoding="utf-8"))
    return environment["dependencies"]


def test_conda_lists_the_same_direct_dependencies():
    declared = PYPROJECT["tool"]["barolib"]
    every = names(
        PROJECT["dependencies"]
        + [text for extra in EXTRAS.values() for text in extra]
        + PYPROJECT["build-system"]["requires"]
    )
    assert set(declared["conda-names"]) <= every
    expected = {name for pypi in every for name in declared["conda-names"].get(pypi, [pypi])}
    listed = [Requirement(text).name for text in conda_requirements()]
    assert sorted(listed) == sorted(expected | set(declared["conda-only"]))


def test_conda_asks_for_the_same_python():
    (python,) = [text for text in conda_requirements() if text.startswith("python ")]
    assert str(Requirement(python).specifier) == PROJECT["requires-python"]


@pytest.mark.parametrize("lock", DIRECT)
def test_lock_pins_every_direct_dependency_within_its_bounds(lock):
    pinned = pins(lock)
    for text in DIRECT[lock]:
        requirement = Requirement(text)
        version = pinned.get(canonicalize_name(requirement.name))
        assert version is not None, f"{lock} lacks {requirement.name}: run `make lock`"
        assert requirement.specifier.contains(version), f"{lock}: {version} is not {text}"


@pytest.mark.parametrize("lock", DIRECT)
def test_lock_holds_hashes_and_no_address(lock):
    text = (ROOT / lock).read_text(encoding="utf-8")
    assert "://" not in text
    blocks = PIN.split(text)[3::3]
    assert all("--hash=sha256:" in block for block in blocks)
    assert len(blocks) == len(pins(lock))


def test_pins_agree_across_locks():
    run, dev, explore = (pins(f"requirements{extra}.lock") for extra in ("", "-dev", "-explore"))
    assert run.items() <= dev.items()
    assert run.items() <= explore.items()
    versions: dict[str, set[str]] = {}
    for lock in DIRECT:
        for name, version in pins(lock).items():
            versions.setdefault(name, set()).add(version)
    assert {name: found for name, found in versions.items() if len(found) > 1} == {}


def test_the_slow_import_stays_out():
    assert all("rfc3987-syntax" not in pins(lock) for lock in DIRECT)


def test_every_import_of_the_library_is_a_declared_dependency():
    usual = names(PROJECT["dependencies"])
    distributions = packages_distributions()
    for module in (ROOT / "src" / "barolib").rglob("*.py"):
        declared = usual | names(EXTRAS.get(module.parent.name, []))
        for package in imports(module):
            owners = {canonicalize_name(owner) for owner in distributions.get(package, [package])}
            # conda's Pandoc binding has the name of PyPI's without its binary.
            owners |= {f"{owner}-binary" for owner in owners}
            assert owners & declared, f"{module.name} imports {package}, which is not declared"


def test_versions_agree():
    citation = yaml.safe_load((ROOT / "CITATION.cff").read_text(encoding="utf-8"))
    changelog = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    newest = re.search(r"^## \[([^\]]+)\]", changelog, re.MULTILINE)
    assert citation["version"] == barolib.__version__
    assert newest is not None
    assert newest[1] == barolib.__version__


def test_what_others_wrote_is_shipped_as_it_was_released():
    told = (ROOT / "LICENSES.md").read_text(encoding="utf-8")
    script = (ROOT / "report" / "assets" / "minisearch.js").read_bytes()
    assert hashlib.sha256(script).hexdigest() in told


@pytest.fixture(scope="module")
def wheel(tmp_path_factory) -> Path:
    """The library's wheel, built from a copy of the sources with something rebuilt among them."""
    folder = tmp_path_factory.mktemp("wheel")
    source = folder / "source"
    rebuilt = shutil.ignore_patterns("_build", "_output", "__pycache__")
    for name in ("src", "notebooks", "report"):
        shutil.copytree(ROOT / name, source / name, ignore=rebuilt)
    for name in ("pyproject.toml", "README.md", "LICENSE", "LICENSES.md"):
        shutil.copy(ROOT / name, source)
    for name in ("_build", "_output"):
        (source / "report" / name).mkdir()
        (source / "report" / name / "index.html").write_text("rebuilt", encoding="utf-8")
    words = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)]
    subprocess.run(words, cwd=source, check=True)
    (found,) = folder.glob("*.whl")
    return found


def test_wheel_carries_notebooks_and_report_sources_but_nothing_rebuilt(wheel):
    with zipfile.ZipFile(wheel) as archive:
        held = set(archive.namelist())
    for folder, target in (("src/barolib", "barolib"), ("notebooks", "barolib/_sources/notebooks")):
        for path in (ROOT / folder).glob("*.[pi]*"):
            assert f"{target}/{path.name}" in held
    assert "barolib/_sources/report/assets/fonts/OFL.txt" in held
    assert "barolib/_sources/report/assets/MINISEARCH-LICENSE.txt" in held
    assert not [name for name in held if "_build/" in name or "_output/" in name]
    assert {name.split("/")[0] for name in held} == {
        "barolib",
        f"barolib-{barolib.__version__}.dist-info",
    }


@pytest.mark.slow
def test_an_installed_wheel_runs_a_study_outside_the_repository(wheel, tmp_path, tiny):
    """The library from the wheel alone; what it depends on, from the environment of the tests."""
    there = tmp_path / "venv"
    venv.create(there, symlinks=os.name != "nt")
    python = there / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    install = [sys.executable, "-m", "pip", "--python", str(python), "install", "--quiet"]
    install += ["--disable-pip-version-check", "--no-deps", "--no-index", str(wheel)]
    subprocess.run(install, check=True)
    (purelib,) = (path.parent for path in there.rglob("site-packages/barolib"))
    (purelib / "dependencies.pth").write_text(sysconfig.get_path("purelib"), encoding="utf-8")
    clean = {key: text for key, text in os.environ.items() if not key.startswith("PYTHON")}
    clean["JUPYTER_PATH"] = str(Path(sys.prefix, "share", "jupyter"))  # nbconvert's templates

    def told(*words: str) -> str:
        done = subprocess.run(
            [python, *words], cwd=tmp_path, env=clean, capture_output=True, encoding="utf-8"
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    place = told("-c", "import barolib; print(barolib.__file__)")
    assert Path(place.strip()) == purelib / "barolib" / "__init__.py"
    root = str(tiny.layout.root)
    text = tiny.layout.root / "report" / "text" / "2030" / "fr" / "lead.md"
    text.parent.mkdir(parents=True)
    text.write_text("Un texte de la maison.\n", encoding="utf-8")
    told("-m", "barolib", "run", "--root", root, "--engine", "embedded")
    output = tiny.layout.output("2030", "fr")
    assert {"index.html", "T01.html", "barometre-2030.pdf"} <= {p.name for p in output.iterdir()}
    assert "Un texte de la maison." in (output / "index.html").read_text(encoding="utf-8")
    assert not (tiny.layout.root / "notebooks").exists()
