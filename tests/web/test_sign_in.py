"""Second factor, sign-in elsewhere, lost passwords: what opens an account, and what does not (the cast stands in conftest.py)."""

from __future__ import annotations

import json
import re
import threading
import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from html import unescape
from http.server import BaseHTTPRequestHandler, HTTPServer
from types import SimpleNamespace
from urllib.parse import parse_qs, urlsplit

import jwt
import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from allauth.socialaccount.models import SocialAccount
from django.conf import LazySettings
from django.core import mail
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from headrope.config.environment import Mail, Provider
from headrope.followup.models import Message
from headrope.followup.outbox.sending import send_due
from headrope.journal import clock
from headrope.journal.models import Audit
from headrope.org.accounts.sign_ins import count_failed_sign_ins
from headrope.org.actions import console_user
from headrope.org.models import FailedSignIns, User
from headrope.org.tokens.actions import make_token
from headrope.org.tokens.models import Token
from headrope.web.sign_in.second_factor import Adapter
from tests.conftest import Databases, Place
from tests.web.conftest import GONE_PASSWORD, dangers, signed_in

PASSWORD = "headrope-demo"


@pytest.fixture
def house(databases: Databases, demo_place: Place) -> Iterator[Place]:
    """The example group, to be changed."""
    place = databases.copy(of=demo_place)
    cache.clear()
    yield place
    connection.close()


def text(answer: object) -> str:
    return unescape(re.sub("<[^>]+>", " ", answer.content.decode()))  # type: ignore[attr-defined]


def by_password(username: str, password: str = PASSWORD) -> tuple[Client, object]:
    browser = Client(SERVER_NAME="127.0.0.1")
    return browser, browser.post("/sign-in/", {"login": username, "password": password, "next": "/units/"})


@pytest.mark.parametrize(
    ("person", "page"), [("jin.hao", "/owe/"), ("fang.zhiqiang", "/"), ("zhou.yi", "/"), ("chen.yuanhang", "/"), ("wu.jie", "/"), ("admin", "/"), ("li.ping", "/")]
)  # fmt: skip
def test_who_only_fills_in_forms_begins_with_what_he_owes(house: Place, person: str, page: str) -> None:
    browser = Client(SERVER_NAME="127.0.0.1")

    answer = browser.post("/sign-in/", {"login": person, "password": PASSWORD})

    assert (answer.status_code, answer["Location"]) == (302, page)


