"""The recipe of the small BART, on a handful of our own articles: packed, trained, measured."""

import gzip
import json
import re
import sys
from pathlib import Path

import numpy as np
import pytest

from summarize import Summarizer

torch = pytest.importorskip("torch")
pytest.importorskip("transformers")

BENCHMARKS = Path(__file__).parents[1] / "benchmarks"
NAMES = ("pack", "train", "choose", "measure", "train_bart", "recording")


@pytest.fixture
def recipe(monkeypatch):
    for name in NAMES:
        sys.modules.pop(name, None)
    monkeypatch.syspath_prepend(str(BENCHMARKS / "small_bart"))
    import pack
    import train

    yield pack, train
    for name in NAMES:
        sys.modules.pop(name, None)


@pytest.fixture
def data(tmp_path):
    """Our articles where the Guardian's and CNN's are looked for."""
    for name in ("guardian/train", "guardian/dev", "cnndm/train"):
        path = tmp_path / "data" / f"{name}.jsonl.gz"
        path.parent.mkdir(parents=True, exist_ok=True)
        with gzip.open(path, "wt", encoding="utf-8") as file:
            for article in sorted((BENCHMARKS / "articles").glob("*.txt"))[:12]:
                lead, _, text = article.read_text(encoding="utf-8").partition("\n")
                file.write(json.dumps({"id": article.stem, "article": text, "summary": lead}))
                file.write("\n")
    return tmp_path / "data"


@pytest.mark.filterwarnings("ignore::summarize.errors.TruncationWarning")
def test_a_model_is_packed_trained_loaded_and_measured(recipe, data, tmp_path, monkeypatch, capfd):
    pack, train = recipe
    package, folder = tmp_path / "package", tmp_path / "fitted"
    call = ["pack.py", str(package), "--data", str(data), "--vocabulary", "600"]
    monkeypatch.setattr(sys, "argv", call)
    pack.main()
    call = ["train.py", str(package), str(folder), "--budget", "3", "--batch-size", "2"]
    call += ["--d-model", "64", "--encoder-layers", "1", "--decoder-layers", "1", "--dev", "2"]
    monkeypatch.setattr(sys, "argv", [*call, "--workers", "0", "--device", "cpu"])
    train.main()
    log = json.loads((folder / "log.json").read_text())
    assert sum(log["steps"].values()) >= 1
    assert log["curve"][-1]["held_out_loss"] > 0
    written = [json.loads(line) for line in (folder / "dev.jsonl").read_text().splitlines()]
    assert [set(each) for each in written] == [{"id", "summary"}] * 2
    with Summarizer("bart", model=folder, engine="torch") as bart:
        assert bart.backend.window == train.WINDOW
        assert bart.summarize("Rain fell in Kiel on Tuesday. The trains stood still.")
    pytest.importorskip("ctranslate2")
    import choose
    import measure
    import recording

    monkeypatch.setattr(recording, "RESULTS", tmp_path / "results")
    call = [str(folder), "--data", str(data), "--limit", "1"]
    monkeypatch.setattr(sys, "argv", ["measure.py", *call, "--engines", "2"])
    measure.main()
    page = (tmp_path / "results" / "small-bart.md").read_text()
    assert re.search(r"beside as many words its ROUGE-1, [\d.]+, is .+ lead .+ newsrank", page)
    rows = [line for line in page.splitlines() if line.startswith("| small BART |")]
    assert len(rows) == 8  # scores and traits, in four tables
    assert "| torch, float32 | 2 of 2 | 2 of 2 | 2 of 2 |" in page
    assert "| ctranslate2, int8 |" in page
    monkeypatch.setattr(choose, "WAYS", dict(list(choose.WAYS.items())[:2]))
    monkeypatch.setattr(sys, "argv", ["choose.py", call[0], str(package), *call[1:], "--dev", "2"])
    choose.main()
    page = (tmp_path / "results" / "small-bart-choice.md").read_text()
    assert page.startswith("## Ways of reading and writing")
    assert "1 training articles" in page
    assert "on 2 development articles" in page


class Ids(list):
    """A text that is its tokens, with a space before it or not."""

    def __format__(self, _):
        return "".join(map(chr, self))


def test_every_task_gives_what_is_read_and_what_is_written(recipe):
    pack, train = recipe

    rng = np.random.default_rng(0)
    pairs = []
    for number in range(40):
        count = int(rng.integers(3, 30))
        rows = [rng.integers(40, 300, int(rng.integers(4, 60))) for _ in range(count)]
        pairs.append((str(number), rows, rng.integers(40, 300, int(rng.integers(5, 120)))))

    def plain(texts, **_):
        rows = [text.lstrip(" ") if isinstance(text, str) else text for text in texts]
        return {"input_ids": [list(map(ord, r)) if isinstance(r, str) else r for r in rows]}

    arrays = {}
    for part in ("train", "other"):
        made = pack.as_arrays([(n, list(map(Ids, r)), Ids(o)) for n, r, o in pairs], plain, 1200)
        arrays |= {f"{part}_{name}": array for name, array in made.items()}
    articles = tuple(train.Articles(arrays, part) for part in ("train", "other"))
    assert all(
        np.array_equal(articles[0].opening(i), opening) for i, (_, _, opening) in enumerate(pairs)
    )
    own = (np.arange(40), np.arange(40))
    rarity = train.Rarity(list(articles), 300)
    for name in train.STAGES[0][1]:
        read, written = next(iter(train.Task(name, articles, own, rarity, 16, 1)))
        width = train.PASSAGE if name == "restore" else train.WRITTEN
        assert read.shape == (16, train.WINDOW)
        assert written.shape == (16, width)
        assert (read[:, 0] == train.BOS).all()
        assert (written[:, 0] == train.BOS).all()
        for row, answer in zip(read.tolist(), written.tolist(), strict=True):
            source = [token for token in row if token != train.PAD]
            target = [token for token in answer if token not in (train.IGNORED, train.EOS)]
            assert source[-1] == train.EOS
            has_mask = train.MASK in source
            assert has_mask == (name in ("restore", "gap"))
            if name == "extract":
                assert "".join(map(chr, target[1:])) in "".join(map(chr, source))
