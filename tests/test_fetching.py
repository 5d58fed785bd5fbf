import contextlib
import gzip
import shutil
import socket
import ssl
import subprocess
import threading
import time
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

import summarize
from summarize import ReadError
from summarize.cli import main
from summarize.readers.fetching import Page, connections, fetch, pages
from summarize.readers.fetching.addresses import is_public
from summarize.readers.fetching.refusals import NoPageError
from summarize.readers.fetching.targets import Target, masked

HTML = b"<p>It rained.</p>"
PATIENCE = 0.15  # seconds


class Server:
    """A server that answers each path with bytes, or with what a function sends."""

    def __init__(self, context=None):
        self.answers = {}
        self.requests = []
        self.closing = threading.Event()
        self.context = context
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        self.thread = threading.Thread(target=self.accept, daemon=True)
        self.thread.start()

    def accept(self):
        while not self.closing.is_set():
            try:
                wire, _ = self.listener.accept()
            except OSError:
                return
            threading.Thread(target=self.answer, args=(wire,), daemon=True).start()

    def answer(self, wire):
        try:
            with wire:
                if self.context is not None:
                    wire = self.context.wrap_socket(wire, server_side=True)
                with wire:
                    request = b""
                    while b"\r\n\r\n" not in request:
                        piece = wire.recv(65536)
                        if not piece:
                            return
                        request += piece
                    self.requests.append(request.decode("latin-1"))
                    answer = self.answers[request.split()[1].decode().partition("?")[0]]
                    if isinstance(answer, bytes):
                        wire.sendall(answer)
                    else:
                        answer(wire)
        except OSError:
            pass

    def url(self, path="/", host="127.0.0.1", scheme="http"):
        return f"{scheme}://{host}:{self.port}{path}"

    def close(self):
        self.closing.set()
        self.listener.close()


@pytest.fixture
def server(monkeypatch):
    for name in ("http_proxy", "https_proxy", "all_proxy"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)
    server = Server()
    yield server
    server.close()


def ok(body=HTML, *headers, status="200 OK", content_type="text/html", length=True):
    lines = [f"HTTP/1.1 {status}", *headers]
    if content_type:
        lines.append(f"Content-Type: {content_type}")
    if length:
        lines.append(f"Content-Length: {len(body)}")
    return "\r\n".join([*lines, "", ""]).encode("latin-1") + body


def redirect(location, status="302 Found"):
    return ok(b"", f"Location: {location}", status=status)


def get(server, path="/", **options):
    options = {"allow_private": True, "timeout": 5} | options
    return fetch(server.url(path), **options)


def fails(server, answer, **options):
    """Have the server answer so; return what the error says, without the URL."""
    server.answers["/"] = answer
    with pytest.raises(ReadError) as caught:
        get(server, **options)
    assert caught.value.path == server.url()
    assert "\n" not in str(caught.value)
    return caught.value.reason


def in_time(server, answer, **options):
    started = time.monotonic()
    reason = fails(server, answer, timeout=PATIENCE, **options)
    assert time.monotonic() - started < PATIENCE + 3
    return reason


# --- What works -----------------------------------------------------------------------------------


def test_a_page(server):
    server.answers["/"] = ok(content_type="text/html; charset=ISO-8859-1")
    page = get(server)
    assert page == Page(HTML, server.url(), "text/html", "iso-8859-1")
    head, *headers = server.requests[0].strip().split("\r\n")
    assert head == "GET / HTTP/1.1"
    assert f"Host: 127.0.0.1:{server.port}" in headers
    assert f"User-Agent: summarize/{summarize.__version__}" in headers


@pytest.mark.parametrize(
    ("given", "charset"),
    [
        ('text/html; charset="UTF-8"', "utf-8"),
        ("text/html;charset=cp1252;q=1", "cp1252"),
        ("text/html; boundary=charset", None),
        ("text/html; charset=", None),
    ],
)
def test_the_charset(server, given, charset):
    server.answers["/"] = ok(content_type=given)
    assert get(server).charset == charset


def test_a_page_without_a_type(server):
    server.answers["/"] = ok(content_type=None)
    server.answers["/odd"] = ok(content_type="page")
    assert get(server).content_type is None
    assert get(server, "/odd").content_type is None


def test_a_page_without_a_length(server):
    server.answers["/"] = ok(length=False)
    assert get(server).data == HTML


def test_a_page_in_chunks(server):
    body = b"3\r\n<p>\r\n6;x=y\r\nRain.<\r\n3\r\n/p>\r\n0\r\n\r\n"
    server.answers["/"] = ok(body, "Transfer-Encoding: chunked", length=False)
    assert get(server).data == b"<p>Rain.</p>"


@pytest.mark.parametrize("packing", ["gzip", "x-gzip", "GZIP"])
def test_a_packed_page(server, packing):
    server.answers["/"] = ok(gzip.compress(HTML), f"Content-Encoding: {packing}")
    assert get(server).data == HTML


def test_a_packed_page_of_several_parts(server):
    packed = gzip.compress(b"<p>") + gzip.compress(HTML * 9999) + b"\0" * 9
    server.answers["/"] = ok(packed, "Content-Encoding: gzip")
    assert get(server).data == b"<p>" + HTML * 9999


def test_a_compressed_file_stays_as_it_is(server):
    packed = gzip.compress(b"It rained.")
    server.answers["/a.txt.gz"] = ok(packed, content_type="application/gzip")
    assert get(server, "/a.txt.gz").data == packed


@pytest.mark.parametrize("hint", ["102 Processing", "103 Early Hints", "199 Odd"])
def test_informational_answers_come_before_the_page(server, hint):
    first = f"HTTP/1.1 {hint}\r\nLink: </a.css>\r\n\r\n".encode()
    server.answers["/"] = first * 3 + ok()
    assert get(server).data == HTML


