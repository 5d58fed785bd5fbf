"""What an HTTP status means to one who wants to read.

:meta private:
"""

from __future__ import annotations

from http import HTTPStatus

__all__ = ["REDIRECTS", "SUCCESSES", "refusal", "status_name"]

REDIRECTS = frozenset((301, 302, 303, 307, 308))
SUCCESSES = frozenset((200, 203))

_MEANINGS = {
    401: "the server wants a login",
    402: "the server wants to be paid",
    403: "the server refuses",
    404: "there is no such page",
    406: "the server has it in no form that can be read here",
    407: "a proxy on the way wants a login",
    408: "the server did not get the request in time",
    410: "the page is gone for good",
    429: "the server has had too many requests",
    451: "the page is withheld for legal reasons",
}
_SAVE_IT = frozenset((401, 402, 403, 406, 407))


def refusal(status: int, retry_after: str | None = None) -> str:
    """Return what a status other than success means, and what can be done.

    Args:
        status: the status.
        retry_after: the ``Retry-After`` header.

    >>> refusal(429, "120")
    'the server has had too many requests (429 Too Many Requests); try again in 120 seconds'
    """
    said = status_name(status)
    if status in _MEANINGS:
        advice = "; open the page in a browser and save it" if status in _SAVE_IT else ""
        if status == 429:
            wait = (retry_after or "").strip()
            usable = wait.isascii() and wait.isdigit() and len(wait) < 7
            advice = f"; try again {f'in {int(wait)} seconds' if usable else 'later'}"
        return f"{_MEANINGS[status]} ({said}){advice}"
    if status >= 500:
        return f"the server has a fault ({said}); try again later"
    if status in (204, 205):
        return f"the server sent nothing ({said})"
    return f"the server answered {said}, not with the page"


def status_name(status: int) -> str:
    """Return a status with its name, if it has one.

    >>> status_name(404), status_name(599)
    ('404 Not Found', '599')
    """
    try:
        return f"{status} {HTTPStatus(status).phrase}"
    except ValueError:
        return str(status)
