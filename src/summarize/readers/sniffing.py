"""What a text is, by what stands in it: subtitles, mail, Markdown, or data that is no prose.

Each test asks for what prose does not have, so that an article is never taken for something else:
a form is believed when several of its marks come together, or most lines show it.

:meta private:
"""

from __future__ import annotations

import csv
import json
import re
from collections import Counter
from collections.abc import Iterator

__all__ = ["what_is"]

_HEAD = 100_000  # characters that are looked at
_MANY_LINES = 400


def what_is(text: str) -> str | None:
    r"""Return the name of a form that is read, or ``"!"`` and what it is of one that is not.

    Args:
        text: the whole text, decoded.

    Returns:
        ``"subtitles"``, ``"mail"``, ``"notebook"``, ``"markdown"``, ``"rst"``, ``"org"`` or
        ``"fragment"`` (of HTML); ``"!JSON"``, ``"!CSV"`` and the like; ``None`` for prose.

    >>> what_is("1\n00:00:01,000 --> 00:00:04,200\nIt rained.\n"), what_is('{"rain": 1}')
    ('subtitles', '!JSON')
    >>> what_is("It rained (1). The river, which rose, fell.") is None
    True
    """
    text = text.removeprefix("\ufeff")
    head = text[:_HEAD].lstrip()
    if "\r" in head:
        head = head.replace("\r\n", "\n").replace("\r", "\n")
    if not head:
        return None
    lines = [line.rstrip() for line in head.splitlines()[:_MANY_LINES] if line.strip()]
    if head[0] in "{[":
        found = _json(text, head, lines)
        if found:
            return found
    if _SUBTITLES.match(head):
        return "subtitles"
    return (
        _beginning(head)
        or _mail(head)
        or _code(head, lines)
        or _marked(head, lines)
        or _tabular(head, lines)
        or _log(lines)
        or _markup(head)
    )


# --- Data ---------------------------------------------------------------------------------------

_OBJECT = re.compile(r"""\{\s*(?:["']?[\w$@.-]{1,60}["']?\s*:(?!//)|"[^"\n]{1,80}"\s*:)""")
_ARRAY = re.compile(r"\[\s*(?:\{\s*[\"'\w}]|\[\s*[\"'\d\[{\]-]|\"[^\"\n]*\"\s*[,\]])")
_EMPTY = re.compile(r"(?:\{\s*\}|\[\s*\])\s*$")


def _json(text: str, head: str, lines: list[str]) -> str | None:
    """JSON and what looks like it, such as a Python dict; a notebook is told apart."""
    if not (_OBJECT.match(head) or _ARRAY.match(head) or _EMPTY.match(head)):
        return None
    if head[0] == "{" and '"cells"' in text and '"nbformat"' in text:
        return "notebook"
    objects = [line for line in lines[:20] if line.lstrip().startswith(("{", "["))]
    if len(lines) > 1 and len(objects) >= 0.9 * len(lines[:20]) and _parses(lines[0]):
        return "!JSON lines"
    return "!JSON"


def _parses(line: str) -> bool:
    try:
        json.loads(line)
    except (ValueError, RecursionError):
        return False
    return True


_NO_SPACE = re.compile(r"[,;|](?=\S)")
_WITH_SPACE = re.compile(r"[,;|](?=\s)")
_FIELD_NAME = re.compile(r"""["']?[^\W\d](?!(?:[^ ]* ){4})[\w .()/#%€$-]{0,39}(?<!\.)["']?""")
_NUMBER = r"(?:0x[\da-f]+|[-+]?\d[\d.]*+(?:e[-+]?\d+)?%?|nan|true|false)"
_NUMBERS = re.compile(rf"\s*{_NUMBER}(?:[\s,;|]++{_NUMBER})+[\s,;|]*", re.IGNORECASE)
_CELLS_APART = re.compile(r" {2,}+|\t")
_AMOUNT = re.compile(r"[-+(]?[^\w\s]?\d[\d.,:/]*+\)?\s?[%€$£]?")
_QUOTED = re.compile(r'"[^"\n]*"')
_RULER_ROW = re.compile(r"(?=[\s:|-]*+$)(?s:.*?)---")


