import subprocess
import sys
from importlib.metadata import EntryPoint
from pathlib import Path

import pytest

import summarize
from summarize import BackendLoadError, Summarizer, registry

EXAMPLE = Path(__file__).parents[1] / "examples" / "plugin"


class FakeDistribution:
    def __init__(self, name):
        self.name = name


def entry_point(name, value, distribution):
    point = EntryPoint(name, value, registry.ENTRY_POINT_GROUP)
    return point._for(FakeDistribution(distribution))


@pytest.fixture
def plugins(monkeypatch):
    points = []
    monkeypatch.setattr("importlib.metadata.entry_points", lambda group: points)
    return points


def test_listing_imports_no_backend():
    script = (
        "import sys, summarize; infos = summarize.available_backends()\n"
        "assert len(infos) >= 8 and all(info.installed for info in infos if not info.extra)\n"
        "print([m for m in ('sumy', 'nltk', 'numpy', 'scipy', 'Stemmer') if m in sys.modules])"
    )
    result = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True
    )
    assert result.stdout.strip() == "[]"


def test_what_is_listed():
    info = {info.name: info for info in summarize.available_backends()}["textrank"]
    assert (info.kind, info.extra, info.installed, info.origin) == (
        "extractive",
        None,
        True,
        "summarize",
    )


def test_default_backend():
    text = "It rained. The river rose."
    assert summarize.summarize(text).backend == summarize.DEFAULT_BACKEND
    assert summarize.DEFAULT_BACKEND in registry.BUILT_IN


def test_a_plugin_is_found(plugins):
    plugins.append(entry_point("mine", "summarize.backends.lead:Lead", "mine-dist"))
    info = summarize.available_backends()[-1]
    assert (info.name, info.kind, info.origin) == ("mine", None, "mine-dist")
    assert Summarizer("mine")("It rained. Snow.", sentences=1) == "It rained."


def test_built_in_names_are_reserved(plugins):
    plugins.append(entry_point("lead", "nowhere:Nothing", "thief"))
    assert [info.name for info in summarize.available_backends()].count("lead") == 1
    assert Summarizer("lead")("It rained.") == "It rained."


def test_two_distributions_with_one_name(plugins):
    plugins.append(entry_point("mine", "summarize.backends.lead:Lead", "one"))
    plugins.append(entry_point("mine", "summarize.backends.lead:Lead", "two"))
    with pytest.raises(BackendLoadError, match="one and two both claim it"):
        Summarizer("mine")


@pytest.mark.parametrize(
    "value", ["nowhere:Nothing", "summarize.backends.lead:Missing", "summarize.no_module:X"]
)
def test_a_broken_plugin_fails_when_asked_for(plugins, value):
    plugins.append(entry_point("mine", value, "mine-dist"))
    assert "mine" in [info.name for info in summarize.available_backends()]
    with pytest.raises(BackendLoadError, match=r"mine-dist fails to import") as caught:
        Summarizer("mine")
    assert caught.value.name == "mine"


def test_a_plugin_that_is_no_backend(plugins):
    plugins.append(entry_point("mine", "builtins:dict", "mine-dist"))
    with pytest.raises(BackendLoadError, match="neither"):
        Summarizer("mine")


def test_the_example_plugin_installs_and_runs(tmp_path):
    pip = [
        sys.executable,
        "-m",
        "pip",
        "install",
        "--no-deps",
        "--no-build-isolation",
        "--no-index",
    ]
    subprocess.run([*pip, "--quiet", "--target", tmp_path, EXAMPLE], check=True)
    script = (
        f"import sys; sys.path.insert(0, {str(tmp_path)!r})\n"
        "import summarize\n"
        "from summarize.testing import check_backend\n"
        "check_backend('longest', cap=30)\n"
        "info = [i for i in summarize.available_backends() if i.name == 'longest'][0]\n"
        "assert info.origin == 'summarize-longest', info\n"
        "print(summarize.summarize('Rain. The river rose by two metres. Snow.',\n"
        "                          backend='longest', sentences=1))"
    )
    result = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True
    )
    assert result.stdout.strip() == "The river rose by two metres."
