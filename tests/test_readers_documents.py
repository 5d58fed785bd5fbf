"""PDF, docx and EPUB, made here in a few lines each."""

import io
import re
import subprocess
import sys
import types
import zipfile

import pytest

from summarize import EmptyDocumentError, MissingDependencyError, ReadError, read
from summarize.readers import pdf
from summarize.readers.layout import Line, rebuild

STORY = [
    "Heavy rain closed the port of Ellery on Tuesday after the har-",
    "bour wall cracked in two places, the council said. Engineers",
    "from the well-known firm of Roe found both of the cracks.",
]
FONTS = ("Helvetica", "Helvetica-Bold", "Courier")


def make_pdf(pages, *, info="", catalog="", fonts=FONTS):
    """A PDF of ``pages``, each a list of (text, x, y, size, font's number)."""
    objects = ["", ""]
    for font in fonts:
        objects.append(f"<</Type/Font/Subtype/Type1/BaseFont/{font}/Encoding/WinAnsiEncoding>>")
    resources = " ".join(f"/F{number} {number + 3} 0 R" for number in range(len(fonts)))
    kids = []
    for lines in pages:
        text = "\n".join(
            f"BT /F{line[4] if len(line) > 4 else 0} {line[3]} Tf {line[1]} {line[2]} Td "
            f"({line[0].replace('(', chr(92) + '(').replace(')', chr(92) + ')')}) Tj ET"
            for line in lines
        )
        objects.append(f"<</Length {len(text.encode('cp1252'))}>>stream\n{text}\nendstream")
        contents = len(objects)
        kids.append(f"{contents + 1} 0 R")
        objects.append(
            f"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents {contents} 0 R"
            f"/Resources<</Font<<{resources}>>>>>>"
        )
    objects[0] = f"<</Type/Catalog/Pages 2 0 R{catalog}>>"
    objects[1] = f"<</Type/Pages/Count {len(kids)}/Kids[{' '.join(kids)}]>>"
    if info:
        objects.append(f"<<{info}>>")
    out = bytearray(b"%PDF-1.7\n")
    places = []
    for number, body in enumerate(objects, 1):
        places.append(len(out))
        out += f"{number} 0 obj\n{body}\nendobj\n".encode("cp1252")
    table = "".join(f"{place:010} 00000 n \n" for place in places)
    trailer = f"/Info {len(objects)} 0 R" if info else ""
    end = (
        f"xref\n0 {len(objects) + 1}\n0000000000 65535 f \n{table}"
        f"trailer\n<</Size {len(objects) + 1}/Root 1 0 R{trailer}>>\nstartxref\n{len(out)}\n%%EOF"
    )
    return bytes(out) + end.encode()


def column(texts, *, top=760, size=10, leading=12, x=72):
    return [(text, x, top - leading * number, size) for number, text in enumerate(texts)]


def read_bytes(data, **options):
    return read(io.BytesIO(data), **options)


def paragraphs(document):
    return document.text.split("\n\n")


# ---------------------------------------------------------------- PDF


def test_pdf_paragraphs():
    second = ["The mayor, Ada Roe, said that the repairs would cost three", "million."]
    lines = column(STORY) + column(second, top=700)
    document = read_bytes(make_pdf([lines]))
    assert paragraphs(document) == [
        "Heavy rain closed the port of Ellery on Tuesday after the harbour wall cracked in two "
        "places, the council said. Engineers from the well-known firm of Roe found both of the "
        "cracks.",
        "The mayor, Ada Roe, said that the repairs would cost three million.",
    ]
    assert document.title is None


def test_pdf_indented_paragraphs():
    lines = column(STORY)
    lines += [("Repairs begin in March and are to last until the end of June,", 84, 724, 10)]
    lines += [("said the harbour master in a statement.", 72, 712, 10)]
    first, second = paragraphs(read_bytes(make_pdf([lines])))
    assert first.endswith("cracks.")
    assert second.startswith("Repairs begin")
    assert second.endswith("statement.")


def test_pdf_running_heads_page_numbers_headings_captions_and_listings():
    pages = []
    for number in range(4):
        body = column([f"Sentence {name} of page {number} {'is long ' * 5}here." for name in "ABC"])
        pages.append(
            [
                ("Annual Report 2024", 72, 800, 9),
                (f"- {number + 1} -", 290, 30, 9),
                ("Chapter the first", 72, 780, 16),
                *body,
                ("A heading in bold", 72, 715, 10, 1),
                ("x = 1", 72, 700, 10, 2),
                (f"Figure {number}: The harbour.", 72, 670, 10),
                (f"More of page {number} follows here.", 72, 640, 10),
            ]
        )
    info = "/Title(The Report)/Author(Ada Roe)/CreationDate(D:20240301100000Z)"
    document = read_bytes(make_pdf(pages, info=info, catalog="/Lang(en-GB)"))
    assert (document.title, document.language) == ("The Report", "en")
    assert document.metadata == {"author": "Ada Roe", "date": "2024-03-01"}
    for gone in ("Annual", "Chapter", "heading", "x = 1", "Figure", "- 1 -"):
        assert gone not in document.text
    assert document.text.count("More of page") == 4
    assert document.text.count("Sentence") == 12


