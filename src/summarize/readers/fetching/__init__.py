"""One page from the web, within limits of time, size and place.

The standard library's HTTP client, over a socket that looks at the clock before each wait and at
the size of what has come. A name is resolved once, the address is checked, and the connection goes
to that address, so no second look-up can lead elsewhere. A proxy is used only when asked for: what
it looks up itself cannot be checked.

:func:`fetch` is in :mod:`.pages`; each step that it takes has a module: :mod:`.targets` for URLs,
:mod:`.addresses`, :mod:`.proxies` and :mod:`.connections` for the way there, :mod:`.exchange` for
one request, :mod:`.statuses`, :mod:`.media` and :mod:`.bodies` for the answer, :mod:`.failures` for
what went wrong, and :mod:`.limits` for all of them.

:meta private:
"""

from .pages import Page, fetch, known_proxy

__all__ = ["Page", "fetch", "known_proxy"]
