"""The contract of a backend, as a test suite for anyone's backend.

In the tests of a backend of one's own::

    from summarize.testing import check_backend

    def test_contract():
        check_backend("mine")            # by its name, once it is installed
        check_backend(MyBackend, size=3) # or its class, with its options
        check_backend(MyBackend())       # or the object itself
"""

from __future__ import annotations

import contextlib
import copy
import decimal
import gc
import inspect
import io
import locale
import logging
import math
import operator
import os
import pickle
import random
import signal
import socket
import subprocess
import sys
import tempfile
import time
import warnings
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from . import registry
from .backends.base import Abstractive, Draft, Extractive
from .backends.calling import described
from .document import Document
from .errors import DocumentTooLongError
from .length import Length
from .summarizer import Summarizer

__all__ = ["CHECKS", "Subject", "check_backend"]

Backend = Extractive | Abstractive

_TEXTS = (
    "The council of Port Ellery voted on Tuesday to close its harbour. Boats may leave until "
    "May. The mayor, Ada Roe, said the walls were unsafe. Repairs will cost $3.4 million.",
    "It rained in the night. The river rose by two metres. Nobody was hurt.",
    "Two men were freed. They had been held for a week, police said.",
    # As many sentences as the second, so that one may be taken for the other.
    "Three ferries lay idle in the outer harbour for most of the winter. Why? Money.",
)
_UNUSUAL = {
    "one sentence": "The council voted on Tuesday.",
    "one word": "Snow.",
    "repeated sentences": "It rained. It rained. It rained. It rained.",
    "non-ASCII text": "Der Fluß stieg über Nacht. Было холодно. 今日は雨だ。川が上がった。",
    "no punctuation": "so we went to the harbour and looked at the boats " * 12,
    "no words at all": "!!! ... ??? — 🙂",
    "only stop words": "It is. He was. That is it.",
    "all capitals": "NATO AND EU REACT. THE ALLIANCE MET ON MONDAY. NOBODY SPOKE.",
    "numbers": "1. 2,300 and 4.5. 6/7/2008. 9:10.",
    "a long word": f"The word was {'o' * 3000}. Nobody said it. It was long.",
    "white space": "It\u00a0rained.\r\n\r\n\tThe river\u2003rose.\x0b It  fell.",
    "a lone surrogate": "The file was named \udce9. Nobody could open it. It was lost.",
}
_LANGUAGES = {
    "ar": "أغلق المجلس الميناء يوم الثلاثاء. قالت العمدة إن الجدران غير آمنة. لم يصب أحد.",
    "de": "Der Rat schloss am Dienstag den Hafen. Die Mauern seien unsicher. Niemand starb.",
    "fr": "Le conseil a fermé le port mardi. Les murs n'étaient pas sûrs. Personne n'a été blessé.",
    "hi": "परिषद ने मंगलवार को बंदरगाह बंद किया। दीवारें सुरक्षित नहीं थीं। कोई घायल नहीं हुआ।",
    "ja": "評議会は火曜日に港を閉鎖した。壁は安全ではなかった。けが人はいなかった。",
    "ru": "Совет закрыл гавань во вторник. Стены были небезопасны. Никто не пострадал.",
    "th": "สภาปิดท่าเรือเมื่อวันอังคาร กำแพงไม่ปลอดภัย ไม่มีใครบาดเจ็บ",
    "zh": "市议会周二关闭了港口。墙壁不安全。没有人受伤。",
}
_LENGTHS: tuple[dict[str, Any], ...] = (
    {"sentences": 1},
    {"sentences": 2},
    {"words": 1},
    {"words": 8},
    {"words": 20},
    {"ratio": 0.5},
)
_LONG_SENTENCES = 2000
_TORCH_SEED = 67280421310721  # its own, where nobody has set one
_CHILD_SECONDS = 120.0


