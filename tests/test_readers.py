import io
import pickle

import pytest

from summarize import EmptyDocumentError, ReadError, read

TEXT = "It rained in Köln. The river rose."


@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-32", "utf-16-le-bom", "ascii"]
)
def test_encodings(tmp_path, encoding):
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


def test_a_named_encoding(tmp_path):
    path = tmp_path / "a.txt"
    path.write_bytes(TEXT.encode("cp1252"))
    with pytest.raises(ReadError, match="name its encoding") as caught:
        read(path)
    assert caught.value.path == str(path)
    assert read(path, encoding="cp1252").text == TEXT
    with pytest.raises(ReadError, match="unknown encoding"):
        read(path, encoding="utf-88")
    with pytest.raises(ReadError, match="not undefined text"):
        read(path, encoding="undefined")


def test_an_open_file():
    assert read(io.BytesIO(b"It rained.")).words == 2
    with pytest.raises(TypeError, match="bytes, not text"):
        read(io.StringIO("It rained."))


def test_options_reach_the_document():
    document = read(io.BytesIO(b"LONDON (AP) - Rain."), language="de", dateline="keep")
    assert (document.language, document.sentences[0].start) == ("de", 0)


@pytest.mark.parametrize("source", [None, 3, b"bytes", ["a.txt"]])
def test_not_a_source(source):
    with pytest.raises(TypeError):
        read(source)


def test_what_cannot_be_read(tmp_path):
    with pytest.raises(ReadError, match="no such file") as caught:
        read(tmp_path / "missing.txt")
    assert caught.value.errno == 2
    assert caught.value.filename == caught.value.path == str(tmp_path / "missing.txt")
    assert pickle.loads(pickle.dumps(caught.value)).reason == caught.value.reason
    with pytest.raises(ReadError, match="is a directory"):
        read(tmp_path)
    with pytest.raises(ReadError):
        read("a\0b")
    with pytest.raises(ReadError, match="URLs are not read"):
        read("https://example.com/a")
    for head in ("%PDF-1.7\n", "{\\rtf1 "):
        (tmp_path / "other.txt").write_text(head + "It rained.")
        with pytest.raises(ReadError, match="not a text file"):
            read(tmp_path / "other.txt")
    binary = tmp_path / "image.png"
    binary.write_bytes(bytes(range(32)) * 20)
    with pytest.raises(ReadError, match="not a text file"):
        read(binary)
    empty = tmp_path / "empty.txt"
    empty.write_bytes(b"\xef\xbb\xbf \n")
    with pytest.raises(EmptyDocumentError):
        read(empty)
