"""Documents longer than the window, for any abstractive backend."""

import time
import warnings

import pytest

import summarize
from summarize import BackendLoadError, Document, DocumentTooLongError, Summarizer
from summarize.backends.base import Draft
from summarize.errors import TruncationWarning
from summarize.methods.long import readings


class FirstWords:
    """Counts words and two special tokens; writes the first few words of what it is given."""

    def __init__(self, window, share=0.25):
        self.window = window
        self.share = share
        self.given = []

    def count(self, texts):
        return [len(text.split()) + 2 for text in texts]

    def generate(self, texts, length):
        assert all(count <= self.window for count in self.count(texts))
        self.given.extend(texts)
        return [Draft(self.draft(text.split())) for text in texts]

    def draft(self, words):
        return " ".join(words[: max(int(len(words) * self.share), 1)]).rstrip(".") + "."


class Characters(FirstWords):
    """Counts characters, so that a single word can exceed the window."""

    def count(self, texts):
        return [len(text) + 2 for text in texts]

    def draft(self, words):
        text = " ".join(words)
        return text[: max(int(len(text) * self.share), 1)]


def sentences(n, words=5):
    """``n`` different sentences of ``words`` words."""
    return " ".join(
        f"Ward{i} " + " ".join(f"w{i}x{j}" for j in range(words - 2)) + " voted." for i in range(n)
    )


def by_place(documents):
    return [[float(-i) for i in range(len(d.sentences))] for d in documents]


def from_the_end(documents):
    return [[float(i) for i in range(len(d.sentences))] for d in documents]


def read(text, backend, long, rank=by_place):
    return readings([Document.from_text(text)], backend, "b", long, rank, batch_size=32)[0]


@pytest.mark.parametrize("long", ["extract", "chunk", "truncate"])
class TestEveryMode:
    @pytest.mark.parametrize(("spare", "shortened"), [(1, False), (0, False), (-1, True)])
    def test_the_boundary(self, long, spare, shortened):
        text = sentences(10)  # 50 words and 2 special tokens
        backend = FirstWords(52 + spare)
        reading = read(text, backend, long)
        assert reading.whole is not shortened
        assert (reading.text == text) is not shortened
        assert backend.count([reading.text]) == [reading.tokens]
        assert reading.tokens <= backend.window
        if not shortened:
            assert (reading.words, reading.truncated) == (50, False)

    def test_a_tiny_window(self, long):
        backend = FirstWords(3)
        reading = read(sentences(30), backend, long)
        assert len(reading.text.split()) == 1
        assert reading.tokens <= 3

    def test_a_window_of_nothing(self, long):
        with pytest.raises(DocumentTooLongError, match="not even one character"):
            read(sentences(3), FirstWords(2), long)

    @pytest.mark.parametrize("window", [10, 1000])
    def test_one_endless_word(self, long, window):
        start = time.monotonic()
        reading = read("x" * 200_000, Characters(window), long)
        assert time.monotonic() - start < 20
        assert 0 < reading.tokens <= window
        if long == "truncate":
            assert (len(reading.text), reading.words, reading.truncated) == (window - 2, 0, True)

    def test_many_documents(self, long):
        texts = [sentences(n) for n in (3, 40, 1, 90)]
        backend = FirstWords(60)
        documents = [Document.from_text(text) for text in texts]
        got = readings(documents, backend, "b", long, by_place, batch_size=32)
        assert [reading.whole for reading in got] == [True, False, True, False]
        assert got[0].text == texts[0]
        assert got == [read(text, backend, long) for text in texts]


class TestExtract:
    def test_fills_the_window_with_the_most_salient_in_document_order(self):
        text = sentences(20)
        reading = read(text, FirstWords(27), "extract", from_the_end)
        assert reading.text == " ".join(text.split()[-25:])
        assert (reading.words, reading.truncated) == (25, True)

    def test_passes_over_what_does_not_fit(self):
        text = "One. " + sentences(1, words=30) + " " + sentences(4, words=6)
        reading = read(text, FirstWords(15), "extract")
        assert reading.text.startswith("One. Ward0 w0x0")
        assert reading.words == 13

    def test_a_sentence_is_taken_once(self):
        reading = read("It rained. " * 50 + "It stopped.", FirstWords(20), "extract")
        assert reading.text == "It rained. It stopped."

    def test_no_sentence_fits(self):
        reading = read(sentences(3, words=40), FirstWords(12), "extract", from_the_end)
        assert reading.text == " ".join(sentences(3, words=40).split()[80:90])
        assert (reading.words, reading.truncated) == (10, True)


class TestTruncate:
    def test_keeps_the_opening_up_to_a_word(self):
        text = sentences(20)
        reading = read(text, FirstWords(20), "truncate")
        assert reading.text == " ".join(text.split()[:18])
        assert reading.words == 18

    def test_cuts_no_word_where_there_is_a_space(self):
        reading = read("alpha beta gamma " * 10, Characters(15), "truncate")
        assert (reading.text, reading.words) == ("alpha beta", 2)


