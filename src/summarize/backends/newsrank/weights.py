"""The file that newsrank's weights are kept in: a format, a version, and a check of every array.

It is a NumPy archive without pickled objects. Beside the arrays it holds the name of the format,
its version and the names of the features in their order, so that weights which were fitted on other
features are refused even where they have as many.

:meta private:
"""

from __future__ import annotations

import io
import lzma
import struct
import zlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from zipfile import BadZipFile, ZipFile

import numpy as np
from numpy.typing import NDArray

from .features import FEATURES

__all__ = ["CHARGES", "PLACES", "STYLES", "Arrays", "archived", "load"]

Arrays = Mapping[str, NDArray[Any]]

STYLES = ("highlights", "lead")
PLACES = 32  # sentences behind this many share a row of "place"
CHARGES = 4  # what selection charges by

_FORMAT = "newsrank weights"
_VERSION = 1  # one more when the network computes something else from arrays of the same shapes
_HEADER = ("format", "version", "features")
_ARRAYS = tuple(
    "stems vectors unit idf style mean deviation sentence document place rating redundancy".split()
)
_LARGEST = 1 << 30  # bytes unpacked; the package's own are two megabytes
_ANEW = "'summarize fit' makes weights anew"
# What NumPy, its reader of zip files and the decompressors raise for a damaged file.
_DAMAGED = (
    OSError,
    EOFError,
    KeyError,
    MemoryError,
    NotImplementedError,
    RuntimeError,
    SyntaxError,
    TypeError,
    BadZipFile,
    lzma.LZMAError,
    struct.error,
    zlib.error,
)


def archived(arrays: Arrays) -> bytes:
    """Return what a file with these weights holds.

    Args:
        arrays: the weights by name.

    Raises:
        ValueError: if they are not what this version computes with; :func:`load` would refuse them.
    """
    _check(arrays)
    names = [name for group in FEATURES.values() for name in group]
    header = {
        "format": _text(_FORMAT),
        "version": np.array(_VERSION, np.int32),
        "features": _text("\n".join(names)),
    }
    buffer = io.BytesIO()
    np.savez_compressed(buffer, **header, **arrays)  # type: ignore[arg-type]
    return buffer.getvalue()


def load(path: Path) -> dict[str, NDArray[Any]]:
    """Read weights.

    Returns:
        The arrays by name, without the format, its version and the features' names.

    Raises:
        ValueError: if it is no file of weights, damaged, or of another version.
        OSError: if it cannot be read.
    """
    try:
        with path.open("rb") as file:
            if not file.read(4).startswith(b"PK\x03\x04"):
                raise ValueError("it is no archive of weights")
            file.seek(0)
            with ZipFile(file) as unpacked:
                size = sum(entry.file_size for entry in unpacked.infolist())
            if size > _LARGEST:
                raise ValueError(f"it unpacks to {size / 1e9:.1f} GB, which no weights have")
            file.seek(0)
            with np.load(file, allow_pickle=False) as archive:
                arrays = {name: archive[name] for name in archive.files}
    except _DAMAGED as error:
        if isinstance(error, OSError) and error.errno is not None:
            raise
        raise ValueError(f"it is damaged ({type(error).__name__}: {error})") from error
    for name, array in arrays.items():
        if not isinstance(array, np.ndarray):  # of a file in it that is none of NumPy's
            raise ValueError(f"{name[:50]!r} is no array")
    _check_header(arrays)
    for name in _HEADER:
        del arrays[name]
    _check(arrays)
    return arrays


def _check_header(arrays: Arrays) -> None:
    if "format" not in arrays:
        told = "it names no format, so an older version of summarize or another program wrote it"
        raise ValueError(f"{told}; {_ANEW}")
    for name in _HEADER:
        if name not in arrays:
            raise ValueError(f"it has no {name!r}")
    found = _text_of(arrays["format"])
    if found != _FORMAT:
        raise ValueError(f"its format is {found[:50]!r}, not {_FORMAT!r}")
    version = arrays["version"]
    if version.shape != () or version.dtype.kind not in "iu":
        raise ValueError("its version is no number")
    if version != _VERSION:
        told = f"it is of version {int(version)}, and this package reads version {_VERSION}"
        raise ValueError(f"{told}; {_ANEW}")
    names = _text_of(arrays["features"]).split("\n")
    expected = [name for group in FEATURES.values() for name in group]
    if names != expected:
        pairs = zip([*names, "none"], [*expected, "none"], strict=False)
        other, own = next(pair for pair in pairs if pair[0] != pair[1])
        told = f"it was fitted on other features ({other[:50]!r} where this package has {own!r})"
        raise ValueError(f"{told}; {_ANEW}")


def _check(arrays: Arrays) -> None:
    """Check the arrays against each other and against what this version computes with.

    Raises:
        ValueError: if one is missing, of another shape or type, or has a value that is no number.
    """
    missing = [name for name in _ARRAYS if name not in arrays]
    if missing:
        raise ValueError(f"it has no {missing[0]!r}")
    stems = _text_of(arrays["stems"]).split("\n")
    if len(set(stems)) != len(stems):
        raise ValueError("'stems' has one of them twice")
    rows, features = len(stems) + 1, sum(map(len, FEATURES.values()))
    if any(arrays[name].ndim != 2 for name in ("vectors", "sentence")):
        raise ValueError("'vectors' or 'sentence' is no matrix")
    size, hidden = arrays["vectors"].shape[1], arrays["sentence"].shape[1]
    expected = {
        "vectors": (rows, size),
        "unit": (size,),
        "idf": (rows,),
        "style": (rows,),
        "mean": (features,),
        "deviation": (features,),
        "sentence": (features + 3 * size, hidden),
        "document": (features + size, hidden),
        "place": (PLACES, hidden),
        "rating": (hidden, len(STYLES)),
        "redundancy": (CHARGES,),
    }
    for layer in range(sum(name.startswith("near_") for name in arrays)):
        expected[f"near_{layer}"] = (3 * hidden, hidden)
        expected[f"far_{layer}"] = (2 * hidden, hidden)
        expected[f"bias_{layer}"] = (hidden,)
    for name, shape in expected.items():
        if name not in arrays:
            raise ValueError(f"it has no {name!r}")
        _check_array(name, arrays[name], shape)
    unknown = sorted(set(arrays) - set(expected) - {"stems"})
    if unknown:
        raise ValueError(f"it has {unknown[0][:50]!r}, which this package does not know")
    if not (arrays["deviation"] > 0).all():
        raise ValueError("'deviation' has values that are not above 0")


def _check_array(name: str, array: NDArray[Any], shape: tuple[int, ...]) -> None:
    if array.shape != shape:
        raise ValueError(f"{name!r} is of shape {array.shape}, not {shape}; {_ANEW}")
    kind = np.int8 if name == "vectors" else np.float32
    if array.dtype.kind not in "fi" or not np.isfinite(array).all():
        raise ValueError(f"{name!r} has values that are no numbers")
    if array.dtype != kind:
        raise ValueError(f"{name!r} is of type {array.dtype}, not {np.dtype(kind)}; {_ANEW}")


def _text(text: str) -> NDArray[np.uint8]:
    return np.frombuffer(text.encode(), np.uint8)


def _text_of(array: NDArray[Any]) -> str:
    if array.dtype != np.uint8 or array.ndim != 1:
        raise ValueError("a text in it is no array of bytes")
    try:
        return array.tobytes().decode()
    except UnicodeDecodeError as error:
        raise ValueError("a text in it is not UTF-8") from error
