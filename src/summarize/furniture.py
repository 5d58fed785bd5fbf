"""What stands between the paragraphs of a page and is no part of its text.

Share bars, links to other articles, cookie notices, credits and captions are lines of their own
(boilerplate, told by their words), and so are headings (told by what stands around them). None
of them is a sentence, but a summariser that takes them for one puts them into summaries.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache
from typing import NamedTuple

from .dateline import dateline_end
from .segmentation.shadow import CLOSED, ITEM_MARK, Span, letter_case

__all__ = ["Furniture", "find_furniture", "is_boilerplate"]

_LONGEST = 200  # characters of a line that may be furniture; a paragraph of prose is longer
_MOST_WORDS = 25
_HEADING_WORDS = 12
_UNSPACED_HEADING = 30  # characters, where there are no spaces between words
_LIST = 3  # so many unmarked lines in a row are a list, not headings
_PROSE = 0.6  # the share of a text that stands in closed paragraphs, if it has headings


class Furniture(NamedTuple):
    """The paragraphs of a text that are no part of it.

    Attributes:
        skipped: their indices.
        title: where the first of them is a heading, its place.
    """

    skipped: frozenset[int]
    title: Span | None


_NOTHING = Furniture(frozenset(), None)


def find_furniture(text: str, paragraphs: Sequence[Span], *, bylines: bool = True) -> Furniture:
    r"""Find the paragraphs that are boilerplate or headings.

    A heading is a line of at most 12 words without a final mark, in front of a paragraph that has
    one. Only a text that mostly stands in paragraphs with a final mark has headings; three such
    lines in a row are a list, and the last line of a text is none. Where nothing else would be
    left, nothing is furniture.

    Args:
        text: the text, with plain spaces and line ends.
        paragraphs: where its paragraphs begin and end.
        bylines: whether lines that name the author or the time of publication count.

    >>> text = "Storm shuts port\nRead more: ten storms\nThe wall broke in the night."
    >>> find_furniture(text, [(0, 16), (17, 38), (39, 67)])
    Furniture(skipped=frozenset({0, 1}), title=(0, 16))
    """
    if len(paragraphs) < 2:
        return _NOTHING
    skipped: set[int] = set()
    rest: list[int] = []
    for index, (start, end) in enumerate(paragraphs):
        if end - start <= _LONGEST and is_boilerplate(text[start:end], bylines=bylines):
            skipped.add(index)
        elif text[start] not in _RULERS or any(map(str.isalnum, text[start:end])):
            rest.append(index)
    if not rest:
        return _NOTHING
    headings = _headings(text, paragraphs, rest)
    title = None
    if headings and headings[0] == rest[0] and _is_title(text, *paragraphs[rest[0]]):
        title = paragraphs[rest[0]]
    return Furniture(frozenset(skipped.union(headings)), title)


# --- Headings -----------------------------------------------------------------------------------


def _headings(text: str, paragraphs: Sequence[Span], rest: Sequence[int]) -> list[int]:
    """The indices of the headings among ``rest``, the paragraphs that are no boilerplate."""
    spans = [paragraphs[index] for index in rest]
    unclosed = [place for place, span in enumerate(spans) if not _is_closed(text, *span)]
    if not unclosed:
        return []
    sizes = [end - start for start, end in spans]
    if sum(sizes[place] for place in unclosed) > (1 - _PROSE) * sum(sizes):
        return []
    headings: list[int] = []
    run: list[int] = []
    closed_before = {len(spans), *unclosed}
    if _is_transcript(text, spans):
        return []
    for place in unclosed:
        if not _is_heading(text, *spans[place]):
            run = []
            continue
        run = [*run, place] if run and run[-1] == place - 1 else [place]
        if place + 1 not in closed_before and not _is_list(text, [spans[i] for i in run]):
            headings.extend(rest[i] for i in run)
    return headings


def _is_closed(text: str, start: int, end: int) -> bool:
    last = text[end - 1]
    if last in ".!?":
        return True
    if last.isalnum():
        return False
    return CLOSED.search(text, max(start, end - 12), end) is not None


def _is_heading(text: str, start: int, end: int) -> bool:
    """Whether an unclosed paragraph looks like a heading."""
    if end - start > _LONGEST:
        return False
    line = text[start:end]
    if "\n" in line or line[-1] in ",;-–—" or line[0] in "-*•·‣▪–—|":
        return False
    words = line.count(" ") + 1
    if words > _HEADING_WORDS or (words == 1 and len(line) > _UNSPACED_HEADING):
        return False
    return letter_case(line) != "lower" and not _is_signature(line)


def _is_transcript(text: str, spans: Sequence[Span]) -> bool:
    """Whether most paragraphs begin with a speaker's name."""
    labelled = sum(_SPEAKER.match(text, *span) is not None for span in spans)
    return labelled > len(spans) / 2