def test_pdf_paragraphs_in_bold_or_large_type():
    opening = [
        "The harbour of Ellery is shut for a week, and",
        "its people ask who will pay for it.",
    ]
    question = ["What did you see on that night, and who", "was with you?"]
    for size, font in ((10, 1), (13, 0), (13, 1)):
        large = [(text, 72, 800 - 15 * i, size, font) for i, text in enumerate(opening)]
        bold = [(text, 72, 700 - 12 * i, 10, 1) for i, text in enumerate(question)]
        lines = [("NEWS", 72, 850, 9), ("Rain", 72, 830, 20), *large, *column(STORY), *bold]
        lines += [("Water, said the mayor of the town.", 72, 670, 10)]
        text = read_bytes(make_pdf([lines])).text
        assert text.removeprefix("NEWS\n\n").startswith(" ".join(opening))
        assert " ".join(question) in text
    pulled = [(text, 72, 700 - 15 * i, 13, 0) for i, text in enumerate(opening)]
    assert "who will pay" not in read_bytes(make_pdf([[*column(STORY), *pulled]])).text


def test_pdf_title_is_the_largest_line_where_the_file_names_none():
    page = [("Rain closes the port", 72, 800, 20), *column(STORY)]
    info = "/Title(Microsoft Word - draft7.doc)"
    assert read_bytes(make_pdf([page], info=info)).title == "Rain closes the port"
    assert read_bytes(make_pdf([page])).title == "Rain closes the port"


def test_pdf_a_paragraph_goes_on_over_the_page():
    pages = [column(STORY[:2]), column(STORY[2:])]
    assert len(paragraphs(read_bytes(make_pdf(pages)))) == 1


def lines_of(*texts, step=12.0, size=10.0, x=72.0):
    return [Line(text, x, 700 - step * number, size) for number, text in enumerate(texts)]


@pytest.mark.parametrize(
    ("first", "second", "whole"),
    [
        ("The har-", "bour froze.", "The harbour froze."),
        ("The har\u00ad", "bour froze.", "The harbour froze."),
        ("A well-", "known man, so well-known.", "A well-known man, so well-known."),
        ("The Franco-", "German treaty.", "The Franco-German treaty."),
        ("In 1914-", "18 it rained.", "In 1914-18 it rained."),
        ("In Nord-", "und Ostsee.", "In Nord- und Ostsee."),
        ("It \ufb01nally", "rained.", "It finally rained."),
        ("Iv´an Cede˜no in Manab´ı", "said `no` once.", "Iván Cedeño in Manabí said `no` once."),
    ],
)
def test_divided_words(first, second, whole):
    assert rebuild([lines_of(first, second)])[0] == [whole]


def test_lists_and_columns():
    items = lines_of("There are two rules that all of them follow:", "• One rule.", "• Another,")
    items.append(Line("which is longer.", 84, items[-1].y - 12, 10))
    assert rebuild([items])[0][1:] == ["• One rule.", "• Another, which is longer."]
    left = lines_of("A column that goes on", "into the")
    right = lines_of("next one here.", x=300.0)
    assert rebuild([left + right])[0] == ["A column that goes on into the next one here."]


def test_a_large_first_letter():
    page = [Line("H", 72, 690, 30), *lines_of("eavy rain fell on", "the town all day.")]
    assert rebuild([page])[0] == ["Heavy rain fell on the town all day."]


def test_a_large_first_letter_that_is_drawn_before_what_stands_above_it():
    page = [
        Line("H", 72, 668, 30),
        *lines_of("Rain in the north, and more of it to come."),
        Line("eavy rain fell on", 100, 680, 10),
        Line("the town all day.", 100, 668, 10),
    ]
    found, title = rebuild([page])
    assert " ".join(found).endswith("to come. Heavy rain fell on the town all day.")
    assert title is None


def test_the_references_of_a_paper_are_left_out():
    heads = [Line("References", 72, 600, 14, True), Line("Appendix", 72, 500, 14, True)]
    cited = [Line("[1] A. Roe. Walls. Journal of Harbours, 1995.", 72, 580, 10)]
    more = [Line("The photographs are kept in Ellery.", 72, 480, 10)]
    page = [*lines_of("Walls crack [1]."), heads[0], *cited, heads[1], *more]
    assert rebuild([page])[0] == ["Walls crack [1].", "The photographs are kept in Ellery."]


