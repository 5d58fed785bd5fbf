"""Corpora: every form of file gives the same articles, and every fault names its place."""

import gzip
import json
import os
import subprocess
import sys

import pytest

from summarize import CorpusError, EmptyDocumentError, MissingDependencyError
from summarize.evaluation import Article, Columns, Corpus, read_corpus

RECORDS = [
    {"id": "rain", "article": "It rained.\nThe river rose.", "summary": "Rain."},
    {"id": "snow", "article": "It snowed. Roads closed.", "summary": ["Snow.", "It snowed."]},
    {"id": "ärger", "article": "Es gab Ärger.", "summary": "Ärger."},
]


def as_json_lines(records):
    return "".join(f"{json.dumps(record, ensure_ascii=False)}\n" for record in records).encode()


def write(path, data):
    path.write_bytes(data if isinstance(data, bytes) else data.encode())
    return path


def test_a_lead_text_is_taken_apart_behind_its_opening_paragraph():
    article = Article.from_lead_text(
        "PORT ELLERY (Reuters) — Rain fell.\n\nIt fell all night.\n\nNobody was hurt.\n", id="a"
    )
    assert article.references == ("Rain fell.",)
    assert article.text == "It fell all night.\n\nNobody was hurt."


def test_a_lead_text_needs_two_paragraphs():
    with pytest.raises(ValueError, match="no second paragraph"):
        Article.from_lead_text("Rain fell. It fell all night.", id="a")
    with pytest.raises(EmptyDocumentError):
        Article.from_lead_text(" \n", id="a")


def test_a_folder_gives_its_texts_in_order(tmp_path):
    (tmp_path / "b").mkdir()
    write(tmp_path / "b" / "two.txt", "Two.\nSecond paragraph.")
    write(tmp_path / "one.txt", "\ufeffOne.\r\nFirst body.\r\n")
    write(tmp_path / "notes.md", "not an article")
    corpus = read_corpus(tmp_path)
    assert [article.id for article in corpus] == ["b/two", "one"]
    assert corpus.articles[1] == Article("one", "First body.", ("One.",))
    assert corpus.name == str(tmp_path)


def test_every_format_gives_the_same_corpus(tmp_path):
    pyarrow = pytest.importorskip("pyarrow")
    parquet = pytest.importorskip("pyarrow.parquet")
    zstandard = pytest.importorskip("zstandard")
    data = as_json_lines(RECORDS)
    compress = zstandard.ZstdCompressor().compress
    columns = {name: [record[name] for record in RECORDS] for name in RECORDS[0]}
    columns["summary"] = [[s] if isinstance(s, str) else s for s in columns["summary"]]
    paths = [
        write(tmp_path / "a.jsonl", data),
        write(tmp_path / "bom.jsonl", b"\xef\xbb\xbf" + data.replace(b"\n", b"\r\n\n")),
        write(tmp_path / "b.jsonl.gz", gzip.compress(data)),
        write(tmp_path / "c.jsonl.zst", compress(data)),
        write(tmp_path / "frames.jsonl.zst", compress(data[:40]) + compress(data[40:])),
        tmp_path / "d.parquet",
    ]
    parquet.write_table(pyarrow.table(columns), paths[-1])
    corpora = [read_corpus(path) for path in paths]
    assert len({corpus.sha256 for corpus in corpora}) == 1
    for corpus in corpora:
        assert corpus.articles == corpora[0].articles
        assert corpus.articles[1].references == ("Snow.", "It snowed.")


def test_the_hash_is_of_the_content_alone(tmp_path):
    one = read_corpus(write(tmp_path / "a.jsonl", as_json_lines(RECORDS)))
    renamed = [{**record, "id": number, "extra": 1} for number, record in enumerate(RECORDS[::-1])]
    crlf = json.loads(json.dumps(renamed).replace("rained.\\n", "rained.\\r\\n"))
    other = read_corpus(write(tmp_path / "b.jsonl", as_json_lines(crlf)))
    assert one.sha256 == other.sha256
    changed = [{**RECORDS[0], "summary": "Rain!"}, *RECORDS[1:]]
    assert read_corpus(write(tmp_path / "c.jsonl", as_json_lines(changed))).sha256 != one.sha256


def test_columns_have_other_names_on_demand(tmp_path):
    path = write(
        tmp_path / "a.jsonl", as_json_lines([{"n": 7, "document": "D.", "highlights": "H."}])
    )
    corpus = read_corpus(path, columns=Columns("n", "document", "highlights"))
    assert corpus.articles == (Article("7", "D.", ("H.",)),)


def test_without_an_id_the_line_is_one(tmp_path):
    records = [{"article": "D.", "summary": "S."}, {"article": "E.", "summary": "S."}]
    corpus = read_corpus(write(tmp_path / "a.jsonl", as_json_lines(records)))
    assert [article.id for article in corpus] == ["1", "2"]


def test_several_sources_make_one_corpus(tmp_path):
    paths = [write(tmp_path / f"{name}.jsonl", as_json_lines(RECORDS)) for name in "ab"]
    corpus = read_corpus(*paths)
    assert len(corpus) == 6
    assert corpus.articles[0].id == f"{paths[0]}:rain"
    assert corpus.name == f"{paths[0]} and 1 more"


def test_a_sample_is_drawn_by_the_seed_in_the_corpus_s_order():
    corpus = Corpus("c", tuple(Article(f"{n:03}", "D.", ("S.",)) for n in range(100)))
    sample = corpus.sample(10)
    ids = [article.id for article in sample]
    assert len(ids) == 10
    assert ids == sorted(ids) == [article.id for article in corpus.sample(10)]
    assert ids != [article.id for article in corpus.sample(10, seed=1)]
    assert corpus.sample(100) is corpus
    with pytest.raises(ValueError, match="1 or more"):
        corpus.sample(0)


