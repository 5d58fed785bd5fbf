"""The page: a summary beside its document, in one file that fetches nothing."""

import base64
import fcntl
import hashlib
import html.parser
import itertools
import json
import os
import re
import shutil
import subprocess
import sys
from importlib.resources import files
from pathlib import Path

import pytest

import summarize
from summarize import Document, Summarizer
from summarize.support import check
from summarize.support.page import Entry, index_page, page

ARTICLE = Path(__file__).parents[1] / "benchmarks" / "articles" / "environment-canola-bears.txt"
HOSTILE = (
    "\"><script>alert(1)</script> & <img src=x onerror=alert(2)> '\u202e\x1b[2J </style></title> "
    "javascript:alert(3) <!-- ]]> \ud800 {{7*7}}"
)
BROWSER = next(
    filter(None, map(shutil.which, ("chromium", "google-chrome", "chromium-browser"))), None
)


VOID = {"meta", "rect", "br"}


class Reader(html.parser.HTMLParser):
    """Finds elements, attributes, texts and what is open at the end."""

    def __init__(self, text):
        super().__init__()
        self.elements, self.open, self.texts = [], [], []
        self.feed(text)

    def handle_starttag(self, tag, attributes):
        self.elements.append((tag, dict(attributes)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag):
        if tag not in VOID:
            assert self.open.pop() == tag

    def handle_data(self, data):
        self.texts.append((self.open[-1] if self.open else "", data))


@pytest.fixture(scope="module")
def document():
    return summarize.read(ARTICLE)


@pytest.fixture(scope="module")
def wrong(document):
    """The page of a summary with a mistake in it."""
    text = f"{document.sentences[0].text} Nine cars derailed east of Revelstoke on Sept. 19."
    scores = [float(each.words) for each in document.sentences]
    return page(check(text, document), document, facts=["someone's"], scores=scores)


def test_it_is_one_small_file_that_fetches_nothing(document, wrong):
    plain = summarize.summarize(document).to_html(document)
    for text in (plain, wrong):
        assert len(text.encode()) <= 60_000 * max(1, document.words / 540)
        read = Reader(text)
        assert read.open == []
        for tag, attributes in read.elements:
            assert tag not in ("link", "iframe", "img", "object", "embed", "base", "form")
            assert not {"src", "style", "background"} & attributes.keys()
            assert not any(name.startswith("on") for name in attributes)
            assert attributes.get("href", "#").startswith("#")
        assert "@import" not in text
        assert "url(" not in text


def test_the_policy_allows_this_style_and_script_alone(wrong):
    [policy] = re.findall(r'Content-Security-Policy" content="([^"]*)"', wrong)
    for name, directive in (("style", "style-src"), ("script", "script-src")):
        [text] = re.findall(rf"<{name}>(.*?)</{name}>", wrong, re.DOTALL)
        digest = base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
        assert f"{directive} 'sha256-{digest}'" in policy
    assert policy.startswith("default-src 'none';")
    assert "unsafe" not in policy


def test_links_lead_both_ways(document, wrong):
    read = Reader(wrong)
    by_id = {attributes["id"]: attributes for _, attributes in read.elements if "id" in attributes}
    links = [attributes for _, attributes in read.elements if "data-with" in attributes]
    assert len(links) >= 4
    for link in links:
        for other in link["data-with"].split():
            assert link["id"] in by_id[other]["data-with"].split()
        assert link["href"][1:] == link["data-with"].split()[0]
    assert by_id["s0"]["href"] == "#d0"
    assert '<mark title="not the number in the document">Nine<' in wrong


def test_the_whole_article_is_there(document):
    text = summarize.summarize(document).to_html(document)
    shown = "".join(each for tag, each in Reader(text).texts if tag not in ("style", "script"))
    assert " ".join(document.text.split()) in " ".join(shown.split())


@pytest.mark.parametrize("furniture", ["skip", "keep"])
def test_hostile_text_is_text(furniture):
    text = (
        f"LONDON (Reuters) — {HOSTILE} rose. Nobody was hurt in {HOSTILE}.\n\nRead more: {HOSTILE}"
    )
    document = Document.from_text(text, title=HOSTILE, source=HOSTILE, furniture=furniture)
    summary = summarize.summarize(document, backend="lead")
    support = check(f"{HOSTILE} fell by 9%. “{HOSTILE}”", document)
    pages = [
        summary.to_html(document),
        page(support, document, facts=[HOSTILE], scores=[0.0] * len(document.sentences)),
        index_page([Entry(HOSTILE, "1.html", HOSTILE, HOSTILE, (1, 2), 1.0)], failures=[HOSTILE]),
        f"<div>{summary._repr_html_()}</div>",
    ]
    for each in pages:
        each.encode("utf-8")
        read = Reader(each)
        assert read.open == []
        assert sum(tag == "script" for tag, _ in read.elements) <= 1
        assert not any(tag == "img" for tag, _ in read.elements)
        assert not any(name.startswith("on") for _, found in read.elements for name in found)
        assert "\x1b" not in each
        assert "\u202e" not in each
        shown = "".join(text for tag, text in read.texts if tag != "script")
        assert "<script>alert(1)</script>" in shown


def test_scores_must_be_one_a_sentence(document):
    summary = summarize.summarize(document, backend="lead")
    with pytest.raises(ValueError, match="scores must be"):
        summary.to_html(document, scores=[1.0])


def test_notebooks_show_sentences_and_facts():
    summary = summarize.summarize("It rained <fast>. It stopped.", backend="lead", sentences=1)
    assert "<li>It rained &lt;fast&gt;." in summary._repr_html_()
    assert "lead · 3 of 5 words" in summary._repr_html_()


def luminance(colour):
    channels = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return sum(weight * c for weight, c in zip((0.2126, 0.7152, 0.0722), linear, strict=True))


def test_contrast_is_wcag_aa():
    style = files("summarize.support").joinpath("page.css").read_text(encoding="utf-8")
    light, dark, printed = re.findall(r":root \{(.*?)\}", style, re.DOTALL)
    schemes = [dict(re.findall(r"--(\w+): (#\w{6})", each)) for each in (light, dark)]
    schemes.append(schemes[0] | dict(re.findall(r"--(\w+): (#\w{6})", printed)))
    pairs = itertools.product(("ink", "wrong"), ("paper", "panel", "chosen", "on"))
    for scheme in schemes:
        for one, other in (*pairs, ("soft", "paper"), ("soft", "panel"), ("link", "paper")):
            dark, light = sorted(luminance(scheme[name]) for name in (one, other))
            assert (light + 0.05) / (dark + 0.05) >= 4.5, (one, other, scheme)
        dark, light = sorted(luminance(scheme[name]) for name in ("heat", "panel"))
        assert (light + 0.05) / (dark + 0.05) >= 3.0


class Browser:
    """A page in Chromium, driven over its debugging pipe."""

    def __init__(self, profile):
        there, self._commands = os.pipe()
        self._answers, back = os.pipe()
        ours = [fcntl.fcntl(each, fcntl.F_DUPFD, 50) for each in (there, back)]

        def give():  # Chromium reads commands from descriptor 3 and answers on 4
            os.dup2(ours[0], 3)
            os.dup2(ours[1], 4)

        self._process = subprocess.Popen(
            [
                BROWSER,
                "--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking",
                "--disable-dev-shm-usage", "--no-first-run", f"--user-data-dir={profile}",
                "--remote-debugging-pipe", "about:blank",
            ],
            pass_fds=(3, 4), preexec_fn=give,  # noqa: PLW1509 - no thread of ours runs here
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        for each in (there, back, *ours):
            os.close(each)
        self._number, self._buffer, self.events, self._session = 0, b"", [], None
        target = self.call("Target.createTarget", url="about:blank")["targetId"]
        attached = self.call("Target.attachToTarget", targetId=target, flatten=True)
        self._session = attached["sessionId"]
        for domain in ("Page", "Network", "Log", "Runtime"):
            self.call(f"{domain}.enable")

    def call(self, method, **parameters):
        self._number += 1
        message = {"id": self._number, "method": method, "params": parameters}
        if self._session:
            message["sessionId"] = self._session
        os.write(self._commands, json.dumps(message).encode() + b"\0")
        while True:
            answer = self._read()
            if answer.get("id") == self._number:
                assert "error" not in answer, answer
                return answer["result"]
            self.events.append(answer)

    def _read(self):
        while b"\0" not in self._buffer:
            part = os.read(self._answers, 65536)
            assert part, "the browser has gone"
            self._buffer += part
        message, _, self._buffer = self._buffer.partition(b"\0")
        return json.loads(message)

    def open(self, path):
        self.events.clear()
        self.call("Page.navigate", url=path.as_uri())
        while not any(each.get("method") == "Page.loadEventFired" for each in self.events):
            self.events.append(self._read())

    def value(self, expression):
        result = self.call("Runtime.evaluate", expression=expression, returnByValue=True)
        return result["result"].get("value")

    def press(self, key, code):
        for kind in ("rawKeyDown", "keyUp"):
            self.call(
                "Input.dispatchKeyEvent", type=kind, key=key, code=key, windowsVirtualKeyCode=code
            )

    def close(self):
        self._process.terminate()
        self._process.wait(20)
        os.close(self._commands)
        os.close(self._answers)


@pytest.mark.skipif(BROWSER is None, reason="there is no Chromium")
@pytest.mark.skipif(sys.platform != "linux", reason="descriptors are passed on as on POSIX")
def test_in_a_browser(wrong, tmp_path):
    path = tmp_path / "page.html"
    path.write_text(wrong, encoding="utf-8")
    browser = Browser(tmp_path / "profile")
    try:
        marked = "[...document.querySelectorAll('.on')].map(each => each.id).join(' ')"
        for width in (1280, 360):
            browser.call(
                "Emulation.setDeviceMetricsOverride", width=width, height=800,
                deviceScaleFactor=1, mobile=width < 500,
            )  # fmt: skip
            browser.open(path)
            assert browser.value("document.documentElement.scrollWidth <= innerWidth")
            # By keyboard: past the link that skips, to the first sentence, to its source.
            browser.press("Tab", 9)
            browser.press("Tab", 9)
            assert browser.value("document.activeElement.id") == "s0"
            assert browser.value(marked) == "s0 d0"
            browser.press("Escape", 27)
            assert browser.value(marked) == ""
            # By pointer, the other way round.
            browser.value("document.getElementById('d0').scrollIntoView({behavior: 'instant'})")
            place = json.loads(
                browser.value("JSON.stringify(document.getElementById('d0').getClientRects()[0])")
            )
            browser.call(
                "Input.dispatchMouseEvent", type="mouseMoved", x=place["x"] + 20, y=place["y"] + 5
            )
            assert browser.value(marked) == "s0 d0" or browser.value(marked) == "d0 s0"
        urls = [
            each["params"]["request"]["url"]
            for each in browser.events
            if each.get("method") == "Network.requestWillBeSent"
        ]
        assert all(url.startswith("file://") for url in urls)
        assert not any(each.get("method") == "Log.entryAdded" for each in browser.events)
    finally:
        browser.close()


def test_pages_of_models_show_sources_and_marks():
    class Writer:
        window = 1000

        def count(self, texts, /):
            return [len(text.split()) for text in texts]

        def generate(self, texts, length, /):
            from summarize.backends.base import Draft

            return [Draft("The river rose nine metres.") for _ in texts]

    text = "The river rose two metres. Nobody was hurt in Ellery."
    made = Summarizer(Writer()).summarize(text).to_html(text)
    assert 'data-with="d0"' in made
    assert ">nine<" in made
