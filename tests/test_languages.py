"""The table of languages, and which language a text is found to be in."""

import json
import random
import re
import sys
import time
import unicodedata
from pathlib import Path

import pytest
import Stemmer

import summarize
from summarize import Document
from summarize.backends.newsrank.terms import stems
from summarize.errors import UnknownLanguageError
from summarize.text.detection import detect, language_of
from summarize.text.languages import LANGUAGES, normalize_language, stemmer, stop_words
from summarize.text.words import MARKS, alphanumerics

# ruff: noqa: E501

# One or two sentences of each language, of our own.
SAMPLES = {
    "ar": "قالت رئيسة البلدية إن الميناء سيبقى مغلقا حتى يوم الجمعة بعد أن انهار الجدار في الليل.",
    "bg": "Кметът каза, че пристанището ще остане затворено до петък, защото стената не е сигурна.",
    "bn": "মেয়র বলেছেন, শুক্রবার পর্যন্ত বন্দর বন্ধ থাকবে।",
    "ca": "L'alcaldessa va dir que el port no obrirà fins divendres, perquè el mur és molt vell.",
    "cs": "Starostka řekla, že přístav bude zavřený až do pátku, protože zeď je velmi stará.",
    "da": "Borgmesteren siger, at havnen er lukket til fredag, og at muren nu skal bygges op.",
    "de": "Die Bürgermeisterin sagte, dass der Hafen bis Freitag geschlossen bleibt.",
    "el": "Η δήμαρχος είπε ότι το λιμάνι θα μείνει κλειστό μέχρι την Παρασκευή.",
    "es": "La alcaldesa dijo que el puerto no abrirá hasta el viernes porque el muro está roto.",
    "et": "Linnapea ütles, et sadam on reedeni kinni, kuid juba homme tuleb abi ja ka laev.",
    "fa": "شهردار گفت که بندر تا روز جمعه بسته می ماند و دیوار را دوباره می سازند.",
    "fi": "Pormestari sanoi, että satama on kiinni perjantaihin, mutta myös laiva on jo tulossa.",
    "fr": "La maire a dit que le port restera fermé jusqu'à vendredi, car le mur est très vieux.",
    "he": "ראש העיר אמרה כי הנמל יהיה סגור עד יום שישי אחרי שהקיר קרס.",
    "hi": "महापौर ने कहा कि दीवार टूटने के बाद बंदरगाह शुक्रवार तक बंद रहेगा।",
    "hu": "A polgármester szerint a kikötő péntekig zárva lesz, mert a fal nem volt biztos.",
    "hr": "Gradonačelnica je rekla da će luka biti zatvorena dok se zid ne popravi, što nije lako.",
    "hy": "Քաղաքապետն ասաց, որ նավահանգիստը փակ կլինի մինչև ուրբաթ։",
    "id": "Wali kota mengatakan bahwa pelabuhan itu akan ditutup karena tembok tersebut runtuh.",
    "it": "La sindaca ha detto che il porto non aprirà più nella settimana, perché il muro è rotto.",
    "ja": "市長は火曜日、港の壁が壊れたため金曜日まで閉鎖すると述べた。",
    "ka": "მერმა თქვა, რომ პორტი პარასკევამდე დაკეტილი იქნება.",
    "ko": "시장은 방파제가 무너져 항구를 금요일까지 닫는다고 말했다.",
    "lt": "Merė sakė, kad uostas bus uždarytas iki penktadienio, nes siena yra labai sena.",
    "lv": "Mēre teica, ka osta būs slēgta, jo siena nav droša, un kuģi tiek gaidīti tikai vēlāk.",
    "nl": "De burgemeester zegt dat de haven tot vrijdag dicht blijft en dat er hulp komt.",
    "no": "Ordføreren sier at havnen er stengt til fredag, og at muren nå skal bygges opp av oss.",
    "pl": "Burmistrz mówi, że port będzie zamknięty do piątku, bo mur nie jest bezpieczny.",
    "pt": "A prefeita disse que o porto não abre até sexta, porque o muro está muito velho.",
    "ro": "Primarul a spus că portul va fi închis până vineri, pentru că zidul nu este sigur.",
    "ru": "Мэр сказала, что порт будет закрыт до пятницы, так как стена уже не безопасна.",
    "sk": "Starostka povedala, že prístav bude zatvorený až do piatka, pretože múr je veľmi starý.",
    "sl": "Županja je povedala, da bo pristanišče zaprto, ker zid še ni varen in ga bodo popravili.",
    "sr": "Градоначелница је рекла да ће лука бити затворена до петка, јер зид није сигуран.",
    "sv": "Borgmästaren säger att hamnen är stängd till fredag och att muren ska byggas upp.",
    "ta": "வெள்ளிக்கிழமை வரை துறைமுகம் மூடப்படும் என்று மேயர் கூறினார்.",
    "th": "นายกเทศมนตรีกล่าวว่าท่าเรือจะปิดจนถึงวันศุกร์",
    "tr": "Belediye başkanı, limanın cuma gününe kadar kapalı olduğunu ve bir duvar için çok geç dedi.",
    "uk": "Мерка сказала, що порт буде зачинений до п'ятниці, бо стіна вже не є безпечною.",
    "ur": "میئر نے کہا کہ دیوار گرنے کے بعد بندرگاہ جمعہ تک بند رہے گی اور اس میں کام ہو گا۔",
    "vi": "Thị trưởng nói rằng cảng sẽ đóng cửa đến thứ Sáu và những người trong đó đã được đưa ra.",
    "zh": "市长星期二说，港口的防波堤倒塌，港口将关闭到星期五。",
}
ENGLISH = (
    "The mayor said on Tuesday that the port would stay shut until Friday because the wall had "
    "cracked. She spoke after a meeting of the council. Nobody was hurt in the storm."
)


