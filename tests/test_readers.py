"""What a source is, which encoding it is in, and which reader takes it."""

import base64
import gzip
import io
import pickle
import sys
import time
import types
import zipfile
from contextlib import suppress

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from summarize import EmptyDocumentError, ReadError, SummarizeError, UnknownLanguageError, read
from summarize.readers import decode
from summarize.readers.encoding import decode_detecting
from summarize.readers.formats import binary_kind, kind_of

TEXT = "It rained in Köln. The river rose."


def read_bytes(data, **options):
    return read(io.BytesIO(data), **options)


# ---------------------------------------------------------------- encodings


@pytest.mark.parametrize(
    "encoding",
    ["utf-8", "utf-8-sig", "utf-16", "utf-32", "utf-16-le-bom", "ascii", "utf-16-le", "utf-16-be"],
)
def test_unicode(tmp_path, encoding):
    text = TEXT.replace("ö", "o") if encoding == "ascii" else TEXT
    data = (
        b"\xff\xfe" + text.encode("utf-16-le")
        if encoding == "utf-16-le-bom"
        else text.encode(encoding)
    )
    path = tmp_path / "a.txt"
    path.write_bytes(data)
    first, _, second = text.partition(". ")
    assert [sentence.text for sentence in read(path).sentences] == [first + ".", second]
    assert read(str(path)).words == 7


WESTERN = (
    "Der Bürgermeister sagte: „Die Brücke muß“ – so heißt es – „für 3 Monate gesperrt werden.“"
)
SAMPLES = {
    "cp1252": WESTERN,
    "latin-1": "Le président a été reçu à l'école où il étudiait, près de la forêt.",
    "iso8859_15": "Le maire a payé 40 € à la mère de l'élève pour la fenêtre brisée.",
    "mac_roman": "Le président a été reçu à l’école où il étudiait, près de la forêt.",
    "cp850": "Der Bürgermeister erklärte, die Brücke müsse gesperrt werden.",
    "cp1250": "Burmistrz powiedział, że most zostanie zamknięty na trzy miesiące. Będzie źle.",
    "iso8859_2": "Starosta řekl, že most bude na tři měsíce uzavřen. Příští týden začnou práce.",
    "cp1254": "Belediye başkanı salı günü köprünün üç ay boyunca kapatılacağını söyledi.",
    "cp1257": "Meras antradienį pareiškė, kad tiltas bus uždarytas tris mėnesius.",
    "koi8_r": "Мэр города заявил во вторник, что мост будет закрыт на три месяца.",
    "cp1251": "Мэр города заявил во вторник, что мост будет закрыт на три месяца.",
    "cp866": "Мэр города заявил во вторник, что мост будет закрыт на три месяца.",
    "koi8_u": "Мер міста заявив у вівторок, що міст буде закрито на три місяці.",
    "cp1253": "Ο δήμαρχος δήλωσε την Τρίτη ότι η γέφυρα θα κλείσει για τρεις μήνες.",
    "cp1255": "ראש העיר אמר ביום שלישי כי הגשר ייסגר לשלושה חודשים.",
    "cp1256": "قال رئيس البلدية يوم الثلاثاء إن الجسر سيغلق لمدة ثلاثة أشهر.",
    "cp874": "นายกเทศมนตรีกล่าวเมื่อวันอังคารว่าสะพานจะปิดเป็นเวลาสามเดือน",
    "shift_jis": "市長は火曜日、橋を三か月間閉鎖すると述べた。費用は県が負担する。",
    "euc_jp": "市長は火曜日、橋を三か月間閉鎖すると述べた。費用は県が負担する。",
    "iso2022_jp": "市長は火曜日、橋を三か月間閉鎖すると述べた。費用は県が負担する。",
    "gb18030": "市长星期二表示，大桥将关闭三个月。费用由省政府承担。工程将于下周开始。",
    "big5": "市長星期二表示，大橋將關閉三個月。費用由省政府承擔。工程將於下週開始。",
    "cp949": "시장은 화요일 다리를 석 달 동안 폐쇄한다고 밝혔다. 비용은 도에서 부담한다.",
    "utf-16-le": "Мэр города заявил во вторник, что мост будет закрыт на три месяца.",
    "utf-32-be": "市長は火曜日、橋を三か月間閉鎖すると述べた。",
}


@pytest.mark.parametrize("times", [1, 3000])
@pytest.mark.parametrize(("encoding", "text"), SAMPLES.items())
def test_detected_encodings(encoding, text, times):
    text = (text + "\n") * times
    found, used = decode_detecting(text.encode(encoding), "a.txt")
    assert found == text
    assert used not in ("utf-8", "ascii")


@pytest.mark.parametrize("text", ["Köln.", "It's a café.", "“Yes,” she said.", "£40", "¿Qué?"])
def test_a_few_western_characters_are_windows_text(text):
    assert decode_detecting(text.encode("cp1252"), "a.txt") == (text, "cp1252")


