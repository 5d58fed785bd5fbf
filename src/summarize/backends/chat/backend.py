"""The backend: documents to messages, answers to drafts.

:meta private:
"""

from __future__ import annotations

import asyncio
import difflib
import os
import re
from collections.abc import Mapping, Sequence
from concurrent.futures import Future
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from ...arguments import positive, whole_number
from ...errors import BackendLoadError, GenerationError
from ...text.controls import one_line
from ..base import Brief, Draft
from ..prompting import Asking, Prompt, judged, longest_brief, messages, shortened
from .connection import Connection, Reply, RequestError
from .windows import asked_window

__all__ = ["Chat"]

_NAME = "chat"
_OPENAI = "https://api.openai.com/v1"
_ASSUMED_CONTEXT = 8192  # tokens; what a server that does not tell is taken to read
_BYTES_A_TOKEN = 3  # of UTF-8; English has above 4, Chinese about 3: an estimate on the safe side
_ROOM = 64  # tokens of a template around the messages
_LONGER = 4  # an answer that was cut off is asked for once more with so many times the tokens
_OURS = frozenset({"model", "messages", "stream", "n", "max_tokens", "max_completion_tokens"})
_TOO_LONG = re.compile(
    r"context.{0,12}(?:length|window|size)|maximum.{0,12}(?:length|tokens)|too (?:many tokens|long)"
    r"|exceeds?.{0,40}(?:context|tokens)",
    re.IGNORECASE,
)
_CONTEXT = re.compile(
    r"maximum context length (?:is|of) (\d[\d,]{2,})|(\d[\d,]{2,}) maximum|available context size "
    r"\((\d[\d,]{2,})|tokens allowed \((\d[\d,]{2,})|context (?:length|window|size)\D{0,12}"
    r"(\d[\d,]{2,})",
    re.IGNORECASE,
)
_LEAST = 128  # tokens of a text: a window that leaves fewer is no window
_SMALLEST = 2048  # tokens that any server reads; less is believed only where it says so
_CUT = frozenset({"length", "max_tokens", "model_length", "max_output_tokens"})
_BROKEN = frozenset({"error", "abort", "aborted", "cancelled", "network_error", "load"})
_CALLING = frozenset({"tool_calls", "tool_use", "function_call"})
_REFUSING = frozenset({"content_filter", "safety", "refusal", "blocked", "recitation"})


@dataclass
class _Cost:
    """What one draft took."""

    requests: int = 0
    prompt_tokens: int = 0
    completion_tokens: int = 0

    def add(self, reply: Reply) -> None:
        usage = reply.get("usage")
        usage = usage if isinstance(usage, dict) else {}
        self.requests += reply.requests
        self.prompt_tokens += _whole(usage.get("prompt_tokens"))
        self.completion_tokens += _whole(usage.get("completion_tokens"))

    def to_dict(self) -> dict[str, int]:
        return {
            "requests": self.requests,
            "prompt_tokens": self.prompt_tokens,
            "completion_tokens": self.completion_tokens,
        }