def test_a_wall_that_redirects_to_itself_until_it_gets_its_cookie(server):
    def answer(wire):
        agreed = "Cookie: consent=yes" in server.requests[-1]
        back = redirect("/").replace(b"\r\n\r\n", b"\r\nSet-Cookie: consent=yes; Path=/\r\n\r\n")
        wire.sendall(ok() if agreed else back)

    server.answers["/"] = answer
    assert get(server).data == HTML
    assert "Cookie" not in server.requests[0]
    assert get(server).data == HTML  # and nothing is kept for the next
    assert "Cookie" not in server.requests[2]


def test_a_very_long_time(server):
    server.answers["/"] = ok()
    assert get(server, timeout=1e10).data == HTML


def test_redirects_lead_on(server):
    for number, status in enumerate(["301 a", "302 b", "303 c", "307 d", "308 e"]):
        server.answers[f"/{number}"] = redirect(f"/{number + 1}", status)
    server.answers["/5"] = ok()
    page = get(server, "/0")
    assert (page.data, page.url) == (HTML, server.url("/5"))


def test_a_redirect_may_be_relative_and_name_any_letter(server):
    server.answers["/a/b"] = redirect("../ç d?ü#f".encode().decode("latin-1"))
    server.answers["/%C3%A7%20d"] = ok()
    assert get(server, "/a/b").url == server.url("/%C3%A7%20d?%C3%BC")


def test_the_target_asked_for(server):
    server.answers["/a%20b/%C3%A9%2F"] = ok()
    page = get(server, "/a b/é%2F?q=ü x&r=%20#part")
    assert page.url == server.url("/a%20b/%C3%A9%2F?q=%C3%BC%20x&r=%20")
    assert server.requests[0].startswith("GET /a%20b/%C3%A9%2F?q=%C3%BC%20x&r=%20 HTTP/1.1\r\n")


def test_no_path_and_outer_blanks(server):
    server.answers["/"] = ok()
    assert fetch(f"  HTTP://127.0.0.1:{server.port}?q ", allow_private=True).url == server.url(
        "/?q"
    )


def test_the_size_limit_itself_is_allowed(server):
    server.answers["/"] = ok()
    assert get(server, max_bytes=len(HTML)).data == HTML
    assert get(server, max_bytes=None).data == HTML


def test_an_address_that_does_not_answer_is_passed_over(server, monkeypatch):
    dead = socket.create_server(("127.0.0.1", 0))
    port = dead.getsockname()[1]
    dead.close()
    found = [
        (socket.AF_INET, socket.SOCK_STREAM, 6, "", ("127.0.0.1", where))
        for where in (port, server.port)
    ]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: found)
    server.answers["/"] = ok()
    assert get(server).data == HTML


# --- URLs -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("url", "reason"),
    [
        ("ftp://example.org/", "only http and https URLs are read"),
        ("file:///etc/hosts", "only http and https URLs are read"),
        ("example.org", "only http and https URLs are read"),
        ("http://", "not a URL: '' names no host"),
        ("http:///a", "not a URL: '' names no host"),
        ("http://:80/", "not a URL: '' names no host"),
        ("http://exa mple.org/", "not a URL: 'exa mple.org' names no host"),
        ("http://a..b/", "not a URL: 'a..b' names no host"),
        ("http://a\\b/", "not a URL: 'a\\\\b' names no host"),
        (f"http://{'a' * 64}.org/", f"not a URL: '{'a' * 64}.org' names no host"),
        ("http://example.org:0/", "not a URL: port 0"),
        ("http://example.org:99999/", "not a URL: port out of range 0-65535"),
        ("http://example.org:x/", "not a URL: port could not be cast"),
        ("http://[::1/", "not a URL: invalid ipv6 url"),
        ("http://ann@example.org/", "a URL must not have a user name or password in it"),
        ("http://a.org\\@b.org/", "a URL must not have a user name or password in it"),
        ("http://example.org/a\nb", "a URL must not have control characters in it"),
        ("http://example.org/\tb", "a URL must not have control characters in it"),
        ("http://example.org/\ud800", "a URL must not have control characters in it"),
    ],
)
def test_what_is_no_url(url, reason):
    with pytest.raises(ReadError) as caught:
        fetch(url)
    assert caught.value.reason.startswith(reason)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("https://ann:secret@example.org/a", "https://…@example.org/a: a URL must not have"),
        ("http://ann:sec/ret@example.org/a", "http://…@example.org/a: not a URL: port could not"),
        ("http://ann:sec@ret℀@example.org/a", "http://…@example.org/a: not a URL: netloc …"),
        ("ftp://ann:sec#ret@example.org/a", "ftp://…@example.org/a: ftp URLs are not read"),
        ("  http://ann:secret@example.org/a", "  http://…@example.org/a: a URL must not have"),
    ],
)
def test_a_password_is_not_shown(url, shown):
    with pytest.raises(ReadError) as caught:
        summarize.read(url)
    assert str(caught.value).startswith(shown)


@pytest.mark.parametrize("unit", ["//a:b", "//a:1", "//a", "//", "//a:b@", "a:", "@", "\n//a:/"])
def test_a_url_of_any_length_is_masked_in_time(unit):
    began = time.process_time()
    masked("http://x/" + unit * 40_000)
    masked("http://x/" + unit * 40_000 + "@/" + unit * 40_000)
    assert time.process_time() - began < 2  # half a minute, were it quadratic


@pytest.mark.parametrize("url", ["http://example.org:8080/@ann", "http://[::1]:80/@ann"])
def test_a_name_in_a_path_is_no_password(url):
    assert masked(url) == url


@pytest.mark.parametrize(
    ("options", "error"),
    [
        ({"timeout": 0}, ValueError),
        ({"timeout": float("nan")}, ValueError),
        ({"timeout": float("inf")}, ValueError),
        ({"max_bytes": 0}, ValueError),
        ({"max_redirects": -1}, ValueError),
        ({"url": b"http://example.org"}, TypeError),
    ],
)
def test_limits_that_make_no_sense(options, error):
    with pytest.raises(error, match=next(iter(options))):
        fetch(**({"url": "http://example.org"} | options))