class Subject:
    """A backend under test, and the only way in which the checks call it.

    Whatever it raises, prints or changes on any call breaks the contract.

    Args:
        backend: the backend.
        name: its name.
        seconds: how long a document of 2,000 sentences may take.
        recipe: how another process makes it: a name or a class, and options.
    """

    def __init__(
        self,
        backend: Backend,
        name: str,
        *,
        seconds: float = 120.0,
        recipe: tuple[Any, Mapping[str, Any]] | None = None,
    ) -> None:
        self.backend = backend
        self.name = name
        self.seconds = seconds
        self.recipe = recipe
        self.pristine = _sent(recipe, backend)

    @property
    def rates(self) -> bool:
        """Whether it is an extractive backend."""
        return isinstance(self.backend, Extractive)

    def call(
        self, what: str, function: Callable[..., Any], *arguments: Any, refusable: bool = False
    ) -> Any:
        """Call something of the backend.

        Raises:
            AssertionError: if it raises, prints, warns, or changes what is not its own.
            DocumentTooLongError: if it raises that, and may.
        """
        with _watched(what, refusable=refusable):
            return function(*arguments)

    def results(
        self, documents: Sequence[Document], what: str = "", *, refusable: bool = False
    ) -> list[Any]:
        """Scores or draft texts, as plain values that can be compared.

        Raises:
            AssertionError: if they are not what the contract says.
            DocumentTooLongError: if it raises that, and may.
        """
        what = what or f"{len(documents)} documents, {_excerpt(documents[0])}"
        given = list(documents)
        before = [_contents(document) for document in documents]
        found: list[Any]
        if self.rates:
            found = self._scores(given, documents, what, refusable)
        else:
            found = self._drafts(documents, what)
        _require(
            len(given) == len(documents) and all(map(operator.is_, given, documents)),
            "inputs are left as they were (the list that it is given)",
            what,
        )
        for document, contents in zip(documents, before, strict=True):
            for field, value in _contents(document).items():
                if value != contents[field]:
                    seen = f"{field} was {contents[field]!r:.80} and is {value!r:.80}"
                    _require(False, "inputs are left as they were", f"{what}: {seen}")
        return found

    def _scores(
        self, given: list[Document], documents: Sequence[Document], what: str, refusable: bool
    ) -> list[list[float]]:
        score = self.backend.score  # type: ignore[union-attr]
        rows = self.call(what, score, given, refusable=refusable)
        _require(
            isinstance(rows, Sequence) and not isinstance(rows, str),
            "a list of results",
            f"{what}: {_shown(rows)}",
        )
        _require(
            len(rows) == len(documents),
            "one result a document",
            f"{what}: {len(rows)} results for {len(documents)} documents",
        )
        plain = []
        for document, row in zip(documents, rows, strict=True):
            where = f"{_excerpt(document)}: {_shown(row)}"
            _require(
                hasattr(row, "__len__") and not isinstance(row, str | Mapping),
                "a sequence of scores a document",
                where,
            )
            _require(
                len(row) == len(document.sentences),
                "one score a sentence, in order",
                f"{len(row)} for {len(document.sentences)} in {where}",
            )
            with _watched(where):
                scores = list(row)
                numbers = all(map(_is_number, scores))
            _require(numbers, "scores that are numbers", where)
            _require(all(map(_is_finite, scores)), "finite scores", where)
            plain.append([float(score) for score in scores])
        return plain

    def _drafts(self, documents: Sequence[Document], what: str) -> list[str]:
        texts = [document.text for document in documents]
        drafts = self.call(what, self.backend.generate, texts, Length())  # type: ignore[union-attr]
        _require(
            isinstance(drafts, Sequence) and not isinstance(drafts, str),
            "a list of drafts",
            f"{what}: {_shown(drafts)}",
        )
        _require(
            len(drafts) == len(documents),
            "one result a document",
            f"{what}: {len(drafts)} results for {len(documents)} documents",
        )
        for document, draft in zip(documents, drafts, strict=True):
            where = f"{_excerpt(document)}: {_shown(draft)}"
            _require(isinstance(draft, Draft), "drafts of the type Draft", where)
            _require(isinstance(draft.text, str), "drafts that are texts", where)
            _require(bool(draft.text.strip()), "a draft that is not empty", where)
            _require(isinstance(draft.complete, bool), "complete is True or False", where)
        return [draft.text for draft in drafts]

    def takes(self, document: Document) -> bool:
        """Whether the library would give it a document whole: not beyond a writer's window."""
        return self.rates or self.count([document.text])[0] <= self.backend.window  # type: ignore[union-attr]

    def count(self, texts: Sequence[str]) -> list[int]:
        """Count tokens by an abstractive backend."""
        what = f"{len(texts)} texts, {texts[0][:40]!r} …"
        counts = self.call(what, self.backend.count, list(texts))  # type: ignore[union-attr]
        _require(
            hasattr(counts, "__len__") and len(counts) == len(texts),
            "one token count a text",
            f"{what}: {_shown(counts)}",
        )
        for text, count in zip(texts, counts, strict=True):
            whole = hasattr(count, "__index__") and not isinstance(count, bool) and count > 0
            _require(whole, "whole, positive token counts", f"{text[:40]!r} …: {count!r}")
        return [int(count) for count in counts]


