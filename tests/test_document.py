import io
from time import perf_counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from summarize import (
    Document,
    DocumentTooLongError,
    EmptyDocumentError,
    ReadError,
    UnknownLanguageError,
    read,
)

TEXT = "LONDON (Reuters) — Rain fell. It was\nwet.\n\nNobody was hurt. Boats left."


def test_offsets_are_into_the_callers_string():
    document = Document.from_text("\ufeff" + TEXT.replace("\n", "\r\n"))
    assert [document.text[s.start : s.end] for s in document.sentences] == [
        "Rain fell.",
        "It was\r\nwet.",
        "Nobody was hurt.",
        "Boats left.",
    ]
    assert document.sentences[1].text == "It was wet."


def test_paragraphs():
    document = Document.from_text(TEXT)
    assert [(p.first, p.last) for p in document.paragraphs] == [(0, 2), (2, 4)]
    assert [s.paragraph for s in document.sentences] == [0, 0, 1, 1]
    first = document.paragraphs[0]
    assert document.text[first.start : first.end] == "Rain fell. It was\nwet."


def test_words_leave_the_dateline_out():
    assert Document.from_text(TEXT).words == 10
    assert Document.from_text(TEXT, dateline="keep").words == 12
    assert Document.from_text(TEXT, dateline="keep").sentences[0].start == 0


@pytest.mark.parametrize("text", ["", " ", "\n\n\t", "\ufeff", "\u2028\u00a0", "\f"])
def test_empty(text):
    with pytest.raises(EmptyDocumentError):
        Document.from_text(text)


@pytest.mark.parametrize("text", [None, 3, ["a"]])
def test_not_a_text(text):
    with pytest.raises(TypeError, match=rf"^text must be a str, not {type(text).__name__}$"):
        Document.from_text(text)


@pytest.mark.parametrize("text", [b"bytes", bytearray(b"bytes")])
def test_bytes_are_to_be_decoded(text):
    with pytest.raises(TypeError, match=r"not byte\w+; decode it first$"):
        Document.from_text(text)


def test_bad_options():
    with pytest.raises(UnknownLanguageError):
        Document.from_text("a", language="xx")
    with pytest.raises(ValueError, match="dateline"):
        Document.from_text("a", dateline="remove")
    with pytest.raises(ValueError, match="furniture='drop' must be 'skip' or 'keep'"):
        Document.from_text("a", furniture="drop")


def test_is_immutable():
    document = Document.from_text("a")
    for part, name in [(document, "text"), (document.sentences[0], "text")]:
        with pytest.raises(AttributeError):
            setattr(part, name, "b")
    with pytest.raises(AttributeError):
        document.paragraphs[0].start = 1


def test_parts_are_no_larger_than_their_fields():
    document = Document.from_text(TEXT)
    for part in (document, document.sentences[0], document.paragraphs[0]):
        assert not hasattr(part, "__dict__")


def test_is_equal_only_to_itself():
    one, other = Document.from_text(TEXT), Document.from_text(TEXT)
    assert one != other
    assert len({one, other, one}) == 2
    assert one.sentences == other.sentences
    assert one.paragraphs == other.paragraphs


def test_shows_its_size():
    assert repr(Document.from_text(TEXT)) == "<Document: 4 sentences, 10 words, 'en'>"


def test_what_is_not_said_of_a_text():
    document = Document.from_text("It rained.")
    assert (document.title, document.source, document.metadata) == (None, None, {})
    assert document.language == "en"
    assert Document("It rained.", "en", (), ()).split_seconds == 0.0


def test_what_is_said_of_a_text_stays_with_it():
    metadata = {"author": "Ann Roe"}
    document = Document.from_text("It rained.", source="rain.txt", metadata=metadata, language="de")
    metadata["author"] = "nobody"
    assert (document.source, document.language) == ("rain.txt", "de")
    assert document.metadata == {"author": "Ann Roe"}


def test_options_are_named():
    with pytest.raises(TypeError):
        Document.from_text("a", "en")


