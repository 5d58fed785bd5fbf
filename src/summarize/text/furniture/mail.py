"""What a mail holds beside its own text: headers, greetings, earlier mails, signatures, notices.

:meta private:
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from .skipping import Line, Skipped

__all__ = ["mail_parts"]

_FIELDS = {
    "from": "from von de da van från fra od",
    "to": "to an à a para aan till til do",
    "subject": "subject betreff objet asunto oggetto onderwerp assunto ämne emne temat re",
    "date": "date sent datum gesendet envoyé fecha enviado inviato data verzonden skickat sendt",
    "other": "cc bcc kopie copie reply-to attachments attachment importance antwort-an priority "
    "anlagen anhang pièces-jointes adjuntos allegati received x-mailer organization",
}
_FIELD_OF = {name: field for field, names in _FIELDS.items() for name in names.split()}
_FIELD = re.compile(r"\*{0,2}([A-Za-zÀ-ÿ-]{1,16})[ \t]?:\*{0,2}(?:[ \t]|$)")
_ORIGINAL = re.compile(
    r"[-_*=]{2,}[ ]*(?:original (?:message|appointment)|ursprüngliche (?:nachricht|mail)"
    r"|message d['’]origine|mensaje original|messaggio originale|oorspronkelijk bericht"
    r"|mensagem original|urspr\w* meddelande)[ ]*[-_*=]*$",
    re.IGNORECASE,
)
_FORWARDED = re.compile(
    r"[-_*= ]*(?:(?:begin(?:ning of)? )?forwarded message(?: from .*)?"
    r"|(?:anfang der )?weitergeleiteten? nachricht|(?:début du )?message (?:transféré|réexpédié)"
    r"|(?:inicio del )?mensaje reenviado|(?:inizio )?messaggio inoltrato|doorgestuurd bericht"
    r"|mensagem encaminhada)[ ]*:?[-_*= ]*$",
    re.IGNORECASE,
)
_WROTE = re.compile(
    r"(?:.*\b(?:wrote|schreef|escreveu|skrev|napisał\(?a?\)?|escribió|ha scritto|a écrit)"
    r"|.*\bschrieb\b[^:]{0,80})\s?:$",
    re.IGNORECASE | re.DOTALL,
)
_DATED = re.compile(r"\d.*(?:\d{1,2}[:.h]\d\d|@|<)|@.*\d|<[^<>]+>.*\bwrote|\d{4}.*\d", re.DOTALL)
_OPENS_ATTRIBUTION = re.compile(
    r"(?:On|Am|Le|El|Il giorno|Il|Op|Em|Den|W dniu|\d{1,2}[./-]|\d{4}-|>)", re.IGNORECASE
)
_GREETING = re.compile(
    r"(?:hi|hello|hey|dear|good (?:morning|afternoon|evening)|hallo|liebe[rs]?|guten (?:tag|morgen"
    r"|abend)|sehr geehrte[rs]?|moin|bonjour|salut|ch(?:er|ère)s?|hola|estimad[oa]s?|querid[oa]s?"
    r"|buen(?:os|as) (?:días|tardes)|ciao|gentile|gentili|car[oaie]|buongiorno|beste|geachte|olá"
    r"|prezad[oa]s?)\b[^.?:;]{0,50}[,:!–—-]?",
    re.IGNORECASE,
)
_CLOSING = re.compile(
    r"(?:(?:with )?(?:my |our )?(?:best|kind|kindest|warm|warmest|many|all the|very best)"
    r"(?: (?:regards|wishes|best|thanks|greetings))?|regards|cheers|thanks|thank you|many thanks"
    r"|thanks (?:again|a lot|so much|in advance)|(?:yours )?(?:sincerely|truly|faithfully)"
    r"(?: yours)?|yours|respectfully|love|take care|talk soon|see you(?: soon)?|cordially"
    r"|mit (?:freundlichen|besten|herzlichen|lieben) grü(?:ß|ss)en|(?:viele|liebe|beste|schöne"
    r"|herzliche|freundliche) grü(?:ß|ss)e(?: (?:aus|nach) \w+)?|lg|mfg|vg|gru(?:ß|ss)|danke"
    r"|(?:bien )?cordialement|bien à (?:vous|toi)|bises|amicalement|merci|sincères salutations"
    r"|(?:un )?(?:cordial )?saludos?(?: cordiales)?|atentamente|un abrazo|gracias"
    r"|(?:cordiali|distinti) saluti|saluti|grazie|met vriendelijke groet(?:en)?|groet(?:en|jes)?"
    r"|atenciosamente|abraços?|med vänlig hälsning)(?:,? (?:and|und|et|y|e) [\w ]{2,20})?[,.!]*",
    re.IGNORECASE,
)
_NOTICE = re.compile(
    r"(?:confidentiality(?: notice)?|disclaimer|legal notice|privileged(?: and confidential)?)\b"
    r"(?:[:\s]|$)|(?:this|the information in this) (?:e-?mail|message|communication)"
    r"(?:,? (?:and|including|together with) [^.]{0,60})? (?:is|are|may|contains?|transmission)\b"
    r"|diese (?:e-?mail|nachricht)[^.]{0,60} (?:vertraulich|ausschließlich|enthält)"
    r"|ce (?:message|courriel)[^.]{0,60}confidentiel|este (?:mensaje|correo)[^.]{0,80}confidencial"
    r"|questo messaggio[^.]{0,80}riservat|please consider the environment|if you are not the "
    r"intended recipient|you received this (?:message|e-?mail) because|to unsubscribe from this",
    re.IGNORECASE,
)
_DEVICE = re.compile(
    r"(?:sent (?:from|via) (?:my|the|mail for|outlook|yahoo|samsung|proton)\b.{0,60}"
    r"|get outlook for .{2,20}|von meinem .{2,40} gesendet|envoyé (?:de|depuis) mon .{2,30}"
    r"|enviado desde mi .{2,30}|inviato da(?:l mio)? .{2,30}|gesendet mit .{2,40})\.?",
    re.IGNORECASE,
)
_ADDRESS = re.compile(r"<[^<>\s]+@[^<>\s]+>")
_SIGNATURE_LINES = 8
_SHORT = 70


def mail_parts(lines: Sequence[Line]) -> list[Skipped]:
    """Find what is no text of the mail itself; nothing in a text that is no mail.

    A mail has headers, an earlier mail below or a signature behind ``--``; a letter begins with a
    greeting and closes with one. A mail that is only forwarded keeps what it forwards.
    """
    if not _may_be_mail(lines):
        return []
    skipped: list[Skipped] = []
    head = _header_at(lines, 0)
    for line in lines[:head]:
        skipped.append(Skipped(line.start, line.end, "mail header"))
    own, quoted = _own_lines(lines, head, skipped)
    own = _without_sender(own, skipped)
    signature = next((i for i, line in enumerate(own) if line.text in ("--", "—", "– –")), None)
    greets = bool(own) and _is_greeting(own[0])
    closes = [i for i, line in enumerate(own) if i and _CLOSING.fullmatch(line.text)]
    tail = signature is not None and len(own) - signature <= _SIGNATURE_LINES + 4
    if not (head or quoted or tail or (greets and closes)):
        return []
    if tail and signature is not None:
        skipped += _signed(own[signature:])
        own = own[:signature]
        closes = [i for i in closes if i < signature]
    if greets:
        skipped.append(Skipped(own[0].start, own[0].end, "greeting"))
    for place, line in enumerate(own):
        if _DEVICE.fullmatch(line.text):
            skipped.append(Skipped(line.start, line.end, "signature"))
        elif _NOTICE.match(line.text) and place:
            skipped += _paragraph(own, place, "notice")
    if closes and len(own) - closes[-1] <= _SIGNATURE_LINES + 4:
        skipped += _signed(own[closes[-1] :])
    rest = [line for line in own if all(line.start != each.start for each in skipped)]
    if sum(line.text.count(" ") for line in rest) < 3:
        return [each for each in skipped if each.reason == "mail header"]
    return skipped


def _may_be_mail(lines: Sequence[Line]) -> bool:
    """Whether a line looks like a mail's; most texts have none and need no closer look."""
    first = lines[0].text
    if any(map(_is_greeting, lines[:6])) or (":" in first[:20] and _header_at(lines, 0)):
        return True
    for line in lines:
        text = line.text
        if text[0] in ">-_–—*=" and (text[0] == ">" or len(text) < 90):
            return True
        if text[-1] == ":" and len(text) < 300 and _WROTE.fullmatch(text):
            return True
        if len(text) < 90 and (_FORWARDED.fullmatch(text) or _DEVICE.fullmatch(text)):
            return True
    return False