@pytest.mark.parametrize("encoding", ["cp1252", "mac-roman", "cp850"])
@pytest.mark.parametrize(
    "text",
    [
        "The painter Günter Roe was there – and nobody saw him.",
        "“It cost £40,” said José González; it’s 27°C and 5½ hours away …",
        "• The wall of the café is old.\n• It cost £3.4m in May.",
        "The firm – which denied it – left; 24\u00a0hours later it was sold.",
    ],
)
def test_english_with_few_letters_beyond_ascii(text, encoding):
    data = ("It rained in the town all day, and nobody was hurt. " * 8 + text).encode(
        encoding, "ignore"
    )
    assert decode_detecting(data, "a.txt")[0] == data.decode(encoding)


def test_the_encoding_is_noted_unless_it_is_utf_8():
    assert read_bytes(TEXT.encode("cp1252")).metadata == {"encoding": "cp1252"}
    assert read_bytes(TEXT.encode("utf-16")).metadata == {"encoding": "utf-16"}
    assert read_bytes(TEXT.encode()).metadata == {}
    assert read_bytes(b"\xef\xbb\xbf" + TEXT.encode()).metadata == {}


def test_what_comes_late_in_a_long_text():
    text = "It rained. " * 20_000 + "Der Bürgermeister schlief."
    assert read_bytes(text.encode("cp1252")).text == text


def test_damaged_utf_8_is_read_and_said():
    data = "Füße, Öl, Äpfel und Übermut.".encode()
    document = read_bytes(data[:10] + b"\xff" + data[10:])
    assert document.text.count("\ufffd") == 1
    assert document.metadata == {"encoding": "utf-8 (1 place damaged)"}
    assert read_bytes("Äpfel und Öl und Ü".encode()[:-1]).text == "Äpfel und Öl und \ufffd"
    marked = read_bytes("\ufeffÄpfel und Öl und Ü".encode()[:-1])
    assert (marked.text[-1], marked.metadata) == ("\ufffd", {"encoding": "utf-8 (1 place damaged)"})


def test_a_named_encoding():
    assert read_bytes(TEXT.encode("cp1252"), encoding="cp1252").text == TEXT
    with pytest.raises(ReadError, match=r"not utf-8 text \(at byte 14\); encoding= names another"):
        read_bytes(TEXT.encode("cp1252"), encoding="utf-8")
    with pytest.raises(ReadError, match="unknown encoding 'utf-88'"):
        read_bytes(TEXT.encode(), encoding="utf-88")
    with pytest.raises(ReadError, match="not undefined text"):
        read_bytes(TEXT.encode(), encoding="undefined")


def test_nothing_is_guessed_where_a_corpus_is_read():
    assert decode(TEXT.encode("utf-16"), "a.txt") == decode(TEXT.encode(), "a.txt") == TEXT
    with pytest.raises(ReadError, match="not utf-8 text"):
        decode(TEXT.encode("cp1252"), "a.txt")


@pytest.mark.parametrize("declared", ["punycode", "idna", "hex", "no such", "", None, "\0"])
def test_a_declaration_that_makes_no_sense(declared):
    assert decode_detecting(b"It rained.", "a", None, declared) == ("It rained.", "utf-8")


def test_a_declaration_is_believed_if_it_fits():
    data = "Мир".encode("cp1251")
    assert decode_detecting(data, "a", None, "windows-1251") == ("Мир", "cp1251")
    assert decode_detecting("Köln".encode(), "a", None, "latin-1") == ("Köln", "utf-8")
    assert decode_detecting("“Köln”".encode("cp1252"), "a", None, "latin-1")[0] == "“Köln”"
    assert decode_detecting("“Köln”".encode("cp1252"), "a", None, "utf-8")[1] == "cp1252"


# ---------------------------------------------------------------- sources


def test_an_open_file():
    assert read_bytes(b"It rained.").words == 2
    with pytest.raises(TypeError, match="bytes, not text"):
        read(io.StringIO("It rained."))


def test_options_reach_the_document():
    document = read_bytes(b"LONDON (AP) - Rain.", language="de", dateline="keep")
    assert (document.language, document.sentences[0].start) == ("de", 0)
    for furniture, count in (("skip", 2), ("keep", 3)):
        text = b"Rain falls.\nRead more: rain\nThe port is shut."
        assert len(read_bytes(text, furniture=furniture).sentences) == count


def test_the_source_is_kept(tmp_path):
    path = tmp_path / "a.txt"
    path.write_text("It rained.")
    assert read(path).source == str(path)
    with path.open("rb") as stream:
        assert read(stream).source == str(path)
    assert read_bytes(b"It rained.").source is None


@pytest.mark.parametrize("source", [None, 3, b"bytes", ["a.txt"]])
def test_not_a_source(source):
    with pytest.raises(TypeError):
        read(source)


def test_a_mistaken_call():
    with pytest.raises(UnknownLanguageError):
        read("missing.txt", language="xx")
    for option in ("max_bytes", "max_pages"):
        for value in (0, True, "9", 2.5):
            with pytest.raises(ValueError, match=f"{option}={value!r} must be a whole number"):
                read("missing.txt", **{option: value})