def test_a_name_in_another_script_is_looked_up_as_idn(monkeypatch):
    asked = []

    def getaddrinfo(host, port, **_):
        asked.append((host, port))
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", getaddrinfo)
    with pytest.raises(ReadError, match=r"no address of xn--mnchen-3ya\.example is found"):
        fetch("https://MÜNCHEN.example/")
    assert asked == [("xn--mnchen-3ya.example", 443)]


# --- Addresses ------------------------------------------------------------------------------------

CLOSED = "is not a public address; allow_private=True permits it"
NEVER = "serves a cloud's secrets or is link-local, and is never read from"


@pytest.mark.parametrize(
    "host",
    [
        *("127.0.0.1", "127.9.9.9", "0.0.0.0", "10.0.0.1", "172.16.0.1", "192.168.1.1"),
        *("100.64.0.1", "192.0.2.1", "198.18.0.1", "224.0.0.1", "240.0.0.1"),
        *("255.255.255.255", "2130706433", "0x7f000001", "0x7f.1", "0177.0.0.1", "127.1"),
        *("[::1]", "[::]", "[::ffff:127.0.0.1]", "[fc00::1]"),
        *("[fec0::1]", "[ff02::1]", "[2001:db8::1]", "[2002:7f00:1::]", "[64:ff9b::7f00:1]"),
        *("[::127.0.0.1]", "[2001:0:1::1]", "ⓛocalhost", "１２７.0.0.1"),
        *("192.0.0.192", "[64:ff9b:1::7f00:1]", "[2a00:1450::5efe:10.0.0.1]"),
    ],
)
def test_addresses_that_are_not_public(host):
    with pytest.raises(ReadError) as caught:
        fetch(f"http://{host}:1/")
    assert caught.value.reason.endswith(CLOSED)


@pytest.mark.parametrize(
    "host",
    [
        *("169.254.169.254", "[fe80::1]", "[::ffff:a9fe:a9fe]", "[64:ff9b::a9fe:a9fe]"),
        *("[64:ff9b:1::a9fe:a9fe]", "[2002:a9fe:a9fe::]", "[::a9fe:a9fe]"),
        # NAT64 behind each prefix that RFC 6052 has, SIIT, Teredo, ISATAP.
        *("[64:ff9b:1:a9fe:a9:fe00::]", "[64:ff9b:1:a9:fe:a9fe::]", "[64:ff9b:1:0:a9:fea9:fe00:0]"),
        *("[::ffff:0:a9fe:a9fe]", "[2001:0:808:808::5601:5601]", "[2001:0:a9fe:a9fe::]"),
        *("[2a00:1450::5efe:a9fe:a9fe]", "[2a00:1450::200:5efe:169.254.169.254]"),
        # Not of the link, but as those: of clouds.
        *("[fd00:ec2::254]", "168.63.129.16", "[::ffff:168.63.129.16]", "100.100.100.200"),
    ],
)
def test_addresses_of_the_link_are_never_read_from(host):
    for allow_private in (False, True):
        with pytest.raises(ReadError) as caught:
            fetch(f"http://{host}:1/", allow_private=allow_private)
        assert caught.value.reason.endswith(NEVER)


def test_of_several_addresses_one_that_the_option_permits_is_named(monkeypatch):
    def getaddrinfo(host, port, **_):
        return [(2, 1, 6, "", (each, port)) for each in ("169.254.169.254", "10.0.0.1")]

    monkeypatch.setattr(socket, "getaddrinfo", getaddrinfo)
    with pytest.raises(ReadError, match=f"a.example is 10.0.0.1, which {CLOSED}"):
        fetch("http://a.example/")


@pytest.mark.parametrize(
    "address",
    [
        *("93.184.216.34", "2606:4700::1", "::ffff:8.8.8.8", "64:ff9b::808:808"),
        *("2002:808:808::1", "2a00:1450::5efe:808:808"),
    ],
)
def test_addresses_that_are_public(address):
    assert is_public(address)


def test_a_name_is_looked_up_once_and_its_address_is_checked(monkeypatch):
    answers = iter([["10.0.0.1"], ["127.0.0.1"]])

    def getaddrinfo(host, port, **_):
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (a, port)) for a in next(answers)]

    monkeypatch.setattr(socket, "getaddrinfo", getaddrinfo)
    with pytest.raises(ReadError) as caught:
        fetch("http://rebind.example/")
    assert caught.value.reason == f"rebind.example is 10.0.0.1, which {CLOSED}"
    assert list(answers) == [["127.0.0.1"]]


def test_of_several_addresses_only_public_ones_are_connected_to(server, monkeypatch):
    server.answers["/"] = ok()
    monkeypatch.setattr(
        socket,
        "getaddrinfo",
        lambda _, port, **__: [
            (socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, server.port))
            for address in ("10.0.0.1", "127.0.0.1")
        ],
    )
    monkeypatch.setattr(connections, "is_public", lambda address: address == "127.0.0.1")
    assert fetch("http://two.example/").data == HTML


@pytest.mark.parametrize("host", ["10.0.0.1", "169.254.169.254", "[::1]", "0x7f.2"])
def test_the_address_behind_a_redirect_is_checked(server, monkeypatch, host):
    monkeypatch.setattr(
        connections, "is_public", lambda address: address == "127.0.0.1" or is_public(address)
    )
    server.answers["/"] = redirect(f"http://{host}/")
    with pytest.raises(ReadError) as caught:
        fetch(server.url())
    assert caught.value.reason.endswith((CLOSED, NEVER))


# --- Redirects ------------------------------------------------------------------------------------


def test_a_circle(server):
    server.answers["/a"] = redirect("/b")
    server.answers["/b"] = redirect("/a")
    with pytest.raises(ReadError, match=r"it redirects in a circle, to http://.*/a again"):
        get(server, "/a")
    assert len(server.requests) == 2


def test_too_many_redirects(server):
    for number in range(9):
        server.answers[f"/{number}"] = redirect(f"/{number + 1}")
    with pytest.raises(ReadError, match="redirects more than 5 times; max_redirects= raises"):
        get(server, "/0")
    assert len(server.requests) == 6
    with pytest.raises(ReadError, match="redirects more than 0 times"):
        get(server, "/0", max_redirects=0)


