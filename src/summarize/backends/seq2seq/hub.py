"""A model's files by name, wherever they are: a folder, the hub's cache here, or the hub.

What there is is listed first, so that only what is needed is fetched, and what is missing has a
name. Nothing is asked of the network once the files are here and the machine is offline.

:meta private:
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, Protocol

from ...errors import BackendLoadError

__all__ = ["Cache", "Folder", "Hub", "Source", "source_of"]

_CONVERTER = "SFconvertbot"
_CONVERSION = "Adding `safetensors` variant of this model"
_LISTED_REVISIONS = 8
_NOT_ACCEPTED = "the token is not accepted: 'hf auth login' or token= gives another"
_ADVICE_BY_STATUS = {
    401: _NOT_ACCEPTED,
    403: _NOT_ACCEPTED,
    429: "the hub has had too many requests: try again later, or with token=",
}


class Source(Protocol):
    """Where a model's files are.

    Attributes:
        name: the model as the caller named it.
        revision: the commit on the hub, or ``None``.
        files: the names of what it has.
    """

    name: str
    revision: str | None
    files: frozenset[str]

    def folder(self, wanted: Iterable[str]) -> Path:
        """Have these files in a folder, and return it.

        Raises:
            BackendLoadError: if they cannot be had.
        """

    def error(self, reason: str) -> BackendLoadError:
        """An error that names the model."""

    def missing(self, what: str) -> BackendLoadError:
        """An error for a file that is not there, saying where it was looked for."""

    def conversion(self) -> Source | None:
        """The same model as the hub's own service has converted it to safetensors, if it has."""


def source_of(
    model: str | os.PathLike[str],
    *,
    backend: str,
    revision: str | None,
    local_files_only: bool | None,
    cache_dir: str | os.PathLike[str] | None,
    token: str | bool | None,
) -> Source:
    """Find where a model is.

    Raises:
        BackendLoadError: if it is nowhere, or may not be read, saying what to do.
    """
    name = os.fspath(model)
    if Path(name).is_dir():
        return Folder(name, backend)
    from huggingface_hub import constants

    where = None if cache_dir is None else os.fspath(cache_dir)
    if local_files_only:
        why = "local_files_only=True forbids to fetch it"
        return Cache(name, backend, revision, where, why)
    if constants.HF_HUB_OFFLINE and local_files_only is None:
        why = "the machine is offline (HF_HUB_OFFLINE is set)"
        return Cache(name, backend, revision, where, why)
    try:
        return Hub(name, backend, revision, where, token)
    except _Unreachable as error:
        why = f"the hub cannot be reached, the machine may be offline ({error})"
        return Cache(name, backend, revision, where, why)


class _Named:
    """What the sources share: a name, and errors that tell it."""

    def __init__(self, name: str, backend: str) -> None:
        self.name = name
        self.backend = backend
        self.revision: str | None = None
        self.files: frozenset[str] = frozenset()

    def error(self, reason: str) -> BackendLoadError:
        """An error that names the model."""
        return BackendLoadError(self.backend, f"model {self.name!r}: {reason}")

    def conversion(self) -> Source | None:
        """There is none that is known of."""
        return None


class Folder(_Named):
    """A folder of the caller's own."""

    def __init__(self, name: str, backend: str) -> None:
        super().__init__(name, backend)
        self._folder = Path(name)
        self.files = _files_in(self._folder)

    def folder(self, wanted: Iterable[str]) -> Path:
        """Return the folder: all that there is is there."""
        return self._folder

    def missing(self, what: str) -> BackendLoadError:
        """An error for a file that the folder lacks."""
        return self.error(f"the folder has no {what}")


class Cache(_Named):
    """What the hub's cache on this machine has of a model.

    Args:
        name: the model's name on the hub.
        backend: the backend's name, for errors.
        revision: as the caller named it.
        cache_dir: where the cache is; the hub's own default if ``None``.
        why: why nothing can be fetched.

    Raises:
        BackendLoadError: if there is nothing of it.
    """

    def __init__(
        self, name: str, backend: str, revision: str | None, cache_dir: str | None, why: str
    ) -> None:
        super().__init__(name, backend)
        self._why = why
        self._cache_dir = cache_dir
        folder = self._snapshot(revision)
        if folder is None:
            raise self.error(f"it has no config.json in the cache, and {why}; {_advice(name)}")
        self._folder = folder
        self.revision = folder.name
        self.files = _files_in(folder)

    def folder(self, wanted: Iterable[str]) -> Path:
        """Return the folder of the snapshot, which has all that :attr:`files` lists."""
        return self._folder

    def missing(self, what: str) -> BackendLoadError:
        """An error for a file that the cache lacks."""
        return self.error(
            f"its file {what} is missing from {self._folder}, and {self._why}; {_advice(self.name)}"
        )

    def conversion(self) -> Source | None:
        """The conversion, if it was fetched while there was a network."""
        from huggingface_hub import constants
        from huggingface_hub.file_download import repo_folder_name

        root = Path(self._cache_dir or constants.HF_HUB_CACHE)
        refs = root / repo_folder_name(repo_id=self.name, repo_type="model") / "refs" / "refs"
        for reference in sorted((refs / "pr").glob("*")):
            with suppress(BackendLoadError):
                found = Cache(
                    self.name, self.backend, f"refs/pr/{reference.name}", self._cache_dir, self._why
                )
                if "config.json" in found.files:
                    return found
        return None

    def _snapshot(self, revision: str | None) -> Path | None:
        from huggingface_hub import snapshot_download
        from huggingface_hub.errors import HFValidationError, LocalEntryNotFoundError

        try:
            return Path(
                snapshot_download(
                    self.name,
                    revision=revision,
                    cache_dir=self._cache_dir,
                    local_files_only=True,
                )
            )
        except HFValidationError as error:
            raise self.error(_neither(error)) from error
        except LocalEntryNotFoundError as error:
            begun: str | None = getattr(error, "snapshot_path", None)
            return None if begun is None else Path(begun)


