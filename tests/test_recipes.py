"""The recipes under examples/ do what they say; each runs where its package is installed."""

import json
import os
import runpy
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Event, Thread

import pytest

import summarize

EXAMPLES = Path(__file__).parents[1] / "examples"
RECIPES = EXAMPLES / "records"
OTHERS = EXAMPLES / "recipes"
ARTICLE = EXAMPLES / "articles" / "sport-eleven-minutes-kuopio.txt"
TEXTS = ["It rained. It stopped.", " ", "Snow fell. It melted."]
pytestmark = pytest.mark.filterwarnings("default")


def test_pandas():
    pandas = pytest.importorskip("pandas")
    recipe = runpy.run_path(str(RECIPES / "with_pandas.py"))
    frame = recipe["add_summaries"](pandas.DataFrame({"text": TEXTS}, index=[5, 6, 7]))
    assert list(frame.columns) == ["text", "summary", "error"]
    assert frame["summary"][7].startswith("Snow")
    assert frame["summary"].isna().tolist() == [False, True, False]
    assert "empty" in frame["error"][6]


def test_dask(tmp_path):
    dask = pytest.importorskip("dask")
    dataframe = pytest.importorskip("dask.dataframe")
    pandas = pytest.importorskip("pandas")
    recipe = runpy.run_path(str(RECIPES / "with_dask.py"))
    whole = pandas.DataFrame({"id": range(30), "text": TEXTS * 10})
    dataframe.from_pandas(whole, npartitions=4).to_parquet(tmp_path / "in")
    frame = recipe["add_summaries"](dataframe.read_parquet(tmp_path / "in"))
    with dask.config.set(scheduler="threads"):
        frame.to_parquet(tmp_path / "out")
    found = pandas.read_parquet(tmp_path / "out").sort_values("id")
    assert list(found.columns) == ["id", "text", "summary", "error"]
    assert found["summary"].isna().tolist() == [False, True, False] * 10
    assert found["error"].iloc[1].endswith("empty: there is no text to summarize")
    assert found["summary"].iloc[2].startswith("Snow")


def test_spark(tmp_path, monkeypatch):
    """Not in the continuous run: Spark takes 450 MB, and Java."""
    sql = pytest.importorskip("pyspark.sql")
    pandas = pytest.importorskip("pandas")
    monkeypatch.setenv("PYSPARK_PYTHON", sys.executable)
    builder = sql.SparkSession.builder.master("local[2]").config("spark.ui.enabled", "false")
    spark = builder.getOrCreate()
    recipe = runpy.run_path(str(RECIPES / "with_spark.py"))
    whole = pandas.DataFrame({"id": range(30), "text": TEXTS * 10})
    frame = recipe["add_summaries"](spark.createDataFrame(whole))
    rows = sorted(frame.collect(), key=lambda row: row["id"])
    spark.stop()
    assert frame.columns == ["id", "text", "summary", "error"]
    assert [row["summary"] is None for row in rows] == [False, True, False] * 10
    assert "empty" in rows[1]["error"]


def test_datasets(tmp_path, monkeypatch):
    monkeypatch.setenv("HF_HOME", str(tmp_path))
    datasets = pytest.importorskip("datasets")
    recipe = runpy.run_path(str(RECIPES / "with_datasets.py"))
    rows = datasets.Dataset.from_dict({"text": TEXTS}).map(
        recipe["summarize_batch"], batched=True, batch_size=2
    )
    assert [bool(summary) for summary in rows["summary"]] == [True, False, True]
    assert "empty" in rows[1]["error"]


# --- FastAPI --------------------------------------------------------------------------------------


@pytest.fixture
def service():
    pytest.importorskip("fastapi")
    client = pytest.importorskip("fastapi.testclient")
    recipe = runpy.run_path(str(OTHERS / "fastapi_service.py"))
    with client.TestClient(recipe["app"]) as http:
        http.recipe = recipe
        yield http


def test_service_answers(service):
    text = ARTICLE.read_text(encoding="utf-8")
    answer = service.post("/summarize", json={"text": text, "sentences": 2})
    assert answer.status_code == 200
    told = answer.json()
    assert told["summary"] == str(summarize.summarize(text, sentences=2))
    assert told["language"] == "en"
    first = told["sentences"][0]
    assert " ".join(text[first["start"] : first["end"]].split()) == first["text"]


