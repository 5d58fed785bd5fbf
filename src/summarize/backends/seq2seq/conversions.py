"""Models converted for CTranslate2, kept on disk: each once, checked, and not without bound.

A conversion is known by what it was made from, the bytes of weights, adapter and configuration,
whatever the files are called and wherever they lie. It is written beside its place and renamed
into it, so that no process sees half of one. What does not fit its manifest, or does not load, is
made again.

:meta private:
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import shutil
import tempfile
import time
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any, TypeVar

from .loading import ModelFiles

__all__ = [
    "Conversion",
    "cache_folder",
    "clear",
    "is_whole",
    "kept",
    "load_converted",
    "write_manifest",
]

Loaded = TypeVar("Loaded")

_FORM = 3
"""What is kept differs from what was kept under a smaller number."""
_MANIFEST = "manifest.json"
_LIMIT = 20 * 2**30  # bytes; a converted bart-large takes 0.4 GB in int8, 1.6 GB in float32
_LEFTOVER_AGE = 24 * 3600.0  # seconds; no conversion takes as long
_BLOCK = 2**22
# What a configuration says of who wrote it rather than of the model.
_NOT_OF_THE_MODEL = ("transformers_version", "_name_or_path", "name_or_path", "_commit_hash")


@dataclass(frozen=True, slots=True)
class Conversion:
    """A converted model that is kept.

    Attributes:
        folder: where it is.
        model: the model as it was named when it was converted.
        dtype: the type of its weights.
        bytes: how large it is.
        used: when it was last used, in seconds since the epoch.
    """

    folder: Path
    model: str
    dtype: str
    bytes: int
    used: float


def cache_folder() -> Path | None:
    """Where converted models are kept: ``summarize/ctranslate2`` in the user's cache folder.

    ``None`` where there is no such folder: nothing says where the user is at home.
    """
    named = os.environ.get("LOCALAPPDATA" if os.name == "nt" else "XDG_CACHE_HOME")
    if named and os.path.isabs(named):  # by the standard, others are to be ignored
        return Path(named) / "summarize" / "ctranslate2"
    try:
        home = Path.home()
    except RuntimeError:
        return None
    base = home / "AppData" / "Local" if os.name == "nt" else home / ".cache"
    return base / "summarize" / "ctranslate2"


def load_converted(
    files: ModelFiles,
    dtype: str,
    convert: Callable[[Path], None],
    load: Callable[[Path], Loaded],
) -> Loaded:
    """Load a model's conversion; it is made now if it is not kept, or is damaged.

    Args:
        files: the model.
        dtype: the type of the converted weights.
        convert: writes the conversion into an empty folder.
        load: reads it from there.

    Raises:
        BackendLoadError: if it cannot be converted or loaded.
    """
    home = cache_folder()
    if home is None:
        with tempfile.TemporaryDirectory(prefix="summarize-") as place:
            return _made(files, Path(place), convert, load)
    folder = home / _key(files, dtype)
    if is_whole(folder):
        with contextlib.suppress(Exception):  # damaged in a way that the manifest does not show
            loaded = load(folder)
            with contextlib.suppress(OSError):
                os.utime(folder / _MANIFEST)
            return loaded
    try:
        home.mkdir(parents=True, exist_ok=True)
        _remove(folder)
        _sweep(home)
        unfinished = Path(tempfile.mkdtemp(prefix=f"{folder.name}.", dir=home))
    except OSError as error:
        raise files.error(
            f"CTranslate2 needs a folder to keep the converted model in: {error}; XDG_CACHE_HOME "
            "names another"
        ) from error
    try:
        loaded = _made(files, unfinished, convert, load)
        # Not kept where the disk is full, or another was first and the folder is not empty.
        with contextlib.suppress(OSError):
            write_manifest(unfinished, files.name, dtype)
            unfinished.rename(folder)
        _keep_within(home, _LIMIT, but=folder)
        return loaded
    finally:
        shutil.rmtree(unfinished, ignore_errors=True)


def kept() -> list[Conversion]:
    """The conversions that are kept, the last used first."""
    home = cache_folder()
    return [] if home is None else _kept_in(home)


def clear() -> int:
    """Remove all conversions, and what is left of broken ones; return the bytes that they took."""
    home = cache_folder()
    if home is None or not home.is_dir():
        return 0
    freed = sum(path.stat().st_size for path in home.rglob("*") if path.is_file())
    shutil.rmtree(home)
    return freed


def _made(
    files: ModelFiles, folder: Path, convert: Callable[[Path], None], load: Callable[[Path], Loaded]
) -> Loaded:
    try:
        convert(folder)
        return load(folder)
    except Exception as error:  # from a full disk to an architecture of another form
        raise files.error(f"CTranslate2 cannot convert it: {error}") from error


def _key(files: ModelFiles, dtype: str) -> str:
    """A name for what was converted from what, by which form of CTranslate2."""
    config = {k: v for k, v in files.config.items() if k not in _NOT_OF_THE_MODEL}
    weights = [*files.folder.glob("*.safetensors"), *files.folder.glob("*.bin")]
    if files.adapter is not None:
        weights += [*files.adapter.glob("adapter_*")]
    digests = sorted(map(_digest, weights))
    facts = [_FORM, version("ctranslate2").partition(".")[0], config, digests, dtype]
    digest = hashlib.sha256(json.dumps(facts, sort_keys=True).encode()).hexdigest()[:24]
    return f"{dtype}-{digest}"


def _digest(path: Path) -> str:
    """The SHA-256 of a file's content; the hub's cache has named its own by it."""
    name = path.resolve().name
    if path.is_symlink() and len(name) == 64 and not set(name) - set("0123456789abcdef"):
        return name
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def write_manifest(folder: Path, model: str, dtype: str) -> None:
    """Write down what :func:`is_whole` holds a folder's files against."""
    names = sorted(path.name for path in folder.iterdir())
    manifest = {
        "model": model,
        "dtype": dtype,
        "files": {
            name: [(folder / name).stat().st_size, _checksum(folder / name)] for name in names
        },
    }
    (folder / _MANIFEST).write_text(json.dumps(manifest), encoding="utf-8")


