"""How fast BART is, against transformers' own ``generate``; random weights of the real shapes.

    python benchmarks/bart.py distilbart|large|overhead|memory|gpu|tried [--folder FOLDER]

Time does not depend on what the weights are. 800 tokens are read and 100 written, by 4 beams. With
``--folder`` the models, the converted ones and the times taken so far stay there, and a run that
was interrupted goes on. Each part's result is a section of results/bart.md.
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
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import ctranslate2
import torch
from recording import RESULTS, origin, table
from tokenizers import Tokenizer, models, pre_tokenizers, processors
from train_bart import GENERATION
from transformers import (
    AutoModelForSeq2SeqLM,
    AutoTokenizer,
    BartConfig,
    BartForConditionalGeneration,
    GenerationConfig,
    PreTrainedTokenizerFast,
)

from summarize import Length, Summarizer
from summarize.backends.seq2seq import Seq2Seq
from summarize.backends.seq2seq.beams import beam_cache
from summarize.backends.seq2seq.settings import Limits

READ, WRITTEN, BEAMS = 800, 100, GENERATION["num_beams"]
VOCABULARY = 50264
PACKAGES = ("torch", "transformers", "ctranslate2")
LENGTHS = {"max_length": WRITTEN + 1, "min_length": WRITTEN + 1}  # the start token counts

Write = Callable[[Sequence[str]], object]


def shape(encoder: int, decoder: int, width: int = 1024) -> dict[str, int]:
    """What of a ``BartConfig`` decides the time."""
    heads = width // 64
    return {
        "d_model": width,
        "encoder_layers": encoder,
        "decoder_layers": decoder,
        "num_hidden_layers": encoder,
        "encoder_attention_heads": heads,
        "decoder_attention_heads": heads,
        "encoder_ffn_dim": 4 * width,
        "decoder_ffn_dim": 4 * width,
    }


SHAPES = {
    "distilbart-cnn-12-6": shape(12, 6),
    "bart-large-cnn": shape(12, 12),
    "bart-base": shape(6, 6, 768),
    "tiny": shape(1, 1, 64),
}
ORDER = ("distilbart", "large", "overhead", "memory", "gpu", "tried")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("part", choices=ORDER)
    parser.add_argument("--repeats", type=int, help="turns that each side takes")
    parser.add_argument("--batch", type=int, default=8)
    parser.add_argument("--folder", type=Path, help="keep models and times here")
    parser.add_argument("--shape", choices=SHAPES, help="another shape than the part's own")
    parser.add_argument("--model", type=Path, help="gpu: a trained model for the comparison")
    parser.add_argument("--threads", type=int, help="of the processor; all of them without it")
    parser.add_argument("--peak", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.threads:
        os.environ["OMP_NUM_THREADS"] = str(options.threads)
        torch.set_num_threads(options.threads)
    if options.peak:
        print(peak_megabytes(options.folder, *options.peak.split()))
        return
    with tempfile.TemporaryDirectory() as temporary:
        folder = options.folder or Path(temporary)
        os.environ["XDG_CACHE_HOME"] = str(folder / "cache")
        body = PARTS[options.part](options, folder)
    if body and (options.shape is None or options.part == "gpu"):
        merge(options.part, body)
    elif body:
        print(f"{body}\n\nNot recorded: --shape is another than that of the figures.")


def merge(part: str, body: str) -> None:
    """Print a section, and put it into its place among those of results/bart.md."""
    print(body)
    path = RESULTS / "bart.md"
    title = "# BART\n\n"
    text = path.read_text(encoding="utf-8").removeprefix(title) if path.is_file() else ""
    sections = {}
    for section in filter(None, text.split("<!-- part: ")):
        name, _, rest = section.partition(" -->\n")
        sections[name] = rest.strip()
    sections[part] = f"{body}\n\n{origin(PACKAGES)}"
    parts = (f"<!-- part: {name} -->\n{sections[name]}\n" for name in ORDER if name in sections)
    path.write_text(title + "\n".join(parts), encoding="utf-8")


# --- Models and texts ---------------------------------------------------------------------------


def build(folder: Path, name: str) -> Path:
    """Save a model of random weights, and a tokenizer that knows each token by a word."""
    folder = folder / name
    if (folder / "model.safetensors").is_file():
        return folder
    folder.mkdir(parents=True, exist_ok=True)
    special = ("<s>", "<pad>", "</s>", "<unk>")
    words = {token: number for number, token in enumerate(special)}
    words |= {word(number): number for number in range(len(special), VOCABULARY)}
    tokenizer = Tokenizer(models.WordLevel(words, unk_token="<unk>"))
    tokenizer.pre_tokenizer = pre_tokenizers.WhitespaceSplit()
    tokenizer.post_processor = processors.TemplateProcessing(
        single="<s> $A </s>", special_tokens=[("<s>", 0), ("</s>", 2)]
    )
    PreTrainedTokenizerFast(
        tokenizer_object=tokenizer,
        model_max_length=1024,
        bos_token="<s>",
        pad_token="<pad>",
        eos_token="</s>",
        unk_token="<unk>",
    ).save_pretrained(folder)
    torch.manual_seed(0)
    config = BartConfig(vocab_size=VOCABULARY, **SHAPES[name])
    model = BartForConditionalGeneration(config)
    model.generation_config = GenerationConfig(**GENERATION, **LENGTHS)
    model.save_pretrained(folder)
    return folder


def word(number: int) -> str:
    """The word of a token; every twentieth ends a sentence."""
    return f"w{number}" if number % 20 else f"W{number}."


def texts(count: int, seed: int = 1) -> list[str]:
    """Texts of :data:`READ` tokens, the special ones included."""
    generator = torch.Generator().manual_seed(seed)
    rows = torch.randint(10, VOCABULARY, (count, READ - 2), generator=generator).tolist()
    return [" ".join(map(word, row)) for row in rows]


def articles(count: int) -> list[str]:
    """Openings of our own articles, of several lengths, that fit the window of a small model."""
    paths = sorted((Path(__file__).parent / "articles").glob("*.txt"))
    bodies = [path.read_text(encoding="utf-8").partition("\n")[2].split() for path in paths]
    openings = (" ".join(body[:size]) for size in (80, 110, 140) for body in bodies)
    return list(openings)[:count]


def ours(model: Path, engine: str, dtype: str, device: str = "cpu", batch: int = 64) -> Write:
    """``summarize_many``, from text to summaries."""
    summarizer = Summarizer("bart", model=model, engine=engine, dtype=dtype, device=device)

    def write(texts: Sequence[str]) -> object:
        summaries = list(summarizer.summarize_many(texts, batch_size=batch))
        for summary in summaries:
            made = {name: summary.options[name] for name in LENGTHS}
            assert (made, summary.options["engine"], summary.truncated) == (LENGTHS, engine, False)
        return summaries

    return write


def hugging_face(model: Path, dtype: torch.dtype = torch.float32) -> Write:
    """What transformers' users call, from text to text."""
    tokenizer = AutoTokenizer.from_pretrained(model)
    network = AutoModelForSeq2SeqLM.from_pretrained(model, dtype=dtype).eval()

    def write(texts: Sequence[str]) -> object:
        inputs = tokenizer(texts, return_tensors="pt", padding=True)
        inputs.pop("token_type_ids", None)
        with torch.inference_mode():
            drafts = network.generate(**inputs)
        assert drafts.shape[1] == WRITTEN + 1, drafts.shape
        return tokenizer.batch_decode(drafts, skip_special_tokens=True)

    return write