def test_what_cannot_be_read(tmp_path):
    with pytest.raises(ReadError, match="no such file") as caught:
        read(tmp_path / "missing.txt")
    assert caught.value.errno == 2
    assert caught.value.filename == caught.value.path == str(tmp_path / "missing.txt")
    assert pickle.loads(pickle.dumps(caught.value)).reason == caught.value.reason
    with pytest.raises(ReadError, match="is a directory"):
        read(tmp_path)
    with pytest.raises(ReadError, match="null"):
        read("a\0b")
    with pytest.raises(ReadError, match="ftp URLs are not read, only http and https"):
        read("ftp://example.com/a")
    with pytest.raises(ReadError) as shown:
        read("ftp://ann:secret@example.com/a")
    assert "secret" not in str(shown.value)
    for empty in (b"", b"\xef\xbb\xbf \n", b"\n\n"):
        with pytest.raises(EmptyDocumentError):
            read_bytes(empty)


def test_a_stream_that_fails():
    class Broken(io.RawIOBase):
        name = "pipe"

        def readable(self):
            return True

        def readinto(self, buffer):
            raise OSError(5, "Input/output error")

    with pytest.raises(ReadError, match="pipe: input/output error"):
        read(io.BufferedReader(Broken()))


@pytest.fixture
def server(monkeypatch):
    """A stand-in for the network: ``server.page`` is what it sends."""
    module = types.ModuleType("summarize.readers.fetching")
    calls = []

    def fetch(url, **options):
        calls.append((url, options))
        return module.page

    module.fetch, module.calls = fetch, calls
    monkeypatch.setitem(sys.modules, "summarize.readers.fetching", module)
    return module


def page(data, content_type=None, charset=None, url="https://example.org/final"):
    return types.SimpleNamespace(data=data, url=url, content_type=content_type, charset=charset)


def test_urls(server):
    server.page = page("It rained in Köln.".encode("cp1252"), "text/plain", "windows-1252")
    document = read("HTTPS://example.org/a", timeout=3, allow_private=True, max_bytes=999)
    assert (document.text, document.source) == ("It rained in Köln.", "https://example.org/final")
    options = {"max_bytes": 999, "timeout": 3, "max_redirects": 5, "allow_private": True}
    options["proxy"] = None
    assert server.calls == [("HTTPS://example.org/a", options)]
    server.page = page(b"# Rain\n\nIt *rained*.", "text/markdown")
    assert read("http://example.org/a").text == "It rained."
    server.page = page(b"# Rain\n\nIt *rained*.", url="https://example.org/a.md?v=1.txt")
    assert read("http://example.org/a").text == "It rained."
    server.page = page(b"<p>It rained all day.<p>It snowed all night.", "text/html; charset=x")
    assert "snowed" in read("http://example.org/a").text


# ---------------------------------------------------------------- formats


@pytest.mark.parametrize(
    ("head", "what"),
    [
        (b"\x89PNG\r\n\x1a\n", "a PNG image"),
        (b"\xff\xd8\xff\xe0", "a JPEG image"),
        (b"RIFF\x10\0\0\0WEBPVP8 ", "a WebP image"),
        (b"%!PS-Adobe-3.0\n", "PostScript"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "an old Office document"),
        (b"\x7fELF\2\1", "a program"),
        (b"MZ" + b"\0" * 62 + b"This program cannot be run in DOS mode", "a program"),
        (b"BM\x10\0\0\0\0\0\0\0", "a BMP image"),
        (b"a.txt" + b"\0" * 252 + b"ustar", "a tar archive"),
        (b"\0\0\0\x18ftypmp42", "a video or image file"),
        (b"A" * 60 + b"BOOKMOBI", "a Kindle book"),
        (b"BZh91AY", "a bzip2 archive"),
        (b"PAR1", "a Parquet file"),
    ],
)
def test_what_is_no_text_is_named(head, what):
    with pytest.raises(ReadError, match=f"{what}.*, which is not read"):
        read_bytes(head + b"It rained.\n" * 9)


def test_noise_is_no_text():
    import random

    for size in (200, 5_000, 100_000):
        with pytest.raises(ReadError, match="not a text file"):
            read_bytes(b"a" + random.Random(size).randbytes(size))
    with pytest.raises(ReadError, match="not a text file"):
        read_bytes(bytes(range(32)) * 20)
    with pytest.raises(ReadError, match="no encoding that is known"):
        read_bytes(b"a \xa7\x81\xd7\x9e" * 20)


@pytest.mark.parametrize(
    "text", ["BM was a firm.", "MZ wrote this.", "ID card.", "GIF is a format."]
)
def test_texts_that_begin_like_something_else(text):
    assert read_bytes(text.encode()).text == text


@pytest.mark.parametrize(
    ("member", "what"),
    [
        ("xl/workbook.xml", "an Excel workbook"),
        ("a.txt", "a zip archive"),
    ],
)
def test_zip_archives_are_named(member, what):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr(member, "It rained.")
    with pytest.raises(ReadError, match=f"{what}, which is not read"):
        read_bytes(out.getvalue())


