"""What `selection.diverse` promises beyond what `top` does."""

from __future__ import annotations

import math
import random
import time
from dataclasses import fields, replace
from itertools import pairwise

import pytest

from summarize.document import Document
from summarize.length import Length
from summarize.selection import Diverse, diverse, tokens, top
from summarize.text.context import goes_on_with_quotation
from summarize.text.form import has_fault
from summarize.text.people import Introductions, lone_names

FLOOD = (
    "The river rose by two metres on Monday. The river rose by two metres, police said. "
    "He blamed the whole council. Nobody was hurt in the flood. The bridge at Port Ellery is shut."
)


NAMES = tuple(field.name for field in fields(Diverse))
NO_CHARGES = dict.fromkeys(NAMES, 0.0)
PLAIN = Diverse(**NO_CHARGES)


def alone(**charges):
    """A selector with no charge but these."""
    return Diverse(**{**NO_CHARGES, **charges})


def unrelated(count):
    """Sentences that share no three words in a row."""
    words = ("".join(chr(97 + int(d)) * 2 for d in f"{i:03}") for i in range(count))
    return [f"The {word} sat {word}x there." for word in words]


def chosen(text, scores, selector=diverse, **length):
    return selector(Document.from_text(text), scores, Length(**length))


def test_repetition_gives_way_to_news():
    assert chosen(FLOOD, [-0.5, -0.6, -3.0, -1.0, -1.5], sentences=2) == [0, 3]


def test_repetition_is_taken_when_it_is_all_there_is():
    text = "The river rose by two metres on Monday. The river rose by two metres, police said."
    assert chosen(text, [-0.5, -0.6], sentences=2) == [0, 1]


def test_the_same_sentence_is_taken_once():
    assert chosen("It rained. It rained. It rained.", [-1.0, -0.5, -2.0], sentences=3) == [1]


def test_a_hanging_sentence_gives_way_to_one_as_good():
    assert chosen(FLOOD, [-0.5, -9.0, -1.0, -1.1, -5.0], sentences=2) == [0, 3]


def test_a_hanging_sentence_is_taken_with_what_it_hangs_on():
    assert chosen(FLOOD, [-3.0, -0.5, -1.0, -1.2, -5.0], sentences=2) == [1, 2]


@pytest.mark.parametrize(
    "opening",
    ["But", "However,", "She", "Meanwhile,", "Nevertheless,", "This", "“We", '"We', "‘We"],
)
def test_what_hangs(opening):
    closing = {"“": "”", '"': '"', "‘": ""}.get(opening[0], "")
    text = (
        f"Rain fell on Monday. {opening} will repair the bridge.{closing} Nobody was hurt at all."
    )
    assert chosen(text, [-9.0, -1.0, -1.1], sentences=1) == [2]


@pytest.mark.parametrize(
    "quoting",
    ["“We will,” Low said, “repair it.”", "‘We will’, Low said to us.", "'90s' fans came to us."],
)
def test_a_quotation_with_its_speaker_does_not_hang(quoting):
    text = f"Rain fell on Monday. {quoting} Nobody was hurt at all."
    assert chosen(text, [-9.0, -1.0, -1.1], sentences=1) == [1]


@pytest.mark.parametrize(
    "sentence",
    [
        *(
            "Indeed, the town was spared.",
            "In other words, the town lost.",
            "In fact, it rained all day.",
        ),
        *(
            "Others had left the town.",
            "As a result, the road closed.",
            "Both men were saved at sea.",
        ),
        *(
            "Before that, the road was closed.",
            "The two boats sank at sea.",
            "Such floods are rare in Oslo.",
        ),
        *(
            "Another flood hit the south.",
            "Even so, the road was open.",
            "One of them sank at sea.",
        ),
        *("“We will,” he said, “repair it.”", "On Monday, she said it would be repaired."),
        *("After he left, he rang the mayor.", "Is the town of Oslo safe now?"),
    ],
)
def test_what_needs_what_was_said_before(sentence):
    text = f"Rain fell on Monday. {sentence} Nobody was hurt at all."
    selector, document = alone(hanging=0.4), Document.from_text(text, language="en")
    for third, expected in ((-1.3, 2), (-1.5, 1)):
        assert selector(document, [-9.0, -1.0, third], Length(sentences=1)) == [expected]


