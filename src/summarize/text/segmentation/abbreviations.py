"""What a full stop behind a word says: the abbreviations of each language, by what follows them,
and the words that begin sentences.

:meta private:
"""

from __future__ import annotations

import re

__all__ = [
    "BEFORE_NAME",
    "BEFORE_NUMBER",
    "BIBLE",
    "CITATION",
    "CITED",
    "CLOCK_TIME",
    "ENDING",
    "INNER",
    "LONG",
    "NUMBERED",
    "OF_CLOCK_TIME",
    "OPENING_VOLUME",
    "STARTERS",
    "SURE_STARTERS",
    "VERSE",
    "VOLUME",
    "WORD_ENDS",
]


def _by_language(table: dict[str, str]) -> dict[str, frozenset[str]]:
    return {language: frozenset(words.split()) for language, words in table.items()}


# Abbreviations that sentencex takes for ends, by what must follow for them not to be one: a name
# (or any other capital), or a number.
BEFORE_NAME = _by_language(
    {
        "en": (
            "Ms Mx Ste Ft Amb Ald Cllr Pte Cdr Atty Sen Rep Gov Lt Col Gen Sgt Capt Cmdr Maj Brig "
            "Adm Pvt Cpl Supt Insp Det Hon Rev Fr Sr Dr Mr Mrs Messrs Prof St Mt Pres Wm Geo Chas "
            "Jas Jos Thos Edw Benj"
        ),
        "de": "Dr Prof Fa St Hl hl Hr Fr Hrn Ing Dipl Mag geb gest gegr lat griech engl frz",
        "fr": "M MM Mme Mlle Mgr Me Dr Pr St Ste",
        "es": "Dña Sr Sra Srta Sres Dr Dra Lic Ing Prof Gral Cnel Mons Fr",
        "it": "dott.ssa Sig Sigg Dott Prof Avv Ing On Sen Mons Gen Col Geom Arch Rag artt",
        "nl": "mevr mw dhr Dhr Mevr Mw dr drs ing ir mr prof ds St H",
        "pt": "Sr Sra Srta Dr Dra Prof Profa Eng Exmo Exma D Sto Sta Gen Cel Sp",
        "pl": "dr św ul prof inż mgr hab gen płk ks al pl im nadkom podkom asp insp pn",
        "sv": "dr prof kapt",
        "da": "dr hr fr prof",
        "vi": "TS GS PGS ThS Ths BS KS LS CN Ô TP Tp Q P TX TT Th ĐS NSND NSƯT NGND NGƯT Mr Mrs Dr",
        "hi": "डॉ प्रो श्री पं कि मी कि.मी",
        "ar": "د أ م",
        "ja": "Dr Mr Mrs Ms Prof",
        "zh": "Dr Mr Mrs Ms Prof",
    }
)
BEFORE_NUMBER = _by_language(
    {
        "en": (
            "Eq Eqs Ref Refs Tab Tabs Mon Tue Tues Wed Thu Thur Thurs Fri Sat Sun Vol Vols vol "
            "vols Fig Figs approx est Ch Chs ch chs Chap chap Sect Sects Sec Secs sec secs Art "
            "Arts art arts No Nos no nos Pt pt pts Pp pp p P Tit tit cl Cl amend app App Ex Exh "
            "Exs Doc Docs Dkt n nn fn para paras Para Paras ed eds Stat Stats Reg Regs Supp Rptr "
            "Br Cir Civ Crim Dep Tr Pub Cong Sess Op Ct Misc Vet Bk bk Bks cols vv ll"
        ),
        "de": "Abs Bd Bde max inkl Jh Nr Nrn Art Kap Abb Tab Ziff Rn Rz Aufl S Hrsg ca rd",
        "fr": "no art chap vol fig p pp env",
        "es": "art arts pág págs núm núms cap vol fig aprox",
        "it": "pag pagg n art artt cap vol fig c",
        "pt": "pág págs nº av art arts cap vol fig tel",
        "pl": "godz nr art ust poz rozdz tel ok rys str tab",
        "ru": "им ст гл рис табл стр тел",
        "nl": "art nr blz afb hfst ca",
        "sv": "nr kap s ca Vol vol",
        "da": "nr kap stk s ca",
        "fi": "s ks esim nro",
    }
)
# Small words that no sentence ends with, whatever follows, and books of the Bible.
INNER = frozenset("v vs cf Cf viz rel e.g i.e E.g I.e Vgl vgl bzw bspw sog ca p.ex p.es".split())
# Titles and places that can end a sentence, unlike "Mr" and "Gov".
ENDING = frozenset(["Sr", "St", "Ft"])
BIBLE = frozenset(
    "Gen Exod Ex Lev Num Deut Josh Judg Sam Kgs Chr Neh Ps Pss Prov Eccl Eccles Isa Jer Lam Ezek "
    "Dan Hos Mic Hab Zech Mal Matt Mk Lk Jn Rom Cor Gal Eph Phil Col Thess Tim Tit Heb Jas Pet"
    "Rev".split()
)
VERSE = re.compile(r"\d{1,3}(?::\d|\b)")
# Works that are cited by volume and page, "316 U.S. 535", "21 Am. U. L. Rev. 1": with a number
# before, or another abbreviation behind, none of these ends a sentence.
CITED = frozenset(
    "Stat Rec Reg Supp App Rptr Cir Civ Crim Wall How Pick Cong Sess Rep Op Ed Ct Cts Rev Vet Pub "
    "L Law Laws Code Const Rul Proc Gen Comp Sup Soc Leg Hist Bldg Assn Ass'n Am Fed Misc Jur "
    "Wash Cal Mass Ky Va Pa Ill Ala Ariz Ark Colo Conn Del Fla Ga Idaho Ind Kan La Md Me Mich "
    "Minn Miss Mo Mont Neb Nev Okla Or Tenn Tex Vt Wis Wyo Ex Tr Hr Br Harv Stan Colum Univ J "
    "Int'l Nat'l Comm Doc Dep Div Dist Servs Tech Bankr Cl Mem Admin Bull Q Ann Annot So Terr"
    "St".split()
)
# What stands behind such a work though it is no abbreviation itself.
CITATION = re.compile(r"(?:Code|Laws?|Globe|Const|Stat|No|Nos|Rul|Rules?|LLC|Ltd|Inc|LEXIS|&)\b|&")
# "12 Wall. 623", "41 Annals of Cong. 1051": a volume, a work of up to five words, a page.
VOLUME = re.compile(
    r"(?:^|[\s(\[“\"])\d{1,4}\s(?:[A-Z][\w'’]*\.?(?:\s|(?<=\.))|of\s|&\s){0,5}[A-Z][A-Za-z'’]{0,5}\.$"
)