def _header_at(lines: Sequence[Line], first: int) -> int:
    """Return the index behind a block of headers that begins at ``first``, or ``first``."""
    fields: list[str] = []
    at = first
    while at < len(lines):
        found = _FIELD.match(lines[at].text)
        field = _FIELD_OF.get(found[1].lower()) if found else None
        if field is None:
            break
        fields.append(field)
        at += 1
        while at < len(lines) and lines[at].text[0] in "<;," and not lines[at].opens:
            at += 1  # what a long header goes on with
    known = {field for field in fields if field != "other"}
    return at if len(known) > 1 and (known & {"from", "subject"}) else first


def _own_lines(
    lines: Sequence[Line], first: int, skipped: list[Skipped]
) -> tuple[list[Line], bool]:
    """The lines that the sender wrote, and whether others were quoted, which are skipped."""
    own: list[Line] = []
    quoting = [line for line in lines if line.text[0] == ">"]
    quoted = False
    at = first
    while at < len(lines):
        line = lines[at]
        if _FORWARDED.fullmatch(line.text):
            behind = _header_at(lines, at + 1)
            skipped += [Skipped(a.start, a.end, "mail header") for a in lines[at:behind]]
            at = max(behind, at + 1)
            quoted = True
            continue
        attribution = _attribution(lines, at)
        if attribution and any(a.text[0] == ">" for a in lines[attribution : attribution + 1]):
            skipped += [Skipped(a.start, a.end, "quoted mail") for a in lines[at:attribution]]
            at, quoted = attribution, True
            continue
        header = _header_at(lines, at) if line.opens or lines[at - 1].text[0] in "_-" else at
        if attribution or _ORIGINAL.fullmatch(line.text) or header > at + 2:
            if sum(a.text.count(" ") + 1 for a in own) < 4 and header > at:
                skipped += [Skipped(a.start, a.end, "mail header") for a in lines[at:header]]
                at = header
                continue
            skipped += [Skipped(a.start, a.end, "quoted mail") for a in lines[at:]]
            return own, True
        if line.text[0] == ">" and (quoted or len(quoting) > 1):
            skipped.append(Skipped(line.start, line.end, "quoted mail"))
            quoted = True
        elif set(line.text) <= {"_"} and len(line.text) > 9:
            skipped.append(Skipped(line.start, line.end, "quoted mail"))
        else:
            own.append(line)
        at += 1
    return own, quoted