def _manifest(folder: Path) -> dict[str, Any] | None:
    try:
        found = json.loads((folder / _MANIFEST).read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError):
        return None
    shaped = isinstance(found, dict) and isinstance(found.get("files"), dict)
    return found if shaped and found["files"] else None


def is_whole(folder: Path) -> bool:
    """Whether a conversion is there, each file as large as it was written, and with its sum."""
    manifest = _manifest(folder)
    if manifest is None:
        return False
    try:
        return all(
            [(folder / name).stat().st_size, _checksum(folder / name)] == expected
            for name, expected in manifest["files"].items()
        )
    except (OSError, ValueError):  # of a name that no file can have
        return False


def _remove(path: Path) -> None:
    """Remove a conversion, or what lies in its place."""
    if path.is_symlink() or path.is_file():
        path.unlink(missing_ok=True)
    else:
        shutil.rmtree(path, ignore_errors=True)


def _checksum(path: Path) -> int:
    total = 0
    with path.open("rb") as file:
        while block := file.read(_BLOCK):
            total = zlib.crc32(block, total)
    return total


def _kept_in(home: Path) -> list[Conversion]:
    return sorted(_each_kept_in(home), key=lambda each: -each.used)


def _each_kept_in(home: Path) -> Iterator[Conversion]:
    for path in home.glob(f"*/{_MANIFEST}"):
        manifest = _manifest(path.parent)
        if manifest is not None:
            with contextlib.suppress(OSError):  # removed by another just now
                yield Conversion(
                    path.parent,
                    str(manifest.get("model", "")),
                    str(manifest.get("dtype", "")),
                    sum(file.stat().st_size for file in path.parent.iterdir()),
                    path.stat().st_mtime,
                )


def _sweep(home: Path) -> None:
    """Remove what a conversion that was broken off has left, and what older versions kept."""
    limit = time.time() - _LEFTOVER_AGE
    for folder in home.iterdir():
        with contextlib.suppress(OSError):
            if _manifest(folder) is None and folder.stat().st_mtime < limit:
                _remove(folder)


def _keep_within(home: Path, limit: int, *, but: Path) -> None:
    """Remove the conversions that were not used for longest, until the rest is within a size."""
    total = 0
    for each in _kept_in(home):
        total += each.bytes
        if total > limit and each.folder != but:
            shutil.rmtree(each.folder, ignore_errors=True)
            total -= each.bytes