def check_backend(
    backend: str | Extractive | Abstractive | type, *, seconds: float = 120.0, **options: Any
) -> None:
    """Run every check in :data:`CHECKS` on a backend.

    A part of them runs in another process, where Python's hashes of strings differ. It is left
    out for an object that cannot be sent there, such as one of a class within a function.

    Args:
        backend: its name, its class, or the object itself.
        seconds: how long a document of 2,000 sentences may take.
        **options: the options of a backend given by name or class.

    Raises:
        AssertionError: at the first part of the contract that it breaks, naming the document and
            what was seen.

    >>> check_backend("lead")
    """
    subject = _subject(backend, seconds, options)
    for check in CHECKS:
        check(subject)


def _subject(backend: Any, seconds: float, options: dict[str, Any]) -> Subject:
    import numpy  # noqa: F401 - so that its random state is known before the backend may seed it

    if isinstance(backend, str):
        kind: Any = registry.load(backend)  # whose errors say what is wrong
        with _watched(f"making {backend!r}"):
            summarizer = Summarizer(backend, **options)
        return Subject(summarizer.backend, backend, seconds=seconds, recipe=(backend, options))
    if isinstance(backend, type):
        name = str(getattr(backend, "name", backend.__name__))
        with _watched(f"making {name!r}"):
            made = backend(**options)
        return Subject(made, name, seconds=seconds, recipe=(backend, options))
    kind = type(backend)
    name = getattr(backend, "name", kind.__name__)
    _require(isinstance(name, str), "a name that is a str", repr(name))
    recipe: tuple[Any, Mapping[str, Any]] | None = (kind, {}) if _needs_nothing(kind) else None
    return Subject(backend, name, seconds=seconds, recipe=recipe)


def _needs_nothing(kind: type) -> bool:
    """Whether a class of someone else's can be made without options; ours may load a model."""
    if kind.__module__.partition(".")[0] == "summarize":
        return False
    try:
        inspect.signature(kind).bind()
    except (TypeError, ValueError):
        return False
    return True


# --- The checks -----------------------------------------------------------------------------------


def _is_a_backend(subject: Subject) -> None:
    backend = subject.backend
    with _watched("looking at its attributes"):
        sound = isinstance(backend, Extractive | Abstractive)
    _require(sound, "score(), or window, count() and generate()", subject.name)
    if subject.rates:
        return
    with _watched("asking for its window"):
        window = backend.window  # type: ignore[union-attr]
    _require(
        hasattr(window, "__index__") and not isinstance(window, bool) and window > 0,
        "a positive window",
        f"window is {window!r}",
    )


def _one_result_a_document(subject: Subject) -> None:
    documents = _documents()
    for given in (documents, documents[::-1]):
        subject.results(given)


def _counts_tokens(subject: Subject) -> None:
    if subject.rates:
        return
    together = subject.count(_TEXTS)
    alone = [subject.count([text])[0] for text in _TEXTS]
    _require(
        together == alone, "a batch is counted as one by one", f"{together} together, {alone} alone"
    )