# --- Timing -------------------------------------------------------------------------------------


def seconds(call: Callable[[], object]) -> float:
    start = time.perf_counter()
    call()
    return time.perf_counter() - start


def turns(
    kept: Path, calls: Mapping[str, Callable[[], object]], repeats: int
) -> dict[str, list[float]]:
    """Time each call so often, taking turns so that all meet the same machine.

    Times are kept in a file after each, and those that are there already are not taken again.
    """
    spent: dict[str, list[float]] = json.loads(kept.read_text()) if kept.is_file() else {}
    for turn in range(repeats):
        for name, call in calls.items():
            times = spent.setdefault(name, [])
            if len(times) <= turn:
                times.append(seconds(call))
                print(f"{name}: {times[-1]:.2f} s", file=sys.stderr)
                kept.write_text(json.dumps(spent))
    return {name: spent[name][:repeats] for name in calls}


def ratio(slow: Sequence[float], fast: Sequence[float]) -> str:
    """The median of turn-by-turn ratios, with the least and the greatest."""
    ratios = sorted(a / b for a, b in zip(slow, fast, strict=True))
    return f"{statistics.median(ratios):.1f} ({ratios[0]:.1f}–{ratios[-1]:.1f})"


# --- Parts --------------------------------------------------------------------------------------


