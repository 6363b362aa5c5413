"""The pages about accounts, one's own account and the audit trail: what they show, change and refuse (cast in conftest.py)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from html import unescape

import pytest
from django.core.cache import cache
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from headrope.core.units import ALWAYS
from headrope.journal.actions import lock_head, record
from headrope.journal.models import Audit
from headrope.org.actions import console_user, give_mandate
from headrope.org.models import Mandate, Role, User
from headrope.org.queries import unit_ids
from headrope.web.audit.words import said
from tests.conftest import Databases, Place
from tests.web.conftest import WHOLE_CAST, dangers, signed_in

TODAY = timezone.now().date()
PASSWORD = re.compile(r"<code[^>]*>([a-z0-9]{4}(?:-[a-z0-9]{4}){3})</code>")


@pytest.fixture
def house(databases: Databases, demo_place: Place) -> Iterator[Place]:
    """The example group, to be changed."""
    place = databases.copy(of=demo_place)
    cache.clear()
    yield place
    connection.close()


def body(answer: object) -> str:
    return answer.content.decode()  # type: ignore[attr-defined]


def text(answer: object) -> str:
    """The words of the page between its main tags."""
    main = body(answer).partition("<main")[2].partition(">")[2].partition("</main>")[0]
    return re.sub(r"\s+", " ", unescape(re.sub("<[^>]+>", " ", main)))


def landed(answer: object) -> str:
    return f"{answer.status_code} {answer.get('Location', '')}".strip()  # type: ignore[attr-defined]


def mandates(username: str) -> list[tuple[str, str]]:
    return list(Mandate.objects.filter(user__username=username).order_by("id").values_list("role", "unit__code"))


def part_administrator() -> Client:
    """An administrator of T03 and all below it."""
    user = User.objects.create_user("part", password="headrope-demo")
    with transaction.atomic():
        give_mandate(by=console_user(), user=user, role=Role.ADMINISTRATOR, unit=unit_ids()["T03"], valid_from=ALWAYS)
    return signed_in("part")


def test_administrator_of_a_part_is_led_only_to_what_answers(house: Place) -> None:
    """Definitions, rules and the trail belong to the whole group: they are not in the mast of who has only a part."""
    part = part_administrator()
    mast = part.get("/password/").content.decode().partition('<nav class="hr-nav"')[2].partition("</nav>")[0]

    hrefs = re.findall(r'href="([^"]*)" data-go', mast)

    assert [href for href in hrefs if part.get(href).status_code not in (200, 302)] == []
    assert hrefs[5:] == ["/organisation/", "/posts/", "/people/"]


# Accounts


def test_account_is_made_with_a_mandate_and_its_password_is_shown_once(house: Place) -> None:
    admin = signed_in("admin")
    form = {"username": "new.one", "name": "New One", "name_zh": "新", "email": "n@o.example", "language": "", "role": "clerk", "unit": "T0302", "first": TODAY.isoformat(), "last": ""}  # fmt: skip

    answer = admin.post("/people/make/account/", form)

    found = PASSWORD.search(body(answer))
    assert found
    assert "no-store" in answer["Cache-Control"]
    signs_in = Client(SERVER_NAME="127.0.0.1")
    assert landed(signs_in.post("/sign-in/", {"login": "new.one", "password": found[1]})) == "302 /owe/"
    assert signs_in.get("/review/T0302/2023-H1/").status_code == 200
    assert found[1] not in body(admin.get("/people/new.one/"))
    assert found[1] not in str(list(Audit.objects.values()))
    assert mandates("new.one") == [("clerk", "T0302")]


def test_account_that_cannot_be_made_shows_the_form_again_with_every_problem(house: Place) -> None:
    answer = signed_in("admin").post(
        "/people/make/account/",
        {"username": "jin hao", "email": "no", "role": "king", "unit": "NONE", "first": "1 July", "last": "2020-01-01"},
    )

    assert answer.status_code == 200
    assert "'1 July' is not a day. Write it as 2026-07-31." in text(answer)
    again = signed_in("admin").post(
        "/people/make/account/",
        {"username": "jin hao", "email": "no", "role": "king", "unit": "NONE", "last": "2020-01-01"},
    )
    assert [problem for problem in ("'jin hao' cannot be a sign-in name.", "'no' is not a mail address.", "There is no role 'king'.", "There is no unit NONE on which you may give mandates.", "The last day lies before the first.") if problem not in text(again)] == []  # fmt: skip
    assert 'value="jin hao"' in body(again)
    assert not User.objects.filter(username="jin hao").exists()


def test_unit_can_be_given_by_its_name(house: Place) -> None:
    signed_in("admin").post("/people/li.ping/", {"do": "give", "role": "viewer", "unit": "Pressure Vessels", "first": TODAY.isoformat()})  # fmt: skip

    assert mandates("li.ping") == [("viewer", "T0302")]


def test_mandate_is_given_and_ended_on_the_page_of_the_account(house: Place) -> None:
    admin, clerk = signed_in("admin"), signed_in("li.ping")

    given = admin.post("/people/li.ping/", {"do": "give", "role": "clerk", "unit": "T0302", "first": TODAY.isoformat()})
    seen = [clerk.get("/review/T0302/2023-H1/").status_code]
    mandate = Mandate.objects.get(user__username="li.ping").pk
    shown = text(admin.get(landed(given).removeprefix("302 ")))
    ended = admin.post("/people/li.ping/", {"do": "end", "mandate": str(mandate), "last": ""})
    seen.append(clerk.get("/review/T0302/2023-H1/").status_code)

    assert [landed(given), landed(ended)] == ["302 /people/li.ping/?done=give", "302 /people/li.ping/?done=end"]
    assert "Saved." in shown
    assert "unit clerk Pressure Vessels T0302" in shown
    assert seen == [200, 404]


def test_account_is_changed_closed_and_given_a_new_password(house: Place) -> None:
    admin, clerk = signed_in("admin"), signed_in("jin.hao")
    assert clerk.get("/units/").status_code == 200

    answers = [admin.post("/people/jin.hao/", {"do": do, "name": "Jin", "name_zh": "金", "email": "j@h.example", "language": "en"}) for do in ("set", "close", "reopen", "password", "factor")]  # fmt: skip

    assert [landed(each) for each in answers] == ["302 /people/jin.hao/?done=set", "302 /people/jin.hao/?done=close", "302 /people/jin.hao/?done=reopen", "200", "302 /people/jin.hao/?done=factor"]  # fmt: skip
    jin, found = User.objects.get(username="jin.hao"), PASSWORD.search(body(answers[3]))
    assert found
    assert (jin.name, jin.email, jin.language, jin.is_active, jin.check_password(found[1])) == ("Jin", "j@h.example", "en", True, True)  # fmt: skip
    assert clerk.get("/units/").status_code == 302  # a new password ends open sign-ins


def test_closed_account_is_signed_out_at_once(house: Place) -> None:
    clerk = signed_in("jin.hao")
    signed_in("admin").post("/people/jin.hao/", {"do": "close"})

    assert landed(clerk.get("/units/")) == "302 /sign-in/?next=/units/"


FORMS = [
    {"do": "give", "role": "group_office", "unit": "T", "first": TODAY.isoformat()},
    {"do": "password"},
    {"do": "close"},
    {"do": "set", "name": "x"},
    {"do": "factor"},
    {"do": "end", "mandate": "1"},
]


@pytest.mark.parametrize("who", [who for who in WHOLE_CAST if who not in ("admin", "nobody")])
def test_forms_about_accounts_are_refused_to_all_but_administrators(house: Place, who: str) -> None:
    browser = signed_in(WHOLE_CAST[who])
    before = (list(User.objects.order_by("id").values("password", "is_active", "name")), list(Mandate.objects.order_by("id").values()), Audit.objects.count())  # fmt: skip

    answers = {browser.post(f"/people/{user}/", form).status_code for user in ("jin.hao", WHOLE_CAST[who]) for form in FORMS}  # fmt: skip
    answers.add(browser.post("/people/make/account/", {"username": "mine", "role": "administrator", "unit": "T"}).status_code)  # fmt: skip

    assert answers == {404}
    assert before == (list(User.objects.order_by("id").values("password", "is_active", "name")), list(Mandate.objects.order_by("id").values()), Audit.objects.count())  # fmt: skip


def test_administrator_of_a_part_neither_sees_nor_touches_the_others(house: Place) -> None:
    browser = part_administrator()

    page = browser.get("/people/")
    shown = text(page)
    answers = {user: {browser.post(f"/people/{user}/", form).status_code for form in FORMS if form["do"] != "end"} for user in ("zhou.yi", "li.ping", "console", "nobody")}  # fmt: skip
    higher = browser.post("/people/jin.hao/", {"do": "give", "role": "viewer", "unit": "T01", "first": TODAY.isoformat()})  # fmt: skip
    foreign = browser.post("/people/jin.hao/", {"do": "end", "mandate": str(Mandate.objects.get(user__username="zhou.yi").pk)})  # fmt: skip
    bare = browser.post("/people/make/account/", {"username": "bare"})

    assert ["jin.hao" in shown, "fang.zhiqiang" in shown, "part" in shown] == [True, True, True]
    assert [
        name for name in ("zhou.yi", "admin", "gao.wenbin", "li.ping", "wu.jie") if f"/people/{name}/" in body(page)
    ] == []
    assert answers == {user: {404} for user in answers}
    assert "There is no unit T01 on which you may give mandates." in text(higher)
    assert foreign.status_code == 404
    assert "An account without a mandate can only be made by an administrator of the whole group." in text(bare)
    assert browser.get("/audit/").status_code == 404


def test_administrator_gives_himself_nothing(house: Place) -> None:
    admin = signed_in("admin")

    answer = admin.post("/people/admin/", {"do": "give", "role": "group_office", "unit": "T", "first": TODAY.isoformat()})  # fmt: skip

    assert "Nobody gives himself a mandate." in text(answer)
    assert mandates("admin") == [("administrator", "T")]
    assert "Give a mandate" not in text(admin.get("/people/admin/"))


@pytest.mark.parametrize(
    "form", [{"do": "nothing"}, {}, {"do": "end", "mandate": "x"}, {"do": "end", "mandate": "9" * 40}]
)
def test_form_that_says_nothing_known_is_not_there(house: Place, form: dict[str, str]) -> None:
    assert signed_in("admin").post("/people/jin.hao/", form).status_code == 404


def test_names_with_tags_do_nothing_on_any_page(house: Place) -> None:
    admin = signed_in("admin")
    evil = "<img src=x onerror=alert(1)>"
    admin.post("/people/jin.hao/", {"do": "set", "name": evil, "name_zh": evil})
    admin.post("/people/make/account/", {"username": evil})

    pages = [admin.get(path) for path in ("/people/", "/people/jin.hao/", "/audit/", f"/people/?q={evil}", f"/audit/?who={evil}&object={evil}")]  # fmt: skip
    pages.append(signed_in("jin.hao").get("/account/"))

    assert [dangers(page.content) for page in pages] == [[]] * 6
    assert evil in text(pages[0])


def test_list_of_accounts_takes_as_many_statements_with_many_as_with_few(house: Place) -> None:
    admin = signed_in("admin")
    admin.get("/people/")
    all_before, counts = User.objects.filter(is_superuser=False).count(), []
    for many in (0, 130):
        users = User.objects.bulk_create(User(username=f"user{number:03}") for number in range(many))
        Mandate.objects.bulk_create(Mandate(user=user, role="viewer", unit_id=unit_ids()["T"], valid_from=TODAY, valid_to=TODAY + timedelta(9)) for user in users)  # fmt: skip
        with CaptureQueriesContext(connection) as asked:
            page = admin.get("/people/")
        counts.append((body(page).count('<tr><th scope="row"'), len(asked)))

    assert counts[0][1] == counts[1][1]
    assert [rows for rows, _ in counts] == [all_before, 100]
    assert "1 to 100 of" in text(page)
    assert body(admin.get("/people/?page=2")).count('<tr><th scope="row"') == all_before + 130 - 100
    assert text(admin.get("/people/?page=99")) == text(admin.get("/people/?page=2"))


# One's own account


def test_own_mandate_is_delegated_and_withdrawn_on_the_own_page(house: Place) -> None:
    head, deputy = signed_in("fang.zhiqiang"), signed_in("li.ping")
    own = Mandate.objects.get(user__username="fang.zhiqiang").pk
    form = {"do": "delegate", "mandate": str(own), "username": "li.ping", "unit": "T0302", "first": TODAY.isoformat(), "last": (TODAY + timedelta(7)).isoformat()}  # fmt: skip

    answers = [head.post("/account/", form)]
    seen = [deputy.get(f"/review/{unit}/2023-H1/").status_code for unit in ("T0302", "T0301", "T03")]
    shown, received = text(head.get("/account/?done=delegate")), text(deputy.get("/account/"))
    given = Mandate.objects.get(user__username="li.ping").pk
    answers.append(head.post("/account/", {"do": "withdraw", "mandate": str(given)}))
    seen.append(deputy.get("/review/T0302/2023-H1/").status_code)

    assert [landed(each) for each in answers] == ["302 /account/?done=delegate", "302 /account/?done=withdraw"]
    assert seen == [200, 404, 404, 404]
    assert "Delegated by you" in shown
    assert "Fang Zhiqiang" in received
    assert "Give back: unit head of Pressure Vessels" in received
    assert "while you are away" not in received  # what was delegated is not passed on


def test_delegation_that_may_not_be_says_why(house: Place) -> None:
    head = signed_in("fang.zhiqiang")
    own, other = (Mandate.objects.get(user__username=name).pk for name in ("fang.zhiqiang", "zhou.yi"))
    form = {"do": "delegate", "mandate": str(own), "username": "li.ping", "unit": "T01", "first": TODAY.isoformat(), "last": ""}  # fmt: skip

    wrong = head.post("/account/", form)
    stolen = head.post("/account/", form | {"mandate": str(other), "unit": "T"})
    taken = head.post("/account/", {"do": "withdraw", "mandate": str(other)})

    assert "The unit T01 is not under your mandate." in text(wrong)
    assert "A delegation needs a last day." in text(wrong)
    assert (stolen.status_code, taken.status_code) == (404, 404)
    assert mandates("li.ping") == []


def test_who_has_no_mandate_is_told_who_gives_one(house: Place) -> None:
    shown = text(signed_in("li.ping").get("/account/"))

    assert "You have no mandate yet. An administrator gives you one" in shown
    assert "Delegate" not in shown


def test_language_of_mails_is_chosen_on_the_own_page(house: Place) -> None:
    browser = signed_in("jin.hao")

    answers = [landed(browser.post("/account/", {"do": "language", "language": each})) for each in ("zh-hans", "fr")]

    assert answers == ["302 /account/?done=language", "404"]
    assert User.objects.get(username="jin.hao").language == "zh-hans"


@pytest.mark.parametrize("address", ["/account/", "/people/", "/people/jin.hao/", "/people/make/account/"])
def test_form_without_its_token_is_not_accepted(house: Place, address: str) -> None:
    browser = signed_in("admin", enforce_csrf_checks=True)

    assert browser.post(address, {"do": "close", "username": "x"}).status_code in (403, 405)
    assert User.objects.get(username="jin.hao").is_active


# The audit trail


def lines_of(answer: object) -> list[list[str]]:
    rows = re.findall(r"<tr><th scope=\"row\">.*?</tr>", body(answer), re.DOTALL)
    cells = [re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", row, re.DOTALL) for row in rows]
    return [[re.sub(r"\s+", " ", unescape(re.sub("<[^>]+>", " ", cell))).strip() for cell in row] for row in cells]


def add_line(action: str, object: str, at: datetime, by: str = "zhou.yi") -> None:
    with transaction.atomic():
        lock_head()
        record(by=User.objects.get(username=by), action=action, object=object, at=at)


def test_trail_is_shown_newest_first_and_filtered(house: Place) -> None:
    admin = signed_in("admin")
    add_line("make user", "user <b>x</b>", datetime(2026, 3, 1, 15, 59, tzinfo=UTC))
    add_line("give mandate clerk", "user x on unit T", datetime(2026, 3, 1, 16, 0, tzinfo=UTC), "wu.jie")

    newest = lines_of(admin.get("/audit/"))
    found = {
        query: [row[-1] for row in lines_of(admin.get(f"/audit/?{query}"))]
        for query in (
            "who=wu.jie",
            "action=give+mandate+clerk&object=x+on+unit+T&first=2026-03-02",
            "first=2026-03-01&last=2026-03-01",
            "first=2026-03-02&last=2026-03-02",
            "object=%3Cb%3E",
            "who=nobody",
        )
    }

    assert [row[1] for row in newest[:2]] == ["2026-03-02 00:00:00", "2026-03-01 23:59:00"]
    assert newest[0][3] == "mandate given: unit clerk"
    assert int(newest[0][0]) == int(newest[1][0]) + 1
    assert found == {
        "who=wu.jie": ["user x on unit T"],
        "action=give+mandate+clerk&object=x+on+unit+T&first=2026-03-02": ["user x on unit T"],
        "first=2026-03-01&last=2026-03-01": ["user <b>x</b>"],
        "first=2026-03-02&last=2026-03-02": ["user x on unit T"],
        "object=%3Cb%3E": ["user <b>x</b>"],
        "who=nobody": [],
    }


def test_trail_is_turned_page_by_page_without_a_gap(house: Place) -> None:
    admin = signed_in("admin")
    for number in range(205):
        add_line("said", f"line {number}", datetime(2026, 3, 1, tzinfo=UTC))
    seen: list[str] = []
    admin.get("/audit/")
    address: str | None = "/audit/?action=said"
    statements = set()

    while address:
        with CaptureQueriesContext(connection) as asked:
            page = admin.get(address)
        statements.add(len(asked))
        seen += [row[-1] for row in lines_of(page)]
        older = re.search(r'href="(/audit/\?[^"]*before=[^"]*)"', body(page))
        address = unescape(older[1]) if older else None

    assert seen == [f"line {number}" for number in reversed(range(205))]
    assert len(statements) == 1


@pytest.mark.parametrize(
    "query",
    [
        "before=x",
        "before=-1",
        "before=1%20OR%201",
        "first=31.12.2025",
        "last=0",
        "last=9999-12-31",
        "who=%00",
        "object=%25",
    ],
)
def test_trail_asked_for_nonsense_is_no_fault(house: Place, query: str) -> None:
    assert signed_in("admin").get(f"/audit/?{query}").status_code == 200


def test_every_action_on_accounts_has_words() -> None:
    actions = [f"{verb} mandate {role}" for verb in ("give", "end", "delegate", "withdraw") for role in Role.values]
    actions += ["make user", "set account", "set password", "close account", "reopen account", "add second factor", "remove second factor", "new recovery codes", "link sign-in"]  # fmt: skip

    assert [action for action in actions if said(action) == action and action != "new recovery codes"] == []
    assert said("something else") == "something else"
