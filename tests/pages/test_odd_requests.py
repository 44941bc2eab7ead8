"""Whatever is sent to a public address: an answer in words, never a stack trace; the headers are on every one."""

from __future__ import annotations

import json

import pytest
from django.test import Client
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from tests.pages.conftest import heard
from tingchao.engine.links import passcode_for
from tingchao.engine.models import Case, Event
from tingchao.engine.sealing import audit
from tingchao.instruments.codes.selectors import token_of

TEXT = "菜场东门晚上太暗，老人走路不放心。"
KNOWN = (200, 204, 301, 302, 304, 400, 403, 404, 405, 409, 413, 422, 428, 429)

ODD = st.one_of(
    st.text(max_size=60),
    st.sampled_from(
        [
            "", "\x00", "\ud800".encode("utf-8", "surrogatepass").decode("latin-1"), "-1", "0", "9" * 400, "1e999",
            "NaN", "null", "[]", "{}", "../../etc/passwd", "%00", "%s%n", "{{ 7*7 }}", "<script>alert(1)</script>",
            "' OR 1=1 --", "路" * 3000, "\u202e倒写", "🚰" * 500, "2026-02-30", "0001-01-01", "9999-12-31",
            "29.47512,119.28125", "nan,nan", "inf,-inf", "1,2,3", "1" * 5000 + "," + "2" * 5000,
        ]
    ),
)  # fmt: skip
SAY = ("text", "place", "spot", "point", "when", "day", "concerns", "station", "phone", "consent", "code", "step", "go",
       "kept", "drop", "idempotency_key", "guard_work", "guard_token", "guard_answer")  # fmt: skip
FOLLOW = (
    "action",
    "seq",
    "add.text",
    "add.photos",
    "rate_poor.missing",
    "rate_good",
    "hide",
    "csrfmiddlewaretoken",
)
HEALTH = [HealthCheck.too_slow, HealthCheck.function_scoped_fixture]

few = settings(max_examples=40, suppress_health_check=HEALTH, deadline=None)


@pytest.fixture
def client():
    return Client(raise_request_exception=False)


@pytest.fixture(autouse=True)
def _many(settings):
    settings.FILINGS_BEFORE_PROOF = settings.FILINGS_MOST = 100_000


@pytest.fixture
def paths(town) -> list[str]:
    """Every address that takes something from whoever comes."""
    case = heard(town, 1)
    return [
        "/say/",
        f"/m/{case.number}/{passcode_for(case)}/",
        "/find/",
        f"/c/{token_of(town.station.pk)}/",
        "/",
    ]


def fine(answer) -> None:
    assert answer.status_code in KNOWN, f"{answer.status_code}: {answer.content[:300]!r}"
    assert b"Traceback" not in answer.content
    assert "default-src" in answer.headers["Content-Security-Policy"]
    assert answer.headers["X-Content-Type-Options"] == "nosniff"


@few
@given(st.dictionaries(st.sampled_from(SAY), ODD, max_size=10))
def test_saying_something_odd(client, town, fields):
    fine(client.post("/say/", {"text": TEXT, "station": str(town.station.pk), **fields}))
    fine(client.get("/say/", fields))


@few
@given(fields=st.dictionaries(st.sampled_from(FOLLOW), ODD, max_size=6))
def test_odd_things_sent_to_ones_own_matter(client, paths, fields):
    fine(client.post(paths[1], fields))
    assert Case.objects.count() == 1


@few
@given(number=ODD, passcode=ODD)
@example(number="2026-0000-001-1", passcode="\x00")
def test_odd_numbers_and_passcodes(client, town, number, passcode, monkeypatch):
    monkeypatch.setattr("tingchao.desk.guards.GUESSES", type("Free", (), {"most": 10**9})())
    fine(client.get("/find/", {"number": number, "passcode": passcode}))


@few
@given(st.text(alphabet=st.characters(exclude_characters="/?#"), min_size=1, max_size=40))
@example("\x00")
@example("..")
@example("%ff")
@example("Z" * 5000)
def test_odd_addresses(client, town, part):
    from urllib.parse import quote

    spelled = quote(part.encode("utf-8", "surrogatepass"))
    for path in (
        f"/c/{spelled}/",
        f"/m/{spelled}/{spelled}/",
        f"/m/2026-0000-001-1/{spelled}/file/{spelled}",
    ):
        fine(client.get(path))
    fine(client.get(f"/say/?code={spelled}"))