def distilbart(options: argparse.Namespace, folder: Path) -> str:
    return speed(options, folder, "distilbart-cnn-12-6", {"one": "≥ 3", "many": "≥ 5"})


def large(options: argparse.Namespace, folder: Path) -> str:
    return speed(options, folder, "bart-large-cnn", {"one": "≥ 3"})


def speed(options: argparse.Namespace, folder: Path, name: str, reach: Mapping[str, str]) -> str:
    """Seconds an article by engine; one alone, and in batches if ``reach`` has a figure for it."""
    name = options.shape or name
    repeats, batch = options.repeats or 3, options.batch
    model = build(folder, name)
    sides = {
        "Hugging Face `generate`, float32": hugging_face(model),
        "ours, torch bfloat16": ours(model, "torch", "bfloat16"),
        "ours, CTranslate2 float32": ours(model, "ctranslate2", "float32"),
        "ours, CTranslate2 int8 (`auto`)": ours(model, "ctranslate2", "int8"),
    }
    base, auto = min(sides), max(sides, key=lambda side: "auto" in side)
    one, many = texts(1), texts(batch)
    for write in sides.values():
        write([one[0]])
    calls = {f"{side}|one": lambda write=write: write(one) for side, write in sides.items()}
    if "many" in reach:
        calls |= {f"{side}|many": lambda write=write: write(many) for side, write in sides.items()}
    spent = turns(folder / f"times-{name}-{batch}.json", calls, repeats)
    alone = spent[f"{base}|one"]
    rows = []
    for size in reach:
        how, count = ("one article", 1) if size == "one" else (f"batch of {batch}", batch)
        for side in sides:
            each = [total / count for total in spent[f"{side}|{size}"]]
            rows.append(
                (
                    side,
                    how,
                    f"{statistics.median(each):.2f} s",
                    "1" if each == alone else ratio(alone, each),
                    reach[size] if side == auto else "–",
                )
            )
    return "\n\n".join(
        [
            f"## On a processor: the shape of {name}",
            f"Random weights; {READ} tokens read, {WRITTEN} written, {BEAMS} beams, "
            f"{torch.get_num_threads()} threads; from text to summary, medians of {repeats} turns. "
            "*Faster* is how many times faster than Hugging Face's one article an article is.",
            table(("engine", "at once", "an article", "faster", "to reach"), rows),
        ]
    )


