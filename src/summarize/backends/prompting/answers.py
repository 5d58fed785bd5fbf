r"""What of a model's answer is the summary: without thoughts, introductions, Markdown, quotes.

Each rule takes off what stands around a summary, never words within it: a model that opens with
"Here is what changed in the city: …" and goes on is left alone, since that may be its summary.

:meta private:
"""

from __future__ import annotations

import json
import re

from .instructions import encodable

__all__ = ["cleaned", "judged", "refuses", "shortened"]

# No lead is as long; what looks for marks in an answer takes time that grows faster than it.
_LONGEST = 20_000
# Thoughts: a block of them, or all before the end mark, where a template has opened them itself.
# Models have marks of their own for them, which a server that does not know them lets through.
_OPENED = re.compile(
    r"<(?:think|thinking|reasoning|thoughts?)>|\[THINK\]|◁think▷|<\|begin_of_thought\|>"
    r"|<\|START_THINKING\|>",
    re.IGNORECASE,
)
_CLOSED = re.compile(
    r"</(?:think|thinking|reasoning|thoughts?)>|\[/THINK\]|◁/think▷|<\|end_of_thought\|>"
    r"|<\|END_THINKING\|>",
    re.IGNORECASE,
)
_CHANNEL = re.compile(
    r"<\|channel\|>(\w*+)[^<]*+<\|message\|>"
)  # gpt-oss: what is final, and what not
_TOKENS = re.compile(
    r"<\|\w+\|>|</?s>|<(?:start|end)_of_turn>(?:model\b)?|\[/?INST\]", re.IGNORECASE
)
_TAGS = re.compile(r"</?(?:text|summary|answer|output|response|article|lead)>", re.IGNORECASE)
_FENCE = re.compile(r"^\s*```[\w-]*[ \t]*\n(.*?)\n?\s*```\s*$", re.DOTALL)
_BOX = re.compile(r"^\$*\\(?:boxed|text)\{(.*)\}\$*$", re.DOTALL)
_HTML_HEADING = re.compile(r"<h[1-6]>(.*?)</h[1-6]>", re.IGNORECASE | re.DOTALL)
_HTML_ITEM = re.compile(r"<li>", re.IGNORECASE)
_HTML_LINE = re.compile(r"<(?:br|/p|/div|/li|/?ul|/?ol)\s*/?>", re.IGNORECASE)
_HTML = re.compile(r"</?(?:p|b|i|em|strong|u|div|span|html|body)>", re.IGNORECASE)

_REASONED = re.compile(
    r"^\s*(?:thinking|reasoning|analysis|thoughts?)\s*[:\n].*\n\s*(?:final )?"
    r"(?:answer|summary|response)\s*:\s*",
    re.IGNORECASE | re.DOTALL,
)

