import pytest
from hypothesis import given
from hypothesis import strategies as st

from summarize import Document, EmptyDocumentError, UnknownLanguageError

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


@pytest.mark.parametrize("text", [None, b"bytes", 3, ["a"]])
def test_not_a_text(text):
    with pytest.raises(TypeError, match="text must be a str"):
        Document.from_text(text)


def test_bad_options():
    with pytest.raises(UnknownLanguageError):
        Document.from_text("a", language="xx")
    with pytest.raises(ValueError, match="dateline"):
        Document.from_text("a", dateline="remove")


def test_is_immutable():
    with pytest.raises(AttributeError):
        Document.from_text("a").text = "b"


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
    document = Document.from_text(text, dateline="keep")
    covered = "".join(text[s.start : s.end] for s in document.sentences)
    assert "".join(covered.split()) == "".join(text.split())
