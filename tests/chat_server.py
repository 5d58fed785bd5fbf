"""A chat server on the loopback interface that answers, or misbehaves, as a test has it."""

import json
import threading
import time
from collections import deque
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

SUMMARY = "The council of Port Ellery closed its harbour on Tuesday."


def completion(content=SUMMARY, *, finish="stop", usage=(500, 12), **message):
    value = {
        "object": "chat.completion",
        "choices": [
            {
                "index": 0,
                "finish_reason": finish,
                "message": {"role": "assistant", "content": content, **message},
            }
        ],
    }
    if usage is not None:
        value["usage"] = {"prompt_tokens": usage[0], "completion_tokens": usage[1]}
    return value


class Exchange:
    """One request, as the server sees it, and the ways to answer it."""

    def __init__(self, handler, body):
        self.handler, self.body = handler, body
        self.path, self.headers = handler.path, handler.headers

    @property
    def text(self):
        return self.body["messages"][-1]["content"]

    def json(self, value, status=200, headers=()):
        self.raw(json.dumps(value).encode(), status, "application/json", headers)

    def error(self, status, message="it failed", *, code=None, param=None, headers=()):
        fault = {"message": message, "type": "x", "code": code, "param": param}
        self.json({"error": fault}, status, headers)

    def raw(self, data, status=200, kind="text/plain", headers=(), length=None):
        handler = self.handler
        handler.send_response(status)
        handler.send_header("Content-Type", kind)
        handler.send_header("Content-Length", str(len(data) if length is None else length))
        for name, value in headers:
            handler.send_header(name, value)
        handler.end_headers()
        handler.wfile.write(data)
        if length is not None:  # less than it said, and then the end
            handler.wfile.flush()
            handler.close_connection = True


class ChatServer:
    """Answers each request by the next of ``script``, then by ``answer``.

    ``models`` is what it lists; ``requests`` what it was asked; ``most`` how many were in flight.
    """

    def __init__(self, delay=0.0):
        self.script = deque()
        self.answer = lambda exchange: exchange.json(completion())
        self.models = {"data": [{"id": "small", "max_model_len": 32768}]}
        self.pages = {}
        self.requests, self.times = [], []
        self.flying = self.most = 0
        self.lock = threading.Lock()
        server = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            disable_nagle_algorithm = True
            wbufsize = -1  # head and body in one packet

            def do_GET(self):
                exchange = Exchange(self, None)
                page = server.models if self.path == "/v1/models" else server.pages.get(self.path)
                if callable(page):
                    page(exchange)
                elif page is None:
                    exchange.error(404, "no such page")
                else:
                    exchange.json(page)

            def do_POST(self):
                size = int(self.headers["Content-Length"])
                exchange = Exchange(self, json.loads(self.rfile.read(size)))
                with server.lock:
                    server.requests.append(exchange)
                    server.times.append(time.monotonic())
                    server.flying += 1
                    server.most = max(server.most, server.flying)
                    act = server.script.popleft() if server.script else server.answer
                try:
                    if delay:
                        time.sleep(delay)
                    act(exchange)
                except OSError:
                    pass  # the client went away
                finally:
                    with server.lock:
                        server.flying -= 1

            def finish(self):
                with suppress(OSError):  # what it had still to write to a client that went away
                    super().finish()
                self.rfile.close()  # else the socket stays open

            def log_message(self, *_):
                pass

        class Server(ThreadingHTTPServer):
            daemon_threads = True
            request_queue_size = 128

            def handle_error(self, *_):
                pass

        self._server = Server(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}/v1"
        threading.Thread(target=self._server.serve_forever, args=(0.01,), daemon=True).start()

    def close(self):
        self._server.shutdown()
        self._server.server_close()
