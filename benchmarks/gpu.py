"""How fast BART's steps are on a GPU, recorded as a CUDA graph, against transformers' ``generate``.

    python benchmarks/gpu.py [--shape bart-large-cnn] [--only PART …] [--save]

Random weights of the real shape, made here; 800 tokens are read and 100 written, by 4 beams, in
float16. In one run: whether the tokens are equal in float32, replayed, step by step, and by
``generate``; the time of one text and of batches of 64; where a step's time goes; memory. Each
part stands alone: what fails in one is told, and the others go on. It needs torch and transformers
beside the package. Without a GPU the first parts run on the processor, with a small shape, and the
page says what was not measured. ``--save`` writes results/gpu.md.
"""

from __future__ import annotations

import argparse
import contextlib
import random
import statistics
import threading
import time
import traceback
import warnings
from collections.abc import Callable, Iterator
from typing import Any

import torch
import transformers
from recording import record, table
from transformers import GenerationConfig

from summarize.backends.seq2seq import graphs, stepping
from summarize.backends.seq2seq.loading import describe
from summarize.backends.seq2seq.settings import GenerationSettings, Limits
from summarize.backends.seq2seq.torch_engine import TorchEngine

READ, WRITTEN, BATCH = 800, 100, 64
VOCABULARY = 50264
SHAPES = {  # width, layers of the encoder, layers of the decoder
    "bart-large-cnn": (1024, 12, 12),
    "distilbart-cnn-12-6": (1024, 12, 6),
    "tiny": (64, 2, 2),
}
CNN = {
    "num_beams": 4,
    "length_penalty": 2.0,
    "no_repeat_ngram_size": 3,
    "early_stopping": True,
    "forced_bos_token_id": 0,
    "forced_eos_token_id": 2,
    "decoder_start_token_id": 2,
    "eos_token_id": 2,
    "pad_token_id": 1,
}
FAMILIES = {"bart": 2, "mbart": 2, "pegasus": 1}  # each with its token that ends a text
SMALL = {
    "d_model": 64, "vocab_size": 1000, "encoder_layers": 2, "decoder_layers": 2,
    "encoder_attention_heads": 4, "decoder_attention_heads": 4, "encoder_ffn_dim": 128,
    "decoder_ffn_dim": 128, "init_std": 0.4, "scale_embedding": True,
    "max_position_embeddings": 128,
}  # fmt: skip

NOTES = """\
The first call with a new shape records its step, which happens once: about 1.1 s for the very
first, which sets CUDA's libraries up as well, some 0.1 s for the next. Shapes are the number of
texts, rounded up, the tokens read in steps of 128, the drafts' length in steps of 16, and the
beams. *ragged*: drafts that end where they end, of 56 to 142 tokens. *memory*: in half precision
another batch rounds otherwise, so that a few drafts of random weights differ.

Not measured: other GPUs than this one; CTranslate2 on CUDA; weights that were trained; the memory
of the whole process. Each part's times are of one process on a GPU that nothing else used.
"""

Texts = list[list[int]]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--shape", choices=SHAPES)
    parser.add_argument("--only", nargs="+", choices=PARTS, default=[*PARTS])
    parser.add_argument("--save", action="store_true", help="write results/gpu.md")
    options = parser.parse_args()
    has_gpu = torch.cuda.is_available()
    where = torch.cuda.get_device_name() if has_gpu else "no GPU"
    print(f"{where}, torch {torch.__version__}, transformers {transformers.__version__}")
    run = Run(options.shape or ("bart-large-cnn" if has_gpu else "tiny"), has_gpu)
    rows = []
    for name in options.only:
        part, needs_gpu = PARTS[name]
        if needs_gpu and not has_gpu:
            rows.append((name, "not measured: no GPU here", ""))
            continue
        print(f"\n== {name}", flush=True)
        begun = time.perf_counter()
        try:
            rows.extend((name, what, figure) for what, figure in part(run))
        except Exception as error:
            traceback.print_exc()
            rows.append((name, f"FAILED: {type(error).__name__}", str(error)[:200]))
        print(f"-- {name}: {time.perf_counter() - begun:.1f} s", flush=True)
    body = (
        f"# On a GPU\n\n{where}; random weights of the shape of {run.shape}; {READ} tokens read, "
        f"{WRITTEN} written, {CNN['num_beams']} beams. *Times faster* is against transformers' "
        "`generate` in the same process, the same type and batch.\n\n"
        + table(("part", "what", "figure"), rows)
        + f"\n\n{NOTES.strip()}"
    )
    print()
    if options.save:
        record("gpu", body, ("torch", "transformers"))
    else:
        print(body)