@pytest.mark.parametrize(
    "sentence",
    [
        *(
            "Both Roe and Low were saved.",
            "In this paper, we count floods.",
            "One in six left the town.",
        ),
        *(
            "In Indian towns it rained.",
            "When Roe left, he rang the mayor.",
            "The two-mile road had sunk.",
        ),
        *(
            "At this year's festival, it rained.",
            "Most of this year's rain fell here.",
            "This week's rain was the worst.",
            "In response to the flood, Oslo shut.",
            "In addition to Roe, Low was saved.",
            "As a result of the storm, Oslo shut.",
            "Here in Oslo, it rained all day.",
        ),
    ],
)
def test_what_stands_by_itself(sentence):
    text = f"Rain fell on Monday. {sentence} Nobody was hurt at all."
    document = Document.from_text(text, language="en")
    assert alone(hanging=9.0)(document, [-9.0, -1.0, -1.1], Length(sentences=1)) == [1]


@pytest.mark.parametrize(("opened", "closed"), ['""', "“”", "„“"])
def test_the_middle_of_a_quotation_is_not_the_documents_own_word(opened, closed):
    text = (
        f"Roe said: {opened}Rain fell here all week. The mayor lied to us all.\n\n"
        f"{opened}We want him to go,{closed} said Roe. Nobody was hurt at all."
    )
    document = Document.from_text(text, language="en")
    assert len(document.sentences) == 4
    scores = [-9.0, -1.0, -9.0, -3.0]
    assert alone(form=3.0)(document, scores, Length(sentences=1)) == [3]


@pytest.mark.parametrize("limit", [5, 8, 12, 20, 33])
def test_words_are_a_ceiling(limit):
    document = Document.from_text(FLOOD)
    picked = diverse(document, [-0.5, -0.6, -3.0, -1.0, -1.5], Length(words=limit))
    assert picked
    assert sum(document.sentences[i].words for i in picked) <= max(limit, 4)


def test_words_left_over_are_used():
    assert chosen(FLOOD, [-0.5, -5.0, -3.0, -1.0, -1.5], words=13) == [0, 2]


def test_too_few_words_give_the_shortest_sentence():
    assert chosen(FLOOD, [-0.5, -5.0, -3.0, -1.0, -1.5], words=1) == [2]


def test_all_of_a_document_may_be_asked_for():
    document = Document.from_text(FLOOD)
    assert diverse(document, [-1.0] * 5, Length(sentences=50)) == [0, 1, 2, 3, 4]
    assert diverse(document, [-1.0] * 5, Length(ratio=1.0)) == [0, 1, 2, 3, 4]


def test_sentences_without_words_come_last():
    text = "It rained.\n\n* * *\n\nIt stopped."
    assert chosen(text, [-3.0, -0.1, -2.0], sentences=2) == [0, 2]
    assert chosen(text, [-3.0, -0.1, -2.0], words=3) == [2]


def test_all_are_taken_with_those_without_words_where_all_are_asked_for():
    text = "It rained.\n\n* * *\n\nIt stopped."
    for length in ({"sentences": 3}, {"sentences": 5}, {"words": 4}, {"words": 6}, {"ratio": 1.0}):
        assert chosen(text, [-3.0, -0.1, -2.0], **length) == [0, 1, 2]
    assert chosen("Rain!\n\n* * *", [-1.0, -2.0], words=1) == [0, 1]


def test_a_text_of_marks_only():
    assert chosen("!!! ... ???", [-2.0, -1.0], sentences=1) == [1]
    for length in ({"words": 3}, {"ratio": 0.5}):  # which has no words to exceed
        assert chosen("!!! ... ???", [-2.0, -1.0], **length) == [0, 1]


def test_without_redundancy_it_is_top():
    document = Document.from_text(FLOOD)
    for seed in range(50):
        scores = [-random.Random(seed + i).random() for i in range(5)]
        for length in (Length(sentences=1), Length(sentences=3), Length(words=15)):
            assert PLAIN(document, scores, length) == top(document, scores, length)


def test_other_scripts():
    document = Document.from_text("今日は雨だ。今日は雨だった。川が上がった。", language="ja")
    assert diverse(document, [-1.0, -1.1, -1.2], Length(sentences=2)) == [0, 2]


def test_tokens_are_lower_case_without_marks():
    [sentence] = Document.from_text("“Ärger” in the U.S., he said!").sentences
    assert tokens(sentence) == ["ärger", "in", "the", "u", "s", "he", "said"]


