"""Texts are read for what they are, and what is no prose is refused by name."""

import io
import json
import time
import zipfile

import pytest

from summarize import ReadError, read
from summarize.readers.formats import FORMATS, format_name
from summarize.readers.sniffing import what_is

RAIN = "Heavy rain closed the port of Ellery on Tuesday."
WALL = "The harbour wall had cracked in two places."


def read_text(text, name=None, **options):
    stream = io.BytesIO(text.encode() if isinstance(text, str) else text)
    if name:
        stream.name = name
    return read(stream, **options)


def sentences(text, name=None, **options):
    return [sentence.text for sentence in read_text(text, name, **options).sentences]


# ---------------------------------------------------------------- what is refused

REFUSED = {
    "JSON": [
        json.dumps({"title": "Rain", "body": f"{RAIN} {WALL}"}),
        json.dumps([{"id": 1, "text": RAIN}, {"id": 2, "text": WALL}], indent=2),
        "{'id': 1, 'text': 'Heavy rain closed the port.'}",
        "[\n  [1, 2],\n  [3, 4]\n]",
        '{"a": ' * 2_000,
        "{}",
    ],
    "JSON lines": [
        "\n".join(json.dumps({"id": i, "text": RAIN}) for i in range(3)),
        '["a", "Heavy rain."]\n["b", "It snowed."]\n',
    ],
    "CSV": [
        f'id,review,stars\n1,"{RAIN} Would buy again!",5\n2,"It leaked, twice.",2\n',
        "name;city;age\nAda Roe;Ellery;31\nBen Low;Port Sable;44\n",
        f"1,{RAIN},5\n2,{WALL},4\n3,Nobody was hurt.,1\n4,It snowed.,2\n",
        "0x1, 0x17\n0x2, 0x18\n0x3, 0x19\n",
        "name, age, town\nAda, 31, Ellery\nBen, 44, Kuopio\n",
        f"id,text\n1,{RAIN}\n2,{WALL}\n",
    ],
    "TSV": [f"id\ttext\n1\t{RAIN}\n2\t{WALL}\n", "Ada\t31\nBen\t44\nCleo\t19"],
    "TeX": [
        "\\documentclass{article}\n\\begin{document}\nIt rained.\n\\end{document}\n",
        f"\\section{{Rain}}\n{RAIN} \\cite{{a}}\n\\begin{{itemize}}\n\\item It.\n\\end{{itemize}}",
        f"% a comment\n\\chapter{{Rain}}\\label{{a}}\n{RAIN} See \\ref{{a}}.",
    ],
    "a log": [
        "".join(f"2024-03-12 10:15:2{i} ERROR db: connection refused\n" for i in range(5)),
        "".join(f"Mar 12 10:15:0{i} host sshd[12{i}]: Failed password\n" for i in range(5)),
        '127.0.0.1 - - [12/Mar/2024:10:15:22 +0000] "GET / HTTP/1.1" 200 12\n' * 4,
        "INFO:root:started\nWARNING:root:slow\nERROR:root:the disk is full\n",
        "[2024-03-12T10:15:22Z] INFO start\n[2024-03-12T10:15:23Z] WARN disk is full\n" * 3,
    ],
    "source code": [
        'import os\n\n\ndef main(path):\n    """Say hello."""\n    for name in os.listdir(path):\n'
        "        print(name)\n\n\nif __name__ == '__main__':\n    main('.')\n",
        '#include <stdio.h>\nint main(void) {\n  printf("rain");\n  return 0;\n}\n',
        "const rain = 1;\nfunction fall(x) {\n  return x + rain;\n}\nexport default fall;\n",
        "SELECT name, age\nFROM people\nWHERE age > 3\nORDER BY name;\n",
        "body {\n  color: red;\n  margin: 0;\n}\n.wall { width: 3px; }\n",
        "[server]\nport = 80\nname = 'wall'\n\n[client]\nport = 81\n",
        'package main\n\nimport "fmt"\n\nfunc main() {\n\tfmt.Println("rain")\n}\n',
    ],
    "BibTeX": ["@article{roe19,\n  author = {Roe},\n  title = {Walls},\n}\n"],
    "a patch": ["diff --git a/x b/x\n--- a/x\n+++ b/x\n@@ -1 +1 @@\n-rain\n+snow\n"],
    "YAML": ["---\ntitle: Rain\nitems:\n  - wall\n  - port\n...\n"],
    "MediaWiki": [
        f"'''Ellery''' is a [[port]] in [[Scotland]].\n\n== History ==\n{WALL} See [[Sable|it]]."
    ],
    "AsciiDoc": ["= Rain\n\n== Monday\n\nIt rained.\n"],
    "XML": [
        f"<rss><item>{RAIN}</item></rss>",
        f"<note>\n<to>Ada</to>\n<body>{RAIN}</body>\n</note>",
    ],
    "calendar": ["BEGIN:VCALENDAR\nVERSION:2.0\nEND:VCALENDAR\n"],
}