class Run:
    """The models of one run, made when they are first needed."""

    def __init__(self, shape: str, has_gpu: bool) -> None:
        self.shape, self.device = shape, "cuda" if has_gpu else "cpu"
        self._models: dict[Any, Any] = {}

    def model(self, dtype: torch.dtype) -> Any:
        """The model of the shape; one type at a time."""
        if dtype not in self._models:
            self._models.clear()
            width, encoder, decoder = SHAPES[self.shape]
            config = transformers.BartConfig(
                vocab_size=VOCABULARY, d_model=width, encoder_layers=encoder,
                decoder_layers=decoder, num_hidden_layers=encoder,
                encoder_attention_heads=max(width // 64, 2),
                decoder_attention_heads=max(width // 64, 2),
                encoder_ffn_dim=4 * width, decoder_ffn_dim=4 * width,
            )  # fmt: skip
            torch.manual_seed(0)
            with torch.device(self.device):
                model = transformers.BartForConditionalGeneration(config)
            self._models[dtype] = plain(model.to(dtype))
        return self._models[dtype]

    def engine(self, dtype: torch.dtype) -> TorchEngine:
        engine = TorchEngine(describe(self.model(dtype), "bart"), "auto", "auto")
        assert engine._loop is not None, "not by steps"
        return engine


def plain(model: Any) -> Any:
    model.generation_config = GenerationConfig()
    return model.eval()


def texts(count: int, size: int = READ, seed: int = 1, vocabulary: int = VOCABULARY) -> Texts:
    generator = torch.Generator().manual_seed(seed)
    rows = torch.randint(10, vocabulary, (count, size), generator=generator)
    rows[:, 0], rows[:, -1] = 0, 2
    return rows.tolist()


def settings(**values: Any) -> tuple[GenerationSettings, Limits]:
    values = {**CNN, "max_length": WRITTEN + 1, "min_length": WRITTEN + 1, **values}
    return GenerationSettings(values, "", frozenset()), Limits(
        values["min_length"], values["max_length"]
    )


def by_transformers(model: Any, rows: Texts, values: dict[str, Any]) -> Texts:
    """What ``generate`` writes, up to its first end."""
    ids, mask = padded(rows, values["pad_token_id"], model.device)
    with torch.inference_mode():
        drafts = model.generate(
            input_ids=ids, attention_mask=mask, generation_config=GenerationConfig(**values)
        )
    return [cut(row, values["eos_token_id"]) for row in drafts.tolist()]


def by_steps(loop: graphs.Loop, rows: Texts, values: dict[str, Any]) -> Texts:
    planned = graphs.plan(values, loop.decoder)
    assert planned is not None, values
    ids, mask = padded(rows, values["pad_token_id"], loop.decoder.device)
    return [cut(row, values["eos_token_id"]) for row in loop.write(ids, mask, *planned)]


def padded(rows: Texts, pad: int, device: Any) -> tuple[torch.Tensor, torch.Tensor]:
    width = max(map(len, rows))
    ids = torch.tensor([row + [pad] * (width - len(row)) for row in rows], device=device)
    mask = torch.tensor([[1] * len(row) + [0] * (width - len(row)) for row in rows], device=device)
    return ids, mask


def cut(row: list[int], end: int) -> list[int]:
    return row[: row.index(end, 1) + 1] if end in row[1:] else row


def seconds(call: Callable[[], object], device: str = "cuda") -> float:
    if device == "cuda":
        torch.cuda.synchronize()
    begun = time.perf_counter()
    call()
    if device == "cuda":
        torch.cuda.synchronize()
    return time.perf_counter() - begun


# --- Parts --------------------------------------------------------------------------------------


def equal_small(run: Run) -> Iterator[tuple[str, str]]:
    """Small models of the three architectures, many settings."""
    chosen = random.Random(0)
    for family, end in FAMILIES.items():
        torch.manual_seed(3)
        config = transformers.CONFIG_MAPPING[family](
            **SMALL, eos_token_id=end, pad_token_id=0 if end == 1 else 1, decoder_start_token_id=2
        )
        model = transformers.AutoModelForSeq2SeqLM.from_config(config).to(run.device)
        with torch.no_grad():
            model.get_input_embeddings().weight[end] *= 3
        plain(model)
        decoder = stepping.decoder_of(model)
        assert decoder is not None
        print(family, "trial difference", stepping.difference(decoder))
        loops = {"steps": graphs.Loop(decoder, record=False)}
        if run.device == "cuda":
            loops["replayed"] = graphs.Loop(decoder)
        same, tried, ended = dict.fromkeys(loops, 0), 0, 0
        for turn in range(25):
            beams = chosen.choice([1, 2, 4, 4, 6])
            longest = chosen.choice([5, 20, 40, 60])
            values = {
                "num_beams": beams, "max_length": longest, "pad_token_id": config.pad_token_id,
                "min_length": chosen.choice([0, 3, 10]) % longest, "eos_token_id": end,
                "no_repeat_ngram_size": chosen.choice([0, 1, 2, 3]), "decoder_start_token_id": 2,
                "forced_bos_token_id": chosen.choice([None, 7]),
                "forced_eos_token_id": chosen.choice([None, end]),
            }  # fmt: skip
            if beams > 1:
                values["length_penalty"] = chosen.choice([0.0, 0.8, 1.0, 2.0])
                values["early_stopping"] = chosen.choice([True, False, "never"])
            sizes = [chosen.randint(4, 100) for _ in range(chosen.choice([1, 2, 3, 5, 8]))]
            rows = [texts(1, size, turn * 10 + n, 1000)[0] for n, size in enumerate(sizes)]
            expected = by_transformers(model, rows, values)
            tried += len(rows)
            ended += sum(len(row) < longest for row in expected)
            for name, loop in loops.items():
                drafts = by_steps(loop, rows, values)
                same[name] += sum(a == b for a, b in zip(drafts, expected, strict=True))
        for name, count in same.items():
            yield f"{family}, float32, {name}: equal to generate", f"{count} of {tried} drafts"
        yield f"{family}: of these, ended before the limit", f"{ended} of {tried}"


def equal_large(run: Run) -> Iterator[tuple[str, str]]:
    """The real shape in float32."""
    model = run.model(torch.float32)
    decoder = stepping.decoder_of(model)
    assert decoder is not None
    yield "float32: greatest difference of log-probabilities", f"{stepping.difference(decoder):.1e}"
    many = [[*row[: 200 + 75 * n - 1], 2] for n, row in enumerate(texts(8, seed=2))]
    values = {**CNN, "max_length": 61, "min_length": 20}
    expected = by_transformers(model, many, values)
    loops = {"steps": graphs.Loop(decoder, record=False)}
    if run.device == "cuda":
        loops["replayed"] = graphs.Loop(decoder)
    for name, loop in loops.items():
        drafts = by_steps(loop, many, values)
        same = sum(a == b for a, b in zip(drafts, expected, strict=True))
        yield f"float32, {name}: equal to generate", f"{same} of {len(many)} drafts"
        again = [by_steps(loop, [row], values)[0] for row in many[:3]]
        same = sum(a == b for a, b in zip(again, expected, strict=False))
        yield f"float32, {name}, one by one: equal", f"{same} of {len(again)} drafts"


def speed(run: Run) -> Iterator[tuple[str, str]]:
    """One text and batches of 64, float16, from tokens to tokens."""
    half = torch.float16
    model, many = run.model(half), texts(BATCH)
    asked, limits = settings()
    values = dict(asked.values)
    engine = run.engine(half)
    for name, rows, turns in (("one text", many[:1], 3), (f"batch of {BATCH}", many, 1)):
        by_transformers(model, rows[:1], {**values, "max_length": 8, "min_length": 8})
        theirs = [
            seconds(lambda rows=rows: by_transformers(model, rows, values)) for _ in range(turns)
        ]
        torch.cuda.empty_cache()
        torch.cuda.reset_peak_memory_stats()
        held = torch.cuda.memory_allocated()
        first = seconds(lambda rows=rows: engine.generate(rows, asked, limits))
        own = [seconds(lambda rows=rows: engine.generate(rows, asked, limits)) for _ in range(5)]
        peak = torch.cuda.max_memory_allocated()
        ratio = statistics.median(theirs) / statistics.median(own)
        print(name, "theirs", theirs, "first", first, "own", own)
        yield f"{name}: transformers' generate", f"{statistics.median(theirs):.3f} s"
        yield (
            f"{name}: ours (the first call, with recording)",
            f"{statistics.median(own):.3f} s ({first:.3f} s)",
        )
        yield f"{name}: times faster", f"{ratio:.1f}"
        yield f"{name}: texts a second", f"{len(rows) / statistics.median(own):.1f}"
        yield f"{name}: peak memory above the weights", f"{(peak - held) / 2**20:,.0f} MB"


def steps(run: Run) -> Iterator[tuple[str, str]]:
    """Time of a replayed step, of the encoder, and with attention written in other ways."""
    decoder = stepping.decoder_of(run.model(torch.float16))
    assert decoder is not None
    fused = stepping._attend
    for name, attend in (("as it is", fused), ("by products", by_products)):
        stepping._attend = attend
        try:
            loop = graphs.Loop(decoder)
            for count in (1, BATCH):
                for what, spent in parts_of(loop, count).items():
                    if what == "a step" or attend is fused:
                        yield f"{count}: {what}, attention {name}", f"{spent * 1e3:.3f} ms"
            loop.forget()
        finally:
            stepping._attend = fused
        torch.cuda.empty_cache()


def parts_of(loop: graphs.Loop, count: int) -> dict[str, float]:
    """Seconds of the parts of one call, for so many texts."""
    asked, _ = settings()
    rows = texts(count)
    by_steps(loop, rows, dict(asked.values))
    one, graph = list(loop._kept.values())[-1]
    ids, mask = padded(rows, 1, "cuda")
    encoder = loop.decoder.model.get_encoder()
    with torch.inference_mode():
        states = encoder(input_ids=ids, attention_mask=mask)[0]
        return {
            "the encoder": seconds(lambda: encoder(input_ids=ids, attention_mask=mask)),
            "keys and values of the text": seconds(lambda: one.take(states, mask)),
            "a step": seconds(lambda: [graph.replay() for _ in range(100)]) / 100,
        }


def by_products(query: Any, keys: Any, values: Any, mask: Any) -> Any:
    """Attention by two products and a softmax; what :mod:`.stepping` might do instead."""
    texts, heads, beams, width = query.shape
    size = (texts * heads, beams, -1)
    weights = torch.baddbmm(
        mask.expand(texts, heads, beams, -1).reshape(size),
        query.reshape(size),
        keys.flatten(0, 1).transpose(1, 2),
        alpha=width**-0.5,
    ).softmax(-1)
    attended = torch.bmm(weights, values.flatten(0, 1)).view(texts, heads, beams, width)
    return attended.transpose(1, 2).flatten(2).flatten(0, 1)


def profile(run: Run) -> Iterator[tuple[str, str]]:
    """Which kernels a step is made of."""
    from torch.profiler import ProfilerActivity
    from torch.profiler import profile as profiler

    decoder = stepping.decoder_of(run.model(torch.float16))
    assert decoder is not None
    asked, _ = settings()
    loop = graphs.Loop(decoder)
    for count in (1, BATCH):
        by_steps(loop, texts(count), dict(asked.values))
        graph = list(loop._kept.values())[-1][1]
        with profiler(activities=[ProfilerActivity.CUDA]) as seen:
            for _ in range(3):
                graph.replay()
            torch.cuda.synchronize()
        kernels = sorted(seen.key_averages(), key=lambda e: -e.device_time_total)
        calls = sum(e.count for e in kernels) / 3
        total = sum(e.device_time_total for e in kernels) / 3e3
        for e in kernels[:16]:
            print(f"{e.device_time_total / 3e3:8.3f} ms {e.count / 3:6.1f} × {e.key[:110]}")
        yield f"{count}: kernels of a step", f"{calls:.0f}, {total:.3f} ms"


def ragged(run: Run) -> Iterator[tuple[str, str]]:
    """Texts of many lengths and drafts that end where they end: shapes recorded, time a batch."""
    engine, chosen = run.engine(torch.float16), random.Random(4)
    asked, limits = settings(max_length=142, min_length=56)
    rows = [[*row[: chosen.randint(150, 799)], 2] for row in texts(200, seed=7)]
    spent = seconds(lambda: engine.generate(rows, asked, limits))
    again = seconds(lambda: engine.generate(rows, asked, limits))
    assert engine._loop is not None
    kept = len(engine._loop._kept)
    yield "200 texts of 150 to 800 tokens: first, again", f"{spent:.2f} s, {again:.2f} s"
    yield "shapes recorded", str(kept)
    spent = seconds(lambda: [engine.generate([row], asked, limits) for row in rows[:20]])
    again = seconds(lambda: [engine.generate([row], asked, limits) for row in rows[:20]])
    yield "20 of them one by one: first, again, each", f"{spent / 20:.3f} s, {again / 20:.3f} s"


def threads(run: Run) -> Iterator[tuple[str, str]]:
    """One model, four threads, shapes that are not recorded yet."""
    engine = run.engine(torch.float32)
    asked, limits = settings(max_length=30, min_length=10)
    rows = [texts(n % 3 + 1, 60 + 140 * (n % 4), seed=n) for n in range(12)]
    expected = [engine.generate(each, asked, limits) for each in rows]
    assert engine._loop is not None
    engine._loop.forget()
    found: dict[int, Texts] = {}
    broken: list[str] = []
    turns = 0
    busy = threading.Event()

    def work(numbers: list[int]) -> None:
        for number in numbers:
            found[number] = engine.generate(rows[number], asked, limits)

    def disturb() -> None:  # allocates, draws and computes beside a recording
        nonlocal turns
        while not busy.is_set():
            turns += 1
            try:
                torch.randn(random.randint(100, 2000), 1000, device="cuda").sum().item()
            except RuntimeError as error:
                broken.append(str(error))

    pool = [threading.Thread(target=work, args=([*range(n, 12, 4)],)) for n in range(4)]
    other = threading.Thread(target=disturb)
    for thread in (other, *pool):
        thread.start()
    for thread in pool:
        thread.join()
    busy.set()  # enough
    other.join()
    same = sum(found.get(n) == expected[n] for n in range(12))
    yield "calls from four threads equal to calls one after the other", f"{same} of 12"
    print({each.splitlines()[0] for each in broken})
    yield "of another thread's calls that draw random numbers, failed", f"{len(broken)} of {turns}"
    yield "still by steps", str(engine._loop is not None)


def memory(run: Run) -> Iterator[tuple[str, str]]:
    """Out of memory: the batch is halved, and the steps go on."""
    engine = run.engine(torch.float16)
    asked, limits = settings(max_length=20, min_length=5)
    rows = texts(64)
    expected = engine.generate(rows, asked, limits)
    assert engine._loop is not None
    engine._loop.forget()
    torch.cuda.empty_cache()
    free, total = torch.cuda.mem_get_info()
    used = torch.cuda.memory_reserved()
    torch.cuda.set_per_process_memory_fraction((used + 1.5 * 2**30) / total)
    try:
        with warnings.catch_warnings(record=True) as told:
            warnings.simplefilter("always")
            drafts = engine.generate(rows, asked, limits)
    finally:
        torch.cuda.set_per_process_memory_fraction(1.0)
    same = sum(a == b for a, b in zip(drafts, expected, strict=True))
    print([str(each.message) for each in told], free)
    yield "batch of 64 in 1.5 GB: warnings, equal drafts", f"{len(told)}, {same} of 64"
    yield "still by steps", str(engine._loop is not None)


PARTS: dict[str, tuple[Callable[[Run], Iterator[tuple[str, str]]], bool]] = {
    "equal-small": (equal_small, False),
    "equal-large": (equal_large, False),
    "threads": (threads, True),
    "speed": (speed, True),
    "steps": (steps, True),
    "profile": (profile, True),
    "ragged": (ragged, True),
    "memory": (memory, True),
}


if __name__ == "__main__":
    with contextlib.suppress(KeyboardInterrupt):
        main()
