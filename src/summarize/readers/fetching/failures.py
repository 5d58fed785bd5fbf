"""What the errors of sockets, TLS and HTTP mean, in words.

:meta private:
"""

from __future__ import annotations

import errno
import os
import socket
import ssl
from http.client import HTTPException, IncompleteRead

from .targets import Target

__all__ = ["explain"]


def explain(error: OSError | HTTPException, target: Target, timeout: float) -> str:
    """Return what went wrong on the way, and what can be done.

    Args:
        error: what was raised.
        target: what was asked for.
        timeout: the seconds that it might have taken.

    >>> explain(TimeoutError(), Target.of("http://example.org/"), 2.0)
    'it took more than 2 seconds; timeout= raises that'
    """
    reason = _meaning(error, target, timeout)
    if isinstance(error, OSError) and not isinstance(error, ssl.SSLError) and _has_proxy(target):
        reason += "; proxies of the environment are not used: save the page and read the file"
    return reason


def _meaning(error: OSError | HTTPException, target: Target, timeout: float) -> str:
    site = target.site
    if isinstance(error, TimeoutError):
        return f"it took more than {timeout:g} seconds; timeout= raises that"
    if isinstance(error, socket.gaierror):
        again = error.errno == socket.EAI_AGAIN
        hint = "is there a network?" if again else "check the name, and the network"
        return f"no address of {target.host} is found; {hint}"
    if isinstance(error, ssl.SSLCertVerificationError):
        return f"the certificate of {site} is not trusted: {error.verify_message}"
    if isinstance(error, ssl.SSLError):
        what = (error.reason or "no TLS").replace("_", " ").lower()
        return f"no secure connection to {site}: {what}"
    if isinstance(error, ConnectionRefusedError):
        return f"{site} refuses the connection"
    if isinstance(error, IncompleteRead):
        return "the connection broke off before the end of the page; try again"
    if isinstance(error, ConnectionError):
        return f"{site} closed the connection without a full answer"
    if isinstance(error, HTTPException):
        return f"what {site} answers is no proper HTTP"
    if error.errno in (errno.ENETUNREACH, errno.EHOSTUNREACH):
        return f"{site} cannot be reached"
    return f"{site}: {(error.strerror or str(error)).lower()}"


def _has_proxy(target: Target) -> bool:
    names = (f"{target.scheme}_proxy", "all_proxy")
    return any(os.environ.get(name) or os.environ.get(name.upper()) for name in names)