def test_split_seconds_are_those_spent():
    start = perf_counter()
    document = Document.from_text(TEXT)
    assert 0 < document.split_seconds <= perf_counter() - start


@pytest.mark.parametrize(
    "space", ["\t", "  ", "\n", "\r\n", "\r", "\u00a0", "\u2003", "\u2028", "\f", " \n\t"]
)
def test_a_run_of_white_space_is_one_space(space):
    text = (
        f"It rained all night and the river rose in the old{space}town by two metres. Boats left."
    )
    document = Document.from_text(text, furniture="keep")
    assert " ".join(s.text for s in document.sentences) == " ".join(text.split())


@given(st.text(alphabet=st.characters(), max_size=300))
def test_any_text_gives_ordered_sentences_at_their_offsets(text):
    try:
        document = Document.from_text(text)
    except EmptyDocumentError:
        assert not text.strip("\ufeff \t\n\r\v\f\x1c\x1d\x1e\x1f\x85\xa0").strip() or text.isspace()
        return
    assert document.sentences
    end = 0
    for sentence in document.sentences:
        assert end <= sentence.start < sentence.end <= len(text)
        assert " ".join(text[sentence.start : sentence.end].split()) == sentence.text
        end = sentence.end
    assert [p.first for p in document.paragraphs][1:] == [p.last for p in document.paragraphs][:-1]


@given(
    st.lists(
        st.sampled_from(["a", "B.", "“C", "d!”", "\n", "\n\n", "E?", "…", "(F.)", "1."]), min_size=1
    )
)
def test_any_arrangement_of_marks_loses_nothing(parts):
    text = " ".join(parts)
    if not text.strip():
        return
    document = Document.from_text(text, dateline="keep", furniture="keep")
    covered = "".join(text[s.start : s.end] for s in document.sentences)
    assert "".join(covered.split()) == "".join(text.split())


PAGE = """Storm shuts the port of Ellery

Share this article

By Jane Doe

LONDON (Reuters) — Rain fell on the town all night. The harbour wall broke in two places.

Read more: ten storms that changed the coast

What comes next

Repairs will cost $3.4 million, the mayor said on Tuesday.

© 2024 The Ellery Star
"""


def test_furniture_has_no_sentences():
    document = Document.from_text(PAGE)
    assert [sentence.text for sentence in document.sentences] == [
        "Rain fell on the town all night.",
        "The harbour wall broke in two places.",
        "Repairs will cost $3.4 million, the mayor said on Tuesday.",
    ]
    assert document.title == "Storm shuts the port of Ellery"
    assert document.text == PAGE
    assert [PAGE[s.start : s.end] for s in document.sentences] == [
        s.text for s in document.sentences
    ]
    assert [(p.first, p.last) for p in document.paragraphs] == [(0, 2), (2, 3)]
    assert [s.paragraph for s in document.sentences] == [0, 0, 1]


def test_furniture_is_kept_where_asked():
    document = Document.from_text(PAGE, furniture="keep")
    assert document.title is None
    assert [s.text for s in document.sentences][:3] == [
        "Storm shuts the port of Ellery",
        "Share this article",
        "By Jane Doe",
    ]
    assert len(document.sentences) == 9


def test_a_title_that_is_given_stays():
    assert Document.from_text(PAGE, title="Storm").title == "Storm"


def test_a_byline_that_is_to_be_kept_is_no_heading():
    document = Document.from_text("By Jane Doe\n\nRain fell on the town.", dateline="keep")
    assert [s.text for s in document.sentences] == ["By Jane Doe", "Rain fell on the town."]
    assert document.title is None


def test_only_a_dateline_behind_a_skipped_line_is_looked_for_again():
    text = "ROME (AP) — PARIS (AP) — Rain fell.\n\nRead more\n\nThe river rose by two metres."
    assert Document.from_text(text).sentences[0].text == "PARIS (AP) — Rain fell."


