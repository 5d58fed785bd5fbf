import re
from pathlib import Path

import pytest

from summarize import Document
from summarize.text.dateline import dateline_end
from summarize.text.marks import shadow


@pytest.mark.parametrize(
    "prefix",
    [
        "LONDON (Reuters) — ",
        "LONDON (Reuters) - ",
        "(CNN) -- ",
        "(CNN)",
        "New Delhi (CNN) ",
        "Kabul, Afghanistan (CNN) -- ",
        "BERLIN (Any Agency) – ",
        "Berlin (dpa) - ",
        "BRATISLAVA, March 4 — ",
        "TROMSØ, Norway, Feb. 9 — ",
        "NEW YORK — ",
        "WASHINGTON, D.C., Jan. 3, 2020 – ",
        "WASHINGTON—",
        "SPLIT, Croatia, March 5 (Adriatic Newswire) – ",
        "LONDON, June 3 2020 (Reuters) - ",
        "London, 3 June 2020 (Reuters) - ",
        "PARIS, 12 mai (AFP) - ",
        "ŁÓDŹ, Poland (AP) — ",
        "МОСКВА (ТАСС) — ",
        "SAN FRANCISCO, (AP) _ ",
        "WASHINGTON (AP): ",
        "BERLIN, Jan 3, 2020: ",
        "McLEAN, Va. — ",
        "By Émile Zola. ",
        "By JANE DOE\n",
        "By Jane Doe | ",
        "Published 3 May 2010\nBy Jane Doe\n",
        "(The Hollywood Reporter)",
        "By Jane Doe. ",
        "By Jane Doe\n",
        "By Jane Doe and J. K. Roe. ",
        "By Jane Doe, Science Editor. ",
        "By. Frank Coletta for Daily News. ",
        "By Jane Doe. Published: 12:01 EST, 3 March 2014. ",
        "By Jane Doe. KABUL, Afghanistan (AP) — ",
        "  \n LONDON (AP) — ",
    ],
)
@pytest.mark.parametrize("rest", ["The vote was close. Nobody spoke.", "“No,” she said."])
def test_is_taken_off(prefix, rest):
    text = prefix + rest
    assert text[dateline_end(text) :] == rest


@pytest.mark.parametrize(
    "text",
    [
        "The vote was close.",
        "NASA — the agency — said on Monday that it would wait.",
        "By Monday morning, it was raining.",
        "By Jane Doe's account, it rained.",
        "Rain (see the map) fell.",
        "By Jane Doe.",
        "(AP) —",
        "LONDON (Reuters) — ",
        "A 12-year-old - the youngest - won.",
        "U.S. officials said so.",
        "U.S. - China talks resumed.",
        "IBM – The company said profits fell.",
        "NOTE - All times are local.",
        "UPDATE — The match is over.",
        "JOHN - Hello there. MARY - Hi.",
        "THE GREAT GATSBY — A novel.",
        "Apple (the company) — In 2007 it grew.",
        "He (John) - I mean Jack - left.",
        "Smith (Conservative) - Yes.",
        "By Christmas Eve\nMost had left.",
        "By Lake Superior. A hut stands.",
        "By Monday Morning. It rained.",
        "Rain: The facts.",
        "",
    ],
)
def test_is_left_in(text):
    assert dateline_end(text) == 0


