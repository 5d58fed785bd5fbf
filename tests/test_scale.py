"""A cluster of Ray gives the rows that one process gives, also when a node is lost."""

import json
import os
from contextlib import suppress

import pytest

ray = pytest.importorskip("ray")
pytest.importorskip("ray.data")

from summarize import MissingDependencyError, Summarizer, UnknownBackendError, cli  # noqa: E402
from summarize.scale import summarize_dataset  # noqa: E402

# Ray's own threads, sockets and subprocesses are not ours to close.
pytestmark = [
    pytest.mark.slow,
    pytest.mark.filterwarnings("default"),
    pytest.mark.filterwarnings("ignore::ResourceWarning"),
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
]
TEXTS = [f"Report {i} came. The river rose by {i} metres. Nobody was hurt." for i in range(400)]


@pytest.fixture(scope="module")
def cluster():
    """Two nodes, the second of which may be killed."""
    from ray.cluster_utils import Cluster

    os.environ["RAY_ACCEL_ENV_VAR_OVERRIDE_ON_ZERO"] = "0"
    cluster = Cluster(initialize_head=True, head_node_args={"num_cpus": 2})
    cluster.second = cluster.add_node(num_cpus=2)
    ray.init(address=cluster.address, logging_level="error", log_to_driver=False)
    yield cluster
    with suppress(Exception):
        ray.shutdown()
    with suppress(Exception):
        cluster.shutdown()


def test_a_data_set_has_the_summaries_of_one_process(cluster):
    rows = [{"id": i, "text": text, "summary": "old"} for i, text in enumerate(TEXTS[:100])]
    rows[7]["text"] = " "
    found = summarize_dataset(
        ray.data.from_items(rows), backend="lead", sentences=1, batch_size=20, concurrency=2
    ).take_all()
    found.sort(key=lambda row: row["id"])
    assert [row["id"] for row in found] == list(range(100))
    assert found[7]["summary"] is None
    assert found[7]["error_kind"] == "EmptyDocumentError"
    summarizer = Summarizer("lead")
    for row in found[:7] + found[8:]:
        assert row["summary"] == summarizer(row["text"], sentences=1)
        assert row["input_summary"] == "old"
        assert row["sentences"][0]["start"] == 0


def test_mistakes_are_told_at_once(cluster):
    dataset = ray.data.from_items([{"text": "It rained."}])
    with pytest.raises(UnknownBackendError):
        summarize_dataset(dataset, backend="leed")
    with pytest.raises(ValueError, match="batch_size=0"):
        summarize_dataset(dataset, batch_size=0)


def test_the_command_on_a_cluster_of_which_a_node_is_lost(cluster, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    with open("a.jsonl", "w") as file:
        file.writelines(f"{json.dumps({'id': i, 'text': t})}\n" for i, t in enumerate(TEXTS * 3))

    def run(*arguments):
        with pytest.raises(SystemExit) as stop:
            cli.main(["batch", "a.jsonl", "-b", "lead", "-q", "--output", *arguments])
        return stop.value.code, capsys.readouterr().err

    assert run("here.jsonl") == (0, "")
    from summarize.cli.output import Output

    write, written = Output.write, []

    def write_and_lose_a_node(self, lines):
        write(self, lines)
        written.append(len(lines))
        if len(written) == 3:
            cluster.remove_node(cluster.second, allow_graceful=False)

    monkeypatch.setattr(Output, "write", write_and_lose_a_node)
    assert run("there.jsonl", "--engine", "ray") == (0, "")
    assert (tmp_path / "there.jsonl").read_bytes() == (tmp_path / "here.jsonl").read_bytes()


def test_without_ray_the_extra_is_named(monkeypatch):
    monkeypatch.setitem(__import__("sys").modules, "ray.data", None)
    with pytest.raises(MissingDependencyError, match=r"summarize\[ray\]"):
        summarize_dataset(None)