GOOD = as_json_lines(RECORDS)


@pytest.mark.parametrize(
    ("name", "data", "line", "reason"),
    [
        ("half.jsonl", GOOD[:-12], 3, "not a whole JSON object"),
        ("list.jsonl", b"[1]\n", 1, "a JSON list, not an object"),
        ("number.jsonl", GOOD + b"12\n", 4, "a JSON number, not an object"),
        ("latin.jsonl", GOOD + '{"id": "é"}'.encode("latin-1"), 4, "not UTF-8"),
        ("column.jsonl", b'{"id": 1, "words": "x"}', 1, "no column 'article'; there are: 'id', 'w"),
        ("null.jsonl", b'{"article": null, "summary": "x"}', 1, "'article' is not a text"),
        ("many.jsonl", b'{"article": "x", "summary": ["x", 1]}', 1, "a text nor a list of texts"),
        ("blank.jsonl", b'{"article": "x", "summary": " "}', 1, "there is no reference"),
        ("none.jsonl", b'{"article": "x", "summary": []}', 1, "there is no reference"),
        ("twice.jsonl", GOOD + GOOD, 4, "the id 'rain' is on line 1 already"),
        ("cut.jsonl.gz", gzip.compress(GOOD)[:-20], None, "corrupt or cut off"),
        ("plain.jsonl.gz", GOOD, 1, "corrupt or cut off: Not a gzipped file"),
        ("noise.jsonl.gz", gzip.compress(b"")[:10] + b"\xff" * 50, 1, "corrupt or cut off"),
        ("plain.jsonl.zst", GOOD, None, "the zstd data is corrupt"),
        ("plain.parquet", GOOD, None, "not a Parquet file"),
        ("empty.jsonl", b"\n\n", None, "there is no article in it"),
        ("empty.txt", b"", None, "the file is empty"),
        ("short.txt", b"One paragraph.", None, "no second paragraph"),
        ("binary.txt", bytes(range(7)) * 40, None, "not a text file"),
        ("latin.txt", "É.\nB.".encode("latin-1"), None, "not utf-8 text"),
    ],
)
def test_a_fault_is_named_with_its_file_and_line(tmp_path, name, data, line, reason):
    pytest.importorskip("zstandard")
    pytest.importorskip("pyarrow")
    path = write(tmp_path / name, data)
    with pytest.raises(CorpusError) as caught:
        read_corpus(path)
    assert caught.value.path == str(path)
    assert reason in caught.value.reason
    if name != "cut.jsonl.gz":  # its lines are where the decompressor's buffer ends
        assert caught.value.line == line


def test_a_cut_off_zstd_file_is_a_fault(tmp_path):
    zstandard = pytest.importorskip("zstandard")
    path = write(tmp_path / "a.jsonl.zst", zstandard.ZstdCompressor().compress(GOOD)[:-6])
    with pytest.raises(CorpusError, match=r"a\.jsonl\.zst: the zstd data is cut off"):
        read_corpus(path)


@pytest.mark.parametrize(
    "name", ["no.txt", "no.jsonl", "no.jsonl.gz", "no.jsonl.zst", "no.parquet"]
)
def test_a_missing_file_is_a_fault(tmp_path, name):
    pytest.importorskip("zstandard")
    pytest.importorskip("pyarrow")
    with pytest.raises(CorpusError, match="no such file"):
        read_corpus(tmp_path / name)


def test_an_empty_folder_is_a_fault(tmp_path):
    with pytest.raises(CorpusError, match="there is no article in it"):
        read_corpus(tmp_path)
    with pytest.raises(CorpusError, match="there is no article in it"):
        Corpus("c", ())


@pytest.mark.parametrize(
    ("name", "package", "command"),
    [
        ("a.jsonl.zst", "zstandard", r"summarize\[eval\]"),
        ("a.parquet", "pyarrow", r"summarize\[datasets\]"),
        ("hf:news", "datasets", r"summarize\[datasets\]"),
    ],
)
def test_a_missing_library_is_named_with_the_command(monkeypatch, name, package, command):
    monkeypatch.setitem(sys.modules, package, None)
    with pytest.raises(MissingDependencyError, match=command):
        read_corpus(name)


def test_hugging_face_data_sets(tmp_path):
    pytest.importorskip("datasets")
    folder = tmp_path / "news"
    folder.mkdir()
    for split, records in {"train": RECORDS[:1], "test": RECORDS[2:]}.items():
        write(folder / f"{split}.jsonl", as_json_lines(records))
    # In a process of its own: the library reads its settings when it is imported.
    code = (
        "import sys; from summarize.evaluation import read_corpus\n"
        "print([a.id for s in sys.argv[1:] for a in read_corpus(s)])"
    )
    settings = {
        **os.environ,
        "HF_HOME": str(tmp_path / "cache"),
        "HF_HUB_OFFLINE": "1",
        "PYTHONUTF8": "1",
    }
    command = [sys.executable, "-c", code, f"hf:{folder}", f"hf:{folder}:train"]
    options = {"env": settings, "capture_output": True, "encoding": "utf-8"}
    done = subprocess.run(command, **options, check=True)
    assert done.stdout.strip() == "['ärger', 'rain']"
    failing = [*command[:3], f"hf:{folder}:validation"]
    done = subprocess.run(failing, **options, check=False)
    assert f"CorpusError: hf:{folder}:validation: cannot be loaded: " in done.stderr