@pytest.mark.parametrize(
    ("location", "reason"),
    [
        ("file:///etc/passwd", "it redirects to file:///etc/passwd: only http and https"),
        ("ftp://a.org/", "it redirects to ftp://a.org/: only http and https"),
        ("javascript:alert(1)", "it redirects to javascript:alert(1): only http and https"),
        ("http://ann:secret@a.org/", "it redirects to http://…@a.org/: a URL must not have a user"),
        ("http://[::1", "it redirects to what is no URL"),
        ("http://a..b/", "it redirects to http://a..b/: not a URL: 'a..b' names no host"),
        ("", "it redirects to nowhere (302 Found)"),
    ],
)
def test_redirects_to_where_nothing_is_read(server, location, reason):
    assert fails(server, redirect(location)).startswith(reason)


def test_no_redirect_from_https_to_http():
    with pytest.raises(NoPageError, match=r"to read it unencrypted, give http://example\.org/"):
        Target.of("https://example.org/").redirected("http://example.org/")


# --- Time -----------------------------------------------------------------------------------------

TOO_SLOW = f"it took more than {PATIENCE} seconds; timeout= raises that"


def drip(data, pause=0.02):
    def send(wire):
        for byte in data:
            wire.sendall(bytes([byte]))
            time.sleep(pause)

    return send


def hang(start=b""):
    def send(wire):
        wire.sendall(start)
        wire.recv(1)  # until the client gives up

    return send


@pytest.mark.parametrize(
    "answer",
    [
        hang(),
        hang(b"HTTP/1.1 200 OK\r\nContent-Ty"),
        hang(ok(length=False)),
        hang(ok()[:-3]),
        drip(ok(HTML * 20)),
        drip(ok(b"", *(f"X-{n}: 1" for n in range(20)))),
    ],
    ids=["no answer", "half a header", "no end", "half a body", "dripping", "dripping header"],
)
def test_slow_servers(server, answer):
    assert in_time(server, answer) == TOO_SLOW


def test_redirects_share_the_time(server):
    def slowly(wire):
        time.sleep(0.4 * PATIENCE)
        wire.sendall(redirect(f"/?{len(server.requests)}"))

    assert in_time(server, slowly, max_redirects=99) == TOO_SLOW


def test_a_server_that_only_says_continue(server):
    def send(wire):
        while True:
            wire.sendall(b"HTTP/1.1 100 Continue\r\n\r\n" * 100)

    assert in_time(server, send) == TOO_SLOW


def test_a_name_that_is_long_looked_up(server, monkeypatch):
    ended = threading.Event()

    def getaddrinfo(*_, **__):
        ended.wait(5)
        return []

    monkeypatch.setattr(socket, "getaddrinfo", getaddrinfo)
    assert in_time(server, b"") == TOO_SLOW
    ended.set()


def test_a_handshake_that_does_not_end(server):
    listener = socket.create_server(("127.0.0.1", 0))
    url = f"https://127.0.0.1:{listener.getsockname()[1]}/"
    with listener, pytest.raises(ReadError, match=TOO_SLOW):
        fetch(url, allow_private=True, timeout=PATIENCE)


# --- Size -----------------------------------------------------------------------------------------

TOO_LARGE = "larger than the limit of 100,000 bytes; max_bytes= raises it"


def endless(start, piece):
    def send(wire):
        wire.sendall(start)
        while True:
            wire.sendall(piece)

    return send


CHUNKED = ok(b"", "Transfer-Encoding: chunked", length=False)


@pytest.mark.parametrize(
    "answer",
    [
        ok(HTML * 9999),
        hang(ok(HTML * 9999)[:200]),
        endless(ok(b"", length=False), HTML * 99),
        endless(CHUNKED, b"5\r\nrain \r\n" * 99),
        endless(CHUNKED, b"1;" + b"x" * 60_000 + b"\r\nr\r\n"),
        ok(gzip.compress(b"rain " * 10**6), "Content-Encoding: gzip"),
        ok(gzip.compress(b"") * 9999, "Content-Encoding: gzip"),
        ok(gzip.compress(b"rain " * 9999) * 9, "Content-Encoding: gzip"),
    ],
    ids=[
        *("large", "said to be large", "endless", "endless chunks", "endless chunk marks"),
        *("gzip bomb", "endless gzip members", "many gzip members"),
    ],
)
def test_too_large(server, answer):
    assert fails(server, answer, max_bytes=100_000) == TOO_LARGE


def test_a_bomb_is_not_unpacked_as_a_whole(server):
    import tracemalloc

    bomb = gzip.compress(b"\0" * 2**25)
    tracemalloc.start()
    try:
        fails(server, ok(bomb, "Content-Encoding: gzip"), max_bytes=100_000)
        assert tracemalloc.get_traced_memory()[1] < 2**23
    finally:
        tracemalloc.stop()


# --- Answers that are broken ----------------------------------------------------------------------


def transferred(*ways):
    return ok(HTML, *(f"Transfer-Encoding: {way}" for way in ways), length=False)