def _tabular(head: str, lines: list[str]) -> str | None:
    if len(lines) < 2:
        return None
    for delimiter, name in (("\t", "TSV"), (",", "CSV"), (";", "CSV"), ("|", "a table")):
        if lines[0].count(delimiter) and _is_table(head, lines, delimiter):
            return None if name == "a table" and any(map(_RULER_ROW.match, lines)) else f"!{name}"
    return "!a table" if _is_aligned(lines) else None


def _is_aligned(lines: list[str]) -> bool:
    """Whether nearly all lines are as many cells, set apart by spaces, and below the first most
    cells are numbers.

    >>> _is_aligned(["Year   Rain  Snow", "2021   510    12", "2022   498     9"])
    True
    """
    rows = [_CELLS_APART.split(line.strip()) for line in lines]
    width, times = Counter(map(len, rows)).most_common(1)[0]
    if len(rows) < 3 or width < 3 or times < 0.9 * len(rows):
        return False
    cells = [cell for row in rows[1:] if len(row) == width for cell in row]
    return sum(map(bool, map(_AMOUNT.fullmatch, cells))) >= 0.5 * len(cells)


def _is_table(head: str, lines: list[str], delimiter: str) -> bool:
    """Whether the records have the same number of fields, as lines of prose do not."""
    first = [field.strip() for field in lines[0].split(delimiter)]
    named = len(first) > 1 and all(map(_FIELD_NAME.fullmatch, first))
    header = named and not _WITH_SPACE.search(lines[0])
    marks = head.count(delimiter)
    tight = marks - head.count(f"{delimiter} ") - head.count(f"{delimiter}\n")
    few = lines[:50]
    numeric = sum(_NUMBERS.fullmatch(line) is not None for line in few) >= 0.9 * len(few)
    if delimiter != "\t" and not (named or numeric or tight > 0.5 * marks):
        return False
    unquoted = [_QUOTED.sub("", line) for line in few]
    tight = sum(len(_NO_SPACE.findall(line)) for line in unquoted)
    loose = sum(len(_WITH_SPACE.findall(line)) for line in unquoted)
    rows = [row for row in _records(head, delimiter) if any(map(str.strip, row))]
    if len(head) == _HEAD and len(rows) > 2:
        rows.pop()  # it may be cut
    if len(rows) < 2:
        return False
    width, times = Counter(map(len, rows)).most_common(1)[0]
    if width < 2:
        return False
    even = times >= 0.9 * len(rows) and len(rows[0]) == width
    if even and (delimiter == "\t" or header or numeric):
        return True
    if header and len(first) > 2:
        # A text with commas of its own that nothing quotes: at least as many fields as names.
        enough = [len(_NO_SPACE.findall(line)) >= len(first) - 1 for line in few]
        return sum(enough) >= 0.9 * len(few)
    if delimiter == "|":
        return even and width > 2
    if even and len(rows) > 2 and width > 2 and tight > 4 * loose:
        return True
    # "name, age" with a space: short fields, some of them numbers.
    fields = [field.strip() for row in rows[1:] for field in row]
    numbers = sum(field.replace(".", "", 1).lstrip("-+").isdigit() for field in fields)
    short = all(len(field) <= 40 for field in fields)
    return even and named and width > 2 and short and numbers >= len(rows) - 1


def _records(head: str, delimiter: str) -> Iterator[list[str]]:
    reader = csv.reader(head.splitlines(), delimiter=delimiter)
    try:
        for number, row in enumerate(reader):
            if number > _MANY_LINES:
                return
            yield row
    except csv.Error:
        return


_STAMP = re.compile(
    r"""[\[<(]?(?:
    \d{4}[-/.]\d\d[-/.]\d\d[T _]\d\d:\d\d            # 2024-03-12 10:15
    |\d\d?[/.-](?:\d\d?|[A-Z][a-z]{2})[/.-]\d{2,4}[ :T]\d\d:\d\d:\d\d
    |[A-Z][a-z]{2}\ [ \d]\d\ \d\d:\d\d:\d\d          # Mar 12 10:15:22
    |\d{1,3}(?:\.\d{1,3}){3}\ \S+\ \S+\ \[           # an access log
    |\d\d:\d\d:\d\d[.,]\d+
    |\d{10}(?:\.\d+)?\s
    )""",
    re.VERBOSE,
)
_LEVEL = re.compile(
    r"\b(?:TRACE|DEBUG|INFO|NOTICE|WARN|WARNING|ERROR|FATAL|CRITICAL|SEVERE|CRIT|ERR)\b"
    r"|\b[\w./-]+\[\d+\]:|\bHTTP/\d|\b\w+=\S+.* \w+=\S+|\[(?:info|warn|error|debug|notice)\]"
)
_LEVEL_FIRST = re.compile(r"\[?(?:TRACE|DEBUG|INFO|NOTICE|WARN|WARNING|ERROR|FATAL|CRITICAL)\b")


