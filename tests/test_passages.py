"""What is passed over in a text, and that no fact is."""

import pytest

from summarize import Document, summarize
from summarize.text.furniture.clauses import is_statement

RAIN = "Heavy rain closed the port of Ellery on Tuesday, and nobody knows when it will open again."
WALL = "The harbour wall had cracked in two places, and the repairs will cost three million pounds."
SHIP = "Two ships wait outside the port, and a third has gone on to Port Sable with its cargo."


def document(*parts, joint="\n\n", **options):
    return Document.from_text(joint.join(parts), language="en", **options)


def sentences(*parts, **options):
    return [sentence.text for sentence in document(*parts, **options).sentences]


def skipped(found):
    return [(found.text[part.start : part.end], part.reason) for part in found.skipped]


# ---------------------------------------------------------------- what is passed over is told


def test_what_is_passed_over_is_listed_and_counted():
    text = f"LONDON (Reuters) - {RAIN}\n\nWhat comes next\n\n{WALL}\n\nRead more: ten storms"
    found = Document.from_text(text)
    assert skipped(found) == [
        ("LONDON (Reuters) -", "dateline"),
        ("What comes next", "heading"),
        ("Read more: ten storms", "boilerplate"),
    ]
    assert found.skipped_words == 7  # a dateline is no line of its own
    summary = summarize(found, backend="lead")
    assert summary.read_fraction == found.words / (found.words + 7)
    assert dict(summary.skipped) == {"dateline": 1, "heading": 1, "boilerplate": 1}
    assert summary.to_dict()["skipped"] == dict(summary.skipped)
    assert not summary.truncated
    kept = Document.from_text(text, furniture="keep")
    assert [part.reason for part in kept.skipped] == ["dateline"]
    assert summarize(f"{RAIN} {WALL}", backend="lead").read_fraction == 1


def test_a_byline_above_a_heading_is_told():
    found = Document.from_text(f"Storm shuts port\n\nBy Ada Roe\n\n{RAIN}\n\n{WALL}")
    assert [reason for _, reason in skipped(found)] == ["title", "boilerplate"]
    assert found.sentences[0].text == RAIN


def test_no_text_is_passed_over_as_a_whole():
    for text in (
        "Ada:\nBen:\nAda:\nBen:\n",
        "> It rained.\n> It snowed.\n> It froze.",
        "From: Ada\nTo: Ben\nSubject: Rain",
        "| a | b |\n| c | d |\n| e | f |",
        "References\n[1] A. Roe. Rain. 2019.\n[2] B. Low. Snow. 2020.",
        "FOR IMMEDIATE RELEASE\n###\n###",
    ):
        assert Document.from_text(text).sentences


# ---------------------------------------------------------------- headings against sentences

STATEMENTS = """
Nobody has looked at the sea gates since 2011
Repairs must start before the autumn storms
Two fishermen are still missing
Decision: the town buys the second offer for £4.1 million
Resolved: to borrow £400,000 for the roof
Action: Ada
Agreed – we meet again on Friday
The harbour master wrote to the council every year
The sea came over the wall in the night
It rained all day in the town
Their boat was found on the rocks near Port Sable
She said it was too late
He did not answer three letters
Roof: the builders start work in May
ERROR could not connect to db01
2024-03-12 10:15 ERROR connection refused by db01
Der Rat hat dem zweiten Angebot zugestimmt
Die Mauer ist an zwei Stellen gebrochen
Le conseil a choisi la deuxième offre pour le mur
El muro está roto en dos lugares
Il muro è rotto in due punti
"""
HEADINGS = """
What comes next
What we know about the storm
How the wall was built
Why it happened
In which Mr. Pym arrives
Who was Ada Roe
When the wall broke
The Wall That Was Never Built
Moor Robotics Raises $40 Million to Bring Robots to Europe
Storm shuts port
Key findings
The finished wall
A history of the harbour
The unexpected return of the red squirrel
Analysis: The wall
Chapter 2: the long way home at last
Background and methods
Der Weg zur neuen Mauer
Un mur trop vieux
"""