BROKEN = "the connection broke off before the end of the page; try again"


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        (ok()[:-1], BROKEN),
        (ok(b"", "Content-Length: 5", length=False), BROKEN),
        (CHUNKED + b"5\r\nra", BROKEN),
        (CHUNKED + b"5\r\nrain \r\n", BROKEN),
        (CHUNKED + b"rain", BROKEN),
        (CHUNKED + b"-5\r\nrain\r\n", BROKEN),
        (CHUNKED + b"-1\r\nrain\r\n", BROKEN),
        (ok(gzip.compress(HTML)[:-1], "Content-Encoding: gzip"), BROKEN),
        (ok(HTML, "Content-Encoding: gzip"), "the server says gzip, but sent something else"),
        (ok(zlib.compress(HTML), "Content-Encoding: deflate"), "the server packs it as 'deflate'"),
        (ok(HTML, "Content-Encoding: br"), "the server packs it as 'br', which it was not asked"),
        (ok(HTML, "Content-Length: x", length=False), "the server gives a length that is no num"),
        (ok(HTML, "Content-Length: -1", length=False), "the server gives a length that is no num"),
        (ok(HTML, "Content-Length: 5"), "the server gives more than one length"),
        (ok(b"", "Content-Length: 5, 5", length=False), "the server gives a length that is no num"),
        (CHUNKED + b"3\r\nit rained\r\n0\r\n\r\n", BROKEN),
        (CHUNKED + b"5\r\nrain\r\n0\r\n\r\n", BROKEN),
        (CHUNKED + b"0x4\r\nrain\r\n0\r\n\r\n", BROKEN),
        (CHUNKED + b"+4\r\nrain\r\n0\r\n\r\n", BROKEN),
        (CHUNKED + b"4" + b";x" * 40_000, "what 127.0.0.1:PORT answers is no proper HTTP"),
        (CHUNKED + b"0\r\n" + b"x" * 70_000, "what 127.0.0.1:PORT answers is no proper HTTP"),
        (transferred("gzip, chunked"), "the server sends it as 'gzip, chunked', which it was not"),
        (transferred("chunked", "gzip"), "the server sends it as 'chunked, gzip', which it was"),
        (transferred("x" * 9_999), "the server sends it as 'xxx"),
        (
            ok(HTML, "Content-Encoding: gzip", "Content-Encoding: br"),
            "the server packs it as 'gzip, b",
        ),
        (ok(content_type="a/" + "b" * 9_999), "no text: a/bbb"),
        (b"", "127.0.0.1:PORT closed the connection without a full answer"),
        (b"rain\r\n\r\n", "what 127.0.0.1:PORT answers is no proper HTTP"),
        (b"HTTP/1.1 abc\r\n\r\n", "what 127.0.0.1:PORT answers is no proper HTTP"),
        (b"HTTP/1.1 200 " + b"x" * 99_999, "what 127.0.0.1:PORT answers is no proper HTTP"),
        (ok(HTML, "X: " + "x" * 99_999), "what 127.0.0.1:PORT answers is no proper HTTP"),
        (ok(HTML, *["X: y"] * 200), "what 127.0.0.1:PORT answers is no proper HTTP"),
    ],
)
def test_broken_answers(server, answer, reason):
    said = fails(server, answer)
    assert said.startswith(reason.replace("PORT", str(server.port)))
    assert len(said) < 200


@pytest.mark.parametrize(
    "size", [b"11", b"11 ", b"011;a=b", b"11\t;a"], ids=["plain", "blank", "extension", "tab"]
)
@pytest.mark.parametrize("end", [b"0\r\n\r\n", b"0\r\n\n", b"0\r\nETag: x\r\n\r\n", b"0\r\n"])
def test_chunks(server, size, end):
    server.answers["/"] = CHUNKED + size + b"\r\n" + HTML + b"\r\n" + end
    assert get(server).data == HTML


@pytest.mark.parametrize(
    "charset", "idna undefined punycode unicode_escape hex zlib rot13 utf-7 mbcs".split()
)
def test_a_charset_that_is_none_of_text(server, charset):
    text = r"It rained in \x41ix \d all day. The river rose by two metres in the evening."
    body = f"<html><body><article><h1>Rain</h1><p>{text}</p></article></body></html>".encode()
    server.answers["/"] = ok(body, content_type=f"text/html; charset={charset}")
    server.answers["/own"] = ok(b"<meta charset=%s>" % charset.encode() + body)
    for path in ("/", "/own"):
        assert text in summarize.read(server.url(path), allow_private=True).text


def test_a_flood_of_headers(server):
    answer = endless(b"HTTP/1.1 200 OK\r\n", b"X: " + b"y" * 999 + b"\r\n")
    assert fails(server, answer).endswith("answers is no proper HTTP")


def test_a_connection_reset(server):
    def reset(wire):
        wire.sendall(ok()[:-5])
        wire.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")

    assert fails(server, reset) in (
        f"127.0.0.1:{server.port} closed the connection without a full answer",
        BROKEN,
    )


@pytest.mark.parametrize(
    ("status", "reason"),
    [
        ("400", "the server answered 400 Bad Request, not with the page"),
        ("401", "the server wants a login (401 Unauthorized); open the page in a browser and save"),
        ("402", "the server wants to be paid (402 Payment Required); open the page in a browser"),
        ("403", "the server refuses (403 Forbidden); open the page in a browser and save it"),
        ("404", "there is no such page (404 Not Found)"),
        ("410", "the page is gone for good (410 Gone)"),
        ("429", "the server has had too many requests (429 Too Many Requests); try again later"),
        ("451", "the page is withheld for legal reasons (451 Unavailable For Legal Reasons)"),
        ("500", "the server has a fault (500 Internal Server Error); try again later"),
        ("503", "the server has a fault (503 Service Unavailable); try again later"),
        ("599", "the server has a fault (599); try again later"),
        ("202", "the server answered 202 Accepted, not with the page"),
        ("206", "the server answered 206 Partial Content, not with the page"),
        ("304", "the server answered 304 Not Modified, not with the page"),
    ],
)
def test_statuses(server, status, reason):
    assert fails(server, ok(status=f"{status} \x1b[31mX")).startswith(reason)


def test_when_to_try_again(server):
    answer = ok(HTML, "Retry-After: 120", status="429 X")
    assert fails(server, answer).endswith("; try again in 120 seconds")
    answer = ok(HTML, "Retry-After: Wed, 21 Oct 2026 07:28:00 GMT", status="429 X")
    assert fails(server, answer).endswith("; try again later")


def test_nothing(server):
    assert fails(server, ok(b"")) == "the server sent nothing (200 OK)"
    assert fails(server, ok(b"", "Content-Encoding: gzip")) == "the server sent nothing (200 OK)"
    answer = b"HTTP/1.1 204 No Content\r\n\r\n"
    assert fails(server, answer) == "the server sent nothing (204 No Content)"


