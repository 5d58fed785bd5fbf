"""Requests to a chat server: in flight together, tried again, within a time, and without keys in
what is said of them.

The client is httpx2, the maintained continuation of httpx (whose last release is of 2024), which
huggingface_hub needs anyway. The openai package would bring a second retry policy, models that
refuse what half-compatible servers send, and most of a second of import.

:meta private:
"""

from __future__ import annotations

import asyncio
import base64
import contextlib
import email.utils
import json
import random
import re
import threading
import time
import weakref
from collections.abc import Coroutine, Mapping, Sequence
from concurrent.futures import Future
from copy import copy
from typing import Any, TypeVar
from urllib.parse import unquote, urlsplit, urlunsplit

import httpx2

from ...errors import BackendLoadError
from ...text.controls import visible
from ...version import __version__

__all__ = ["Connection", "Reply", "RequestError"]

_AGAIN = frozenset({408, 409, 425, 429, 500, 502, 503, 504, 520, 521, 522, 523, 524, 529})
_FIRST_PAUSE, _LONGEST_PAUSE = 0.5, 30.0  # seconds; doubling in between
_LOADING_PAUSE = 2.0  # seconds, where a server says that it loads the model
_LOADING = re.compile(r"\b(?:loading|loaded)\b", re.IGNORECASE)  # and not overloaded
_LONGEST_ASKED = 120.0  # a server that asks for a longer pause is told of, not waited for
_LARGEST_REPLY = 8 << 20  # bytes; a lead takes some kilobytes
_EVENTS = (b"data:", b"event:", b":")  # how a stream of events begins
_SHOWN = 300  # characters of a server's own message

T = TypeVar("T")


class RequestError(Exception):
    """A request that gave no JSON object, for good.

    Attributes:
        status: the status code, or ``None`` if there was no answer.
        code: the server's own name of the fault, "" if it gave none.
        parameter: which field of the request it is about, "" if it did not say.
    """

    def __init__(
        self, reason: str, status: int | None = None, code: str = "", parameter: str = ""
    ) -> None:
        super().__init__(reason)
        self.status, self.code, self.parameter = status, code, parameter


class _RetryError(Exception):
    """A request that may succeed when it is made again, in ``pause`` seconds if that is known."""

    def __init__(
        self,
        reason: str,
        pause: float | None = None,
        status: int | None = None,
        *,
        loading: bool = False,
    ) -> None:
        super().__init__(reason)
        self.pause, self.status, self.loading = pause, status, loading


class Reply(dict[str, Any]):
    """The JSON object that came, and how many requests it took."""

    requests = 1