def test_xml_is_named_and_not_read():
    with pytest.raises(ReadError, match="an XML document \\(<rss>\\), which is not read"):
        read_bytes(b"<?xml version='1.0'?>\n<!-- a -->\n<rss><item>It rained.</item></rss>")


def test_kinds_by_name_and_type():
    assert kind_of("A.MD", None) == "markdown"
    assert kind_of("a.HTM", None) == "html"
    assert kind_of("https://a.org/b.html?c=d.md", None) == "html"
    assert kind_of("https://a.org/b.html", "text/plain") == "text"
    assert binary_kind(b"\n\n%PDF-1.4") == ("pdf", True)
    assert binary_kind(b"A %PDF-1.4 file begins with a header.") is None


def test_gzip(tmp_path):
    path = tmp_path / "a.md.gz"
    path.write_bytes(gzip.compress(b"# Rain\n\nIt *rained*.") + gzip.compress(b" It _snowed_."))
    document = read(path)
    assert (document.text, document.title) == ("It rained. It snowed.", "Rain")
    data = b"It rained."
    for _ in range(3):
        data = gzip.compress(data)
        assert read_bytes(data).words == 2
    with pytest.raises(ReadError, match="more than 3 times"):
        read_bytes(gzip.compress(data))
    with pytest.raises(ReadError, match="ends too early"):
        read_bytes(data[:-9])
    for bad in (b"\x1f\x8b", b"\x1f\x8b\x08\0" + b"abc" * 20, b"\x1f\x8b" + b"\xff" * 20):
        with pytest.raises(ReadError, match="a damaged gzip file"):
            read_bytes(bad)


# ---------------------------------------------------------------- Markdown

MARKDOWN = """\
---
title: "The *rain*"
authors:
  - Ada Roe
  - 'Bo Lee'
date: 2024-03-01
lang: de
tags: [a, b]
---
<!-- A comment
over two lines. -->
<p align="center"><img src="x"> Centred <b>words</b> &amp; more.</p>

# A heading

[![badge](a)](b)

It rained[^1] in `Ellery` on
Tuesday. See [the **link**](http://x), ![not this](y) &amp; more\\_.\x20\x20
A hard break<br>here. A [reference][ref], <https://a.org>.

![pic](x.png)
*A caption.*

![pic](x.png)

*Another caption.*

*An emphasised paragraph.*

Setext
------

- [Contents](#a)
- One item.
  - Nested item.

1. First.
2) Second.

> A quotation
of two lines.

```python
code = 1
```

~~~
more
~~~

    indented()

| a | b |
|---|---|
| c | d |

***

The end.

[^1]: The footnote.

[ref]: http://example.org "t"
"""


def read_markdown(text):
    stream = io.BytesIO(text.encode())
    stream.name = "a.md"
    return read(stream)


def test_markdown():
    document = read_markdown(MARKDOWN)
    assert document.text.split("\n\n") == [
        "Centred words & more.",
        "It rained in Ellery on Tuesday. See the link,  & more_.\nA hard break\nhere. "
        "A reference, https://a.org.",
        "An emphasised paragraph.",
        "One item.",
        "Nested item.",
        "First.",
        "Second.",
        "A quotation of two lines.",
        "The end.",
    ]
    assert (document.title, document.language) == ("The *rain*", "de")
    assert document.metadata == {"author": "Ada Roe, Bo Lee", "date": "2024-03-01"}


@pytest.mark.parametrize(
    ("text", "expected", "title"),
    [
        ("\ufeff# Rain #\n\nIt rained.", "It rained.", "Rain"),
        ("Rain\n====\nIt rained.", "It rained.", "Rain"),
        ("+++\ntitle = 'Rain'\n+++\nIt rained.", "It rained.", "Rain"),
        ("---\nIt rained.\n\n---\n", "It rained.", None),
        ("It rained.\n---\nIt snowed.", "It snowed.", None),
        (f"{'It rained, ' * 9}it fell.\n---\nSnow.", f"{'It rained, ' * 9}it fell.\n\nSnow.", None),
        ("---\n\nNews: rain.\n\n---\nSnow.", "News: rain.\n\nSnow.", None),
        ("---\nIt rained.\nNews: rain.\n\n---\n\nSnow.", "It rained. News: rain.\n\nSnow.", None),
        ("---\ntitle: Rain\nauthor:\n- Ada\nnote: >\n  It rained\n\n---\nSnow.", "Snow.", "Rain"),
        ("![a](b)\n\n*It* rained *hard.*", "It rained hard.", None),
        ("![a](b)\n\n*A **caption** of it.*\n\nIt rained.", "It rained.", None),
        ("[^1] is a note.\n\n[^1]: This one.", "is a note.", None),
        ("- [Rain](#rain)\n\nIt rained, [they](#a) say.", "It rained, they say.", None),
        ("````\n```\n````\nIt rained.", "It rained.", None),
        ("```\nnever closed", None, None),
        ("# Only\n## headings", None, None),
        (">" * 60 + " It rained.", "It rained.", None),
        ("a*b*c **d", "abc **d", None),
        ("In 1911<sup>2</sup> on 4 km<sup>2</sup>.", "In 1911 on 4 km².", None),
        ("<sup>1</sup> It rained.", "It rained.", None),
        ("<h1>Rain</h1>\n<p>It rained.\n<br>It snowed.</p>", "It rained.\nIt snowed.", None),
    ],
)
def test_markdown_edges(text, expected, title):
    if expected is None:
        with pytest.raises(ReadError, match="nothing but headings, code, tables and images"):
            read_markdown(text)
    else:
        document = read_markdown(text)
        assert document.text == expected
        assert title is None or document.title == title