@pytest.mark.parametrize(
    ("content_type", "what"),
    [
        ("image/png", "a picture"),
        ("video/mp4; codecs=x", "a video"),
        ("audio/mpeg", "a sound recording"),
        ("application/json", "JSON data"),
        ("application/rss+xml", "a feed; give the URL of one of its articles"),
        ("application/x-tar", "a file of another kind"),
        ("TEXT/CSS", "a style sheet"),
    ],
)
def test_types_that_are_no_text(server, content_type, what):
    media = content_type.partition(";")[0].lower()
    answer = ok(content_type=content_type)
    assert fails(server, answer) == f"no text: {media} is {what}"


@pytest.mark.parametrize(
    "content_type",
    [
        "text/plain",
        "text/x-unheard-of",
        "application/xhtml+xml",
        "application/pdf",
        "application/epub+zip",
        "application/octet-stream",
        "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    ],
)
def test_types_that_may_be_text(server, content_type):
    server.answers["/"] = ok(content_type=content_type)
    assert get(server).content_type == content_type


# --- Pages that lead on ---------------------------------------------------------------------------


def leading(url, delay="0", around="{}"):
    tag = f'<meta content="{delay}; URL={url}" http-equiv="Refresh">'
    return ok(f"<html><head>{around.format(tag)}</head><body>Moved.</body></html>".encode())


@pytest.mark.parametrize("delay", ["0", "1", "5", "0.5"])
@pytest.mark.parametrize("around", ["{}", "<noscript>{}</noscript>"])
def test_a_page_that_leads_on_is_followed(server, delay, around):
    server.answers["/"] = leading("b?x=1&amp;y=ü", delay, around)
    server.answers["/b"] = ok()
    assert get(server) == Page(HTML, server.url("/b?x=1&y=%C3%BC"), "text/html", None)


def test_a_page_that_leads_on_from_its_base(server):
    server.answers["/"] = leading("b", around="<base href='/c/'>{}")
    server.answers["/c/b"] = ok()
    assert get(server).url == server.url("/c/b")


@pytest.mark.parametrize("around", ["<!--{}-->", "<script>'{}'</script>"])
def test_what_is_no_refresh(server, around):
    server.answers["/"] = leading("/b", around=around)
    assert b"Moved." in get(server).data


def test_a_page_with_a_text_that_leads_on_later_is_read(server):
    text = b"<p>" + b"It rained all day. " * 40
    server.answers["/"] = leading("/b", delay="900").replace(b"Moved.", text)
    server.answers["/"] = ok(server.answers["/"].partition(b"\r\n\r\n")[2])
    assert text in get(server).data
    server.answers["/"] = leading("/", delay="0")
    assert b"Moved." in get(server).data


def test_the_limits_of_pages_that_lead_on(server):
    assert "redirects more than 0 times" in fails(server, leading("/b"), max_redirects=0)
    assert NEVER in fails(server, leading("http://169.254.169.254/"))
    assert "only http and https" in fails(server, leading("file:///etc/hosts"))
    server.answers["/b"] = leading("/")
    assert "redirects in a circle" in fails(server, leading("/b"))


# --- Proxies --------------------------------------------------------------------------------------


@pytest.fixture
def inner(monkeypatch):
    """Names under .example are known to the proxy alone, but one that is private here."""
    known = socket.getaddrinfo

    def getaddrinfo(host, port, *rest, **options):
        if host == "inner.example":
            host = "10.0.0.1"
        if host.endswith(".example") or host in ("wiki", "a.internal"):
            raise socket.gaierror(socket.EAI_NONAME, "x")
        return known(host, port, *rest, **options)

    monkeypatch.setattr(socket, "getaddrinfo", getaddrinfo)
    monkeypatch.delenv("NO_PROXY", raising=False)
    monkeypatch.delenv("no_proxy", raising=False)


PAGE = "http://a.example/b"


def through(server, url=PAGE, user="", **options):
    return fetch(url, timeout=5, proxy=f"http://{user}127.0.0.1:{server.port}", **options)


def test_a_page_through_a_proxy(inner, server):
    server.answers[PAGE] = ok()
    assert through(server).url == PAGE
    request = server.requests[0]
    assert request.startswith("GET http://a.example/b HTTP/1.1")
    assert "Host: a.example\r\n" in request
    assert "Proxy-Authorization" not in request
    through(server, user="ann:s%40crt@")
    assert "Proxy-Authorization: Basic YW5uOnNAY3J0\r\n" in server.requests[1]


def test_read_takes_a_proxy(inner, server):
    server.answers[PAGE] = ok(b"It rained. The river rose.", content_type="text/plain")
    document = summarize.read(PAGE, proxy=f"127.0.0.1:{server.port}")
    assert document.source == PAGE


@pytest.mark.parametrize("given", ["http://127.0.0.1:{}", "127.0.0.1:{}", "environment"])
def test_the_command_takes_a_proxy(inner, server, monkeypatch, capsys, given):
    server.answers[PAGE] = ok(b"It rained. The river rose.", content_type="text/plain")
    monkeypatch.setenv("http_proxy", f"http://127.0.0.1:{server.port}")
    with pytest.raises(SystemExit) as stop:
        main([PAGE, "--proxy", given.format(server.port), "--time-limit", "none"])
    shown = capsys.readouterr()
    assert (stop.value.code, shown.out) == (0, "It rained. The river rose.\n"), shown.err
    assert server.requests[0].startswith(f"GET {PAGE} HTTP/1.1")


@pytest.mark.parametrize(
    "given", ["socks5://127.0.0.1:1", "http://ann:s%40crt@/", "ftp://a.example"]
)
def test_the_command_refuses_what_is_no_proxy(capsys, given):
    with pytest.raises(SystemExit) as stop:
        main([PAGE, "--proxy", given])
    shown = capsys.readouterr()
    assert (stop.value.code, shown.out) == (2, "")
    assert "--proxy" in shown.err
    assert "s%40crt" not in shown.err


@pytest.mark.parametrize("name", ["HTTP_PROXY", "http_proxy", "ALL_PROXY"])
def test_the_proxies_of_the_environment_when_asked(inner, monkeypatch, server, name):
    if name == "HTTP_PROXY":
        monkeypatch.delenv("REQUEST_METHOD", raising=False)
    monkeypatch.setenv(name, f"http://127.0.0.1:{server.port}")
    server.answers[PAGE] = ok()
    assert fetch(PAGE, proxy="environment").data == HTML


@pytest.mark.parametrize("exempt", ["127.0.0.1", "127.0.0.0/8", "*", "a.example, 127.0.0.1"])
def test_what_the_environment_exempts(inner, monkeypatch, server, exempt):
    monkeypatch.setenv("http_proxy", f"http://127.0.0.1:{refused()}")
    monkeypatch.setenv("no_proxy", exempt)
    server.answers["/"] = ok()
    assert get(server, proxy="environment").data == HTML
    with pytest.raises(ReadError, match="not a public address"):
        get(server, proxy="environment", allow_private=False)


@pytest.mark.parametrize(
    ("url", "reason"),
    [
        ("http://10.0.0.1/", "10.0.0.1 is not a public address"),
        ("http://[::ffff:127.0.0.1]/", "is not a public address"),
        ("http://2130706433/", "is 127.0.0.1, which is not a public address"),
        ("http://inner.example/", "inner.example is 10.0.0.1, which is not a public address"),
        ("https://inner.example/", "inner.example is 10.0.0.1, which is not a public address"),
        ("http://wiki/", "wiki is a name of a private network"),
        ("http://a.internal/", "a.internal is a name of a private network"),
        ("http://169.254.169.254/", "169.254.169.254 serves a cloud's secrets or is link-local"),
        ("http://168.63.129.16/", "168.63.129.16 serves a cloud's secrets or is link-local"),
    ],
)
def test_private_addresses_are_refused_before_the_proxy_is_asked(inner, server, url, reason):
    with pytest.raises(ReadError, match=reason):
        through(server, url)
    server.answers[PAGE] = redirect(url)
    with pytest.raises(ReadError, match=reason):
        through(server)
    assert len(server.requests) == 1
    if "link-local" in reason:
        with pytest.raises(ReadError, match=reason):
            through(server, url, allow_private=True)
    elif url.startswith("http:"):
        server.answers[url] = ok()
        assert through(server, url, allow_private=True).data == HTML


@pytest.mark.parametrize(
    "given",
    ["", "http://", "http://ann:s3cret@", "ftp://ann:s3cret@a.example", "http://ann:s3/cret@a.b",
     "socks5://ann:s3cret@a.example", "https://ann:s3cret@a.example", "http://a.example:s3cret",
     "http://ann:s3cret@a.example:99999", "http://ann:s3cret@a.example/s3cret?s3cret"],
)  # fmt: skip
def test_what_is_no_proxy(monkeypatch, given):
    with pytest.raises(ValueError, match=r"^proxy is ") as caught:
        summarize.read("a.txt", proxy=given)
    assert "s3" not in str(caught.value).replace("socks5", "")
    if given:
        monkeypatch.setenv("http_proxy", given)
        with pytest.raises(ReadError, match=r"^http://a.example/b: HTTP_PROXY of the") as caught:
            fetch(PAGE, proxy="environment")
        assert "s3" not in str(caught.value).replace("socks5", "")
    with pytest.raises(TypeError, match="proxy must be a str"):
        fetch(PAGE, proxy=1)


@pytest.mark.parametrize("scheme", ["http", "https"])
def test_failures_of_a_proxy(inner, server, scheme):
    url = f"{scheme}://a.example/"
    path = url if scheme == "http" else "a.example:443"
    server.answers[path] = ok(status="407 Proxy Authentication Required")
    with pytest.raises(ReadError, match="wants a user name and password; proxy= may") as caught:
        through(server, url)
    with pytest.raises(ReadError, match="refuses the user name or password given") as caught:
        through(server, url, "ann:s3cret@")
    server.answers[path] = lambda wire: None
    with pytest.raises(ReadError, match=r"the proxy 127\.0\.0\.1:\d+ closed the") as caught:
        through(server, url, "ann:s3cret@")
    assert "s3cret" not in str(caught.value)
    with pytest.raises(ReadError, match=r"the proxy 127\.0\.0\.1:\d+ refuses the connection"):
        fetch(url, proxy=f"http://ann:s3cret@127.0.0.1:{refused()}")
    with pytest.raises(ReadError, match=r"no address of none\.example is found"):
        fetch(url, proxy="http://ann:s3cret@none.example")
    server.answers[path] = b"HTTP/1.1 403 Forbidden\r\n\r\n"
    with pytest.raises(ReadError, match="403 Forbidden"):
        through(server, url)


# --- The way there --------------------------------------------------------------------------------


def refused():
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return listener.getsockname()[1]


def test_a_refused_connection(monkeypatch, server):
    port = refused()
    with pytest.raises(ReadError) as caught:
        fetch(f"http://127.0.0.1:{port}/", allow_private=True)
    assert caught.value.reason == f"127.0.0.1:{port} refuses the connection"
    assert caught.value.errno


def test_proxies_of_the_environment_are_not_used(monkeypatch, server):
    monkeypatch.setenv("HTTP_PROXY", f"http://127.0.0.1:{refused()}")
    server.answers["/"] = ok()
    assert get(server).data == HTML
    with pytest.raises(ReadError, match='proxy="environment" uses'):
        fetch(f"http://127.0.0.1:{refused()}/", allow_private=True)


@pytest.mark.parametrize(
    ("error", "reason"),
    [
        (socket.gaierror(socket.EAI_NONAME, "x"), "no address of a.example is found; check the"),
        (socket.gaierror(socket.EAI_AGAIN, "x"), "no address of a.example is found; is there a"),
        (UnicodeError("x"), "no address of a.example is found; check the name"),
        (OSError(101, "Network is unreachable"), "a.example cannot be reached"),
        (OSError(5, "Input/output error"), "a.example: input/output error"),
    ],
)
def test_failures_on_the_way(monkeypatch, server, error, reason):
    def getaddrinfo(*_, **__):
        raise error

    monkeypatch.setattr(socket, "getaddrinfo", getaddrinfo)
    with pytest.raises(ReadError) as caught:
        fetch("http://a.example/")
    assert caught.value.reason.startswith(reason)


def test_no_addresses_at_all(monkeypatch, server):
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: [])
    with pytest.raises(ReadError, match=r"no address of a\.example is found"):
        fetch("http://a.example/")