def test_a_text_of_nothing_but_furniture_keeps_it():
    document = Document.from_text("Advertisement\n\nRead more: storms")
    assert [s.text for s in document.sentences] == ["Advertisement", "Read more: storms"]


def test_a_dateline_alone_behind_a_heading():
    text = "Storm shuts port\n\nLONDON (Reuters) —\n\nRead more\n\nRain fell on the town."
    assert Document.from_text(text).sentences[-1].text == "Rain fell on the town."


def test_a_dateline_alone_behind_a_skipped_line_is_no_paragraph():
    text = "Read more: storms\n\nLONDON (Reuters) —\n\nRain fell on the town. It was wet."
    document = Document.from_text(text)
    assert [s.text for s in document.sentences] == ["Rain fell on the town.", "It was wet."]
    assert [(p.start, p.end, p.first, p.last) for p in document.paragraphs] == [(39, 73, 0, 2)]


def test_a_dateline_with_nothing_but_furniture_around_it_is_kept():
    document = Document.from_text("Read more: storms\n\nLONDON (Reuters) —\n\nRead more: floods")
    assert [s.text for s in document.sentences] == ["LONDON (Reuters) —"]


def test_a_dateline_behind_a_heading_is_kept_where_asked():
    text = "Storm shuts port\n\nLONDON (Reuters) — Rain fell on the town. It was wet."
    document = Document.from_text(text, dateline="keep")
    assert document.title == "Storm shuts port"
    assert document.sentences[0].text == "LONDON (Reuters) — Rain fell on the town."


def test_a_dateline_is_found_however_much_is_skipped_before_it():
    for lines in range(50):
        text = "Read more: storms\n\n" * lines + "LONDON (Reuters) — Rain fell on the town."
        assert [s.text for s in Document.from_text(text).sentences] == ["Rain fell on the town."]


def test_the_marks_of_a_heading_are_no_part_of_the_title():
    document = Document.from_text("# Storm shuts\u00a0port\n\nRain fell on the town. It was wet.")
    assert document.title == "Storm shuts port"


@given(
    st.lists(
        st.sampled_from(
            [
                *("A heading", "Rain fell on the town.", "Read more: b", "By Ann Roe", "c", "D: "),
                *("LONDON (AP) — Snow fell.", "\n", "\n\n", "\u2028", " ", "©", "12", "Share"),
            ]
        ),
        min_size=1,
        max_size=12,
    ),
    st.sampled_from(["strip", "keep"]),
)
def test_what_is_skipped_is_whole_paragraphs(parts, dateline):
    text = "".join(parts)
    if not text.strip():
        return
    kept = Document.from_text(text, dateline=dateline, furniture="keep")
    document = Document.from_text(text, dateline=dateline)
    assert document.sentences
    ends = {(p.end) for p in kept.paragraphs}
    assert {p.end for p in document.paragraphs} <= ends
    if dateline == "keep":
        assert {(s.start, s.end) for s in document.sentences} <= {
            (s.start, s.end) for s in kept.sentences
        }


def test_a_text_of_more_sentences_than_are_allowed_is_refused(monkeypatch):
    text = "It rained. " * 20
    with pytest.raises(DocumentTooLongError, match=r"more than 19 sentences; .*max_sentences=None"):
        Document.from_text(text, max_sentences=19)
    for most in (20, None):
        assert len(Document.from_text(text, max_sentences=most).sentences) == 20
    for wrong in (0, True, "many"):
        with pytest.raises(ValueError, match="max_sentences"):
            Document.from_text(text, max_sentences=wrong)
    monkeypatch.setattr("summarize.readers.MAX_SENTENCES", 19)
    with pytest.raises(ReadError, match=r"a\.txt: a text of more than 19 sentences; max_bytes="):
        read(_named(text), format="text")
    assert len(read(_named(text), format="text", max_bytes=None).sentences) == 20


def _named(text):
    stream = io.BytesIO(text.encode())
    stream.name = "a.txt"
    return stream