def test_service_answers_many_at_once(service):
    text = ARTICLE.read_text(encoding="utf-8")
    with ThreadPoolExecutor(8) as pool:
        answers = list(
            pool.map(lambda _: service.post("/summarize", json={"text": text}).text, range(16))
        )
    assert len(set(answers)) == 1
    assert '"summary"' in answers[0]


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ({"text": " "}, "no text"),
        ({"text": "It rained.", "sentences": 0}, "sentences"),
        ({"text": "It rained.", "sentences": True}, "sentences"),
        ({"text": "It rained.", "sentences": 1, "words": 9}, "sentences"),
        ({"text": "It rained.", "ratio": 2.0}, "ratio"),
        ({"text": "It rained.", "language": "klingonese!"}, "language"),
        ({"text": "It rained.", "sentence": 1}, "sentence"),
        ({"sentences": 1}, "text"),
    ],
)
def test_service_refuses(service, body, said):
    answer = service.post("/summarize", json=body)
    assert answer.status_code == 422
    assert said in answer.json()["detail"]


def test_service_reads_no_file(service, recwarn):
    answer = service.post("/summarize", json={"text": str(ARTICLE)})
    assert answer.status_code == 200  # it is a text like any other
    assert "Kuopio" not in answer.json()["summary"]
    assert not [each for each in recwarn if "name of a file" in str(each.message)]


def test_service_limits_sizes(service):
    refused = service.post("/summarize", json={"text": "x" * 500_001})
    assert refused.status_code == 422
    assert len(refused.text) < 200  # the text does not come back
    assert service.post("/summarize", content=b" " * 2_000_001).status_code == 413
    unannounced = service.post("/summarize", content=(b" " * 100_000 for _ in range(21)))
    assert unannounced.status_code == 413
    lone = service.post(
        "/summarize",
        content=b'{"text": "\\ud800 It rained."}',
        headers={"Content-Type": "application/json"},
    )
    assert lone.status_code == 422


def test_service_limits_threads_and_queue(service):
    app, waiting = service.recipe["app"], service.recipe["WAITING"]
    app.state.threads.total_tokens = 1
    started, go = Event(), Event()

    class Slow:
        name = "slow"

        def score(self, documents):
            started.set()
            assert go.wait(30)
            return [[1.0] * len(document.sentences) for document in documents]

    app.state.summarizer = summarize.Summarizer(Slow())
    post = partial(service.post, "/summarize", json={"text": "It rained."})
    with ThreadPoolExecutor(waiting + 1) as pool:
        answers = [pool.submit(post) for _ in range(waiting + 1)]
        try:
            assert started.wait(30)
            while app.state.threads.statistics().tasks_waiting < waiting:
                assert not any(each.done() for each in answers)
            late = post()
        finally:
            go.set()
    assert late.status_code == 503
    assert late.headers["Retry-After"] == "5"
    assert {each.result().status_code for each in answers} == {200}


# --- LangChain and Haystack -----------------------------------------------------------------------


def test_langchain():
    pytest.importorskip("langchain_core")
    from langchain_core.documents import Document
    from langchain_core.runnables import RunnableLambda

    recipe = runpy.run_path(str(OTHERS / "langchain_documents.py"))
    chain = RunnableLambda(recipe["Summaries"](sentences=1).transform_documents)
    given = [Document(text, id=str(n), metadata={"n": n}) for n, text in enumerate(TEXTS)]
    first, empty, last = chain.invoke(given)
    [(start, end)] = first.metadata["spans"]
    assert first.page_content == TEXTS[0][start:end]
    assert (first.id, first.metadata["n"], last.metadata["n"]) == ("0", 0, 2)
    assert "empty" in empty.metadata["error"]
    assert empty.page_content == TEXTS[1]
    assert given[0].page_content == TEXTS[0]