def _log(lines: list[str]) -> str | None:
    if len(lines) < 3:
        return None
    stamped = [line for line in lines if _STAMP.match(line)]
    levels = sum(_LEVEL.search(line[:200]) is not None for line in stamped)
    if len(stamped) >= 0.5 * len(lines) and levels >= 0.5 * len(stamped):
        return "!a log"
    first = sum(_LEVEL_FIRST.match(line) is not None for line in lines)
    return "!a log" if first >= 0.7 * len(lines) else None


# --- Markup -------------------------------------------------------------------------------------

_SUBTITLES = re.compile(
    r"WEBVTT(?:[ \t\n]|$)|(?:\d+[ \t]*\n)?[ \t]*(?:\d{1,3}:)?\d\d:\d\d[.,]\d{1,3}[ \t]*-->"
    r"|\[Script Info\]|\{\d+\}\{\d+\}|(?:\d\d:){2}\d\d[.:]\d\d,(?:\d\d:){2}\d\d[.:]\d\d\n"
)
_BEGINNINGS = (
    (re.compile(r"@(?:article|book|inproceedings|misc|incollection|phdthesis|online)\s*\{", re.I),
     "BibTeX"),
    (re.compile(r"TY  - [A-Z]{2,6}\s"), "references in RIS"),
    (re.compile(r"BEGIN:VCARD\b"), "a vCard"),
    (re.compile(r"BEGIN:VCALENDAR\b"), "a calendar"),
    (re.compile(r"-----BEGIN [A-Z ]+-----"), "a key, certificate or signed message"),
    (re.compile(r"diff --git |(?:Index: \S+\n=+\n)?--- \S.*\n\+\+\+ \S.*\n@@ "), "a patch"),
    (re.compile(r"#!\s?/\S+"), "a script"),
    (re.compile(r"<\?php\b"), "PHP code"),
    (re.compile(r"\[Event \"[^\"\n]*\"\]"), "a chess game"),
    (re.compile(r"%YAML\b|---\s*\n(?:[\w-]+:(?: .*)?\n|\s+(?:- |[\w-]+:).*\n)+(?:\.\.\.\s*)?$"),
     "YAML"),
    (re.compile(r"#EXTM3U\b"), "a playlist"),
    (re.compile(r"\.TH [\w-]+ \d|\.Dd "), "a manual page in troff"),
)  # fmt: skip
_TEX = re.compile(
    r"\\(?:documentclass|usepackage|begin|end|(?:sub)*section|chapter|title|maketitle|newcommand"
    r"|input|include|bibliography|textbf|textit|emph|cite[pt]?|ref|label|item)\b"
)
_SURELY_TEX = re.compile(
    r"\\(?:documentclass|usepackage|begin\{|(?:sub)*section\*?\{|chapter\*?\{)"
)
_WIKI_LINK = re.compile(r"\[\[[^\[\]\n]{1,200}\]\]")
_WIKI_MARK = re.compile(
    r"'''[^'\n]+'''|\{\{[^{}\n]+|^={2,5}[^=\n]+={2,5}\s*$|^\{\||<ref[ >]", re.MULTILINE
)
_ORG = re.compile(r"^(?:#\+[A-Za-z_]+:|#\+BEGIN_|:PROPERTIES:|\*+ (?:TODO|DONE) )", re.I | re.M)
_ASCIIDOC = re.compile(
    r"^(?:\[source(?:,\w+)?\]|image::\S+\[.*\]|include::\S+\[\]|:(?:toc|author|icons):.*"
    r"|\[(?:NOTE|TIP|WARNING|IMPORTANT)\])\s*$", re.MULTILINE
)  # fmt: skip
_DIRECTIVE = re.compile(
    r"^[^\S\n]*+\.\. (?:[\w-]+::|_[^\n:]+:|\[[\w#*]+\] |\|[^|\n]+\| )", re.MULTILINE
)
_ROLE = re.compile(
    r":[a-z:]{1,60}:`[^`\n]++`|`[^`<\n]++(?<= )<[^>`\n]++>`_|``[^`\n]+``(?!`)|\w`_\b"
)
_UNDERLINED = re.compile(
    r"^(?P<title>\S[^\n]{2,78})\n(?P<mark>[=\-~^\"'*+#`:.])(?P=mark){2,}[ \t]*$", re.MULTILINE
)

