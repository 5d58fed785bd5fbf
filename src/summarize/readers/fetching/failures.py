"""What the errors of sockets, TLS and HTTP mean, in words.

:meta private:
"""

from __future__ import annotations

import errno
import socket
import ssl
from http.client import HTTPException, IncompleteRead

from .proxies import Proxy, environment_names
from .targets import Target

__all__ = ["explain"]


def explain(
    error: OSError | HTTPException,
    target: Target,
    timeout: float,
    proxy: Proxy | None = None,
    *,
    asked: bool = False,
) -> str:
    """Return what went wrong on the way, and what can be done.

    Args:
        error: what was raised.
        target: what was asked for.
        timeout: the seconds that it might have taken.
        proxy: the proxy that it went through.
        asked: whether the environment's proxies were asked for.

    >>> explain(TimeoutError(), Target.of("http://example.org/"), 2.0)
    'it took more than 2 seconds; timeout= raises that'
    """
    if proxy is not None and not isinstance(error, ssl.SSLError):
        return _meaning(error, proxy.target, f"the proxy {proxy.site}", timeout)
    reason = _meaning(error, target, target.site, timeout)
    is_lost = isinstance(error, OSError) and not isinstance(error, ssl.SSLError)
    if is_lost and not asked and environment_names(target):
        reason += '; the environment names a proxy, which proxy="environment" uses'
    return reason


def _meaning(error: OSError | HTTPException, target: Target, site: str, timeout: float) -> str:
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