def test_haystack(monkeypatch):
    monkeypatch.setenv("HAYSTACK_TELEMETRY_ENABLED", "False")
    haystack = pytest.importorskip("haystack")
    recipe = runpy.run_path(str(OTHERS / "haystack_component.py"), run_name="haystack_component")
    pipeline = haystack.Pipeline()
    pipeline.add_component("summaries", recipe["Summaries"](sentences=1))
    given = [haystack.Document(content=text, meta={"n": n}) for n, text in enumerate(TEXTS)]
    found = pipeline.run({"summaries": {"documents": given}})["summaries"]
    assert [each.meta["n"] for each in found["documents"]] == [0, 2]
    assert found["documents"][0].meta["source_id"] == given[0].id
    assert found["documents"][0].content in TEXTS[0]
    assert len(found["failed"]) == 1
    assert "empty" in found["failed"][0]
    assert pipeline.to_dict()["components"]["summaries"]["init_parameters"]["sentences"] == 1


# --- MCP ------------------------------------------------------------------------------------------


def test_mcp():
    mcp = pytest.importorskip("mcp")
    if not hasattr(mcp, "Client"):
        pytest.skip("mcp 1 has another interface")
    import anyio

    here = mcp.StdioServerParameters(
        command=sys.executable,
        args=[str(OTHERS / "mcp_server.py")],
        env={**os.environ, "PYTHONDONTWRITEBYTECODE": "1"},
    )
    text = ARTICLE.read_text(encoding="utf-8")

    async def asked():
        async with mcp.Client(mcp.stdio_client(here)) as client:
            names = {tool.name for tool in (await client.list_tools()).tools}
            calls = [
                ("summarize_text", {"text": text, "sentences": 2}),
                ("summarize_text", {"text": " "}),
                ("summarize_page", {"url": str(ARTICLE)}),
                ("summarize_page", {"url": ARTICLE.as_uri()}),
                ("summarize_page", {"url": "http://127.0.0.1:9/"}),
            ]
            return names, [await client.call_tool(*call) for call in calls]

    names, (good, *bad) = anyio.run(asked)
    assert names == {"summarize_text", "summarize_page"}
    assert not good.is_error
    assert good.content[0].text == str(summarize.summarize(text, sentences=2))
    assert [each.is_error for each in bad] == [True] * 4
    for each, said in zip(bad, ["no text", "http://", "http://", "allow_private"], strict=True):
        assert said in each.content[0].text


# --- A feed ---------------------------------------------------------------------------------------

PAGE = """<html lang="en"><head><title>{0}</title></head><body><article><h1>{0}</h1>
<p>The harbour of {0} was closed on Tuesday after its wall had cracked in two places, said the
mayor.</p><p>Repairs will cost three million crowns and take until the spring, the council was
told.</p><p>The port of {0} handles a third of the food of the island, and ferries were sent to
another.</p><p>Nobody was hurt, and the boats have been moved.</p></article></body></html>"""
RSS = """<?xml version="1.0"?><rss version="2.0"><channel><title>News</title>
<link>/</link>{}</channel></rss>"""
ITEM = "<item><title>{}</title><link>{}</link></item>"
ATOM = """<feed xmlns="http://www.w3.org/2005/Atom"><title>News</title><link href="/"/>
<entry><title type="text">Ellery
 again</title><link rel="edit" href="/edit"/><link href="/one"/></entry>
<entry><title>Named</title><link rel="alternate" href="two"/></entry></feed>"""