@pytest.mark.parametrize(
    "prefix",
    [
        "MADRID, 12 mar (EFE).- ",
        "Madrid, 12 mar (EFE).- ",
        "NEW YORK, March 12, 2024 /PRNewswire/ -- ",
        "CHICAGO, March 12, 2024 /PRNewswire-USNewswire/ -- ",
        "LONDON--(BUSINESS WIRE)--",
        "SAN DIEGO, Calif.--(BUSINESS WIRE)--",
        "TORONTO, March 12, 2024 (GLOBE NEWSWIRE) -- ",
        "BEIJING, March 12 (Xinhua) -- ",
        "TOKYO, March 12 (Kyodo) -- ",
        "SEOUL, March 12 (Yonhap) -- ",
        "МОСКВА, 12 мар — РИА Новости. ",
        "МОСКВА, 12 мар - РИА Новости. ",
        "МОСКВА, 12 марта. /ТАСС/. ",
        "МОСКВА, 12 марта /ТАСС/. ",
        "Москва. 12 марта. INTERFAX.RU - ",
        "МОСКВА, 5 марта (Рейтер) - ",
        "МИНСК, 12 марта (БЕЛТА) - ",
        "КИЇВ, 12 березня (Укрінформ) – ",
        "(ANSA) - ROMA, 12 MAR - ",
        "ROMA, 12 mar - ",
        "Roma, 12 mar. (askanews) – ",
        "ROMA (ITALPRESS) – ",
        "Milano, 12 mar. (LaPresse) - ",
        "(AGI) - Roma, 12 mar. - ",
        "Berlin/München (dpa/lby) - ",
        "BERLIN (dpa-AFX) - ",
        "Hamburg, 12. März (Reuters) - ",
        "Wien (APA) - ",
        "Bern (sda) - ",
        "Frankfurt/Main (AFP) - ",
        "Berlin, 12. März 2024 – ",
        "Köln (epd) - ",
        "Rom (KNA) - ",
        "Frankfurt am Main (dpa) - ",
        "Paris, le 3 mars (AFP) — ",
        "Paris, le 3 mars (AFP) - ",
        "PARIS, 12 mars (Reuters) - ",
        "Paris (AFP) - ",
        "Genève (ats) - ",
        "Paris, le 1er mars 2024 – ",
        "ELLERY, Scotland – March 12, 2024 – ",
        "ELLERY, Scotland - March 12, 2024 - ",
        "ELLERY, Scotland, March 12, 2024 – ",
        "Ellery, Scotland – March 12, 2024 – ",
        "March 12, 2024 – ELLERY, Scotland – ",
        "BOSTON, MA – March 12, 2024 – ",
        "BOSTON (March 12, 2024) – ",
        "NEW YORK, NY, March 12, 2024 — ",
        "Berlin, Germany, 12 March 2024 – ",
        "SAN FRANCISCO, CALIF. — March 12, 2024 — ",
        "BOSTON – (March 12, 2024) – ",
        "Lisboa, 12 mar 2024 (Lusa) - ",
        "SÃO PAULO, 12 mar (Reuters) - ",
        "SÃO PAULO, SP (FOLHAPRESS) - ",
        "São Paulo, 12 de março de 2024 – ",
        "MADRID, 12 Mar. (EUROPA PRESS) - ",
        "Ciudad de México, 12 de marzo (Notimex).- ",
        "BUENOS AIRES, 12 mar (Télam) - ",
        "AMSTERDAM (ANP) - ",
        "BRUSSEL (BELGA) - ",
        "København (Ritzau) - ",
        "Stockholm (TT) – ",
        "WARSZAWA (PAP) - ",
        "ANKARA (AA) - ",
        "İSTANBUL (DHA) - ",
        "BUCUREȘTI, 12 mar /Agerpres/ - ",
        "Praha 12. března (ČTK) - ",
        "Budapest, 2024. március 12., kedd (MTI) - ",
        "ΑΘΗΝΑ (ΑΠΕ-ΜΠΕ) - ",
        "القاهرة 12 مارس (رويترز) - ",
        "لندن (رويترز) - ",
        "باريس (أ ف ب) - ",
        "नई दिल्ली, 12 मार्च (भाषा)। ",
        "नई दिल्ली, 12 मार्च (आईएएनएस)। ",
        "(TTXVN) - ",
        "Hà Nội (TTXVN) – ",
        "(Dân trí) - ",
        "Jakarta (ANTARA) - ",
        "Jakarta, CNN Indonesia -- ",
        "JAKARTA, KOMPAS.com - ",
        "TEMPO.CO, Jakarta - ",
        "WASHINGTON (AP) — ",
        "KYIV, Ukraine (AP) — ",
        "UNITED NATIONS, March 12 (IPS) - ",
        "GENEVA, 12 March 2024 – ",
        "GENEVA (UN News) – ",
        "HAVANA TIMES – ",
        "Mumbai, March 12 (PTI) ",
    ],
)
@pytest.mark.parametrize("rest", ["The vote was close. Nobody spoke.", "“No,” she said."])
def test_forms_of_agencies_are_taken_off(prefix, rest):
    assert (prefix + rest)[dateline_end(shadow(prefix + rest)) :] == rest


@pytest.mark.parametrize(
    "prefix",
    [
        "新华社北京3月12日电（记者王雷）",
        "新华社北京3月12日电 ",
        "中新网3月12日电 ",
        "（中央社记者王小明台北12日电）",
        "中新社上海3月12日电 (记者 李明)",
        "【环球时报综合报道】",
        "本报北京3月12日讯（记者张三）",
        "财联社3月12日电，",
        "【東京共同】",
        "【ワシントン時事】",
        "［東京　１２日　ロイター］ - ",
        "［東京 12日 ロイター］ - ",
        "【北京＝佐藤一郎】",
        "【AFP＝時事】",
        "【3月12日 AFP】",
        "(서울=연합뉴스) 홍길동 기자 = ",
        "[서울=뉴시스] 홍길동 기자 = ",
        "(서울=뉴스1) 홍길동 기자 = ",
        "(워싱턴 AFP=연합뉴스) ",
        "(서울=연합뉴스) 홍길동 김철수 기자 = ",
        "[헤럴드경제=홍길동 기자] ",
        "【서울=뉴시스】홍길동 기자 = ",
        "(뉴욕=연합뉴스) 이민수 특파원 = ",
    ],
)
@pytest.mark.parametrize(
    "rest", ["港の壁が壊れた。", "“港口关闭了。”", "비가 온다.", "港口关闭了。"]
)
def test_forms_without_dashes_are_taken_off(prefix, rest):
    assert (prefix + rest)[dateline_end(shadow(prefix + rest)) :] == rest


