"""Time and memory are bounded whatever comes in, and each limit says how to lift it."""

import contextlib
import gzip
import io
import os
import threading
import time
import tracemalloc
import zipfile

import pytest
from test_readers_documents import (
    CONTAINER,
    body_of,
    change_member,
    column,
    make_docx,
    make_epub,
    make_pdf,
)

from summarize import ReadError, read
from summarize.readers import MAX_BYTES, markdown, pdf, webpage

MIB = 2**20


def read_bytes(data, **options):
    return read(io.BytesIO(data), **options)


@pytest.fixture
def frugal():
    """Fail where more than 16 MiB are taken, or more than 5 seconds of the processor."""
    tracemalloc.start()
    started = time.process_time()
    yield
    spent, (_, peak) = time.process_time() - started, tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 16 * MIB
    assert spent < 5


def test_a_large_file_is_refused_unread(tmp_path, frugal):
    path = tmp_path / "large.txt"
    with path.open("wb") as file:
        file.truncate(500 * MIB)  # a file with a hole: it takes no room
    message = "500.0 MiB, larger than the limit of 64.0 MiB; max_bytes= raises it"
    with pytest.raises(ReadError, match=message):
        read(path)
    assert MAX_BYTES == 64 * MIB


def test_the_limit_can_be_set_and_lifted(tmp_path):
    path = tmp_path / "a.txt"
    path.write_bytes(b"It rained. " * 10)
    with pytest.raises(ReadError, match="110 bytes, larger than the limit of 109 bytes"):
        read(path, max_bytes=109)
    assert read(path, max_bytes=110).words == read(path, max_bytes=None).words == 20


class Endless(io.RawIOBase):
    """A stream that counts what is taken from it."""

    taken = 0

    def readable(self):
        return True

    def read(self, size=-1):
        assert size >= 0
        self.taken += size
        return b"a" * size


def test_an_endless_stream_is_left_at_the_limit(frugal):
    stream = Endless()
    with pytest.raises(ReadError, match=r"<stream>: larger than the limit of 2\.0 MiB"):
        read(stream, max_bytes=2 * MIB)
    assert stream.taken == 2 * MIB + 1


@pytest.mark.skipif(not os.path.exists("/dev/zero"), reason="there is no /dev/zero")
def test_a_device(frugal):
    with pytest.raises(ReadError, match="larger than the limit"):
        read("/dev/zero", max_bytes=4 * MIB)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="there are no named pipes")
def test_a_named_pipe(tmp_path):
    path = tmp_path / "pipe"
    os.mkfifo(path)
    writer = threading.Thread(target=path.write_bytes, args=(b"It rained.",))
    writer.start()
    assert read(path).text == "It rained."
    writer.join()


def test_a_gzip_bomb(frugal):
    bomb = gzip.compress(gzip.compress(bytes(2 * MIB)) * 20)
    with pytest.raises(ReadError, match=r"larger once unpacked than the limit of 1\.0 MiB"):
        read_bytes(bomb, max_bytes=MIB)


def zip_bomb(name, size, **others):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(name, bytes(size))
        for member, content in others.items():
            archive.writestr(member, content)
    return out.getvalue()


@pytest.mark.parametrize("name", ["word/document.xml", "META-INF/container.xml", "a.txt"])
def test_a_zip_bomb(name, frugal):
    bomb = zip_bomb(name, 3 * MIB)
    with pytest.raises(ReadError, match=r"larger once unpacked than the limit of 2\.0 MiB"):
        read_bytes(bomb, max_bytes=2 * MIB)


def test_a_zip_archive_that_lies_about_its_sizes(frugal):
    bomb = zip_bomb("word/document.xml", 3 * MIB)
    lying = bomb.replace((3 * MIB).to_bytes(4, "little"), (99).to_bytes(4, "little"))
    assert lying != bomb
    with pytest.raises(ReadError, match=r"damaged file: 'word/document.xml' cannot be unpacked"):
        read_bytes(lying, max_bytes=2 * MIB)


