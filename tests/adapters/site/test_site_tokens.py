"""Who a visitor is cannot be forged, and a document's link opens one file until its time."""

import base64
from datetime import timedelta
from uuid import UUID, uuid4

import jwt
import pytest
from site_world import SECRET

from adapters.site.tokens import LIFE, RENEWABLE, DocumentLinks, VisitorTokens
from infra.clock import Clock

VISITOR = str(uuid4())
DAY = 86_400.0


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def tokens(clock: Clock) -> VisitorTokens:
    return VisitorTokens(SECRET, clock)


def forged(clock: Clock, secret: bytes = SECRET, algorithm: str = "HS256", **changes: object) -> str:
    now = int(clock.now().timestamp())
    claims = {"sub": VISITOR, "aud": "site", "iat": now, "exp": now + 1000, **changes}
    claims = {name: value for name, value in claims.items() if value is not None}
    return jwt.encode(claims, secret if algorithm != "none" else "", algorithm=algorithm)


def test_a_token_names_its_visitor_for_thirty_days(tokens: VisitorTokens, clock: Clock) -> None:
    token = tokens.issue(VISITOR)
    assert jwt.get_unverified_header(token)["alg"] == "HS256"
    assert tokens.visitor(token) == VISITOR
    clock.offset = LIFE.total_seconds() - 60
    assert tokens.visitor(token) == VISITOR
    clock.offset = LIFE.total_seconds() + 60
    assert tokens.visitor(token) is None


def test_an_expired_token_is_renewed_for_half_a_year(tokens: VisitorTokens, clock: Clock) -> None:
    token = tokens.issue(VISITOR)
    assert tokens.resume(token) == VISITOR
    clock.offset = (LIFE + RENEWABLE).total_seconds() - 60
    assert tokens.resume(token) == VISITOR
    clock.offset = (LIFE + RENEWABLE).total_seconds() + 60
    assert tokens.resume(token) != VISITOR


def test_our_own_shape_is_what_the_forgeries_miss(tokens: VisitorTokens, clock: Clock) -> None:
    assert tokens.visitor(forged(clock)) == VISITOR


@pytest.mark.parametrize(
    "changes",
    [
        {"secret": b"another secret, thirty-two bytes or longer"},
        {"algorithm": "none"},
        {"algorithm": "HS512", "secret": SECRET * 2},
        {"aud": "telegram"},
        {"aud": ["site", "x"]},
        {"aud": None},
        {"exp": None},
        {"exp": "2999"},
        {"exp": True},
        {"exp": 1},
        {"exp": 1e12},
        {"iat": None},
        {"sub": None},
        {"sub": "1"},
        {"sub": VISITOR.upper()},
    ],
)
def test_a_token_of_any_other_shape_names_nobody(tokens: VisitorTokens, clock: Clock, changes: dict) -> None:
    try:
        token = forged(clock, **changes)
    except TypeError:  # the library does not even write it
        assert "exp" in changes
        return
    assert tokens.visitor(token) is None
    assert tokens.resume(token) != VISITOR or changes == {"exp": 1}


@pytest.mark.parametrize("token", ["", ".", "a.b.c", "я", "x" * 5_000, "\x00", "e30.e30.", None, 5, [], {}])
def test_what_is_no_token_starts_a_new_visitor(tokens: VisitorTokens, token: object) -> None:
    assert UUID(tokens.resume(token))
    if isinstance(token, str):
        assert tokens.visitor(token) is None


def test_a_changed_token_names_nobody(tokens: VisitorTokens) -> None:
    header, claims, signature = tokens.issue(VISITOR).split(".")
    other = tokens.issue(str(uuid4())).split(".")[1]
    assert tokens.visitor(f"{header}.{other}.{signature}") is None
    nothing = base64.urlsafe_b64encode(b'{"alg":"none","typ":"JWT"}').rstrip(b"=").decode()
    assert tokens.visitor(f"{nothing}.{claims}.") is None
    assert tokens.visitor(f"{nothing}.{claims}.{signature}") is None


def test_a_link_opens_its_file_for_seven_days(clock: Clock) -> None:
    links = DocumentLinks(SECRET, clock, "https://assistant.example/")
    file_id = uuid4()
    url = links.url(file_id)
    assert url.startswith("https://assistant.example/documents/")
    token = url.rpartition("/")[2]
    assert links.file_id(token) == file_id
    clock.offset = 7 * DAY - 60
    assert links.file_id(token) == file_id
    clock.offset = 7 * DAY + 3_700
    assert links.file_id(token) is None
    assert DocumentLinks(SECRET, clock).url(file_id).startswith("/documents/")
    short = links.token(file_id, clock.now() + timedelta(hours=2))
    assert links.file_id(short) == file_id


def test_a_changed_link_opens_nothing(clock: Clock) -> None:
    links = DocumentLinks(SECRET, clock)
    token = links.token(uuid4(), clock.now() + timedelta(days=1))
    raw = base64.urlsafe_b64decode(token + "=" * (-len(token) % 4))
    for at in range(len(raw)):
        changed = raw[:at] + bytes([raw[at] ^ 1]) + raw[at + 1 :]
        assert links.file_id(base64.urlsafe_b64encode(changed).rstrip(b"=").decode()) is None
    other = DocumentLinks(b"another", clock).token(uuid4(), clock.now() + timedelta(days=1))
    for wrong in ("", "a", "я", token[:-4], token + "AAAA", token + "=", other, "../etc/passwd"):
        assert links.file_id(wrong) is None