def code(secret: str, steps: int = 0) -> str:
    """What an app shows now, or some half minutes from now."""
    return str(format_hotp_value(hotp_value(secret, int(time.time()) // 30 + steps)))


_before = {"line": 0}
"""The last line of the trail before a test began: others have signed in to the same group before."""


@pytest.fixture(autouse=True)
def begun(request: pytest.FixtureRequest) -> None:
    """Notes where the trail stands, and nobody has failed yet."""
    if "house" in request.fixturenames:
        request.getfixturevalue("house")
        _before["line"] = Audit.objects.order_by("-id").values_list("id", flat=True).first() or 0
        FailedSignIns.objects.all().delete()  # others may have failed in the same hour
    else:
        _before["line"] = 0


def trail(username: str) -> list[str]:
    new = Audit.objects.filter(id__gt=_before["line"], by__username=username)
    return list(new.order_by("id").values_list("action", flat=True))


def set_up(browser: Client) -> str:
    """Sets up a second factor and gives its secret."""
    browser.post("/account/again/?next=/account/second-factor/", {"password": PASSWORD})
    page = browser.get("/account/second-factor/")
    found = re.search(r"<code>(\w+)</code>", page.content.decode())
    assert found, page.content.decode()
    answer = browser.post("/account/second-factor/", {"code": code(found[1], -1)})
    assert (answer.status_code, answer["Location"]) == (302, "/account/second-factor/codes/")
    return found[1]


def codes_of(browser: Client) -> list[str]:
    return re.findall(r"<code>(\d{8})</code>", browser.get("/account/second-factor/codes/").content.decode())


# What the trail says


def lines(action: str = "") -> list[str]:
    """What was done to what, newest last; of one action or of all about signing in."""
    wanted = [action] if action else ["sign in", "sign out", "failed sign-in", "failed sign-ins"]
    new = Audit.objects.filter(id__gt=_before["line"], action__in=wanted).order_by("id")
    return [" | ".join(each) for each in new.values_list("by__username", "action", "object")]


def test_signing_in_and_out_leaves_lines(house: Place) -> None:
    browser = by_password("jin.hao")[0]
    browser.post("/sign-out/")
    browser.post("/sign-out/")  # who is out does not go out

    assert lines() == [
        "jin.hao | sign in | user jin.hao from 127.0.0.1",
        "jin.hao | sign out | user jin.hao",
    ]


def test_failed_sign_ins_leave_two_lines_an_hour_however_many_they_are(house: Place) -> None:
    """Of an account, of a name that nobody bears (not repeated: it may be a password), of a closed account; pauses too."""
    for number in range(7):
        by_password("jin.hao", f"wrong{number}")
    for name in ("my-secret-password", "headrope-demo", "console", "a\0b"):
        by_password(name)
    by_password("gone", GONE_PASSWORD)

    first = lines()
    count_failed_sign_ins(clock.now())
    same = lines()
    written = count_failed_sign_ins(clock.now() + timedelta(hours=1))

    assert first == same == [
        "console | failed sign-in | user jin.hao from 127.0.0.1",
        "console | failed sign-in | an unknown name from 127.0.0.1",
        "console | failed sign-in | user gone from 127.0.0.1",
    ]  # fmt: skip
    hour = f"{clock.now():%Y-%m-%d %H}:00 UTC"
    assert (written, sorted(lines("failed sign-ins"))) == (
        2,
        [
            f"console | failed sign-ins | an unknown name: 3 in the hour from {hour}",
            f"console | failed sign-ins | user jin.hao: 7 in the hour from {hour}",
        ],
    )
    assert FailedSignIns.objects.count() == 0
    assert "secret" not in str(list(Audit.objects.values_list("object", flat=True)))


def test_wrong_code_is_a_failed_sign_in(house: Place) -> None:
    browser = by_password("jin.hao")[0]
    set_up(browser)

    by_password("jin.hao")[0].post("/sign-in/code/", {"code": "000000"})
    found = signed_in("jin.hao")
    found.post("/account/again/", {"password": "a guess"})

    assert lines("failed sign-in") == ["console | failed sign-in | user jin.hao from 127.0.0.1"]
    assert FailedSignIns.objects.get().count == 2
    assert lines("sign in") == ["jin.hao | sign in | user jin.hao from 127.0.0.1"]


# What a new password ends


NEW = {"password1": "an entirely new one", "password2": "an entirely new one"}


def token_of_jin() -> Token:
    return make_token(by=console_user(), user=User.objects.get(username="jin.hao"), name="x", scopes=["read"], days=9).token  # fmt: skip


def test_own_new_password_ends_other_sign_ins_and_tokens(house: Place) -> None:
    here, there = by_password("jin.hao")[0], by_password("jin.hao")[0]
    token, other = token_of_jin(), make_token(by=console_user(), user=User.objects.get(username="zhou.yi"), name="x", scopes=["read"], days=9).token  # fmt: skip
    shown = text(here.get("/password/"))

    answer = here.post("/password/", {"oldpassword": PASSWORD, **NEW})

    assert "Everywhere else you are signed out, and the tokens of your programs are revoked." in shown
    assert (answer.status_code, answer["Location"]) == (302, "/password/?changed=1")
    assert [browser.get("/units/").status_code for browser in (here, there)] == [200, 302]
    assert set(Token.objects.exclude(revoked_at=None)) == {token}
    assert other in Token.objects.filter(revoked_at=None)
    assert trail("jin.hao")[-2:] == ["set password", "revoke token"]


def test_password_set_by_an_administrator_ends_sign_ins_and_tokens(house: Place) -> None:
    his, token = by_password("jin.hao")[0], token_of_jin()
    admin = signed_in("admin")

    shown = text(admin.get("/people/jin.hao/"))
    admin.post("/people/jin.hao/", {"do": "password"})

    token.refresh_from_db()
    assert "a new password ends all open sign-ins and tokens" in shown
    assert (his.get("/units/").status_code, token.revoked_at is None) == (302, False)


def test_password_from_a_link_ends_sign_ins_and_tokens(mails: list[mail.EmailMessage]) -> None:
    his, token = by_password("jin.hao")[0], token_of_jin()
    ask("jin.hao@example.org")
    link = re.search(r"(/sign-in/new/\S+)", str(mails[0].body))
    assert link
    page = Client(SERVER_NAME="127.0.0.1").get(link[1], follow=True)

    page.client.post(page.request["PATH_INFO"], NEW)

    token.refresh_from_db()
    assert "the tokens of your programs are revoked" in text(page)
    assert (his.get("/units/").status_code, token.revoked_at is None) == (302, False)


# Second factor


def test_sign_in_with_a_second_factor_asks_for_the_code_of_the_app(house: Place) -> None:
    secret = set_up(by_password("jin.hao")[0])

    browser, answer = by_password("jin.hao")
    between = (answer["Location"], browser.get("/units/").status_code, browser.get("/sign-in/code/").status_code)  # type: ignore[index]
    wrong = browser.post("/sign-in/code/", {"code": "000000"})
    right = browser.post("/sign-in/code/", {"code": code(secret)})

    assert between == ("/sign-in/code/", 302, 200)
    assert wrong.status_code == 200
    assert "The code does not fit." in text(wrong)
    assert (right.status_code, right["Location"]) == (302, "/units/")
    assert browser.get("/units/").status_code == 200
    assert trail("jin.hao") == ["sign in", "add second factor", "sign in"]
    assert trail("console")[-1:] == ["failed sign-in"]


def test_code_of_the_app_holds_once(house: Place) -> None:
    secret = set_up(by_password("jin.hao")[0])
    now = code(secret)

    answers = []
    for _twice in range(2):
        browser, _ = by_password("jin.hao")
        answers.append(browser.post("/sign-in/code/", {"code": now}).status_code)

    assert answers == [302, 200]


def test_codes_are_not_tried_without_end(house: Place) -> None:
    secret = set_up(by_password("jin.hao")[0])
    browser, _ = by_password("jin.hao")
    for number in range(12):
        browser.post("/sign-in/code/", {"code": f"{number:06}"})

    answer = browser.post("/sign-in/code/", {"code": code(secret)})

    assert answer.status_code in (200, 429)
    assert browser.get("/units/").status_code == 302


def test_recovery_code_signs_in_once(house: Place) -> None:
    browser = by_password("jin.hao")[0]
    set_up(browser)
    codes = codes_of(browser)
    assert len(set(codes)) == 10

    answers = []
    for _twice in range(2):
        again, _ = by_password("jin.hao")
        answers.append(again.post("/sign-in/code/", {"code": codes[3]}).status_code)

    assert answers == [302, 200]
    assert len(codes_of(browser)) == 9
    assert browser.get("/account/second-factor/codes.txt").content.decode().split() == [each for each in codes if each != codes[3]]  # fmt: skip


def test_new_recovery_codes_replace_the_old(house: Place) -> None:
    browser = by_password("jin.hao")[0]
    set_up(browser)
    before = codes_of(browser)

    answer = browser.post("/account/second-factor/codes/new/")

    after = codes_of(browser)
    assert answer["Location"] == "/account/second-factor/codes/"
    assert len(after) == 10
    assert set(before) & set(after) == set()
    assert trail("jin.hao") == ["sign in", "add second factor", "new recovery codes"]


def test_second_factor_is_not_changed_without_the_password(house: Place) -> None:
    """Whoever finds the screen open gets no further: neither to the picture, nor to the codes, nor past the removal."""
    mine = by_password("jin.hao")[0]
    set_up(mine)
    found = signed_in("jin.hao")  # signed in long ago

    asked = {
        path: found.get(f"/account/second-factor/{path}") for path in ("codes/", "codes.txt", "codes/new/", "remove/")
    }
    removed = found.post("/account/second-factor/remove/")

    assert {path: (answer.status_code, answer["Location"].partition("?")[0]) for path, answer in asked.items()} == dict.fromkeys(asked, (302, "/account/again/"))  # fmt: skip
    assert removed.status_code == 302
    assert Authenticator.objects.count() == 2


def test_second_factor_is_removed_by_its_owner(house: Place) -> None:
    browser = by_password("jin.hao")[0]
    set_up(browser)

    shown, answer = browser.get("/account/second-factor/remove/"), browser.post("/account/second-factor/remove/")

    assert "Remove the second factor?" in text(shown)
    assert (answer.status_code, answer["Location"]) == (302, "/account/")
    assert Authenticator.objects.count() == 0
    assert trail("jin.hao") == ["sign in", "add second factor", "remove second factor"]


def test_picture_for_the_app_is_data_of_the_page_and_nothing_in_it_runs(house: Place) -> None:
    browser = by_password("jin.hao")[0]
    browser.post("/account/again/?next=/account/second-factor/", {"password": PASSWORD})

    page = browser.get("/account/second-factor/")

    assert [each[:42] for each in dangers(page.content)] == ["<img>", "img src=data:image/svg+xml;base64,PD94bWwg"]
    assert b'<img src="data:image/svg+xml;base64,' in page.content
    assert "img-src 'self' data:" in page["Content-Security-Policy"]
    assert "no-store" in page["Cache-Control"] or "no-cache" in page["Cache-Control"]


def test_secrets_stand_encrypted_in_the_database(house: Place, settings: LazySettings) -> None:
    browser = by_password("jin.hao")[0]
    secret = set_up(browser)
    codes = codes_of(browser)

    stored = json.dumps(list(Authenticator.objects.values_list("data", flat=True)))

    assert secret not in stored
    assert [each for each in codes if each in stored] == []
    held = Adapter().encrypt("港 secret")
    assert Adapter().decrypt(held) == "港 secret"
    settings.SECRET_KEY = "another key of the house, which is as long"
    assert Adapter().decrypt(held) != "港 secret"
    assert (
        by_password("jin.hao")[0].post("/sign-in/code/", {"code": code(secret)}).status_code == 200
    )  # refused, no fault


@pytest.mark.parametrize(
    ("username", "led"), [("admin", True), ("zhou.yi", True), ("jin.hao", False), ("fang.zhiqiang", False), ("li.ping", False)]
)  # fmt: skip
def test_who_runs_the_house_sets_up_a_second_factor_first_where_it_is_required(
    house: Place, settings: LazySettings, username: str, led: bool
) -> None:
    settings.MFA_REQUIRED = True
    browser = by_password(username)[0]

    answers = {path: browser.get(path) for path in ("/units/", "/people/", "/account/", "/")}
    fragment = browser.get("/units/found/?q=T", headers={"HX-Request": "true"})

    if led:
        assert {answer.get("Location") for answer in answers.values()} == {"/account/second-factor/"}
        assert (fragment.status_code, fragment["HX-Redirect"]) == (204, "/account/second-factor/")
        set_up(browser)
    assert browser.get("/units/").status_code == 200
    assert browser.get("/units/found/?q=T", headers={"HX-Request": "true"}).status_code == 200


def test_second_factor_that_is_required_stays(house: Place, settings: LazySettings) -> None:
    settings.MFA_REQUIRED = True
    browser = by_password("zhou.yi")[0]
    set_up(browser)

    shown, answer = browser.get("/account/second-factor/remove/"), browser.post("/account/second-factor/remove/")

    assert "Your role needs a second factor." in text(shown)
    assert answer.status_code == 200
    assert Authenticator.objects.filter(type="totp").count() == 1


# Lost passwords


@pytest.fixture
def mails(house: Place, settings: LazySettings) -> Iterator[list[mail.EmailMessage]]:
    """Mails leave, with the next tick, as far as this list."""
    settings.EMAIL_HOST = "mail.example.org"
    settings.MAIL = Mail("mail.example.org", 587, "", "", "starttls", "figures@example.org")
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    settings.ADDRESS = "https://figures.example.org"
    mail.outbox = []
    User.objects.filter(username="jin.hao").update(email="Jin.Hao@example.org")
    yield mail.outbox


def ask(address: str) -> str:
    """Asks for a link, and lets the outbox go."""
    answer = Client(SERVER_NAME="127.0.0.1").post("/sign-in/lost/", {"email": address})
    send_due(clock.now())
    return f"{answer.status_code} {answer.get('Location')}"


def test_lost_password_is_replaced_by_a_link_that_holds_once(mails: list[mail.EmailMessage]) -> None:
    assert ask("jin.hao@example.org") == "302 /sign-in/lost/?sent=1"
    (sent,) = mails
    assert sent.to == ["Jin.Hao@example.org"]
    link = re.search(r"https://figures\.example\.org(/sign-in/new/\S+)", str(sent.body))
    assert link
    assert link[1] not in str(list(Audit.objects.values()))
    assert link[1].split("/")[4] not in str(list(Message.objects.values()))
    browser = Client(SERVER_NAME="127.0.0.1")

    page = browser.get(link[1], follow=True)
    changed = browser.post(page.request["PATH_INFO"], {"password1": "an entirely new one", "password2": "an entirely new one"})  # fmt: skip
    again = Client(SERVER_NAME="127.0.0.1").get(link[1], follow=True)

    assert link[1].split("/")[4] not in page.content.decode()  # the key stays out of the page's own address
    assert (changed.status_code, changed["Location"]) == (302, "/sign-in/?renewed=1")
    assert "This link no longer holds" in text(again)
    assert [by_password("jin.hao", each)[1].status_code for each in (PASSWORD, "an entirely new one")] == [200, 302]  # type: ignore[attr-defined]
    assert trail("jin.hao") == ["set password", "sign in"]


def test_page_says_the_same_of_an_address_that_nobody_has(mails: list[mail.EmailMessage]) -> None:
    User.objects.filter(username="gone").update(email="gone@example.org")

    assert [ask(each) for each in ("nobody@example.org", "gone@example.org", "jın.hao@example.org", "jin.hao@example.org")] == ["302 /sign-in/lost/?sent=1"] * 4  # fmt: skip
    assert [sent.to for sent in mails] == [["Jin.Hao@example.org"]]


def test_mail_is_written_in_the_language_of_the_person(mails: list[mail.EmailMessage]) -> None:
    User.objects.filter(username="jin.hao").update(language="zh-hans")

    ask("jin.hao@example.org")

    assert "金浩" in str(mails[0].body)


def test_link_does_not_go_past_the_second_factor(mails: list[mail.EmailMessage]) -> None:
    set_up(by_password("jin.hao")[0])
    ask("jin.hao@example.org")
    link = re.search(r"(/sign-in/new/\S+)", str(mails[0].body))
    assert link
    browser = Client(SERVER_NAME="127.0.0.1")
    page = browser.get(link[1], follow=True)

    browser.post(page.request["PATH_INFO"], {"password1": "an entirely new one", "password2": "an entirely new one"})

    assert browser.get("/units/").status_code == 302
    assert by_password("jin.hao", "an entirely new one")[1]["Location"].startswith("/sign-in/code/")  # type: ignore[index]


def test_mail_server_that_fails_is_no_answer_to_who_has_an_account(mails: list[mail.EmailMessage], settings: LazySettings) -> None:  # fmt: skip
    """No page speaks with the server; the mail waits in the outbox until it is back."""
    settings.EMAIL_BACKEND = "tests.web.no_mail.Refusing"

    assert ask("jin.hao@example.org") == ask("nobody@example.org") == "302 /sign-in/lost/?sent=1"
    assert (Message.objects.get().sent_at, mails) == (None, [])
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    send_due(clock.now() + timedelta(days=1) - timedelta(minutes=1))
    assert [sent.to for sent in mails] == [["Jin.Hao@example.org"]]


def test_page_takes_the_same_steps_whether_somebody_has_the_address_or_not(mails: list[mail.EmailMessage]) -> None:
    console_user()

    def steps(address: str) -> list[str]:
        browser = Client(SERVER_NAME="127.0.0.1")
        with CaptureQueriesContext(connection) as statements:
            browser.post("/sign-in/lost/", {"email": address})
        return [re.sub(" .?s[0-9]+_x[0-9]+.?", "", " ".join(each["sql"].split()[:3])) for each in statements]

    steps("warms.up@example.org")
    known, unknown = steps("jin.hao@example.org"), steps("jin.hoa@example.org")
    User.objects.filter(username="zhou.yi").update(email="zhou.yi@example.org", language="zh-hans")

    assert steps("zhou.yi@example.org") == known
    assert known[:-1] == unknown[:-1]
    assert (known[-1], unknown[-1]) == ("COMMIT", "ROLLBACK")
    assert any("INSERT INTO" in step and "message" in step for step in known)
    assert [message.to_user.username for message in Message.objects.order_by("id")] == ["jin.hao", "zhou.yi"]


def test_who_asks_twice_gets_one_mail_until_he_has_used_it(mails: list[mail.EmailMessage]) -> None:
    for _twice in range(2):
        ask("jin.hao@example.org")
    before = len(mails)
    by_password("jin.hao")  # the link that was sent no longer holds

    ask("jin.hao@example.org")

    assert (before, len(mails)) == (1, 2)


def test_pages_about_lost_passwords_are_not_there_without_a_mail_server(house: Place) -> None:
    browser = Client(SERVER_NAME="127.0.0.1")

    assert [browser.get(path).status_code for path in ("/sign-in/lost/", "/sign-in/new/1/set-password/")] == [404, 404]
    assert "/sign-in/lost/" not in browser.get("/sign-in/").content.decode()


def test_who_has_no_password_is_not_led_in_a_circle(house: Place) -> None:
    browser = signed_in("viewer")

    assert browser.get("/password/")["Location"] == "/account/"
    assert "/password/" not in browser.get("/account/").content.decode().partition("<main")[2]


# Sign-in elsewhere

Claims = dict[str, object]


class _House(BaseHTTPRequestHandler):
    """A provider that says what the test wants of whoever comes."""

    server: _Server

    def do_GET(self) -> None:
        here = f"http://127.0.0.1:{self.server.server_port}"
        if self.path.endswith("openid-configuration"):
            names = {"authorization": "ask", "token": "token", "userinfo": "who"}
            self._say({f"{name}_endpoint": f"{here}/{path}" for name, path in names.items()} | {"issuer": here, "jwks_uri": f"{here}/keys"})  # fmt: skip
        else:
            self._say(self.server.claims)

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"]))
        here = f"http://127.0.0.1:{self.server.server_port}"
        said = {"iss": here, "aud": "headrope", "exp": int(time.time()) + 60, "iat": int(time.time())}
        token = jwt.encode(said | self.server.claims, "a key that is long enough for this test", algorithm="HS256")
        self._say({"access_token": "t", "token_type": "Bearer", "id_token": token} if self.server.works else {"error": "no"})  # fmt: skip

    def _say(self, said: Claims) -> None:
        body = json.dumps(said).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *args: object) -> None:
        pass


class _Server(HTTPServer):
    claims: Claims
    works = True


Elsewhere = Callable[..., tuple[Client, object]]


@pytest.fixture
def elsewhere(house: Place, settings: LazySettings) -> Iterator[SimpleNamespace]:
    """A provider; `come` signs somebody in there who has these claims, and comes back."""
    server = _Server(("127.0.0.1", 0), _House)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    url = f"http://127.0.0.1:{server.server_port}"
    provider = Provider(url, "headrope", "secret", "Group login", "mail")
    app = {"provider_id": "provider", "name": provider.name, "client_id": provider.client_id, "secret": provider.secret, "settings": {"server_url": url}}  # fmt: skip
    settings.PROVIDER = provider
    settings.SOCIALACCOUNT_PROVIDERS = {"openid_connect": {"OAUTH_PKCE_ENABLED": True, "APPS": [app]}}

    def come(browser: Client | None = None, address: str = "/sign-in/provider/?next=/units/", **claims: object) -> tuple[Client, object]:  # fmt: skip
        browser = browser or Client(SERVER_NAME="127.0.0.1")
        server.claims = claims
        led = browser.get(address)
        asked = parse_qs(urlsplit(led["Location"]).query)
        assert led["Location"].startswith(f"{url}/ask?")
        assert {"state", "code_challenge"} <= set(asked)
        return browser, browser.get("/sign-in/provider/back/", {"code": "c", "state": asked["state"][0]})

    yield SimpleNamespace(come=come, server=server, settings=settings, provider=provider)
    server.shutdown()
    server.server_close()
    thread.join()


def landed(answer: object) -> str:
    return f"{answer.status_code} {answer.get('Location', '')}".strip()  # type: ignore[attr-defined]


def test_account_is_found_by_the_verified_address_and_then_by_its_link(elsewhere: SimpleNamespace) -> None:
    User.objects.filter(username="jin.hao").update(email="jin.hao@example.org")
    users = User.objects.count()

    browser, first = elsewhere.come(sub="77", email="Jin.Hao@example.org", email_verified=True)
    seen = browser.get("/review/T0302/2023-H1/").status_code
    # From then on the link counts, whatever the address there has become.
    other, second = elsewhere.come(sub="77", email="changed@example.org", email_verified=False)

    assert (landed(first), landed(second), seen) == ("302 /units/", "302 /units/", 200)
    assert other.get("/units/").status_code == 200
    assert list(SocialAccount.objects.values_list("user__username", "uid")) == [("jin.hao", "77")]
    assert User.objects.count() == users
    assert trail("jin.hao") == ["link sign-in", "sign in", "sign in"]


@pytest.mark.parametrize(
    "claims",
    [
        {"email": "nobody@example.org", "email_verified": True},
        {"email": "jin.hao@example.org", "email_verified": False},
        {"email": "jin.hao@example.org", "email_verified": "true"},
        {"email": "jin.hao@example.org"},
        {"email": "", "email_verified": True},
        {"email": ["jin.hao@example.org"], "email_verified": True},
        {"email": "gone@example.org", "email_verified": True},
        {"email": "console@example.org", "email_verified": True},
        {"email": "jın.hao@example.org", "email_verified": True},
        {"preferred_username": "jin.hao", "email_verified": True},
        {},
    ],
    ids=["unknown", "not verified", "word for true", "no word", "empty", "list", "closed", "console", "like letter", "name only", "nothing"],
)  # fmt: skip
def test_whoever_is_not_known_stays_outside_and_no_account_is_made(elsewhere: SimpleNamespace, claims: Claims) -> None:
    for name in ("jin.hao", "gone", "console"):
        User.objects.filter(username=name).update(email=f"{name}@example.org")
    users = User.objects.count()

    browser, answer = elsewhere.come(sub="1", **claims)

    assert landed(answer) == "403"
    assert "You are not signed in here" in text(answer)
    assert browser.get("/units/").status_code == 302
    assert (User.objects.count(), SocialAccount.objects.count()) == (users, 0)


def test_account_is_found_by_its_name_where_the_house_says_so(elsewhere: SimpleNamespace) -> None:
    elsewhere.settings.PROVIDER = Provider(elsewhere.provider.url, "headrope", "secret", "Group login", "name")
    User.objects.filter(username="zhou.yi").update(email="zhou.yi@example.org")

    _, known = elsewhere.come(sub="1", preferred_username="jin.hao")
    _, closed = elsewhere.come(sub="2", preferred_username="gone")
    _, case = elsewhere.come(sub="3", preferred_username="ZHOU.YI", email="zhou.yi@example.org", email_verified=True)

    assert [landed(each) for each in (known, closed, case)] == ["302 /units/", "403", "403"]


def test_linked_account_that_has_been_closed_stays_outside(elsewhere: SimpleNamespace) -> None:
    User.objects.filter(username="jin.hao").update(email="jin.hao@example.org")
    elsewhere.come(sub="77", email="jin.hao@example.org", email_verified=True)
    User.objects.filter(username="jin.hao").update(is_active=False)

    browser, answer = elsewhere.come(sub="77", email="jin.hao@example.org", email_verified=True)

    assert (landed(answer), browser.get("/units/").status_code) == ("403", 302)


def test_second_factor_is_asked_after_the_sign_in_elsewhere(elsewhere: SimpleNamespace) -> None:
    set_up(by_password("jin.hao")[0])
    User.objects.filter(username="jin.hao").update(email="jin.hao@example.org")

    browser, answer = elsewhere.come(sub="77", email="jin.hao@example.org", email_verified=True)

    assert landed(answer).startswith("302 /sign-in/code/")
    assert browser.get("/units/").status_code == 302


@pytest.mark.parametrize("process", ["connect", "redirect"])
def test_nobody_links_an_account_of_his_choice(elsewhere: SimpleNamespace, process: str) -> None:
    """Not even one that would be found: linking happens at the sign-in and nowhere else."""
    User.objects.filter(username="jin.hao").update(email="jin.hao@example.org")

    for address in ("mallory@example.org", "jin.hao@example.org"):
        _, answer = elsewhere.come(signed_in("jin.hao"), f"/sign-in/provider/?process={process}", sub="66", email=address, email_verified=True)  # fmt: skip
        assert landed(answer) == "403"
    assert SocialAccount.objects.count() == 0


def test_answer_that_nobody_asked_for_is_refused(elsewhere: SimpleNamespace) -> None:
    User.objects.filter(username="jin.hao").update(email="jin.hao@example.org")
    elsewhere.server.claims = {"sub": "77", "email": "jin.hao@example.org", "email_verified": True}
    browser = Client(SERVER_NAME="127.0.0.1")

    answers = [browser.get("/sign-in/provider/back/", given) for given in ({}, {"code": "c"}, {"code": "c", "state": "made up"}, {"error": "access_denied"})]  # fmt: skip

    assert [landed(answer) for answer in answers] == ["403"] * 4
    assert browser.get("/units/").status_code == 302


def test_provider_that_fails_is_no_fault_of_the_page(elsewhere: SimpleNamespace) -> None:
    elsewhere.server.works = False

    _, answer = elsewhere.come(sub="77")

    assert landed(answer) == "403"


def test_sign_in_page_leads_elsewhere_by_a_plain_link(elsewhere: SimpleNamespace) -> None:
    page = Client(SERVER_NAME="127.0.0.1").get("/sign-in/?next=/units/")

    assert (
        '<a class="hr-btn" href="/sign-in/provider/?next=/units/">Sign in with Group login</a>' in page.content.decode()
    )
    assert dangers(page.content) == []


@pytest.mark.parametrize("path", ["/sign-in/other/back/", "/sign-in/code/back/"])
def test_other_providers_are_not_there(elsewhere: SimpleNamespace, path: str) -> None:
    assert Client(SERVER_NAME="127.0.0.1").get(path).status_code == 404