class Hub(_Named):
    """A model on the hub.

    Args:
        name: its name.
        backend: the backend's name, for errors.
        revision: a branch, tag or commit; ``None`` is the main branch.
        cache_dir: where its files are put; the hub's own default if ``None``.
        token: the access token; ``None`` is what ``hf auth login`` stored.

    Raises:
        BackendLoadError: if there is no such model or revision, or it may not be read.
    """

    def __init__(
        self,
        name: str,
        backend: str,
        revision: str | None,
        cache_dir: str | None,
        token: str | bool | None,
    ) -> None:
        from huggingface_hub import HfApi

        super().__init__(name, backend)
        self._asked = revision
        self._cache_dir = cache_dir
        self._token = token
        self._api = HfApi(token=token)
        with self._told():
            info = self._api.model_info(name, revision=revision)
        self.revision = info.sha
        self.files = frozenset(file.rfilename for file in info.siblings or ())

    def folder(self, wanted: Iterable[str]) -> Path:
        """Fetch these files into the cache, and return the folder of the snapshot."""
        from huggingface_hub import hf_hub_download, snapshot_download

        names = sorted(wanted)
        with self._told():
            if len(names) == 1 and "/" not in names[0]:  # a configuration, without a progress bar
                path = hf_hub_download(
                    self.name,
                    names[0],
                    revision=self._asked,
                    cache_dir=self._cache_dir,
                    token=self._token,
                )
                return Path(path).parent
            return Path(
                snapshot_download(
                    self.name,
                    revision=self._asked,
                    allow_patterns=names,
                    cache_dir=self._cache_dir,
                    token=self._token,
                )
            )

    def missing(self, what: str) -> BackendLoadError:
        """An error for a file that the repository lacks."""
        return self.error(f"its repository on the hub has no {what}")

    def conversion(self) -> Source | None:
        """The open pull request of the hub's conversion service, if it is of this very commit."""
        if self._asked is not None:
            return None
        with suppress(Exception):  # a hub without discussions, or one that hides them
            for each in self._api.get_repo_discussions(
                self.name, author=_CONVERTER, discussion_type="pull_request"
            ):
                if each.status != "open" or each.title != _CONVERSION:
                    continue
                reference = f"refs/pr/{each.num}"
                commits = self._api.list_repo_commits(self.name, revision=reference)
                if len(commits) > 1 and commits[1].commit_id == self.revision:
                    return Hub(self.name, self.backend, reference, self._cache_dir, self._token)
        return None

    @contextmanager
    def _told(self) -> Iterator[None]:
        """Turn what the hub's client raises into an error of ours that says what to do."""
        try:
            yield
        except (BackendLoadError, _Unreachable):
            raise
        # Whichever the client's own kind, or that of the HTTP library under it.
        except Exception as error:
            reason = self._refusal(error)
            if reason is None:
                raise _Unreachable(_cause(error)) from error
            raise self.error(reason) from error

    def _refusal(self, error: Exception) -> str | None:
        """What the hub says with an error, and what to do; ``None`` if it says nothing."""
        from huggingface_hub import constants, errors

        if isinstance(error, errors.HFValidationError):
            return _neither(error)
        if isinstance(error, errors.GatedRepoError):
            return (
                f"it is gated: accept its terms on {constants.ENDPOINT}/{self.name}, then "
                "'hf auth login' or token= shows who you are"
            )
        if isinstance(error, errors.RepositoryNotFoundError):
            return (
                "there is no folder and no model of that name on the hub, or it is private: check "
                "the spelling; 'hf auth login' or token= opens what is yours"
            )
        if isinstance(error, errors.RevisionNotFoundError):
            return f"it has no revision {self._asked!r}{self._revisions()}"
        if isinstance(error, errors.HfHubHTTPError):
            status = getattr(error.response, "status_code", None)
            advice = _ADVICE_BY_STATUS.get(status or 0) or _advice(self.name)
            return f"it cannot be fetched (HTTP {status}); {advice}"
        if isinstance(error, OSError) and error.filename is not None:  # a file here
            return f"it cannot be kept: {error}"
        return None

    def _revisions(self) -> str:
        """The revisions that there are, for an error about one that is not."""
        with suppress(Exception):  # the error is told without them
            refs = self._api.list_repo_refs(self.name)
            names = [each.name for each in (*refs.branches, *refs.tags)]
            if names:
                more = ", …" if len(names) > _LISTED_REVISIONS else ""
                return f"; it has {', '.join(names[:_LISTED_REVISIONS])}{more}"
        return ""


class _Unreachable(Exception):  # noqa: N818 - it never leaves source_of() as an error
    """The hub gave no answer."""


def _files_in(folder: Path) -> frozenset[str]:
    return frozenset(
        path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()
    )


def _neither(error: Exception) -> str:
    return f"it is neither a folder here nor a name on the hub: {error}"


def _advice(name: str) -> str:
    return (
        f"where there is a network, 'hf download {name} --local-dir FOLDER' fetches it, "
        "and model='FOLDER' then points to it"
    )


def _cause(error: BaseException) -> str:
    first: Any = error.__cause__ or error
    return f"{type(first).__name__}: {str(first).strip().partition(chr(10))[0]}"