def test_ties_go_to_the_earlier():
    text = "Rain fell in Oslo. Snow came to Bergen. Fog hid Tromsø."
    assert chosen(text, [-1.0, -1.0, -1.0], sentences=1) == [0]


def test_is_a_value():
    assert Diverse() == diverse
    assert hash(Diverse(words=1.0)) != hash(diverse)
    with pytest.raises(AttributeError):
        diverse.words = 1.0
    assert not hasattr(diverse, "__dict__")


RAIN = (
    "Rain fell on Oslo today. Rain fell on Bergen on Monday morning. Nobody was hurt at all. "
    "A bus came at noon."
)


@pytest.mark.parametrize(
    ("weight", "charge"),
    [
        ("words", 3 / 5),  # rain, fell, on; of the first sentence's five words
        ("pairs", 2 / 4),  # rain fell, fell on; of its four pairs
        ("triples", 1),  # rain fell on
        ("length", 5 * 7 / (20 * 22 / 4 * 2) - 5 * 5 / (20 * 22 / 4 * 2)),  # seven words for five
    ],
)
def test_each_weight_charges_for_its_own(weight, charge):
    selector = Diverse(**{**NO_CHARGES, weight: 1.0})
    for margin, second in ((0.001, 1), (-0.001, 2)):
        scores = [0.0, -1.0, -1.0 - charge - margin, -99.0]
        assert chosen(RAIN, scores, selector, sentences=2) == [0, second]


def test_length_is_measured_by_the_mean_of_very_short_sentences_too():
    selector = Diverse(**{**NO_CHARGES, "length": 1.0})
    charge = 1 * (2 - 1) / (20 * 4 / 3 * 2)
    for margin, second in ((0.001, 1), (-0.001, 2)):
        scores = [0.0, -1.0, -1.0 - charge - margin]
        assert chosen("Rain. It snowed. Fog.", scores, selector, sentences=2) == [0, second]


def test_words_asked_for_are_not_charged_for_again():
    selector = Diverse(**{**NO_CHARGES, "length": 99.0})
    assert chosen(RAIN, [0.0, -1.0, -1.1, -99.0], selector, words=12) == [0, 1]


@pytest.mark.parametrize(
    ("second", "third"),
    [
        ("Snow lay thick on Bergen.", "Fog hid Bergen for hours."),  # one word and no pair
        ("Fell rain on Oslo not.", "Oslo on fell rain not."),  # pairs, and no three in a row
    ],
)
def test_triples_are_charged_only_where_there_are_three_in_a_row(second, third):
    selector = Diverse(**{**NO_CHARGES, "triples": 9.0})
    text = f"Rain fell on Oslo again. {second} {third}"
    assert chosen(text, [0.0, -1.0, -1.1], selector, sentences=2) == [0, 1]


def test_a_repetition_is_charged_but_not_without_bound():
    text = "The river rose by two metres. So the river rose by two metres. Nobody was hurt at all."
    assert chosen(text, [0.0, -0.5, -2.0], sentences=2) == [0, 2]
    assert chosen(text, [0.0, -0.5, -2.8], sentences=2) == [0, 1]


def test_hanging_is_charged_but_not_without_bound():
    text = (
        "Rain fell on Oslo today. Snow came down on Bergen. But nobody at all was hurt. "
        "A bus is late today."
    )
    assert chosen(text, [-9.0, -9.0, -0.5, -0.9], sentences=1) == [3]
    assert chosen(text, [-9.0, -9.0, -0.5, -1.2], sentences=1) == [2]


def test_length_is_charged_but_not_without_bound():
    text = (
        "Rain fell on the old town. Snow came to all of all of all of all of all of Bergen. "
        "Buses stopped in the street."
    )
    selector = replace(alone(length=0.5), words=0.0)
    charge = 0.5 * 6 * (14 - 5) / (20 * 25 / 3 * 2)
    for margin, second in ((-0.01, 1), (0.01, 2)):
        scores = [0.0, -1.0, -1.0 - charge + margin]
        assert chosen(text, scores, selector, sentences=2) == [0, second]


def test_a_paper_that_speaks_of_itself_does_not_hang():
    text = "Rain fell on Monday. This study is about rain. Nobody was hurt at all."
    assert chosen(text, [-9.0, -1.0, -1.1], sentences=1) == [1]