def _is_list(text: str, lines: Sequence[Span]) -> bool:
    items = sum(ITEM_MARK.match(text, *line) is not None for line in lines)
    return len(lines) >= _LIST or items > 1


def _is_title(text: str, start: int, end: int) -> bool:
    line = text[start:end]
    return line[-1] != ":" and not line.startswith("By ") and any(map(str.isalpha, line))


_RULERS = frozenset("*-_=~#•·–—")
_SPEAKER = re.compile(r"\S{1,20}(?: \S{1,20}){0,2}: ")

# --- Boilerplate --------------------------------------------------------------------------------


def is_boilerplate(line: str, *, bylines: bool = True) -> bool:
    """Whether a whole line is a share bar, a cookie notice, a credit or the like.

    Args:
        line: a paragraph, with plain spaces and line ends.
        bylines: whether a line that names the author or the time of publication counts.

    >>> is_boilerplate("Read more: ten storms that changed Ellery")
    True
    >>> is_boilerplate("The council wants residents to read more about the storms.")
    False
    """
    if len(line) > _LONGEST:
        return False
    if line[-1:] in _CLOSING and line.partition(" ")[0].lower() not in _FIRST_WORDS:
        return "Facebook" in line and _is_share_bar(line)  # most prose takes this way out
    words = line.split()
    while words and words[0] in _BULLETS:
        del words[0]
    if not words or len(words) > _MOST_WORDS:
        return False
    line = " ".join(words)
    lower = line.lower().replace("’", "'").strip(_EDGES)
    bare = lower.rstrip(".!")
    if bare in _PHRASES or bare.startswith("©"):
        return True
    if len(words) == 1:
        return "facebooktwitter" in bare or _ADDRESS.fullmatch(bare) is not None
    if _is_ruled(lower) or _is_share_bar(line):
        return True
    if line[-1] in _CLOSING:
        return bylines and _is_signature(line)
    return (
        (":" in line and _CREDIT.search(line) is not None)
        or (bare.endswith(_AGENCIES) and _AGENCY_CREDIT.fullmatch(line) is not None)
        or (bylines and _is_signature(line))
        or _COUNT.fullmatch(bare) is not None
    )


def _is_ruled(line: str) -> bool:
    """Whether one of the rules fits a line in lower case."""
    first = line.split(maxsplit=1)[0].rstrip(":,") if line else ""
    if first not in _RULES:
        return False
    spaced = _COLON.sub(" : ", line)
    if _rule(first).fullmatch(spaced) is None:
        return False
    return " : " in spaced or _SPEECH.search(spaced) is None


def _is_share_bar(line: str) -> bool:
    """Whether a line is a row of buttons, or a caption that one stands in."""
    bare = " ".join(line.lower().strip(".").split())
    if "facebook twitter" in bare and " pinterest" in bare:
        return True
    if "facebooktwitter" in bare:
        return bare.count(" ") < 8
    buttons = set(_GAP.split(bare))
    return not _SHARING.isdisjoint(buttons) and _BUTTONS.issuperset(buttons)


def _is_signature(line: str) -> bool:
    """Whether a line is all byline or time of publication."""
    if line.startswith("By "):
        return dateline_end(f"{line}\nA") > len(line)
    return _STAMP.fullmatch(line.lower()) is not None


@cache
def _rule(first: str) -> re.Pattern[str]:
    """The rules that begin with a word, as one regular expression."""
    return re.compile("|".join(f"{re.escape(first)}{rest}" for rest in _RULES[first]))