def test_a_server_without_tls():
    listener = socket.create_server(("127.0.0.1", 0))

    def plain():
        wire, _ = listener.accept()
        with wire:
            wire.recv(9999)
            wire.sendall(b"HTTP/1.1 400 Bad Request\r\n\r\n")

    threading.Thread(target=plain, daemon=True).start()
    site = f"127.0.0.1:{listener.getsockname()[1]}"
    with listener, pytest.raises(ReadError, match=f"no secure connection to {site}: "):
        fetch(f"https://{site}/", allow_private=True, timeout=5)


def check_tunnel(server, url):
    """Fetch by https through a proxy, which sees nothing of it and whose password stays there."""

    def relay(wire):
        with socket.create_connection(("127.0.0.1", server.port)) as other:
            wire.sendall(b"HTTP/1.1 200 Connection established\r\nVia: x\r\n\r\n")
            copying = threading.Thread(target=copy, args=(wire, other), daemon=True)
            copying.start()
            copy(other, wire)

    def copy(source, goal):
        with contextlib.suppress(OSError):
            while piece := source.recv(65536):
                goal.sendall(piece)

    proxy = Server()
    try:
        proxy.answers[f"localhost:{server.port}"] = relay
        asked = len(server.requests)
        where = f"http://ann:s3cret@127.0.0.1:{proxy.port}"
        assert fetch(url, allow_private=True, proxy=where, timeout=5).data == HTML
        assert "Proxy-Authorization: Basic" in proxy.requests[0]
        assert server.requests[asked].startswith("GET / HTTP/1.1")
        assert "Proxy" not in server.requests[asked]
    finally:
        proxy.close()


