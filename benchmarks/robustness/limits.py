"""What the readers, and newsrank, take for time and memory at their limits and beyond them.

    python benchmarks/robustness/limits.py [CASE ...]

Each case is a process of its own; memory is how much its peak is above what it has before reading,
with that of the process that reads a PDF. Time is that of the processor, for servers by the clock.
Needs Linux.
"""

from __future__ import annotations

import argparse
import gzip
import io
import os
import resource
import socket
import subprocess
import sys
import tempfile
import threading
import time
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
sys.path.extend([str(HERE.parent), str(HERE.parents[1] / "tests")])

from recording import record, table  # noqa: E402
from test_readers_bounds import ODT, PPTX, SLIDE, navigated, nested_forms, speaking  # noqa: E402
from test_readers_documents import (  # noqa: E402
    body_of,
    change_member,
    column,
    make_epub,
    make_pdf,
)

import summarize  # noqa: E402

MIB = 2**20
SENTENCE = (
    "Heavy rain closed the port of Ellery on Tuesday, the council number %d said in a statement. "
)
PROSE = SENTENCE % 1
WORD_PARAGRAPH = "<w:p><w:r><w:t>%s</w:t></w:r></w:p>"
PATIENCE = 120

Source = Callable[[], Any]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("cases", nargs="*", metavar="CASE", help="only these; without, all")
    parser.add_argument("--inside", action="store_true", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.inside:
        print(measured(options.cases[0]))
        return
    rows = []
    for case in options.cases or CASES:
        command = [sys.executable, __file__, "--inside", case]
        try:
            done = subprocess.run(
                command, stdout=subprocess.PIPE, text=True, timeout=PATIENCE, check=False
            )
            died = ["–", "–", f"exit {done.returncode}"]
            cells = died if done.returncode else done.stdout.strip().split("|")
        except subprocess.TimeoutExpired:
            cells = [f"> {PATIENCE} s", "–", "stopped"]
        rows.append((case, *cells))
        print(*rows[-1], sep=" | ", file=sys.stderr, flush=True)
    if not options.cases:
        header = ("input", "time", "memory", "outcome")
        record(
            "limits",
            f"# The readers at their limits\n\n{table(header, rows)}",
            ("trafilatura", "pypdfium2", "chardet", "markdown-it-py"),
        )


def measured(case: str) -> str:
    make, options = CASES[case]
    source = make()
    Path("/proc/self/clear_refs").write_text("5")  # the peak so far counts no more
    before = memory("VmRSS")
    start = time.perf_counter() if options is WEB else sum(os.times()[:4])
    try:
        if options is RATED:
            summary = summarize.summarize(source, backend="newsrank", words=50)
            outcome = f"a summary of {len(str(summary)):,} characters"
        else:
            outcome = f"{len(summarize.read(source, **options).text):,} characters"
    except summarize.SummarizeError as error:
        outcome = str(error).partition(": ")[2]
    spent = (time.perf_counter() if options is WEB else sum(os.times()[:4])) - start
    child = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024  # PDFium's
    return f"{spent:.1f} s|{memory('VmHWM') - before + child:.0f} MiB|{outcome}"


def memory(field: str) -> float:
    status = Path("/proc/self/status").read_text(encoding="utf-8")
    return int(status.partition(f"{field}:")[2].split()[0]) / 1024


# --- Inputs -------------------------------------------------------------------------------------


def named(data: bytes, name: str) -> io.BytesIO:
    stream = io.BytesIO(data)
    stream.name = name
    return stream


def sentences(count: int, end: str = "\n") -> str:
    return "".join(SENTENCE % number + end for number in range(count))


def plain_text() -> io.BytesIO:
    return named((sentences(1000) * 700).encode()[: 60 * MIB], "a.txt")


def western_text() -> io.BytesIO:
    return named((SENTENCE % 1 + "Köln.\n").encode("cp1252") * (60 * MIB // 100), "a.txt")


FOLDER = tempfile.TemporaryDirectory()  # gone at the end


def big_file() -> str:
    path = Path(FOLDER.name, "a.txt")
    with path.open("wb") as file:
        file.truncate(500 * 10**6)
    return str(path)


def gzip_bomb() -> io.BytesIO:
    return named(gzip.compress(gzip.compress(bytes(50 * MIB)) * 20), "a.gz")


def docx(xml: str) -> io.BytesIO:
    """A Word file with this body, compressed."""
    out = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(body_of(xml))) as old,
        zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new,
    ):
        for member in old.namelist():
            new.writestr(member, old.read(member))
    return named(out.getvalue(), "a.docx")


def epub() -> io.BytesIO:
    return named(make_epub(["<html>" + "<p>a</p>" * (55 * MIB // 8)]), "a.epub")


def html(body: str) -> io.BytesIO:
    return named(f"<html><body>{body}".encode(), "a.html")


def pdf(pages: int, lines: int) -> io.BytesIO:
    page = column([(SENTENCE % number)[:90] for number in range(lines)])
    return named(make_pdf([page] * pages), "a.pdf")


def heavy_pdf(pages: int) -> io.BytesIO:
    """A PDF whose pages all show one stream of 600,000 operations."""
    stream = b"BT /F0 9 Tf 72 700 Td " + b"(a) Tj 0 0 Td " * 300_000 + b"ET"
    empty = make_pdf([[]])
    full = b"/Length %d>>stream\n%s\nendstream" % (len(stream), stream)
    kids = b"/Count %d/Kids[" % pages + b"7 0 R " * (pages - 1)
    filled = empty.replace(b"/Length 0>>stream\n\nendstream", full)
    return named(filled.replace(b"/Count 1/Kids[", kids), "a.pdf")


def often(count: int) -> io.BytesIO:
    """An EPUB that lists a chapter of a megabyte so many times."""
    once = make_epub([f"<p>{sentences(11_000, ' ')}</p>"])
    listed = b"<itemref idref='c0'/>"
    change = lambda content: content.replace(listed, listed * count)  # noqa: E731
    return named(change_member(once, "OPS/package.opf", change), "a.epub")


def many_members(count: int) -> io.BytesIO:
    """A zip archive's directory, of entries that all name one file."""
    entry = b"PK\x01\x02" + bytes(24) + b"\1\0" + bytes(16) + b"a"
    size = len(entry) * count
    end = b"PK\x05\x06" + bytes(4) + b"\xff\xff\xff\xff" + size.to_bytes(4, "little")
    start = b"PK\x03\x04" + bytes(26)
    return named(start + entry * count + end + (30).to_bytes(4, "little") + bytes(2), "a.zip")


def markdown(text: str) -> io.BytesIO:
    return named(text[: 2 * MIB].encode(), "a.md")


def mail(header: str, body: str = PROSE) -> io.BytesIO:
    return named(
        f"To: a@b.c\nSubject: Rain\nMIME-Version: 1.0\n{header}\n\n{body}".encode(), "a.eml"
    )


def nested_mail(depth: int, lines: int) -> io.BytesIO:
    """A mail of parts in parts, the boundary of each the beginning of the next one's."""
    boundaries = ["x" * number for number in range(1, depth + 1)]
    types = (f"Content-Type: multipart/mixed; boundary={each}\n\n--{each}" for each in boundaries)
    return mail("\n".join(types), "--y\n" * lines)


def office(name: str, **members: str) -> io.BytesIO:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for member, content in members.items():
            archive.writestr(member, content)
    return named(out.getvalue(), name)


def odt(body: str) -> io.BytesIO:
    text = ODT % f"<text:p>{PROSE}</text:p>{body}"
    kind = "application/vnd.oasis.opendocument.text"
    return office("a.odt", **{"mimetype": kind, "content.xml": text})


def pptx(body: str) -> io.BytesIO:
    shape = f"<p:sp><p:txBody><a:p><a:t>{PROSE}</a:t></a:p></p:txBody></p:sp>"
    return office("a.pptx", **SLIDE, **{"ppt/s.xml": PPTX % (shape + body)})


def notebook(metadata: str) -> io.BytesIO:
    cell = f'{{"cell_type": "markdown", "source": "{PROSE}"}}'
    text = f'{{"nbformat": 4, "metadata": {metadata}, "cells": [{cell}]}}'
    return named(text.encode(), "a.ipynb")


def server(start: bytes, piece: bytes, pause: float) -> str:
    """The URL of a server that sends ``start``, and then ``piece`` for ever."""
    listener = socket.create_server(("127.0.0.1", 0))

    def serve() -> None:
        wire, _ = listener.accept()
        with wire:
            wire.recv(65_536)
            try:
                wire.sendall(start)
                while True:
                    wire.sendall(piece)
                    time.sleep(pause)
            except OSError:
                return

    threading.Thread(target=serve, daemon=True).start()
    return f"http://127.0.0.1:{listener.getsockname()[1]}/"


OK = b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n"
WEB = {"allow_private": True, "timeout": 5.0}
RATED: dict[str, Any] = {}
CASES: dict[str, tuple[Source, dict[str, Any]]] = {
    "text of 60 MiB, UTF-8": (plain_text, {}),
    "text of 60 MiB, cp1252": (western_text, {}),
    "a file of 500 MB": (big_file, {}),
    "/dev/zero": (lambda: "/dev/zero", {}),
    "gzip bomb": (gzip_bomb, {}),
    "docx of a novel": (lambda: docx(WORD_PARAGRAPH % (SENTENCE % 1 * 5) * 20_000), {}),
    "docx of 3.9 million empty paragraphs": (lambda: docx("<w:p/>" * 3_900_000), {}),
    "docx of 200 MiB in one paragraph": (lambda: docx(WORD_PARAGRAPH % ("a" * 200 * MIB)), {}),
    "EPUB of 7 million tags": (epub, {}),
    "HTML of 200,000 tags": (lambda: html("<div>a</div>" * 99_990), {}),
    "HTML of 60,000 paragraphs": (lambda: html(f"<p>{sentences(60_000, '</p><p>')}"), {}),
    "HTML, 99,000 elements deep": (lambda: html("<div>" * 99_000 + SENTENCE % 1), {}),
    "HTML with an attribute of 30 MiB": (
        lambda: html(f"<div class='{'a' * 30 * MIB}'><p>{SENTENCE % 1}{SENTENCE % 2}"),
        {},
    ),
    "HTML of 16,000 empty cells": (lambda: html("<td>{{" * 16_000), {}),
    "Markdown of 1.9 MiB": (lambda: named(sentences(20_000, "\n\n").encode(), "a.md"), {}),
    "PDF of 1,000 pages": (lambda: pdf(1_000, 50), {}),
    "PDF of 10,000 pages": (lambda: pdf(10_000, 5), {}),
    "PDF of 10,000 pages, max_pages=None": (lambda: pdf(10_000, 5), {"max_pages": None}),
    "PDF of 1,000 pages of one heavy stream": (lambda: heavy_pdf(1_000), {}),
    "PDF, forms in forms, 20 each": (
        lambda: named(nested_forms("q /F Do Q " * 20, 12), "a.pdf"),
        {},
    ),
    "PDF of lines that end in 1-": (
        lambda: named(make_pdf([column(["a" * 3_000 + "1-"] * 60)] * 300), "a.pdf"),
        {},
    ),
    "text of 21 million paragraphs": (lambda: named(b"a\n\n" * (21 * MIB), "a.txt"), {}),
    "text of 499,998 lines": (lambda: named(b"a\n\n" * 249_999, "a.txt"), {}),
    "EPUB, one chapter 2,000 times": (lambda: often(2_000), {}),
    "EPUB, a tag of 4 million letters": (
        lambda: named(make_epub([f"<p>{PROSE}</p><" + "A" * 4_000_000]), "a.epub"),
        {},
    ),
    "EPUB, quotes that never close": (
        lambda: named(make_epub([f"<p>{PROSE}</p>" + "<p a=\"b ='" * 400_000]), "a.epub"),
        {},
    ),
    "zip of 1.3 million files": (lambda: many_members(1_300_000), {}),
    "Markdown, quotations of <div>": (lambda: markdown(PROSE + "\n\n" + "> <div>\na\n" * MIB), {}),
    "Markdown, 7,000 brackets a paragraph": (
        lambda: markdown(("[" * 7_000 + "\n\n") * 300),
        {},
    ),
    "Markdown, emphasis": (lambda: markdown("*a **b " * MIB), {}),
    "HTML of 190,000 <p>": (lambda: html("<p>It rained. " * 190_000), {}),
    "HTML of 29,000 <p>": (lambda: html("<p>It rained. " * 29_000), {}),
    "HTML of 28,000 cells": (lambda: html("<table><tr>" + "<td>a</td>" * 14_000), {}),
    "HTML of 28,000 nested elements": (
        lambda: html(("<div>" * 20 + "a" + "</div>" * 20) * 700),
        {},
    ),
    "HTML of 190,000 headings": (lambda: html(f"<p>{PROSE}" + "<h1>" * 190_000), {}),
    "mail of 8 million senders": (lambda: mail("From: " + "a@b.c, " * 8_000_000), {}),
    "mail of 100,000 parts": (
        lambda: mail(
            "Content-Type: multipart/mixed; boundary=x",
            f"--x\n\n{PROSE}\n" + "--x\n\na\n" * 100_000,
        ),
        {},
    ),
    "mail of parts in parts, 90 deep": (lambda: nested_mail(90, 900_000), {}),
    "mail of 2 million lines": (lambda: mail("From: a@b.c", "a\n" * 2_000_000), {}),
    "mail in HTML, 5 million quotations": (
        lambda: mail("Content-Type: text/html", f"<p>{PROSE}" + "<blockquote>" * 5_000_000),
        {},
    ),
    "subtitles of 99,000 cues": (lambda: speaking(99_000), {}),
    "RTF of 32 million groups": (
        lambda: named(b"{\\rtf1 It rained." + b"{}" * (31 * MIB), "a.rtf"),
        {},
    ),
    "ODT, 30,000 text boxes in text boxes": (
        lambda: odt("<text:p>a<draw:text-box>" * 30_000 + "</draw:text-box></text:p>" * 30_000),
        {},
    ),
    "ODT of 1.9 million tags and attributes": (
        lambda: odt("".join(f"<a b='{number}'/>" for number in range(950_000))),
        {},
    ),
    "PowerPoint, 300,000 shapes in shapes": (
        lambda: pptx("<p:sp><p:txBody>" * 300_000 + "</p:txBody></p:sp>" * 300_000),
        {},
    ),
    "docx, a tag of 2.9 million attributes": (
        lambda: docx("<w:p " + " ".join(f"a{number}=''" for number in range(2_900_000)) + "/>"),
        {},
    ),
    "EPUB, landmarks listed 20,000 times": (navigated, {}),
    "notebook of 4.9 million lists": (lambda: notebook("[" + "[]," * 4_900_000 + "[]]"), {}),
    "notebook of 20 million lists": (lambda: notebook("[" + "[]," * 20_000_000 + "[]]"), {}),
    "reStructuredText of references": (
        lambda: named(f"Rain\n====\n\n{PROSE}\n\n{'a_ ' * 600_000}".encode(), "a.rst"),
        {},
    ),
    "zip of 1.4 million files": (lambda: many_members(1_400_000), {}),
    "newsrank, a word of 64 MiB": (lambda: PROSE + "a" * (64 * MIB), RATED),
    "newsrank, 'a-a-a-' of 64 MiB": (lambda: PROSE + "a-" * (32 * MIB), RATED),
    "newsrank, a million sentences": (lambda: "It rained. " * 999_999, RATED),
    "newsrank, a sentence of a million words": (lambda: PROSE + "rain " * MIB, RATED),
    "newsrank, 64 MiB of opening quotation marks": (lambda: PROSE + "“" * (64 * MIB // 3), RATED),
    "a server that never ends": (lambda: server(OK + b"\r\n", PROSE.encode() * 99, 0.0), WEB),
    "a server that drips": (lambda: server(OK + b"\r\n", b"a", 0.1), WEB),
    "a server of endless headers": (lambda: server(OK, b"X: y\r\n" * 99, 0.0), WEB),
    "a server of endless early hints": (
        lambda: server(b"", b"HTTP/1.1 103 Early Hints\r\n\r\n" * 99, 0.0),
        WEB,
    ),
}


if __name__ == "__main__":
    main()