def test_small_print_and_what_a_browser_prints_around_a_page():
    page = [
        Line("11/26/26, 11:16 AM Rain | The Gazette", 24, 768, 8),
        *(Line(f"Line {number} of an article that is long enough.", 72, 700 - 12 * number, 10)
          for number in range(9)),
        Line("The broken wall on Tuesday.", 72, 560, 8),
        Line("https://www.example.org/rain 1/1", 24, 17, 8),
    ]  # fmt: skip
    text = " ".join(rebuild([page])[0])
    assert text.startswith("Line 0")
    assert text.endswith("Line 8 of an article that is long enough.")


@pytest.mark.parametrize("head", ["2 CHAPTER 1. THE STORM", "CONTENTS iv"])
def test_a_head_in_capitals_with_the_number_of_the_page(head):
    page = [Line(head, 72, 780, 10), *lines_of("It rained all day, and", "nobody was hurt.")]
    assert rebuild([page])[0] == ["It rained all day, and nobody was hurt."]


def test_a_hyphen_at_a_line_end_stays_where_no_word_is_divided():
    texts = [f"The ship left the port again on day {number}." for number in range(60)]
    page = [Line(text, 72, 800 - 12 * number, 10) for number, text in enumerate(texts)]
    page[30].text = "They met the cooks and the engine-"
    page[31].text = "room hands of the ship on the quay."
    assert "engine-room hands" in " ".join(rebuild([page])[0])
    for number in (40, 43, 46):
        page[number].text, page[number + 1].text = "The wall of the har-", "bour fell down."
    assert "engineroom hands" in " ".join(rebuild([page])[0])


def test_contents_pages_are_left_out():
    page = lines_of("One . . . . . . 1", "Two ........ 12", "It rained.")
    assert rebuild([page])[0] == ["It rained."]


def test_rebuild_of_nothing():
    assert rebuild([]) == ([], None)
    assert rebuild([[]]) == ([], None)
    assert rebuild([[Line("  ", 0, 0, 0)]]) == ([], None)


def test_pdf_without_text_pages_or_sense(capfd):
    with pytest.raises(ReadError, match=r"no text in its page: .* OCR"):
        read_bytes(make_pdf([[]]))
    with pytest.raises(ReadError, match="no text in its 2 pages"):
        read_bytes(make_pdf([[], []]))
    with pytest.raises(ReadError, match="a PDF without pages"):
        read_bytes(make_pdf([]))
    good = make_pdf([column(STORY)])
    for bad in (b"%PDF-1.7\n", b"%PDF-1.7\n" + bytes(range(256)) * 40, good[:300], good[:20]):
        with pytest.raises(ReadError, match="PDF"):
            read_bytes(bad)
    assert capfd.readouterr() == ("", "")


def test_pdf_repaired_in_silence(capfd):
    broken = make_pdf([column(STORY)]).replace(b"startxref\n", b"startxref\n9")
    assert read_bytes(broken).text.startswith("Heavy rain")
    assert capfd.readouterr() == ("", "")


def encrypted_pdf(password, algorithm="RC4-128"):
    from pypdf import PdfReader, PdfWriter

    writer = PdfWriter(clone_from=PdfReader(io.BytesIO(make_pdf([column(STORY)]))))
    writer.encrypt(user_password=password, owner_password="owner", algorithm=algorithm)
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def test_encrypted_pdf():
    assert read_bytes(encrypted_pdf("")).text.startswith("Heavy rain")
    with pytest.raises(ReadError, match="encrypted with a password"):
        read_bytes(encrypted_pdf("secret"))


def test_a_pdf_encrypted_by_aes():
    pytest.importorskip("cryptography")
    assert read_bytes(encrypted_pdf("", "AES-256")).text.startswith("Heavy rain")


SHIFTED = str.maketrans({chr(code): chr(code - 29) for code in range(61, 127)})


def test_a_pdf_whose_fonts_do_not_say_which_letters_they_show(monkeypatch):
    garbage = column([line.translate(SHIFTED) for line in STORY * 3])
    with pytest.raises(ReadError, match="OCR may read it"):
        read_bytes(make_pdf([garbage]))
    document = read_bytes(make_pdf([column(STORY * 4)] * 4 + [garbage[:6]]))
    assert document.metadata["unreadable_pages"] == "5"
    assert "Ellery" in document.text
    assert "WKH" not in document.text
    signs = {"pages": [[["\ufffd\ue001\ufffd ab" * 9, 0, 0, 9]]], "noted": {}}
    monkeypatch.setattr(pdf, "_found", lambda *_: signs)
    with pytest.raises(ReadError, match="OCR may read it"):
        read_bytes(make_pdf([column(STORY)]))