_ATX = re.compile(
    r"(?:\A|\n)[ \t]*\n? {0,3}#{1,6} +[^\s#][^\n]*(?:\n[ \t]*(?=\n)|\Z)"
    r"|(?:\A|\n[ \t]*\n) {0,3}#{1,6} +[^\s#][^\n]*(?=\n[^\n#])"
)
_FENCE = re.compile(r"^ {0,3}(?:`{3}|~{3})[\w+-]* *$", re.MULTILINE)
_LINK = re.compile(r"!?\[[^\[\]\n]{0,300}\]\((?:[^()\s]|\([^()\s]*\)){1,2000}(?: \"[^\"\n]*\")?\)")
_BOLD = re.compile(
    r"(?<![\w*])\*\*(?=[^\s*])[^*\n]{1,300}(?<=[^\s*])\*\*(?!\w)"
    r"|(?<!\w)__(?=[^\s_])[^_\n]{1,300}(?<=[^\s_])__(?!\w)"
)
_CODE_SPAN = re.compile(r"(?<!`)`[^`\n]{1,80}`(?!`)")
_BULLET = re.compile(r"^ {0,3}[-*+] +\S", re.MULTILINE)
_TABLE_RULE = re.compile(
    r"^ {0,3}+\|?(?: *+:?-{3,}+:? *+\|)++(?: *+:?-{3,}+:? *+)?+\|? *+$", re.MULTILINE
)
_ITALIC = re.compile(r"(?<![\w*])\*(?=[^\s*])[^*\n]{1,120}(?<=[^\s*])\*(?![\w*])")


def _beginning(head: str) -> str | None:
    for pattern, what in _BEGINNINGS:
        if pattern.match(head):
            return f"!{what}"
    return None


def _marked(head: str, lines: list[str]) -> str | None:
    if "\\" in head and _SURELY_TEX.search(head) and len(_TEX.findall(head)) > 2:
        return "!TeX"
    if "[[" in head and len(_WIKI_LINK.findall(head)) > 2 and _WIKI_MARK.search(head):
        return "org" if _ORG.search(head) else "!MediaWiki markup"
    if head.startswith("#+") or (
        ("#+" in head or ":PROPERTIES:" in head) and len(_ORG.findall(head)) > 1
    ):
        return "org"
    if "::" in head or ":toc:" in head:
        if len(_ASCIIDOC.findall(head)) > 1 or (head.startswith("= ") and "\n== " in head):
            return "!AsciiDoc"
    elif head.startswith("= ") and "\n== " in head:
        return "!AsciiDoc"
    if ".. " in head or "`" in head:
        signs = len(_DIRECTIVE.findall(head)) * 2 + len(_ROLE.findall(head))
        if signs > 1 and _DIRECTIVE.search(head) and not _FENCE.search(head):
            return "rst"
        if signs > 2 and len(_titles(head)) > 1 and not _FENCE.search(head):
            return "rst"
    return "markdown" if _is_markdown(head, lines) else None


def _titles(head: str) -> list[str]:
    return [match["title"] for match in _UNDERLINED.finditer(head)]


def _is_markdown(head: str, lines: list[str]) -> bool:
    headings = len(_ATX.findall(head)) if "#" in head else 0
    fences = len(_FENCE.findall(head)) if "```" in head or "~~~" in head else 0
    links = len(_LINK.findall(head)) if "](" in head else 0
    bold = len(_BOLD.findall(head)) if "**" in head or "__" in head else 0
    tables = len(_TABLE_RULE.findall(head)) if "---" in head else 0
    if headings > 1 or fences > 1 or links > 1 or bold > 1:
        return not (headings > 0.5 * len(lines) and headings > 5)  # a configuration's comments
    kinds = (headings, links, bold, tables, "`" in head and _CODE_SPAN.search(head) is not None)
    if sum(map(bool, kinds)) > 1:
        return True
    listed = len(_BULLET.findall(head)) > 1
    italics = "*" in head and len(_ITALIC.findall(head)) > 1
    return any(kinds[:4]) and (listed or italics)