@pytest.mark.parametrize("line", STATEMENTS.strip().splitlines())
def test_a_line_that_states_something_is_no_heading(line):
    assert line == "Agreed – we meet again on Friday" or is_statement(line) or line == "Action: Ada"
    text = f"{RAIN}\n\n{WALL}\n\n{line}\n\n{SHIP} {RAIN}"
    assert line in [s.text for s in Document.from_text(text, language="en").sentences] or (
        line == "Action: Ada"
    )


@pytest.mark.parametrize("line", HEADINGS.strip().splitlines())
def test_a_line_that_names_something_is_a_heading(line):
    assert not is_statement(line)
    assert line not in sentences(RAIN, WALL, line, SHIP, RAIN)


def test_a_title_and_the_line_below_it():
    deck = "The company will open offices in Rotterdam by May"
    found = document("Moor Robotics Raises $40 Million", deck, RAIN, WALL)
    assert found.title == "Moor Robotics Raises $40 Million"
    assert [s.text for s in found.sentences] == [deck, RAIN, WALL]


def test_title_blocks_of_any_number_of_lines():
    ruling = [
        "IN THE COURT OF APPEAL",
        "No. 21-1044",
        "MOOR HARBOUR CO., Plaintiff-Appellant,",
        "v.",
        "TOWN OF ELLERY, Defendant-Appellee.",
        "Before ROE, DRAY and FINCH, Circuit Judges.",
        "Opinion of the Court",
    ]
    assert sentences(*ruling, RAIN, WALL, SHIP) == [RAIN, WALL, SHIP]
    paper = ["Cracks in Walls", "Ada Roe¹, Ben Low²", "¹University of Ellery", "a@example.org"]
    assert sentences(*paper, RAIN, WALL, SHIP) == [RAIN, WALL, SHIP]
    facts = ["Visit to Ellery", "Two walls broken", "Forty houses under water", "Nobody hurt"]
    assert sentences(*facts, RAIN, WALL, SHIP) == [*facts, RAIN, WALL, SHIP]


@pytest.mark.parametrize(
    "line",
    ["1 Introduction", "2.1 Data", "IV. Results", "CHAPTER I.", "Chapter 12: Home", "Act II"],
)
def test_numbered_headings(line):
    parts = ["1 Introduction", RAIN, "2 Methods", WALL, line, "Let x be", SHIP, "3 Results", RAIN]
    assert line not in sentences(*parts)


@pytest.mark.parametrize(
    "line",
    [
        "Figure 1: Photographs of three walls. Left: Ellery.",
        "Fig. 2. The wall in May.",
        "Table 3 – Errors of divers.",
        "Abbildung 4: Die Mauer im Mai.",
        "Tableau 2 : Les murs.",
        "图1：港口的墙。",
    ],
)
def test_captions(line):
    assert (line, "caption") in skipped(document(RAIN, line, WALL))


@pytest.mark.parametrize(
    "line",
    [
        "Figure 1 shows the wall.",
        "Table tennis is played here.",
        "Fig trees grow.",
        "Figures fell.",
    ],
)
def test_sentences_that_begin_like_captions(line):
    assert line in sentences(RAIN, line, WALL)


# ---------------------------------------------------------------- sections


def test_tables_in_plain_text():
    rows = "Region\t2022\t2023\nNorth\t1,204\t1,350\nSouth\t980\t1,010"
    assert sentences(RAIN, rows, WALL) == [RAIN, WALL]
    assert sentences(RAIN, rows.replace("\t", "     "), WALL) == [RAIN, WALL]
    piped = "| a | b |\n|---|---|\n| 1 | 2 |"
    assert sentences(RAIN, piped, WALL) == [RAIN, WALL]
    one = f"It rained.\tIt snowed.\n{WALL}\t{RAIN}"
    assert len(sentences(RAIN, one, SHIP)) == 6


def test_contents_and_references():
    contents = "Contents\n1 History\n1.1 Walls\n2 Ships"
    assert sentences(RAIN, contents, WALL) == [RAIN, WALL]
    dotted = "Foreword ........ 3\nThe wall . . . . . 12"
    assert sentences(RAIN, dotted, WALL) == [RAIN, WALL]
    for heading in ("References", "Bibliography[edit]", "7. Literatur", "Références", "参考文献"):
        entries = "[1] A. Moor. 2019. Walls. In Proc. of WALL.\n[2] D. Dray. Divers, 12(3), 2018."
        assert sentences(RAIN, WALL, heading, entries) == [RAIN, WALL]
    named = "Roe, A. (2019). Walls of Europe. Ellery: Press.\n\nLow, B. (2020). Sonar. J. Harb. 12."
    assert sentences(RAIN, WALL, "References", named, "Appendix", SHIP)[:3] == [RAIN, WALL, SHIP]
    assert "He gave good references." in sentences(RAIN, "He gave good references.", WALL)
    assert sentences(RAIN, "Sources", SHIP, WALL) == [RAIN, SHIP, WALL]