def test_no_lone_surrogate_leaves_a_pdf(monkeypatch):
    found = {"pages": [[["It \ud83d rained.", 0, 0, 9]]], "noted": {"Title": "A \udc00"}}
    monkeypatch.setattr(pdf, "_found", lambda *_: found)
    document = read_bytes(make_pdf([[]]))
    assert (document.text, document.title) == ("It \ufffd rained.", "A \ufffd")


def ends(status, stderr=b"", stdout=b""):
    return lambda *_, **__: types.SimpleNamespace(returncode=status, stderr=stderr, stdout=stdout)


def raises(error):
    def run(*_, **__):
        raise error

    return run


@pytest.mark.parametrize(
    ("run", "message"),
    [
        (ends(1, b"MemoryError"), "a PDF that needs more than 400 MiB of memory; max_bytes="),
        (ends(-11), "a damaged PDF, or one .*: its parser ends with SIGSEGV"),
        (ends(3), "memory: its parser ends with status 3"),
        (ends(-24), "a PDF that takes more than 8 seconds; max_bytes="),
        (raises(subprocess.TimeoutExpired("", 1)), "a PDF that takes more than 8 seconds"),
        (raises(OSError(11, "Try again")), "no process can be started to read it in: try again"),
        (ends(0, stdout=b"[]"), r"a damaged PDF \(KeyError\)"),
        (ends(0, stdout=b'{"pages": [[7]], "noted": {}}'), r"a damaged PDF \(TypeError\)"),
    ],
)
def test_what_makes_a_parser_fail(monkeypatch, run, message):
    monkeypatch.setattr(subprocess, "run", run)
    with pytest.raises(ReadError, match=message):
        read_bytes(make_pdf([column(STORY)]))


def test_a_program_that_cannot_start_python_reads_pdf_too(monkeypatch):
    monkeypatch.setattr(sys, "frozen", True, raising=False)
    monkeypatch.setattr(subprocess, "run", raises(OSError()))
    assert read_bytes(make_pdf([column(STORY)])).text.startswith("Heavy rain")


def test_pdf_columns_that_are_drawn_row_by_row():
    left = [f"The left column goes on in line {number}" for number in range(6)]
    right = [f"and the right one follows in line {number}" for number in range(6)]
    third = [f"before the third ends it in line {number}" for number in range(6)]
    lines = []
    for number in range(6):
        for x, texts in ((50, left), (230, right), (410, third)):
            lines.append((texts[number], x, 700 - 12 * number, 9))
    lines.append(("The end of all of it, in one line.", 50, 550, 9))
    first, second = paragraphs(read_bytes(make_pdf([lines])))
    assert first == " ".join(left + right + third)
    assert second == "The end of all of it, in one line."


def test_pdf_marks_of_notes_and_the_notes_are_left_out():
    lines = [
        *column(STORY),
        ("7", 350, 739, 6),
        ("A third crack was found on Friday.", 72, 700, 10),
        ("7 The council's own report, page 12, and what the firm", 72, 110, 8),
        ("said of it later.", 72, 101, 8),
    ]
    text = read_bytes(make_pdf([lines])).text
    assert text.endswith("both of the cracks.\n\nA third crack was found on Friday.")
    area = [("The port has 3 km", 72, 700, 10), ("2", 152, 704, 6), (" of land.", 157, 700, 10)]
    assert "3 km² of land" in read_bytes(make_pdf([area])).text
    year = [("The wall was built in 1911", 72, 700, 10), ("2", 188, 704, 6), (".", 192, 700, 10)]
    assert read_bytes(make_pdf([year])).text == "The wall was built in 1911."
    power = [("The tank holds 10", 72, 700, 10), ("6", 152, 704, 6), (" litres.", 157, 700, 10)]
    assert read_bytes(make_pdf([power])).text == "The tank holds 10⁶ litres."


def test_pdf_the_title_is_no_running_head_of_the_next_page():
    first = [("Walls and waves", 72, 780, 18), *column(STORY, top=700)]
    second = [("The divers", 72, 780, 14), *column(STORY, top=700), ("The end", 72, 300, 14)]
    assert read_bytes(make_pdf([first, second, second])).title == "Walls and waves"


def test_pdf_authors_and_their_addresses_are_no_text():
    lines = [
        ("On the cracking of harbour walls", 72, 780, 18),
        *(("Ada Roe", 72, 750, 10), ("1", 109, 754, 6), (", Bo Lee", 113, 750, 10)),
        *(("1", 72, 735, 6), (" University of Ellery, Ellery, Sweden", 76, 731, 10)),
        ("{ada, bo}@ellery.example", 72, 715, 10),
        *column(STORY, top=680),
    ]
    assert paragraphs(read_bytes(make_pdf([lines])))[0].startswith("Heavy rain")