def _rules(table: str) -> dict[str, list[str]]:
    """Read a table: ``first/words rest``, with "…" for anything and "(" for a plain group."""
    rules: dict[str, list[str]] = {}
    for line in table.strip().splitlines():
        firsts, space, rest = line.strip().partition(" ")
        rest = space + rest
        for name, group in _GROUPS.items():
            rest = rest.replace(name, f"({group})")
        rest = _GROUP.sub("(?:", rest).replace(" … ", " (?:.* )?").replace(" …", "(?:,? .*)?[.!]*")
        for first in firsts.split("/"):
            rules.setdefault(first, []).append(rest)
    return rules


_GROUP = re.compile(r"(?<!\\)\((?!\?)")
_CLOSING = ".!?\"”’'"
_BULLETS = frozenset("• · ► ▶ ▸ > » → | ● - – — * # ## ###".split())
_EDGES = " :>»›→…|–—-•·()[]"
_SPEECH = re.compile(r",.* (?:said|says|say|found|asked|added|told|urged|advised|wrote|writes)\b")
_COLON = re.compile(r" ?: ?")
_GAP = re.compile(r"[ /,|•·&+]+")
_ADDRESS = re.compile(r"https?://\S+|www\.\S+|[\w.+-]+@[\w-]+(?:\.[\w-]+)+|@\w+")

_SHARING = frozenset(
    "facebook twitter instagram whatsapp linkedin pinterest reddit flipboard tumblr messenger "
    "share tweet teilen partager compartir".split()
)
_BUTTONS = _SHARING | frozenset(
    "x telegram threads bluesky mastodon google plus news email e-mail mail print copy link close "
    "save comment comments rss more sms xing youtube tiktok this on via by the article post page "
    "story auf per drucken sur imprimer en por imprimir".split()
)

# Lines that are nothing else; case and closing marks do not count.
_PHRASES = frozenset(
    phrase.strip()
    for phrase in """
    facebook, twitter, whatsapp, pinterest, linkedin, share, sharing, share this, tweet, print,
    about sharing, share options, copy link, link copied, copied to clipboard, close share panel,
    ad, ads, advert, advertisement, advertisements, sponsored, promoted, paid content,
    more, more info, more stories, more news, more to read, learn more, see more, show more,
    load more, view more, find out more, read more, read also, read next, read on, see also,
    recommended, recommended for you, recommended reading, recommended stories, editor's picks,
    editors' picks, most read, most viewed, most popular, popular now, trending, trending now,
    top stories, latest news, latest stories, what to read next, up next, don't miss,
    also in the news, elsewhere on the web, from the web, you may like, you might like,
    next article, previous article, next story, previous story,
    save article, save this article, print this page, print this article, email this article,
    email this page, gift this article, bookmark this article, view this post on instagram,
    subscribe, subscribe now, sign up, sign up now, sign in, log in, login, register, register now,
    newsletter, newsletters, become a member, donate, donate now, support us, follow us, follow,
    unfollow, get the app, cookies, accept, accept all, allow all, i accept, i agree, agree, got it,
    reject, reject all, decline, manage preferences, manage settings, manage options,
    necessary cookies only, your privacy choices, do not sell my personal information,
    privacy policy, privacy notice, terms of use, terms of service, terms and conditions,
    contact us, about us, accessibility help, sitemap, site map, copyright, disclaimer,
    report a typo, comments, leave a comment, leave a reply, post a comment, add a comment,
    view comments, show comments, no comments, have your say, report this comment,
    comments are closed,
    back to top, skip to content, skip to main content, skip to navigation, jump to content, menu,
    home, homepage, toggle navigation, table of contents, loading, please wait, tags, topics,
    keywords, filed under, categories, play video, watch live, watch now, listen to this article,
    listen to this story, view gallery, view image in fullscreen, enlarge image, toggle caption,
    hide caption, image caption, video caption, media caption, image source, image copyright,
    to use comments you will need to have javascript enabled, all rights reserved,
    name and address supplied, contains affiliate links,
    press association, reuters, afp, getty images,
    anzeige, anzeigen, werbung, weiterlesen, mehr lesen, mehr erfahren, mehr anzeigen, mehr dazu,
    zum artikel, auch interessant, auch lesenswert, lesetipp, meistgelesen, meistgelesene artikel,
    artikel teilen, beitrag teilen, drucken, merken, kommentieren, kommentare, kommentar schreiben,
    kommentar verfassen, jetzt kommentieren, abonnieren, newsletter abonnieren, anmelden, einloggen,
    registrieren, alle akzeptieren, cookies akzeptieren, akzeptieren, zustimmen, ablehnen,
    alle ablehnen, cookie-einstellungen, cookie-richtlinie, datenschutz, datenschutzerklärung,
    impressum, nutzungsbedingungen, hier klicken, zur startseite, startseite, nach oben,
    zum inhalt springen, inhaltsverzeichnis, bildunterschrift, bildquelle, link kopieren,
    artikel anhören, alle rechte vorbehalten,
    lire la suite, lire plus, les plus lus, articles liés, partager l'article, imprimer, publicité,
    s'abonner, je m'abonne, s'inscrire, se connecter, connexion, accepter, tout accepter,
    tout refuser, refuser, continuer sans accepter, paramétrer les cookies, gérer les cookies,
    politique de confidentialité, mentions légales, commentaires, réagir, ajouter un commentaire,
    laisser un commentaire, haut de page, aller au contenu, copier le lien,
    la suite après la publicité, la suite après cette publicité, tous droits réservés,
    ver más, noticias relacionadas, artículos relacionados, lo más leído, lo más visto, compartir,
    imprimir, publicidad, anuncio, suscribirse, iniciar sesión, aceptar, aceptar todo, rechazar,
    rechazar todo, configurar cookies, política de cookies, política de privacidad, aviso legal,
    términos y condiciones, comentarios, deja un comentario, dejar un comentario, volver arriba,
    ir al contenido, copiar enlace, sigue leyendo, continuar leyendo,
    todos los derechos reservados
    """.split(",")
)