# The same before another abbreviation: "14 Harb. L. Rev. 33".
OPENING_VOLUME = re.compile(r"\b\d{1,4}\s[A-Z][\w'’]{1,6}\.$")

# Numbers before a full stop that are ordinals: "am 125. Geburtstag", "im 3./4. Jahrhundert".
NUMBERED = {
    language: re.compile(r"(?:\d{1,3}\.?[-–/])?\d{1,3}")
    for language in ("de", "da", "nb", "nn", "no", "fi", "cs", "sk", "hu", "hr", "sl", "et", "lv")
}

# Abbreviations of five letters and more, or of four where WORD_ENDS lets them pass: any other small
# word of that length is whole.
LONG = frozenset(
    "Messrs Calif Assoc Assocs approx betw contd corresp excerpt illus incl introd misc "
    "transl trans resid suppl entspr einschl evtl exkl ggfs inkl jhdt jahrh schriftl "
    "städt telef usprünglich ursprüngl versch wissensch zzgl bspw distr eccet environ "
    "esempl segg pagg vers aprox depto ejempl núms págs artts rozdz przyp zwłaszcza tłum "
    "resp vgl opgen bijv enkl forts tilsv motsv henv vedr прибл сокр avda apdo atte dcha izda "
    "gral admón máx mín".split()
)

# How whole words end, where abbreviations end otherwise: "La centrale meteor. si è guastata".
WORD_ENDS = {
    "it": re.compile(r"[aeiouàèéìòù]$"),
    "es": re.compile(r"[aeiouáéíóúü]$|[aeiouáéíóúü][nsrldzyjm]$"),
    "pt": re.compile(r"[aeiouáéíóúâêôãõ]$|[aeiouáéíóúâêôãõ][nsrlzm]$"),
}