def test_licences_of_books():
    book = (
        "The Bookshelf EBook of Rain\n\nThis eBook is for the use of anyone anywhere.\n\n"
        f"*** START OF THE BOOKSHELF EBOOK RAIN ***\n\nCHAPTER I.\n\n{RAIN}\n\n{WALL}\n\n"
        "*** END OF THE BOOKSHELF EBOOK RAIN ***\n\nYou may copy it and give it away."
    )
    assert [s.text for s in Document.from_text(book).sentences] == [RAIN, WALL]


def test_press_releases():
    parts = [
        "FOR IMMEDIATE RELEASE",
        "Media Contact:\nAda Roe\npress@example.org\n+44 1632 960001",
        "Moor Builds a New Wall",
        RAIN,
        WALL,
        "About Moor\nMoor builds walls. It has 120 employees.",
        "Forward-Looking Statements\nThis press release contains forward-looking statements.",
        "###",
    ]
    assert sentences(*parts) == [RAIN, WALL]
    about = "About the wall"
    assert "Moor builds walls." in sentences(RAIN, about, "Moor builds walls.", WALL)


def test_lines_that_recur():
    review = [
        "Great kettle",
        "Reviewed on {} March",
        RAIN,
        "{} people found it good",
        "Help | Report",
    ]
    lines = [line.format(i) for i in range(1, 5) for line in review]
    assert not any("Report" in s or "Reviewed" in s or "people" in s for s in sentences(*lines))
    head = "The Ellery Report 2024"
    pages = [RAIN, head, WALL, head, SHIP, head, f"So it is. {RAIN}"]
    assert head not in sentences(*pages)
    refrain = "And then the sea came back."
    assert refrain in sentences(RAIN, refrain, WALL, refrain, SHIP, refrain, RAIN)
    minutes = [
        RAIN,
        "Action: Ada to pay",
        WALL,
        "Action: Ben to pay",
        SHIP,
        "Action: Cleo to pay",
        RAIN,
    ]
    assert [s for s in sentences(*minutes) if s.startswith("Action")] == minutes[1::2]


# ---------------------------------------------------------------- mail

MAIL = f"{RAIN} {WALL}"
QUOTED = "> Did it rain?\n> The wall has two new cracks.\n>\n> Ben"


@pytest.mark.parametrize(
    "text",
    [
        f"From: Ada <a@example.org>\nTo: Ben\nSubject: Rain\n\nHi Ben,\n\n{MAIL}\n\nBest "
        f"regards,\nAda",
        f"Von: Ada Roe\nGesendet: Montag, 11. März 2024\nAn: Ben\nBetreff: Regen\n\n{MAIL}",
        f"De : Ada Roe\nEnvoyé : lundi 11 mars 2024\nÀ : Ben\nObjet : Pluie\n\nBonjour "
        f"Ben,\n\n{MAIL}",
        f"{MAIL}\n\n-- \nAda Roe\nHead of Works\nwww.example.org",
        f"{MAIL}\n\nOn Mon, 11 Mar 2024 at 17:40, Ben <b@example.org> wrote:\n{QUOTED}",
        f"{MAIL}\n\nOn Mon, 11 Mar 2024 at 17:40, Ben Low\n<b@example.org> wrote:\n\n{QUOTED}",
        f"{MAIL}\n\nAm 11.03.2024 um 17:40 schrieb Ben Low:\n{QUOTED}",
        f"{MAIL}\n\nLe lun. 11 mars 2024 à 17:40, Ben <b@example.org> a écrit :\n{QUOTED}",
        f"{MAIL}\n\nEl lun, 11 mar 2024 a las 17:40, Ben <b@x.org> escribió:\n\nDid it rain? "
        f"Tell me.",
        f"{MAIL}\n\n-----Original Message-----\nFrom: Ben\nSent: Monday\nTo: Ada\n\nDid it rain?",
        f"{MAIL}\n\n________________________________\nFrom: Ben\nSent: Monday\nSubject: "
        f"Rain\n\nDid it?",
        f"{MAIL}\n\nSent from my iPhone\n\nOn 11 Mar 2024, at 17:40, Ben <b@x.org> "
        f"wrote:\n\n{QUOTED}",
        f"Liebe Ada,\n\n{MAIL}\n\nViele Grüße\nBen",
        f"Dear Mr Low,\n\n{MAIL}\n\nYours sincerely,\n\nAda Roe\nHead of Works",
        f"Hi Ben,\n\n{MAIL}\n\nThanks,\nAda\n\nCONFIDENTIALITY NOTICE: This e-mail is for Ben "
        f"only.\n"
        "If you have it in error, please delete it.",
    ],
)
def test_mail_and_letters(text):
    assert [s.text for s in Document.from_text(text, language="en").sentences] == [RAIN, WALL]


