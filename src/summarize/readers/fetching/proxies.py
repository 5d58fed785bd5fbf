"""The proxy that a request goes through, if it does.

:meta private:
"""

from __future__ import annotations

import ipaddress
from base64 import b64encode
from dataclasses import dataclass, field
from urllib.parse import unquote_to_bytes, urlsplit
from urllib.request import (  # type: ignore[attr-defined]
    getproxies_environment,
    proxy_bypass_environment,
)

from .addresses import is_link_local, is_public, look_up, why_not
from .limits import Deadline
from .refusals import NoPageError
from .targets import Target

__all__ = ["ENVIRONMENT", "Proxy", "check_behind", "environment_names", "proxy_for"]

ENVIRONMENT = "environment"
_PATIENCE = 5.0  # seconds for a name that perhaps the proxy alone can look up
# What is surely of the network that the proxy is on, if it is not found here.
_INNER = (".local", ".localhost", ".internal", ".intranet", ".lan", ".home.arpa")


@dataclass(frozen=True, slots=True)
class Proxy:
    """A proxy of HTTP: where it is, and what it is told of who asks, which is never shown."""

    target: Target
    authorization: str | None = field(default=None, repr=False)

    @classmethod
    def of(cls, url: str) -> Proxy:
        """Take the URL of a proxy apart; without a scheme, it is http.

        Raises:
            ValueError: if it is none. It does not say what was given: a password may be in it.

        >>> Proxy.of("http://ann:secret@proxy.example:3128").site
        'proxy.example:3128'
        >>> Proxy.of("socks5://proxy.example")
        Traceback (most recent call last):
        ValueError: a socks5 proxy is not used, only one whose URL begins with http://
        """
        wrong = "no URL of a proxy, such as http://proxy.example:3128"
        url = url.strip()
        try:
            parts = urlsplit(url if "://" in url else f"http://{url}")
            if parts.scheme in ("https", "socks", "socks4", "socks4a", "socks5", "socks5h"):
                only = "only one whose URL begins with http://"
                raise _OtherKindError(f"a {parts.scheme} proxy is not used, {only}")
            user, at, place = parts.netloc.rpartition("@")
            plain = parts.path in ("", "/") and not parts.query and not parts.fragment
            target = Target.of(f"{parts.scheme}://{place}/") if plain else None
        except _OtherKindError as error:
            raise ValueError(str(error)) from None
        except (ValueError, NoPageError):
            target = None
        if target is None:
            raise ValueError(wrong) from None
        if parts.port is None:
            target = target._replace(port=80)
        if not at:
            return cls(target)
        name, _, word = user.partition(":")
        told = unquote_to_bytes(name) + b":" + unquote_to_bytes(word)
        return cls(target, f"Basic {b64encode(told).decode('ascii')}")

    @property
    def site(self) -> str:
        """Its host and port, as errors name it."""
        host = f"[{self.target.host}]" if ":" in self.target.host else self.target.host
        return f"{host}:{self.target.port}"


class _OtherKindError(Exception):
    """A proxy of a kind that is not used."""


def proxy_for(target: Target, proxy: Proxy | str | None) -> Proxy | None:
    """Return the proxy for a target.

    Args:
        target: what is asked for.
        proxy: a proxy, ``None``, or :data:`ENVIRONMENT` for what ``HTTP_PROXY``, ``HTTPS_PROXY``,
            ``ALL_PROXY`` and ``NO_PROXY`` say, in either case.

    Raises:
        NoPageError: if the environment names what is no proxy.

    >>> proxy_for(Target.of("http://example.org/"), None) is None
    True
    """
    if not isinstance(proxy, str):
        return proxy
    known = getproxies_environment()
    url = known.get(target.scheme) or known.get("all")
    if not url or _is_exempt(target, known):
        return None
    try:
        return Proxy.of(url)
    except ValueError as error:
        variable = f"{target.scheme}_proxy" if known.get(target.scheme) else "all_proxy"
        reason = f"{variable.upper()} of the environment is of no use: {error}"
        raise NoPageError(reason) from None


def environment_names(target: Target) -> bool:
    """Whether the environment names a proxy for a target."""
    known = getproxies_environment()
    return bool(known.get(target.scheme) or known.get("all")) and not _is_exempt(target, known)


def _is_exempt(target: Target, known: dict[str, str]) -> bool:
    """Whether ``NO_PROXY`` names a target: by a name, the end of one, an address or a network."""
    if proxy_bypass_environment(target.host, known) or proxy_bypass_environment(
        f"{target.host}:{target.port}", known
    ):
        return True
    try:
        address = ipaddress.ip_address(target.host)
    except ValueError:
        return False
    for entry in known.get("no", "").split(","):
        try:
            if address in ipaddress.ip_network(entry.strip().strip("[]"), strict=False):
                return True
        except ValueError:
            continue
    return False


def check_behind(target: Target, deadline: Deadline, *, allow_private: bool) -> None:
    """Check, as far as it can be from here, where a proxy would connect to.

    An address is checked, and each of those that a name has here. A name that is found only by the
    proxy cannot be: it is let pass, unless it is plainly one of a private network.

    Raises:
        NoPageError: if it leads where it must not.
        TimeoutError: if there is no time left.
    """
    try:
        patience = min(_PATIENCE, deadline.left() / 3)
        found = [address[1][0] for address in look_up(target.host, target.port, Deadline(patience))]
    except OSError:
        deadline.left()
        name = target.host.rstrip(".")
        if not allow_private and ("." not in name or name.endswith(_INNER)):
            reason = f"{target.host} is a name of a private network; allow_private=True permits it"
            raise NoPageError(reason) from None
        return
    for address in found:
        if is_link_local(address) or not (allow_private or is_public(address)):
            raise NoPageError(why_not(target.host, address))