_GROUPS = {
    "PAGE": "article|story|page|piece|post|report|column|feature|interview|review|video|blog",
    "SITE": "site|website|web site|web page|page|webpage|service|app",
    "NET": "facebook|twitter|x|instagram|whatsapp|linkedin|pinterest|youtube|tiktok|e?-?mail",
    "MAIL": "newsletters?|e-?mails?|alerts?|briefings?|bulletins?|inbox|updates|podcast|app",
    "WEB": r"www\.\S+|https?\S*|[\w.-]+\.(?:com|org|net|info|gov|edu|eu|io|uk|de|fr|es)\b\S*",
    "ADV": "|last |first |originally |also ",
    "VERSION": "version|(?:shorter|longer|different|earlier|edited|abridged|extended) version",
    "HERE": "here|below|the link|this link|on the link|on the image|to enlarge|on this link",
}
# One rule a line: the first word or words, then what follows.
_RULES = _rules(r"""
read (more|also|next|on) : …
read more (about|on|from|here|in|at|of|stories|news|articles) …
read (the|our|his|her|their) (full|original|whole|rest of the) PAGE …
read/see/watch/listen/video/gallery/podcast/quiz/poll/related/recommended : …
see/also also : …
also (read|see|watch)( : .*)?
also (on|in) .{1,40} : …
related [a-z]+( : …)?
more (on|from|about) [^.!?]+
more : …
you (may|might) also (like|enjoy|be interested in)( : .*)?
you can (unsubscribe|change your (cookie|privacy)|opt out|manage your (cookie|privacy)) …
continue reading( [^.!?]*)?
story/article continues …
keep/scroll (reading|scrolling|down|to continue)( [^.!?]*)?
sponsored/promoted/presented/paid (for )?(by|post|partnership|links?|stories)( [^.!?]*)?
advertisement (advertisement|- .*|: .*|continue .*)
ad feedback
skip (to (main |the )?(content|navigation|comments)|past|advertisement|newsletter) …
share this (PAGE|with|on|via) …
share (on|via|to|with) (NET) …
share (it|your (thoughts|views|story|stories)) (on|via|with|in|below) …
got/have/do (you have )?(a|any) (story|tip|news tip|question|information|comment)\?.*
got/have/do (you have )?(a|any) (story|tip|question|information) … (e-?mail|contact|send|tell us) …
have you been affected …
have your say …
sign up (here|now|today) …
sign up (to|for|with) [^.!?]+
sign up (to|for) our …
sign up … (MAIL) …
sign in (to|with|here|now) …
subscribe (to|for|now|here|today|via|on) …
get … (MAIL|app|delivered|notifications) …
stay (informed|connected|in touch|up to date) … (newsletter|e-?mail|sign up|subscribe) …
enter your (e-?mail|name) …
please (enable|turn on) (javascript|cookies) …
please (enter (your|a valid)|subscribe|sign in|log in) …
thanks/thank (you )?for (signing up|subscribing|registering) …
support (our|independent|quality) … journalism …
already (a|an|have an|registered) … (subscriber|member|account|log in|sign in) …
we use (our own |third[- ]party |optional |essential |necessary |other )*cookies …
we (value|care about|respect|take) your privacy …
we (use|process|store) … (your data|personal data|similar technologies|trackers) …
we and our … (cookies|data|information|identifiers) …
our (SITE|partners|websites) (use|uses|may use|store|place) … cookies …
this (SITE) (uses|is using|use|requires|needs) … (cookies|javascript|recaptcha) …
by (using|continuing|clicking|browsing|visiting) … (you|our) … (cookies?|terms|privacy policy) …
by (signing up|entering|submitting) … (you|our) … (terms|privacy policy|privacy notice) …
cookies (help us|let us) (deliver|provide|improve|give) …
cookies (are used )?(on|by) (this|our) (SITE) …
cookie (policy|notice|settings|preferences|consent|statement)( (and|&) .{0,30})?
accept/allow/reject/manage (all |my |your |only |our |necessary )*(cookies|preferences|consent)
your (browser (does not|doesn't)|e-?mail address will|privacy (is important|matters)) …
javascript (is|must be|has been) …
click/tap (HERE) …
click/tap to (share|e-?mail|print|enlarge|expand|subscribe|read|watch|see|view|play) …
for (?!more than)(more|further|the latest|the full|all) … (click here|sign up|follow @\w+) …
for (?!more than)(more|further|the latest|the full) … (visit|go to|see) (our|WEB) …
for (more|further) (information|details|info) … (contact|call|visit|see|go to) …
to [a-z]+ … (click here|enable javascript|sign up here|please log in|please sign in) …
to [a-z]+ … (visit|go to) (WEB) …
follow (us|me|@ ?\w+)( (on|at|via) .*|( ?: |, ).*)?
follow .{1,80} (on|via) (NET) …
follow (our|the|all) … (live updates|live blog|here)
like us on …
find (out more|all the latest|the latest|us) … (here|page|online|below|on (NET)) …
find out more : …
download (the|our|this) … (here|app|pdf|app store)
watch … (here|iplayer|on youtube)
watch more [^.!?]*
listen to … (here|podcast|iplayer)
join (the|our) (debate|conversation|discussion|newsletter|whatsapp|facebook) …
let us know … comments …
leave/post/add (us )?(a|your) (comment|reply|message) …
view/show/see/load/read (all|more|the) .{0,30}(comments|images?|photos?|gallery|results)
show/load (more|fewer|less)( (comments|stories|replies|articles|posts|results))?
play (video|audio) …
copyright (©|\(c\)|:|\d{4}) …
copyright (by |the |of )?[^.!?]{2,40} \d{4}
c) \d{4} …
ap/afp/reuters photo( by |/).*
all rights reserved …
all content (©|copyright) …
this PAGE (was|has been) ADV(amended|corrected|updated|edited|republished) …
this (article|page|piece|post|column|blog) (was|has been) ADV(published|posted) …
this (article|page|piece|post|column|blog) is ADV(published|posted|sponsored|closed) …
this PAGE (was )?(first|originally) (published|posted) (on|at) …
this PAGE ADV(appeared|ran|published|aired) …
this PAGE (contains|may contain|includes) affiliate …
this (video|content) (is not available|is unavailable|cannot be played) …
a/an VERSION of this PAGE ADV(appeared|appears|ran|was|is published) …
an VERSION of this PAGE (said|stated|misstated|incorrectly|gave|referred|wrongly) …
comments (on|for|to) this PAGE … (closed|off|moderated|disabled|open) …
comments are (now )?(closed|off|moderated|disabled|turned off|open) …
tags/tag/topics/topic/keywords/categories/category : …
filed/posted (under|in) [^.!?]+
twitter : @ ?\w+ …
facebook/instagram : [@\w./]+
email/e-mail (: )?[^ ]*@\S+ …
email/e-mail (this|us|the author|to a friend) …
contact (us|the author|the reporter|the editor) …
contact (: )?[^ ]*@\S+ …
image/video/media caption …
image/photo/slide/video \d+ of \d+
media playback is (not supported|unsupported) …
image (copyright|source|credit),? [^.!?]{1,60}
enlarge (this )?(image|photo|picture) …
report/match (report )?(supplied|provided) by …
additional (reporting|research) by …
reporting/editing/research/interviews/produced by [^.!?]+
source/sources/graphic/illustration/composite : ([^ ]+ ){0,9}[^ ]+
end of (NET) (post|content) …
warning : third[ -]party content …
reading/estimated (reading )?time( : .{1,15})?
est. reading time.{0,15}
lesen sie (auch|hier|mehr|dazu|weiter|zum thema|jetzt) …
mehr (zum thema|dazu|zu|über|aus|von) [^.!?]+
mehr zum thema
auch (interessant|lesenswert) : …
das könnte (sie|dich) (auch )?interessieren
auf (NET) (teilen|folgen)
artikel/beitrag (auf (NET)|per e?-?mail|als pdf)? ?(teilen|drucken|merken|versenden)
jetzt (abonnieren|anmelden|testen|registrieren|newsletter|kostenlos)( [^.!?]*)?
melden sie sich … newsletter …
abonnieren sie …
newsletter : …
wir (verwenden|nutzen|setzen)( auf .{1,40})? cookies …
wir und unsere partner … (cookies|daten) …
diese (website|webseite|seite|internetseite) (verwendet|nutzt|setzt) … cookies …
durch/mit (die|der|das|dem) (weitere )?(nutzung|weitersurfen|klick) … cookies …
alle cookies (akzeptieren|ablehnen|zulassen|erlauben)
alle rechte vorbehalten …
klicken sie (hier|auf den link|auf das bild) …
folgen/folge (sie )?uns (auf|bei) …
bildquelle/quelle/quellen/anzeige : ([^ ]+ ){0,9}[^ ]+
stand : [\d. ]+
dieser/dieses (artikel|beitrag|text|interview) (erschien|ist (zuerst )?erschienen) …
dieser/dieses (artikel|beitrag|text) wurde (zuletzt |zuerst )?(aktualisiert|veröffentlicht) …
lire/voir (aussi|également|la suite)( : .*| [^.!?]*)?
à/a (lire|voir|découvrir|écouter)( aussi| également)?( : .*)?
en savoir plus( : .*| [^.!?]*)?
en (poursuivant|continuant) … cookies …
sur le même (sujet|thème)( : .*)?
partager (sur|cet|cette|par|via) [^.!?]+
publicité : …
abonnez-vous/inscrivez-vous …
recevez … (newsletters?|lettre|e-?mail|alertes) …
nous utilisons (des |les )?(cookies|traceurs) …
nous et nos … (cookies|traceurs|données) …
ce site (web )?utilise … cookies …
accepter (tous )?(les )?cookies
accepter et (fermer|continuer)
cet article (a été (mis à jour|modifié|publié|initialement)|est (initialement )?paru) …
cliquez (ici|sur (le lien|l'image)) …
suivez-nous/suivez (nous )?(sur|ici) …
tous (les )?droits (de reproduction )?réservés …
crédit/crédits (photos? )?: …
crédit/crédits photos? : …
leer/lee/lea (más|también|además)( : .*| [^.!?]*)?
más (información|noticias|sobre) [^.!?]+
más información
ver (también|todos los comentarios)( : .*| [^.!?]*)?
te (puede|podría|recomendamos)( interesar| gustar| leer)?( : .*)?
también (te|le) (puede|podría) interesar …
compartir/comparte (en|por|este|esta) [^.!?]+
compartir/comparte (este artículo|esta noticia) …
suscríbete/suscríbase/regístrate (a|al|para|aquí|en|gratis) …
recibe … (newsletter|boletín|alertas|en tu correo|en tu email) …
usamos/utilizamos (las |nuestras )?cookies …
este/esta (sitio|portal|web|página)( web)? (usa|utiliza) … cookies …
aceptar (todas|las|todo)? ?(las )?cookies
este artículo (fue|ha sido|se) (publicado|actualizado|publicó) …
haz/haga/pulsa/pulse (clic )?(aquí|en el enlace) …
síguenos/síganos (en|a través) …
fuente/fuentes : ([^ ]+ ){0,9}[^ ]+
""")