@pytest.fixture
def site():
    """A loopback server of the pages in ``site.pages``, which counts what is asked of it."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self):
            server.asked.append(self.path)
            content = server.pages.get(self.path)
            body = (content or "").encode()
            self.send_response(200 if content else 404)
            kind = "text/html" if "<html" in (content or "") else "application/xml"
            self.send_header("Content-Type", f"{kind}; charset=utf-8")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *args):
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        server.asked, server.pages = [], {}
        server.url = f"http://127.0.0.1:{server.server_port}"
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield server
        server.shutdown()
        thread.join()


def run_feed(site, page, *options):
    command = [sys.executable, str(OTHERS / "feed_page.py"), f"{site.url}/feed", str(page)]
    return subprocess.run([*command, *options], capture_output=True, text=True, check=False)


def test_feed_page_adds_what_is_new(site, tmp_path):
    pytest.importorskip("trafilatura")
    page = tmp_path / "news.html"
    hostile = "&lt;script&gt;alert(1)&lt;/script&gt; {0}"
    first = [ITEM.format(hostile, "/one"), ITEM.format("Gone", "/gone")]
    site.pages = {"/feed": RSS.format("".join(first)), "/one": PAGE.format("Ellery")}
    ran = run_feed(site, page, "--allow-private")
    assert ran.returncode == 1
    assert "/gone: " in ran.stderr
    assert "Traceback" not in ran.stderr
    html = page.read_text(encoding="utf-8")
    assert "<script" not in html
    assert "&lt;script&gt;alert(1)&lt;/script&gt; {0}" in html
    assert "The harbour of Ellery was closed" in html

    site.pages |= {"/feed": RSS.format(ITEM.format("Two", "/two") + first[0])}
    site.pages |= {"/two": PAGE.format("Lund")}
    site.asked.clear()
    ran = run_feed(site, page, "--allow-private")
    assert (ran.returncode, ran.stderr) == (0, "")
    assert site.asked == ["/feed", "/two"]
    html = page.read_text(encoding="utf-8")
    assert html.index("harbour of Lund") < html.index("harbour of Ellery")
    assert sorted(each.name for each in tmp_path.iterdir()) == ["news.html", "news.html.json"]
    rows = json.loads((tmp_path / "news.html.json").read_text(encoding="utf-8"))
    assert [row["title"] for row in rows] == ["Two", "<script>alert(1)</script> {0}"]


def test_feed_leads_to_no_file_and_no_private_address(site, tmp_path):
    links = [ARTICLE.as_uri(), str(ARTICLE), "javascript:alert(1)", "ftp://x.example/a"]
    site.pages = {"/feed": RSS.format("".join(ITEM.format("A", each) for each in links))}
    page = tmp_path / "news.html"
    ran = run_feed(site, page)
    assert ran.returncode == 1  # the bare path is one on the feed's own host, which is loopback
    assert ran.stderr.count("127.0.0.1") >= 1
    assert "allow_private" in ran.stderr
    assert site.asked == ["/feed"]
    assert "<article" not in page.read_text(encoding="utf-8")


def test_feed_of_atom():
    recipe = runpy.run_path(str(OTHERS / "feed_page.py"))
    found = list(recipe["entries"](ATOM.encode(), "https://x.example/feed/atom.xml"))
    assert found == [
        ("https://x.example/one", "Ellery again"),
        ("https://x.example/feed/two", "Named"),
    ]


def test_feed_that_is_none(site, tmp_path):
    site.pages = {"/feed": "no feed at all"}
    ran = run_feed(site, tmp_path / "news.html")
    assert ran.returncode == 1
    assert ran.stderr.count("\n") == 1
    assert list(tmp_path.iterdir()) == []


# --- The gate -------------------------------------------------------------------------------------


def test_gate(tmp_path):
    pytest.importorskip("rouge_score")
    corpus = tmp_path / "corpus"
    corpus.mkdir()
    for n in range(12):
        lead, rest = f"Rain fell on port {n}.", "The cat saw the dog. The dog saw the cat."
        text = f"{lead}\n\n{lead} {rest} A cat and a dog saw the other cat.\n"
        (corpus / f"{n:02}.txt").write_text(text, encoding="utf-8")

    def gate(*arguments):
        return subprocess.run(
            ["sh", str(OTHERS / "ci_gate.sh"), *arguments],
            cwd=tmp_path,
            env={**os.environ, "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}"},
            capture_output=True,
            text=True,
            check=False,
        )

    usual = ["corpus", "baseline.json", "-n", "1", "-m", "rouge1", "-j", "1", "-b"]
    assert gate("check", *usual, "lead:mine").returncode == 1  # nothing is accepted yet
    assert gate("accept", *usual, "lead:mine").returncode == 0
    assert gate("check", *usual, "lead:mine").returncode == 0
    assert (tmp_path / "report.html").exists()
    assert gate("check", *usual, "textrank:mine").returncode == 3
    assert [gate("look", "c", "b").returncode, gate("check").returncode] == [2, 2]