# Words that begin a sentence wherever a capital may be one, so that even an abbreviation or a
# single letter before them is its end: articles, pronouns, conjunctions, adverbs.
STARTERS = _by_language(
    {
        "en": (
            "The A An I My This That These Those He She It We They You His Her Its Our Their "
            "There Here What When Where Why Who How If But And Or So Then Thus Hence However "
            "Although While Because Since After Before Now Only Even Nobody Nothing No Not Did Do "
            "Does Is Are Was Were Can Could Will Would Should Both Each Some Many Most All"
        ),
        "de": (
            "Der Die Das Den Dem Ein Eine Einen Einem Er Sie Es Wir Ich Ihr Dies Diese Dieser "
            "Dieses Dort Hier Da Dann Doch Aber Auch Und Oder Wenn Weil Als Nach Vor Seit Bei Mit "
            "Nur Nun Niemand Nichts So Sein Seine Ihre Unser Was Wer Wo Wie Warum Man Viele "
            "Morgen Heute Gestern Danach Damals Trotzdem Deshalb Jedoch Im Am Zum Zur Beim Vom In "
            "An Auf Aus Um Durch Für Gegen Ohne Unter Über Zwischen Wegen Während Seitdem"
            "Inzwischen"
        ),
        "fr": (
            "Le La Les Un Une Des Il Elle Ils Elles On Nous Vous Je Ce Cet Cette Ces Mais Et Ou "
            "Donc Or Car Ni Dans En Sur Pour Par Avec Sans Après Avant Depuis Quand Lorsque Si "
            "Son Sa Ses Leur Leurs Notre Personne Rien Ici Là Alors Ainsi Puis Enfin"
        ),
        "es": (
            "El La Los Las Un Una Unos Unas Él Ella Ellos Ellas Se Su Sus Este Esta Estos Estas "
            "Ese Esa Eso Esto Pero Y O Si No En Con Por Para Desde Hasta Cuando Como Donde Nadie "
            "Nada También Luego Entonces Ahora Aquí Allí Mi Nuestro Hay Es Era Fue"
        ),
        "it": (
            "Il Lo La I Gli Le Un Uno Una Questo Questa Questi Queste Quello Quella È E Ma O Se "
            "Non Nel Nella Nei Nelle Con Per Da Dal Dalla Di In Su Anche Così Poi Dopo Prima "
            "Secondo Come Quando Dove Chi Che Si Ci Mi Lui Lei Loro Noi Voi Io Oggi Ieri Nessuno "
            "Niente Perché Mentre Ora Allora Tutti Tutto Era Erano Sono Ha Hanno Ecco Quindi Però"
        ),
        "pt": (
            "O A Os As Um Uma Uns Umas Ele Ela Eles Elas Este Esta Isto Isso Aquele Aquela Mas E "
            "Ou Se Não No Na Nos Nas Em Com Por Para Desde Até Quando Como Onde Quem Ninguém Nada "
            "Também Depois Então Agora Aqui Ali Meu Minha Seu Sua Nosso Há É Era Foi"
        ),
        "nl": (
            "De Het Een Hij Zij Ze Wij We Ik Jij Je Dit Dat Deze Die Er Daar Hier Maar En Of Want "
            "Als Toen Dan Na Voor Sinds Met In Op Ook Nu Niemand Niets Zo Zijn Haar Hun Ons Wat "
            "Wie Waar Hoe Waarom"
        ),
        "sv": "Den Det De En Ett Han Hon Vi Jag Ni Men Och Så Om När Där Här Nu Ingen Vad Vem Hur",
        "da": (
            "Den Det De En Et Han Hun Vi Jeg I Men Og Så Hvis Når Der Her Nu Ingen Hvad Hvem Hvor "
            "Hvordan Hvorfor Da Efter Før"
        ),
        "nb": "Den Det De En Et Han Hun Vi Jeg Men Og Så Hvis Når Der Her Nå Ingen Hva Hvem Hvor",
        "pl": (
            "To Ten Ta Te On Ona Oni My Ja Ale I Lub Jeśli Gdy Po Przed Nie Nikt Nic Tu Tam Co Kto"
        ),
        "ru": (
            "Он Она Оно Они Мы Я Вы Ты Это Этот Эта Эти Тот Но И А Или Если Когда Где Там Здесь "
            "Никто Ничего Не После До В На По Из За С К У О Что Кто Как Его Её Их"
        ),
        "uk": (
            "Він Вона Воно Вони Ми Я Ви Це Цей Ця Ці Але І А Або Якщо Коли Де Там Тут Не Після "
            "Тобто Правда У В На За До З Із Про Як Що Чи Так"
        ),
        "el": "Ο Η Το Οι Τα Τον Την Ένας Μια Ένα Αυτός Αυτή Αυτό Αλλά Και Αν Όταν Δεν Μετά",
    }
)

# Those of them that are no name, so that they tell "size S. The shirt" from "George W. Will".
SURE_STARTERS = {
    language: words - frozenset("An He So Do No Will May Can Most Long Or".split())
    for language, words in STARTERS.items()
}

# "11 p.m. Saturday", "3 a.m. EDT": a time of day goes on with its day or zone, but "It shuts at
# 5 p.m. Sunday is its best day" does not.
CLOCK_TIME = re.compile(r"(?i:[ap]\.m\.)")
OF_CLOCK_TIME = re.compile(
    r"""\(?(?:
    (?:Mon|Tue|Tues|Wed|Wednes|Thu|Thur|Thurs|Fri|Sat|Satur|Sun)(?:day)?s?\b(?!\s(?:is|was|has|had|
        will|would|were|are|brings?|brought|marks|marked|saw|sees|came|comes)\b)
    | (?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)[a-z]*+\.?\s\d
    | (?:[ECMP][SD]?|AK|H|AE|AW|AC|NZ|CE|WE|E|I|J|K|SA|HK|SG|B|G|PH)[SDM]?T\b | UTC\b | GMT\b
    | (?:Christmas|Easter|Thanksgiving|Independence|Labor|Memorial|Boxing|New\sYear)
    | (?:[A-Z][a-z.]++\s){1,3}(?:[Ss]tandard\s|[Dd]aylight\s|[Ss]ummer\s)?[Tt]ime\b
    | (?:Eastern|Central|Mountain|Pacific|Greenwich|Moscow|Beijing)\b
    )""",
    re.VERBOSE,
)