def test_what_a_pdf_says_of_itself_may_be_nonsense():
    data = make_pdf([column(STORY)], info="/CreationDate(yesterday)/Author 7", catalog="/Lang 3")
    document = read_bytes(data)
    assert document.text.startswith("Heavy rain")
    assert document.language == "en"


def test_turned_text():
    page = make_pdf([column(STORY)])
    turned = page.replace(b"72 760 Td", b"0 1 -1 0 72 400 Tm")
    document = read_bytes(turned)  # a note up the margin
    assert document.text.startswith("bour wall")
    only = make_pdf([column(STORY[:1])]).replace(b"72 760 Td", b"0 1 -1 0 72 400 Tm")
    assert read_bytes(only).text.startswith("Heavy rain")


# ---------------------------------------------------------------- docx


def make_docx(build):
    import docx

    document = docx.Document()
    build(document)
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def story(document):
    document.core_properties.title = "The file's own title"
    document.core_properties.author = "Ada Roe"
    document.core_properties.language = "de-DE"
    document.add_heading("Rain closes the port", 0)
    document.add_heading("Tuesday", 1)
    paragraph = document.add_paragraph("Heavy rain closed the port of ")
    paragraph.add_run("Ellery").bold = True
    paragraph.add_run(" on Tuesday.")
    document.add_table(rows=1, cols=1).cell(0, 0).text = "A cell."
    document.add_paragraph("The harbour at noon", style="Caption")
    document.add_paragraph("One item.", style="List Bullet")
    document.add_paragraph("The wall had cracked.")


def test_docx():
    document = read_bytes(make_docx(story))
    assert document.text == (
        "Heavy rain closed the port of Ellery on Tuesday.\n\nOne item.\n\nThe wall had cracked."
    )
    assert (document.title, document.language) == ("Rain closes the port", "de")
    assert document.metadata["author"] == "Ada Roe"
    assert len(document.metadata["date"]) == len("2024-03-01")


def test_docx_title_from_its_properties():
    def build(document):
        document.core_properties.title = "The file's own title"
        document.add_paragraph("It rained.")

    document = read_bytes(make_docx(build))
    assert (document.title, document.language) == ("The file's own title", "en")


def change_member(data, name, change):
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w") as new:
        for member in old.namelist():
            content = old.read(member)
            new.writestr(member, change(content) if member == name else content)
    return out.getvalue()


def test_docx_without_properties_has_no_made_up_title():
    plain = make_docx(lambda document: document.add_paragraph("It rained."))
    unlinked = change_member(
        plain,
        "_rels/.rels",
        lambda content: re.sub(rb"<Relationship [^>]*core\.xml[^>]*/>", b"", content),
    )
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(unlinked)) as old, zipfile.ZipFile(out, "w") as new:
        for member in old.namelist():
            if member != "docProps/core.xml":
                new.writestr(member, old.read(member))
    document = read_bytes(out.getvalue())
    assert (document.text, document.title, dict(document.metadata)) == ("It rained.", None, {})


def body_of(xml):
    """A document whose body is ``xml``."""

    def change(content):
        start = content.index(b"<w:body>") + len(b"<w:body>")
        return content[:start] + xml.encode() + content[content.index(b"</w:body>") :]

    return change_member(make_docx(lambda document: None), "word/document.xml", change)


def test_docx_inserted_deleted_and_drawn_text():
    run = "<w:r><w:t xml:space='preserve'>{}</w:t></w:r>"
    xml = (
        "<w:p>" + run.format("It rained") + "<w:ins w:id='1' w:author='a'>" + run.format(" hard")
        + "</w:ins><w:del w:id='2' w:author='a'><w:r><w:delText> softly</w:delText></w:r></w:del>"
        + "<w:r><w:br/></w:r><w:hyperlink>" + run.format("in Ellery.") + "</w:hyperlink>"
        + "<w:r><w:drawing><w:p>" + run.format("In a box.") + "</w:p></w:drawing></w:r></w:p>"
        + "<w:sdt><w:sdtContent><w:p>" + run.format("A field.") + "</w:p></w:sdtContent></w:sdt>"
        + "<w:sdt><w:sdtPr><w:docPartObj><w:docPartGallery w:val='Table of Contents'/>"
        + "</w:docPartObj></w:sdtPr><w:sdtContent><w:p>" + run.format("Contents")
        + "</w:p></w:sdtContent></w:sdt>"
        + "<w:p><w:pPr><w:outlineLvl w:val='1'/></w:pPr>" + run.format("Outline") + "</w:p>"
        + "<w:p><w:pPr><w:outlineLvl w:val='9'/></w:pPr>" + run.format("Body.") + "</w:p>"
    )  # fmt: skip
    assert read_bytes(body_of(xml)).text == "It rained hard\nin Ellery.\n\nA field.\n\nBody."


