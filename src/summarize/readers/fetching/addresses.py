"""The addresses of a host, and which of them are public.

:meta private:
"""

from __future__ import annotations

import ipaddress
import queue
import socket
import threading
from typing import Any

from .limits import Deadline

__all__ = ["Address", "is_link_local", "is_public", "look_up", "why_not"]

Address = tuple[int, Any]
"""A family of addresses and what a socket of that family connects to; the IP comes first in it."""

IP = ipaddress.IPv4Address | ipaddress.IPv6Address

_NAT64 = ipaddress.ip_network("64:ff9b::/96")
_LOCAL_NAT64 = ipaddress.ip_network("64:ff9b:1::/48")
# Those whose last bits are an IPv4 address: NAT64, its local form, SIIT's, the old compatible form.
_TRANSLATED = (_NAT64, _LOCAL_NAT64, *map(ipaddress.ip_network, ("::ffff:0:0:0/96", "::/96")))
# ISATAP's names of an interface, before their IPv4 address.
_ISATAP = (0x00005EFE, 0x02005EFE)
# What serves the secrets of a cloud machine, though it is not of the link: of AWS, Azure, Alibaba.
_SECRETIVE = frozenset(
    map(ipaddress.ip_address, ("fd00:ec2::254", "168.63.129.16", "100.100.100.200"))
)
# Not of the internet, though some releases of Python take them for it.
_SPECIAL = tuple(map(ipaddress.ip_network, ("192.0.0.0/24", "64:ff9b:1::/48")))


def look_up(host: str, port: int, deadline: Deadline) -> list[Address]:
    """Resolve a host, in the order that the system prefers; there is at least one address.

    The system's resolver knows no time limit, so a thread waits for it.

    Raises:
        TimeoutError: if it takes too long.
        OSError: if there is no address, or the resolver fails.

    >>> look_up("127.0.0.1", 80, Deadline(9.0))[0][1]
    ('127.0.0.1', 80)
    """
    answers: queue.SimpleQueue[list[Address] | OSError | UnicodeError] = queue.SimpleQueue()

    def ask() -> None:
        try:
            found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
            answers.put([(family, address) for family, _, _, _, address in found])
        except (OSError, UnicodeError) as error:
            answers.put(error)

    threading.Thread(target=ask, daemon=True).start()
    try:
        answer = answers.get(timeout=deadline.left())
    except queue.Empty:
        raise TimeoutError from None
    if isinstance(answer, UnicodeError) or answer == []:
        raise socket.gaierror(socket.EAI_NONAME, "no such host")
    if isinstance(answer, OSError):
        raise answer
    return answer


def is_link_local(address: str) -> bool:
    """Whether an IP address is of the link alone, or serves a cloud machine's secrets as those do.

    >>> is_link_local("169.254.169.254"), is_link_local("fe80::1%eth0"), is_link_local("10.0.0.1")
    (True, True, False)
    """
    parsed = ipaddress.ip_address(address.partition("%")[0])
    meant = (parsed, *_embedded(parsed))
    return any(each.is_link_local or each in _SECRETIVE for each in meant)


def why_not(host: str, address: str) -> str:
    """Return why an address of a host is not read from.

    >>> why_not("a.example", "10.0.0.1")
    'a.example is 10.0.0.1, which is not a public address; allow_private=True permits it'
    """
    which = address if address == host else f"{host} is {address}, which"
    if is_link_local(address):
        return f"{which} serves a cloud's secrets or is link-local, and is never read from"
    return f"{which} is not a public address; allow_private=True permits it"


def _embedded(parsed: IP) -> list[IP]:
    """The IPv4 addresses that an IPv6 address stands for, in any of the ways there are."""
    if not isinstance(parsed, ipaddress.IPv6Address):
        return []
    bits = int(parsed)
    found = [parsed.ipv4_mapped, parsed.sixtofour, *(parsed.teredo or ())]
    if any(parsed in network for network in _TRANSLATED) or bits >> 32 & 0xFFFFFFFF in _ISATAP:
        found.append(ipaddress.IPv4Address(bits & 0xFFFFFFFF))
    if parsed in _LOCAL_NAT64:
        # Behind prefixes of 48, 56 and 64 bits too, around the eight in the middle (RFC 6052).
        joined = bits >> 64 << 56 | bits & 2**56 - 1
        found += [ipaddress.IPv4Address(joined >> shift & 0xFFFFFFFF) for shift in (40, 32, 24)]
    return [each for each in found if each is not None]


def is_public(address: str) -> bool:
    """Whether an IP address is one of the open internet.

    Of an IPv6 address that stands for an IPv4 address, that is asked.

    >>> is_public("93.184.216.34"), is_public("10.0.0.1"), is_public("::ffff:127.0.0.1")
    (True, False, False)
    """
    parsed = ipaddress.ip_address(address.partition("%")[0])
    if isinstance(parsed, ipaddress.IPv6Address):
        if not all(is_public(str(each)) for each in _embedded(parsed)):
            return False
        if parsed.ipv4_mapped or parsed.sixtofour or parsed in _NAT64:
            return True
        if parsed.teredo or parsed.is_site_local:
            return False
    if parsed.is_multicast or parsed.is_reserved or is_link_local(address):
        return False
    return parsed.is_global and not any(parsed in network for network in _SPECIAL)
