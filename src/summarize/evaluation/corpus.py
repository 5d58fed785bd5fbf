"""A corpus: articles, each a document with the reference summaries that people wrote for it.

:meta private:
"""

from __future__ import annotations

import hashlib
import json
import os
import random
import reprlib
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path

from ..arguments import whole_number
from ..document import Document
from ..errors import CorpusError, EmptyDocumentError, ReadError
from ..readers import decode
from ..readers.records import TEXT_COLUMNS, Record, has_records, read_records, usual
from ..text.detection import language_of

__all__ = ["Article", "Columns", "Corpus", "read_corpus"]

_ARTICLE = "article"
_OTHER_ENCODING = "; encoding= names another"  # as readers advise, which take one
_LANGUAGE_SAMPLE = 100  # articles; as many as settle what most are in


@dataclass(frozen=True, slots=True)
class Article:
    """A document and its references.

    Attributes:
        id: its name, unique in a corpus.
        text: the document.
        references: its reference summaries, at least one; each is equally right.
    """

    id: str
    text: str
    references: tuple[str, ...]

    def __repr__(self) -> str:
        references = ", ".join(map(reprlib.repr, self.references[:2]))
        more = ", …" if len(self.references) > 2 else ""
        return f"<Article {self.id!r}: {reprlib.repr(self.text)}; {references}{more}>"

    @classmethod
    def from_lead_text(cls, text: str, *, id: str, language: str | None = None) -> Article:
        r"""Make an article of a news text whose opening paragraph sums it up.

        The opening paragraph, without a dateline, is the reference; the paragraphs behind it are
        the document.

        Raises:
            EmptyDocumentError: if ``text`` is empty.
            ValueError: if there is nothing behind the opening paragraph.

        >>> Article.from_lead_text("It rained.\n\nThe river rose. Nobody was hurt.", id="rain")
        <Article 'rain': 'The river ro...ody was hurt.'; 'It rained.'>
        """
        paragraphs = Document.from_text(text, language=language, furniture="keep").paragraphs
        if len(paragraphs) < 2:
            raise ValueError("it has no second paragraph: the opening one is the reference")
        lead, following = paragraphs[:2]
        return cls(id, text[following.start :].rstrip(), (text[lead.start : lead.end],))

    @property
    def digest(self) -> str:
        """SHA-256 of the text and the references; line ends of any kind count as the same."""
        content = [_canonical(part) for part in (self.text, *self.references)]
        data = json.dumps(content, ensure_ascii=True, separators=(",", ":"))
        return hashlib.sha256(data.encode()).hexdigest()


@dataclass(frozen=True)
class Corpus:
    """Articles under a name.

    Raises:
        CorpusError: if there is no article.
    """

    name: str
    articles: tuple[Article, ...]

    def __post_init__(self) -> None:
        if not self.articles:
            raise CorpusError(self.name, "there is no article in it")

    def __repr__(self) -> str:
        return f"<Corpus {self.name!r}: {len(self)} article{'s' * (len(self) != 1)}>"

    @cached_property
    def language(self) -> str:
        """The language that most of its articles, or a hundred of them, are in; ``"en"`` where
        that cannot be told.
        """
        step = max(1, len(self) // _LANGUAGE_SAMPLE)
        texts = ("\n".join((each.text, *each.references)) for each in self.articles[::step])
        [(language, _)] = Counter(language_of(text)[0] for text in texts).most_common(1)
        return language

    @cached_property
    def sha256(self) -> str:
        """SHA-256 of the articles' digests in sorted order: of the content, whatever the names,
        the order and the file format.
        """
        digests = sorted(article.digest for article in self.articles)
        return hashlib.sha256("\n".join(digests).encode()).hexdigest()

    def sample(self, limit: int, *, seed: int = 0) -> Corpus:
        """Return ``limit`` articles drawn at random, in the corpus's order; all if it has fewer."""
        whole_number("limit", limit)
        if limit >= len(self.articles):
            return self
        drawn = sorted(random.Random(seed).sample(range(len(self.articles)), limit))
        return replace(self, articles=tuple(self.articles[index] for index in drawn))

    def __len__(self) -> int:
        return len(self.articles)

    def __iter__(self) -> Iterator[Article]:
        return iter(self.articles)


@dataclass(frozen=True, slots=True)
class Columns:
    """The names under which records hold an article's parts."""

    id: str = "id"
    article: str = _ARTICLE
    summary: str = "summary"


def read_corpus(
    *sources: str | os.PathLike[str], columns: Columns | None = None, language: str | None = None
) -> Corpus:
    """Read one corpus from files, folders and data sets.

    Args:
        *sources: each a folder of ``.txt`` files; a ``.jsonl``, ``.json``, ``.csv`` or ``.tsv``
            file, with ``.gz`` or ``.zst`` behind it or not; a ``.parquet`` file;
            ``hf:NAME[:CONFIG][:SPLIT]``; or any other file, as a text whose opening paragraph is
            the reference (:meth:`Article.from_lead_text`), as those in a folder are.
        columns: the names of the columns of records. A summary is a string or a list of
            references; without an id, the line's number is one.
        language: the language of lead texts, for their paragraphs; found if ``None``.

    Raises:
        CorpusError: with the file, and the line where there is one.
        MissingDependencyError: if the library that reads a source is not installed.
    """
    names = [os.fspath(source) for source in sources]
    try:
        parts = [_articles(name, columns or Columns(), language) for name in names]
    except CorpusError as error:
        if not error.reason.endswith(_OTHER_ENCODING):
            raise
        reason = f"{error.reason.removesuffix(_OTHER_ENCODING)}; a corpus is UTF-8"
        raise CorpusError(error.path, reason, error.line) from None
    for name, part in zip(names, parts, strict=True):
        if not part:
            raise CorpusError(name, "there is no article in it")
    articles = [article for part in parts for article in part]
    if len({article.id for article in articles}) < len(articles):
        articles = [
            replace(article, id=f"{name}:{article.id}")
            for name, part in zip(names, parts, strict=True)
            for article in part
        ]
    return Corpus(_joint_name(names), tuple(articles))


def _joint_name(names: Sequence[str]) -> str:
    if not names:
        return "corpus"
    return names[0] if len(names) == 1 else f"{names[0]} and {len(names) - 1} more"


def _articles(source: str, columns: Columns, language: str | None) -> list[Article]:
    if has_records(source):
        return [
            Article(record.id, _text(record, columns), record.references(columns.summary))
            for record in read_records(source, id_column=columns.id)
        ]
    path = Path(source)
    if path.is_dir():
        texts = sorted(path.rglob("*.txt"))
        return [_lead_article(text, text.relative_to(path), language) for text in texts]
    return [_lead_article(path, Path(path.name), language)]


def _text(record: Record, columns: Columns) -> str:
    """The article; where the usual column is not there, in another that is as usual."""
    if columns.article != _ARTICLE or _ARTICLE in record.fields:
        return record.text(columns.article)
    return record.text(usual(record.fields, TEXT_COLUMNS) or _ARTICLE)


def _lead_article(path: Path, name: Path, language: str | None) -> Article:
    try:
        text = decode(path.read_bytes(), str(path))
        return Article.from_lead_text(text, id=name.with_suffix("").as_posix(), language=language)
    except ReadError as error:
        raise CorpusError(str(path), error.reason) from None
    except OSError as error:
        raise CorpusError(str(path), (error.strerror or str(error)).lower()) from error
    except EmptyDocumentError:
        raise CorpusError(str(path), "the file is empty") from None
    except ValueError as error:
        raise CorpusError(str(path), str(error)) from None


def _canonical(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n").strip()