# ---------------------------------------------------------------- HTML

PARAGRAPHS = (
    "<p>Heavy rain closed the port\nof <b>Ellery</b> on Tuesday. The harbour wall had cracked in "
    "two places.</p><h2>Later</h2><figure><img src=a.jpg><figcaption>A caption of the picture."
    "</figcaption></figure><p>Mayor Ada Roe said repairs would cost <code>$3.4</code> million."
    "<br>She spoke after a meeting.</p><table><tr><td>a cell</td></tr></table><pre><code>x = 1\ny"
    " = 2</code></pre><ul><li>One item that is kept here.</li></ul>"
    "<p>The port handles a third of all the island's food.</p>"
)
HTML = (
    "<!doctype html>\n<html lang='de-AT'><head><title>Rain - Site</title>"
    "<meta name=author content='Ada Roe'><meta property='article:published_time' "
    "content='2024-03-01T10:00:00Z'></head><body><nav><a href=/>Home</a></nav><article>"
    f"<h1>Rain falls</h1>{PARAGRAPHS}</article><script>x()</script><footer>Imprint</footer></body>"
)
ARTICLE = [
    "Heavy rain closed the port of Ellery on Tuesday. The harbour wall had cracked in two places.",
    "Mayor Ada Roe said repairs would cost $3.4 million.\nShe spoke after a meeting.",
    "One item that is kept here.",
    "The port handles a third of all the island's food.",
]


def test_html():
    document = read_bytes(HTML.encode())
    assert document.text.split("\n\n") == ARTICLE
    assert (document.title, document.language) == ("Rain falls", "de")
    assert document.metadata["author"] == "Ada Roe"
    assert document.metadata["date"] == "2024-03-01"


@pytest.mark.parametrize(
    "before", ["\ufeff", "\n\n ", "<!-- saved from -->\n", "<?xml version='1.0'?>\n"]
)
def test_html_by_how_it_begins(before):
    assert read_bytes((before + HTML).encode()).text.startswith("Heavy rain")
    assert read_bytes((before.strip("\ufeff") + HTML).encode("utf-16")).text.startswith(
        "Heavy rain"
    )


def test_html_by_its_name(tmp_path):
    path = tmp_path / "a.html"
    path.write_text(PARAGRAPHS)
    assert read(path).text.startswith("Heavy rain")
    path = tmp_path / "a.txt"
    path.write_text("<p>It rained.</p>")
    assert read(path).text == "It rained."  # no markup, whatever the name


@pytest.mark.parametrize(
    ("declared", "actual"),
    [("windows-1252", "cp1252"), ("utf-8", "cp1252"), ("iso-8859-1", "utf-8"), ("x", "utf-8")],
)
def test_the_charset_of_a_page(declared, actual):
    text = HTML.replace("<head>", f"<head><meta charset='{declared}'>").replace("Ada", "Åda Jörg")
    assert "Mayor Åda Jörg Roe" in read_bytes(text.encode(actual)).text


def test_a_declared_language_that_is_none():
    assert read_bytes(HTML.replace("de-AT", "qq-QQ").encode()).language == "en"
    assert read_bytes(HTML.encode(), language="fr").language == "fr"


def test_html_with_bad_bytes_is_read():
    text = HTML.replace("Ada", "Äda Öd Über")
    document = read_bytes(text.encode().replace(b"Mayor", b"May\xffor"))
    assert "May\ufffdor Äda" in document.text
    assert "closed the port" in read_bytes(HTML.encode().replace(b"rain", b"r\0ain")).text


def test_soft_hyphens_are_left_out():
    assert "harbour wall" in read_bytes(HTML.replace("harbour", "har&shy;bour").encode()).text


def test_a_small_page():
    page = "<html><body><h1>Rain</h1><p>It rained.</p><p>The river rose in the night.</p></body>"
    document = read_bytes(page.encode())
    assert (document.text, document.title) == ("It rained.\nThe river rose in the night.", "Rain")


def test_a_small_article():
    page = (
        "<html><body><ul><li>Ellery</li></ul><article><h1>Rain</h1><p>Heavy rain closed "
        "the port of Ellery.</p><table><tr><td>A cell.</td></tr></table><p>The wall had cracked "
        "in two places, the council said.</p><p>No one was hurt.</p></article></body></html>"
    )
    assert read_bytes(page.encode()).text.split("\n\n") == [
        "Heavy rain closed the port of Ellery.",
        "The wall had cracked in two places, the council said.",
        "No one was hurt.",
    ]