def _without_sender(own: list[Line], skipped: list[Skipped]) -> list[Line]:
    """Leave out what a web page shows of a mail's sender, time and recipients above a greeting."""
    greeting = next((i for i, line in enumerate(own[:6]) if _is_greeting(line)), 0)
    above = own[:greeting]
    if not any(_ADDRESS.search(line.text) and len(line.text) < _SHORT for line in above):
        return own
    skipped += [Skipped(line.start, line.end, "mail header") for line in above]
    return own[greeting:]


def _attribution(lines: Sequence[Line], at: int) -> int:
    """Return the index behind "On Monday, Ada Roe <ada@…> wrote:", which may be wrapped, or 0."""
    text = lines[at].text
    if not _OPENS_ATTRIBUTION.match(text):
        return 0
    for behind in range(at + 1, min(at + 4, len(lines) + 1)):
        if _WROTE.fullmatch(text):
            return behind if len(text) < 300 and _DATED.search(text) else 0
        if behind == len(lines) or lines[behind].opens:
            return 0
        text = f"{text} {lines[behind].text}"
    return 0


def _is_greeting(line: Line) -> bool:
    return len(line.text) < _SHORT and _GREETING.fullmatch(line.text) is not None


def _signed(lines: Sequence[Line]) -> Iterator[Skipped]:
    """A closing or a mark, and the short lines behind it; a notice, and no other text, ends it."""
    for place, line in enumerate(lines):
        if _NOTICE.match(line.text):
            for rest in lines[place:]:
                yield Skipped(rest.start, rest.end, "notice")
            return
        if place and (place > _SIGNATURE_LINES or len(line.text) > _SHORT):
            return
        yield Skipped(line.start, line.end, "signature")


def _paragraph(lines: Sequence[Line], first: int, reason: str) -> Iterator[Skipped]:
    for place in range(first, len(lines)):
        if place > first and lines[place].opens:
            return
        yield Skipped(lines[place].start, lines[place].end, reason)