@pytest.mark.parametrize("way", ["<w:vertAlign w:val='superscript'/>", "<w:position w:val='8'/>"])
def test_docx_figures_that_are_raised(way):
    run = "<w:r><w:t xml:space='preserve'>{}</w:t></w:r>"
    raised = f"<w:r><w:rPr>{way}</w:rPr><w:t>{{}}</w:t></w:r>"
    xml = (
        "<w:p>" + run.format("Built in 1911") + raised.format("2") + run.format(" on 4 km")
        + raised.format("2") + run.format(" of land, the 3") + raised.format("rd")
        + run.format(" wall.") + raised.format("7") + "</w:p>"
    )  # fmt: skip
    assert read_bytes(body_of(xml)).text == "Built in 1911 on 4 km² of land, the 3rd wall."


def test_what_is_hardly_raised_is_no_mark():
    run = "<w:r><w:t xml:space='preserve'>{}</w:t></w:r>"
    number = "<w:r><w:rPr><w:position w:val='1'/></w:rPr><w:t>12</w:t></w:r>"
    xml = "<w:p>" + run.format("It is ") + number + run.format(" metres high.") + "</w:p>"
    assert read_bytes(body_of(xml)).text == "It is 12 metres high."
    assert read_bytes(rb"{\rtf1 It is {\up1 12} metres high.}").text == "It is 12 metres high."
    assert read_bytes(rb"{\rtf1 It is high.{\up6 12}}").text == "It is high."


def test_docx_moved_text_and_readings():
    run = "<w:r><w:t>{}</w:t></w:r>"
    xml = (
        "<w:p><w:moveFrom w:id='1' w:author='a'>" + run.format("It rained.") + "</w:moveFrom>"
        + run.format("漢字を読む。") + "</w:p><w:p><w:moveTo w:id='2' w:author='a'>"
        + run.format("It rained.") + "</w:moveTo></w:p><w:p><w:r><w:ruby><w:rt>"
        + run.format("かんじ") + "</w:rt><w:rubyBase>" + run.format("漢字")
        + "</w:rubyBase></w:ruby></w:r></w:p>"
    )  # fmt: skip
    assert read_bytes(body_of(xml)).text == "漢字を読む。\n\nIt rained.\n\n漢字"


def test_a_docx_whose_document_is_numbered():
    data = make_docx(lambda document: document.add_paragraph("It rained."))
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w") as new:
        for member in old.namelist():
            content = old.read(member).replace(b"word/document.xml", b"word/document2.xml")
            renamed = member.replace("/document.xml", "/document2.xml")
            new.writestr(renamed.replace("/document.xml.rels", "/document2.xml.rels"), content)
    assert read_bytes(out.getvalue()).text == "It rained."


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("openxmlformats-officedocument.wordprocessingml.document.main", "ms-word.document.macro"),
        ("wordprocessingml.document.main", "wordprocessingml.template.main"),
        ("http://schemas.openxmlformats.org/wordprocessingml/2006/main", "http://purl.oclc.org/w"),
    ],
)
def test_docx_of_other_kinds(old, new):
    data = make_docx(story)
    for member in ("[Content_Types].xml", "word/document.xml", "word/styles.xml"):
        data = change_member(data, member, lambda c: c.replace(old.encode(), new.encode()))
    assert "port of Ellery" in read_bytes(data).text
    assert read_bytes(data).title == "Rain closes the port"


def test_docx_by_pandoc_and_with_a_large_first_letter():
    def build(document):
        from docx.enum.style import WD_STYLE_TYPE

        for style in ("Author", "Date"):
            document.styles.add_style(style, WD_STYLE_TYPE.PARAGRAPH)
        document.add_paragraph("Rain", style="Title")
        document.add_paragraph("Ada Roe", style="Author")
        document.add_paragraph("1 March 2024", style="Date")
        document.add_paragraph("H")
        document.add_paragraph("eavy rain fell.")

    frame = b"<w:p><w:pPr><w:framePr w:dropCap='drop'/></w:pPr><w:r><w:t>H<"
    data = change_member(
        make_docx(build),
        "word/document.xml",
        lambda content: content.replace(b"<w:p><w:r><w:t>H<", frame),
    )
    document = read_bytes(data)
    assert (document.text, document.title) == ("Heavy rain fell.", "Rain")
    assert document.metadata == {"author": "Ada Roe", "date": "1 March 2024"}


def test_an_encrypted_office_document_is_named():
    data = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(999) + "EncryptedPackage".encode("utf-16-le")
    with pytest.raises(ReadError, match="an Office document encrypted with a password"):
        read_bytes(data)