@pytest.mark.parametrize("language", SAMPLES)
def test_found(language):
    assert language_of(SAMPLES[language]) == (language, "found")


@pytest.mark.parametrize(
    "text",
    [
        "It rained.",
        "Rain.",
        "1,234.5",
        "Die Hard",
        "La La Land",
        "Rio de Janeiro, São Paulo, Łódź, Søborg, Erdoğan",
        "!!!",
        "Ada Roe et al. 2014",
        "PORT SHUT AS WALL CRACKS",
        "El Niño",
        "C'est la vie!",
    ],
)
def test_too_little_is_english(text):
    assert language_of(text) == ("en", "assumed")
    assert Document.from_text(text).language == "en"


@pytest.mark.parametrize(
    "text",
    [
        ENGLISH,
        "A: Have you seen it? B: No, I haven't. A: You should, it's great. B: OK!",
        "Mr Łukasiewicz met Mrs Erdoğan at the Café de la Paix on the Rue de la Paix in Paris.",
        "He wrote “Die Welt als Wille und Vorstellung” and other books that few have read.",
        "The Greek word λόγος and the Chinese 道 mean much the same, she said of the two.",
    ],
)
def test_english(text):
    assert language_of(text) == ("en", "found")


def test_most_of_a_text_decides():
    german, french = SAMPLES["de"], SAMPLES["fr"]
    for many, few, language in [
        (german, ENGLISH, "de"),
        (french, german, "fr"),
        (SAMPLES["zh"], ENGLISH, "zh"),
        (SAMPLES["fi"], ENGLISH, "fi"),
    ]:
        size = 600  # characters of a paragraph
        parts = [f"{many} " * (size // len(many)) + "\n\n"] * 6
        parts += [f"{few} " * (size // len(few)) + "\n\n"] * 4
        random.Random(1).shuffle(parts)
        assert language_of("".join(parts))[0] == language
    assert language_of(german + "\n\n" + f"{ENGLISH}\n\n" * 8)[0] == "en"


def test_a_declaration_stands_but_english_where_the_text_is_plainly_not():
    german = "\n".join([SAMPLES["de"]] * 5)
    assert language_of("Rain.", declared="de-AT") == ("de", "declared")
    assert language_of(german, declared="de") == ("de", "declared")
    assert language_of(german, declared="en") == ("de", "found")
    assert language_of(SAMPLES["zh"], declared="en-US") == ("zh", "found")
    assert language_of(ENGLISH, declared="qq-QQ") == ("en", "found")
    assert language_of(ENGLISH, declared="fr") == ("fr", "declared")
    assert language_of(f"{ENGLISH} {SAMPLES['de']}", declared="en") == ("en", "declared")
    assert language_of(german, given="en", declared="de") == ("en", "given")
    with pytest.raises(UnknownLanguageError, match="None to have it found"):
        language_of(german, given="auto")


def test_the_document_and_the_summary_tell():
    text = SAMPLES["de"] + " Der Deich ist nicht gebrochen."
    document = Document.from_text(text)
    assert (document.language, document.language_origin) == ("de", "found")
    document = Document.from_text(text, declared_language="en")
    assert (document.language, document.language_origin) == ("en", "declared")
    summary = summarize.summarize(text, backend="lead", sentences=1)
    told = summary.to_dict()
    assert (told["language"], told["language_origin"]) == ("de", "found")
    assert (summary.language, summary.language_origin) == ("de", "found")
    [summary] = summarize.Summarizer("lead").summarize_many(["Rain fell."])
    assert (summary.language, summary.language_origin) == ("en", "assumed")
    summary = summarize.summarize(text, backend="lead", language="nl")
    assert (summary.language, summary.language_origin) == ("nl", "given")


@pytest.mark.parametrize(
    "text",
    ["", " \n", "\ud800 broken", "a" * 100_000, "das " * 50_000, "😀" * 1000, "字", "\x00" * 500],
    ids=lambda text: repr(text[:8]),
)
def test_odd_texts_take_no_time(text):
    start = time.process_time()
    detect(text)
    assert time.process_time() - start < 0.2


def test_any_characters():
    drawn = random.Random(2)
    for _ in range(300):
        codes = (drawn.randrange(sys.maxunicode + 1) for _ in range(50))
        found = detect("".join(map(chr, codes)))
        assert found is None or found in LANGUAGES


def test_the_table():
    for code, language in LANGUAGES.items():
        assert normalize_language(code) == code
        words = language.function_words.split()
        assert len(words) == len(set(words)), code
        assert language.function_words == language.function_words.lower(), code


# One language of each of PyStemmer's algorithms, and two forms of one word in it.
FORMS = {
    "ar": ("الكتاب", "كتاب"), "hy": ("քաղաքներ", "քաղաքների"), "eu": ("gizonak", "gizonek"),
    "ca": ("ports", "port"), "cs": ("řekami", "řekách"), "da": ("husene", "huset"),
    "nl": ("huizen", "huis"), "en": ("rivers", "river"), "eo": ("domoj", "domojn"),
    "et": ("majades", "majadest"), "fi": ("talossa", "talosta"), "fr": ("rivières", "rivière"),
    "de": ("häuser", "hauses"), "el": ("ποταμοί", "ποταμούς"), "hi": ("लड़कियाँ", "लड़कियों"),
    "hu": ("házban", "házból"), "id": ("membaca", "dibaca"), "ga": ("mbád", "bád"),
    "it": ("fiumi", "fiume"), "lt": ("upėse", "upių"), "ne": ("किताबहरू", "किताबले"),
    "no": ("husene", "huset"), "fa": ("کتابها", "کتابهای"), "pl": ("rzekami", "rzekach"),
    "pt": ("casas", "casa"), "ro": ("orașele", "orașului"), "ru": ("рекам", "реками"),
    "sr": ("рекама", "реке"), "st": ("batho", "batho"), "es": ("casas", "casa"),
    "sv": ("husen", "huset"), "ta": ("வீடுகள்", "வீடுகளில்"), "tr": ("evler", "evlerde"),
    "yi": ("הײַזער", "הײַזער"), "uk": ("річками", "річках"),
}  # fmt: skip


@pytest.mark.parametrize("language", FORMS)
def test_stems(language):
    stem = stemmer(language)
    one, other = map(stem, FORMS[language])
    assert one == other
    document = Document.from_text(f"{FORMS[language][0]} 12.", language=language)
    assert list(stems(document)) == [one, "00"]  # as newsrank has them


def test_every_algorithm_of_pystemmer_is_used():
    used = {language.stemmer for language in LANGUAGES.values()}
    assert used - {""} == set(Stemmer.algorithms()) - {"porter", "dutch_porter"}


def test_stop_words():
    for language, words in {
        "da": "og i det", "fi": "ja on ei", "fr": "de un une", "es": "de y que no", "hu": "a az és",
        "nb": "og ikke", "nn": "og ikkje", "no": "og ikke", "nl": "de het een", "pt": "não é à",
        "ro": "și în", "ru": "и на что", "uk": "на не в у", "ur": "میں سے", "hi": "के में",
        "ja": "これ", "ko": "그리고", "th": "และ ที่", "zh": "的 是", "vi": "của và", "en": "the of",
    }.items():  # fmt: skip
        assert set(words.split()) <= stop_words(language), language
    listed = [code for code, language in LANGUAGES.items() if stop_words(code)]
    assert not {c for c in LANGUAGES if LANGUAGES[c].stemmer} - set(listed)
    for code in listed:
        assert all(word == word.lower() and word.strip() for word in stop_words(code)), code


def test_marks_are_letters_part():
    assert all(
        unicodedata.category(chr(c))[0] == "M"
        for c in range(0x300, 0x1D00)
        if re.match(f"[{MARKS}]", chr(c))
    )
    assert alphanumerics("cafe\u0301 1") == ["cafe\u0301", "1"]
    assert alphanumerics("ปลา 7") == ["ป", "ล", "า", "7"]


FOLDER = Path(__file__).parent / "languages"
DATELINED = set("de fr es ru zh ja ko hi ar vi".split())


@pytest.mark.parametrize("language", [path.stem for path in sorted(FOLDER.glob("*.txt"))])
def test_an_article_gives_whole_sentences(language):
    """Its file has one sentence a line; the first, where there is one, is the dateline."""
    blocks = (FOLDER / f"{language}.txt").read_text(encoding="utf-8").strip("\n").split("\n\n")
    joint = "" if language in ("zh", "ja") else " "
    dateline = blocks.pop(0) if language in DATELINED else ""
    text = dateline + "\n\n".join(joint.join(block.split("\n")) for block in blocks)
    gold = [line for block in blocks for line in block.split("\n")]
    document = Document.from_text(text)
    assert (document.language, document.language_origin) == (language, "found")
    assert [sentence.text for sentence in document.sentences] == gold
    for length in (1, 3, 5):
        summary = summarize.summarize(text, sentences=length)
        assert summary.language == language
        assert [sentence.text for sentence in summary.sentences] == [
            line for line in gold if line in {sentence.text for sentence in summary.sentences}
        ]


def test_the_command_line_tells_and_takes_auto(tmp_path, capsys):
    from summarize.cli import main

    path = tmp_path / "hafen.txt"
    path.write_text(f"{SAMPLES['de']} Der Deich ist nicht gebrochen.", encoding="utf-8")
    for given, told in (
        ([], "de, found"),
        (["-l", "auto"], "de, found"),
        (["-l", "nl"], "nl, given"),
    ):
        with pytest.raises(SystemExit) as status:
            main(["-b", "lead", "-n", "1", "-v", "--json", *given, str(path)])
        assert not status.value.code
        printed = capsys.readouterr()
        assert f"language {told}" in printed.err
        found = json.loads(printed.out)
        assert f"{found['language']}, {found['language_origin']}" == told


def test_a_corpus_has_the_language_of_most_of_its_articles():
    from summarize.evaluation import Article, Corpus, evaluate

    texts = [SAMPLES["de"]] * 3 + [ENGLISH]
    articles = [Article(str(i), f"{text} {text}", (text,)) for i, text in enumerate(texts)]
    corpus = Corpus("mixed", tuple(articles))
    assert corpus.language == "de"
    assert "|lang:de|" in evaluate(corpus, ["lead"], sentences=1).signature