@pytest.mark.parametrize(
    ("what", "text"), [(what, text) for what, texts in REFUSED.items() for text in texts]
)
def test_what_is_no_prose_is_refused_by_name(what, text):
    with pytest.raises(ReadError, match=what):
        read_text(text)
    assert read_text(text, format="text").text == text


@pytest.mark.parametrize("name", ["a.json", "a.csv", "b.py", "b.TEX", "c.yml", "d.jsonl"])
def test_a_name_that_says_data_is_refused(name):
    with pytest.raises(ReadError, match=r'format="text"'):
        read_text("It rained.", name)


def test_records_are_sent_to_the_command_for_them():
    for text in ('{"a": 1}\n{"a": 2}\n', "a,b\n1,2\n3,4\n"):
        with pytest.raises(ReadError, match="summarize batch"):
            read_text(text)


PROSE = [
    "[Applause] Thank you. [He waits.] It is good to be here.",
    "{Ed. note: the town is called Ellery.} It rained.",
    '"It rained," she said.',
    "In 2011, 2014, and 2019, walls broke.\nIn 2012, 2015, and 2020, they held.\n",
    "Rain fell, and the wall broke.\nMen ran, and the sea came.\nNight came, and all was dark.\n",
    "Dear Ada,\nwalls, boats, nets\nropes, sails, oars\nplease bring them.",
    "To: the council\nFrom: the people of Ellery\n\nMend the wall.",
    "ERROR is what he called it. WARNING: it rained. INFO is scarce.",
    "Use the function f(x) = x; then see (a) and (b).\nThat is all; it is enough.",
    "She let x = 3 stand. If it rains (it may), we stay: that is the rule.",
    "The price is $x$ and the rate is $\\alpha$. We \\emph{mean} it.",
    "10:15 It rained.\n10:20 It snowed.\n10:25 It froze.\n",
    "12/03/2024, 10:15 - Ada: hey\n12/03/2024, 10:16 - Ben: yes\n12/03/2024, 10:17 - Ada: ok\n",
    "[00:00:03] Ada: It rained.\n[00:00:05] Ben: It did.\n[00:00:08] Ada: All day.\n",
    "Ada: It rained.\nBen: It did.\nAda: All day.\nBen: And all night.\n",
    "import duties rose.\nfrom May on they fall.\nreturn tickets cost less.\nThat is all.",
    "5 < 6 and 7 > 3, said the teacher. <Laughter>",
    "A | B\nis how he wrote it.",
    "#rain #wall\nIt rained in #Ellery today.",
    "* It rained.\n* It snowed.\n",
    "1. It rained.\n2. It snowed.\n",
    "He said **** you and left.",
    "One\ttwo three.\nFour five six.\nSeven\teight\tnine.",
    "class: it is a matter of class; so it is.\nimport: we import walls.",
]


def test_long_numbers_take_no_time():
    started = time.process_time()
    what_is("12345678901234567890123456789012345678901234x, and\n" * 50 + "so, on")
    assert time.process_time() - started < 1


@pytest.mark.parametrize("text", PROSE)
def test_prose_is_read_as_it_stands(text):
    assert what_is(text) is None
    assert read_text(text).text == text


# ---------------------------------------------------------------- format=


