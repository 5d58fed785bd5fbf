"""What the backend ``chat`` costs beside the server's own time, with 32 documents in flight.

    python benchmarks/chat.py [--runs N]

A server on the loopback interface, in a process of its own, answers each request after a fixed
time, as many at once as are asked. What a document takes beyond its share of that time is ours:
splitting, the prompt, the request, the answer, the cleaning, the support, and what the server's
Python takes. Most of it is done while the server works on other documents.
"""

from __future__ import annotations

import argparse
import asyncio
import multiprocessing
import os
import statistics
import sys
import time
from pathlib import Path

import httpx2
from recording import record, table

ROOT = Path(__file__).parents[1]
IN_FLIGHT, ROUNDS, DELAY = 32, 10, 0.25


def spread(values: list[float]) -> str:
    return f"{statistics.median(values):.2f} ({min(values):.2f} to {max(values):.2f})"


def serve(connection, delay: float) -> None:
    sys.path.insert(0, str(ROOT / "tests"))
    from chat_server import ChatServer

    server = ChatServer(delay)
    connection.send(server.url)
    connection.recv()


def articles() -> list[str]:
    paths = sorted((Path(__file__).parent / "articles").glob("*.txt"))
    texts = [path.read_text(encoding="utf-8") for path in paths]
    return [texts[n % len(texts)] for n in range(IN_FLIGHT * ROUNDS)]


async def bare(url: str, texts: list[str]) -> None:
    """The same number of requests of the same size, by httpx2 alone, as many in flight."""
    free = asyncio.Semaphore(IN_FLIGHT)
    limits = httpx2.Limits(max_connections=IN_FLIGHT, max_keepalive_connections=IN_FLIGHT)
    async with httpx2.AsyncClient(limits=limits, trust_env=False, timeout=60) as client:

        async def one(text: str) -> None:
            async with free:
                messages = [{"role": "user", "content": text}]
                answer = await client.post(f"{url}/chat/completions", json={"messages": messages})
                answer.json()

        await asyncio.gather(*(one(text) for text in texts))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--runs", type=int, default=5)
    runs = parser.parse_args().runs
    from summarize import Summarizer

    context = multiprocessing.get_context("spawn")
    here, there = context.Pipe()
    process = context.Process(target=serve, args=(there, DELAY), daemon=True)
    process.start()
    url = here.recv()
    texts = articles()
    walls, floors, processor, first = [], [], [], []
    with Summarizer("chat", model="small", url=url, concurrency=IN_FLIGHT) as chat:
        list(chat.summarize_many(texts[:IN_FLIGHT]))
        for _ in range(runs):
            start, used = time.perf_counter(), time.process_time()
            summaries = chat.summarize_many(texts)
            next(summaries)
            first.append(1000 * (time.perf_counter() - start - DELAY))
            done = 1 + sum(1 for _ in summaries)
            walls.append(time.perf_counter() - start)
            processor.append(time.process_time() - used)
            assert done == len(texts)
            start = time.perf_counter()
            asyncio.run(bare(url, texts))
            floors.append(time.perf_counter() - start)
    here.send(None)
    process.join(10)
    own = ROUNDS * DELAY
    over = [1000 * (wall - own) / len(texts) for wall in walls]
    least = [1000 * (wall - own) / len(texts) for wall in floors]
    more = [a - b for a, b in zip(over, least, strict=True)]
    used = [1000 * each / len(texts) for each in processor]
    rows = [
        ("documents", f"{len(texts)}, {IN_FLIGHT} in flight"),
        ("the server's own time a request", f"{1000 * DELAY:.0f} ms"),
        (f"beyond it, ms a document, median of {runs} (least to most)", spread(over)),
        ("the same of as many requests by httpx2 alone", spread(least)),
        ("what `chat` adds to these", spread(more)),
        ("the first summary beyond it, ms from the start", spread(first)),
        ("processor time of its process, ms a document", spread(used)),
        (
            "load of the machine meanwhile, processes on its cores",
            f"{os.getloadavg()[0]:.1f} on {os.cpu_count()}",
        ),
    ]
    body = "## The overhead of `chat`\n\n" + table(("what", "measured"), rows)
    record("chat", body, ("httpx2",))


if __name__ == "__main__":
    main()