_TAG = re.compile(
    r"</?(?:p|br|div|span|b|i|em|strong|a|ul|ol|li|h[1-6]|table|tr|td|th|blockquote|img|font|section"
    r"|article|header|footer|main|nav|small|sup|sub|u|hr|figure|pre|code|center)(?=[\s/>])[^<>]{0,2000}>",
    re.IGNORECASE,
)
_FIRST_TAG = re.compile(r"<([A-Za-z][\w:.-]{0,60})(?:\s[^<>]{0,2000})?/?>")


def _markup(head: str) -> str | None:
    """HTML without its outer tags, and XML without its declaration."""
    if "<" not in head:
        return None
    if head.startswith(">"):  # HTML in a quotation, which only Markdown has
        return "markdown" if _TAG.search(head) else None
    tags = len(_TAG.findall(head))
    first = _FIRST_TAG.match(head)
    if first and (_TAG.match(head) or head.startswith("<!--")) and tags > 1:
        return "fragment"
    if tags > 2 and tags * 1000 > len(head):
        return "fragment"
    if first and f"</{first[1]}>" in head:
        return f"!an XML document (<{first[1]}>)"
    return None


# --- Mail ---------------------------------------------------------------------------------------

_HEADER = re.compile(r"([A-Za-z][A-Za-z0-9-]{1,40}):[^\n]*+\n(?:[ \t]++\S[^\n]*+\n)*+")
_MAIL_HEADERS = frozenset(
    "from to cc bcc subject date sender reply-to received return-path delivered-to mime-version "
    "message-id content-type content-transfer-encoding dkim-signature in-reply-to references "
    "list-id list-unsubscribe user-agent thread-topic thread-index importance".split()
)
_SURELY_MAIL = frozenset(
    "received return-path delivered-to mime-version message-id content-type "
    "content-transfer-encoding dkim-signature in-reply-to".split()
)
_MBOX = re.compile(r"From \S++ ++(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun) [A-Z][a-z]{2} +\d[^\n]*\n")


def _mail(head: str) -> str | None:
    """A message as a mail program stores it: headers from the first line on."""
    start = _MBOX.match(head)
    at = start.end() if start else 0
    names: list[str] = []
    while len(names) < 200 and (header := _HEADER.match(head, at)):
        names.append(header[1].lower())
        at = header.end()
    known = _MAIL_HEADERS.intersection(names)
    custom = sum(name.startswith("x-") for name in names)
    sure = bool(_SURELY_MAIL & known) or start is not None or custom > 1
    enough = len(known) > 2 or (len(known) > 1 and sure)
    ends = head[at : at + 1] in ("\n", "")
    return "mail" if sure and enough and ends and "from" in names else None


# --- Code ---------------------------------------------------------------------------------------