def test_a_format_is_named_where_the_content_cannot_say():
    assert read_text("*It rained.*\nIt snowed.", format="markdown").text == "It rained. It snowed."
    assert read("*It rained.*\nIt snowed.", format="md").text == "It rained. It snowed."
    assert read(io.StringIO("*It rained.*"), format="markdown").text == "It rained."
    assert read_text("* A\nIt /rained/.", format="org").text == "It rained."
    assert read_text("{}", format="text").text == "{}"
    assert read_text("# A\n\n## B\n\nIt rained.", format="text").text.startswith("# A")
    with pytest.raises(ValueError, match=r"'mardown' is not one of .*did you mean 'markdown'"):
        read_text("It rained.", format="mardown")
    with pytest.raises(TypeError, match="format must be a str"):
        read_text("It rained.", format=3)
    with pytest.raises(ReadError, match="a text, not pdf as format= says"):
        read_text("It rained.", format="pdf")
    with pytest.raises(ReadError, match="an RTF file, not markdown"):
        read_text("{\\rtf1 It rained.}", format="markdown")
    assert [format_name(name) for name in FORMATS] == list(FORMATS)


MARKDOWN = [
    "# Rain\n\nIt **rained**.\n\n## Snow\n\nIt snowed.",
    "Sure! Here it is:\n\n### **1. Rain**\n\n* **Monday:** It rained.\n* **Tuesday:** It snowed.",
    "See [the port](https://example.org/a) and [the wall](b.md).\n\nIt rained.",
    "It rained.\n\n```python\nrain()\n```\n\nIt snowed.",
    "**Rain** fell. See [it](x).\n",
]


@pytest.mark.parametrize("text", MARKDOWN)
def test_markdown_from_a_stream_without_a_name(text):
    found = " ".join(sentences(text))
    assert not set("*#`[") & set(found)


def test_html_without_its_outer_tags():
    assert sentences(f"<p>{RAIN}</p>\n<p>The <b>wall</b> broke.</p>") == [RAIN, "The wall broke."]
    assert sentences(f"{RAIN}<br><br>The <b>wall</b> broke.<br>") == [RAIN, "The wall broke."]
    assert sentences(f"<!-- a -->\n<div><h2>Rain</h2><p>{RAIN}</p></div>") == [RAIN]


# ---------------------------------------------------------------- subtitles

SRT = """\
1
00:00:01,000 --> 00:00:04,200
<i>The town of Ellery stands</i>
on the edge of the sea.

2
00:00:04,400 --> 00:00:08,100
[WIND HOWLING]

3
00:00:08,300 --> 00:00:12,500
NARRATOR: In 1902 its people
built a wall...

4
00:00:12,600 --> 00:00:14,500
...two miles long.

5
00:00:21,600 --> 00:00:25,000
- Did you hear it?
- I heard it.
"""
SAID = [
    "The town of Ellery stands on the edge of the sea.",
    "In 1902 its people built a wall two miles long.",
    "Did you hear it?",
    "I heard it.",
]


@pytest.mark.parametrize("change", [str, lambda s: s.replace("\n", "\r\n"), lambda s: "\ufeff" + s])
def test_subrip(change):
    assert sentences(change(SRT)) == SAID
    assert sentences(change(SRT), "a.txt") == SAID


def test_subrip_without_blank_lines():
    text = "1\n00:00:01,000 --> 00:00:02,000\nIt rained\n2\n00:00:02,000 --> 00:00:03,000\nall day."
    assert sentences(text) == ["It rained all day."]


def test_web_subtitles():
    text = (
        "WEBVTT - Rain\nKind: captions\nLanguage: en\n\nSTYLE\n::cue { color: red }\n\n"
        "NOTE nobody reads this\n\nintro\n00:01.000 --> 00:04.200 align:start position:0%\n"
        "<v Ada Roe>(LAUGHTER) It <00:01.500><c.red>rained</c> &amp; rained\n\n"
        "00:04.200 --> 00:06.000\nall day.\n\n00:06.000 --> 00:07.000\n<v Ben Low>It did.\n"
    )
    assert sentences(text) == ["It rained & rained all day.", "It did."]


def test_live_captions_repeat_their_lines():
    cues = ["so it rained", "so it rained\nall day in town", "all day in town\nand all night"]
    text = "WEBVTT\n\n" + "\n\n".join(
        f"00:0{i}.000 --> 00:0{i + 1}.000\n{cue}" for i, cue in enumerate(cues)
    )
    assert read_text(text).text == "so it rained all day in town and all night"


