"""How fast BART is, by engine, against transformers' own ``generate``; random weights, real shapes.

    python benchmarks/bart.py --shape distilbart-cnn-12-6 [--repeats N] [--overhead] [--memory]
    python benchmarks/bart.py --gpu --shape bart-large-cnn

Time does not depend on what the weights are. 800 tokens are read and 100 written, by 4 beams. A GPU
is asked for articles a second in batches of 64, and how many of 100 texts have float32's tokens.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import torch
from recording import record, table
from tokenizers import ByteLevelBPETokenizer
from transformers import (
    AutoModelForSeq2SeqLM,
    BartConfig,
    BartForConditionalGeneration,
    BartTokenizer,
    GenerationConfig,
)

from summarize import Summarizer
from summarize.backends.seq2seq import Seq2Seq
from summarize.backends.seq2seq.settings import Limits

SHAPES = {"distilbart-cnn-12-6": (12, 6), "bart-large-cnn": (12, 12), "tiny": (1, 1)}
READ, WRITTEN, BEAMS = 800, 100, 4
PACKAGES = ("torch", "transformers", "ctranslate2")
GENERATION = {
    "num_beams": BEAMS,
    "length_penalty": 2.0,
    "no_repeat_ngram_size": 3,
    "early_stopping": True,
    "forced_bos_token_id": 0,
    "forced_eos_token_id": 2,
    "decoder_start_token_id": 2,
    "bos_token_id": 0,
    "eos_token_id": 2,
    "pad_token_id": 1,
    "max_length": WRITTEN + 1,
    "min_length": WRITTEN + 1,
}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--shape", choices=SHAPES, default="distilbart-cnn-12-6")
    parser.add_argument("--repeats", type=int, default=3)
    parser.add_argument("--batch", type=int, default=8)
    parser.add_argument("--folder", type=Path, help="keep the model, and converted ones, here")
    parser.add_argument("--no-overhead", action="store_true", help="skip the overhead on torch")
    parser.add_argument("--no-bfloat16", action="store_true", help="skip bfloat16 on torch")
    parser.add_argument("--gpu", action="store_true", help="measure a GPU in place of a processor")
    parser.add_argument("--peak", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.peak:
        print(peak_megabytes(options.folder, options.peak))
        return
    with tempfile.TemporaryDirectory() as temporary:
        folder = options.folder or Path(temporary)
        os.environ["XDG_CACHE_HOME"] = str(folder / "cache")
        model = build(folder / options.shape, *SHAPES[options.shape])
        if options.gpu:
            gpu(options.shape, model)
        else:
            processor(options, model)


def build(folder: Path, encoder_layers: int, decoder_layers: int) -> Path:
    """Save a model of random weights, with a tokenizer whose tokens are never needed as text."""
    if (folder / "model.safetensors").is_file():
        return folder
    folder.mkdir(parents=True, exist_ok=True)
    byte_pairs = ByteLevelBPETokenizer()
    special = ["<s>", "<pad>", "</s>", "<unk>", "<mask>"]
    byte_pairs.train_from_iterator(["rain"], vocab_size=300, special_tokens=special)
    byte_pairs.save_model(str(folder))
    vocabulary = json.loads((folder / "vocab.json").read_text(encoding="utf-8"))
    vocabulary |= {f"Ġw{n}": n for n in range(len(vocabulary), 50264)}
    (folder / "vocab.json").write_text(json.dumps(vocabulary), encoding="utf-8")
    BartTokenizer.from_pretrained(folder, model_max_length=1024).save_pretrained(folder)
    torch.manual_seed(0)
    model = BartForConditionalGeneration(
        BartConfig(
            vocab_size=50264,
            encoder_layers=encoder_layers,
            decoder_layers=decoder_layers,
            num_hidden_layers=encoder_layers,
            forced_eos_token_id=None,
        )
    )
    model.generation_config = GenerationConfig(**GENERATION)
    model.save_pretrained(folder)
    return folder


def texts(count: int) -> list[list[int]]:
    """Token sequences of :data:`READ` tokens."""
    generator = torch.Generator().manual_seed(1)
    rows = torch.randint(10, 50000, (count, READ - 2), generator=generator).tolist()
    return [[0, *row, 2] for row in rows]


def writer(model: Path, engine: str, dtype: str, device: str = "cpu") -> Callable[..., object]:
    backend = Seq2Seq(model=model, engine=engine, dtype=dtype, device=device)
    limits = Limits(WRITTEN + 1, WRITTEN + 1)

    def write(encoded: list[list[int]]) -> list[list[int]]:
        drafts = backend.write(encoded, backend.settings, limits)
        assert all(len(draft) == WRITTEN + 1 for draft in drafts), [len(d) for d in drafts]
        return drafts

    return write


def hugging_face(model: Path, device: str = "cpu") -> Callable[..., object]:
    """What its users call: ``generate``, in float32."""
    network = AutoModelForSeq2SeqLM.from_pretrained(model, dtype=torch.float32).eval().to(device)

    def write(encoded: list[list[int]]) -> list[list[int]]:
        ids = torch.tensor(encoded, device=device)
        with torch.inference_mode():
            return network.generate(ids, attention_mask=torch.ones_like(ids)).tolist()

    return write


def seconds(call: Callable[[], object]) -> float:
    start = time.perf_counter()
    call()
    return time.perf_counter() - start


def processor(options: argparse.Namespace, model: Path) -> None:
    batch = options.batch
    engines = [("ctranslate2", "int8"), ("ctranslate2", "float32")]
    if not options.no_bfloat16:
        engines.append(("torch", "bfloat16"))
    one, many = texts(1), texts(batch)
    theirs = hugging_face(model)
    theirs([many[0][:20]])
    spent = {"Hugging Face float32": [[], []]}
    writers = {f"{engine} {dtype}": writer(model, engine, dtype) for engine, dtype in engines}
    for write in writers.values():
        write(one)
    for _ in range(options.repeats):  # the sides take turns, so that all meet the same machine
        for name, write in {"Hugging Face float32": theirs, **writers}.items():
            times = spent.setdefault(name, [[], []])
            times[0].append(seconds(lambda write=write: write(one)))
            times[1].append(seconds(lambda write=write: write(many)) / batch)
    base = statistics.median(spent["Hugging Face float32"][0])
    rows = []
    for name, (alone, batched) in spent.items():
        a, b = statistics.median(alone), statistics.median(batched)
        rows.append((name, f"{a:.2f} s", f"{base / a:.1f}×", f"{b:.2f} s", f"{base / b:.1f}×"))
    del theirs, writers
    body = [
        f"# BART on a processor: the shape of {options.shape}",
        f"Random weights; {READ} tokens read, {WRITTEN} written, {BEAMS} beams, "
        f"{torch.get_num_threads()} threads. Medians of {options.repeats} turns.",
        table(("engine", "one article", "faster", f"batches of {batch}, each", "faster"), rows),
        "*Faster* is against Hugging Face's float32 `generate` of one article.",
    ]
    peaks = [(f"{e} {d}", f"{measured_peak(model, e, d):,.0f} MB") for e, d in engines[:2]]
    body.append(
        table(("engine", "peak memory of the process, converted already, one article"), peaks)
    )
    if not options.no_overhead:
        body.append(overhead(model, options.repeats))
    record(f"bart-{options.shape}", "\n\n".join(body), PACKAGES)


def overhead(model: Path, repeats: int) -> str:
    """Our ``summarize``, from text, against ``generate`` of its tokens; alternating pairs."""
    summarizer = Summarizer(Seq2Seq(model=model, engine="torch", dtype="float32", device="cpu"))
    backend = summarizer.backend
    text = " ".join(["rain"] * (READ * 50 // backend.count(["rain " * 50])[0])) + "."
    [encoded] = backend.encode([text])
    network = backend._engine._model
    config = GenerationConfig(**{**GENERATION, "max_length": 101, "min_length": 101})
    ids = torch.tensor([encoded])
    mask = torch.ones_like(ids)

    def theirs() -> None:
        with torch.inference_mode():
            network.generate(input_ids=ids, attention_mask=mask, generation_config=config)

    theirs()
    ratios = []
    for _ in range(max(repeats, 3)):
        base = seconds(theirs)
        ratios.append(seconds(lambda: summarizer(text)) / base)
    return (
        f"Overhead of `Summarizer` around the same `generate` on torch, {len(encoded)} tokens, "
        f"{len(ratios)} alternating pairs: median ratio {statistics.median(ratios):.3f} "
        f"({min(ratios):.3f}–{max(ratios):.3f})."
    )


def measured_peak(model: Path, engine: str, dtype: str) -> float:
    command = [sys.executable, __file__, "--folder", str(model), "--peak", f"{engine} {dtype}"]
    result = subprocess.run(command, check=True, capture_output=True, text=True)
    return float(result.stdout.split()[-1])


def peak_megabytes(model: Path, what: str) -> float:
    """The greatest resident size; ``getrusage`` would count what the parent process had."""
    writer(model, *what.split())(texts(1))
    status = Path("/proc/self/status").read_text(encoding="utf-8")
    return int(status.partition("VmHWM:")[2].split()[0]) / 1024


def gpu(shape: str, model: Path) -> None:
    """Articles a second in batches of 64, and agreement with float32 on 100 texts."""
    encoded = texts(128)
    rows = []
    expected: list[list[int]] = []
    for dtype in ("float32", "bfloat16", "float16"):
        write = writer(model, "torch", dtype, "cuda")
        write(encoded[:64])
        torch.cuda.synchronize()
        spent = seconds(lambda write=write: write(encoded))
        drafts = write(encoded[:100])
        expected = expected or drafts
        same = sum(a == b for a, b in zip(expected, drafts, strict=True))
        rows.append((dtype, f"{len(encoded) / spent:.1f}", f"{same} of 100"))
        del write
        torch.cuda.empty_cache()
    body = [
        f"# BART on {torch.cuda.get_device_name()}: the shape of {shape}",
        f"Random weights; {READ} tokens read, {WRITTEN} written, {BEAMS} beams, batches of 64.",
        table(("type", "articles a second", "same tokens as float32"), rows),
    ]
    record(f"bart-{shape}-gpu", "\n\n".join(body), PACKAGES)


if __name__ == "__main__":
    main()