@pytest.mark.skipif(shutil.which("openssl") is None, reason="openssl is not installed")
def test_tls(tmp_path, monkeypatch):
    key, certificate = tmp_path / "key.pem", tmp_path / "certificate.pem"
    made = subprocess.run(
        [
            *("openssl", "req", "-x509", "-nodes", "-newkey", "ec", "-days", "2"),
            *("-pkeyopt", "ec_paramgen_curve:prime256v1", "-subj", "/CN=localhost"),
            *("-addext", "subjectAltName=DNS:localhost"),
            *("-keyout", str(key), "-out", str(certificate)),
        ],
        check=False,
        capture_output=True,
    )
    if made.returncode:
        pytest.skip("openssl makes no certificate here")
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    server = Server(context)
    server.answers["/"] = ok()
    server.answers["/down"] = redirect("http://localhost/")
    try:
        url = server.url(host="localhost", scheme="https")
        connections.trust.cache_clear()
        with pytest.raises(ReadError, match=f"certificate of localhost:{server.port} is not trust"):
            fetch(url, allow_private=True)
        monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
        connections.trust.cache_clear()
        assert fetch(url, allow_private=True).data == HTML
        check_tunnel(server, url)
        with pytest.raises(ReadError, match="it redirects from https to http; to read it unencr"):
            fetch(f"{url}down", allow_private=True)
        with pytest.raises(ReadError, match="is not trusted: "):
            fetch(server.url(scheme="https"), allow_private=True)
    finally:
        connections.trust.cache_clear()
        server.close()


def test_certificates_of_certifi_where_python_finds_none(monkeypatch):
    pytest.importorskip("certifi")
    monkeypatch.setattr(
        ssl, "get_default_verify_paths", lambda: type("Paths", (), {"capath": None})
    )
    monkeypatch.setattr(
        ssl, "create_default_context", lambda: ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    )
    connections.trust.cache_clear()
    try:
        assert connections.trust().cert_store_stats()["x509_ca"] > 10
    finally:
        connections.trust.cache_clear()


def test_sockets_are_closed(server):
    ended = threading.Event()

    def answer(wire):
        wire.sendall(redirect("/next"))
        assert wire.recv(1) == b""
        ended.set()

    server.answers["/"] = answer
    server.answers["/next"] = ok()
    assert get(server).data == HTML
    assert ended.wait(2)


PIECES = [
    *(
        b"HTTP/1.1 200 OK\r\n",
        b"HTTP/1.0 200\r\n",
        b"HTTP/1.1 302 Found\r\n",
        b"HTTP/1.1 100 C\r\n",
    ),
    *(b"Content-Length: 5\r\n", b"Content-Length: 999999999999\r\n", b"Content-Length: -1\r\n"),
    *(b"Transfer-Encoding: chunked\r\n", b"Content-Encoding: gzip\r\n", b"Location: /a\r\n"),
    *(b"Location: http://[::1\r\n", b"Location: http://\xc3\xa9\xff/\r\n", b"Content-Type: /;\r\n"),
    *(b"Content-Type: text/html; charset=\xff\r\n", b" folded\r\n", b": x\r\n", b"\x00\r\n"),
    *(b"\r\n", b"\n", b"5\r\n", b"rain.", b"-1\r\n", b"0\r\n\r\n", gzip.compress(b"rain.")),
]


@given(
    st.sampled_from([b"", PIECES[0], PIECES[0] + PIECES[7], PIECES[0] + PIECES[8], PIECES[2]]),
    st.lists(st.one_of(st.sampled_from(PIECES), st.binary(max_size=9)), max_size=9),
)
def test_any_answer_is_a_page_or_an_error_of_ours(start, pieces):
    def connect(*_, **__):
        near, far = socket.socketpair()
        with far:
            far.sendall(start + b"".join(pieces))
            far.shutdown(socket.SHUT_WR)
            far.setblocking(False)
            pairs.append(far.dup())
        return near

    pairs = []
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(pages, "connect", connect)
        try:
            said = fetch("http://a.example/", timeout=5, max_bytes=10_000).data
        except ReadError as error:
            said = str(error).encode()
    assert said
    for pair in pairs:
        pair.close()