def test_other_subtitles():
    ass = (
        "[Script Info]\nTitle: Rain\n\n[Events]\nFormat: Layer, Start, End\n"
        "Dialogue: 0,0:00:01.00,0:00:04.20,Default,,0,0,0,,{\\i1}It rained,\\Nall day.\n"
    )
    assert sentences(ass) == ["It rained, all day."]
    assert sentences("0:00:01.000,0:00:04.000\nIt rained.\n", "a.sbv") == ["It rained."]
    assert sentences("{1}{40}It rained|all day.\n{41}{80}It snowed.\n") == [
        "It rained all day.",
        "It snowed.",
    ]
    chinese = (
        "1\n00:00:01,000 --> 00:00:02,000\n港口今天\n\n2\n00:00:02,000 --> 00:00:03,000\n关闭了。\n"
    )
    assert sentences(chinese, language="zh") == ["港口今天关闭了。"]
    with pytest.raises(ReadError, match="no words"):
        read_text("1\n00:00:01,000 --> 00:00:02,000\n[RAIN]\n")


# ---------------------------------------------------------------- mail

HEAD = (
    "From: Ada Roe <ada@example.org>\r\nTo: Ben <ben@example.com>\r\n"
    "Subject: =?utf-8?q?Re=3A_Harbour_wall=3A_offers?=\r\n"
    "Date: Tue, 12 Mar 2024 10:15:22 +0000\r\nMIME-Version: 1.0\r\n"
)


def test_mail():
    body = "It costs =C2=A3700,000 more, which is=\r\n a lot.\r\n"
    plain = f"{HEAD}Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: "
    document = read_text(f"{plain}quoted-printable\r\n\r\n{body}")
    assert [s.text for s in document.sentences] == ["It costs £700,000 more, which is a lot."]
    assert (document.title, dict(document.metadata)) == (
        "Harbour wall: offers",
        {"author": "Ada Roe", "date": "2024-03-12"},
    )
    assert sentences(plain.replace("\r\n", "\n") + "8bit\n\nIt rained.\n") == ["It rained."]


@pytest.mark.parametrize(
    ("written", "title"),
    [
        (f"=?{'y' * 60}?q?Walls?=", "Walls"),
        (f"=?utf-8?b?aGk=?= {'y' * 41}?b?", f"hi {'y' * 41}?b?"),
        (f"=?utf-8?b?aGk=?= {'y' * 41}?b?a?=", f"hi {'y' * 41}?b?a?="),
    ],
)
def test_what_looks_like_an_encoding_in_a_mail_stays(written, title):
    address = f"http://x.org/a=?{'q' * 45}?b"
    mail = f"From: a@b.c\nSubject: {written}\nMIME-Version: 1.0\n\nSee {address} on Monday.\n"
    document = read_text(mail, "a.eml")
    assert document.title == title
    assert document.text == f"See {address} on Monday."


def test_a_quotation_behind_one_that_does_not_end_is_left_out():
    mail = (
        "From: a@b.c\nSubject: Rain\nMIME-Version: 1.0\nContent-Type: text/html\n\n"
        "<p>It rained.</p><blockquote>A</blockquote><p>It snowed.</p><blockquote><p>It ended.</p>"
        "<div class='gmail_quote'><p>It was sunny.</p></div>\n"
    )
    assert read_text(mail, "a.eml").text == "It rained.\n\nIt snowed.\n\nIt ended."


def test_mail_in_parts():
    html = "<html><body><p>It rained.</p><blockquote>Did it?</blockquote></body></html>"
    parts = (
        f'{HEAD}Content-Type: multipart/mixed; boundary="x"\r\n\r\n--x\r\n'
        f"Content-Type: text/html; charset=utf-8\r\n\r\n{html}\r\n--x\r\n"
        "Content-Type: application/pdf\r\nContent-Disposition: attachment\r\n\r\nxx\r\n--x--\r\n"
    )
    assert sentences(parts) == ["It rained."]
    with pytest.raises(ReadError, match="no text in this mail"):
        read_text(f"{HEAD}Content-Type: image/png\r\n\r\nxx")
    box = (
        "From ada@example.org Tue Mar 12 10:15:22 2024\n"
        + HEAD.replace("\r\n", "\n")
        + "\nRain.\n\n"
    )
    assert sentences(box) == ["Rain."]
    with pytest.raises(ReadError, match="a mailbox of 2 messages"):
        read_text(box * 2)