def test_docx_that_is_none():
    with pytest.raises(ReadError, match="nothing but headings"):
        read_bytes(make_docx(lambda document: document.add_heading("Rain", 1)))
    with pytest.raises(EmptyDocumentError):
        read_bytes(make_docx(lambda document: None))
    good = make_docx(story)
    with pytest.raises(ReadError, match="a damaged Word document"):
        read_bytes(change_member(good, "word/document.xml", lambda content: content[:200]))
    unlinked = change_member(good, "_rels/.rels", lambda _: b"<Relationships/>")
    assert read_bytes(unlinked).text.startswith("Heavy rain")
    lost = change_member(
        good, "_rels/.rels", lambda content: content.replace(b"word/document", b"word/none")
    )
    with pytest.raises(ReadError, match="does not say where its text is"):
        read_bytes(lost)
    with pytest.raises(ReadError, match="damaged"):
        read_bytes(good[: len(good) // 2])


def test_an_encrypted_zip_archive():
    data = bytearray(make_epub(["<p>It rained.</p>"]))
    at = -1
    for mark, flags in ((b"PK\x01\x02", 8), (b"PK\x03\x04", 6)):
        while (at := data.find(mark, at + 1)) >= 0:
            data[at + flags] |= 1
    with pytest.raises(ReadError, match="encrypted with a password"):
        read_bytes(bytes(data))


# ---------------------------------------------------------------- EPUB

CONTAINER = (
    "<container xmlns='urn:oasis:names:tc:opendocument:xmlns:container'><rootfiles>"
    "<rootfile full-path='OPS/package.opf'/></rootfiles></container>"
)


def make_epub(chapters, *, extra=(), metadata="", container=CONTAINER):
    items = "".join(
        f"<item id='c{number}' href='text/c%20{number}.xhtml' media-type='application/xhtml+xml'"
        f"{' properties=' + chr(39) + 'nav' + chr(39) if 'nav>' in chapter else ''}/>"
        for number, chapter in enumerate(chapters)
    )
    spine = "".join(f"<itemref idref='c{number}'/>" for number in range(len(chapters)))
    package = (
        "<package xmlns='http://www.idpf.org/2007/opf'><metadata "
        f"xmlns:dc='http://purl.org/dc/elements/1.1/'>{metadata}</metadata>"
        f"<manifest>{items}</manifest><spine>{spine}<itemref idref='none'/></spine></package>"
    )
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("mimetype", "application/epub+zip")
        archive.writestr("META-INF/container.xml", container)
        archive.writestr("OPS/package.opf", package)
        for number, chapter in enumerate(chapters):
            archive.writestr(f"OPS/text/c {number}.xhtml", chapter)
        for name, content in extra:
            archive.writestr(name, content)
    return out.getvalue()


def test_epub():
    chapters = [
        "<html><body><nav>Contents</nav></body></html>",
        "<?xml version='1.0'?><html><head><title>One</title></head><body><h1>One</h1>"
        "<p>It rained in&#160;K\u00f6ln &amp; Bonn<a epub:type='noteref'>1</a>.</p>"
        "<table><tr><td>a</td></tr></table><figure><img/><figcaption>F.</figcaption></figure>"
        "<p>The <i>river</i> rose.<br/>It fell.</p></body></html>",
        "<html><body><p>It snowed.</p></body></html>",
    ]
    metadata = (
        "<dc:title>Rain</dc:title><dc:creator>Ada Roe</dc:creator><dc:creator>Bo Lee</dc:creator>"
        "<dc:language>de</dc:language><dc:date>2024</dc:date>"
    )
    document = read_bytes(make_epub(chapters, metadata=metadata))
    assert paragraphs(document) == [
        "It rained in\u00a0K\u00f6ln & Bonn.",
        "The river rose.\nIt fell.",
        "It snowed.",
    ]
    assert (document.title, document.language) == ("Rain", "de")
    assert document.metadata == {"author": "Ada Roe, Bo Lee", "date": "2024"}


def test_epub_of_careless_or_japanese_markup():
    head = "<html><head><title>One</title><body><p>It rained.</p></body></html>"
    ruby = "<p><ruby>漢字<rp>(</rp><rt>かんじ</rt><rp>)</rp></ruby>を<ruby>読<rt>よ</ruby>む。</p>"
    assert paragraphs(read_bytes(make_epub([head, ruby]))) == ["It rained.", "漢字を読む。"]


def test_epub_pages_around_the_text_are_left_out():
    chapters = [
        "<html><body epub:type='frontmatter titlepage'><p>Rain. A novel.</p></body></html>",
        "<html><body><p>All rights reserved by the house.</p></body></html>",
        "<html><body><p>It rained.</p></body></html>",
        "<html><body><p>Set in a type of lead.</p></body></html>",
        "<html><body><nav epub:type='landmarks'><a epub:type='colophon' "
        "href='c%203.xhtml'>End</a></nav></body></html>",
    ]
    guide = b"<guide><reference type='copyright-page' href='text/c%201.xhtml'/></guide></package>"
    data = change_member(
        make_epub(chapters), "OPS/package.opf", lambda c: c.replace(b"</package>", guide)
    )
    assert read_bytes(data).text == "It rained."
    only = "<html><body epub:type='titlepage'><p>It rained.</p></body></html>"
    with pytest.raises(ReadError, match="no running text"):
        read_bytes(make_epub([only]))


def test_epub_pages_around_the_text_that_nothing_marks():
    chapters = [
        "<html><body><p>RAIN</p><p>by Ada Roe</p><p>Printed in Ellery.</p></body></html>",
        "<html><body><p>Copyright © 1911 by Ada Roe.</p><p>ISBN 0-00-000000-0</p></body></html>",
        "<html><body><p>It rained.<sup><a href='notes.xhtml#n1'>1</a></sup> On 4 km<sup>2</sup> of "
        "it.<a href='#n2'><sup>2</sup></a></p><aside epub:type='footnote'><p>So it is said.</p>"
        "</aside></body></html>",
        "<html><body><section epub:type='endnotes'><p>A note.</p></section></body></html>",
        "<html><body><ol role='doc-endnotes'><li>A note.</li></ol></body></html>",
    ]
    data = make_epub(chapters, metadata="<dc:title>Rain</dc:title>")
    assert read_bytes(data).text == "It rained. On 4 km² of it."


@pytest.mark.parametrize("maker", ["", "Produced by Bo Lee and\nothers.\n\n"])
@pytest.mark.parametrize(
    ("start", "end"),
    [
        (
            "*END*THE SMALL PRINT! FOR ETEXTS*Ver.04.29.93*END*",
            "End of The Project Gutenberg Etext",
        ),
        (
            "***START OF THIS PROJECT GUTENBERG EBOOK RAIN***",
            "End of Project Gutenberg's Rain, by Ada Roe\n\n*** END OF THE PROJECT GUTENBERG",
        ),
    ],
)
def test_old_marks_of_project_gutenberg(maker, start, end):
    text = f"The licence.\n\n{start}\n\n\n{maker}It rained.\n\n\n{end}\n\nMore of it."
    assert read_bytes(text.encode()).text == "It rained."


@pytest.mark.parametrize("article", ["THE", "THIS"])
def test_the_licence_of_project_gutenberg_is_left_out(article):
    text = (
        f"The licence.\n\n*** START OF {article} PROJECT GUTENBERG EBOOK RAIN ***\n\nIt rained.\n\n"
        f"*** END OF {article} PROJECT GUTENBERG EBOOK RAIN ***\n\nMore of it."
    )
    assert read_bytes(text.encode()).text == "It rained."
    chapter = "".join(f"<p>{line}</p>" for line in text.split("\n\n"))
    assert read_bytes(make_epub([chapter])).text == "It rained."
    assert "licence" in read_bytes(b"The licence of Project Gutenberg. It rained.").text


def test_epub_that_cannot_be_read():
    chapter = "<html><body><p>It rained.</p></body></html>"
    encrypted = "<e><r URI='OPS/text/c%200.xhtml'/></e>"
    bomb = "<!DOCTYPE a [<!ENTITY b 'c'>]>" + CONTAINER
    cases = [
        (make_epub(["<h1>One</h1>"]), "no running text"),
        (make_epub([]), "no running text"),
        (make_epub([chapter], container="<container/>"), "names no package"),
        (make_epub([chapter], container="no XML"), "is not XML"),
        (make_epub([chapter], container=bomb), "defines XML entities"),
        (make_epub([chapter], extra=[("META-INF/encryption.xml", encrypted)]), "protected"),
        (make_epub([chapter]).replace(b"text/c 0", b"text/c 9"), "is not in it"),
        (make_epub(["\0\1\2\3" * 99]), "not a text file"),
    ]
    for data, message in cases:
        with pytest.raises(ReadError, match=message):
            read_bytes(data)
    font = "<e><r URI='OPS/fonts/a.otf'/></e>"
    assert read_bytes(make_epub([chapter], extra=[("META-INF/encryption.xml", font)])).words == 2


# ---------------------------------------------------------------- extras


@pytest.mark.parametrize(
    ("package", "data", "extra"),
    [
        ("pypdfium2", make_pdf([[]]), "documents"),
        ("trafilatura", b"<html><p>It rained.", "web"),
    ],
)
def test_a_missing_extra(monkeypatch, package, data, extra):
    monkeypatch.setitem(__import__("sys").modules, package, None)
    with pytest.raises(MissingDependencyError) as caught:
        read_bytes(data)
    assert caught.value.command == f'pip install "summarize[{extra}]"'
    assert caught.value.package == package