def overhead(options: argparse.Namespace, folder: Path) -> str:
    """Our ``summarize``, from text, against ``generate`` of its tokens, and against our own call
    of it, which shares what beams have in common; taking turns.
    """
    name, repeats = options.shape or "bart-base", options.repeats or 15
    model = build(folder, name)
    summarizer = Summarizer("bart", model=model, engine="torch", dtype="float32", device="cpu")
    [text] = texts(1)
    backend = summarizer.backend
    encoded = backend.encode([text])
    ids = torch.tensor(encoded)
    limits = Limits(WRITTEN + 1, WRITTEN + 1)
    network = AutoModelForSeq2SeqLM.from_pretrained(model, dtype=torch.float32).eval()

    def theirs() -> None:
        with torch.inference_mode():
            network.generate(input_ids=ids, attention_mask=torch.ones_like(ids))

    calls = {
        "generate": theirs,
        "write": lambda: backend.write(encoded, backend.settings, limits),
        "summarize": lambda: summarizer(text),
    }
    for call in calls.values():
        call()
    spent = turns(folder / f"times-overhead-{name}.json", calls, repeats)
    rows = []
    for base, what in (("generate", "transformers' `generate`"), ("write", "our call of it")):
        ratios = [a / b for a, b in zip(spent["summarize"], spent[base], strict=True)]
        rows.append(
            (
                what,
                f"{statistics.median(spent[base]):.2f} s",
                f"{statistics.median(ratios):.3f} ({min(ratios):.3f}–{max(ratios):.3f})",
                "≤ 1.03",
            )
        )
    return (
        "## Overhead on torch\n\n`Summarizer`, from text to `Summary`, against `generate` of the "
        "same tokens by the same settings in float32, and against our own call of `generate`, "
        f"in which the beams share what was read; {repeats} turns, {name}, one article of {READ} "
        "tokens.\n\n" + table(("against", "time", "median ratio", "to reach"), rows)
    )


def memory(options: argparse.Namespace, folder: Path) -> str:
    """The peak of a process that loads what was converted before, and summarises one article."""
    name = options.shape or "bart-large-cnn"
    model = build(folder, name)
    rows = []
    for dtype, reach in (("int8", "< 1,500 MB"), ("float32", "–")):
        command = [sys.executable, __file__, "memory", "--folder", str(model), "--peak"]
        first, again = (
            float(
                subprocess.run(
                    [*command, f"ctranslate2 {dtype}"],
                    check=True,
                    stdout=subprocess.PIPE,
                    text=True,
                ).stdout
            )
            for _ in range(2)
        )
        rows.append((f"{name}, {dtype}", f"{again:,.0f} MB", reach, f"{first:,.0f} MB"))
    return (
        "## Memory\n\nPeak resident size of a process that loads a model converted before and "
        "summarises one article with CTranslate2; and of the first, which also converts it, where "
        "nothing was kept.\n\n" + table(("what", "peak", "to reach", "the first time"), rows)
    )


def peak_megabytes(model: Path, engine: str, dtype: str) -> float:
    """The greatest resident size; ``getrusage`` would count what the parent process had."""
    ours(model, engine, dtype)(texts(1))
    status = Path("/proc/self/status").read_text(encoding="utf-8")
    return int(status.partition("VmHWM:")[2].split()[0]) / 1024


def gpu(options: argparse.Namespace, folder: Path) -> str | None:
    """Articles a second in batches of 64, and agreement with float32 on 100 texts."""
    if not torch.cuda.is_available():
        print("no GPU: torch.cuda.is_available() is False, so nothing was measured")
        return None
    name = options.shape or "bart-large-cnn"
    model = build(folder, name)
    compared = options.model or model
    many = texts(128)
    hundred = articles(100) if options.model else many[:100]
    expected: list[str] = []
    rows = []
    for dtype in ("float32", "bfloat16", "float16"):
        write = ours(model, "torch", dtype, "cuda")
        write(many[:64])
        spent = seconds(lambda write=write: write(many))
        del write
        torch.cuda.empty_cache()
        with Summarizer(
            "bart", model=compared, engine="torch", dtype=dtype, device="cuda"
        ) as summarizer:
            backend = summarizer.backend
            drafts = [
                draft.text
                for first in range(0, len(hundred), 50)
                for draft in backend.generate(hundred[first : first + 50], Length())
            ]
        expected = expected or drafts
        same = sum(a == b for a, b in zip(expected, drafts, strict=True))
        rows.append((dtype, f"{len(many) / spent:.1f}", f"{same} of {len(hundred)}"))
    about = "the trained model given" if options.model else "random weights, full of near ties"
    return "\n\n".join(
        [
            f"## On a GPU ({torch.cuda.get_device_name()}): the shape of {name}",
            f"{READ} tokens read, {WRITTEN} written, {BEAMS} beams, batches of 64. The drafts "
            f"compared are of {about}.",
            table(("type", "articles a second", "same draft as float32"), rows),
        ]
    )