# "Here is a concise summary:", "Sure! Here's the lead paragraph in German:", "**Summary:**"
_SUMMARY_WORD = (
    r"(?:summary|summarization|summarisation|lead|lede|opening|paragraph|rewrite|version|overview|"
    r"zusammenfassung|kurzfassung|einleitung|vorspann|r[ée]sum[ée]|chapeau|resumen|entradilla|"
    r"resumo|riassunto|sommario|sintesi|samenvatting|sammanfattning|sammendrag|tiivistelmä|"
    r"podsumowanie|streszczenie|shrnutí|zhrnutie|összefoglal[óá]s?|rezumat|özet|резюме|"
    r"(?:краткое )?(?:содержание|изложение)|підсумок|короткий виклад|περίληψη|sažetak|povzetek|"
    r"ringkasan|tóm tắt|สรุป|ملخص|خلاصه|תקציר|סיכום|सारांश|摘要|总结|總結|概要|导语|導語|要約|"
    r"要旨|まとめ|요약)"
)
_OPENER = (
    r"(?:(?:sure|certainly|of course|okay|ok|absolutely|great)\b(?: thing)?[,.!]*\s*)?"
    r"(?:here(?:\s+is|\s+are|['’]s)|below is|this is|hier ist|hier ein|voici|aqu[ií] (?:est[áa]|"
    r"tienes|va)|aqui est[áa]|ecco|hier is|här är|her er|tässä on|oto|zde je|tu je|íme|iată|işte|"
    r"вот|ось|ακολουθεί|berikut(?: adalah)?|đây là|dưới đây là|다음은|فيما يلي|להלן)\b"
)
_INTRODUCTION = re.compile(
    rf"^\s*(?:{_OPENER}[^\n:：.]{{0,120}}?\b{_SUMMARY_WORD}\b[^\n:：.]{{0,120}}[:：](?!\d)"
    rf"|(?:以下|下面|(?:这是|這是)[^\n:：。]{{0,30}}(?:摘要|总结|總結|概要|导语|導語))"
    rf"[^\n:：。]{{0,40}}(?:[:：]|。[ \t]*(?=\n))"
    rf"|(?:sure|certainly|of course|okay|absolutely)\b(?: thing)?[,.!:][^\n]{{0,80}}(?=\n)"
    rf"|(?:the|my) {_SUMMARY_WORD}\b[^\n:.]{{0,60}}\bis(?: as follows)?:"
    rf"|{_OPENER}[^\n:.]{{0,120}}:(?=[ \t]*\n))\s*",
    re.IGNORECASE,
)
_LABEL = re.compile(
    rf"^\s*(?:\#{{1,6}}\s*)?(?:(?:short|brief|concise|news|article|the|final|kurze)\s+){{0,2}}"
    rf"(?:(?:{_SUMMARY_WORD}(?:\s+paragraph)?(?:\s*\(\d+ \w+\))?|"
    rf"summary (?:of|in|for) [^\n:.]{{1,40}}|tl;?dr|answer|response|in short|to summari[sz]e|"
    rf"in summary|(?:key|main) (?:points|takeaways|facts)|assistant)\s*[:：\n]"
    rf"|(?:summary|tl;?dr)\s+[-–—](?=\s))\s*",
    re.IGNORECASE,
)
_TITLE = re.compile(
    r"^\s*(?:title|headline|titel|überschrift|schlagzeile|titre|t[íi]tulo|titolo|kop|rubrik|"
    r"заголовок|标题|標題|タイトル|제목)\s*[:：][^\n]*\n\s*(?=\S)",
    re.IGNORECASE,
)
# "Let me know if you want it shorter." "(54 words)" "Note: the text does not say when."
_CLOSING = re.compile(
    r"\n\s*(?:let me know|i hope (?:this|that|it|you)\b|hope (?:this|that|it) helps|feel free"
    r"|would you like|do you want|if you(?:'d|’d| would| need (?:any\w*|more|further)\b)"
    r"|note:|\(note\b|[(\[]?word count|---"
    r"|(?:ich )?hoffe,? (?:das|dies|es)\b|lass(?:e|en sie)? (?:es )?mich|möchte(?:st du|n sie)\b"
    r"|sag(?:en sie)? (?:mir )?bescheid|hinweis:|anmerkung:|j['’]espère que (?:cela|ce|ça)"
    r"|n['’]hésite[sz]? pas|(?:souhaite[sz]|voule[sz]|veux)-(?:vous|tu)\b|remarque\s?:|espero que"
    r"|¿quieres|¿te gustaría|¿desea|avísame|nota:|espero ter|(?:quer|deseja) que"
    r"|spero che (?:questo|ti|vi|sia)|fammi sapere|vuoi che|ik hoop dat|laat (?:het )?me\b|wil je"
    r"|надеюсь,? (?:это|что)|дайте (?:мне )?знать|если (?:вы )?хотите|希望(?:这|以上|对|對)"
    r"|如果(?:您|你)(?:需要|想)|ご希望|必要であれば|도움이 되)[^\n]*(?:\n[^\n]*)*\Z",
    re.IGNORECASE,
)
# The same at the end of a paragraph; nobody says it there, since no quotation mark follows.
_LAST_WORDS = re.compile(
    r"(?<=[.!?。])[ \t]+(?:(?:please )?let me know (?:if|whether)|i hope (?:this|that) helps"
    r"|hope (?:this|that) helps|feel free to (?:ask|reach|let)|would you like me to"
    r"|do you want me to|if you(?:['’]d| would) like (?:me|a|any|more|it)\b)"
    r"[^.!?\n\"”]*[.!?]*\s*\Z",
    re.IGNORECASE,
)
_COUNT = re.compile(
    r"\s*[(\[](?:word count:?\s*)?\d+ (?:words|w[öo]rter|mots|palabras|parole|woorden)[)\]]\s*\Z",
    re.I,
)
_HASHTAGS = re.compile(r"(?:\s+#[^\W\d]\w*)+\s*\Z")
_NOTHING = re.compile(
    r"^(?:[\s.…–—-]*|\W*(?:n/?a|none|null|nil|undefined|empty|no summary)\W*)\Z", re.IGNORECASE
)
# Answers in a form that no reader was promised.
_FORM = re.compile(
    r"(?<!\w)(?:Who|What|When|Where|Why|How|Wer|Was|Wann|Wo|Warum|Wie|Qui|Quoi|Quand|Où|Pourquoi|"
    r"Quién|Qué|Cuándo|Dónde|Chi|Cosa|Quando|Dove|Wie|Wat|Waar):\s"
)
_NAMES = rf"{_SUMMARY_WORD}|text|answer|content|output|response|result"
_JSON = re.compile(r'^(?:\{\s*"|\[\s*[\["{])')
_TABLE_RULE = re.compile(r"^[ \t]*\|?[ \t]*:?-{2,}:?[ \t]*\|[ \t:|-]*$", re.MULTILINE)
_IS_TABLE = re.compile(r"\|[ \t]*:?-{2,}:?[ \t]*\||^[ \t]*:?-{2,}:?[ \t]*\|", re.MULTILINE)
_TABLE_ROW = re.compile(r"^[ \t]*\|?[^|\n]*\|[^\n]*$", re.MULTILINE)
_TABLE_EDGED = re.compile(r"^[ \t]*\|[^\n]*\|[ \t]*$", re.MULTILINE)

