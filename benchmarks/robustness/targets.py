"""What must hold of any bytes, for the splitter and for the readers.

Each target takes bytes and raises AssertionError, or what the library should not have raised.
"""

from __future__ import annotations

import gzip
import io
import time
import zipfile
from collections.abc import Callable
from functools import partial
from pathlib import Path

from summarize import (
    Document,
    EmptyDocumentError,
    MissingDependencyError,
    ReadError,
    Summarizer,
    read,
)
from summarize.text.words import count_words

CORPUS = Path(__file__).with_name("corpus")
LANGUAGES = ("en", "de", "fr", "es", "ru", "ar", "hi", "zh", "ja", "th")
ENDINGS = ("", ".txt", ".md", ".html", ".pdf", ".docx", ".epub", ".gz")
MAX_BYTES = 2**20
MAX_PAGES = 20
REPEATED_SIZE = 40_000
# Seconds a target may take; but for "repeated", an input has a few kilobytes.
LIMIT = 3.0

_lead = Summarizer("lead")


def splitter(data: bytes) -> None:
    """Split a text: a first byte for language and options, then UTF-8, more or less."""
    text = data[1:].decode("utf-8", "surrogateescape")
    choice = data[0] if data else 0
    language = LANGUAGES[choice % len(LANGUAGES)]
    dateline = "keep" if choice & 0x80 else "strip"
    furniture = "keep" if choice & 0x40 else "skip"
    try:
        document = Document.from_text(
            text, language=language, dateline=dateline, furniture=furniture
        )
    except EmptyDocumentError:
        assert not text.replace("\ufeff", "").strip(), "a text taken for an empty one"
        return
    check(document)
    assert document.text == text, "the text was changed"
    if dateline == furniture == "keep":
        covered = "".join(text[each.start : each.end] for each in document.sentences)
        assert bare(covered) == bare(text), "characters in no sentence"


def repeated(data: bytes) -> None:
    """Split what a few characters make when they are repeated: does the time stay linear?"""
    unit = data[:25]
    splitter(unit[:1] + unit[1:] * (REPEATED_SIZE // max(len(unit) - 1, 1)))


def readers(data: bytes) -> None:
    """Read a file: a first byte for its name's ending, then what is in it.

    With the first byte's highest bit, what follows is packed as such a file packs its text, which
    no fuzzer would find out by itself.
    """
    choice = data[0] if data else 0
    ending = ENDINGS[choice % len(ENDINGS)]
    content = PACKED.get(ending, bytes)(data[1:]) if choice & 0x80 else data[1:]
    stream = io.BytesIO(content)
    stream.name = f"file{ending}"
    try:
        document = read(stream, max_bytes=MAX_BYTES, max_pages=MAX_PAGES)
    except (ReadError, EmptyDocumentError, MissingDependencyError):
        return
    check(document)
    assert _lead(document).strip(), "an empty summary"


def packed_docx(body: bytes) -> bytes:
    return zipped(
        {"[Content_Types].xml": _TYPES, "_rels/.rels": _RELATIONS, "word/document.xml": body}
    )


def packed_epub(page: bytes) -> bytes:
    return zipped({"META-INF/container.xml": _CONTAINER, "c.opf": _PACKAGE, "a.xhtml": page})


def zipped(members: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, content in members.items():
            archive.writestr(zipfile.ZipInfo(name), content)
    return out.getvalue()


def packed_pdf(stream: bytes) -> bytes:
    objects = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 612 792]/Contents 4 0 R"
        b"/Resources<</Font<</F1 5 0 R>>>>>>",
        b"<</Length %d>>\nstream\n%s\nendstream" % (len(stream), stream),
        b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>",
    ]
    out, places = b"%PDF-1.4\n", []
    for number, each in enumerate(objects, start=1):
        places.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, each)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    trailer = b"trailer\n<</Size 6/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n" % len(out)
    return out + b"xref\n0 6\n0000000000 65535 f \n" + table + trailer


_OPC = b"http://schemas.openxmlformats.org"
_TYPES = (
    b'<Types xmlns="%b/package/2006/content-types"><Default Extension="rels" '
    b'ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Override '
    b'PartName="/word/document.xml" ContentType="application/vnd.openxmlformats-officedocument'
    b'.wordprocessingml.document.main+xml"/></Types>' % _OPC
)
_RELATIONS = (
    b'<Relationships xmlns="%b/package/2006/relationships"><Relationship Id="a" '
    b'Type="%b/officeDocument/2006/relationships/officeDocument" Target="word/document.xml"/>'
    b"</Relationships>" % (_OPC, _OPC)
)
_CONTAINER = (
    b'<container version="1.0" xmlns="urn:oasis:names:tc:opendocument:xmlns:container"><rootfiles>'
    b'<rootfile full-path="c.opf" media-type="application/oebps-package+xml"/></rootfiles>'
    b"</container>"
)
_PACKAGE = (
    b'<package xmlns="http://www.idpf.org/2007/opf" version="3.0"><metadata/><manifest>'
    b'<item id="a" href="a.xhtml" media-type="application/xhtml+xml"/></manifest>'
    b'<spine><itemref idref="a"/></spine></package>'
)
PACKED: dict[str, Callable[[bytes], bytes]] = {
    ".docx": packed_docx,
    ".epub": packed_epub,
    ".pdf": packed_pdf,
    ".gz": partial(gzip.compress, compresslevel=1, mtime=0),
}
TARGETS: dict[str, Callable[[bytes], None]] = {
    "splitter": splitter,
    "repeated": repeated,
    "readers": readers,
}


def check(document: Document) -> None:
    """Sentences are in order, do not overlap, are not empty, and are where they say they are."""
    text = document.text
    end = 0
    assert document.sentences, "no sentence"
    for sentence in document.sentences:
        assert end <= sentence.start < sentence.end <= len(text), "places out of order"
        own = " ".join(text[sentence.start : sentence.end].split())
        assert own == sentence.text != "", "a sentence that is not the text's"
        assert sentence.words == count_words(sentence.text), "wrongly counted words"
        end = sentence.end
    last = 0
    for paragraph in document.paragraphs:
        assert paragraph.first == last < paragraph.last, "paragraphs out of order"
        last = paragraph.last
    assert last == len(document.sentences), "sentences in no paragraph"


def bare(text: str) -> str:
    return "".join(text.replace("\ufeff", " ").split())


def timed(target: Callable[[bytes], None], data: bytes, limit: float = LIMIT) -> None:
    """Run a target, and hold it to its time (of the processor, which others may keep busy)."""
    # What is too slow once may have imported something.
    spent = min(seconds(target, data) for _ in range(2)) if seconds(target, data) > limit else 0.0
    assert spent < limit, f"{spent:.1f} s for {len(data):,} bytes"


def seconds(target: Callable[[bytes], None], data: bytes) -> float:
    start = time.process_time()
    target(data)
    return time.process_time() - start