# ---------------------------------------------------------------- notebooks, RTF, Office, markup


def test_notebooks():
    cells = [
        {"cell_type": "markdown", "source": ["# Rain\n", "It **rained**."]},
        {"cell_type": "code", "source": "rain()", "outputs": [{"text": "It snowed."}]},
        {"cell_type": "raw", "source": "It hailed."},
        {"cell_type": "markdown", "source": "It stopped."},
    ]
    for notebook in (
        {"nbformat": 4, "cells": cells},
        {"nbformat": 3, "worksheets": [{"cells": cells}]},
    ):
        document = read_text(json.dumps(notebook), "a.ipynb")
        assert (document.title, document.text) == ("Rain", "It rained.\n\nIt stopped.")
    assert read_text(json.dumps({"cells": cells, "nbformat": 4})).title == "Rain"
    for broken, what in (("{", "damaged"), ('{"nbformat": 4, "cells": []}', "only code")):
        with pytest.raises(ReadError, match=what):
            read_text(broken, format="notebook")


RTF = (
    r"{\rtf1\ansi\ansicpg1252\deff0{\fonttbl{\f0\fswiss Times;}{\f1\fcharset204 Arial;}}"
    r"{\stylesheet{\s0 Normal;}{\s1 heading 1;}}{\info{\title Rain}{\author Ada Roe}}"
    r"{\header\pard The Star\par}\pard\s1 What happened\par\pard It {\b rained} in K\'f6ln.\line "
    "\nIt snowed.\\par {\\f1 \\'c4\\'ee\\'e6\\'e4\\'fc.}\\par \\u8220?Yes\\u8221? "
    r"\u-10179?\u-8704?\par"
    r"{\*\generator Word;}{\field{\*\fldinst HYPERLINK x}{\fldrslt A link}} works."
    r"{\footnote A note.}\par\pard\intbl A cell\cell B\cell\row\pard The end.}"
)


def test_rich_text():
    document = read_text(RTF)
    assert document.text.split("\n\n") == [
        "It rained in Köln.\nIt snowed.",
        "Дождь.",
        "“Yes” 😀",
        "A link works.",
        "The end.",
    ]
    assert (document.title, document.metadata["author"]) == ("Rain", "Ada Roe")
    with pytest.raises(ReadError, match="no running text in this RTF"):
        read_text("{\\rtf1 }")
    with pytest.raises(ReadError, match="nested too deep"):
        read_text("{\\rtf1 " + "{" * 20_000)


@pytest.mark.parametrize(("up", "down"), [(r"{\super ", "}"), (r"\up8 ", r"\up0 ")])
def test_figures_that_are_raised_in_rich_text(up, down):
    text = (
        rf"{{\rtf1 Built in 1911{up}2{down} on 4 km{up}2{down} of land, the 3{up}rd{down} wall.}}"
    )
    assert read_text(text).text == "Built in 1911 on 4 km² of land, the 3rd wall."


def package(members):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return out.getvalue()


ODF = (
    '<office:document-content xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" '
    'xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0" '
    'xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0" '
    'xmlns:style="urn:oasis:names:tc:opendocument:xmlns:style:1.0">'
    "<office:automatic-styles>"
    '<style:style style:name="P1" style:parent-style-name="Title"/></office:automatic-styles>'
    "<office:body><office:text>{}</office:text></office:body></office:document-content>"
)