def test_the_first_sentence_hangs_on_nothing():
    assert chosen("But rain fell. Snow came to Bergen.", [-1.0, -1.1], sentences=1) == [0]


@pytest.mark.parametrize("before", [0, 1, 2, 3, 300])
def test_what_a_sentence_hangs_on_relieves_it(before):
    text = " ".join(
        [
            *unrelated(before),
            "Rain fell on Oslo today.",
            "He died on Monday morning.",
            "Boats left for the sea.",
        ]
    )
    other = [-9.0] * before
    # Alone, the sentence is worth -0.6.
    selector = alone(hanging=0.5)
    assert chosen(text, [*other, -9.0, -0.1, -0.4], selector, sentences=1) == [before + 2]
    assert chosen(text, [*other, -0.3, -0.1, -0.4], selector, sentences=2) == [before, before + 1]
    assert chosen(text, [*other, -0.1, -0.3, -0.4], selector, sentences=2) == [before, before + 1]


# --- What an editor would not print --------------------------------------------------------------


FAULTS = [
    "Snow in Bergen and in Oslo .",
    "the snow lay thick on Bergen.",
    "Snow lay thick on Bergen, and",
    "“Snow lay thick on Bergen today.",
    "'Snow lay thick on Bergen today.",
    "Snow lay thick (on Bergen today.",
    "What we know: snow lay thick on Bergen.",
    "Snow On Bergen And Heavy Rain.",
    "SNOW LAY THICK ON BERGEN TODAY.",
    "• Snow lay thick on Bergen today.",
    "Read more: ten storms that hit Bergen.",
    "Click here to see the pictures.",
    "Snow on Bergen. Photograph: Ada Roe.",
    "Ada Roe contributed to this report.",
    "A street in Bergen (file photo).",
    "CNN's Ada Roe reported from Bergen.",
    "Snow lies deep in the harbour The mayor of Bergen said so.",
]


@pytest.mark.parametrize("fault", FAULTS)
def test_faults_of_form(fault):
    assert has_fault(fault)


@pytest.mark.parametrize("fault", FAULTS[:12])
def test_a_fault_of_form_is_charged_but_not_without_bound(fault):
    text = f"Rain fell on the town.\n\n{fault}\n\nNobody was hurt at all."
    document = Document.from_text(text, furniture="keep")
    assert len(document.sentences) == 3
    for third, expected in ((-3.9, 2), (-4.1, 1)):
        assert alone(form=3.0)(document, [-9.0, -1.0, third], Length(sentences=1)) == [expected]


@pytest.mark.parametrize(
    "text",
    [
        "Rain fell on the town.",
        "iPhones are sold in Bergen again.",
        "“Rain fell,” she said, “on the town.”",
        "'Rain fell,' she said to the players' union.",
        "It's the players' union that met.",
        "She said: rain fell on the town.",
        "The mayor told us: “Rain fell.”",
        "Rain fell in the '90s as well.",
        "Der Fluss „stieg“ in der Nacht.",
        "Rain fell (a lot of it) in Oslo.",
        "Watch out for rain on Monday, the mayor said.",
        "What did the mayor of Oslo say?",
        "He often watched Leave It to Beaver.",
        "The police said An was arrested in Oslo.",
        "The survivors thanked God for His mercy at sea.",
        "The film opens after She leaves the town.",
        "CNN's Ada Roe reported from Kabul that the town had fallen.",
    ],
)
def test_whole_sentences_have_no_fault(text):
    assert not has_fault(text)


@pytest.mark.parametrize(
    "text",
    [
        "Das Gericht folgte der These nicht, die Roe vertrat.",
        "Der Minister stand auf der As nach langer Fahrt.",
    ],
)
def test_headings_that_run_on_are_known_of_english_only(text):
    assert not has_fault(text, language="de")


def test_a_reporters_credit_is_a_fault():
    assert has_fault("CNN's Ada Roe reported from Kabul, and Bob Low wrote from Atlanta.")
    assert has_fault("CNN's Ada Roe reported from New York.")


@pytest.mark.parametrize("said", ["“Ja“, sagte Roe.", ",,Ja“, sagte Roe.", "„Ja“, sagte Roe."])
def test_a_mark_that_closes_opens_no_quotation(said):
    text = f"{said} Es regnete dort die ganze Nacht lang. Niemand kam zu Schaden."
    for start in (text.index("Es "), text.index("Niemand")):
        assert not goes_on_with_quotation(text, start, text.index(".", start) + 1, 0)


