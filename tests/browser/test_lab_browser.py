"""The exploring notebook as a consultant meets it: JupyterLab, in Chromium."""

import os
import re
import shutil
import socket
import subprocess
import sys
import time

import pytest
from playwright.sync_api import expect, sync_playwright
from test_pages import DESKTOP

from barolib.explore.lab import PAGES
from support import answering
from support.browsing import launched
from support.studies import ROOT

for package in ("jupyterlab", "voila"):
    pytest.importorskip(package, reason=f"{package} is not installed")
pytestmark = [pytest.mark.browser, pytest.mark.slow]

TOKEN = "of-the-tests"
#: For JupyterLab and its kernel to be there, in seconds, on a machine that does much else.
PATIENCE = 120


@pytest.fixture(scope="module")
def root(tmp_path_factory):
    """A folder with the editions 2021 and 2030 (answering.py)."""
    root = tmp_path_factory.mktemp("explored")
    shutil.copytree(ROOT / "data" / "raw" / "2021", root / "data" / "raw" / "2021")
    folder = root / "data" / "raw" / "2030"
    folder.mkdir()
    for name, content in answering.BY_STATUS.items():
        (folder / name).write_text(content, encoding="utf-8")
    return root


@pytest.fixture(scope="module")
def address(root):
    """Where `barolib explore` serves, once it has told so; stopped at the end."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    options = ["--no-browser", f"--ServerApp.port={port}", f"--IdentityProvider.token={TOKEN}"]
    options += ["--allow-root"]
    line = [sys.executable, "-m", "barolib", "explore", "--root", str(root), "--", *options]
    environment = os.environ | {
        "PYTHONPATH": str(ROOT / "src"),
        "JUPYTER_CONFIG_DIR": str(root / ".config"),
        "JUPYTER_RUNTIME_DIR": str(root / ".runtime"),
        "JUPYTERLAB_WORKSPACES_DIR": str(root / ".workspaces"),
        "JUPYTERLAB_SETTINGS_DIR": str(root / ".settings"),
    }
    log = (root / "lab.log").open("w", encoding="utf-8")
    server = subprocess.Popen(line, env=environment, stdout=log, stderr=log)
    try:
        ends = time.monotonic() + PATIENCE
        while "is running at" not in (told := (root / "lab.log").read_text(encoding="utf-8")):
            assert server.poll() is None, told
            assert time.monotonic() < ends, told
            time.sleep(0.2)
        yield f"http://127.0.0.1:{port}"
    finally:
        server.terminate()
        server.wait()
        log.close()


@pytest.fixture(scope="module")
def lab(address):
    """The notebook, opened by its token and not touched."""
    with sync_playwright() as playwright:
        browser = launched(playwright)
        yield opened(browser, f"{address}/?token={TOKEN}")
        browser.close()


def opened(browser, url):
    """A page that has its first chart, and what it got from where."""
    page = browser.new_page(viewport=DESKTOP | {"height": 1600})
    page.got = []
    page.on("response", lambda response: page.got.append(response.url))
    page.set_default_timeout(PATIENCE * 1000)
    expect.set_options(timeout=PATIENCE * 1000)
    page.goto(url, wait_until="commit")
    chart(page).wait_for()
    return page


def choose(page, label, option):
    page.get_by_label(label, exact=True).select_option(label=option)


def choose_the_printed_theme(page):
    """T04 of 2021; another theme first, so that it is a change whatever was chosen before."""
    choose(page, "Édition", "2021")
    for theme, label in (("T10", "Inclusion numérique"), ("T04", "Territoire serviciel")):
        choose(page, "Thème", f"{theme} · {label}")
        expect(page.locator("code", has_text=f"distribution('{theme}'")).to_have_count(1)
    expect(chart(page)).to_contain_text("Mise en œuvre\u00a0: 44\u202f%")


def chart(page):
    return page.locator("figure[role=img]").first


def test_it_opens_on_this_notebook_with_its_code_folded(lab):
    assert "5_explore.ipynb" in lab.url
    expect(lab.locator(".jp-Notebook .jp-InputPlaceholder")).to_have_count(3)
    expect(lab.locator(".jp-Dialog")).to_have_count(0)
    expect(lab.get_by_text("official Jupyter news")).to_have_count(0)


def test_another_theme_and_status_change_the_chart_and_its_numbers(lab):
    choose(lab, "Édition", "2030")
    choose(lab, "Thème", "T02 · Seconde")
    expect(chart(lab)).to_contain_text("Mise en œuvre\u00a0: 63\u202f%")  # 3 2 1 4 | 4 1 4 3
    choose(lab, "Parmi", "Catégorie : Ville")
    expect(chart(lab)).to_contain_text("Mise en œuvre\u00a0: 40\u202f%")
    expect(lab.locator("figure[role=img] text", has_text="60")).to_have_count(1)
    expect(lab.locator("code", has_text="status='city'")).to_have_count(1)


def test_the_printed_edition_shows_its_printed_numbers(lab):
    choose_the_printed_theme(lab)
    choose(lab, "Ordre", "Du plus au moins avancé")
    expect(lab.locator("code", has_text="sort='percent'")).to_have_count(1)


def test_what_is_shown_is_saved(lab, root):
    choose_the_printed_theme(lab)
    words = chart(lab).locator("text").all_text_contents()
    for label, kind in (("Graphique SVG", "svg"), ("Tableau XLSX", "xlsx")):
        lab.get_by_role("button", name=label).click()
        expect(lab.get_by_text(re.compile(rf"Enregistré.*\.{kind}"))).to_be_visible()
        (kept,) = (root / "explore").glob(f"2021-T04-*.{kind}")
        assert kept.stat().st_size > 1000
    (svg,) = (root / "explore").glob("*.svg")
    kept = re.findall(r"<text[^>]*>([^<]*)<", svg.read_text(encoding="utf-8"))
    assert kept[1:][: len(words)] == words  # between its title and its source


def test_an_empty_selection_says_so(lab):
    choose_the_printed_theme(lab)
    lab.get_by_label("Affirmations", exact=True).select_option([])
    expect(lab.get_by_text("Rien n’est choisi")).to_be_visible()
    expect(lab.locator("figure[role=img]")).to_have_count(0)


def test_two_selections_stand_side_by_side(lab):
    choose_the_printed_theme(lab)
    both = lab.get_by_label("Deux sélections côte à côte")
    both.click()
    expect(lab.get_by_label("Thème", exact=True)).to_have_count(2)
    expect(lab.locator("figure[role=img]")).to_have_count(2)
    both.click()
    expect(lab.get_by_label("Thème", exact=True)).to_have_count(1)


def test_the_app_shows_the_page_without_its_code(lab, address):
    app = opened(lab.context.browser, f"{address}{PAGES['voila']}?token={TOKEN}")
    choose_the_printed_theme(app)
    expect(app.get_by_text("import barolib")).to_have_count(0)
    expect(app.get_by_text("In Python")).to_have_count(0)
    assert_local(app, address)


def test_nothing_was_got_from_the_network(lab, address):
    assert_local(lab, address)


def assert_local(page, address):
    own = (address, address.replace("http", "ws"), "data:", "blob:")
    assert [url for url in page.got if not url.startswith(own)] == []