def test_opendocument():
    body = (
        '<text:p text:style-name="P1">Rain</text:p><text:h>What happened</text:h>'
        "<text:p>It <text:span>rained<text:s/>all</text:span> day.<text:note><text:note-body>"
        "<text:p>A note.</text:p></text:note-body></text:note> It<text:line-break/>snowed.</text:p>"
        "<text:list><text:list-item><text:p>A point.</text:p></text:list-item></text:list>"
        '<text:p text:style-name="Caption">A picture.</text:p>'
        "<table:table><table:table-row><table:table-cell><text:p>A cell.</text:p>"
        "</table:table-cell></table:table-row></table:table>"
    )
    document = read_text(package({"mimetype": "x.text", "content.xml": ODF.format(body)}))
    assert document.text == "It rained all day. It\nsnowed.\n\nA point."
    assert document.title == "Rain"
    sheet = {"mimetype": "application/vnd.oasis.opendocument.spreadsheet", "content.xml": "<a/>"}
    with pytest.raises(ReadError, match="an OpenDocument spreadsheet, which is not read"):
        read_text(package(sheet))
    with pytest.raises(ReadError, match="no running text"):
        read_text(package({"content.xml": ODF.format("")}))
    with pytest.raises(ReadError, match="defines XML entities"):
        read_text(package({"content.xml": "<!DOCTYPE a [<!ENTITY b 'c'>]><a/>"}))
    with pytest.raises(ReadError, match="is not XML"):
        read_text(package({"content.xml": "It rained."}))


@pytest.mark.parametrize(
    ("position", "read"),
    [
        ("super 58%", "In 1911 it had 4 km²."),
        ("33% 80%", "In 1911 it had 4 km²."),
        ("2% 100%", "In 19112 it had 4 km2."),
    ],
)
def test_figures_that_are_raised_in_opendocument(position, read):
    raised = (
        f'<style:style style:name="T1"><style:text-properties style:text-position="{position}"/>'
        "</style:style></office:automatic-styles>"
    )
    span = '<text:span text:style-name="T1">{}</text:span>'
    body = f"<text:p>In 1911{span.format(2)} it had 4 km{span.format(2)}.</text:p>"
    content = ODF.format(body).replace("</office:automatic-styles>", raised)
    assert read_text(package({"content.xml": content})).text == read


def slide(*shapes):
    a = "http://schemas.openxmlformats.org/drawingml/2006/main"
    p = "http://schemas.openxmlformats.org/presentationml/2006/main"
    body = "".join(
        f"<p:sp><p:nvSpPr><p:nvPr><p:ph type='{kind}'/></p:nvPr></p:nvSpPr>"
        f"<p:txBody><a:p><a:r><a:t>{text}</a:t></a:r></a:p></p:txBody></p:sp>"
        for kind, text in shapes
    )
    return f'<p:sld xmlns:a="{a}" xmlns:p="{p}">{body}</p:sld>'


def test_powerpoint():
    p = "http://schemas.openxmlformats.org/presentationml/2006/main"
    r = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    rel = "http://schemas.openxmlformats.org/package/2006/relationships"
    relations = "".join(f'<Relationship Id="r{i}" Target="slides/s{i}.xml"/>' for i in (1, 2))
    members = {
        "ppt/presentation.xml": f'<p:presentation xmlns:p="{p}" xmlns:r="{r}"><p:sldIdLst>'
        '<p:sldId r:id="r2"/><p:sldId r:id="r1"/></p:sldIdLst></p:presentation>',
        "ppt/_rels/presentation.xml.rels": f"<R xmlns='{rel}'>{relations}</R>",
        "ppt/slides/s1.xml": slide(("title", "Snow"), ("body", "It snowed."), ("sldNum", "2")),
        "ppt/slides/s2.xml": slide(("ctrTitle", "Rain"), ("body", "It rained.")),
    }
    document = read_text(package(members))
    assert (document.title, document.text) == ("Rain", "It rained.\n\nIt snowed.")


RST = """\
Rain
====

:Author: Ada Roe

.. contents::

.. note:: It was **wet**.

Call :func:`fall <wall.fall>` or `see it <https://example.org>`_ [1]_. It prints::

    rain()

.. figure:: a.png

   The wall.

.. include:: /etc/passwd

.. versionadded:: 3

.. [1] A note.
"""


def test_restructured_text():
    document = read_text(RST)
    assert document.title == "Rain"
    assert [s.text for s in document.sentences] == [
        "It was wet.",
        "Call fall or see it.",
        "It prints:",
    ]
    assert read_text("Rain\n====\n\nIt *rained*.\n", "a.rst").text == "It rained."
    with pytest.raises(ReadError, match="no running text"):
        read_text("Rain\n====\n", "a.rst")