def test_nor_does_one_whose_fellow_is_far_away():
    text = f"Roe sagte: „{'Es regnete dort lange. ' * 44}Mehr nicht.“ Niemand kam zu Schaden."
    assert not goes_on_with_quotation(text, text.index("Niemand"), len(text), 0)


def test_in_a_conversation_a_label_is_no_fault():
    lines = [
        "Ada: we were in Bergen today.",
        "Bo: rain fell on the town.",
        "Ada: it was cold there.",
    ]
    document = Document.from_text("\n".join(lines), furniture="keep")
    assert alone(form=3.0)(document, [-9.0, -1.0, -1.5], Length(sentences=1)) == [1]


PEOPLE = (
    "Mayor Ada Roe spoke to the council. Rain fell on the town. Roe will mend the wall. "
    "Nobody was hurt at all."
)


@pytest.mark.parametrize(("last", "expected"), [(-1.2, [3]), (-1.4, [2])])
def test_a_name_whose_introduction_is_left_out_is_charged(last, expected):
    scores = [-9.0, -9.0, -1.0, last]
    assert chosen(PEOPLE, scores, alone(missing=0.3), sentences=1) == expected


def test_a_name_that_is_introduced_is_not_charged():
    scores = [-0.5, -9.0, -1.0, -1.2]
    assert chosen(PEOPLE, scores, alone(missing=0.3), sentences=2) == [0, 2]
    scores = [-1.0, -9.0, -0.9, -1.1]  # looked at, charged, and relieved
    assert chosen(PEOPLE, scores, alone(missing=0.3), sentences=2) == [0, 2]


@pytest.mark.parametrize(
    "text",
    [
        "Police spoke to the council. Oslo Police left. Then police came. Police will mend it all.",
        "The council met last Monday. It was cold in Oslo. Snow lay there. Monday was a cold day.",
    ],
)
def test_what_is_a_word_as_well_is_no_name(text):
    last = Document.from_text(text).sentences[-1].text
    known = Introductions(text)
    assert not any(known.of(name) for name in lone_names(last))


def test_a_sentence_that_points_at_a_picture_is_charged():
    text = "Rain fell on the town. Ada Roe (left) mends the wall. Nobody was hurt at all."
    for last, expected in ((-1.2, 2), (-1.4, 1)):
        selector = alone(picture=0.3)
        assert chosen(text, [-9.0, -1.0, last], selector, sentences=1) == [expected]


LEAD = (
    "Rain fell on the town. Snow lay on Bergen today. Nobody was hurt at all. A bus came at noon."
)


@pytest.mark.parametrize(("gain", "expected"), [(0.2, [0, 1]), (0.3, [2, 3])])
def test_the_lead_is_kept_unless_the_set_is_clearly_better(gain, expected):
    scores = [-1.0, -1.0, -1.0 + gain / 2, -1.0 + gain / 2]
    assert chosen(LEAD, scores, alone(margin=0.25), sentences=2) == expected
    assert chosen(LEAD, scores, alone(margin=0.25), words=10) == expected


def test_one_sentence_is_the_best_one():
    assert chosen(LEAD, [-1.0, -1.1, -0.9, -1.2], alone(margin=0.25), sentences=1) == [2]


def test_one_sentence_alone_is_given_the_words_that_others_have():
    text = "Rain fell on the town. Snow lay on Port Ellery. In the town rain and snow were one."
    charge = math.log(1 + 3) - math.log(1 + 1)  # "rain", "town", "snow"; of the second, "snow"
    for margin, first in ((0.001, 2), (-0.001, 1)):
        scores = [-9.0, -1.0, -1.0 - charge + margin]
        assert chosen(text, scores, alone(alone=1.0), sentences=1) == [first]


def test_a_lead_with_a_fault_is_none():
    text = f"Snow in Bergen and Oslo .\n\n{LEAD}"
    document = Document.from_text(text, furniture="keep")
    scores = [-0.9, -1.0, -1.1, -1.0, -1.0]
    selector = alone(margin=0.25, form=3.0)
    assert selector(document, scores, Length(sentences=2)) == [1, 2]