def test_a_page_may_say_something_twice():
    page = HTML.replace(
        "</article>", "<p>Was she wet?</p><p>Yes.</p><p>Cold?</p><p>Yes.</p></article>"
    )
    assert page != HTML
    assert read_bytes(page.encode()).text.endswith("Was she wet?\n\nYes.\n\nCold?\n\nYes.")


SENTENCES = "It rained. It snowed."
PROSE = "Heavy rain closed the port of Ellery on Tuesday, officials said after a meeting. " * 4


@pytest.mark.parametrize("sign", ["&#8;", "&#11;", "&#x1b;", "&#xFFFF;", "&#xD800;", "&#9999999;"])
def test_a_reference_to_no_character_hides_no_page(sign):
    page = f"<html><body><article><p>{PROSE}{sign}It snowed.</p></article></body></html>"
    assert read_bytes(page.encode()).text.endswith("It snowed.")


def test_prose_in_pre_is_read_and_code_is_not():
    act = "\n\n".join(
        f"Section {n}. The council of town {n} keeps a harbour wall\nof stone, and it mends the "
        f"wall when the sea\nhas broken part {n} of it." for n in range(20)
    )  # fmt: skip
    text = read_bytes(f"<html><body><pre>{act}</pre></body></html>".encode()).text
    assert text.count("keeps a harbour wall of") == 20
    code = "\n".join(f"x{n} = call({n});  if (y) {{ return z; }}" for n in range(40))
    page = f"<html><body><article><p>{PROSE}</p><pre>{code}</pre><p>{PROSE}</p></article></body>"
    assert "call(" not in read_bytes(page.encode()).text


def test_a_table_that_is_the_layout_is_read():
    row = f"<tr><td><a href=/>Home</a></td><td><p>{PROSE}</p><p>{PROSE} It fell.</p></td></tr>"
    page = f"<html><body><table>{row}</table></body></html>"
    assert "It fell." in read_bytes(page.encode()).text


def test_a_page_that_leads_on_says_where():
    page = "<html><head><meta http-equiv=refresh content='0; url=/new'></head><body>Moved.</body>"
    with pytest.raises(ReadError, match="the page leads on to /new; read that"):
        read_bytes(page.encode())

    moved = page.replace("<head>", "<head><base href='https://a.example/b/'>").replace("/new", "c")
    with pytest.raises(ReadError, match=r"leads on to https://a\.example/b/c; read that"):
        read_bytes(moved.encode())


def test_marks_of_notes_are_left_out_and_powers_are_not():
    marks = (
        "The wall is old.<sup class=reference><a href='#n1'>[1]</a></sup> It fell in 1911"
        "<sup>2</sup> on 4 km<sup>2</sup>, the 3<sup>rd</sup>,<a href='#n3'><sup>3</sup></a> into "
        "10<sup>6</sup> litres.<sup>[<i><a href=/>citation needed</a></i>]</sup>"
    )
    page = HTML.replace("<p>", f"<p>{marks} ", 1)
    read_text = read_bytes(page.encode()).text
    assert read_text.startswith(
        "The wall is old. It fell in 1911 on 4 km², the 3rd, into 10⁶ litres. Heavy"
    )


def test_what_stands_around_and_within_an_article():
    teaser = "<div><a href=/{0}>Why the ferry is full again</a><p>We asked {0} of them.</p></div>"
    page = (
        "<html lang=en><body><article><h1>Rain</h1><h2>The rain that fell on Ellery all day was "
        f"the heaviest since 1911, they say.</h2><p>{PROSE}</p><div>Advertisement</div><p>{PROSE} "
        "It fell.</p><div><img src=a><p>The wall. Photograph: Ben Low</p></div><div><img src=b>"
        f"<p>First, look at the wall from the sea.</p></div><p>{PROSE} It rose.</p></article>"
        f"<div>{''.join(map(teaser.format, range(4)))}</div></body></html>"
    )
    text = read_bytes(page.encode()).text
    assert text.startswith("The rain that fell on Ellery all day")
    assert "First, look at the wall" in text
    assert "It rose." in text
    for left_out in ("Advertisement", "Photograph", "We asked"):
        assert left_out not in text


@pytest.mark.parametrize(
    "point",
    [
        "It was said that <a href=/{0}>wall {0} had broken again</a>.",
        "<a href=/{0}>The wall of pier {0}</a> had broken again.",
    ],
)
def test_sentences_with_links_in_a_list_are_no_other_stories(point):
    points = "".join(f"<li>{point.format(n)}</li>" for n in range(3))
    page = f"<html lang=en><body><article>{f'<p>{PROSE}</p>' * 9}<ul>{points}</ul></article></body>"
    assert "had broken again" in read_bytes(page.encode()).text


def test_a_page_that_is_a_list_of_stories_is_read():
    story = f"<div><a href=/a>Why the ferry is full again</a><p>{PROSE}</p></div>"
    page = f"<html lang=en><body><main><h1>News</h1><div>{story * 5}</div></main></body></html>"
    assert PROSE.partition(".")[0] in read_bytes(page.encode()).text


