"""``summarize cache``: the models converted for CTranslate2, which are kept on disk.

:meta private:
"""

from __future__ import annotations

import click

from .console import complain, write

__all__ = ["cache"]

_MEGABYTE = 1e6


@click.command()
@click.option("--clear", is_flag=True, help="Remove them all; each is made again when it is used.")
def cache(clear: bool) -> None:
    """List the models that were converted for CTranslate2, the last used first.

    Each line has the size in MB, the type of the weights, the day of its last use and the model.
    The folder is summarize/ctranslate2 in the user's cache folder (XDG_CACHE_HOME names another).
    Beyond 20 GB the ones not used for longest are removed.
    """
    from datetime import date

    from ..backends.seq2seq import conversions

    if clear:
        freed = conversions.clear()
        complain(f"{freed / _MEGABYTE:,.0f} MB removed")
        return
    home = conversions.cache_folder()
    complain(f"kept in {home}" if home else "there is no home folder, so none is kept")
    for each in conversions.kept():
        day = date.fromtimestamp(each.used).isoformat()
        write(f"{each.bytes / _MEGABYTE:,.0f}\t{each.dtype}\t{day}\t{each.model}\n")