def test_answers_between_quotations_are_kept():
    text = (
        "On Mon, 11 Mar 2024 at 17:40, Ben <b@example.org> wrote:\n> Did it rain in town?\n\n"
        f"{RAIN}\n\n> And the wall?\n\n{WALL}"
    )
    assert [s.text for s in Document.from_text(text).sentences] == [RAIN, WALL]


def test_what_is_forwarded_is_kept():
    text = (
        "FYI\n\n---------- Forwarded message ---------\nFrom: Ben <b@example.org>\n"
        f"Date: Mon, 11 Mar 2024\nSubject: Rain\nTo: Ada\n\n{RAIN} {WALL}"
    )
    assert [s.text for s in Document.from_text(text).sentences][-2:] == [RAIN, WALL]


@pytest.mark.parametrize(
    "text",
    [
        f"On Tuesday the mayor wrote:\n\n“{RAIN}”\n\n{WALL}",
        f"{RAIN}\n\nThanks\n\n{WALL}\n\n{SHIP}",
        f"{RAIN}\n\n--\n\n{WALL}\n\n{SHIP}\n\n{RAIN}\n\n" + f"{WALL}\n\n" * 12,
        f"Dear Ada is a film about a dog.\n\n{RAIN}\n\n{WALL}",
    ],
)
def test_no_mail(text):
    assert not any("mail" in part.reason or part.reason == "signature" for part in
                   Document.from_text(text).skipped)  # fmt: skip


# ---------------------------------------------------------------- transcripts and chats

TALK = [("Ada", RAIN), ("Ben", "And what does it cost?"), ("Ada", WALL), ("Ben", SHIP)]


def talk(form, joint="\n"):
    turns = (form.format(n=name, t=text, i=i) for i, (name, text) in enumerate(TALK, 1))
    return joint.join(turns)


@pytest.mark.parametrize(
    "form",
    [
        "[00:00:0{i}] {n}: {t}",
        "[0{i}:12] {n}: {t}",
        "00:0{i} {n}: {t}",
        "(10:1{i} AM) {n}: {t}",
        "12/03/2024, 10:1{i} - {n}: {t}",
        "12.03.24, 10:1{i} - {n}: {t}",
        "[12/03/2024, 10:15:2{i}] {n}: {t}",
        "\u200e[12.03.24, 10:15:2{i}] {n}: {t}",
        "3/12/24, 10:1{i} PM - {n}: {t}",
        "2024-03-12 10:15:2{i} {n}: {t}",
        "10:15:2{i} From {n} to Everyone: {t}",
        "[10:1{i}] <{n}> {t}",
        "{n}: {t}",
        "{n} (00:0{i}): {t}",
        "**{n}:** {t}",
        "{n} (CEO): {t}",
        "{n}  10:1{i} AM\n{t}",
        "{n}  0:0{i}\n{t}\n",
        "{n} [10:1{i} AM]\n{t}",
        "{n} — Today at 10:1{i} AM\n{t}",
        "{n} — 12/03/2024 10:1{i}\n{t}",
        "{n}, [12.03.2024 10:1{i}]\n{t}\n",
        "[{n}] 10:15:2{i}\n{t}",
        "{n} 00:00:0{i}\n{t}",
        "{n} (00:0{i})\n{t}\n",
    ],
)
def test_labels_and_times_are_no_part_of_what_is_said(form):
    found = Document.from_text(talk(form), language="en")
    assert [s.text for s in found.sentences] == [text for _, text in TALK]
    assert [s.speaker for s in found.sentences] == [name for name, _ in TALK]
    assert {part.reason for part in found.skipped} == {"label"}