@pytest.mark.parametrize(
    ("reference", "definitions", "words"),
    [
        ("|sea|", f".. |sea| replace:: {'salt ' * 59}salt", "salt " * 59 + "salt"),
        ("|nest|", ".. |nest| replace:: very |deep| water\n.. |deep| replace:: cold", None),
        ("|Very cold| water", "", "Very cold water"),
        ("|it|", ".. |it| replace:: very cold |it|", "very cold it"),
        ("|it|", ".. |it| replace:: |a|\n.. |a| replace:: the |it|", "the it"),
    ],
)
def test_substitutions_of_restructured_text(reference, definitions, words):
    found = read_text(f"Rain\n====\n\nIt was {reference}.\n\n{definitions}\n", "a.rst").text
    assert found == f"It was {words or 'very cold water'}."


def test_substitutions_of_restructured_text_beyond_their_bound_are_their_own_words():
    text = "Rain\n====\n\nIt was" + " |x|" * 500 + f".\n\n.. |x| replace:: {'wet ' * 300}\n"
    found = read_text(text, "a.rst").text
    assert 10_000 < len(found) < 10_000 + 7 * len(text)
    assert found.startswith("It was wet wet")
    assert found.endswith("x x x.")


def test_org():
    text = (
        "#+TITLE: Rain\n#+AUTHOR: Ada\n* TODO Monday :tag:\nSCHEDULED: <2024-03-12 Tue>\n"
        ":PROPERTIES:\n:ID: x\n:END:\nIt /rained/ in [[https://a.org][the town]].[fn:1]\n"
        "# a comment\n#+BEGIN_SRC sh\nrain\n#+END_SRC\n| a | b |\n- [ ] Mend the *wall*.\n"
        "#+begin_quote\nIt snowed.\n#+end_quote\n"
    )
    document = read_text(text)
    assert document.text == "It rained in the town.\n\nMend the wall.\n\nIt snowed."
    assert (document.title, document.metadata["author"]) == ("Rain", "Ada")


# ---------------------------------------------------------------- growth


@pytest.mark.parametrize(
    "unit",
    ["{", "[", "<", "*", "**a", "[[", "`", "a,", "a\tb\n", "a: b\n", "|", "\\begin{", "#", "From: ",
     "1\n00:00:01,000 --> 00:00:02,000\n", "a=b;\n", "=\n", "((", "- ", "<p ", "::", "\n\n# ",
     " ", "1"],
)  # fmt: skip
def test_looking_takes_time_linear_in_the_text(unit):
    started = time.process_time()
    what_is(unit * (100_000 // len(unit)))
    assert time.process_time() - started < 2


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("Quarter  Revenue  Costs\nQ1 2023     12.4   10.1\nQ2 2023     13.0   10.9\n", "a table"),
        ("Town      2021    2022\nEllery   1,204   1,310\nMarsh      890     912\n", "a table"),
        (
            "SELECT u.name, COUNT(*) AS orders\nFROM users u\nJOIN orders o ON o.user_id = u.id\n"
            "GROUP BY u.name;\n",
            "source code or a configuration",
        ),
        (
            "UPDATE users SET name = 'Ada'\nWHERE id = 3;\nDELETE FROM orders\nWHERE id = 3;\n",
            "source code or a configuration",
        ),
    ],
)
def test_tables_set_by_spaces_and_queries_are_no_text(text, what):
    assert what_is(text) == f"!{what}"


@pytest.mark.parametrize(
    "text",
    [
        "The  river  rose.\nIt  fell  again.\nNobody  was  hurt.\n",
        "12  April  1890\nThe wall was built by hand.\nIt stood for a century.\n",
        "Select one from the list;\nthen join the others;\nthe order by the door is open;\n",
        "Goals: end poverty in all towns;\nreduce hunger;\nimprove health;\n",
        "Rain: it fell on the town;\nit fell on the hill;\nit fell on the sea;\nand on us;\n",
        "return to me, o rain;\nfall on the hill;\nfall on the sea;\n",
    ],
)
def test_prose_with_wide_spaces_words_of_queries_or_semicolons_is_text(text):
    assert what_is(text) is None