@pytest.mark.parametrize("part", ["<sup>1</sup>", "<img src=a>", "<div><a>a b c d</a></div>"])
def test_what_is_looked_at_in_a_page_takes_linear_time(part):
    page = f"<html lang=en><body><div><p>{PROSE * 1000}</p>{part * 9_000}</div></body></html>"
    started = time.process_time()
    with suppress(ReadError):
        read_bytes(page.encode())
    assert time.process_time() - started < 6


def test_feet_and_heads_of_pages_in_pre_are_left_out():
    lines = "\n".join([PROSE] * 5)
    breaks = (
        "\n\nRoe            Informational          [Page 1]\n\x0c\nRFC 9999   Walls    May 2021\n\n"
    )
    page = (
        f"<html><body><pre>{lines}\nThe rain went on{breaks}and on.\n\n{lines}</pre></body></html>"
    )
    text = read_bytes(page.encode()).text
    assert "The rain went on and on." in text
    assert "[Page" not in text
    assert "RFC" not in text


def test_a_date_that_merely_stands_in_the_text_is_not_the_pages():
    page = HTML.replace("Imprint", "© 2021 The Site").replace("2024-03-01T10:00:00Z", "")
    assert "date" not in read_bytes(page.encode()).metadata
    assert read_bytes(HTML.encode()).metadata["date"] == "2024-03-01"


def test_a_title_is_without_the_name_of_the_site():
    page = HTML.replace("<title>Rain - Site", "<title>Rain falls | The Site").replace(
        "<h1>Rain", "<h1>Rain"
    )
    assert read_bytes(page.encode()).title == "Rain falls"
    page = page.replace("<h1>", "<h2>").replace("</h1>", "</h2>")
    page = page.replace("<nav>", "<h1>The Site</h1><nav>")
    assert read_bytes(page.encode()).title == "Rain falls"


def test_a_page_of_very_many_tags_is_read_in_time():
    page = "<html><body><main>" + f"<p>{SENTENCES}</p>" * 31_000 + "</main></body></html>"
    assert read_bytes(page.encode()).text.count("rained") == 31_000


@pytest.mark.parametrize(
    "page",
    [
        "<html></html>",
        "<html><head><script>app()</script></head><body><div id=root></div></body></html>",
        "<html><body><noscript>Please enable JavaScript to go on.</noscript><p>Please enable "
        "JavaScript to continue using this application.</p></body></html>",
        "<html><body><article><p>Heavy rain closed the port. Subscribe to continue reading.</p>"
        "</article></body></html>",
        "<!doctype html>",
        "<html><script type='application/ld+json'>{\"isAccessibleForFree\": false}</script>"
        "<body><article><p>Heavy rain closed the port of Ellery.</p></article></body></html>",
    ],
)
def test_pages_without_an_article(page):
    with pytest.raises(ReadError, match="no article text found"):
        read_bytes(page.encode())


# ---------------------------------------------------------------- pages that browsers save


def saved(page, *headers, kind="multipart/related", charset=""):
    first = headers or ("From: <Saved by Blink>", "Subject: Rain falls", "MIME-Version: 1.0")
    encoded = base64.encodebytes(page)
    part = f"Content-Type: text/html{charset}\nContent-Transfer-Encoding: base64\n\n".encode()
    if kind == "text/html":
        return "\n".join([*first, ""]).encode() + part + encoded
    frame = b"Content-Type: text/html\n\n<p>An advertisement in a frame, of no interest.</p>"
    picture = b"Content-Type: image/png\nContent-Transfer-Encoding: base64\n\niVBORw0KGgo="
    head = "\n".join([*first, f"Content-Type: {kind}; boundary=x1", "", ""]).encode()
    return head + b"".join(b"--x1\n" + each + b"\n" for each in (part + encoded, frame, picture))


SAVED = (
    f"<html lang=en><body><article><p>{PROSE}</p><p>{PROSE}</p></article></body></html>".encode()
)


@pytest.mark.parametrize(
    "headers",
    [
        (),
        ("From: <Saved by Windows Internet Explorer 8>", "Subject: Rain falls"),
        ("Snapshot-Content-Location: https://example.org/a", "Subject: Rain falls"),
    ],
)
@pytest.mark.parametrize("kind", ["multipart/related", 'multipart/related; type="text/html"'])
def test_a_page_saved_as_mhtml(headers, kind):
    document = read_bytes(saved(SAVED, *headers, kind=kind))
    assert document.text == read_bytes(SAVED).text
    assert "advertisement" not in document.text
    assert document.title == "Rain falls"
    assert read_bytes(saved(SAVED, *headers).replace(b"\n", b"\r\n")).title == "Rain falls"


def test_mhtml_by_its_name_alone(tmp_path):
    path = tmp_path / "a.mht"
    path.write_bytes(saved(SAVED, "MIME-Version: 1.0"))
    assert read(path).text == read_bytes(SAVED).text
    path.write_bytes(saved(SAVED, "Content-Location: http://a.example/", kind="text/html"))
    assert read(path).text == read_bytes(SAVED).text