_CODE_LINE = re.compile(
    r"""\s*+(?:
    (?:async\ )?(?:def|class|interface|trait|impl|enum|struct|namespace|module)\ [\w.:<>,\ ]+\W.*
        [:{)]
    |(?:from\ [\w.]+\ )?import\ [\w.*{}\ ,'"@/-]+;?|from\ [\w.]+\ import\ .*
    |(?:const|let|var|val|auto|final)\ [\w{}\[\],\ :<>]+=.*
    |\#\ *(?:include\ *[<"]|define\ |ifdef|ifndef|endif|pragma).*
    |(?:public|private|protected|static|export|extern|func|fn|fun|function|pub|void|int|double
        |float|char|bool|package|use|using|require)\b.*[;{(,)]
    |(?:if|for|while|switch|elif|else\ if|elsif|unless|with|except|catch|foreach|when)\b
        \s*[(\w!"'\[].*[:{)]
    |(?:else|try|finally|do)\ *[:{]
    |[}\])]+[;,)]*(?:\ *else.*\{)?
    |return\b.*;?|raise\ \w+.*|yield\ .*|throw\ new\ .*
    |[A-Za-z_$@][\w.$\[\]"'>*-]*\ *(?:[-+*/|&.?]?=|:=|<-|=>)\ *\S.*
    |(?:await\ )?[A-Za-z_$][\w.$]*\(.*\)?[;,{]?(?:\ *(?://|\#).*)?
    |[\w\s.*<>&:]+\([^()]*\)\ *(?:const\ )?\{
    |.*[;{]|[^{}]+\{[^{}]*\}|.*\)\ *=>\ *.*|@[\w.]+(?:\(.*\))?
    |(?://|/\*|\*/|"{3}|'{3}|<!--|\#\#?\ *-{3,}).*|\$\ \w+.*
    |(?:SELECT|INSERT\ INTO|CREATE\ (?:TABLE|INDEX|VIEW)|UPDATE\ \w+\ SET|DELETE\ FROM|ALTER\ TABLE
        |DROP\ TABLE|WHERE|FROM|JOIN|LEFT\ JOIN|INNER\ JOIN|GROUP\ BY|ORDER\ BY|VALUES|LIMIT)\b.*
    |end(?:if|for|function)?;?|fi|done|esac|pass|break;?|continue;?
    |<[!/?]?[A-Za-z][^<>]*>.*
    |["'][\w.\ -]+["']\ *:\ *\S.*|["'][^"']*["'],?|\[[\w.\ -]+\]
    )\s*$""",
    re.VERBOSE,
)
_PROSE_ENDS = frozenset(".!?\"”’')")
_COMMENT = re.compile(r"\s*(?:#(?!include|define|ifn?def|endif|pragma)|//|--|%|/?\*)")
_FENCED = re.compile(r"^ *```.*?(?:^ *```|\Z)", re.MULTILINE | re.DOTALL)
# At the beginning of a line: in a Markdown or reStructuredText file, examples are indented.
_SURELY_CODE = re.compile(
    r"""(?:(?:async\ )?(?:def|fn|func|function|fun|sub)\ +[\w.:]+\s*[<(].*|class\ \w.*[:{]
    |import\ [\w.{*].*|from\ [\w.]+\ import\ .+|\#\ *include\ *[<"].*|(?:const|let|var)\ \w.*=.*
    |(?:public|private|protected|static)\ .*[({;]|package\ [\w.]+;?|use\ [\w:\\]+.*;|using\ [\w.]+;
    |(?:SELECT\b.*(?:\bFROM\b.*|,)?|CREATE\ TABLE|INSERT\ INTO|DELETE\ FROM).*
    |(?:BEGIN;|WITH\ \w+\ AS\ \().*
    |[.\#@]?[\w\s.\#:,>()\[\]="-]+\{(?:[^{}]*\})?|return\b.*;
    |[\w.\[\]]+\ *[-+*/]?=\ *[\w"'\[({].*[;)\]}"'\w]
    |[\w.]+\(.*\);?|\[[\w.\ -]+\]|library\(.*|FROM\ \S+|RUN\ .*|[\w-]+\ *:[^;]+;)\s*$""",
    re.VERBOSE,
)
_QUERY = re.compile(r"SELECT\b|CREATE TABLE|INSERT INTO|DELETE FROM|BEGIN;|WITH \w+ AS \(")
_NAMED_VALUE = re.compile(r"\s*(?:- )?[\w./-]+:(?: .*)?$|\s*- \S+")


def _code(head: str, lines: list[str]) -> str | None:
    if len(lines) < 2:
        return None
    if sum(map(head.count, "=(){};[]<>")) < 0.3 * len(lines) and head.count(":") < len(lines):
        return None
    if sum(len(line) > 120 and line[-1] in _PROSE_ENDS for line in lines) > 0.5 * len(lines):
        return None
    if "```" in head:
        lines = [line for line in _FENCED.sub("", head).splitlines() if line.strip()]
    told = [line[:300] for line in lines if not _COMMENT.match(line)]
    if not told:
        return None
    coded = sum(_CODE_LINE.match(line) is not None for line in told)
    sure = sum(_SURELY_CODE.match(line) is not None for line in told)
    if sure > 1 and coded >= (0.3 if sure > 2 and len(told) > 9 else 0.5) * len(told):
        return "!source code or a configuration"
    # A query, of which one line alone is surely code; a list or verse may end in semicolons too.
    if coded == len(told) > 2 and any(map(_QUERY.match, told)):
        return "!source code or a configuration"
    nested = sum(line.endswith(":") and _NAMED_VALUE.match(line) is not None for line in lines)
    named = sum(_NAMED_VALUE.match(line) is not None for line in lines)
    if named >= 0.9 * len(lines) and nested > 1 and any(line[:1] == " " for line in lines):
        return "!YAML"
    return None