def test_stubs_fill_no_gap():
    text = "No way. Rain fell on the town. Thursday. Snow lay on Bergen today. He left."
    scores = [-0.1, -3.0, -0.2, -4.0, -0.3]
    assert chosen(text, scores, sentences=2) == [1, 3]
    assert chosen(text, scores, words=9) == [1]
    assert chosen(text, scores, PLAIN, sentences=4) == [0, 1, 2, 3]
    assert chosen(text, scores, words=2) == [0]


# --- More than a dozen sentences ----------------------------------------------------------------

INN = "Ada sat in the inn."
MOST = "Ada sat in the bar."  # two of its three triples are of INN
HALF = "Bob sat in the inn too."  # two of its four


@pytest.mark.parametrize(("second", "left_out"), [(MOST, 1), (HALF, 13)])
@pytest.mark.parametrize("shift", [0.0, -9.0])
def test_what_mostly_repeats_a_better_sentence_comes_last(second, left_out, shift):
    text = " ".join([INN, second, *unrelated(12)])
    scores = [score + shift for score in [5.0, 5.0, *[3.0] * 11, 1.0]]
    expected = [i for i in range(14) if i != left_out]
    assert chosen(text, scores, PLAIN, sentences=13) == expected


def test_of_two_that_repeat_each_other_the_better_one_stays():
    text = " ".join([MOST, INN, *unrelated(12)])
    assert 0 not in chosen(text, [4.0, 5.0, *[3.0] * 12], PLAIN, sentences=13)


def test_a_dozen_sentences_are_compared_word_by_word():
    text = " ".join([INN, MOST, *unrelated(12)])
    scores = [5.0, 5.0, *[3.0] * 12]
    assert 1 in chosen(text, scores, PLAIN, sentences=12)
    assert 1 not in chosen(text, scores, PLAIN, sentences=13)


# --- The formula --------------------------------------------------------------------------------


def by_the_formula(selector, document, scores, length):
    """What the class says, everything counted anew at each step; no duplicates are expected."""
    sentences = document.sentences
    words = [sentence.text.lower().rstrip(".").split() for sentence in sentences]
    pairs = [set(pairwise(own)) for own in words]
    triples = [set(zip(own, own[1:], own[2:], strict=False)) for own in words]
    mean = document.words / len(sentences)
    limit = length.word_limit(document.words)
    wanted = length.sentences or limit / mean

    def value(i, taken):
        loss = selector.hanging * (words[i][0] in ("but", "he") and i > 0 and i - 1 not in taken)
        for j in taken:
            shared, shared_pairs = set(words[i]) & set(words[j]), pairs[i] & pairs[j]
            loss += selector.words * len(shared) / min(len(set(words[i])), len(set(words[j])))
            if shared_pairs:
                loss += selector.pairs * len(shared_pairs) / min(len(pairs[i]), len(pairs[j]))
            loss += selector.triples * bool(triples[i] & triples[j])
            if limit is None:
                loss += selector.length * len(words[i]) * len(words[j]) / (20 * mean * wanted)
        return scores[i] - loss

    taken = []
    while limit is not None or len(taken) < wanted:
        left = math.inf if limit is None else limit - sum(len(words[i]) for i in taken)
        rest = [i for i in range(len(words)) if i not in taken and len(words[i]) <= left]
        if not rest:
            break
        taken.append(max(rest, key=lambda i: value(i, taken)))
    return sorted(taken)


VOCABULARY = "rain fell river rose bridge council sea fog ice town mayor bus".split()


@pytest.mark.parametrize("seed", range(12))
@pytest.mark.parametrize(
    "length",
    [
        *({"sentences": 2}, {"sentences": 3}, {"sentences": 4}, {"sentences": 12}),
        *({"words": 13}, {"words": 25}, {"ratio": 0.3}),
    ],
    ids=str,
)
def test_is_the_formula(seed, length):
    pick = random.Random(seed)
    charges = [0.9, 0.8, 0.15, 0.5, 0.5]
    if pick.random() < 0.5:
        charges = [pick.uniform(0.1, 3.0) for _ in charges]
    selector = Diverse(*charges, form=0.0, missing=0.0, margin=0.0)
    texts = []
    while len(texts) < pick.choice([14, 20, 24]):
        opening = pick.choice([[], [], [], ["but"], ["he"]])
        text = " ".join(opening + pick.choices(VOCABULARY, k=pick.randint(5, 9))).capitalize()
        if f"{text}." not in texts:
            texts.append(f"{text}.")
    document = Document.from_text(" ".join(texts), furniture="keep")
    assert [sentence.text for sentence in document.sentences] == texts
    scores = [-pick.expovariate(0.5) for _ in texts]
    asked = Length(**length)
    assert selector(document, scores, asked) == by_the_formula(selector, document, scores, asked)