_HEADING = re.compile(r"^[ \t]*+#{1,6}[ \t]++(.*)$", re.MULTILINE)
_BOLD_LINE = re.compile(
    r"^[ \t]*(\*\*|__)(?=\S)([^\n*]{1,120}?)(?<![.!?…。:])\1[ \t]*$", re.MULTILINE
)
_UNDERLINED = re.compile(
    r"^[ \t]*([^\n]{1,120}?)[ \t]*\n[ \t]*(?:={3,}|-{3,})[ \t]*$", re.MULTILINE
)
_RULE = re.compile(r"^[ \t]*(?:[-*_=][ \t]*){3,}$", re.MULTILINE)
_BULLET = re.compile(
    r"^[ \t]*(?:[-*+•‣▪◦–—·➤►→✓✔✅☑⭐\U0001f300-\U0001faff]\ufe0f?|\(?\d{1,2}[.)]|\(?[a-h]\))"
    r"[ \t]+(?=\S)",
    re.MULTILINE,
)
_NUMBER = re.compile(r"\s*\(?(?:\d|[a-h]\))")
_QUOTE_MARK = re.compile(r"^[ \t]*>[ \t]?", re.MULTILINE)
_LINK = re.compile(r"!?\[([^\]\n]*)\]\([^)\s]*(?:\s+\"[^\"]*\")?\)")
_CODE = re.compile(r"`([^`\n]+)`")
# Marks stand against a word, and none beside them: "f***, he said, s***" has none.
_STRONG = re.compile(r"(?<!\*)(\*{2,3})(?=[\w\"“„«(\[$£€#'‘])(.+?)(?<=[^\s*])\1(?!\*)", re.DOTALL)
_STRONG_UNDERLINE = re.compile(r"(?<!\w)(_{2,3})(?=[^\s_])(.+?)(?<=[^\s_])\1(?!\w)", re.DOTALL)
_EMPHASIS = re.compile(r"(?<![\w*])\*(?=[^\s*])([^*\n]+?)(?<=[^\s*])\*(?![\w*])")
_UNDERLINE = re.compile(r"(?<!\w)_(?=[^\s_])([^_\n]+?)(?<=[^\s_])_(?!\w)")