@pytest.mark.parametrize("form", ["0:0{i}\n{t}", "[00:0{i}] {t}", "00:00:0{i} {t}"])
def test_times_alone(form):
    found = Document.from_text(talk(form), language="en")
    assert [s.text for s in found.sentences] == [text for _, text in TALK]


def test_what_a_chat_shows_beside_the_words():
    text = f"Ada  9:02 AM\n{RAIN}\n9:03\n{WALL}\nBen  9:05 AM\n{SHIP}\n:+1: 2\n"
    found = Document.from_text(f"{text}\nTranscribed by https://example.org", language="en")
    assert [s.text for s in found.sentences] == [RAIN, WALL, SHIP]


def test_a_mail_as_a_web_page_shows_it():
    head = "Ada <a@example.org>\nMon, Mar 11, 5:40 PM\nto Ben, me"
    text = f"{head}\n\nHi Ben,\n\n{MAIL}\n\nCheers,\nAda"
    assert [s.text for s in Document.from_text(text).sentences] == [RAIN, WALL]


def test_running_heads_with_what_changes_behind_a_gap():
    pages = [f"THE GAZETTE{' ' * 20}{what}" for what in ("12 March", "Page 2", "Storm")]
    assert sentences(pages[0], RAIN, pages[1], WALL, pages[2], SHIP) == [RAIN, WALL, SHIP]


def test_wrapped_transcripts_and_notices():
    text = (
        "MS. ROE: Good morning. I call the meeting to\norder. It is about the "
        "wall.\n\n(Laughter)\n\n"
        "MR. LOW: We found eleven cracks. The widest is\nfour millimetres.\n\nMS. ROE: Mm-hmm.\n\n"
        "MR. LOW: It costs four million."
    )
    found = Document.from_text(text, language="en")
    assert [(s.speaker, s.text) for s in found.sentences] == [
        ("MS. ROE", "Good morning."),
        ("MS. ROE", "I call the meeting to order."),
        ("MS. ROE", "It is about the wall."),
        ("MR. LOW", "We found eleven cracks."),
        ("MR. LOW", "The widest is four millimetres."),
        ("MR. LOW", "It costs four million."),
    ]
    assert ("(Laughter)", "notice") in skipped(found)
    assert ("MS. ROE: Mm-hmm.", "assent") in skipped(found)


def test_other_languages_speak_too():
    german = "Frau Roe: Es hat geregnet.\nHerr Low: Wie lange?\nFrau Roe: Den ganzen Tag.\n"
    found = Document.from_text(german, language="de")
    assert [s.text for s in found.sentences] == [
        "Es hat geregnet.",
        "Wie lange?",
        "Den ganzen Tag.",
    ]
    chinese = "小明：今天下雨了。\n小红：下了多久？\n小明：下了一整天。\n"
    found = Document.from_text(chinese, language="zh")
    assert [s.speaker for s in found.sentences] == ["小明", "小红", "小明"]


@pytest.mark.parametrize(
    "text",
    [
        f"Apples: red fruit.\nPears: green fruit.\nPlums: blue fruit.\nFigs: brown fruit.\n{RAIN}",
        f"{RAIN}\nAction: Ada mends it.\n{WALL}\nAction: Ben pays.\n{SHIP}\nDecision: we wait.",
        "#Person1#: It rained.\n#Person2#: Did it?\n#Person1#: All day.\n#Person2#: I see.",
        f"At 10:15 it rained.\nAt 10:20 it snowed.\nAt 10:25 it froze.\n{RAIN}",
    ],
)
def test_what_is_no_transcript_keeps_its_labels(text):
    found = Document.from_text(text, language="en")
    assert not any(part.reason == "label" for part in found.skipped)
    assert all(s.speaker is None for s in found.sentences)