class TestChunk:
    def test_reads_everything_once(self):
        text = sentences(200)
        backend = FirstWords(60, share=0.05)
        reading = read(text, backend, "chunk")
        first_round = " ".join(backend.given)
        assert first_round == text
        assert (reading.words, reading.truncated, reading.whole) == (1000, False, False)

    def test_parts_are_whole_sentences_of_about_equal_size(self):
        backend = FirstWords(60, share=0.05)
        read(sentences(24), backend, "chunk")
        assert [len(part.split()) for part in backend.given] == [40, 40, 40]
        assert all(part.endswith("voted.") for part in backend.given)

    def test_goes_on_until_it_fits(self):
        backend = FirstWords(60, share=0.5)
        reading = read(sentences(200), backend, "chunk")
        assert reading.tokens <= 60
        assert not reading.truncated
        assert len(backend.given) > 200 * 5 / 58 + 5

    @pytest.mark.parametrize("share", [0.76, 1.0])
    def test_ends_when_the_backend_does_not_shorten(self, share):
        backend = FirstWords(60, share=share)
        reading = read(sentences(200), backend, "chunk")
        assert len(backend.given) < 200
        assert reading.tokens <= 60
        assert reading.truncated
        assert reading.words == len(reading.text.split())

    def test_ends_when_the_backend_writes_nothing(self):
        backend = FirstWords(60)
        backend.draft = lambda words: " "
        assert read(sentences(50), backend, "chunk").tokens <= 60

    def test_parts_come_in_batches(self):
        sizes = []

        class Batched(FirstWords):
            def generate(self, texts, length):
                sizes.append(len(texts))
                return super().generate(texts, length)

        summarizer = Summarizer(Batched(60, share=0.05), long="chunk")
        [summary] = summarizer.summarize_many([sentences(200)], batch_size=4)
        assert (max(sizes), sum(sizes)) == (4, 25 + 1)
        assert summary.read_fraction == 1.0

    def test_a_part_without_a_draft_is_told(self):
        class Lossy(FirstWords):
            def generate(self, texts, length):
                return super().generate(texts[:1], length)

        with pytest.raises(BackendLoadError, match="1 drafts for 25 documents"):
            Summarizer(Lossy(60, share=0.05), long="chunk")(sentences(200))

    def test_a_sentence_beyond_the_window_is_read_in_pieces(self):
        text = "Short one. " + sentences(1, words=50)
        backend = FirstWords(12, share=0.1)
        read(text, backend, "chunk")
        assert " ".join(backend.given[: -(-50 // 10) + 1]) == text


class TestSummaries:
    def test_one_warning_a_call_and_the_truth_in_each_summary(self):
        texts = [sentences(2), sentences(40), sentences(60), sentences(3)]
        summarizer = Summarizer(FirstWords(50))
        with pytest.warns(TruncationWarning, match="document 1 ") as caught:
            summaries = list(summarizer.summarize_many(texts))
        assert len(caught) == 1
        assert (caught[0].message.index, caught[0].message.backend) == (1, "FirstWords")
        assert [summary.truncated for summary in summaries] == [False, True, True, False]
        assert [summary.read_fraction for summary in summaries] == [1, 45 / 200, 45 / 300, 1]
        with pytest.warns(TruncationWarning, match="22% of the document,"):
            assert summarizer(texts[1]).truncated

    @pytest.mark.parametrize(
        "call",
        [
            lambda text: Summarizer(FirstWords(50)).summarize(text),
            lambda text: next(Summarizer(FirstWords(50)).summarize_many([text])),
            lambda text: summarize.summarize(text, backend=FirstWords(50)),
        ],
    )
    def test_the_warning_points_to_the_callers_line(self, call):
        with pytest.warns(TruncationWarning) as caught:
            call(sentences(40))
        assert [warning.filename for warning in caught] == [__file__]

    def test_chunk_reads_all_and_warns_of_nothing(self):
        summary = Summarizer(FirstWords(50, share=0.1), long="chunk")(sentences(100))
        assert (summary.read_fraction, summary.truncated) == (1.0, False)

    def test_a_ratio_is_of_the_document_not_of_what_was_read(self):
        asked = []

        class Asked(FirstWords):
            def generate(self, texts, length):
                asked.append(length)
                return super().generate(texts, length)

        with warnings.catch_warnings():
            warnings.simplefilter("ignore", TruncationWarning)
            list(Summarizer(Asked(50)).summarize_many([sentences(4), sentences(40)], ratio=0.3))
        assert [length.to_dict() for length in asked] == [{"ratio": 0.3}, {"words": 60}]

    def test_batches_are_of_like_lengths_and_the_order_is_kept(self):
        sizes = [3, 1, 7, 2, 9, 4, 8, 5]
        batches = []

        class Batched(FirstWords):
            def generate(self, texts, length):
                batches.append([len(text.split()) // 5 for text in texts])
                return super().generate(texts, length)

        summarizer = Summarizer(Batched(1000))
        texts = [sentences(n) for n in sizes]
        many = list(summarizer.summarize_many(texts, batch_size=2))
        assert batches == [[9, 8], [7, 5], [4, 3], [2, 1]]
        assert many == [summarizer(text) for text in texts]

    def test_without_a_length_the_whole_draft_is_kept(self):
        backend = FirstWords(1000, share=0.5)
        assert len(Summarizer(backend)(sentences(20)).sentences) == 10
        assert len(Summarizer(backend)(sentences(20), sentences=3).sentences) == 3

    def test_a_ratio_that_allows_no_word_leaves_one_sentence(self):
        backend = FirstWords(1000, share=0.5)
        for ratio in (0.001, 0.01, 0.02):
            summary = Summarizer(backend)(sentences(20), ratio=ratio)
            assert len(summary.sentences) == 1
            assert summary.over_length

    def test_a_last_sentence_that_a_limit_cut_off_is_left_out(self):
        class Cut(FirstWords):
            def generate(self, texts, length):
                return [Draft("It rained. The river ro", complete=False) for _ in texts]

        assert Summarizer(Cut(100))(sentences(5)) == "It rained."

    def test_the_option(self):
        with pytest.raises(ValueError, match="'extract', 'chunk', 'truncate'"):
            Summarizer(FirstWords(9), long="cut")
        with pytest.raises(TypeError, match="no option 'long'"):
            Summarizer("lead", long="chunk")
        assert repr(Summarizer(FirstWords(9), long="chunk")) == (
            "Summarizer('FirstWords', long='chunk')"
        )
