"""How well and how fast PDF is read, against pypdf, on files made here by several programs.

    python benchmarks/pdf.py [--keep FOLDER]

The articles of this folder, and sentences of our own in other scripts, are set by reportlab, LaTeX
(pdflatex), LibreOffice (soffice) and Chromium, as far as they are installed, in several fonts and
encodings. A word is wrong if it is in neither of the texts that poppler's pdftotext gives of the
file (with -layout and without), nor in the text that was set. Needs pdftotext and reportlab.
"""

from __future__ import annotations

import argparse
import html
import io
import os
import re
import shutil
import statistics
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

from recording import record, table

from summarize.readers import MAX_BYTES
from summarize.readers.pdf import read_pdf

ARTICLES = sorted((Path(__file__).parent / "articles").glob("*.txt"))
WORD = re.compile(r"\w+(?:[-'’.,]\w+)*")
REPEATS = 3
SCRIPTS = [
    "Die Straßenbahn in Köln fährt wieder, sagte die Bürgermeisterin am Dienstag; die Züge "
    "blieben überfüllt, und größere Störungen schloss sie für März nicht aus.",
    "Burmistrz powiedział, że most zostanie zamknięty na trzy miesiące, a objazd poprowadzi przez "
    "Łódź i Gdańsk; mieszkańcy są źli.",
    "Мэр города заявил во вторник, что мост будет закрыт на три месяца, а движение пустят в объезд "
    "по набережной.",
    "Ο δήμαρχος δήλωσε την Τρίτη ότι η γέφυρα θα κλείσει για τρεις μήνες και ότι τα λεωφορεία θα "
    "περνούν από το λιμάνι.",
    "Le maire a déclaré mardi que le pont serait fermé trois mois ; l’œuvre coûtera 4 millions "
    "d’euros, où qu’on trouve l’argent.",
]
FONT = Path("/usr/share/fonts/truetype/dejavu/DejaVuSerif.ttf")
Maker = Callable[[Path], Path]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--keep", type=Path, metavar="FOLDER", help="keep the PDFs there")
    options = parser.parse_args()
    rows = []
    total = {"ours": [0, 0], "pypdf": [0, 0]}
    times: dict[str, list[tuple[float, int]]] = {"ours": [], "pypdf": []}
    with tempfile.TemporaryDirectory() as folder:
        place = options.keep or Path(folder)
        place.mkdir(exist_ok=True)
        for name, text, make in makers():
            path = make(place / (re.sub(r"\W+", "-", name) + ".pdf"))
            pages, cells = measured(path, text, total, times)
            rows.append((name, str(pages), *cells))
            print(*rows[-1], flush=True)
    rows.append(("all", str(sum(n for _, n in times["ours"])), *summed(total, times)))
    head = ("made by", "pages", "wrong words, pypdf", "ours", "ms a page, pypdf", "ours")
    missing = [tool for tool in ("pdflatex", "soffice", "chromium") if not shutil.which(tool)]
    note = f"\n\nNot installed here, and so left out: {', '.join(missing)}." if missing else ""
    record(
        "pdf",
        "# PDF\n\nWrong words are in neither text of pdftotext nor in what was set. Time is that "
        "of the processor. Ours is all of reading, with the start of the process that PDFium runs "
        f"in; pypdf's is `extract_text` alone; the median of {REPEATS} runs.\n\n"
        + table(head, rows)
        + note,
        ("pypdfium2", "pypdf", "reportlab"),
    )


def measured(
    path: Path, text: str, total: dict[str, list[int]], times: dict[str, list[tuple[float, int]]]
) -> tuple[int, tuple[str, ...]]:
    from pypdf import PdfReader

    known = words(text)
    for mode in ([], ["-layout"]):
        done = subprocess.run(
            ["pdftotext", *mode, str(path), "-"], check=True, capture_output=True, text=True
        )
        known += words(done.stdout)
    right = set(known)
    data = path.read_bytes()

    def pypdf() -> tuple[str, int]:
        pages = PdfReader(io.BytesIO(data)).pages
        return "\n".join(page.extract_text() for page in pages), len(pages)

    cells = {}
    pages = pypdf()[1]
    for name, read in (
        ("pypdf", lambda: pypdf()[0]),
        ("ours", lambda: read_pdf(data, path.name, max_bytes=MAX_BYTES).text),
    ):
        spent = []
        for _ in range(REPEATS):
            start = processor_seconds()
            found = read()
            spent.append(1000 * (processor_seconds() - start))
        said = words(found)
        wrong = [word for word in said if word not in right]
        total[name][0] += len(wrong)
        total[name][1] += len(said)
        times[name].append((statistics.median(spent), pages))
        cells[name] = (
            f"{100 * len(wrong) / max(1, len(said)):.2f} % of {len(said):,}",
            f"{statistics.median(spent) / pages:.1f}",
        )
        if wrong:
            print(f"  {name}: {wrong[:12]}")
    (a, b), (c, d) = cells["pypdf"], cells["ours"]
    return pages, (a, c, b, d)


def processor_seconds() -> float:
    """Of this process and of its children that have ended."""
    return sum(os.times()[:4])


def summed(
    total: dict[str, list[int]], times: dict[str, list[tuple[float, int]]]
) -> tuple[str, ...]:
    shares = [f"{100 * total[name][0] / total[name][1]:.2f} %" for name in ("pypdf", "ours")]
    spent = [
        f"{sum(ms for ms, _ in times[name]) / sum(n for _, n in times[name]):.1f}"
        for name in ("pypdf", "ours")
    ]
    return (*shares, *spent)