_CREDIT = re.compile(
    r"""(?:^|[ .!?”"’)|])(?:Photograph|Photo|Picture|Image|Illustration|Composite|Credit|Video|Foto
    |Fotos|Bild|Bilder|Photographie|Fotografía|Imagen|Vidéo)s?(?:[ ](?:credit|by))?[ ]?:
    [ ]?[A-ZÀ-Þ@©][^!?:]{1,60}(?<![.!?])$""",
    re.VERBOSE,
)
_AGENCIES = (
    "getty images", "getty", "afp", "ap", "reuters", "epa", "alamy", "shutterstock", "istock",
    "press association", "dpa", "imago", "rex features", "picture alliance", "ap photo", "pa wire",
)  # fmt: skip
_AGENCY_CREDIT = re.compile(
    r"[(\[]?(?:[^.!?]{0,60}(?:/ ?| via |© ?)|Photo: ?)?"
    r"(?:Getty(?: Images)?|AFP|AP(?: Photo)?|Reuters|REUTERS|EPA|Alamy(?: Stock Photo)?"
    r"|Shutterstock|iStock|Press Association|dpa|DPA|imago|IMAGO|Rex Features|PA Wire"
    r"|Picture Alliance)[)\]]?"
)
_COUNT = re.compile(
    r"\d[\d,.]*k? (?:comments?|shares?|likes?|views?|kommentare?|commentaires?|comentarios?)"
    r"|\d+ min(?:ute)?s?(?: read| lesezeit| de lecture| de lectura)"
)
_MONTHS = (
    "jan|feb|fev|fév|mar|mär|apr|avr|abr|may|mai|jun|jui|jul|aug|aoû|ago|sep|oct|okt|nov|dec|dez|déc"
    "|dic|ene"
)
_STAMP_WORDS = (
    "published|updated|modified|posted|created|aktualisiert|veröffentlicht|erschienen|publié"
    "|modifié|publicado|actualizado"
)
_STAMP = re.compile(
    rf"""(?:\d{{1,2}}[ ][a-z]+[ ]\d{{4}}[ ])?
    (?:(?:first|last|zuletzt|article)[ ])?
    (?:{_STAMP_WORDS}|mis[ ]à[ ]jour|última[ ]actualización)
    (?=[^0-9]*[0-9])(?:[\s:,|.•·–—/-]++
    |(?:on|at|am|um|uhr|le|à|el|a|las|de|by|and|ago|hours?|minutes?|days?|hrs?|mins?)\b
    |\d{{1,4}}(?:st|nd|rd|th|[.:h]\d{{2}}(?::\d\d)?)?(?:[ ]?[ap]\.?m\b\.?)?
    |(?:{_MONTHS})\w*+|(?:mon|tue|wed|thu|fri|sat|sun)\w*+
    |(?:montag|dienstag|mittwoch|donnerstag|freitag|samstag|sonntag|lundi|mardi|mercredi|jeudi
    |vendredi|samedi|dimanche|lunes|martes|miércoles|jueves|viernes|sábado|domingo)\b
    |(?:[ecmp][sd]?t|gmt|bst|utc|cest|cet|ist|aest|aedt)\b|updated|modified)++""",
    re.VERBOSE,
)

# What a line of boilerplate that ends in a final mark can begin with.
_FIRST_WORDS = frozenset(
    start + word + end
    for word in {
        *(phrase.split(maxsplit=1)[0] for phrase in _PHRASES),
        *("by", "©", "first", "last", "article", "zuletzt", "mis", "última"),
        *_STAMP_WORDS.split("|"),
        *_SHARING,
        *_RULES,
    }
    for start in ("", "(")
    for end in ("", ".", "!", ",", ":")
) | frozenset(["", *_BULLETS])