def test_the_encoding_of_a_saved_page():
    page = SAVED.replace(b"<p>", "<p>Ça a plu à Orléans. ".encode("cp1252"), 1)
    assert "Ça a plu" in read_bytes(saved(page, charset="; charset=windows-1252")).text
    assert "Ça a plu" in read_bytes(saved(page), encoding="cp1252").text
    declared = page.replace(b"<body", b"<meta charset=windows-1252><body")
    assert "Ça a plu" in read_bytes(saved(declared)).text


def test_a_mail_with_pictures_is_still_a_mail():
    sent = saved(SAVED, "From: Ada <a@example.org>", "To: b@example.org", "MIME-Version: 1.0")
    assert read_bytes(sent).metadata["author"] == "Ada"


def test_mhtml_as_word_and_explorer_write_it():
    word = saved(SAVED, "MIME-Version: 1.0")
    assert read_bytes(word).text == read_bytes(SAVED).text
    explorer = saved(SAVED, 'From: "Saved by Windows Internet Explorer 8"', "MIME-Version: 1.0")
    assert read_bytes(explorer).text == read_bytes(SAVED).text


@pytest.mark.parametrize("named", ["Content-ID: <f1@x>", "Content-Location: http://a.example/f"])
def test_an_article_in_a_frame_of_a_saved_page(named):
    source = "cid:f1@x" if "ID" in named else "http://a.example/f"
    shell = f"<html><body><iframe src='{source}'></iframe></body></html>".encode()
    frame = b"Content-Type: text/html\n" + named.encode() + b"\n\n" + SAVED
    data = saved(shell) + b"--x1\n" + frame + b"\n--x1--\n"
    assert read_bytes(data).text == read_bytes(SAVED).text


def test_mhtml_without_a_page():
    broken = saved(SAVED).replace(b"text/html", b"text/css")
    with pytest.raises(ReadError, match="no page in this MHTML file"):
        read_bytes(broken)


def test_html_in_a_quotation_is_markdown(tmp_path):
    text = "> <div>\n> It rained. <b>The river</b> rose.\n> </div>\n\nPeople left *their* homes.\n"
    path = tmp_path / "a.md"
    path.write_text(text)
    for found in (read(path).text, read_bytes(text.encode()).text):
        assert ">" not in found
        assert "People left their homes." in found


def test_html_in_a_file_of_markdown_leaves_it_markdown(tmp_path):
    path = tmp_path / "a.md"
    path.write_text("<div align=center><img src=x></div>\n\nIt rained. The *river* rose.\n")
    assert read(path).text == "It rained. The river rose."


class PanicException(BaseException):
    """As Rust's is named."""


def native_errors():
    from lxml.etree import XPathError

    return [PanicException("x"), XPathError("x"), RecursionError("x"), MemoryError()]


@pytest.mark.parametrize("error", native_errors(), ids=lambda error: type(error).__name__)
@pytest.mark.parametrize("reader", ["webpage.read_html", "markdown.read_markdown"])
def test_an_error_of_a_library_beneath_is_that_of_the_file(monkeypatch, error, reader):
    def fail(*_, **__):
        raise error

    monkeypatch.setattr(f"summarize.readers.{reader}", fail)
    text = b"<!doctype html><p>It rained.</p>" if "html" in reader else b"# Rain\n\n# Snow\n\nIt."
    stream = io.BytesIO(text)
    stream.name = "a.x"
    with pytest.raises(ReadError, match=r"^a\.x: a (damaged )?file"):
        read(stream)


def test_a_stop_by_the_user_is_none(monkeypatch):
    def fail(*_, **__):
        raise KeyboardInterrupt

    monkeypatch.setattr("summarize.readers.webpage.read_html", fail)
    with pytest.raises(KeyboardInterrupt):
        read_bytes(b"<!doctype html><p>It rained.</p>")


# ---------------------------------------------------------------- anything at all

BEGINNINGS = [b"", b"\xff\xfe", b"\xef\xbb\xbf", b"%PDF-1.7\n", b"PK\x03\x04", b"\x1f\x8b\x08\0"]
BEGINNINGS += [b"<html><p>", b"<?xml version='1.0'?>", b"---\ntitle: a\n---\n", b"\x1b$B", b"```\n"]
ENDINGS = ["txt", "md", "html", "gz", "pdf", ""]


@settings(deadline=None, max_examples=200, derandomize=True)
@given(st.sampled_from(BEGINNINGS), st.binary(max_size=300), st.sampled_from(ENDINGS))
def test_any_bytes_give_a_document_or_our_error(beginning, data, ending):
    stream = io.BytesIO(beginning + data)
    stream.name = f"a.{ending}"
    try:
        document = read(stream)
    except SummarizeError:
        return
    assert document.text.strip()
    assert document.source == stream.name


@settings(deadline=None, max_examples=200, derandomize=True)
@given(st.text(min_size=1), st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "utf-32"]))
def test_any_text_comes_back(text, encoding):
    try:
        found = decode(text.encode(encoding, "surrogatepass"), "a.txt")
    except ReadError:
        return  # a lone surrogate, or mostly control characters
    assert found.removeprefix("\ufeff") == text.removeprefix("\ufeff")
