"""A hub on this machine: what its clients ask of it, of repositories that are folders here."""

import hashlib
import json
import threading
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import unquote, urlsplit


def commit(name, revision="main"):
    return hashlib.sha1(f"{name}@{revision}".encode()).hexdigest()


@dataclass
class Repository:
    """``folders`` has a folder for each revision; ``status`` is what all is answered with."""

    folders: dict[str, Path]
    status: tuple[int, str] | None = None
    discussions: list[dict] = field(default_factory=list)
    parents: dict[str, str] = field(default_factory=dict)


class LoopbackHub:
    """Serves :attr:`repositories`; :attr:`fetched` lists the files that were taken."""

    def __init__(self):
        self.repositories = {}
        self.fetched = []
        hub = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self):
                hub.answer(self)

            do_HEAD = do_GET

            def log_message(self, *_):
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_port}"
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def close(self):
        self._server.shutdown()
        self._server.server_close()

    def answer(self, request):
        path = unquote(urlsplit(request.path).path).strip("/")
        parts = path.split("/")
        api = parts[:2] == ["api", "models"]
        name, rest = "/".join(parts[2:4] if api else parts[:2]), parts[4 if api else 2 :]
        repository = self.repositories.get(name)
        if repository is None:
            return self.refuse(request, 401, "RepoNotFound")
        if repository.status:
            return self.refuse(request, *repository.status)
        if api:
            return self.tell(request, name, repository, rest)
        return self.send(request, name, repository, rest)

    def revision(self, name, repository, rest):
        """The revision that a path names, which may have slashes, and what follows it."""
        for length in range(len(rest), 0, -1):
            asked = "/".join(rest[:length])
            for known in repository.folders:
                if asked in (known, commit(name, known)):
                    return known, rest[length:]
        return None, rest

    def tell(self, request, name, repository, rest):
        kind, *rest = rest or ["revision", "main"]
        if kind == "refs":
            branches = [
                {"name": each, "ref": f"refs/heads/{each}", "targetCommit": commit(name, each)}
                for each in repository.folders
                if not each.startswith("refs/")
            ]
            return self.json(request, {"branches": branches, "tags": [], "converts": []})
        if kind == "discussions":
            found = {"discussions": repository.discussions, "start": 0}
            return self.json(request, {**found, "count": len(repository.discussions)})
        known, rest = self.revision(name, repository, rest)
        if known is None:
            return self.refuse(request, 404, "RevisionNotFound")
        if kind == "commits":
            ids = [commit(name, known), repository.parents.get(known, "0" * 40)]
            told = [
                {"id": each, "title": "", "message": "", "authors": [], "date": _DATE}
                for each in ids
            ]
            return self.json(request, told)
        folder = repository.folders[known]
        files = sorted(each.relative_to(folder).as_posix() for each in _files(folder))
        if kind == "tree":
            return self.json(
                request,
                [
                    {"type": "file", "path": each, "size": (folder / each).stat().st_size,
                     "oid": hashlib.sha1((folder / each).read_bytes()).hexdigest()}
                    for each in files
                ],
            )  # fmt: skip
        siblings = [{"rfilename": each} for each in files]
        return self.json(
            request,
            {"id": name, "modelId": name, "sha": commit(name, known), "siblings": siblings,
             "private": False, "tags": [], "downloads": 0},
        )  # fmt: skip

    def send(self, request, name, repository, rest):
        known, rest = self.revision(name, repository, rest[1:])
        if known is None:
            return self.refuse(request, 404, "RevisionNotFound")
        path = repository.folders[known] / "/".join(rest)
        if not path.is_file():
            return self.refuse(request, 404, "EntryNotFound")
        if request.command == "GET":
            self.fetched.append("/".join(rest))
        content = path.read_bytes()
        etag = hashlib.sha256(content).hexdigest()
        return self.reply(
            request, 200, content, {"ETag": f'"{etag}"', "X-Repo-Commit": commit(name, known)}
        )

    def json(self, request, value):
        headers = {"Content-Type": "application/json"}
        return self.reply(request, 200, json.dumps(value).encode(), headers)

    def refuse(self, request, status, code):
        headers = {"X-Error-Code": code, "X-Error-Message": code, "Content-Type": "text/plain"}
        return self.reply(request, status, code.encode(), headers)

    def reply(self, request, status, content, headers):
        request.send_response(status)
        for key, value in {**headers, "Content-Length": str(len(content))}.items():
            request.send_header(key, value)
        request.end_headers()
        if request.command != "HEAD":
            request.wfile.write(content)


_DATE = "2026-01-01T00:00:00.000Z"


def _files(folder):
    return [each for each in folder.rglob("*") if each.is_file()]
