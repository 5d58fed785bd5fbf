r"""What of a model's answer is the summary: without thoughts, introductions, Markdown, quotes.

Each rule takes off what stands around a summary, never words within it: a model that opens with
"Here is what changed in the city: …" and goes on is left alone, since that may be its summary.

:meta private:
"""

from __future__ import annotations

import re

__all__ = ["cleaned", "refuses"]

# Thoughts: a block of them, or all before the end mark, where a template has opened them itself.
_THOUGHTS = re.compile(r"<(think|thinking|reasoning|thought)>.*?</\1>", re.DOTALL | re.IGNORECASE)
_THOUGHTS_END = re.compile(r"^.*</(?:think|thinking|reasoning|thought)>", re.DOTALL | re.IGNORECASE)
_THOUGHTS_OPEN = re.compile(
    r"<(?:think|thinking|reasoning|thought)>.*\Z", re.DOTALL | re.IGNORECASE
)
_TAGS = re.compile(r"</?(?:text|summary|answer|output|response|article|lead)>", re.IGNORECASE)
_FENCE = re.compile(r"^\s*```[\w-]*[ \t]*\n(.*?)\n?\s*```\s*$", re.DOTALL)

# "Here is a concise summary:", "Sure! Here's the lead paragraph in German:", "**Summary:**"
_SUMMARY_WORD = (
    r"(?:summary|summarization|summarisation|lead|lede|opening|paragraph|rewrite|version|overview|"
    r"zusammenfassung|einleitung|vorspann|r[ée]sum[ée]|chapeau|resumen|entradilla|resumo|"
    r"riassunto|sintesi|samenvatting)"
)
_OPENER = (
    r"(?:(?:sure|certainly|of course|okay|ok|absolutely|great)\b[,.!]*\s*)?"
    r"(?:here(?:\s+is|\s+are|['’]s)|below is|this is|hier ist|hier ein|voici|aqu[ií] (?:est[áa]|"
    r"tienes|va)|aqui est[áa]|ecco|hier is)\b"
)
_INTRODUCTION = re.compile(
    rf"^\s*(?:{_OPENER}[^\n:.]{{0,120}}?\b{_SUMMARY_WORD}\b[^\n:.]{{0,120}}:"
    rf"|(?:sure|certainly|of course|okay|absolutely)\b[,.!:][^\n]{{0,80}}(?=\n)"
    rf"|{_OPENER}[^\n:.]{{0,120}}:(?=[ \t]*\n))\s*",
    re.IGNORECASE,
)
_LABEL = re.compile(
    rf"^\s*(?:\#{{1,6}}\s*)?(?:(?:short|brief|concise|news|article|the|final|kurze)\s+){{0,2}}"
    rf"(?:{_SUMMARY_WORD}(?:\s+paragraph)?|tl;?dr|answer|in short)\s*[:\n]\s*",
    re.IGNORECASE,
)
# "Let me know if you want it shorter." "(54 words)" "Note: the text does not say when."
_CLOSING = re.compile(
    r"\n\s*(?:let me know|i hope|hope this|feel free|would you like|do you want|if you(?:'d| would)"
    r"|note:|\(note\b|\[?word count|---)[^\n]*(?:\n[^\n]*)*\Z",
    re.IGNORECASE,
)
_COUNT = re.compile(
    r"\s*[(\[](?:word count:?\s*)?\d+ (?:words|w[öo]rter|mots|palabras)[)\]]\s*\Z", re.I
)

_HEADING = re.compile(r"^[ \t]*#{1,6}[ \t]+(.*?)[ \t]*#*[ \t]*$", re.MULTILINE)
_RULE = re.compile(r"^[ \t]*(?:[-*_=][ \t]*){3,}$", re.MULTILINE)
_BULLET = re.compile(r"^[ \t]*(?:[-*+•‣▪◦–—·]|\(?\d{1,2}[.)])[ \t]+(?=\S)", re.MULTILINE)
_QUOTE_MARK = re.compile(r"^[ \t]*>[ \t]?", re.MULTILINE)
_LINK = re.compile(r"!?\[([^\]\n]*)\]\([^)\s]*(?:\s+\"[^\"]*\")?\)")
_CODE = re.compile(r"`([^`\n]+)`")
_STRONG = re.compile(r"(\*\*\*|___|\*\*|__)(?=\S)(.+?)(?<=\S)\1", re.DOTALL)
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