def test_a_zip_archive_of_very_many_files():
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for number in range(20_001):
            archive.writestr(zipfile.ZipInfo(str(number)), b"")
    with pytest.raises(ReadError, match="more than 20,000 files"):
        read_bytes(out.getvalue())


@pytest.mark.parametrize("entities", [12, 0])
def test_an_entity_bomb(entities, frugal):
    lines = "".join(f"<!ENTITY a{n + 1} '{f'&a{n};' * 10}'>" for n in range(entities))
    head = f"<?xml version='1.0'?><!DOCTYPE a [<!ENTITY a0 'aaaaaaaaaa'>{lines}]>".encode()

    def change(content):
        return head + content[content.index(b"?>") + 2 :]

    with pytest.raises(ReadError, match=r"'word/document.xml' in it defines XML entities"):
        read_bytes(change_member(body_of(""), "word/document.xml", change))
    with pytest.raises(ReadError, match=r"'META-INF/container.xml' in it defines XML entities"):
        read_bytes(make_epub([], container=head.decode() + CONTAINER))


def test_xml_of_very_many_tags(monkeypatch):
    monkeypatch.setattr("summarize.readers.docx.MAX_TAGS", 30_000)
    data = body_of("<w:p><w:r><w:t>It rained.</w:t></w:r></w:p>" * 12_000)
    with pytest.raises(
        ReadError, match=r"more than 30,000 XML tags in 'word/document.xml'; max_bytes= set to None"
    ):
        read_bytes(data)
    assert read_bytes(data, max_bytes=None).words == 24_000


def test_deep_xml():
    deep = "<w:sdt><w:sdtContent>" * 50_000
    with pytest.raises(ReadError, match="a damaged Word document"):
        read_bytes(body_of(deep))


def test_an_epub_that_lists_one_chapter_very_often():
    once = make_epub(["<p>It rained.</p>"])
    often = change_member(
        once,
        "OPS/package.opf",
        lambda content: content.replace(b"<itemref idref='c0'/>", b"<itemref idref='c0'/>" * 9_999),
    )
    assert read_bytes(often).words == 2