# --- Long documents -----------------------------------------------------------------------------


def test_long_documents_are_picked_from_as_short_ones_are():
    pick = random.Random(0)
    texts = [*unrelated(140), *unrelated(20), *["* * *"] * 5]
    for _ in range(20):
        pick.shuffle(texts)
        document = Document.from_text(" ".join(texts))
        scores = [float(pick.randint(0, 20)) for _ in document.sentences]
        for length in (Length(sentences=3), Length(words=11)):
            assert PLAIN(document, scores, length) == top(document, scores, length)


@pytest.mark.parametrize(("better", "second"), [(99, 99), (100, 0)])
def test_of_a_long_document_the_hundred_best_are_compared(better, second):
    """A hundred that say the same leave no place to the next."""
    texts = [f"The river rose by {i} metres." for i in range(better)]
    texts += ["Boats left for the sea."]
    texts += ["Nobody was hurt."] * 9
    scores = [*[0.0] * better, -0.1, *[-99.0] * 9]
    selector = replace(diverse, margin=0.0)
    picked = chosen(" ".join(texts), scores, selector, sentences=2)
    assert (better in picked) is (second == better)


def test_repeated_sentences_take_one_place_among_the_hundred():
    repeated = ["The river rose by two metres."] * 120
    text = " ".join(["Nobody was hurt.", *repeated, "Boats left."])
    assert chosen(text, [-9.0, *[0.0] * 120, -0.1], sentences=2) == [1, 121]


@pytest.mark.parametrize("length", [Length(sentences=5), Length(ratio=0.2), Length(words=300)])
def test_long_documents_take_little_time(length):
    words = "rain river bridge council vote town mayor harbour road storm".split()
    pick = random.Random(0)
    text = " ".join(f"The {' '.join(pick.choices(words, k=12))} of {n}." for n in range(5000))
    document = Document.from_text(text)
    scores = [-pick.random() for _ in document.sentences]
    start = time.perf_counter()
    picked = diverse(document, scores, length)
    assert time.perf_counter() - start < 5.0
    assert picked == sorted(set(picked))


def test_a_document_with_few_whole_sentences_gives_as_many_as_asked_for():
    text = (
        "“The wall broke at four in the morning of Monday. “Nobody slept in the lower town that "
        "night. The mayor closed the harbour to all ships until Friday. “We lost two boats and the "
        "crane beside them. “The insurers came before the water had gone down."
    )
    document = Document.from_text(text)
    assert len(document.sentences) == 5
    scores = [-1.0, -2.0, -1.5, -1.6, -1.8]
    for wanted in (1, 2, 3, 4):
        assert len(diverse(document, scores, Length(sentences=wanted))) == wanted
    assert len(diverse(document, scores, Length(words=35))) > 1


@pytest.mark.parametrize(
    "text",
    [
        "台風8号の接近に伴う大雨で、JR九州は12日、鹿児島線の一部区間で線路が冠水し、特急12本を運休したと発表した。",
        "国家统计局周二公布，今年第二季度国内生产总值（GDP）同比增长百分之五，高于市场普遍预期。",
        "한국은행 금융통화위원회는 화요일에 기준금리를 동결한다고 발표했다.",
        "أعلنت وزارة النقل يوم الثلاثاء إغلاق الجسر القديم في المدينة بعد اكتشاف تشققات.",
        "परिवहन मंत्रालय ने मंगलवार को पुराने पुल को बंद करने की घोषणा की।",
        "משרד התחבורה הודיע ביום שלישי על סגירת הגשר הישן בעיר.",
    ],
)
def test_a_script_without_capitals_makes_no_heading_of_a_sentence(text):
    assert not has_fault(text)


def test_headings_in_capitals_stay_headings():
    for text in (
        "STORM SHUTS THE NORTHERN PORT.",
        "ÉTAT D’URGENCE DANS LE NORD.",
        "ШТОРМ В ПОРТУ.",
    ):
        assert has_fault(text)