@pytest.mark.parametrize(
    "text",
    [
        "Madrid is large – very large – and old.",
        "On March 12, 2024 – The day it rained – nobody came.",
        "March 12, 2024 – The day it all began – was a Tuesday.",
        "March – April was dry.",
        "Berlin, Paris, Rome – The capitals agreed.",
        "New York – London is the busiest route.",
        "Real Madrid – Barcelona ended 2–1.",
        "Ada Roe – The mayor – resigned.",
        "新华社的记者说，3月12日电影节开幕。",
        "新华社北京3月12日电影节开幕。",
        "【问题】今天天气如何？",
        "（图片来自网络）今天天气好。",
        "【東京】は雨だ。",
        "(서울) 비가 온다.",
        "[단독] 시장이 사임했다.",
        "(사진) 항구가 닫혔다.",
        "La Jornada (EFE) publicó ayer el informe.",
        "TIME – The magazine is old.",
        "The Palestinian Authority (PA) President spoke.",
        "Paris (France) - Le port.",
        "Paris, le 3 mars, il pleuvait.",
        "Der 12. März – Ein Tag im Regen.",
        "Москва — Столица России.",
        "МОСКВА — столица России.",
        "Путин (ТАСС цитирует) сказал.",
        "12 марта. Москва.",
        "Мэр (РИА Новости) сказал это.",
        "Dr. Roe (AP) said so.",
        "The agency (AFP) said so.",
        "Reuters (AP) said so.",
        "A/B tests – The basics.",
        "Input/Output – A primer.",
        "Section 1, March 12 - Results.",
        "Chapter 12 – The Return.",
        "January 6 – The Committee.",
        "Sept. 11 – The attacks.",
        "Berlin, 12. März 2024: Es regnet.",
        "Roma, 12 marzo. Piove.",
        "नई दिल्ली (पीटीआई) ने कहा कि बारिश हुई।",
        "قال الوزير (رويترز) إن المطر.",
        "Jakarta, Indonesia - it rained.",
        "Smith, 42 – Who knew – left.",
        "Jones, May 12 – The artist.",
    ],
)
def test_sentences_that_begin_like_datelines_are_left_in(text):
    assert dateline_end(shadow(text)) == 0


@pytest.mark.parametrize(
    "text",
    [
        "A" * 200_000,
        "A, " * 100_000 + "(AP) - B",
        "(" + "A=" * 100_000 + ")",
        "【" * 100_000,
        "新华社" * 50_000,
        "[가=" * 50_000,
        "MADRID, 12 mar" + " /" * 50_000,
        "Madrid – " * 50_000 + "x",
        "AA " * 50_000,
        "By Jane " * 20_000,
        "(" * 100_000,
        "A, " * 50_000,
        "Published" + " " * 10_000 + "yesterday, it rained.",
        "Published" + "\n" * 10_000 + "x",
        "Published " + "1 " * 50_000,
        "A" + " " * 100_000,
        "By Jane " + " " * 100_000,
        "By. " + " " * 100_000 + "!",
        "LONDON" + " " * 100_000 + "(AP) - The",
    ],
    ids=lambda text: text[:12],
)
def test_odd_texts_are_left_in_at_once(text):
    # The first of these once took minutes: the suite would hang here.
    assert dateline_end(text) == 0


ARTICLES = sorted((Path(__file__).parents[1] / "benchmarks" / "articles").glob("*.txt"))


@pytest.mark.parametrize("path", ARTICLES, ids=lambda path: path.stem)
def test_no_article_begins_with_its_dateline(path):
    text = path.read_text(encoding="utf-8").partition("\n")[2]
    first = Document.from_text(text).sentences[0].text
    assert not first.startswith("By ")
    assert not re.match(r"[A-ZÀ-Þ. ]{4,}[,(—–-]", first), first


def test_a_dateline_behind_titles_is_taken_off():
    text = (
        "Media contact: press@example.org\n\nRobots inspect the wall of Ellery harbour\n\n"
        "ELLERY, Scotland – March 12, 2024 – Moor Robotics has built a robot for harbour walls. "
        "It finds cracks under water.\n\nThe mayor – Ada Roe – was pleased. It works."
    )
    texts = [sentence.text for sentence in Document.from_text(text).sentences]
    assert "Moor Robotics has built a robot for harbour walls." in texts
    assert "The mayor – Ada Roe – was pleased." in texts
    kept = Document.from_text(text, dateline="keep").sentences
    assert any(sentence.text.startswith("ELLERY, Scotland – March") for sentence in kept)