class Chat(Asking):
    """A chat model behind a server of the OpenAI form, asked for a lead.

    What comes back is a summary only when it is one: thoughts, introductions, Markdown, bullets
    and quotation marks around all of it are taken off; a refusal, an empty answer and one that was
    cut off are a :class:`~summarize.errors.GenerationError` of that document. What may pass by
    itself (429, 5xx, a lost connection, a time-out) is tried again, after the pause that the server
    asks for. :attr:`summarize.Summary.options` has the tokens that a summary cost under ``"cost"``.

    Args:
        model: the name of the model; the server's only one if ``None``.
        url: where the server is, such as ``"http://localhost:11434/v1"``; ``OPENAI_BASE_URL`` of
            the environment if ``None``, and OpenAI's own where only a key is known.
        api_key: the server's key, if it wants one; ``OPENAI_API_KEY`` of the environment if
            ``None``. It is in no message, representation or result.
        prompt: instructions in place of the built-in ones; see
            :class:`~summarize.backends.prompting.instructions.Prompt` for its fields.
        style: how it is to be written, such as ``"for children"``.
        focus: what it is to answer, such as ``"what does it cost?"``.
        window: how many tokens the model reads and writes together; the server is asked if
            ``None``, and 8,192 are assumed where it does not tell.
        max_tokens: how many tokens an answer may have, thoughts included. One that is cut off is
            asked for once more with four times as many.
        temperature: 0 for the likeliest words; ``None`` leaves it to the server.
        concurrency: how many documents are at the server at once.
        timeout: seconds that one request may take.
        retries: how often a request is made again.
        headers: more headers of each request.
        body: more fields of each request, such as ``{"reasoning_effort": "low"}``.

    Attributes:
        window: how many tokens a text may have, by :meth:`count`'s estimate.

    Raises:
        BackendLoadError: if there is no server, it knows no such model, or refuses the key.
        ValueError: for an option's value that is none.
    """

    name = _NAME

    def __init__(
        self,
        *,
        model: str | None = None,
        url: str | None = None,
        api_key: str | None = None,
        prompt: str | None = None,
        style: str | None = None,
        focus: str | None = None,
        window: int | None = None,
        max_tokens: int = 1024,
        temperature: float | None = 0.0,
        concurrency: int = 8,
        timeout: float = 120.0,
        retries: int = 4,
        headers: Mapping[str, str] | None = None,
        body: Mapping[str, Any] | None = None,
    ) -> None:
        self._prompt = Prompt(prompt, style, focus)
        if window is not None:
            window = whole_number("window", window)
        max_tokens = whole_number("max_tokens", max_tokens)
        concurrency = whole_number("concurrency", concurrency)
        retries = whole_number("retries", retries, least=0)
        timeout = positive("timeout", timeout, unit="of seconds")
        if temperature is not None and temperature != 0:
            positive("temperature", temperature)
        for field in body or {}:
            if field in _OURS:
                raise ValueError(f"body= has the field {field!r}, which is not for it to set")
        key = api_key if api_key is not None else os.environ.get("OPENAI_API_KEY") or None
        if key is not None and not isinstance(key, str):
            raise TypeError(f"api_key must be a str, not {type(key).__name__}")
        url = url or os.environ.get("OPENAI_BASE_URL") or (_OPENAI if key else None)
        if url is None:
            raise BackendLoadError(
                _NAME,
                "it knows no server: give url=, such as 'http://localhost:11434/v1' for Ollama, or "
                "set OPENAI_BASE_URL, or OPENAI_API_KEY for OpenAI's own",
            )
        self._connection = Connection(
            url, key, timeout=timeout, retries=retries, concurrency=concurrency, headers=headers
        )
        self.concurrency = concurrency
        self.batch_size = max(4 * concurrency, 32)
        self._body = dict(body or {})
        if temperature is not None:
            self._body.setdefault("temperature", temperature)
        self._limit_name = "max_tokens"
        self._max_tokens = max_tokens
        try:
            self.model, context, self._window_from = self._met(model, window)
        except BaseException:
            self._connection.close()
            raise
        self._used = _tokens_of(messages(self._prompt, longest_brief())) + _ROOM + max_tokens
        try:
            self._fit_into(context, self._used, max_tokens)
        except ValueError as error:
            self._connection.close()
            if self._window_from == "server":
                raise BackendLoadError(
                    _NAME, f"by its server, {error}; window= knows better"
                ) from None
            raise

    def __repr__(self) -> str:
        return f"Chat(model={self.model!r}, url={self._connection.url!r})"

    def _met(self, model: str | None, window: int | None) -> tuple[str, int, str]:
        """The model, its context and where that is known from; the server is asked what it has."""
        if model is not None and (not isinstance(model, str) or not model.strip()):
            raise ValueError(f"model={model!r} must be a name")
        if model is not None and window is not None:
            return model, window, "given"
        try:
            has = self._connection.run(self._connection.get("/models", retries=1))
        except RequestError as error:
            if error.status is None or error.status in (401, 403):
                raise self._unusable(error) from None
            has = Reply()
        entries = has.get("data")
        listed = (
            [each for each in entries if isinstance(each, dict)]
            if isinstance(entries, list)
            else []
        )
        names = [str(each.get("id")) for each in listed if each.get("id")]
        if model is None:
            if len(names) != 1:
                some = one_line(", ".join(name[:80] for name in names[:8])) + (
                    ", …" if len(names) > 8 else ""
                )
                what = f"it has {some}" if names else "the server does not say what it has"
                raise BackendLoadError(_NAME, f"give model=: {what}")
            model = names[0]
        self._names = names
        if window is not None:
            return model, window, "given"
        entry = next((each for each in listed if each.get("id") == model), {})
        told = self._connection.run(asked_window(self._connection, entry, model))
        return (model, told, "server") if told else (model, _ASSUMED_CONTEXT, "assumed")

    _names: Sequence[str] = ()

    def _unusable(self, error: RequestError) -> BackendLoadError:
        reason = str(error)
        if error.status in (401, 403):
            reason += ": give the key it wants as api_key=, or as OPENAI_API_KEY in the environment"
        elif error.status is None:
            reason += "; is it running, and is url= right?"
        return BackendLoadError(_NAME, reason)

    def count(self, texts: Sequence[str], /) -> list[int]:
        """Return an estimate of the tokens of each text, rather too many: a third of its bytes."""
        return [_estimate(text) for text in texts]

    def generate_for(self, briefs: Sequence[Brief], /) -> list[Draft | GenerationError]:
        """Write a draft for each brief, several at a time, in their order.

        Raises:
            BackendLoadError: if the server refuses the key, or does not know the model.
        """
        futures: list[Future[Draft | GenerationError]] = []
        try:
            for brief in briefs:
                futures.append(self.generate_soon(brief))
            return [future.result() for future in futures]
        except BaseException:  # no more requests for documents that nobody will have
            for future in futures:
                future.cancel()
            raise

    def generate_soon(self, brief: Brief, /) -> Future[Draft | GenerationError]:
        """Begin to write a draft; the server has ``concurrency`` of them at once.

        Raises:
            BackendLoadError: if the server refused the key, or did not know the model.
        """
        return self._connection.start(self._one(brief))

    def close(self) -> None:
        """End the connections."""
        self._connection.close()

    async def _one(self, brief: Brief) -> Draft | GenerationError:
        cost = _Cost()
        task = asyncio.current_task()
        assert task is not None
        task.add_done_callback(_seen)
        try:
            text = await self._answer(brief, cost)
        except GenerationError as error:
            return error
        except BackendLoadError as error:
            self._connection.refused = error  # nobody need ask again
            raise
        except asyncio.CancelledError:
            self._connection.check()  # that it was closed meanwhile says more
            raise
        options = {
            "model": self.model,
            "url": self._connection.url,
            **self._body,
            "max_tokens": self._max_tokens,
            "window": self._context,
            "window_from": self._window_from,
            "cost": cost.to_dict(),
        }
        return Draft(text, options=MappingProxyType(options))

    async def _answer(self, brief: Brief, cost: _Cost) -> str:
        """What the model wrote, cleaned.

        Raises:
            GenerationError: if it is no summary.
        """
        asked = messages(self._prompt, brief)
        most = self._max_tokens
        longest = max(min(most * _LONGER, self._context), most)
        empty = 0
        while True:
            reply = await self._reply(asked, most)
            cost.add(reply)
            content, finish = _choice(reply)
            self._check_read(reply, asked)
            if finish in _REFUSING:
                raise GenerationError(_NAME, f"the server withheld the answer ({finish})")
            if finish in _CUT:
                if most >= longest:
                    raise GenerationError(
                        _NAME,
                        f"the answer was cut off at {most} tokens; max_tokens= sets how many it may"
                        " have, and a model that thinks before it writes needs thousands",
                    )
                most = longest
                continue
            summary, why = judged(content)
            if finish in _BROKEN:
                summary, why = "", f"the server broke off the answer ({finish})"
            elif finish in _CALLING and not summary:
                why = "the model called a tool in place of an answer"
            if why is None:
                return summary
            empty += 1
            if summary or empty > 1:
                raise GenerationError(_NAME, why)

    def _check_read(self, reply: Reply, asked: Sequence[Mapping[str, str]]) -> None:
        """Tell where a server cut the text in silence, as Ollama does beyond its ``num_ctx``."""
        usage = reply.get("usage")
        read = _whole(usage.get("prompt_tokens")) if isinstance(usage, dict) else 0
        words = sum(len(message["content"].split()) for message in asked)
        if 0 < read < words // 2:  # a word has one token or more
            self._learn(read, asked, self._max_tokens)
            raise GenerationError(
                _NAME,
                f"the server read {read} tokens of {words} words, and cut off the rest; window= "
                "says how many it takes",
            )

    async def _reply(self, asked: Sequence[Mapping[str, str]], most: int) -> Reply:
        while True:
            before = (self._limit_name, "temperature" in self._body)
            body = {
                "model": self.model,
                "messages": list(asked),
                "stream": False,  # as all have it unasked, but for some proxies
                **self._body,
                self._limit_name: most,
            }
            try:
                return await self._connection.post("/chat/completions", body)
            except RequestError as error:
                if self._learned(error, before):
                    continue
                raise self._failure(error, asked, most) from None

    def _learned(self, error: RequestError, before: tuple[str, bool]) -> bool:
        """Whether a request that was refused is now made otherwise.

        OpenAI's newer models take ``max_completion_tokens`` alone, and no temperature.
        """
        if error.status not in (400, 422):
            return False
        about = f"{error.parameter} {error}"
        if "max_completion_tokens" in about and before[0] == "max_tokens":
            self._limit_name = "max_completion_tokens"
        elif "temperature" in about and before[1]:
            self._body.pop("temperature", None)
        else:
            return False
        return True

    def _learn(self, context: int | None, asked: Sequence[Mapping[str, str]], most: int) -> None:
        """Know a smaller window, since the server did not take a text that was within it.

        The library then shortens the text, as it does any that exceeds the window.

        Args:
            context: the tokens that the server says it takes, if it does.
            asked: what it did not take.
            most: the tokens that it was asked to write.
        """
        if context is None or context >= self._context:
            if most > self._max_tokens:  # the longer answer was too much, and not the text
                return
            context = min(self._context, (_tokens_of(asked) + self._max_tokens) * 3 // 4)
            if context < _SMALLEST:  # then it is not the length: other texts keep their window
                return
        if context - self._used >= _LEAST:
            self._window_from = "learned"
            self._fit_into(context, self._used, self._max_tokens)

    def _failure(
        self, error: RequestError, asked: Sequence[Mapping[str, str]], most: int
    ) -> BackendLoadError | GenerationError:
        """The error for a request that failed: of the backend, or of this document alone."""
        reason = str(error)
        if error.status in (401, 403):
            return self._unusable(error)
        unknown = error.code in ("model_not_found", "not_found_error") or "model" in reason.lower()
        if error.status == 404 and unknown:
            close = difflib.get_close_matches(self.model, self._names, n=1)
            hint = f"; did you mean {close[0]!r}?" if close else ""
            has = f" (it has {', '.join(self._names[:8])})" if self._names else ""
            return BackendLoadError(_NAME, f"no model {self.model!r}: {reason}{hint}{has}")
        if "unexpected endpoint" in reason.lower():  # as LM Studio says it, with status 200
            return BackendLoadError(_NAME, reason + "; does url= lack its '/v1'?")
        if error.status in (404, 405) or error.status in range(300, 400):
            hint = "" if error.status not in (404, 405) else "; does url= lack its '/v1'?"
            return BackendLoadError(_NAME, reason + hint)
        if error.status in (400, 413, 422) and _TOO_LONG.search(reason + error.code):
            self._learn(_context_told(reason), asked, most)
            reason += "; window= says how many tokens the model takes"
        return GenerationError(_NAME, reason)


def _seen(task: asyncio.Task[Any]) -> None:
    """Take note of what became of a draft, also where nobody waits for it any more.

    Else asyncio writes the error to standard error, as one that was lost.
    """
    if not task.cancelled():
        task.exception()


def _choice(reply: Reply) -> tuple[str, str]:
    """The text of an answer and how it ended.

    Raises:
        GenerationError: if there is none.
    """
    choices = reply.get("choices")
    if not isinstance(choices, list) or not choices or not isinstance(choices[0], dict):
        raise GenerationError(_NAME, "the server's answer has no choices")
    choice = choices[0]
    message = choice.get("message")
    if not isinstance(message, dict):
        raise GenerationError(_NAME, "the server's answer has no message")
    refusal = message.get("refusal")
    if isinstance(refusal, str) and refusal.strip():
        raise GenerationError(_NAME, f"the model refused: {shortened(refusal)!r}")
    content = message.get("content")
    if isinstance(content, list):  # in parts, as some servers send it
        parts = [
            part.get("text")
            for part in content
            if isinstance(part, dict) and part.get("type", "text") in ("text", "output_text")
        ]
        content = "".join(part for part in parts if isinstance(part, str))
    if content is not None and not isinstance(content, str):
        raise GenerationError(_NAME, "the server's answer has a content that is no text")
    thoughts = message.get("reasoning_content") or message.get("reasoning")
    if not (content or "").strip() and isinstance(thoughts, str) and thoughts.strip():
        content = f"<think>{thoughts}"  # where a server has them apart
    return content or "", str(choice.get("finish_reason") or "stop").lower()


def _context_told(reason: str) -> int | None:
    """The tokens that a server says it takes, in its own words."""
    if named := _CONTEXT.search(reason):
        return int(next(filter(None, named.groups())).replace(",", ""))
    return None


def _tokens_of(asked: Sequence[Mapping[str, str]]) -> int:
    return sum(_estimate(message["content"]) for message in asked)


def _estimate(text: str) -> int:
    return -(-len(text.encode("utf-8", "replace")) // _BYTES_A_TOKEN) + 1


def _whole(value: object) -> int:
    return value if isinstance(value, int) and not isinstance(value, bool) and value > 0 else 0
