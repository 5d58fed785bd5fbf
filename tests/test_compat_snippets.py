"""Programs as people wrote them for transformers 4 and gensim 3.8; the import alone is changed."""

from pathlib import Path

import pytest

ARTICLE = Path(__file__).parents[1] / "examples" / "articles" / "sport-eleven-minutes-kuopio.txt"

GENSIM = [
    "from gensim.summarization import summarize\nprint(summarize(text))\n",
    """
from gensim.summarization.summarizer import summarize
summary = summarize(text, ratio=0.3)
assert 0 < len(summary) < len(text)
""",
    """
from gensim.summarization.summarizer import summarize
short = summarize(text, word_count=50)
print("Summary:", short, f"({len(short.split())} words)")
""",
    """
from gensim.summarization import summarize
for number, sentence in enumerate(summarize(text, split=True), 1):
    print(number, sentence)
""",
    """
from gensim.summarization import summarize
def digest(article, share):
    try:
        return summarize(article, share)
    except ValueError:  # a single sentence
        return article
assert digest("Only this one.", 0.5) == "Only this one."
assert digest(text, 0.1)
""",
    """
from gensim.summarization import summarize
lines = summarize(text, ratio=0.25).split("\\n")
assert len(lines) > 1 and all(line.strip() for line in lines)
""",
    """
import gensim.summarization
result = gensim.summarization.summarize(text, word_count=80, split=True)
assert isinstance(result, list)
""",
    """
from gensim.summarization import summarize as gensim_summarize
table = {n: gensim_summarize(text, word_count=n) for n in (25, 100)}
assert len(table[25]) <= len(table[100])
""",
    """
from functools import partial
from gensim.summarization import summarize
fifth = partial(summarize, ratio=0.2, word_count=None, split=False)
print(list(map(fifth, [text, text])))
""",
    """
from gensim.summarization import summarize
assert summarize("") == ""
paragraphs = [p for p in text.split("\\n\\n") if p.count(". ") > 2]
print([summarize(p, ratio=0.5) for p in paragraphs])
""",
]

V4 = [
    """
from transformers import pipeline
summarizer = pipeline("summarization", model=model)
print(summarizer(text, max_length=40, min_length=5, do_sample=False, truncation=True))
""",
    """
from transformers import pipeline
summarizer = pipeline("summarization", model=model, tokenizer=model, framework="pt")
print(summarizer(text[:200], max_length=20)[0]["summary_text"])
""",
    """
from transformers import pipeline
summarizer = pipeline(task="summarization", model=model, device=-1)
parts = [text[at : at + 150] for at in range(0, 450, 150)]
print(" ".join(each["summary_text"] for each in summarizer(parts, max_length=15)))
""",
    """
from transformers import pipeline
pipe = pipeline("summarization", model=model, truncation=True)
out = pipe([text, text], batch_size=2, max_length=15)
assert [set(each) for each in out] == [{"summary_text"}] * 2
""",
    """
import transformers
summarizer = transformers.pipeline("summarization", model=model)
def stream():
    for at in range(3):
        yield text[at * 100 : at * 100 + 100]
for out in summarizer(stream(), max_length=12):
    print(out[0]["summary_text"] if isinstance(out, list) else out["summary_text"])
""",
    """
from transformers import AutoModelForSeq2SeqLM, AutoTokenizer
from transformers import pipeline
tokenizer = AutoTokenizer.from_pretrained(model)
loaded = AutoModelForSeq2SeqLM.from_pretrained(model)
summarizer = pipeline("summarization", model=loaded, tokenizer=tokenizer)
print(summarizer(text[:300], max_new_tokens=12))
""",
    """
from transformers import pipeline
summarizer = pipeline("summarization", model=model)
options = {"num_beams": 2, "length_penalty": 2.0, "no_repeat_ngram_size": 3, "early_stopping": True}
print(summarizer(text[:300], max_length=20, **options))
""",
    """
from transformers import pipeline
generator = pipeline("text2text-generation", model=model)
print(generator("summarize: " + text[:200], max_length=15)[0]["generated_text"])
""",
    """
import torch
from transformers import pipeline
torch.manual_seed(0)
summarizer = pipeline("summarization", model=model, torch_dtype=torch.float32)
print(summarizer(text[:300], do_sample=True, top_k=20, top_p=0.9, temperature=0.7, max_length=15))
""",
    """
from transformers import pipeline
summarizer = pipeline("summarization", model=model)
def shorten(article, length=20):
    words = len(article.split())
    if words < 5:
        return article
    return summarizer(article, max_length=min(length, words), min_length=3)[0]["summary_text"]
assert shorten("Too short.") == "Too short."
assert isinstance(shorten(text[:300]), str)
""",
]


@pytest.mark.parametrize("program", GENSIM)
def test_gensims(program):
    ours = program.replace("gensim.summarization.summarizer", "summarize.compat.gensim")
    ours = ours.replace("gensim.summarization", "summarize.compat.gensim")
    exec(ours, {"text": ARTICLE.read_text(encoding="utf-8")})


@pytest.mark.parametrize("program", V4)
def test_transformers(program, tiny_bart):
    ours = program.replace(
        "from transformers import pipeline", "from summarize.compat.transformers import pipeline"
    )
    if "import transformers\n" in ours:
        ours = ours.replace("import transformers\n", "import summarize.compat.transformers\n")
        ours = ours.replace("transformers.pipeline(", "summarize.compat.transformers.pipeline(")
    exec(ours, {"text": ARTICLE.read_text(encoding="utf-8"), "model": str(tiny_bart.folder)})