class Connection:
    """A server, and at most so many requests to it at a time.

    Args:
        url: where it is, such as ``http://localhost:11434/v1``.
        key: the key it asks for.
        timeout: seconds that one try may take, from sending to the last byte.
        retries: how often a request is made again.
        concurrency: requests in flight.
        headers: more headers of each request.

    Attributes:
        refused: why no request is of use any more, once somebody has set it.

    Raises:
        ValueError: if the URL or the key cannot be one; the key is not told.
    """

    def __init__(
        self,
        url: str,
        key: str | None,
        *,
        timeout: float,
        retries: int,
        concurrency: int,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        self.url, userinfo = _parsed(url)
        self._headers = {"user-agent": f"summarize/{__version__}", "accept": "application/json"}
        self._secrets: list[str] = []
        if key is not None:
            self._authorize("Bearer", key.strip())
        elif userinfo is not None:
            self._authorize("Basic", base64.b64encode(userinfo.encode()).decode())
            self._secrets.append(userinfo.partition(":")[2])
        for name, value in (headers or {}).items():
            if not _is_header(str(value)) or not name.isascii():
                raise ValueError(f"headers= has a value for {name!r} that is none of a header")
            self._headers[name] = str(value)
            self._secrets.append(str(value))
        self._timeout, self._retries, self._concurrency = timeout, retries, concurrency
        self._random = random.Random()
        self._lock = threading.Lock()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._clients: list[httpx2.AsyncClient] = []
        self._end: weakref.finalize[..., Connection] | None = None
        self._free: asyncio.Semaphore | None = None
        self._not_before = 0.0
        self._closed = False

    def _authorize(self, scheme: str, secret: str) -> None:
        if not secret or not _is_header(secret):
            raise ValueError("api_key= is empty, or has characters that no key has")
        self._headers["authorization"] = f"{scheme} {secret}"
        self._secrets.append(secret)

    refused: BackendLoadError | None = None

    def run(self, work: Coroutine[Any, Any, T]) -> T:
        """Do what waits for requests, from any thread; Ctrl-C ends the requests too."""
        future = self.start(work)
        try:
            return future.result()
        except BaseException:
            future.cancel()
            raise

    def start(self, work: Coroutine[Any, Any, T]) -> Future[T]:
        """Begin what waits for requests, from any thread.

        Raises:
            BackendLoadError: if this is closed, or its server refuses all requests.
        """
        try:
            with self._lock:  # what is begun before the end is ended with the rest
                return asyncio.run_coroutine_threadsafe(work, self._running())
        except BaseException:
            work.close()
            raise

    def check(self) -> None:
        """Hold that requests are of use.

        Raises:
            BackendLoadError: if this is closed, or its server refuses all requests.
        """
        if self._closed:
            raise BackendLoadError("chat", "it is closed; make a new one")
        if self.refused is not None:
            raise copy(self.refused)  # its own for each thread, which adds to it where it passes

    def _running(self) -> asyncio.AbstractEventLoop:
        self.check()
        if self._loop is None:
            self._loop = asyncio.new_event_loop()
            threading.Thread(
                target=_run, args=(self._loop,), name="summarize-chat", daemon=True
            ).start()
            # Also where nobody closes it: the thread knows the loop, and not this object.
            self._end = weakref.finalize(self, _end, self._loop, self._clients)
        return self._loop

    async def post(self, path: str, body: Mapping[str, Any]) -> Reply:
        """Send a JSON object and return the one that comes; made again where that may help.

        Raises:
            RequestError: if it gave none, for good.
        """
        return await self._made("POST", self.url + path, json.dumps(body).encode(), self._retries)

    async def get(self, path: str, *, retries: int = 0, outside: bool = False) -> Reply:
        """Ask for a JSON object; ``outside`` of the part of the server that is as OpenAI's.

        Raises:
            RequestError: if there is none.
        """
        base = self.url.removesuffix("/v1") if outside else self.url
        return await self._made("GET", base + path, None, retries)

    async def _made(self, method: str, url: str, body: bytes | None, retries: int) -> Reply:
        if self._free is None:
            self._free = asyncio.Semaphore(self._concurrency)
        tries = waits = 0
        begun = time.monotonic()
        while True:
            async with self._free:
                while (left := self._not_before - time.monotonic()) > 0:
                    await asyncio.sleep(left)
                self.check()
                tries += 1
                try:
                    reply = await self._tried(method, url, body)
                except _RetryError as error:
                    reason, pause, status = str(error), error.pause, error.status
                    loading = error.loading
                else:
                    reply.requests = tries
                    return reply
            if loading and time.monotonic() - begun < self._timeout:
                waits += 1  # for a model that is being loaded, as long as for an answer
                await asyncio.sleep(min(pause or _LOADING_PAUSE, self._timeout))
                continue
            if tries - waits > retries:
                often = f", {tries} times" if tries > 1 else ""
                raise RequestError(f"{reason}{often}", status)
            if pause is not None and pause > _LONGEST_ASKED:
                raise RequestError(f"{reason}, and asks for a pause of {pause:.0f} s", status)
            if pause is None:
                longest = min(_FIRST_PAUSE * 2 ** (tries - waits - 1), _LONGEST_PAUSE)
                await asyncio.sleep(longest * self._random.uniform(0.5, 1.0))
            else:  # it said when: nobody else need ask before either
                self._not_before = max(self._not_before, time.monotonic() + pause)

    async def _tried(self, method: str, url: str, body: bytes | None) -> Reply:
        if not self._clients:
            self._clients.append(self._made_client())
        [client] = self._clients
        headers = {} if body is None else {"content-type": "application/json"}
        try:
            async with asyncio.timeout(self._timeout):
                request = client.build_request(method, url, content=body, headers=headers)
                response = await client.send(request, stream=True)
                try:
                    content = await self._content(response)
                finally:
                    await response.aclose()
        except (TimeoutError, httpx2.TimeoutException) as error:
            raise _RetryError(f"{self.url} did not answer within {self._timeout:g} s") from error
        except httpx2.ConnectError as error:
            raise _RetryError(
                f"no server answers at {self.url}: {self._told(str(error))}"
            ) from error
        except httpx2.HTTPError as error:
            raise _RetryError(
                f"{self.url} broke off its answer: {self._told(str(error))}"
            ) from error
        return self._understood(response, content)

    async def _content(self, response: httpx2.Response) -> bytes:
        parts, size = [], 0
        async for part in response.aiter_bytes():
            size += len(part)
            if size > _LARGEST_REPLY:
                raise RequestError(f"{self.url} sent more than {_LARGEST_REPLY >> 20} MiB")
            parts.append(part)
        return b"".join(parts)

    def _made_client(self) -> httpx2.AsyncClient:
        # Proxies of the environment are for what lies outside this machine.
        host = urlsplit(self.url).hostname or ""
        local = host in ("localhost", "::1") or host.startswith("127.")
        return httpx2.AsyncClient(
            headers=self._headers,
            timeout=self._timeout,
            follow_redirects=False,
            trust_env=not local,
            limits=httpx2.Limits(
                max_connections=self._concurrency, max_keepalive_connections=self._concurrency
            ),
        )

    def _understood(self, response: httpx2.Response, content: bytes) -> Reply:
        status = response.status_code
        try:
            value = json.loads(content)
        except ValueError:
            value = _streamed(content) if content.startswith(_EVENTS) else None
        except RecursionError:
            value = None
        fault = value.get("error") if isinstance(value, dict) else None
        if status == 200 and isinstance(value, dict) and not fault:
            return Reply(value)
        if 300 <= status < 400:
            target = _address(response.headers.get("location", ""))
            raise RequestError(
                f"{self.url} redirects to {self._told(target) or 'nowhere'}; give that as url=",
                status,
            )
        message, code, parameter = _described(fault if fault else value)
        told = self._told(message)
        if status == 200 and fault:
            status = int(code) if code.isdecimal() and len(code) == 3 else 200
        if status == 200:
            kind = response.headers.get("content-type", "of no type").partition(";")[0]
            what = f"an error: {told}" if fault else f"{self._told(kind)}, no JSON object"
            raise RequestError(f"{self.url} answered with {what}", status, code, parameter)
        reason = f"{self.url} answered with status {status}" + (f": {told}" if told else "")
        if status in (401, 403):  # its message may tell parts of the key
            reason = f"{self.url} answered with status {status}"
        if status in _AGAIN and code != "insufficient_quota":
            loading = status == 503 and _LOADING.search(message) is not None
            raise _RetryError(reason, _pause(response.headers), status, loading=loading)
        raise RequestError(reason, status, code, parameter)

    def _told(self, message: str) -> str:
        """A message of others in one line, shortened, with no secret of ours in it."""
        for secret in sorted(filter(None, self._secrets), key=len, reverse=True):
            message = message.replace(secret, "…")
        line = visible(" ".join(message.split()))
        return line if len(line) <= _SHOWN else line[: _SHOWN - 1] + "…"

    def close(self) -> None:
        """End what is in flight, and the connections."""
        with self._lock:
            self._closed = True
        if self._end is not None:
            self._end()


def _end(loop: asyncio.AbstractEventLoop, clients: list[httpx2.AsyncClient]) -> None:
    """End a loop of another thread with all that it has to do."""

    async def ended() -> None:
        own = asyncio.current_task()
        others = [task for task in asyncio.all_tasks() if task is not own]
        for task in others:
            task.cancel()
        await asyncio.gather(*others, return_exceptions=True)
        for client in clients:
            await client.aclose()

    with contextlib.suppress(Exception):
        asyncio.run_coroutine_threadsafe(ended(), loop).result(5)
    loop.call_soon_threadsafe(loop.stop)


def _run(loop: asyncio.AbstractEventLoop) -> None:
    loop.run_forever()
    loop.close()


def _parsed(url: str) -> tuple[str, str | None]:
    """The URL without what is secret in it, and the user with the password."""
    if not isinstance(url, str):
        raise TypeError(f"url must be a str, not {type(url).__name__}")
    parts = urlsplit(url.strip())
    try:
        port = parts.port
    except ValueError:
        port = -1
    if parts.scheme not in ("http", "https") or not parts.hostname or port == -1:
        raise ValueError(
            f"url={_address(url)!r} must be that of a server, such as 'http://localhost:11434/v1'"
        )
    if parts.query or parts.fragment:
        raise ValueError(
            f"url={_address(url)!r} has more, after '?' or '#', which is not sent: give "
            "the address alone, and a key as api_key= or in headers="
        )
    userinfo, at, host = parts.netloc.rpartition("@")
    path = parts.path.rstrip("/").removesuffix("/chat/completions")
    return urlunsplit((parts.scheme, host, path, "", "")), unquote(userinfo) if at else None


def _address(url: str) -> str:
    """What of a URL can be given as ``url=``: no user, no query, nothing long."""
    parts = urlsplit(url.strip())
    return urlunsplit((parts.scheme, parts.netloc.rpartition("@")[2], parts.path, "", ""))[:200]


def _is_header(value: str) -> bool:
    return value.isascii() and value.isprintable()


def _streamed(content: bytes) -> dict[str, Any] | None:
    """The answer in a stream of events, which some servers send unasked; ``None`` if it has none.

    Raises:
        _RetryError: if it ends before the answer does.
    """
    text, finish, usage, ended = "", None, None, False
    for line in content.decode("utf-8", "replace").splitlines():
        data = line.removeprefix("data:").strip()
        if not line.startswith("data:") or not data:
            continue
        if data == "[DONE]":
            ended = True
            break
        try:
            event = json.loads(data)
            if event.get("error"):
                return {"error": event["error"]}
            usage = event.get("usage") or usage
            for choice in event.get("choices") or ():
                part = (choice.get("delta") or choice.get("message") or {}).get("content")
                text += part if isinstance(part, str) else ""
                finish = choice.get("finish_reason") or finish
        except (ValueError, AttributeError, TypeError):
            return None
    if not ended and finish is None:
        if text:
            raise _RetryError("the server broke off its stream of events")
        return None
    message = {"role": "assistant", "content": text}
    return {"choices": [{"message": message, "finish_reason": finish}], "usage": usage}


def _described(fault: Any) -> tuple[str, str, str]:
    """A server's message, its code and the field it is about, in the forms that servers have."""
    if isinstance(fault, dict):
        inner = fault.get("error")
        if isinstance(inner, dict | str):
            return _described(inner)
        message = fault.get("message") or fault.get("detail") or fault.get("msg") or ""
        code = fault.get("code") or fault.get("type") or ""
        return str(message), str(code), str(fault.get("param") or "")
    if isinstance(fault, Sequence) and not isinstance(fault, str | bytes) and fault:
        return _described(fault[0])
    return (fault, "", "") if isinstance(fault, str) else ("", "", "")


def _pause(headers: httpx2.Headers) -> float | None:
    """The seconds that a server asks to wait: a number, or a date."""
    with contextlib.suppress(ValueError, TypeError):
        if "retry-after-ms" in headers:
            return max(float(headers["retry-after-ms"]) / 1000, 0.0)
    asked = headers.get("retry-after")
    if asked is None:
        return None
    try:
        seconds = float(asked)
    except ValueError:
        try:
            seconds = email.utils.parsedate_to_datetime(asked).timestamp() - time.time()
        except (ValueError, TypeError):
            return None
    return max(seconds, 0.0) if seconds == seconds else None  # noqa: PLR0124 - NaN is not itself
