"""A small BART that was really trained, once a session, on a few of our own articles."""

import os
import sys
from importlib.util import find_spec
from pathlib import Path
from types import SimpleNamespace

import pytest

# For matrices this small, more threads only wait for each other; read when the engines are loaded.
os.environ.setdefault("OMP_NUM_THREADS", "1")

collect_ignore = ["typing"]  # modules for type checkers; one has mistakes on purpose

BENCHMARKS = Path(__file__).parents[1] / "benchmarks"


@pytest.fixture(scope="session")
def tiny_bart(tmp_path_factory):
    """``folder`` has the model; ``texts`` and ``leads`` are the articles it knows by heart.

    Its window is 256 tokens; the texts are below it.
    """
    if find_spec("torch") is None or find_spec("transformers") is None:
        pytest.skip("torch or transformers is not installed")
    sys.path.insert(0, str(BENCHMARKS))
    try:
        from train_bart import train
    finally:
        sys.path.remove(str(BENCHMARKS))
    pairs = []
    for path in sorted((BENCHMARKS / "articles").glob("*.txt"))[:8]:
        lead, _, text = path.read_text(encoding="utf-8").partition("\n")
        words = text.split()
        pairs.append((" ".join(words[: 85 + 4 * len(pairs)]), lead))
    folder = tmp_path_factory.mktemp("bart") / "tiny"
    loss = train(
        pairs,
        folder,
        vocabulary=1000,
        d_model=64,
        layers=1,
        window=256,
        max_length=220,
        epochs=200,
        batch_size=4,
        rate=3e-3,
    )
    assert loss < 0.05
    return SimpleNamespace(
        folder=folder, texts=[text for text, _ in pairs], leads=[lead for _, lead in pairs]
    )


@pytest.fixture(scope="session", autouse=True)
def _own_cache(tmp_path_factory):
    """What is converted for CTranslate2 goes to the session's folder, not to the user's."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_CACHE_HOME", str(tmp_path_factory.mktemp("cache")))
        yield