def _takes_unusual_texts(subject: Subject) -> None:
    for name, text in _UNUSUAL.items():
        with _named(name):
            document = Document.from_text(text)
            if subject.takes(document):
                subject.results([document])


def _takes_other_languages(subject: Subject) -> None:
    for language, text in _LANGUAGES.items():
        with _named(f"language {language!r}"):
            document = Document.from_text(text, language=language)
            if subject.takes(document):
                subject.results([document])


def _takes_long_documents(subject: Subject) -> None:
    numbers = range(_LONG_SENTENCES)
    text = " ".join(f"Ward {n} of the town counted {n * 7 % 501} votes by noon." for n in numbers)
    document = Document.from_text(text)
    start = time.monotonic()
    with contextlib.suppress(DocumentTooLongError):
        if subject.takes(document):
            subject.results([document], refusable=True)
    spent = time.monotonic() - start
    allowed = f"2,000 sentences in {subject.seconds} s"
    _require(spent <= subject.seconds, allowed, f"it took {spent:.1f} s")


def _makes_summaries(subject: Subject) -> None:
    """Whether the library can make whole summaries of it, its selector's choice included."""
    documents = [
        *_documents(),
        *map(Document.from_text, _UNUSUAL.values()),
        *(Document.from_text(text, language=code) for code, text in _LANGUAGES.items()),
    ]
    with _watched("looking at its attributes"):
        summarizer = Summarizer(subject.backend)
    lengths = _LENGTHS
    if not hasattr(subject.backend, "selector"):  # else the choice is the library's own
        documents, lengths = documents[:2], _LENGTHS[:4:3]
    for document in documents:
        for length in lengths:
            what = f"a summary of {length} of {_excerpt(document)}"
            twice = [
                subject.call(what, lambda d, n: summarizer.summarize(d, **n), document, length)
                for _ in range(2)
            ]
            _require(bool(twice[0].strip()), "a summary that is not empty", what)
            _require(
                twice[0] == twice[1],
                "the same scores give the same choice",
                f"{what}: {twice[0]!r:.80} and {twice[1]!r:.80}",
            )


def _is_deterministic(subject: Subject) -> None:
    documents = _documents()
    first = subject.results(documents)
    for what, given in (
        ("the same documents again", documents),
        ("the same texts as new documents", _documents()),
    ):
        subject.results(_documents(["Snow fell. It melted. Boats left.", "Roads closed."]))
        again = subject.results(given)
        for document, before, after in zip(documents, first, again, strict=True):
            _require(
                before == after,
                f"the same input gives the same output ({what})",
                f"{_excerpt(document)}: {_shown(before)} and {_shown(after)}",
            )


def _batch_equals_one_by_one(subject: Subject) -> None:
    documents = _documents()
    alone = [subject.results([document])[0] for document in documents]
    for order in (range(len(documents)), range(len(documents))[::-1]):
        batch = subject.results([documents[index] for index in order])
        for index, together in zip(order, batch, strict=True):
            single = alone[index]
            if subject.rates:
                same = all(
                    math.isclose(a, b, rel_tol=1e-9, abs_tol=1e-12)
                    for a, b in zip(together, single, strict=True)
                )
            else:
                same = together == single
            _require(
                same,
                "a batch gives what one by one gives",
                f"{_excerpt(documents[index])}: {_shown(together)} in a batch, "
                f"{_shown(single)} alone",
            )