def words(text: str) -> list[str]:
    return WORD.findall(text.replace("\u00ad", ""))


# ---------------------------------------------------------------- the files


def makers() -> Iterator[tuple[str, str, Maker]]:
    english = "\n\n".join(path.read_text(encoding="utf-8") for path in ARTICLES)
    english = re.sub(r"\n+", "\n\n", english)
    other = "\n\n".join(SCRIPTS * 30)
    for name, font, columns in (
        ("reportlab, Helvetica", "Helvetica", 1),
        ("reportlab, Times in two columns", "Times-Roman", 2),
    ):
        yield name, english, lambda path, f=font, c=columns: by_reportlab(path, english, f, c)
    if FONT.exists():
        yield (
            "reportlab, TrueType, five scripts",
            other,
            lambda path: by_reportlab(path, other, "DejaVu", 1),
        )
    if shutil.which("pdflatex"):
        for name, preamble, columns in (
            ("LaTeX, Computer Modern (OT1)", "", 1),
            (
                "LaTeX, Latin Modern (T1) in two columns, microtype",
                r"\usepackage[T1]{fontenc}\usepackage{lmodern}\usepackage{microtype}",
                2,
            ),
            (
                "LaTeX, Times (T1), notes at the foot",
                r"\usepackage[T1]{fontenc}\usepackage{mathptmx}\let\n=\footnote",
                1,
            ),
        ):
            yield name, english, lambda path, p=preamble, c=columns: by_latex(path, english, p, c)
    if shutil.which("soffice"):
        for name, font, text in (
            ("LibreOffice, Liberation Serif", "Liberation Serif", english),
            ("LibreOffice, DejaVu Sans, five scripts", "DejaVu Sans", other),
        ):
            yield name, text, lambda path, f=font, t=text: by_libreoffice(path, t, f)
    if shutil.which("chromium"):
        for name, style, text in (
            ("Chromium, Liberation Sans", "font-family:Liberation Sans", english),
            (
                "Chromium, DejaVu Serif in three columns, five scripts",
                "font-family:DejaVu Serif;columns:3",
                other,
            ),
        ):
            yield name, text, lambda path, s=style, t=text: by_chromium(path, t, s)


def by_reportlab(path: Path, text: str, font: str, columns: int) -> Path:
    from reportlab.lib.pagesizes import A4
    from reportlab.lib.styles import ParagraphStyle
    from reportlab.pdfbase import pdfmetrics
    from reportlab.pdfbase.ttfonts import TTFont
    from reportlab.platypus import BaseDocTemplate, Frame, PageTemplate, Paragraph

    if font == "DejaVu":
        pdfmetrics.registerFont(TTFont("DejaVu", str(FONT)))
    style = ParagraphStyle("body", fontName=font, fontSize=10, leading=12.5, spaceAfter=6)
    width, height = A4
    each = (width - 100) / columns
    frames = [Frame(50 + each * n, 50, each - 8, height - 100) for n in range(columns)]
    document = BaseDocTemplate(str(path), pagesize=A4)
    document.addPageTemplates([PageTemplate(frames=frames)])
    document.build([Paragraph(html.escape(line), style) for line in text.split("\n\n")])
    return path


def by_latex(path: Path, text: str, preamble: str, columns: int) -> Path:
    marks = {"\\": r"\textbackslash{}", "“": "``", "”": "''", "‘": "`", "’": "'", "—": "---"}
    marks |= {"–": "--"} | {sign: f"\\{sign}" for sign in "&%$#_{}"}
    marks |= {"~": r"\textasciitilde{}", "^": r"\textasciicircum{}"}
    escaped = "".join(marks.get(letter, letter) for letter in text)
    if r"\n=" in preamble:
        escaped = escaped.replace(".\n\n", ".\\n{See the minutes of the council.}\n\n", 200)
    option = "twocolumn" if columns == 2 else "onecolumn"
    source = path.with_suffix(".tex")
    source.write_text(
        rf"\documentclass[10pt,a4paper,{option}]{{article}}\usepackage[utf8]{{inputenc}}"
        rf"\usepackage{{textcomp}}{preamble}\begin{{document}}{escaped}\end{{document}}",
        encoding="utf-8",
    )
    command = ["pdflatex", "-interaction=batchmode", f"-output-directory={path.parent}"]
    subprocess.run([*command, str(source)], check=False, stdout=subprocess.DEVNULL)
    return path


def as_html(path: Path, text: str, style: str) -> Path:
    body = "".join(f"<p>{html.escape(line)}</p>" for line in text.split("\n\n"))
    source = path.with_suffix(".html")
    source.write_text(
        f"<html><head><meta charset=utf-8></head><body style='{style}'>{body}</body></html>",
        encoding="utf-8",
    )
    return source


def by_libreoffice(path: Path, text: str, font: str) -> Path:
    source = as_html(path, text, f"font-family:{font}")
    command = ["soffice", "--headless", "--convert-to", "pdf:writer_web_pdf_Export"]
    subprocess.run(
        [*command, "--outdir", str(path.parent), str(source)], check=True, capture_output=True
    )
    return path


def by_chromium(path: Path, text: str, style: str) -> Path:
    source = as_html(path, text, style)
    command = ["chromium", "--headless", "--no-sandbox", "--disable-gpu", "--no-pdf-header-footer"]
    subprocess.run(
        [*command, f"--print-to-pdf={path}", str(source)], check=True, capture_output=True
    )
    return path


if __name__ == "__main__":
    main()