MULTIPART = "multipart/form-data; boundary=x"


def part(told: str, content: str, end: str = "--x--\r\n") -> bytes:
    """A multipart body of one part."""
    return f"--x\r\nContent-Disposition: form-data; {told}\r\n\r\n{content}\r\n{end}".encode()


BODIES = [
    ("no body", "", "application/x-www-form-urlencoded"),
    ("bytes of no encoding", b"\xff\xfe\x00text=\x80\x81", "application/x-www-form-urlencoded"),
    ("another encoding", "text=路灯".encode("gb18030"), "application/x-www-form-urlencoded; charset=gb18030"),
    ("an encoding that is none", b"text=a", "application/x-www-form-urlencoded; charset=no-such"),
    ("json", json.dumps({"text": TEXT}), "application/json"),
    ("xml", "<text>a</text>", "text/xml"),
    ("plain", TEXT, "text/plain"),
    ("no kind", "text=a", ""),
    ("a kind that is none", "text=a", "///;;;=="),
    ("multipart without a boundary", "text=a", "multipart/form-data"),
    ("multipart that breaks off", part('name="text"', "ab", end=""), MULTIPART),
    ("multipart with an odd boundary", b"--\x00\r\n", "multipart/form-data; boundary=\x7f\x01"),
    ("multipart with a file that has no name", part('name="photos"; filename=""', "ab"), MULTIPART),
    ("multipart with a file of an odd name", part('name="photos"; filename="../../\x00.jpg"', "ab"), MULTIPART),
    ("multipart without a name", part("", "ab"), MULTIPART),
    ("multipart with base64 that is none", part('name="text"\r\nContent-Transfer-Encoding: base64', "!!!"), MULTIPART),
    ("thousands of fields", "&".join(f"f{n}=1" for n in range(5000)), "application/x-www-form-urlencoded"),
    ("one field, thousands of times", "&".join(["kept=a"] * 900), "application/x-www-form-urlencoded"),
    ("a field of three million characters", "text=" + "a" * 3_000_000, "application/x-www-form-urlencoded"),
]  # fmt: skip


@pytest.mark.parametrize(("what", "body", "kind"), BODIES)
def test_bodies_of_every_kind(what, body, kind, client, paths):
    for path in paths:
        fine(client.generic("POST", path, body, content_type=kind))
    assert Case.objects.count() == 1, what
    assert audit().broken is None


@pytest.mark.parametrize(
    "method", ["PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "HEAD", "PROPFIND", "get", "POST "]
)
def test_methods_of_every_kind(method, client, paths):
    for path in (*paths, "/desk/", "/accounts/login/", "/i18n/set-language/"):
        fine(client.generic(method, path, "text=a", content_type="application/x-www-form-urlencoded"))
    assert Event.objects.count() == 1


@pytest.mark.parametrize(
    "headers",
    [
        {"HTTP_X_HTTP_METHOD_OVERRIDE": "DELETE"},
        {"HTTP_COOKIE": "type=" + "x" * 4000},
        {"HTTP_COOKIE": "filed=\x80\xff; sessionid='; csrftoken=\""},
        {"HTTP_ACCEPT_LANGUAGE": "*" * 3000},
        {"HTTP_X_FORWARDED_FOR": "\x00, ::, 999.1.1.1," * 500},
        {"HTTP_X_FORWARDED_PROTO": "https"},
        {"HTTP_RANGE": "bytes=0-0,-1"},
        {"HTTP_IF_MODIFIED_SINCE": "never"},
        {"CONTENT_LENGTH": "-5"},
        {"CONTENT_LENGTH": "many"},
    ],
)
def test_headers_of_every_kind(headers, client, paths):
    for path in paths:
        fine(client.get(path, **headers))
        fine(client.post(path, {"text": "灯"}, **headers))


@pytest.mark.parametrize("host", ["evil.example", "a" * 300, "127.0.0.1:port", "[::1", "127.0.0.1/x"])
def test_a_strange_host_is_refused(host, client, town):
    answer = client.get("/", HTTP_HOST=host)
    assert answer.status_code == 400 and b"Traceback" not in answer.content