_PAIRS = {
    '"': '"',
    "“": "”",
    "„": "“”",
    "«": "»",
    "»": "«",
    "‘": "’",
    "'": "'",
    "「": "」",
    "『": "』",
}
_SENTENCE_END = tuple(".!?…。！？।।")

# First persons that will not, and those that ask for the text. At the start of a short answer only,
# and not of a quotation: what opens with a mark and has more behind it is somebody's who is quoted.
_REFUSALS = re.compile(
    r"^[^\w\"“„«‘'「『]*(?:"
    r"(?:i['’]?m|i am)\s+(?:really |very |so )?(?:sorry|afraid|unable|not able|not comfortable)\b"
    r"|(?:sorry|apologies)\s*[,.!]?\s*(?:but\s+)?(?:i|as an)\b"
    r"|i\s+(?:can(?:['’]?t|not)|won['’]?t|will not|am unable to)\s+(?:\w+ly\s+)?(?:"
    r"help(?! but| \w+ing)|assist|do|"
    r"provide|summari|write|create|fulfil|comply|process|access|see|find|read|complete|continue|"
    r"generate|produce|answer|discuss|engage|offer|share|support|with|that|this)"
    r"|i\s+(?:must|have to) (?:decline|refuse)|i apologi[sz]e\b"
    r"|(?:i['’]d|i would|i['’]ll|i will) be (?:happy|glad) to\b"
    r"|i (?:do not|don['’]t|did not|didn['’]t) (?:have (?:access|enough|the|any)|"
    r"see (?:any|the|an?)|receive)\b"
    r"|as an? (?:large )?(?:language model\b|(?:ai|artificial intelligence)\b[^.\n]{0,80}?\bi\b)"
    r"|it (?:seems|looks|appears)(?: like| that)? (?:you|your|there|no|the (?:text|article|content|"
    r"document|message|input|link))\b[^.]{0,40}"
    r"(?:n['’]t|\bnot|\bno|\bempty|\bmissing)\b[^.]{0,40}\b(?:text|article|content|anything|document)\b"
    r"|there (?:is|was) no (?:text|article|content|document)(?:[.,]| (?:between|provided|given|"
    r"included|attached|here|in (?:the|your)\b|to summari))"
    r"|the (?:provided |given )?(?:text|article|content|document) (?:is too short|does not contain|"
    r"doesn['’]t contain|lacks)\b[^.]{0,40}\b(?:summar|enough|information|content)"
    r"|unfortunately,?\s+(?:i|the (?:text|article) (?:is|was) (?:not|missing|empty))\b"
    r"|(?:please|could you(?: please)?|can you(?: please)?)\s+(?:provide|share|paste|send|supply)\b"
    r"|the (?:provided |given )?(?:text|article|content) (?:is|was|appears to be|seems to be) "
    r"(?:empty|missing|not (?:included|provided))"
    r"|(?:it (?:seems|looks|appears)|there (?:is|was) no|no)\b[^.]{0,60}"
    r"\b(?:text(?! messages?\b)|article|content)\b[^.]{0,40}"
    r"\b(?:not (?:included|provided|given)|provided|empty|missing|to summari[sz]e)\b"
    r"|ich bin (?:eine? |nur eine? )?(?:ki\b|sprachmodell|künstliche)"
    r"|es tut mir leid|tut mir leid|ich kann (?:das|diese[nrs]?|dir|ihnen|leider)\b|leider kann ich"
    r"|je suis désolée?|désolée?,|je ne (?:peux|suis) pas|lo siento|no puedo\b|desculpe|sinto muito"
    r"|não posso|mi dispiace|non posso|het spijt me|ik kan (?:niet|dit|deze)"
    r"|przykro mi|niestety,? nie mog|nie mogę\b|jag (?:är ledsen|kan (?:tyvärr )?inte)"
    r"|tyvärr kan jag"
    r"|beklager\b|jeg kan (?:desværre |dessverre )?ikke|valitettavasti en|olen pahoillani"
    r"|en voi auttaa"
    r"|üzgünüm|maalesef,? \w+am\b|omlouvám se|bohužel nemohu|je mi líto|sajnálom"
    r"|sajnos nem tud(?:ok|om)\b"
    r"|îmi pare rău|nu pot să\b|λυπάμαι|συγγνώμη|вибачте|на жаль, я|я не можу|xin lỗi"
    r"|tôi không thể|maaf\b|ขออภัย|ขอโทษ|क्षमा करें|मुझे खेद|עליי להתנצל|מצטער|אני לא יכול|عذرا?\b|آسفة?\b"
    r"|لا أستطيع|لا يمكنني|متأسف|извините|к сожалению, я|я не могу|抱歉|对不起|對不起"
    r"|很抱歉|非常抱歉"
    r"|我(?:无法|無法|不能)|作为(?:一个|一名)?(?:ai|人工智能|语言模型)|申し訳|すみません|죄송"
    r")",
    re.IGNORECASE,
)
_LONGEST_REFUSAL = 600  # characters; a summary that quotes an apology is longer than its apology


