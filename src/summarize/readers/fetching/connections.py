"""A connection to a host whose address was checked, by TLS where the URL says https.

:meta private:
"""

from __future__ import annotations

import os
import socket
import ssl
from functools import cache

from .addresses import Address, is_link_local, is_public, look_up, why_not
from .exchange import open_tunnel
from .limits import Deadline
from .proxies import Proxy, check_behind
from .refusals import NoPageError
from .targets import Target

__all__ = ["connect", "connect_through", "trust"]


def connect(target: Target, deadline: Deadline, *, allow_private: bool) -> socket.socket:
    """Connect to the first address of a host that answers.

    Args:
        target: what to connect to.
        deadline: when to give up; each address gets an even share of the time that is left.
        allow_private: whether the address may be one that is not public; a link-local one never.

    Raises:
        NoPageError: if no address is public, though it has to be.
        OSError: if none answers.

    >>> connect(
    ...     Target.of("http://[::1]/"), Deadline(9.0), allow_private=False
    ... )  # doctest: +ELLIPSIS
    Traceback (most recent call last):
    summarize.readers.fetching.refusals.NoPageError: ::1 is not a public address; ...
    """
    found = look_up(target.host, target.port, deadline)
    addresses = [
        address
        for address in found
        if is_public(address[1][0]) or (allow_private and not is_link_local(address[1][0]))
    ]
    if not addresses:
        # One that the option permits is named, if there is any.
        refused = min((address[1][0] for address in found), key=is_link_local)
        raise NoPageError(why_not(target.host, refused))
    return _first(target, addresses, deadline)


def connect_through(
    proxy: Proxy, target: Target, deadline: Deadline, *, allow_private: bool
) -> socket.socket:
    """Connect to a proxy, which may be anywhere; for https, have it pass on to the target.

    Raises:
        NoPageError: if what can be known here of the target's address forbids it, or the proxy
            refuses.
        OSError: if the proxy does not answer.
        http.client.HTTPException: if its answer is none.
    """
    check_behind(target, deadline, allow_private=allow_private)
    found = look_up(proxy.target.host, proxy.target.port, deadline)
    wire = _first(proxy.target, found, deadline)
    if target.scheme == "http":
        return wire
    try:
        open_tunnel(wire, target, deadline, proxy)
        wire.settimeout(deadline.left())
        return trust().wrap_socket(wire, server_hostname=target.host.rstrip("."))
    except BaseException:
        wire.close()
        raise


def _first(target: Target, addresses: list[Address], deadline: Deadline) -> socket.socket:
    *others, last = addresses
    for tried, address in enumerate(others):
        try:
            return _open(target, address, deadline, deadline.left() / (len(addresses) - tried))
        except ssl.SSLError:
            raise
        except OSError:
            continue
    return _open(target, last, deadline, deadline.left())


def _open(target: Target, address: Address, deadline: Deadline, patience: float) -> socket.socket:
    """Connect to one address, with ``patience`` that leaves time for the others."""
    family, where = address
    wire = socket.socket(family, socket.SOCK_STREAM)
    try:
        wire.settimeout(patience)
        wire.connect(where)
        if target.scheme == "http":
            return wire
        wire.settimeout(deadline.left())
        return trust().wrap_socket(wire, server_hostname=target.host.rstrip("."))
    except BaseException:
        wire.close()
        raise


@cache
def trust() -> ssl.SSLContext:
    """Return the system's certificates or, where Python finds none of them, certifi's.

    >>> trust().check_hostname
    True
    """
    context = ssl.create_default_context()
    folder = ssl.get_default_verify_paths().capath
    if not context.cert_store_stats()["x509_ca"] and not (folder and os.listdir(folder)):
        try:
            import certifi
        except ImportError:
            pass
        else:
            context.load_verify_locations(certifi.where())
    return context