@pytest.mark.parametrize("size", [200_000])
def test_tags_that_never_end(size):
    started = time.perf_counter()
    for pump in ("A", 'a="', "a='x' ", "-", ":"):
        chapter = "<p>It rained.</p><p " + pump * (size // len(pump))
        assert read_bytes(make_epub([chapter])).words
    assert time.perf_counter() - started < 5


# ---------------------------------------------------------------- HTML and Markdown

SENTENCE = "Heavy rain closed the port of Ellery on Tuesday, the council said."


@pytest.mark.parametrize(
    "page",
    [
        "<html><body>" + "<div>" * 99_000 + f"<p>{SENTENCE}</p>" + "</div>" * 99_000,
        "<html><body><p>" + "<b>" * 50_000 + SENTENCE,
        "<html><body>" + "<ul><li>" * 50_000 + SENTENCE,
        "<html><body>" + "<!--" * 190_000,
        "<html><!--" + "a" * MIB,
        "<html><body>" + "<a " * 100_000,
    ],
    ids=["div", "b", "li", "comments", "comment", "a"],
)
def test_deep_and_broken_html(page):
    started = time.perf_counter()
    with contextlib.suppress(ReadError):
        assert read_bytes(page.encode()).words
    assert time.perf_counter() - started < 5


def test_a_huge_attribute():
    page = f"<html><body><div class='{'a' * 5 * MIB}'><p>{SENTENCE}</p></div></body></html>"
    assert read_bytes(page.encode()).text == SENTENCE


def test_a_page_of_very_many_tags(monkeypatch):
    monkeypatch.setattr(webpage, "MAX_TAGS", 500)
    page = ("<html><body>" + f"<p>{SENTENCE}</p>" * 300).encode()
    with pytest.raises(
        ReadError, match="602 tags, more than the limit of 500; max_bytes= set to None"
    ):
        read_bytes(page)
    assert read_bytes(page, max_bytes=None).words


@pytest.mark.parametrize(
    "text",
    [
        ">" * 50_000 + "It rained.",
        "- " * 20_000 + "It rained.",
        "[" * 60_000 + "It rained.",
        "*a **b " * 5_000,
        "<!--" * 30_000,
        "<table>" * 30_000 + "It rained.",
    ],
    ids=["quotations", "lists", "links", "emphasis", "comments", "tables"],
)
def test_deep_and_broken_markdown(text):
    stream = io.BytesIO(text.encode())
    stream.name = "a.md"
    started = time.perf_counter()
    with contextlib.suppress(ReadError):
        assert read(stream).words
    assert time.perf_counter() - started < 5


def test_markdown_that_takes_too_long(monkeypatch):
    monkeypatch.setattr("summarize.readers.extracted.MAX_SECONDS", 0.5)
    for text in ("> <div>\na\n" * 9_000, (("[" * 3_000) + "\n\n") * 99):
        stream = io.BytesIO(text.encode())
        stream.name = "a.md"
        started = time.perf_counter()
        with contextlib.suppress(ReadError):
            assert read(stream).words
        assert time.perf_counter() - started < 5


def test_a_text_of_very_many_paragraphs(monkeypatch):
    monkeypatch.setattr("summarize.readers.extracted.MAX_LINES", 9)
    with pytest.raises(ReadError, match="more than 9 lines; max_bytes= set to None lifts"):
        read_bytes(b"a\n\n" * 9)
    assert read_bytes(b"a\n\n" * 9, max_bytes=None).words == 9


def test_long_markdown(monkeypatch):
    monkeypatch.setattr(markdown, "MAX_CHARACTERS", 100)
    stream = io.BytesIO(b"It rained. " * 10)
    stream.name = "a.md"
    with pytest.raises(ReadError, match="Markdown of more than 100 bytes; max_bytes= set to None"):
        read(stream)


# ---------------------------------------------------------------- PDF


def test_ten_thousand_pages():
    data = make_pdf([[]])
    pages = b"/Count 1/Kids[" + b"4 0 R " * 10_000
    data = data.replace(b"/Count 1/Kids[", pages)
    counted = data.replace(b"/Count 1", b"/Count 10000")
    started = time.perf_counter()
    with pytest.raises(ReadError, match="10,000 pages, more than the limit of 1,000; max_pages="):
        read_bytes(counted)
    with pytest.raises(ReadError, match="no text in its"):
        read_bytes(data)  # one that says it has a single page
    assert time.perf_counter() - started < 5


def test_the_limit_on_pages_can_be_raised():
    data = make_pdf([column(["It rained."])] * 3)
    with pytest.raises(ReadError, match="3 pages, more than the limit of 2"):
        read_bytes(data, max_pages=2)
    assert read_bytes(data, max_pages=3).words
    assert read_bytes(data, max_pages=None).words


def test_the_time_and_memory_of_a_pdf(monkeypatch):
    form = "q 1 0 0 1 0 0 cm /F Do Q " * 20
    data = nested_forms(form, depth=9)
    monkeypatch.setattr(pdf, "MAX_SECONDS", 1)
    with pytest.raises(
        ReadError, match=r"more than 1 seconds; max_bytes= set to None lifts|memory: its parser"
    ):
        read_bytes(data)
    monkeypatch.setattr(pdf, "MAX_MEMORY", 40)
    with pytest.raises(ReadError, match=r"memory"):
        read_bytes(data)


def nested_forms(content, depth):
    """A page that draws a form that draws a form, and so on."""
    objects = [
        "<</Type/Catalog/Pages 2 0 R>>",
        "<</Type/Pages/Count 1/Kids[3 0 R]>>",
        "<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]/Contents 4 0 R"
        "/Resources<</XObject<</F 5 0 R>>/Font<</T 4 0 R>>>>>>",
        f"<</Length {len(content)}>>stream\n{content}\nendstream",
    ]
    for number in range(depth):
        inner = content if number < depth - 1 else "0 0 m 9 9 l S"
        objects.append(
            f"<</Type/XObject/Subtype/Form/BBox[0 0 9 9]/Resources<</XObject<</F {number + 6} 0 R"
            f">>>>/Length {len(inner)}>>stream\n{inner}\nendstream"
        )
    out = bytearray(b"%PDF-1.7\n")
    for number, body in enumerate(objects, 1):
        out += f"{number} 0 obj\n{body}\nendobj\n".encode()
    return bytes(out) + b"trailer<</Root 1 0 R>>\n%%EOF"


def test_the_text_of_a_pdf_unpacked():
    data = make_pdf([column(["It rained."] * 60)])
    with pytest.raises(ReadError, match=r"larger once unpacked than the limit of 600 bytes"):
        pdf.read_pdf(data, "a.pdf", max_bytes=600)


def test_a_page_tree_in_a_circle():
    data = make_pdf([column(["It rained."])]).replace(b"/Kids[4 0 R]", b"/Kids[2 0 R]")
    data = data.replace(b"/Kids[", b"/Kids[2 0 R ")
    with contextlib.suppress(ReadError):  # PDFium finds the page all the same
        assert read_bytes(data).words == 2


def test_a_docx_at_the_limit_is_read():
    data = make_docx(lambda document: document.add_paragraph("It rained."))
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        size = sum(member.file_size for member in archive.infolist())
    assert read_bytes(data, max_bytes=size).words == 2
    with pytest.raises(ReadError, match="larger once unpacked"):
        read_bytes(data, max_bytes=size - 1)


def test_an_epub_of_very_many_tags(monkeypatch):
    monkeypatch.setattr("summarize.readers.epub.MAX_TAGS", 100)
    monkeypatch.setattr("summarize.readers.archives.MAX_NODES", 200)
    data = make_epub(["<p>It rained.</p>" * 30] * 2)
    with pytest.raises(
        ReadError, match="an EPUB of more than 100 tags; max_bytes= set to None lifts"
    ):
        read_bytes(data)
    assert read_bytes(data, max_bytes=None).words == 120
    data = make_epub(["<p>It rained.</p>"], metadata="<a/>" * 200)
    with pytest.raises(ReadError, match="has more than 200 XML tags"):
        read_bytes(data)
    assert read_bytes(data, max_bytes=None).words == 2


# --- Shapes that once took hours or gigabytes ---------------------------------------------------


def named(text, name):
    stream = io.BytesIO(text.encode() if isinstance(text, str) else text)
    stream.name = name
    return stream


def office(name, **members):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for member, content in members.items():
            archive.writestr(member, content)
    return named(out.getvalue(), name)


PROSE = "The port of Ellery was closed on Tuesday. "
MAIL = "To: b@c.d\nSubject: Rain\nMIME-Version: 1.0\nDate: Tue, 3 Mar 2020 10:00:00 +0000\n"
ODT = (
    "<office:document-content xmlns:office='urn:oasis:names:tc:opendocument:xmlns:office:1.0' "
    "xmlns:text='urn:oasis:names:tc:opendocument:xmlns:text:1.0' "
    "xmlns:draw='urn:oasis:names:tc:opendocument:xmlns:drawing:1.0'>"
    "<office:body><office:text>%s</office:text></office:body></office:document-content>"
)
PPTX = (
    "<p:sld xmlns:p='http://schemas.openxmlformats.org/presentationml/2006/main' "
    "xmlns:a='http://schemas.openxmlformats.org/drawingml/2006/main'>%s</p:sld>"
)
SLIDE = {
    "ppt/presentation.xml": "<p:presentation xmlns:p='http://schemas.openxmlformats.org/"
    "presentationml/2006/main' xmlns:r='http://schemas.openxmlformats.org/officeDocument/2006/"
    "relationships'><p:sldId r:id='a'/></p:presentation>",
    "ppt/_rels/presentation.xml.rels": "<a xmlns='http://schemas.openxmlformats.org/package/2006/"
    "relationships'><Relationship Id='a' Target='s.xml'/></a>",
}


def navigated():
    """An EPUB that names its landmarks, of a megabyte, again and again."""
    items = "<item properties='nav' href='n.xhtml' id='n'/>" * 20_000
    data = make_epub([f"<p>{PROSE}</p>"], metadata=items)
    out = io.BytesIO(data)
    with zipfile.ZipFile(out, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("OPS/n.xhtml", "<a href='x'>" * 80_000)
    return named(out.getvalue(), "a.epub")


def speaking(cues, more=""):
    times = (f"0:00:{n % 60:02},0:00:{n % 60:02}" for n in range(cues))
    said = "".join(f"{time}\nword{n} of it\n{more}\n\n" for n, time in enumerate(times))
    return named("1\n00:00:01,000 --> 00:00:02,000\nIt\n\n" + said, "a.srt")


def noted_docx():
    titles = "<dc:title>" + "ab<!---->" * 300_000 + "</dc:title>"
    core = f"<c xmlns:dc='http://purl.org/dc/elements/1.1/'>{titles}</c>"
    body = body_of(f"<w:p><w:r><w:t>{PROSE}</w:t></w:r></w:p>")
    return named(change_member(body, "docProps/core.xml", lambda _: core.encode()), "a.docx")


SHAPES = {
    "a sender's list": lambda: named("From: " + "a@b.c, " * 40_000 + f"\n{MAIL}\n{PROSE}", "a.eml"),
    "a subject of encoded words": lambda: named(
        "From: a@b.c\nSubject: " + "=?utf-8?q?a?= " * 20_000 + f"\n\n{PROSE}", "a.eml"
    ),
    "parameters of a type": lambda: named(
        f"From: a@b.c\n{MAIL}Content-Type: text/plain" + "; a*0=b" * 40_000 + f"\n\n{PROSE}",
        "a.eml",
    ),
    "a boundary within a boundary": lambda: named(
        MAIL
        + "".join(
            f"Content-Type: multipart/mixed; boundary={'x' * n}\n\n--{'x' * n}\n"
            for n in range(1, 90)
        )
        + f"\n{PROSE}\n"
        + "--y\n" * 20_000,
        "a.eml",
    ),
    "one speech": lambda: speaking(30_000),
    "landmarks listed again and again": navigated,
    "a title in pieces": noted_docx,
    "text boxes in text boxes": lambda: office(
        "a.odt",
        mimetype="application/vnd.oasis.opendocument.text",
        **{
            "content.xml": ODT
            % (
                f"<text:p>{PROSE}</text:p>"
                + "<text:p>a<draw:text-box>" * 40
                + "</draw:text-box></text:p>" * 40
            )
        },
    ),
    "shapes in shapes": lambda: office(
        "a.pptx",
        **SLIDE,
        **{
            "ppt/s.xml": PPTX
            % (
                f"<p:sp><p:txBody><a:p><a:t>{PROSE}</a:t></a:p></p:txBody></p:sp>"
                + "<p:sp><p:txBody><a:p>" * 9_000
                + "<a:t>x</a:t>"
                + "</a:p></p:txBody></p:sp>" * 9_000
            )
        },
    ),
    "references that lead nowhere": lambda: named(
        f"Rain\n====\n\n{PROSE}\n\n" + "a_ " * 20_000, "a.rst"
    ),
    "a character of very many digits": lambda: speaking(1, f"&#{'1' * 5_000};"),
    "a cue of very many lines": lambda: speaking(
        2, "".join(f"word{n}\n" for n in range(20_000)).rstrip()
    ),
    "quotations in a mail that never close": lambda: named(
        f"From: a@b.c\n{MAIL}Content-Type: text/html\n\n<p>{PROSE}" + "<blockquote>" * 90_000,
        "a.eml",
    ),
    "a long substitute again and again": lambda: named(
        f"Rain\n====\n\n{PROSE}" + "|a| " * 4_000 + f"\n\n.. |a| replace:: {PROSE * 300}\n",
        "a.rst",
    ),
    "styles without a name": lambda: named(r"{\rtf1" + r"\s1 " * 250_000 + PROSE + "}", "a.rtf"),
    "substitutes of substitutes": lambda: named(
        f"Rain\n====\n\n{PROSE}|a0|\n\n"
        + "".join(f".. |a{n}| replace:: |a{n + 1}| |a{n + 1}|\n" for n in range(40))
        + ".. |a40| replace:: rain\n",
        "a.rst",
    ),
}


@pytest.mark.parametrize("shape", SHAPES)
def test_what_took_hours_takes_seconds(shape):
    source = SHAPES[shape]()
    began = time.thread_time()
    document = read(source)
    assert time.thread_time() - began < 5
    assert document.words > 3


@pytest.mark.parametrize(
    ("name", "text", "message"),
    [
        ("a.rtf", r"{\rtf1 " + PROSE + "{}" * 20_000 + "}", "RTF that takes more than"),
        (
            "a.rst",
            f"Rain\n====\n\n{PROSE}\n\n" + "- a\n\n" * 50,
            "Text that takes more than",
        ),
        ("a.eml", f"From: a@b.c\n{MAIL}\n{PROSE}", "a mail that takes more than"),
    ],
)
def test_what_takes_long_is_refused(name, text, message, monkeypatch):
    monkeypatch.setattr("summarize.readers.extracted.MAX_SECONDS", -1.0)
    with pytest.raises(ReadError, match=message):
        read(named(text, name))
    assert read(named(text, name), max_bytes=None).words > 6


@pytest.mark.parametrize(
    ("limit", "name", "text", "message"),
    [
        ("mail.MAX_LINES", "a.eml", f"From: a@b.c\n{MAIL}\n{PROSE}\n\n", "of more than 5 lines"),
        ("extracted.MAX_LINES", "a.srt", f"0:01 --> 0:02\n{PROSE}\n" * 9, "of more than 5 lines"),
        (
            "notebook.MAX_VALUES",
            "a.ipynb",
            '{"nbformat": 4, "metadata": [[], [], [], [], {}], "cells": [{"cell_type": "markdown", '
            f'"source": "{PROSE}"}}]}}',
            "more than 5 values",
        ),
    ],
)
def test_what_would_fill_the_memory_is_refused(limit, name, text, message, monkeypatch):
    monkeypatch.setattr(f"summarize.readers.{limit}", 5)
    with pytest.raises(ReadError, match=message):
        read(named(text, name))
    assert read(named(text, name), max_bytes=None).words > 6


def test_a_tag_of_very_many_attributes_is_refused():
    many = " ".join(f"a{n}=''" for n in range(10_001))
    with pytest.raises(ReadError, match="attributes in a tag; save it again from Word"):
        read_bytes(body_of(f"<w:p {many}/>"))


def test_a_release_of_trafilatura_without_its_memories_reads_pages(monkeypatch):
    utils = pytest.importorskip("trafilatura").utils
    page = b"<html><p>" + b"The river rose in the night, and nobody was hurt. " * 20
    for name in ("line_processing", "trim"):
        monkeypatch.setattr(utils, name, getattr(utils, name).__wrapped__)
    assert "nobody was hurt" in read(io.BytesIO(page)).text
    monkeypatch.delattr(utils, "line_processing")
    webpage._forget()
