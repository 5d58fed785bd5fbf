"""A service of one Summarizer, with limits on size, threads and the queue.

    pip install "fastapi>=0.115" uvicorn
    uvicorn --app-dir examples/recipes fastapi_service:app
    curl localhost:8000/summarize --json '{"text": "It rained. The river rose.", "sentences": 1}'

Python lets one thread of a process compute at a time, so the texts are summarised in JOBS
processes, which the threads wait for. The environment's SUMMARIZE_BACKEND names another backend,
and its JOBS another number; for a backend that computes on all processors by itself (BART), set
THREADS below to 1.

Answers: 200, 413 (too large), 422 (no text, or a length that makes no sense), 503 (too many are
waiting).
"""

import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial

from anyio import CapacityLimiter, to_thread
from fastapi import FastAPI, HTTPException, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from pydantic import BaseModel, ConfigDict, Field

import summarize

BYTES, CHARACTERS = 2_000_000, 500_000  # of a request, of a text
THREADS, WAITING = os.cpu_count() or 1, 32
JOBS = int(os.environ.get("JOBS", THREADS))


class Wanted(BaseModel):
    """What is asked for; the library says itself what lengths make sense."""

    model_config = ConfigDict(extra="forbid", strict=True)
    text: str = Field(max_length=CHARACTERS)
    sentences: int | None = None
    words: int | None = None
    ratio: float | None = None
    language: str | None = None


class Bounded:
    """Refuses a request of more than so many bytes while it is read, whatever it declares."""

    def __init__(self, app, most: int) -> None:
        self.app, self.most = app, most

    async def __call__(self, scope, receive, send) -> None:
        came = 0

        async def counted():
            nonlocal came
            message = await receive()
            came += len(message.get("body", b""))
            if came > self.most:
                raise HTTPException(413, f"a request may have {self.most:,} bytes")
            return message

        await self.app(scope, counted if scope["type"] == "http" else receive, send)


@asynccontextmanager
async def lifespan(app: FastAPI) -> AsyncIterator[None]:
    """Load the backend once, before the first request."""
    backend = os.environ.get("SUMMARIZE_BACKEND")
    with summarize.Summarizer(backend, jobs=JOBS) as app.state.summarizer:
        app.state.threads = CapacityLimiter(THREADS)
        yield


app = FastAPI(title="summarize", lifespan=lifespan)
app.add_middleware(Bounded, most=BYTES)


@app.exception_handler(RequestValidationError)
async def refused(request: Request, error: RequestValidationError) -> JSONResponse:
    """Say what is wrong without sending the text back."""
    wrong = [f"{'.'.join(map(str, each['loc']))}: {each['msg']}" for each in error.errors()]
    return JSONResponse({"detail": "; ".join(wrong)}, 422)


@app.post("/summarize")
async def post(wanted: Wanted) -> dict:
    """Summarise in a thread of its own; the loop stays free."""
    threads: CapacityLimiter = app.state.threads
    if threads.statistics().tasks_waiting >= WAITING:
        raise HTTPException(503, "too many are waiting", {"Retry-After": "5"})
    try:
        summary = await to_thread.run_sync(partial(_summary, wanted), limiter=threads)
    except (
        summarize.EmptyDocumentError,
        summarize.InvalidLengthError,
        summarize.UnknownLanguageError,
        summarize.DocumentTooLongError,
    ) as error:
        raise HTTPException(422, str(error)) from None
    return {
        "summary": str(summary),
        "language": summary.language,
        "sentences": [{"text": s.text, "start": s.start, "end": s.end} for s in summary.sentences],
    }


def _summary(wanted: Wanted) -> summarize.Summary:
    length = wanted.model_dump(include={"sentences", "words", "ratio", "language"})
    # With a line's end behind it, a text is never taken for the name of a file.
    return app.state.summarizer.summarize(wanted.text + "\n", **length)