def _does_not_depend_on_hashes(subject: Subject) -> None:
    """Whether another process gives the same; and, there, what making it changes."""
    documents = _documents()
    expected = subject.results(documents)
    if subject.pristine is None:
        return
    seed = "1" if os.environ.get("PYTHONHASHSEED") != "1" else "2"
    code = "import pickle, sys; from summarize.testing import _child; _child(sys.stdin.buffer)"
    child = subprocess.run(
        [sys.executable, "-c", code],
        input=pickle.dumps(sys.path) + subject.pristine,
        capture_output=True,
        env={**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": os.pathsep.join(sys.path)},
        timeout=_CHILD_SECONDS,
        check=False,
    )
    try:
        failed, found = pickle.loads(child.stdout[child.stdout.rindex(_MARK) + len(_MARK) :])
    except ValueError:
        said = child.stderr.decode(errors="replace").strip()[-300:]
        what = f"exit status {child.returncode}: {said}"
        _require(False, "it works in another process", what)
    _require(not failed, *(failed or ("", "")))
    for document, here, there in zip(documents, expected, found or [], strict=bool(found)):
        same = here == there
        if subject.rates:
            same = all(map(_nearly, here, there))
        _require(
            same,
            "the same output in another process, whatever PYTHONHASHSEED is",
            f"{_excerpt(document)}: {_shown(here)} and {_shown(there)}",
        )


def _sent(recipe: tuple[Any, Mapping[str, Any]] | None, backend: Backend) -> bytes | None:
    """What another process needs to make the backend, before anyone has called it."""
    named = recipe is not None and isinstance(recipe[0], str)
    try:
        data = pickle.dumps((recipe, None if named else backend))
        pickle.loads(data)
    except Exception:
        return None
    return None if b"__main__" in data else data  # there, a script's own classes are not to be had


_MARK = b"\n--- what the other process found ---\n"


def _child(stream: Any) -> None:
    """In another process: make the backend, and tell what it gives."""
    sys.path[:] = pickle.load(stream)
    failed: tuple[str, str] | None = None
    found = None
    outlet = os.dup(1)  # what the backend prints must not be taken for the answer
    try:
        recipe, backend = pickle.load(stream)
        if recipe is not None and not isinstance(recipe[0], str):
            with _watched(f"making {recipe[0].__name__}"):
                recipe[0](**recipe[1])
        if backend is None:
            backend = Summarizer(recipe[0], **recipe[1]).backend
        # In another order, so that what it remembers of one document is told from the next.
        found = Subject(backend, "").results(_documents()[::-1])[::-1]
    except AssertionError as error:
        failed = (str(error).removeprefix("contract: "), "")
    with os.fdopen(outlet, "wb") as file:
        file.write(_MARK + pickle.dumps((failed, found)))


def _closes(subject: Subject) -> None:
    close = getattr(subject.backend, "close", None)
    if close is not None:
        subject.call("close()", close)
        subject.call("a second close()", close)


CHECKS: tuple[Callable[[Subject], None], ...] = (
    _is_a_backend,
    _one_result_a_document,
    _counts_tokens,
    _takes_unusual_texts,
    _takes_other_languages,
    _makes_summaries,
    _is_deterministic,
    _batch_equals_one_by_one,
    _takes_long_documents,
    _does_not_depend_on_hashes,
    _closes,
)
"""The parts of the contract; each takes a :class:`Subject` and raises :class:`AssertionError`."""


# --- What the checks look at ----------------------------------------------------------------------


def _documents(texts: Sequence[str] = _TEXTS) -> list[Document]:
    return [
        Document.from_text(text, title="Harbour", source="a.txt", metadata={"author": "Ada Roe"})
        for text in texts
    ]


def _contents(document: Document) -> dict[str, Any]:
    names = "text language sentences paragraphs title source metadata".split()
    return {name: copy.deepcopy(getattr(document, name)) for name in names}


def _is_number(score: object) -> bool:
    return isinstance(score, int | float) or (
        hasattr(score, "__float__") and not isinstance(score, str | bytes | complex)
    )


def _is_finite(score: Any) -> bool:
    try:
        return math.isfinite(score)
    except (OverflowError, TypeError):
        return False


def _nearly(a: float, b: float) -> bool:
    return math.isclose(a, b, rel_tol=1e-9, abs_tol=1e-12)


def _excerpt(document: Document) -> str:
    text = " ".join(document.text.split())
    return f"the document {text if len(text) <= 40 else text[:40] + ' …'!r}"


def _shown(value: object) -> str:
    try:
        shown = repr(value)
    except Exception:  # even that is the backend's own code
        shown = f"an object of {type(value).__name__}"
    return shown if len(shown) <= 120 else f"{shown[:120]} …"


@contextlib.contextmanager
def _named(what: str) -> Iterator[None]:
    """Say in an error what the text was."""
    try:
        yield
    except AssertionError as error:
        raise AssertionError(f"{error} (for {what})") from error.__cause__


@contextlib.contextmanager
def _watched(what: str, *, refusable: bool = False) -> Iterator[None]:
    """Hold that what is run within raises, prints, warns and changes nothing.

    Raises:
        AssertionError: if it does.
        DocumentTooLongError: if it raises that, and may.
    """
    before = _state()
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        filters = list(warnings.filters)
        with _written() as written:
            try:
                yield
            except KeyboardInterrupt:
                raise
            except BaseException as error:
                if refusable and isinstance(error, DocumentTooLongError):
                    raise
                reason = f"contract: it must not fail, but: {described(error)} ({what})"
                raise AssertionError(reason) from error
        filtered = list(warnings.filters) != filters
    _require(not written, f"nothing on standard output ({''.join(written)!r:.80})", what)
    _require(not caught, f"no warnings ({caught[0].message if caught else ''})", what)
    _require(not filtered, "warning filters are left as they were", what)
    after = _state()
    for name, value in before.items():
        if after[name] != value:
            _require(False, f"{name} is left as it was", f"{what}: {_change(value, after[name])}")


def _change(before: object, after: object) -> str:
    if isinstance(before, dict) and isinstance(after, dict):
        names = [name for name in before.keys() | after if before.get(name) != after.get(name)]
        changed = [f"{n!r} from {_shown(before.get(n))} to {_shown(after.get(n))}" for n in names]
        return ", ".join(changed)
    return f"from {_shown(before)} to {_shown(after)}"


@contextlib.contextmanager
def _written() -> Iterator[list[str]]:
    """Catch what is written to standard output, through ``sys.stdout`` or below it."""
    found: list[str] = []
    out = io.StringIO()
    with tempfile.TemporaryFile() as file:
        stream = sys.stdout
        kept = os.dup(1)
        os.dup2(file.fileno(), 1)
        sys.stdout = out
        try:
            yield found
        finally:
            if sys.stdout is out:
                sys.stdout = stream
            else:
                found.append("<sys.stdout was replaced>")
                sys.stdout = stream
            os.dup2(kept, 1)
            os.close(kept)
            file.seek(0)
            with contextlib.suppress(ValueError):  # it was closed
                found += filter(None, [out.getvalue()])
            found += filter(None, [file.read().decode(errors="replace")])


def _state() -> dict[str, object]:
    import numpy

    root = logging.getLogger()
    handlers = {}
    for name in ("SIGINT", "SIGTERM"):
        if hasattr(signal, name):
            handlers[name] = signal.getsignal(getattr(signal, name))
    state: dict[str, object] = {
        "the random state": hash(random.getstate()),
        "NumPy's random state": hash(numpy.random.get_state()[1].tobytes()),  # type: ignore[index]
        "NumPy's error handling": numpy.geterr(),
        "the environment": dict(os.environ),
        "the working directory": os.getcwd(),
        "logging": (root.level, list(root.handlers), logging.root.manager.disable),
        "sys.path": list(sys.path),
        "the recursion limit": sys.getrecursionlimit(),
        "the locale": locale.setlocale(locale.LC_ALL),
        "signal handling": handlers,
        "the default time-out of sockets": socket.getdefaulttimeout(),
        "garbage collection": gc.isenabled(),
        "the decimal context": repr(decimal.getcontext()),
    }
    torch = sys.modules.get("torch")
    if torch is None:
        # Of what is imported now, this will be the state unless it is seeded.
        state["torch's seed"] = _TORCH_SEED
    elif hasattr(torch, "get_num_threads"):
        state |= {
            "torch's seed": torch.initial_seed(),
            "torch's random state": hash(torch.get_rng_state().numpy().tobytes()),
            "torch's threads": torch.get_num_threads(),
            "torch's default dtype": str(torch.get_default_dtype()),
            "torch's gradients": torch.is_grad_enabled(),
        }
    return state


def _require(holds: bool, what: str, seen: str) -> None:
    if not holds:
        raise AssertionError(f"contract: {what}{f': {seen}' if seen else ''}")