# First persons that will not, and those that ask for the text. At the start of a short answer only.
_REFUSALS = re.compile(
    r"^\W*(?:"
    r"(?:i['’]?m|i am)\s+(?:really |very |so )?(?:sorry|afraid|unable|not able|not comfortable)\b"
    r"|(?:sorry|apologies)\s*[,.!]?\s*(?:but\s+)?(?:i|as an)\b"
    r"|i\s+(?:can(?:['’]?t|not)|won['’]?t|will not|am unable to)\s+(?:\w+ly\s+)?(?:help|assist|do|"
    r"provide|summari|write|create|fulfil|comply|process|access|see|find|read|complete|continue|"
    r"generate|produce|answer|discuss|engage|offer|share|support|with|that|this)"
    r"|i\s+(?:must|have to) (?:decline|refuse)|i apologi[sz]e\b"
    r"|as an? (?:ai|language model|artificial)\b"
    r"|unfortunately,?\s+(?:i|the (?:text|article) (?:is|was) (?:not|missing|empty))\b"
    r"|(?:please|could you(?: please)?|can you(?: please)?)\s+(?:provide|share|paste|send|supply)\b"
    r"|the (?:provided |given )?(?:text|article|content) (?:is|was|appears to be|seems to be) "
    r"(?:empty|missing|not (?:included|provided))"
    r"|(?:it (?:seems|looks|appears)|there (?:is|was) no|no)\b[^.]{0,60}"
    r"\b(?:text|article|content)\b[^.]{0,40}"
    r"\b(?:not (?:included|provided|given)|provided|empty|missing|to summari[sz]e)\b"
    r"|es tut mir leid|tut mir leid|ich kann (?:das|diese[nrs]?|dir|ihnen|leider)\b|leider kann ich"
    r"|je suis désolée?|désolée?,|je ne (?:peux|suis) pas|lo siento|no puedo\b|desculpe|sinto muito"
    r"|não posso|mi dispiace|non posso|het spijt me|ik kan (?:niet|dit|deze)"
    r"|извините|к сожалению, я|я не могу|抱歉|对不起|很抱歉|申し訳|すみません|죄송"
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
    text = answer.replace("\r\n", "\n").replace("\r", "\n")
    text = _THOUGHTS.sub("", text)
    text = _THOUGHTS_END.sub("", text)
    text = _THOUGHTS_OPEN.sub("", text)
    text = _TAGS.sub("", text).strip()
    if fenced := _FENCE.match(text):
        text = fenced[1]
    for _ in range(3):  # an introduction, a label under it, quotation marks around the rest
        before = text
        text = _unmarked(text).strip()
        text = _INTRODUCTION.sub("", text, count=1)
        text = _LABEL.sub("", text, count=1)
        text = _COUNT.sub("", _CLOSING.sub("", text))
        text = _unquoted(text.strip())
        if text == before:
            break
    return _prose(text)


def refuses(summary: str) -> bool:
    """Whether a cleaned answer is a refusal, or asks for the text, in place of a summary.

    >>> refuses("I'm sorry, but I can't help with that."), refuses("Sorry seemed the hardest word.")
    (True, False)
    """
    return len(summary) <= _LONGEST_REFUSAL and _REFUSALS.match(summary) is not None


def _unmarked(text: str) -> str:
    """Take Markdown off: its marks, not its words."""
    text = _RULE.sub("", text)
    text = _QUOTE_MARK.sub("", text)
    text = _LINK.sub(r"\1", text)
    text = _CODE.sub(r"\1", text)
    text = _STRONG.sub(r"\2", text)
    text = _EMPHASIS.sub(r"\1", text)
    return _UNDERLINE.sub(r"\1", text)


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
        item = bool(_BULLET.match(line)) and (listed > 1 or not re.match(r"\s*\(?\d", line))
        plain = _HEADING.sub(r"\1", _BULLET.sub("", line) if item else line).strip()
        if not plain:
            continue
        if item and plain[-1] not in _SENTENCE_END and not plain.endswith((":", '"', "”", "»")):
            plain = plain.rstrip(";,") + "."
        blocks.append(plain)
    return " ".join(blocks)