def cleaned(answer: str) -> str:
    r"""Return the summary in an answer; "" if it has none.

    >>> cleaned("<think>Who? When?</think>Here is a concise summary:\n\n**Rain** fell in Kiel.")
    'Rain fell in Kiel.'
    >>> cleaned('"Rain fell in Kiel."')
    'Rain fell in Kiel.'
    >>> cleaned("- Rain fell in Kiel.\n- The trains stood still")
    'Rain fell in Kiel. The trains stood still.'
    """
    return _cleaned(_without_thoughts(answer))


def _cleaned(text: str) -> str:
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    text = _TAGS.sub("", _TOKENS.sub("", text)).strip()
    for pattern in (_FENCE, _BOX):
        if within := pattern.match(text):
            text = within[1].strip()
    text = _of_json(text)
    text = _without_html(text)
    text = _without_tables(text)
    for _ in range(3):  # an introduction, a label under it, quotation marks around the rest
        before = text
        text = _REASONED.sub("", text)
        text = _TITLE.sub("", _unmarked(text).strip(), count=1)
        text = _INTRODUCTION.sub("", text, count=1)
        text = _LABEL.sub("", text, count=1)
        text = _LAST_WORDS.sub("", _COUNT.sub("", _CLOSING.sub("", text)))
        text = _unquoted(text.strip())
        if text == before:
            break
    text = _HASHTAGS.sub("", _prose(text))
    return "" if _NOTHING.match(text) else text


def _without_thoughts(text: str) -> str:
    if _CHANNEL.search(text):
        last = list(_CHANNEL.finditer(text))[-1]
        text = text[last.end() :] if last[1] == "final" else ""
    text = _CLOSED.sub("</think>", _OPENED.sub("<think>", text))
    *closed, rest = text.split("</think>")
    kept: list[str] = []
    for part in closed:
        before, opened, _ = part.partition("<think>")
        if opened:
            kept.append(before)
        else:  # an end without a beginning: all before it was thought
            kept.clear()
    return "".join([*kept, rest.partition("<think>")[0]])


def _of_json(text: str) -> str:
    """The summary in an object or array; what has none stays, and is :func:`judged` to be none."""
    if text[:1] not in ("{", "["):
        return text
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        return text
    if isinstance(value, dict):
        named = [each for name, each in value.items() if re.fullmatch(_NAMES, name, re.IGNORECASE)]
        values = named or list(value.values())
        value = values[0] if len(values) == 1 else value
    if isinstance(value, list) and value and all(isinstance(each, str) for each in value):
        value = "\n".join(value)
    return value.strip() if isinstance(value, str) else text


def _without_html(text: str) -> str:
    if "<" not in text:
        return text
    text = _HTML_HEADING.sub(r"\n# \1\n", text)
    text = _HTML_LINE.sub("\n", _HTML_ITEM.sub("\n- ", text))
    return _HTML.sub("", text).strip()


def _without_tables(text: str) -> str:
    """Take a table off beside sentences; one alone stays, and is :func:`judged` to be none."""
    if "|" not in text or not _TABLE_RULE.search(text):
        return text
    pattern = _TABLE_EDGED if _TABLE_EDGED.search(text) else _TABLE_ROW
    rest = pattern.sub("", text).strip()
    return rest or text