def tried(options: argparse.Namespace, folder: Path) -> str:
    """What else was tried: kept, or not, for how much time it takes."""
    name, repeats, batch = options.shape or "bart-base", options.repeats or 3, options.batch
    model = build(folder, name)
    many = texts(batch)
    network = AutoModelForSeq2SeqLM.from_pretrained(model, dtype=torch.float32).eval()
    int8 = torch.ao.quantization.quantize_dynamic(
        AutoModelForSeq2SeqLM.from_pretrained(model, dtype=torch.float32).eval(),
        {torch.nn.Linear},
        dtype=torch.qint8,
    )
    backend = Seq2Seq(model=model, engine="torch", dtype="float32", device="cpu")
    encoded = backend.encode(many)
    ids = torch.tensor(encoded)

    def generate(network: torch.nn.Module, **settings: object) -> Callable[[], object]:
        def call() -> object:
            with torch.inference_mode():
                return network.generate(ids, attention_mask=torch.ones_like(ids), **settings)

        return call

    def with_beam_cache() -> object:
        return generate(network, **beam_cache(network, BEAMS, shared=False))()

    made = Seq2Seq(model=model, engine="ctranslate2", dtype="int8", device="cpu")
    [converted] = (folder / "cache/summarize/ctranslate2").glob(f"{name}-int8-*")

    def translate(at_once: int, **options: int) -> Callable[[], object]:
        translator = ctranslate2.Translator(str(converted), compute_type="int8", **options)
        return lambda: translator.translate_batch(
            [list(map(str, row)) for row in encoded],
            target_prefix=[["2", "0"]] * batch,
            max_batch_size=at_once * READ,
            batch_type="tokens",
            beam_size=BEAMS,
            length_penalty=GENERATION["length_penalty"],
            no_repeat_ngram_size=GENERATION["no_repeat_ngram_size"],
            max_decoding_length=WRITTEN,
            min_decoding_length=WRITTEN,
            end_token=[2],
        )

    limits = Limits(WRITTEN + 1, WRITTEN + 1)
    threads = torch.get_num_threads()
    sides = {
        "torch: `generate` as it is": (generate(network), "–"),
        "torch: no reordering of cross-attention": (with_beam_cache, "kept, every architecture"),
        "torch: cross-attention shared by beams": (
            lambda: backend.write(encoded, backend.settings, limits),
            "kept, BART, mBART, PEGASUS",
        ),
        "torch: dynamic int8 of its linear layers": (generate(int8), "not kept"),
        "torch: static cache": (
            generate(network, cache_implementation="static", disable_compile=True),
            "not kept",
        ),
        "CTranslate2 int8, as it is": (
            lambda: made.write(encoded, made.settings, limits),
            "kept",
        ),
        "CTranslate2 int8, text by text": (translate(1), "–"),
        "CTranslate2 int8, a share of the batch a thread": (
            translate(-(-batch // threads), inter_threads=threads, intra_threads=1),
            "not kept: one article would have one thread",
        ),
    }
    calls = {side: call for side, (call, _) in sides.items()}
    for call in calls.values():
        call()
    spent = turns(folder / f"times-tried-{name}-{batch}.json", calls, repeats)
    base = spent[next(iter(sides))]
    rows = [
        (side, f"{statistics.median(spent[side]) / batch:.2f} s", ratio(base, spent[side]), kept)
        for side, (_, kept) in sides.items()
    ]
    return (
        f"## What else was tried\n\n{name}, float32 on torch, a batch of {batch}, {threads} "
        f"threads, medians of {repeats} turns.\n\n"
        + table(("what", "an article", "faster", "kept"), rows)
    )


PARTS = {
    "distilbart": distilbart,
    "large": large,
    "overhead": overhead,
    "memory": memory,
    "gpu": gpu,
    "tried": tried,
}


if __name__ == "__main__":
    main()
