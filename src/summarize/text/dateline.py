"""What stands before a news article's first sentence and is no part of it.

A dateline says where, when and by whose wire a story was filed, a byline who wrote it. Left in,
they flatter or harm a summariser that takes the first sentence, so they are taken off for all.

:meta private:
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from typing import NamedTuple

from .languages import WEEKDAYS, month_words

__all__ = ["AGENCIES", "dateline_end"]

# A dateline is short. Looking no further also bounds the time that odd texts can take.
_LONGEST = 300


def dateline_end(text: str, *, surely: bool = False) -> int:
    """Return where the text proper begins: behind bylines, publication times and a dateline.

    Args:
        text: the text, with plain spaces and line ends.
        surely: whether only a dateline counts that names a day or an agency, as where it does not
            stand at the very beginning.

    >>> text = "By Jane Doe. KABUL, Afghanistan (AP) — Two men were freed."
    >>> text[dateline_end(text) :]
    'Two men were freed.'
    """
    start = len(text) - len(text.lstrip())
    head = text[start : start + _LONGEST]
    body = 0
    if surely:
        end = _place_end(head, 0, surely=True)
        return start + end if end and _starts(head, end) else 0
    while (end := _byline_end(head, body) or _stamp_end(head, body)) and _starts(head, end):
        body = end
    end = _place_end(head, body)
    if end and _starts(head, end):
        body = end
    return start + body if body else 0


_OPENING = re.compile(r"[\"'“‘„«(\[]*+([^\W_])(\w?)")


def _starts(head: str, end: int) -> bool:
    """Whether a sentence may start at ``end``: "NASA — the agency — said" has none behind NASA."""
    match = _OPENING.match(head, end)
    if match is None:
        return False
    quoted = match.start(1) > end
    return quoted or not match[1].islower() or match[2].isupper()


# --- Bylines and publication times --------------------------------------------------------------

_PARTICLES = frozenset(
    "al am an bin da de del della den der di dos du el im la le of the van von y".split()
)
_NO_NAMES = frozenset(
    "Christmas Easter Lake Late Early Mid Midnight Monday Tuesday Wednesday Thursday Friday "
    "Saturday Sunday January February March April May June July August September October November "
    "December New Next Last The Then This That Noon Night Spring Summer Autumn Fall Winter".split()
)
# In some collections a full stop stands behind "By" and the names are in any case.
_BYLINE_WITH_STOP = re.compile(
    r"By ?\. [^.!?\n]{3,60}\.\s++(?:And [^.!?\n]{3,40} for [^.!?\n]{3,30}\.\s++)?"
)
_HANDLE = re.compile(r"Follow @@? ?\w++ ?\.?\s*+")


def _byline_end(head: str, start: int) -> int | None:
    match = _BYLINE_WITH_STOP.match(head, start)
    end = match.end() if match else _named_byline_end(head, start)
    if end is None:
        return None
    handle = _HANDLE.match(head, end)
    return handle.end() if handle else end


def _named_byline_end(head: str, start: int) -> int | None:
    """The end of "By Jane Doe and J. K. Roe, Science Editor." and the like."""
    if head[start : start + 2] != "By":
        return None
    names = 0
    for word in _BYLINE_WORD.finditer(head, start + 2):
        text = word[1].rstrip(",")
        bare = text.rstrip(".")
        if bare in _NO_NAMES or not (bare[:1].isupper() or bare in _JOINING or bare in _PARTICLES):
            return None
        names += bare[:1].isupper()
        abbreviated = len(bare.rpartition(".")[2]) == 1
        if word[2] or (text.endswith(".") and not abbreviated):
            return word.end() if names >= 2 else None
    return None


_JOINING = frozenset(["and", "for", "the", "in", "of", "&"])
_BYLINE_WORD = re.compile(r" *+([^\s|•·—–]++)((?: ?(?:[|•·—–]|--)\s*+|\n\s*+)?) *+")

_STAMP = re.compile(
    r"(?:(?:first|last)\s++)?(?:published|updated|posted|created)\b[\s:.]*+", re.IGNORECASE
)
_MONTH = rf"(?:{'|'.join(month_words('en'))})\b\.?"
_STAMP_PART = re.compile(
    rf"""(?:\d{{1,2}}[:.]\d{{2}}(?:\s?[ap]\.?m\.?)?|\d{{1,4}}(?:st|nd|rd|th)?|{_MONTH}
    |[ECMP][SD]?T|GMT|BST|UTC|CES?T|IST|(?:mon|tues|wednes|thurs|fri|satur|sun)day|at|on)\b
    [\s,/|.–-]*+""",
    re.VERBOSE | re.IGNORECASE,
)


def _stamp_end(head: str, start: int) -> int | None:
    """The end of "Published: 12:01 EST, 3 March 2014." and the like."""
    match = _STAMP.match(head, start)
    if match is None:
        return None
    end = first = match.end()
    while (part := _STAMP_PART.match(head, end)) is not None:
        end = part.end()
    return end if any(map(str.isdigit, head[first:end])) else None


# --- Datelines ----------------------------------------------------------------------------------

AGENCIES = {
    "ar": "رويترز, أ ف ب, أ.ف.ب, أ ش أ, د ب أ, وام, واس, الأناضول, بي بي سي, شينخوا, وفا",
    "cs": "ČTK, TASR, SITA",
    "da": "Ritzau",
    "de": "dpa, AFP, APA, sda, KNA, epd, ots, SID, awp, dts, afp, rtr, Keystone-SDA, dts "
    "Nachrichtenagentur, news aktuell, IRW-Press",
    "el": "ΑΠΕ-ΜΠΕ, ΑΠΕ",
    "en": "AFP, ANI, ANSA, AP, Associated Press, The Associated Press, Bloomberg, CNN, CNN Student "
    "News, CNNMoney, EFE, EW.com, HLN, IANS, IPS, Kyodo, Kyodo News, Mashable, PTI, UNI, People, "
    "Reuters, Rolling Stone, TASS, TIME, The Hollywood Reporter, Thomson Reuters Foundation, Time, "
    "Travel + Leisure, UPI, WIRED, Xinhua, Yonhap, dpa, PA, PA Media, AAP, CP, The Canadian Press, "
    "UN News, Interfax, RIA Novosti, Sputnik, Anadolu, AA, Bernama, Jiji, Jiji Press, APP, "
    "PRNewswire, PR Newswire, USNewswire, CNW, Newsfile, BUSINESS WIRE, GLOBE NEWSWIRE, "
    "GlobeNewswire, Marketwired, ACCESSWIRE, EIN Presswire, PRWEB, Newswire, ACN Newswire, "
    "AsiaNet, MENAFN, EZ Newswire, Media OutReach Newswire",
    "es": "EFE, EUROPA PRESS, Europa Press, Notimex, Télam, NA, Colprensa, Prensa Latina, DyN, "
    "Servimedia, ABI, Andina",
    "fi": "STT",
    "fr": "AFP, ats, Belga, LaPresse Canadienne, La Presse Canadienne, MAP, APS, TAP, AIP",
    "hi": "भाषा, आईएएनएस, वार्ता, एएनआई, पीटीआई, एजेंसी, हि.स.",
    "hu": "MTI",
    "id": "ANTARA, ANTARA News, CNN Indonesia, KOMPAS.com, TEMPO.CO, Liputan6.com, detikcom, "
    "JawaPos.com, Bisnis.com, Republika, REPUBLIKA.CO.ID",
    "it": "ANSA, AGI, Adnkronos, askanews, ITALPRESS, LaPresse, Radiocor, "
    "Il Sole 24 Ore Radiocor, TMNews, DIRE, Agenzia Nova",
    "nl": "ANP, BELGA, Novum",
    "no": "NTB",
    "pl": "PAP, IAR",
    "pt": "Lusa, FOLHAPRESS, Folhapress, Estadão Conteúdo, Agência Brasil, ANSA Brasil",
    "ro": "Agerpres, Mediafax",
    "ru": "ТАСС, ИТАР-ТАСС, РИА Новости, Интерфакс, INTERFAX.RU, Рейтер, РБК, БЕЛТА, ИА REGNUM, "
    "REGNUM, Росбалт, ПРАЙМ, АГН Москва, КАЗИНФОРМ, Sputnik",
    "sv": "TT",
    "tr": "AA, DHA, İHA, ANKA",
    "uk": "Укрінформ, УКРІНФОРМ, Українські Новини, Інтерфакс-Україна, УНІАН, УНН",
    "vi": "TTXVN, Dân trí, VTC News, VOV, VNA, NLĐO, TTO, TPO",
}
"""News agencies and wires as datelines name them, by the language that they write in."""


# Those behind whose brackets no dash need stand.
_WITHOUT_DASH = frozenset(
    "afp,ani,ansa,ap,associated press,bloomberg,cnn,cnn student news,cnnmoney,efe,ew.com,hln,ians,"
    "kyodo,mashable,pti,people,reuters,rolling stone,tass,time,the hollywood reporter,thomson "
    "reuters foundation,travel + leisure,upi,wired,xinhua,yonhap,dpa".split(",")
)


@cache
def _agencies() -> frozenset[str]:
    return frozenset(
        agency.casefold() for names in AGENCIES.values() for agency in names.split(", ")
    )


def _is_agency(text: str) -> bool:
    """Whether a text names an agency, or begins or ends with one: ``dpa/lby``, ``AFP=연합뉴스``."""
    known = _agencies()
    if text.casefold() in known:
        return True
    pieces = re.split(r"\s?[/=–-]\s?", text.casefold())
    return len(pieces) > 1 and (pieces[0] in known or pieces[-1] in known)


# Whole datelines of languages that write no dash behind them.
_FORMS = [
    re.compile(form, re.VERBOSE)
    for form in (
        # 新华社北京3月12日电（记者王雷）; it ends in a space or a mark, or "电" is part of a word.
        r"""[（(【\[]?(?:新华社|新華社|中新社|中新网|中新網|中国新闻网|人民网|新华网|中央社|本报|本報|本社
        |央视网|央视新闻|财联社|路透社|法新社|美联社|彭博社|共同社|韩联社|塔斯社|俄新社|德新社|埃菲社|安莎社
        |环球网)[^，。！？\n]{0,20}?
        (?:\d{1,4}\ ?年)?(?:\d{1,2}\ ?月)?\d{1,2}\ ?日\ ?[^，。！？\s]{0,2}?[电電讯訊]
        (?:[）)】\]]|(?=[\s，,：:（(]))
        (?:\s*[（(](?:文/)?(?:记者|記者|编辑|通讯员)[^）)\n]{1,40}[）)])?[\s，,：:—-]*""",
        r"【[^】\n]{2,24}(?:讯|訊|报道|報道|報導|电|電)】\s*",
        # (서울=연합뉴스) 홍길동 기자 =
        r"""[(\[【〔][^()\[\]【】〔〕\n=＝]{1,20}[=＝]\ ?
        [^()\[\]【】〔〕\n=＝]{0,20}[가-힣][^()\[\]【】〔〕\n=＝]{0,8}[)\]】〕]\s*
        (?:(?:[가-힣]{2,4}[\s·,]+){1,4}(?:선임|인턴|전문)?(?:기자|특파원|통신원|논설위원)\s*)?
        (?:[=＝]\s*)?""",
        # 【ワシントン共同】, ［東京　12日　ロイター］ -, 【北京＝佐藤一郎】
        r"""[【［〔（\[](?:[^】］〕）\]\n]{0,20}?(?:共同|時事|ロイター|AFP|ＡＦＰ|AP|ＡＰ|CNN|ＣＮＮ|新華社|聯合ニュース
        |聯合|タス通信|ブルームバーグ)(?:通信)?|[^】］〕）\]\n＝=。、]{1,12}[＝=][^】］〕）\]\n。、]{1,14})
        [】］〕）\]](?:\s*[-－—–])?\s*""",
        r"(?:[가-힣]{2,4}[\s·,]+){1,3}(?:기자|특파원)\s*[=＝]\s*",
    )
]
_DASHES = r"(?:\s?\.?\s?(?:--+|[—–])|\s?\.\s?-|\s++-(?=\s)|:(?=\s)|\ _(?=\s))\s*+"
_STEP = re.compile(rf"([^()\[\]\n—–]{{0,90}}?)(?:(?P<open>\(|\[|(?<!\S)/)|(?P<dash>{_DASHES}))")
_DASH = re.compile(_DASHES)
_CLOSING = {"(": ")", "[": "]", "/": "/"}
_INSIDE = 40  # characters, at most, of what stands in brackets
_BEHIND = re.compile(r"\s*[.।]?\s*")
_BARE = re.compile(r"([^.\n]{2,30})\.\s+")
_SHORT_PLACES = frozenset(
    "AGRA BAKU BERN BONN CALI DILI DOHA GAZA KIEV KYIV LIMA MALE OSLO RIGA ROME SUVA".split()
)
_LABELS = frozenset(
    "ANALYSIS BREAKING CORRECTION EDITORIAL EXCLUSIVE FEATURE INTERVIEW OPINION PHOTOS PREVIEW "
    "RECAP REVIEW SPOILERS TRANSCRIPT UNESCO UNICEF UPDATE UPDATED VIDEO WARNING WATCH".split()
)
_MOST_STEPS = 6


def _place_end(head: str, start: int, *, surely: bool = False) -> int | None:
    """The end of "LONDON, March 4 (Reuters) —", "Kabul (CNN)", "МОСКВА, 12 мар — РИА Новости." and
    the like: places, dates and agencies, between commas, dashes and brackets.
    """
    for form in _FORMS if not head[start : start + 1].isalpha() or head[start] > "ÿ" else ():
        if found := form.match(head, start):
            return found.end()
    if not _may_be_dateline(" ".join(head[start : start + _INSIDE].split()[:3])):
        return None
    end, place = None, start
    said = _Said()
    for _ in range(_MOST_STEPS):
        step = _STEP.match(head, place)
        if step is None or not (said := said.also(step[1], continued=end is not None)).plausible:
            break
        place = step.end()
        if step["open"]:
            close = head.find(_CLOSING[step["open"]], place, place + _INSIDE)
            inside = head[place:close].strip()
            if close < 0 or len(inside) < 2:
                break
            said = said.bracketed(inside)
            dash = _DASH.match(head, close + 1)
            place = dash.end() if dash else _BEHIND.match(head, close + 1).end()  # type: ignore[union-attr]
            mark = dash[0].strip() if dash else head[close + 1 : place].strip()
        else:
            dash, mark = step, step["dash"].strip()
        sure = not surely or said.dated or said.bracket
        if sure and said.is_dateline(mark, dashed=dash is not None) and _starts(head, place):
            end = place
            bare = _BARE.match(head, place)
            if bare is not None and _is_agency(bare[1]):
                return bare.end()
        if dash is None:
            break
    return end


class _Said(NamedTuple):
    """What a dateline says, as far as it has been read."""

    places: tuple[str, ...] = ()
    dated: bool = False  # by a day and a month
    year: bool = False
    agency: bool = False
    bracket: str = ""  # the agency, if it stands in brackets, in lower case
    other: bool = False  # something else in brackets: an agency that is not known
    plausible: bool = True

    def also(self, text: str, *, continued: bool) -> _Said:
        """Add what stands between two marks. Behind a whole dateline only a date may follow, or an
        agency; what else is there is the text.
        """
        if not _may_be_dateline(text):
            return self._replace(plausible=False)
        said = self
        for part in _parts(text):
            date = _date(part)
            if date is not None:
                said = said._replace(dated=said.dated or date.day, year=said.year or date.year)
            elif _is_agency(part):
                said = said._replace(agency=True)
            elif _is_place(part) and len(said.places) < _MOST_PLACES:
                said = said._replace(places=(*said.places, part))
            else:
                return self._replace(plausible=False)
        if continued and text.strip() and (said.dated, said.agency) == (self.dated, self.agency):
            return self._replace(plausible=False)
        return said

    def bracketed(self, text: str) -> _Said:
        date = _date(text.replace(",", " "))
        if date is not None:
            return self._replace(dated=self.dated or date.day, year=self.year or date.year)
        if _is_agency(text):
            return self._replace(agency=True, bracket=text.casefold())
        return self._replace(other=True)

    def is_dateline(self, mark: str, *, dashed: bool) -> bool:
        """Whether it is a whole dateline, with ``mark`` behind it."""
        cased = all(any(c.isupper() for c in place) for place in self.places)
        if self.agency and not self.other:
            if dashed or mark:
                return bool(self.bracket or self.places or self.dated) or "." in mark
            named = self.places and self.places[0].startswith("The ")  # "The Authority (PA)"
            return cased and not named and self.bracket in _WITHOUT_DASH
        if not dashed or not self.places or not cased:
            return False
        filed = _is_filed(self.places[0])
        several = len(self.places) > 1 or self.dated or self.year or self.other
        if filed and several:
            return self.dated or self.year or self.other or mark != ":"
        if filed:
            return mark in ("--", "—", "–") and _is_plainly_a_place(self.places[0])
        return self.dated and self.year and mark != ":" and not self.other


_MOST_PLACES = 4
_MARK = re.compile(r"[(\[/–—]|^-|--")


def _may_be_dateline(text: str) -> bool:
    """Whether each word in small letters, up to a bracket or a dash, is one of dates or names:
    most texts end here.
    """
    for word in text.split():
        if _MARK.search(word):
            break
        if word[0].islower() and word not in _PARTICLES:
            bare = word.strip(".,")
            if bare not in _months() and bare not in _date_words() and bare not in _agencies():
                return False
    return True


_SPLIT = re.compile(r",|\.\s+(?=\d{1,2}\s+[^\W\d_]{3})|\s+(?=\d{1,2}\.?\s+[^\W\d_]{3})")


def _parts(text: str) -> Iterator[str]:
    for part in _SPLIT.split(text):
        before, stop, last = part.rpartition(". ")
        for each in (before, last) if stop and _is_agency(last.strip()) else (part,):
            if bare := each.strip(" \n\t"):
                yield bare


class _Date(NamedTuple):
    day: bool
    year: bool


_NUMERIC_DATE = re.compile(r"\d{1,2}[./-]\d{1,2}[./-](?:\d{2}|\d{4})|\d{4}-\d{2}-\d{2}")
_NUMBER = re.compile(r"(\d{1,4})(?:st|nd|rd|th|er|[ºª.])?")
_DATE_FILLERS = frozenset("le den am de di del the of".split())


@cache
def _date_words() -> frozenset[str]:
    weekdays = (day for days in WEEKDAYS.values() for day in days.split())
    return frozenset((*weekdays, *_DATE_FILLERS))


@cache
def _months() -> frozenset[str]:
    return frozenset(month_words())


def _date(text: str) -> _Date | None:
    """What a date says, if a text is one: ``March 12``, ``le 3 mars``, ``2024. március 12.``,
    ``2024``, ``Tuesday``.
    """
    if _NUMERIC_DATE.fullmatch(text):
        return _Date(day=True, year=True)
    month = day = year = False
    for word in text.casefold().split():
        number = _NUMBER.fullmatch(word)
        if number is not None and len(number[1]) == 4:
            year = True
        elif number is not None and int(number[1]) <= 31:
            day = True
        elif word.rstrip(".") in _months():
            month = True
        elif word not in _date_words():
            return None
    if (day and not month) or (month and not day):
        return None
    return _Date(day, year)


def _is_place(text: str) -> bool:
    """Whether a text is a few words with capitals, or of a script that has none."""
    words = re.split(r"[\s/]+", text)
    return len(words) <= 5 and all(
        word[:1].isalpha() and (not word[0].islower() or word in _PARTICLES) for word in words
    )


def _is_filed(place: str) -> bool:
    """Whether a place is written in capitals, as that of a dateline is: ``McLEAN``, ``ŁÓDŹ``."""
    letters = [letter for letter in place.removeprefix("Mc") if letter.isalpha()]
    return len(letters) >= 3 and all(map(str.isupper, letters))


def _is_plainly_a_place(place: str) -> bool:
    """Whether a place in capitals is one also without a country, a date or an agency behind it."""
    words = place.split()
    if words[0] in ("A", "AN", "THE") or _LABELS.intersection(words):
        return False
    return len(words) > 1 or len(place) >= 5 or place in _SHORT_PLACES