def judged(answer: str) -> tuple[str, str | None]:
    """Return the summary in an answer, and why it is none; ``None`` if it is one.

    >>> judged("Summary: Rain fell in Kiel."), judged('{"who": "Rain", "where": "Kiel"}')[1]
    (('Rain fell in Kiel.', None), 'the model answered with JSON')
    """
    said = encodable(_without_thoughts(answer))
    if len(said) > _LONGEST:
        return "", f"the model answered with {len(said):,} characters, which is no summary"
    summary = _cleaned(said)
    why = None
    if not any(map(str.isprintable, summary.replace(" ", ""))):  # blanks of no width are not
        summary = ""
        why = "the model answered with nothing" + (" but thoughts" if said != answer else "")
    elif refuses(summary):
        why = f"the model refused: {shortened(summary)!r}"
    elif _JSON.match(summary):
        why = "the model answered with JSON"
    elif _IS_TABLE.search(summary):
        why = "the model answered with a table"
    elif len(set(_FORM.findall(summary))) > 1:
        why = "the model answered with a form, such as 'Who: … What: …', and not with sentences"
    return summary, why


def shortened(text: str) -> str:
    """A text in one line of at most 120 characters."""
    line = " ".join(text.split())
    return line if len(line) <= 120 else line[:119] + "…"


def refuses(summary: str) -> bool:
    """Whether a cleaned answer is a refusal, or asks for the text, in place of a summary.

    >>> refuses("I'm sorry, but I can't help with that."), refuses("Sorry seemed the hardest word.")
    (True, False)
    """
    return len(summary) <= _LONGEST_REFUSAL and _REFUSALS.match(summary) is not None


def _unmarked(text: str) -> str:
    """Take Markdown off: its marks, not its words."""
    if "\n" in text:
        text = _BOLD_LINE.sub(r"# \2", text)
        text = _UNDERLINED.sub(_heading, text)
    text = _RULE.sub("", text)
    text = _QUOTE_MARK.sub("", text)
    text = _LINK.sub(r"\1", text)
    text = _CODE.sub(r"\1", text)
    text = _STRONG_UNDERLINE.sub(r"\2", _STRONG.sub(r"\2", text))
    text = _EMPHASIS.sub(r"\1", text)
    return _UNDERLINE.sub(r"\1", text)


def _heading(match: re.Match[str]) -> str:
    """A line that is underlined, unless it is a sentence above a rule."""
    line = match[1]
    return match[0] if line.endswith(_SENTENCE_END) or line[:1] in "|-#" else f"# {line}"


def _open_heading(heading: re.Match[str]) -> str:
    """A heading without the marks that close it."""
    return str(heading[1]).rstrip().rstrip("#")


def _unquoted(text: str) -> str:
    """Take off quotation marks that stand around all of it, and around nothing within."""
    closing = _PAIRS.get(text[:1])
    if closing is None or len(text) < 2 or text[-1] not in closing:
        return text
    within = text[1:-1]
    marks = text[0] + closing
    if text[0] == "'" or text[0] == "‘":  # apostrophes: only where none is left to be paired
        return within if not re.search(r"(?<!\w)['‘’]|['’](?!\w)", within) else text
    return within.strip() if not any(mark in within for mark in marks) else text


def _prose(text: str) -> str:
    """Running text: headings gone, the lines of a list each a sentence, one paragraph."""
    blocks = []
    lines = text.split("\n")
    listed = sum(bool(_BULLET.match(line)) for line in lines)
    for line in lines:
        if _HEADING.match(line) and len(lines) > 1:
            continue
        item = bool(_BULLET.match(line)) and (listed > 1 or not _NUMBER.match(line))
        plain = _HEADING.sub(_open_heading, _BULLET.sub("", line) if item else line).strip()
        if not plain:
            continue
        if item and plain[-1] not in _SENTENCE_END and not plain.endswith((":", '"', "”", "»")):
            plain = plain.rstrip(";,") + "."
        blocks.append(plain)
    return " ".join(blocks)
