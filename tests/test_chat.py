"""The chat backend, against a server that misbehaves in every way we could think of."""

import email.utils
import gc
import json
import logging
import pickle
import signal
import threading
import time
import warnings
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress

import pytest
from chat_server import SUMMARY, ChatServer, completion

from summarize import (
    BackendError,
    BackendLoadError,
    Document,
    Failure,
    GenerationError,
    Length,
    Summarizer,
    summarize,
)
from summarize.backends.base import Brief, Draft
from summarize.errors import TruncationWarning
from summarize.testing import check_backend

pytest.importorskip("httpx2")

TEXT = (
    "The council of Port Ellery voted on Tuesday to close its harbour. Boats may leave until "
    "May. The mayor, Ada Roe, said the walls were unsafe. Repairs will cost $3.4 million."
)
KEY = "sk-secret-0123456789"


@pytest.fixture
def server():
    server = ChatServer()
    yield server
    server.close()


@pytest.fixture(autouse=True)
def environment(monkeypatch):
    for name in ("OPENAI_BASE_URL", "OPENAI_API_KEY", "HTTP_PROXY", "http_proxy"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture(autouse=True)
def short_pauses(monkeypatch):
    monkeypatch.setattr("summarize.backends.chat.connection._FIRST_PAUSE", 0.01)


@pytest.fixture
def made(server):
    """Makes summarizers for the server, and closes them."""
    made = []

    def make(**options):
        options = {"model": "small", "url": server.url, **options}
        made.append(Summarizer("chat", **options))
        return made[-1]

    yield make
    for each in made:
        each.close()


def says(content, **more):
    return lambda exchange: exchange.json(completion(content, **more))


class TestSummaries:
    def test_contract(self, server):
        # A summary is never longer than its document, so the server has to be brief too.
        server.answer = lambda exchange: exchange.json(
            completion(exchange.text.partition("<text>\n")[2].partition("\n</text>")[0][:60])
        )
        check_backend("chat", model="small", url=server.url)

    def test_a_summary_tells_what_it_cost(self, made, server):
        summary = made(api_key=KEY)(TEXT, words=30)
        assert summary == SUMMARY
        options = summary.to_dict()["options"]
        assert options["cost"] == {"requests": 1, "prompt_tokens": 500, "completion_tokens": 12}
        assert (options["model"], options["url"]) == ("small", server.url)
        json.dumps(summary.to_dict())

    def test_parts_of_a_long_document_cost_too(self, made, server):
        text = " ".join(f"{n}. {TEXT}" for n in range(60))
        summary = made(window=2600, long="chunk")(text)
        assert summary.read_fraction == 1
        assert len(server.requests) > 3
        assert summary.options["cost"]["requests"] == len(server.requests)
        assert summary.options["cost"]["prompt_tokens"] == 500 * len(server.requests)

    def test_a_document_beyond_the_window_is_shortened(self, made):
        with pytest.warns(TruncationWarning):
            assert made(window=2600)(" ".join([TEXT] * 100)).truncated

    def test_the_order_is_kept_and_so_many_are_in_flight(self, made, server):
        def answer(exchange):
            number = int(exchange.text.split("Ward ")[1].split()[0])
            time.sleep(0.02 * (number % 3))
            exchange.json(completion(f"Ward {number} voted."))

        server.answer = answer
        texts = [
            f"Ward {n} of the town has voted. It counted all votes by noon." for n in range(30)
        ]
        summaries = list(made(concurrency=5).summarize_many(texts))
        assert summaries == [f"Ward {n} voted." for n in range(30)]
        assert server.most == 5

    def test_a_document_that_fails_stops_no_other_before_it(self, made, server):
        server.answer = lambda exchange: exchange.json(
            completion(
                "I'm sorry, but I can't help with that." if "bad" in exchange.text else SUMMARY
            )
        )
        done = []
        with pytest.raises(GenerationError, match="refused") as caught:
            done.extend(made().summarize_many([TEXT, TEXT, TEXT + " It was bad.", TEXT]))
        assert (done, caught.value.index) == ([SUMMARY] * 2, 2)
        assert len(server.requests) in (3, 4)  # the last may have been on its way

    def test_threads_share_it(self, made):
        summarizer = made()
        with ThreadPoolExecutor(4) as pool:
            assert set(pool.map(summarizer, [TEXT] * 8)) == {SUMMARY}

    def test_it_travels(self, made):
        with pickle.loads(pickle.dumps(made(api_key=KEY))) as copy:
            assert copy(TEXT) == SUMMARY

    def test_a_closed_one_says_so(self, made):
        summarizer = made()
        summarizer(TEXT)
        summarizer.close()
        summarizer.close()
        with pytest.raises(BackendLoadError, match="closed"):
            summarizer(TEXT)


class TestMany:
    """Many texts: each summary in its turn, as soon as it is ready, and nothing left under way."""

    TEXTS = tuple(
        f"Ward {n} of the town has voted. It counted all votes by noon." for n in range(40)
    )

    @pytest.fixture
    def held(self, server):
        """The server answers by the number of the ward, and Ward 3 once it is let go."""
        event = threading.Event()

        def answer(exchange):
            number = exchange.text.split("Ward ")[1].split()[0]
            if number == "3":
                event.wait(10)
            exchange.json(completion(f"Ward {number} voted."))

        server.answer = answer
        yield event
        event.set()

    def test_what_is_ready_does_not_wait_for_the_others(self, made, server, held):
        asked = []
        stream = made(concurrency=4).summarize_many(
            asked.append(text) or text for text in self.TEXTS
        )
        assert asked == []
        assert [next(stream) for _ in range(3)] == [f"Ward {n} voted." for n in range(3)]
        assert len(asked) <= 3 + 32  # the backend's batch_size
        held.set()
        assert list(stream) == [f"Ward {n} voted." for n in range(3, 40)]

    def test_they_are_those_of_one_by_one(self, made, server):
        texts = [*self.TEXTS[:5], "", TEXT, 7, Document.from_text(TEXT), TEXT * 3]
        summarizer = made()

        def said(text):
            try:
                return summarizer(text)
            except (TypeError, ValueError) as error:
                return type(error)

        results = list(summarizer.summarize_many(texts, errors="yield"))
        many = [type(e.error) if isinstance(e, Failure) else e for e in results]
        assert many == [said(text) for text in texts]
        assert [e.index for e in results if isinstance(e, Failure)] == [5, 7]

    @pytest.mark.parametrize("way", ["close", "forget", "error", "interrupt"])
    def test_what_nobody_will_have_is_not_asked_for(self, made, server, way):
        gate = threading.Event()

        def answer(exchange):
            if "Ward 0 " not in exchange.text:
                gate.wait(10)
            exchange.json(completion("I cannot help with that." if way == "error" else SUMMARY))

        server.answer = answer
        stream = made(concurrency=2).summarize_many(self.TEXTS)
        if way == "error":
            with pytest.raises(GenerationError) as kept:  # which keeps the frames that it passed
                next(stream)
            assert kept.value.index == 0
        else:
            next(stream)
        if way == "close":
            stream.close()
        elif way == "forget":
            del stream
        elif way == "interrupt":
            main = threading.get_ident()
            timer = threading.Timer(0.2, lambda: signal.pthread_kill(main, signal.SIGINT))
            timer.start()
            with pytest.raises(KeyboardInterrupt):
                next(stream)
        gate.set()
        time.sleep(0.2)
        assert len(server.requests) <= 4  # of 40: the first, and what was on its way

    @pytest.mark.parametrize("status", [200, 401])
    def test_what_nobody_waits_for_is_not_told_of(self, made, server, held, caplog, status):
        if status == 401:
            server.answer = lambda e: e.error(401)
        with made(concurrency=4) as summarizer, suppress(BackendLoadError):
            stream = summarizer.summarize_many(self.TEXTS)
            next(stream)
            stream.close()
        gc.collect()
        assert not caplog.records  # asyncio's, of errors that were never retrieved

    def test_texts_that_break_off_lose_nothing(self, made):
        def texts():
            yield from self.TEXTS[:3]
            raise OSError("the disk is gone")

        done = []
        with pytest.raises(OSError, match="disk"):
            done.extend(made().summarize_many(texts()))
        assert done == [SUMMARY] * 3

    def test_a_wrong_key_is_tried_with_few(self, made, server):
        server.answer = lambda e: e.error(401)
        results = list(made(concurrency=2).summarize_many(self.TEXTS, errors="yield"))
        assert {type(each.error) for each in results} == {BackendLoadError}
        assert len(results) == 40
        assert len(server.requests) <= 2

    def test_closing_it_meanwhile_is_told(self, made, server):
        server.answer = lambda e: time.sleep(1)
        summarizer = made(concurrency=2)
        stream = summarizer.summarize_many(self.TEXTS[:6], errors="yield")
        threading.Timer(0.2, summarizer.close).start()
        assert [str(each.error) for each in stream] == [
            "backend 'chat' cannot be used: it is closed; make a new one"
        ] * 6

    @pytest.mark.parametrize("long", ["extract", "chunk", "truncate"])
    def test_long_documents(self, made, server, long):
        texts = [" ".join(f"{n}. {TEXT}" for n in range(60)), TEXT] * 2
        summarizer = made(window=2600, long=long)
        with warnings.catch_warnings(record=True) as told:
            warnings.simplefilter("always")
            many = list(summarizer.summarize_many(texts))
            one = [summarizer(text) for text in texts]
        assert many == one
        assert [each.read_fraction for each in many] == [each.read_fraction for each in one]
        costs = [each.options["cost"] for each in many]
        assert costs == [each.options["cost"] for each in one]
        # many: once; one by one: at each of the two that were shortened
        assert len(told) == (0 if long == "chunk" else 3)

    def test_what_is_unsupported_is_asked_for_once_more(self, made, server):
        wrong = TestSupport.WRONG
        server.answer = lambda e: e.json(
            completion(SUMMARY if "not in the text. Do not" in str(e.body) else wrong)
        )
        summaries = list(made(retry_unsupported=True).summarize_many([TEXT] * 5))
        assert summaries == [SUMMARY] * 5
        assert [each.options["retried"]["kept"] for each in summaries] == ["second"] * 5
        assert len(server.requests) == 10

    def test_their_times_add_up_to_what_passed(self, made, server):
        server.answer = lambda e: time.sleep(0.02) or e.json(completion())
        start = time.perf_counter()
        summaries = list(made(concurrency=8).summarize_many(self.TEXTS))
        passed = time.perf_counter() - start
        assert 0.05 < sum(each.timings["backend"] for each in summaries) <= passed

    def test_processes(self, made):
        assert list(made().summarize_many(self.TEXTS[:3], jobs=2)) == [SUMMARY] * 3


class Elsewhere:
    """A backend of somebody's own that writes elsewhere."""

    window, concurrency = 1000, 2

    def __init__(self, soon):
        self.generate_soon = soon

    def count(self, texts):
        return [len(text) // 4 for text in texts]

    def generate(self, texts, length):
        raise AssertionError("many are asked for one by one")


def done(value):
    future = Future()
    future.set_result(value)
    return future


def failed(error):
    future = Future()
    future.set_exception(error)
    return future


class TestSoon:
    @pytest.mark.parametrize(
        ("soon", "error"),
        [
            (lambda brief: done("text"), "something else than drafts"),
            (lambda brief: done(Draft(3)), "something else than drafts"),
            (lambda brief: None, "AttributeError"),
            (lambda brief: Draft("It is."), "AttributeError"),
            (lambda brief: 1 / 0, "ZeroDivisionError"),
            (lambda brief: failed(OSError("lost")), "OSError: lost"),
            (lambda brief: failed(SystemExit(1)), "SystemExit"),
            (lambda brief: done(GenerationError("x", "no")), "no"),
        ],
    )
    def test_a_backend_that_breaks_its_word(self, soon, error):
        backend = Elsewhere(lambda b: soon(b) if "walls" in b.text else done(Draft("It is.")))
        texts = ["It is so. It was so.", TEXT, "It is so. It was so."]
        first, second, third = Summarizer(backend).summarize_many(texts, errors="yield")
        assert (first, third) == ("It is.", "It is.")
        assert error in str(second.error)
        assert second.index == 1

    def test_what_is_no_future_is_told_and_not_cancelled(self):
        given = iter([failed(OSError("lost")), Draft("It is."), Draft("It is.")])
        backend = Elsewhere(lambda brief: next(given))
        with pytest.raises(BackendError, match="lost"):
            list(Summarizer(backend).summarize_many([TEXT] * 3))


class TestPrompt:
    def asked(self, made, server, document=TEXT, length=None, **options):
        made(**options).summarize(document, **(length or {}))
        return server.requests[-1].body["messages"]

    def test_the_built_in_one_asks_for_a_lead(self, made, server):
        document = Document.from_text(TEXT, language="de", title="Hafen zu")
        system, user = self.asked(made, server, document, {"words": 40})
        assert "at most 40 words" in system["content"]
        assert "Write in German" in system["content"]
        assert user["content"] == f"Title: Hafen zu\n\n<text>\n{TEXT}\n</text>"

    @pytest.mark.parametrize(
        ("length", "expected"),
        [
            ({}, "at most 3 sentences"),
            ({"sentences": 1}, "at most one sentence"),
            ({"ratio": 0.5}, "at most 15 words"),
        ],
    )
    def test_lengths(self, made, server, length, expected):
        assert expected in self.asked(made, server, TEXT, length)[0]["content"]

    def test_focus_and_style(self, made, server):
        system, _ = self.asked(made, server, focus="what does it cost?", style="for children")
        assert "what does it cost?" in system["content"]
        assert "for children" in system["content"]

    def test_a_prompt_of_ones_own(self, made, server):
        system, _ = self.asked(made, server, prompt="Sum up in {language}.", focus="the cost")
        assert system["content"].startswith("Sum up in English.\n\nSay what the text says about")
        [only] = self.asked(made, server, prompt="{length} {{json}}: {text} ({focus})", focus="why")
        assert only == {"role": "user", "content": f"3 sentences {{json}}: {TEXT} (why)"}

    def test_braces_of_the_text_are_left_alone(self, made, server):
        text = "The file said {text} and {0} and {language}. It was empty."
        assert text in self.asked(made, server, text)[1]["content"]

    def test_what_is_unsupported_is_named(self, made, server):
        backend = made().backend
        document = Document.from_text(TEXT)
        backend.generate_for([Brief(TEXT, document, Length(), ("Ada Lovelace", "$9 million"))])
        system = server.requests[-1].body["messages"][0]["content"]
        assert "- Ada Lovelace\n- $9 million" in system

    @pytest.mark.parametrize(
        ("option", "value"),
        [
            ("prompt", "{nothing}"),
            ("prompt", "{"),
            ("prompt", " "),
            ("style", ""),
            ("focus", 3),
            ("window", 0),
            ("max_tokens", True),
            ("temperature", -1),
            ("temperature", float("nan")),
            ("timeout", 0),
            ("retries", -1),
            ("concurrency", 0),
            ("model", " "),
            ("url", "localhost:11434"),
            ("url", "ftp://host/v1"),
            ("url", "http://host/v1?api-version=1"),
            ("url", "http://host:port/v1"),
            ("api_key", ""),
            ("api_key", "schlüssel"),
            ("api_key", f"{KEY}\nX-Other: 1"),
            ("headers", {"X-Key": "a\nb"}),
            ("body", {"messages": []}),
            ("window", 500),
        ],
    )
    def test_values_that_are_none_are_refused(self, made, option, value):
        with pytest.raises(ValueError, match=option) as caught:
            made(**{option: value})
        assert KEY not in str(caught.value)


LABELS = (
    "Zusammenfassung: ", "Résumé : ", "Resumen:\n", "Riassunto: ", "Sommario: ", "Resumo: ",
    "Samenvatting:\n\n", "Sammanfattning: ", "Sammendrag: ", "Tiivistelmä: ", "Podsumowanie: ",
    "Shrnutí: ", "Összefoglaló: ", "Rezumat: ", "Özet: ", "Краткое содержание: ", "Підсумок: ",
    "Περίληψη: ", "摘要：", "要約：", "요약: ", "ملخص: ", "תקציר: ", "सारांश: ", "Tóm tắt: ",
)  # fmt: skip


class TestCleaning:
    """What models put around a summary."""

    @pytest.mark.parametrize(
        "answer",
        [
            f"<think>The user wants a lead.\n\nWho? The council.</think>\n\n{SUMMARY}",
            f"The user wants a lead. So…</think>{SUMMARY}",
            f"Here is a concise summary:\n\n{SUMMARY}",
            f"Sure! Here's the opening paragraph you asked for: {SUMMARY}",
            f"**Summary:** {SUMMARY}",
            f"## Summary\n\n{SUMMARY}",
            f'"{SUMMARY}"',
            f"“{SUMMARY}”",
            f"„{SUMMARY}“",
            f"```text\n{SUMMARY}\n```",
            f"- {SUMMARY}",
            f"> {SUMMARY}",
            f"<summary>{SUMMARY}</summary>",
            "The council of **Port Ellery** closed its *harbour* on [Tuesday](http://x/).",
            f"{SUMMARY}\n\n(10 words)",
            f"{SUMMARY}\n\n---\nLet me know if you would like it shorter.",
            f"Here is the lead:\n\n> **“{SUMMARY}”**\n\nNote: the text gives no time.",
            SUMMARY.replace("Ellery ", "Ellery\n"),
            f"{SUMMARY}\n\nI hope this helps!",
            f"{SUMMARY} Let me know if you'd like it shorter.",
            f"{SUMMARY}\n\nHoffe, das hilft!",
            f"{SUMMARY}\n\nJ'espère que cela vous aide !",
            f"{SUMMARY}\n\n¿Quieres que lo acorte?",
            f"{SUMMARY}\n\n(Word count: 10)",
            f"{SUMMARY} #news #harbour",
            *(f"{label}{SUMMARY}" for label in LABELS),
            f"Вот краткое изложение:\n{SUMMARY}",
            f"以下是摘要：\n{SUMMARY}",
            f"The summary is: {SUMMARY}",
            f"TL;DR - {SUMMARY}",
            f"Title: Harbour closes\n\n{SUMMARY}",
            f"**Harbour closes**\n\n{SUMMARY}",
            f"Harbour closes\n==============\n\n{SUMMARY}",
            f"Thinking: who did what?\n\nAnswer: {SUMMARY}",
            json.dumps({"summary": SUMMARY}),
            f"```json\n{json.dumps({'lead': SUMMARY, 'words': 10}, indent=1)}\n```",
            json.dumps([SUMMARY]),
            f"{SUMMARY}\n\n| who | what |\n|---|---|\n| council | closed |",
            f"<p>{SUMMARY.replace('Port Ellery', '<b>Port Ellery</b>')}</p>",
            f"<h2>Harbour</h2><ul><li>{SUMMARY}</li></ul>",
            f"<|im_start|>assistant\n{SUMMARY}<|im_end|>",
            f"{SUMMARY}</s>",
            "<|channel|>analysis<|message|>Who?<|end|><|start|>assistant<|channel|>final<|message|>"
            + SUMMARY,
            f"[THINK]Who?[/THINK]{SUMMARY}",
            f"◁think▷Who?◁/think▷{SUMMARY}",
            f"\\boxed{{{SUMMARY}}}",
            f"Summary (10 words): {SUMMARY}",
            f"**Summary of the article:** {SUMMARY}",
            f"Lead (10 words): {SUMMARY}",
            f"{SUMMARY}\n\nIf you need anything else, just ask.",
            f"这是文章的摘要：{SUMMARY}",
        ],
    )
    def test_is_taken_off(self, made, server, answer):
        server.answer = says(answer)
        assert made()(TEXT) == SUMMARY

    def test_bullets_become_sentences(self, made, server):
        server.answer = says("* The harbour closes\n* Repairs cost $3.4 million;\n")
        summary = made()(TEXT)
        assert [each.text for each in summary.sentences] == [
            "The harbour closes.",
            "Repairs cost $3.4 million.",
        ]

    @pytest.mark.parametrize(
        "answer",
        [
            '"We will close it," the mayor said. "It is unsafe."',
            "Here is what the council decided: the harbour closes.",
            "Sorry boats left. “Sure,” said the mayor.",
            "The price rose 3*4*5 times, by snake_case_name.",
            "Summary justice was done in Port Ellery.",
            "Overview Street was closed.",
            "'Tis the harbour's end.",
            "“Oh, s***,” he said. “What the f***, and who said s***?”",
            "I can't help wondering who closed the harbour.",
            "He wrote: “I leave. Let me know if you want the boats.”",
            "“None,” she said.",
            "[Boats] left. {So} did the mayor | council.",
            "The boats left - the harbour closed. Why: nobody said.",
            "The price is < $3 and > $1.",
            "“I’m sorry,” the mayor told the boats.",
            '"I cannot support it," said Ada Roe.',
            "「申し訳ない」と市長は述べた。",
            "As an AI boom came, the harbour closed.",
            "As an artificial intelligence race began, boats left.",
            "There is no document on the walls, said the mayor.",
            "It appears that the mayor did not sign the document.",
            "No text messages of the mayor were provided.",
            "Nu pot fi reparate zidurile.",
            "Sajnos nem maradt hajó.",
            "آسفي: افتتح الوزير الميناء.",
            "这是最严重的洪灾：河水漫过堤坝。",
            "This is the opening of the season at 10:30 on Friday.",
        ],
    )
    def test_the_summarys_own_words_stay(self, made, server, answer):
        server.answer = says(answer)
        assert made()(TEXT) == answer

    @pytest.mark.parametrize(
        "answer",
        [
            "1. A boat left\n2. It sank",
            "a) A boat left;\nb) It sank",
            "✅ A boat left\n✅ It sank",
            "Key points:\n\n- A boat left\n- It sank",
            '{"summary": ["A boat left.", "It sank."]}',
        ],
    )
    def test_lists_of_other_kinds_too(self, made, server, answer):
        server.answer = says(answer)
        assert made()(TEXT) == "A boat left. It sank."

    @pytest.mark.parametrize(
        ("answer", "why"),
        [
            ('{"who": "the council", "what": "closed"}', "with JSON"),
            ('{"summary": "The council of', "with JSON"),
            ("| who | what |\n|---|---|\n| council | closed |", "with a table"),
            ("**Who:** the council\n**What:** closed it\n**When:** Tuesday", "with a form"),
            ("N/A", "with nothing"),
            ("null", "with nothing"),
            ("...", "with nothing"),
            ("<|channel|>analysis<|message|>Who closed it?", "with nothing but thoughts"),
        ],
    )
    def test_what_is_no_text_says_so(self, made, server, answer, why):
        server.answer = says(answer)
        with pytest.raises(GenerationError, match=why):
            made()(TEXT)

    def test_content_in_parts(self, made, server):
        thoughts = {"type": "reasoning", "text": "Who?"}
        parts = [{"type": "text", "text": SUMMARY[:9]}, {"text": SUMMARY[9:]}]
        server.answer = says([thoughts, *parts])
        assert made()(TEXT) == SUMMARY


REFUSALS = [
    "I'm sorry, but I can't help with that.",
    "I cannot summarize this article.",
    "As an AI language model, I have no access to it.",
    "Please provide the text that you want summarized.",
    "It seems the article was not included. Could you paste it?",
    "Es tut mir leid, aber dabei kann ich nicht helfen.",
    "**I'm unable** to assist.",
    "I'd be happy to help! Please share the article.",
    "It looks like you haven't provided an article.",
    "There is no text between the tags.",
    "The text is too short to summarize.",
    "I don't have access to the article.",
    "Ich bin ein KI-Modell und kann das nicht.",
    "我无法完成这个请求。",
    "Przykro mi, ale nie mogę pomóc.",
    "Jag kan tyvärr inte hjälpa till.",
    "Üzgünüm, yardımcı olamam.",
    "عذرا، لا أستطيع المساعدة.",
    "عذراً، هذا غير ممكن.",
    "آسفة جدا.",
    "As an AI assistant, I'm unable to do so.",
    "As an artificial intelligence, I have no opinion.",
    "Sajnos nem tudok segíteni.",
    "There is no text to summarize.",
    "“I'm sorry, but I can't help with that.”",
]


class TestMisbehaviour:
    """Each is a summary, a retry that works, or one clear error."""

    def error(self, made, **options):
        with pytest.raises((GenerationError, BackendLoadError)) as caught:
            made(**options)(TEXT)
        text = str(caught.value)
        assert "\n" not in text
        assert len(text) < 700
        return text

    @pytest.mark.parametrize("status", [408, 429, 500, 502, 503, 504, 529])
    def test_what_passes_is_tried_again(self, made, server, status):
        server.script.extend([lambda e: e.error(status)] * 2)
        summary = made()(TEXT)
        assert (summary, summary.options["cost"]["requests"]) == (SUMMARY, 3)

    @pytest.mark.parametrize(
        "value", [lambda: "0.4", lambda: email.utils.formatdate(time.time() + 2, usegmt=True)]
    )
    def test_retry_after_is_honoured(self, made, server, value):
        server.script.append(lambda e: e.error(429, headers=[("Retry-After", value())]))
        assert made()(TEXT) == SUMMARY
        assert 0.35 < server.times[1] - server.times[0] < 5

    def test_retry_after_holds_for_all(self, made, server):
        server.script.append(lambda e: e.error(429, headers=[("Retry-After", "0.5")]))
        texts = [f"{TEXT} It was {n}." for n in range(6)]
        assert list(made(concurrency=1).summarize_many(texts)) == [SUMMARY] * 6
        assert server.times[1] - server.times[0] > 0.45

    def test_a_pause_of_an_hour_is_told(self, made, server):
        server.answer = lambda e: e.error(429, headers=[("Retry-After", "3600")])
        start = time.monotonic()
        assert "asks for a pause of 3600 s" in self.error(made)
        assert time.monotonic() - start < 5

    def test_an_empty_purse_is_not_tried_again(self, made, server):
        server.answer = lambda e: e.error(429, "You have no credit", code="insufficient_quota")
        assert "no credit" in self.error(made)
        assert len(server.requests) == 1

    def test_a_server_that_stays_broken(self, made, server):
        server.answer = lambda e: e.raw(b"<html>Bad gateway</html>", 502, "text/html")
        assert "status 502, 3 times" in self.error(made, retries=2)

    def test_a_slow_one(self, made, server):
        server.script.append(lambda e: time.sleep(1))
        assert made(timeout=0.3)(TEXT) == SUMMARY
        server.answer = lambda e: time.sleep(1)
        assert "did not answer within 0.1 s" in self.error(made, timeout=0.1, retries=1)

    def test_one_that_trickles(self, made, server):
        """Each byte comes in time, the whole does not."""

        def trickle(exchange):
            exchange.raw(b"{", length=10**6)
            for _ in range(20):
                exchange.handler.wfile.write(b" ")
                exchange.handler.wfile.flush()
                time.sleep(0.1)

        server.answer = trickle
        start = time.monotonic()
        assert "did not answer within 0.3 s" in self.error(made, timeout=0.3, retries=0)
        assert time.monotonic() - start < 1.5

    def test_a_cut_stream_is_tried_again(self, made, server):
        server.script.append(lambda e: e.raw(b'{"choices": [', length=1000))
        assert made()(TEXT) == SUMMARY
        server.answer = lambda e: e.raw(b'{"choices": [', length=1000)
        assert "broke off its answer" in self.error(made, retries=1)

    def test_a_connection_that_is_dropped(self, made, server):
        def drop(exchange):
            exchange.handler.close_connection = True

        server.script.append(drop)
        assert made()(TEXT) == SUMMARY

    def test_no_server(self, server):
        server.close()
        with pytest.raises(BackendLoadError, match="is it running"):
            Summarizer("chat", model="small", url=server.url)
        with (
            Summarizer("chat", model="m", url=server.url, window=9000, retries=0) as summarizer,
            pytest.raises(GenerationError, match="no server answers"),
        ):
            summarizer(TEXT)

    @pytest.mark.parametrize(
        ("data", "kind"),
        [
            (b"<!doctype html><title>Log in</title>", "text/html"),
            (b"data: {}\n\n", "text/event-stream"),
            (b"", "application/json"),
            (b"[1, 2]", "application/json"),
            (b"\xff\xfe\x00", "application/octet-stream"),
        ],
    )
    def test_no_json_object(self, made, server, data, kind):
        server.answer = lambda e: e.raw(data, kind=kind)
        assert f"answered with {kind}, no JSON object" in self.error(made)

    def test_what_a_server_says_cannot_act_on_a_terminal(self, made, server):
        server.answer = lambda e: e.raw(b"{}x", kind="text/\x1b[2J")
        assert r"answered with text/\x1b[2J, no JSON" in self.error(made)
        server.answer = lambda e: e.raw(b"{}x", kind="a" * 9999)
        assert len(self.error(made)) < 500
        server.answer = lambda e: e.json({"error": "too\n\u202ehot \x1b[2J"}, status=400)
        assert r"status 400: too \u202ehot \x1b[2J" in self.error(made)

    def test_a_text_that_no_file_can_hold(self, made, server):
        server.answer = says(SUMMARY + " \ud800")
        assert made()(TEXT) == SUMMARY + " ?"

    def test_a_stream_that_nobody_asked_for(self, made, server):
        def stream(*events):
            lines = [f"data: {json.dumps(event)}\n\n" for event in events]
            return "".join(lines).encode()

        def part(text, finish=None):
            return {"choices": [{"delta": {"content": text}, "finish_reason": finish}]}

        usage = {"choices": [], "usage": {"prompt_tokens": 500, "completion_tokens": 9}}
        whole = stream(part(None), part(SUMMARY[:20]), part(SUMMARY[20:], "stop"), usage)
        whole += b": ping\n\ndata: [DONE]\n\n"
        server.answer = lambda e: e.raw(whole, kind="text/event-stream")
        summary = made()(TEXT)
        assert (summary, summary.options["cost"]["completion_tokens"]) == (SUMMARY, 9)
        server.answer = lambda e: e.raw(b": waiting\n\nevent: message\n" + whole)
        assert made()(TEXT) == SUMMARY
        server.answer = lambda e: e.raw(b"[" * 100_000)
        assert "no JSON object" in self.error(made)
        assert server.requests[-1].body["stream"] is False
        server.answer = lambda e: e.raw(stream(part("The council")))
        assert "broke off its stream of events, 2 times" in self.error(made, retries=1)
        server.answer = lambda e: e.raw(stream({"error": {"message": "it is too hot"}}))
        assert "an error: it is too hot" in self.error(made)

    def test_thoughts_in_a_field_of_their_own(self, made, server):
        server.answer = says(SUMMARY, reasoning_content="Who? The council.")
        assert made()(TEXT) == SUMMARY
        for field in ("reasoning_content", "reasoning"):
            server.answer = says(None, **{field: "Who? The council."})
            assert "nothing but thoughts" in self.error(made)

    @pytest.mark.parametrize(
        ("finish", "said"),
        [
            ("max_tokens", "cut off at 200 tokens"),
            ("model_length", "cut off at 200 tokens"),
            ("MAX_TOKENS", "cut off at 200 tokens"),
            ("abort", "broke off the answer (abort)"),
            ("error", "broke off the answer (error)"),
            ("content_filter", "withheld the answer"),
        ],
    )
    def test_answers_that_did_not_end(self, made, server, finish, said):
        server.answer = says("The council of", finish=finish)
        assert said in self.error(made, max_tokens=50)
        assert len(server.requests) == (1 if finish == "content_filter" else 2)

    @pytest.mark.parametrize("finish", [None, "eos", "end_turn", "stop_sequence", "STOP"])
    def test_and_those_that_did(self, made, server, finish):
        server.answer = says(SUMMARY, finish=finish)
        assert made()(TEXT) == SUMMARY

    def test_a_tool_in_place_of_an_answer(self, made, server):
        call = {"type": "function", "function": {"name": "search", "arguments": "{}"}}
        server.answer = says(None, finish="tool_calls", tool_calls=[call])
        assert "called a tool in place of an answer" in self.error(made)

    def test_a_model_that_is_being_loaded(self, made, server, monkeypatch):
        """As llama.cpp says it: for longer than what is tried again."""
        monkeypatch.setattr("summarize.backends.chat.connection._LOADING_PAUSE", 0.01)
        loading = {"code": 503, "message": "Loading model", "type": "unavailable_error"}
        server.script.extend([lambda e: e.json({"error": loading}, 503)] * 6)
        summary = made(retries=1)(TEXT)
        assert (summary, summary.options["cost"]["requests"]) == (SUMMARY, 7)
        server.answer = lambda e: e.json({"error": loading}, 503)
        assert "Loading model" in self.error(made, retries=0, timeout=0.3)

    def test_one_that_has_too_much_to_do_is_not_loading(self, made, server):
        server.answer = lambda e: e.error(503, "Service Overloaded: too much load")
        assert "Overloaded" in self.error(made, retries=1)
        assert len(server.requests) == 2

    @pytest.mark.parametrize(
        ("body", "status", "said"),
        [
            ({"object": "error", "message": "bad", "type": "BadRequestError", "code": 400}, 400,
             "status 400: bad"),  # vLLM, of old
            ({"error": {"message": "bad", "type": "BadRequestError", "code": 400}}, 400, ": bad"),
            ({"error": "bad"}, 400, ": bad"),  # Ollama, LM Studio
            ([{"error": {"code": 400, "message": "bad", "status": "INVALID"}}], 400, ": bad"),
            ({"type": "error", "error": {"type": "invalid_request_error", "message": "bad"}}, 400,
             ": bad"),
            ({"detail": "bad"}, 422, ": bad"),
            ({"error": {"message": 'model "small" not found, try pulling it first'}}, 404,
             "(it has small)"),
            ({"error": {"message": "The model `x` does not exist.", "code": 404}}, 404, "(it has "),
            ({"error": "Unexpected endpoint or method. (POST /chat/completions)"}, 200, "'/v1'?"),
        ],
    )  # fmt: skip
    def test_errors_as_servers_tell_them(self, made, server, body, status, said):
        server.answer = lambda e: e.json(body, status)
        assert said in self.error(made)

    def test_a_wrong_content_type_is_forgiven(self, made, server):
        server.answer = lambda e: e.raw(json.dumps(completion()).encode(), kind="text/plain")
        assert made()(TEXT) == SUMMARY

    @pytest.mark.parametrize(
        "value",
        [
            {},
            {"choices": []},
            {"choices": None},
            {"choices": ["text"]},
            {"choices": [{"finish_reason": "stop"}]},
            {"choices": [{"message": {"content": 7}}]},
        ],
    )
    def test_no_answer_in_it(self, made, server, value):
        server.answer = lambda e: e.json(value)
        assert "the server's answer has" in self.error(made)

    def test_an_error_with_status_200(self, made, server):
        server.script.append(lambda e: e.json({"error": {"code": 503, "message": "busy"}}))
        assert made()(TEXT) == SUMMARY
        server.answer = lambda e: e.json({"error": {"message": "no such thing"}})
        assert "an error: no such thing" in self.error(made)

    @pytest.mark.parametrize(
        "content", ["", "  \n", None, "<think>Hm.</think>", '""', "```\n```", "\u200b\ufeff"]
    )
    def test_an_empty_answer(self, made, server, content):
        server.script.append(says(content))
        assert made()(TEXT) == SUMMARY
        server.answer = says(content)
        assert "answered with nothing" in self.error(made)

    @pytest.mark.parametrize("refusal", REFUSALS)
    def test_a_refusal(self, made, server, refusal):
        server.answer = says(refusal)
        assert "the model refused: " in self.error(made)

    def test_a_refusal_in_its_own_field_or_ending(self, made, server):
        server.answer = says(None, refusal="I will not.")
        assert "the model refused: 'I will not.'" in self.error(made)
        server.answer = says("The council", finish="content_filter")
        assert "withheld the answer (content_filter)" in self.error(made)

    def test_a_cut_answer_is_asked_for_again(self, made, server):
        server.script.append(says("The council of Port", finish="length"))
        summary = made(max_tokens=50)(TEXT)
        assert [e.body["max_tokens"] for e in server.requests] == [50, 200]
        assert (summary, summary.options["cost"]["completion_tokens"]) == (SUMMARY, 24)

    def test_and_is_no_summary(self, made, server):
        server.answer = says("<think>The council closed it. It", finish="length")
        assert "cut off at 200 tokens; max_tokens=" in self.error(made, max_tokens=50)

    def test_a_redirect_is_not_followed(self, made, server):
        headers = [("Location", "https://me:word@elsewhere.org/v2?key=abc")]
        server.answer = lambda e: e.raw(b"", 307, headers=headers)
        text = self.error(made, api_key=KEY)
        assert "redirects to https://elsewhere.org/v2; give that as url=" in text
        assert len(server.requests) == 1

    @pytest.mark.parametrize("status", [401, 403])
    def test_a_wrong_key(self, made, server, status):
        server.answer = lambda e: e.error(status, f"Incorrect API key provided: {KEY}")
        text = self.error(made, api_key=KEY)
        assert f"status {status}: give the key it wants as api_key=" in text
        server.models = lambda e: e.error(status, "no")
        with pytest.raises(BackendLoadError, match="api_key="):
            Summarizer("chat", model="small", url=server.url)

    def test_an_unknown_model(self, made, server):
        server.answer = lambda e: e.error(404, "The model `smal` does not exist")
        text = self.error(made, model="smal")
        assert "no model 'smal'" in text
        assert "did you mean 'small'?" in text

    def test_a_wrong_path(self, made, server):
        server.answer = lambda e: e.raw(b"404 page not found", 404)
        assert "does url= lack its '/v1'?" in self.error(made)

    @pytest.mark.parametrize(
        ("status", "message"),
        [
            (400, "This model's maximum context length is 4096 tokens, you asked for 9000"),
            (400, "the request exceeds the available context size"),
            (413, "prompt is too long"),
            (400, "maximum context length is ,,,, or so"),
            (400, "maximum context length is 0,000 tokens"),
            (400, f"maximum context length is {'9' * 5000} tokens"),
        ],
    )
    def test_a_text_that_is_too_long(self, made, server, status, message):
        server.answer = lambda e: e.error(status, message)
        assert "window= says how many" in self.error(made)

    def test_a_text_that_was_cut_in_silence(self, made, server):
        server.answer = says(SUMMARY, usage=(40, 12))
        assert "read 40 tokens of" in self.error(made)

    def test_an_endless_answer(self, made, server, monkeypatch):
        monkeypatch.setattr("summarize.backends.chat.connection._LARGEST_REPLY", 1000)
        server.answer = says("x " * 5000)
        assert "sent more than" in self.error(made)

    def test_newer_models_take_other_fields(self, made, server):
        def picky(exchange):
            if "max_tokens" in exchange.body:
                what = "Unsupported parameter: use 'max_completion_tokens' instead."
                exchange.error(400, what, param="max_tokens")
            elif "temperature" in exchange.body:
                exchange.error(400, "Unsupported value", param="temperature")
            else:
                exchange.json(completion())

        server.answer = picky
        summarizer = made()
        assert list(summarizer.summarize_many([TEXT, TEXT])) == [SUMMARY] * 2
        known = len(server.requests)
        assert summarizer(TEXT) == SUMMARY
        assert len(server.requests) == known + 1

    def test_no_usage(self, made, server):
        server.answer = says(SUMMARY, usage=None)
        assert made()(TEXT).options["cost"]["prompt_tokens"] == 0

    def test_a_refused_request(self, made, server):
        server.answer = lambda e: e.json({"detail": [{"msg": "field required"}]}, 422)
        assert "status 422" in self.error(made)

    def test_one_broken_document_stops_all_requests_for_a_wrong_key(self, made, server):
        server.answer = lambda e: e.error(401)
        with pytest.raises(BackendLoadError):
            list(made(concurrency=1).summarize_many([TEXT] * 20))
        assert len(server.requests) < 20


class TestWindow:
    """A window that was assumed too large is known better once the server has said no."""

    LONG = " ".join(f"{n}. {TEXT}" for n in range(80))  # some 4,000 tokens, by the estimate 4,900

    @pytest.fixture(params=["told", "not told", "silent"])
    def small(self, request, server):
        """A server that takes 3,000 tokens, and of what is longer says so, or cuts it."""

        def answer(exchange):
            words = sum(len(m["content"].split()) for m in exchange.body["messages"])
            if words < 1500:
                exchange.json(completion(usage=(words, 9)))
            elif request.param == "silent":
                exchange.json(completion(usage=(words // 3, 9)))
            elif request.param == "told":
                exchange.error(400, "This model's maximum context length is 3,000 tokens. However,"
                    " you requested 9,000 tokens.", code="context_length_exceeded")  # fmt: skip
            else:
                exchange.error(400, "the request exceeds the available context size")

        server.answer = answer
        server.models = {"data": [{"id": "small"}]}
        return request.param

    @pytest.mark.parametrize("long", ["extract", "chunk", "truncate"])
    @pytest.mark.filterwarnings("ignore::summarize.errors.TruncationWarning")
    def test_the_text_is_shortened(self, made, server, small, long):
        summarizer = made(max_tokens=256, long=long)
        assert summarizer.backend.window > 5000
        summary = summarizer(self.LONG)
        assert summary == SUMMARY
        assert summary.options["window_from"] == "learned"
        assert summary.options["window"] < 8192
        if small == "told":
            assert summary.options["window"] == 3000
        assert summary.truncated == (long != "chunk")
        before = len(server.requests)
        assert list(summarizer.summarize_many([TEXT, self.LONG, TEXT])) == [SUMMARY] * 3
        if small == "told" and long != "chunk":
            assert len(server.requests) == before + 3  # it is not asked in vain again

    @pytest.mark.filterwarnings("ignore::summarize.errors.TruncationWarning")
    def test_many_at_once(self, made, server, small):
        texts = [self.LONG, TEXT] * 4
        summaries = list(made(max_tokens=256).summarize_many(texts))
        assert summaries == [SUMMARY] * 8
        assert [each.truncated for each in summaries] == [True, False] * 4

    def test_what_never_fits_is_an_error(self, made, server):
        server.answer = lambda e: e.error(400, "the request exceeds the available context size")
        with pytest.raises(GenerationError, match="window= says"):
            made()(self.LONG)
        assert len(server.requests) < 20

    def test_nor_does_it_narrow_the_window_of_others(self, made, server):
        def answer(exchange):
            if "Ben" in exchange.text:
                exchange.error(400, "the request exceeds the available context size")
            else:
                exchange.json(completion())

        server.answer = answer
        summarizer = made()
        with pytest.raises(GenerationError, match="window= says"):
            summarizer(TEXT + " Ben said so.")
        assert summarizer(TEXT).options["window"] == 32768

    def test_nor_does_a_longer_answer_that_had_no_room(self, made, server):
        def answer(exchange):
            if exchange.body["max_tokens"] > 256:
                message = "This model's maximum context length is 8192 tokens, you requested 8300"
                exchange.error(400, message)
            else:
                exchange.json(completion("The council", finish="length", usage=None))

        server.answer = answer
        summarizer = made(window=8192, max_tokens=256)
        window = summarizer.backend.window
        with pytest.raises(GenerationError, match="8192 tokens"):
            summarizer(self.LONG)
        assert summarizer.backend.window == window
        assert [e.body["max_tokens"] for e in server.requests] == [256, 1024]


class TestSecrets:
    def test_keys_are_nowhere(self, made, server, caplog):
        def echo(exchange):
            sent = exchange.headers["Authorization"]
            exchange.error(400, f"you sent {sent} and {dict(exchange.headers)}")

        with caplog.at_level(logging.DEBUG):
            summarizer = made(api_key=KEY)
            summary = summarizer(TEXT)
            assert server.requests[0].headers["Authorization"] == f"Bearer {KEY}"
            server.answer = echo
            with pytest.raises(GenerationError) as caught:
                summarizer(TEXT)
        shown = [repr(summarizer), repr(summarizer.backend), str(summary.to_dict())]
        shown += [str(caught.value), repr(caught.value), repr(caught.value.__dict__)]
        shown += [caplog.text, repr(pickle.dumps(caught.value))]
        assert not any(KEY in each for each in shown)

    def test_a_password_in_the_url(self, made, server, caplog):
        with caplog.at_level(logging.DEBUG):
            url = server.url.replace("://", "://ada:pass%20word@")
            summarizer = made(url=url)
            summary = summarizer(TEXT)
        assert server.requests[0].headers["Authorization"] == "Basic YWRhOnBhc3Mgd29yZA=="
        assert summary.options["url"] == server.url
        shown = repr(summarizer) + repr(summarizer.backend) + caplog.text
        assert "word" not in shown

    def test_a_report_has_no_key(self, server):
        from summarize.evaluation import Article, Corpus, System, evaluate

        corpus = Corpus("one", (Article("1", TEXT, (SUMMARY,)),))
        options = {"model": "small", "url": server.url, "api_key": KEY}
        result = evaluate(corpus, [System("chat", options=options)])
        assert result.means["chat"]["rouge1"].fmeasure == 1
        assert KEY not in str(result.to_dict())


class TestServers:
    def test_the_environment(self, server, monkeypatch):
        monkeypatch.setenv("OPENAI_BASE_URL", server.url + "/")
        monkeypatch.setenv("OPENAI_API_KEY", KEY)
        assert summarize(TEXT, backend="chat", model="small") == SUMMARY
        assert server.requests[0].headers["Authorization"] == f"Bearer {KEY}"

    def test_without_any_it_says_what_to_give(self):
        with pytest.raises(BackendLoadError, match="OPENAI_BASE_URL"):
            Summarizer("chat", model="small")

    def test_the_only_model(self, made, server):
        summarizer = made(model=None)
        summarizer(TEXT)
        assert server.requests[0].body["model"] == "small"
        server.models = {"data": [{"id": "a"}, {"id": "b"}]}
        with pytest.raises(BackendLoadError, match="give model=: it has a, b"):
            made(model=None)
        server.models = lambda e: e.error(404)
        with pytest.raises(BackendLoadError, match="does not say what it has"):
            made(model=None)

    @pytest.mark.parametrize(
        ("entry", "pages", "context", "known"),
        [
            ({"max_model_len": 20000}, {}, 20000, "server"),
            ({"context_window": 20000}, {}, 20000, "server"),
            (
                {"owned_by": "llamacpp", "meta": {"n_ctx_train": 131072}},
                {"/props": {"default_generation_settings": {"n_ctx": 6000}}},
                6000,
                "server",
            ),
            ({"owned_by": "llamacpp"}, {}, 8192, "assumed"),
            (
                {"owned_by": "library"},
                {"/api/ps": {"models": [{"name": "small:latest", "context_length": 7000}]}},
                7000,
                "server",
            ),
            ({"owned_by": "library"}, {"/api/ps": {"models": []}}, 4096, "server"),
            ({"max_model_len": "many"}, {}, 8192, "assumed"),
            ({"max_model_len": float("nan")}, {}, 8192, "assumed"),
            ({"owned_by": "llamacpp"}, {"/props": [7]}, 8192, "assumed"),
            (
                {"owned_by": "llamacpp"},
                {"/props": {"default_generation_settings": 7}},
                8192,
                "assumed",
            ),
            ({"owned_by": "library"}, {"/api/ps": {"models": 7}}, 4096, "server"),
            ({"owned_by": "library"}, {"/api/ps": {"models": [7, {"name": []}]}}, 4096, "server"),
        ],
    )
    def test_the_window_is_asked(self, made, server, entry, pages, context, known):
        server.models = {"data": [{"id": "small", **entry}]}
        server.pages = pages
        summary = made()(TEXT)
        assert (summary.options["window"], summary.options["window_from"]) == (context, known)

    def test_a_window_of_the_servers_without_room(self, made, server):
        server.models = {"data": [{"id": "small", "max_model_len": 1}]}
        with pytest.raises(
            BackendLoadError, match=r"by its server, a window of 1 .* window= knows"
        ):
            made()

    def test_lists_of_models_that_are_none(self, made, server):
        for data in (7, "small", {"id": "small"}, [7, None, "small"]):
            server.models = {"data": data}
            with pytest.raises(BackendLoadError, match="does not say what it has"):
                made(model=None)
        server.models = {"data": [{"id": "a\n\x1b[2J"}, {"id": "b" * 9999}]}
        with pytest.raises(BackendLoadError, match=r"it has a\\n\\x1b\[2J, b{80}$"):
            made(model=None)

    def test_or_given(self, made, server):
        server.models = lambda e: pytest.fail("nobody need be asked")
        assert made(window=9000)(TEXT).options["window_from"] == "given"

    def test_a_list_of_models_that_fails_is_no_obstacle(self, made, server):
        server.models = lambda e: e.raw(b"not here", 500)
        assert made()(TEXT).options["window_from"] == "assumed"

    def test_more_fields_and_headers(self, made, server):
        made(body={"seed": 7, "temperature": 1}, headers={"X-Team": "news"})(TEXT)
        [exchange] = server.requests
        assert (exchange.body["seed"], exchange.body["temperature"]) == (7, 1)
        assert exchange.headers["X-Team"] == "news"

    def test_an_interrupt_ends_the_requests(self, made, server, monkeypatch):
        server.answer = lambda e: time.sleep(2)
        summarizer = made()

        def interrupt(self, timeout=None):
            time.sleep(0.2)
            raise KeyboardInterrupt

        monkeypatch.setattr("concurrent.futures.Future.result", interrupt)
        start = time.monotonic()
        with pytest.raises(KeyboardInterrupt):
            summarizer(TEXT)
        monkeypatch.undo()
        summarizer.close()
        assert time.monotonic() - start < 1.5


class TestSupport:
    """What a model writes is checked, and on demand asked for once more."""

    WRONG = "The council of Port Ellery closed its harbour on Friday. Repairs cost $9 million."

    def test_it_is_there_by_default(self, made, server):
        server.answer = says(self.WRONG)
        summary = made()(TEXT)
        found = [each.text for each in summary.support.unsupported]
        assert any("9" in each for each in found)
        assert summary.to_dict()["support"]["score"] == summary.support.score < 1
        assert pickle.loads(pickle.dumps(summary)).support == summary.support
        assert len(server.requests) == 1
        assert summarize(TEXT, backend="lead").support is None

    def test_what_is_unsupported_is_named_in_a_second_request(self, made, server):
        server.script.append(says(self.WRONG))
        summary = made(retry_unsupported=True)(TEXT)
        assert summary == SUMMARY
        system = server.requests[1].body["messages"][0]["content"]
        told = summary.options["retried"]
        assert told["kept"] == "second"
        assert all(f"- {each}" in system for each in told["unsupported"])
        assert summary.options["cost"]["requests"] == 2
        assert summary.options["cost"]["prompt_tokens"] == 1000

    @pytest.mark.parametrize("second", [WRONG, "I cannot help with that.", "Boats cost $1 to $8."])
    def test_what_is_no_better_is_not_kept(self, made, server, second):
        server.script.append(says(self.WRONG))
        server.answer = says(second)
        summary = made(retry_unsupported=True)(TEXT)
        assert (summary, summary.options["retried"]["kept"]) == (self.WRONG, "first")
        assert len(server.requests) == 2

    def test_what_is_supported_is_not_asked_for_again(self, made, server):
        summary = made(retry_unsupported=True)(TEXT)
        assert "retried" not in summary.options
        assert len(server.requests) == 1

    def test_only_who_can_be_told(self):
        with pytest.raises(TypeError, match="retry_unsupported= is for chat"):
            Summarizer("lead", retry_unsupported=True)
