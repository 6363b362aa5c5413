"""People: who holds which post on a day, who heads a unit, what is wrong is said, what was known before stays.

G
  A
    A1
  AB        founded on 1 January 2023
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from headrope.core.problems import ProblemsFound
from headrope.core.units import ALWAYS, FOREVER
from headrope.journal.models import Audit, Posting
from headrope.journal.queries import books, upto
from headrope.ledger.folder.people import load_people
from headrope.org.actions import console_user, make_user
from headrope.org.folder import PeopleRows, PersonRow, PostRow
from headrope.org.models import Body, BodyMember, Mandate, Party, Person, Post, User
from headrope.org.people.actions import PeopleChange, set_people
from headrope.org.people.queries import Named, PartyInfo, bodies_of, heads_on, members_on, parties, posts_of, posts_on
from headrope.org.queries import sight, unit_ids
from tests.conftest import Folder

from .conftest import Post as PostUnits
from .conftest import unit

JULY = date(2023, 7, 1)
LIST = """
code,name,name_zh,user
P1,Zhou Yi,周宜,zhou.yi
P2,Gao Wenbin,高文斌,
P12,Jin Hao,金浩,jin.hao
"""
POSTS = """
person,unit,title,title_zh,rank,from,to
P1,G,Chair,董事长,1,2021-01-01,
P1,G,Party secretary,党委书记,1,2021-01-01,
P1,AB,Director,董事,3,2023-01-01,2023-06-30
P2,A,General manager,总经理,2,2020-01-01,2023-06-30
P2,AB,General manager,总经理,2,2023-07-01,
P12,A,Clerk,填报员,,,
P12,A,Acting manager,代总经理,3,2023-07-01,
"""
BODIES = """
code,name,name_zh,unit
BOARD,Board of directors,董事会,G
SAFE,Safety committee,安委会,A
"""
MEMBERS = """
body,person,role,role_zh,from,to
BOARD,P1,chair,主任,2021-01-01,
BOARD,P2,member,委员,2021-01-01,2022-12-31
SAFE,P12,,,,
"""
PARTIES = """
code,name,name_zh,kind
SASAC,State assets commission,国资委,owner
ICBC,Industrial bank,工商银行,bank
"""
MANDATES = """
user,role,unit,from,to
zhou.yi,group_office,G,2021-01-01,
jin.hao,clerk,A,2021-01-01,2023-12-31
"""
ALL = {"people": LIST, "posts": POSTS, "bodies": BODIES, "members": MEMBERS, "parties": PARTIES, "mandates": MANDATES}

LoadPeople = Callable[..., PeopleChange]


@pytest.fixture
def group(post_units: PostUnits) -> int:
    """The group has been posted."""
    return post_units([unit("G", None), unit("A", "G"), unit("A1", "A"), unit("AB", "G", date(2023, 1, 1))])


@pytest.fixture
def load(group: int, folder: Folder) -> LoadPeople:
    """Loads files given as texts, in the console's name."""
    return lambda dry_run=False, **files: load_people(folder(**files), by=console_user(), dry_run=dry_run)


@pytest.fixture
def problems(load: LoadPeople) -> Callable[..., list[str]]:
    """Loads files that cannot be loaded and gives the problems as text; nothing has changed."""

    def run(**files: str) -> list[str]:
        before = counts()
        with pytest.raises(ProblemsFound) as found:
            load(**files)
        assert counts() == before
        return [str(problem) for problem in found.value.problems]

    return run


def counts() -> list[int]:
    models = (Person, Post, Body, BodyMember, Party, Mandate, User, Posting, Audit)
    return [model.objects.count() for model in models]


def held_on(day: date, *codes: str, **more: int) -> list[tuple[str, str, int | None]]:
    ids = unit_ids()
    found = posts_on(day, [ids[code] for code in codes] if codes else None, **more)
    return [(post.person.code, post.title, post.rank) for post in found]


def heads(day: date) -> dict[str, list[str]]:
    ids = unit_ids()
    codes = {number: code for code, number in ids.items()}
    return {codes[unit]: [post.person.name for post in found] for unit, found in heads_on(day, ids.values()).items()}


def test_folder_of_people_is_posted_whole(load: LoadPeople) -> None:
    change = load(**ALL)

    assert change == PeopleChange(accounts=2, people=3, posts=7, bodies=2, members=3, parties=2, mandates=2, closed=0)
    assert list(Person.objects.order_by("code").values_list("code", "name_zh", "user__username")) == [
        ("P1", "周宜", "zhou.yi"),
        ("P12", "金浩", "jin.hao"),
        ("P2", "高文斌", None),
    ]
    mandates = Mandate.objects.order_by("id").values_list("user__username", "role", "unit__code", "valid_to")
    assert list(mandates) == [
        ("zhou.yi", "group_office", "G", FOREVER),
        ("jin.hao", "clerk", "A", date(2024, 1, 1)),
    ]


def test_folder_when_loaded_again_changes_nothing(load: LoadPeople) -> None:
    load(**ALL)
    before = counts()

    change = load(**ALL)

    assert (change, change.empty, counts()) == (PeopleChange(), True, before)


def test_dry_run_says_what_would_change_and_changes_nothing(load: LoadPeople) -> None:
    before = counts()

    change = load(dry_run=True, **ALL)

    assert (change.posts, change.accounts, counts()) == (7, 2, before)


def test_account_made_for_a_person_cannot_sign_in_until_it_has_a_password(load: LoadPeople) -> None:
    with transaction.atomic():
        make_user(by=console_user(), username="zhou.yi", password="quite long enough")

    change = load(**ALL)

    users = {user.username: user.has_usable_password() for user in User.objects.exclude(username="console")}
    assert (change.accounts, users) == (1, {"zhou.yi": True, "jin.hao": False})


def test_posts_of_a_unit_on_a_day_stand_by_rank(load: LoadPeople) -> None:
    load(**ALL)

    assert held_on(JULY - timedelta(days=1), "A", "AB") == [
        ("P2", "General manager", 2),
        ("P12", "Clerk", None),
        ("P1", "Director", 3),
    ]
    assert held_on(JULY, "A", "AB") == [
        ("P12", "Acting manager", 3),
        ("P12", "Clerk", None),
        ("P2", "General manager", 2),
    ]


def test_posts_from_a_rank_up_are_those_of_this_rank_or_a_higher_one(load: LoadPeople) -> None:
    load(**ALL)

    assert held_on(JULY, rank=2) == [
        ("P1", "Chair", 1),
        ("P1", "Party secretary", 1),
        ("P2", "General manager", 2),
    ]
    assert held_on(JULY, rank=1, *["A"]) == []  # noqa: B026


def test_head_of_a_unit_is_who_has_the_highest_rank_there(load: LoadPeople) -> None:
    load(**ALL)

    found = {day: heads(day) for day in (date(2022, 1, 1), JULY - timedelta(days=1), JULY)}

    assert found == {
        date(2022, 1, 1): {"G": ["Zhou Yi", "Zhou Yi"], "A": ["Gao Wenbin"]},
        JULY - timedelta(days=1): {"G": ["Zhou Yi", "Zhou Yi"], "A": ["Gao Wenbin"], "AB": ["Zhou Yi"]},
        JULY: {"G": ["Zhou Yi", "Zhou Yi"], "A": ["Jin Hao"], "AB": ["Gao Wenbin"]},
    }


def test_person_has_several_posts_at_once_and_one_after_the_other(load: LoadPeople) -> None:
    load(**ALL)
    codes = {number: code for code, number in unit_ids().items()}

    found = [(codes[post.unit], post.shown_title("zh-hans"), post.valid_from, post.valid_to) for post in posts_of("P1")]

    assert found == [
        ("G", "董事长", date(2021, 1, 1), FOREVER),
        ("G", "党委书记", date(2021, 1, 1), FOREVER),
        ("AB", "董事", date(2023, 1, 1), JULY),
    ]


def test_body_has_its_members_of_the_day(load: LoadPeople) -> None:
    load(**ALL)
    ids = unit_ids()

    assert [body.shown_name("zh-hans") for body in bodies_of(ids["G"])] == ["董事会"]
    assert bodies_of(ids["A1"]) == []
    sat = {
        day: [(member.person.code, member.shown_role("en")) for member in members_on(day, ["BOARD", "SAFE"])]
        for day in (date(2022, 12, 31), date(2023, 1, 1))
    }
    assert sat == {
        date(2022, 12, 31): [("P1", "chair"), ("P2", "member"), ("P12", "")],
        date(2023, 1, 1): [("P1", "chair"), ("P12", "")],
    }


def test_outside_parties_are_listed_by_kind(load: LoadPeople) -> None:
    load(**ALL)

    owner, bank = PartyInfo("SASAC", "State assets commission", "国资委", "owner"), PartyInfo("ICBC", "Industrial bank", "工商银行", "bank")  # fmt: skip
    assert (parties(), parties("owner"), parties("auditor")) == ([bank, owner], [owner], [])


def test_mandate_that_is_given_another_last_day_ends_then(load: LoadPeople) -> None:
    load(**ALL)

    change = load(mandates="user,role,unit,from,to\njin.hao,clerk,A,2021-01-01,2023-06-30")

    assert change == PeopleChange(mandates=1)
    at, clerk = books(), User.objects.get(username="jin.hao")
    seen = [len(sight(clerk, str(at.key), at.seq, day).visible) for day in (JULY - timedelta(days=1), JULY)]
    assert seen == [2, 0]
    assert list(Audit.objects.order_by("-id").values_list("action", "object")[:1]) == [
        ("end mandate clerk", "user jin.hao on unit A from 2021-01-01 until 2023-07-01")
    ]


def test_correction_of_a_post_does_not_change_what_was_known_before(load: LoadPeople) -> None:
    load(**ALL)
    before = books().seq

    change = load(posts="person,unit,title,title_zh,rank,from,to\nP2,A1,General manager,总经理,2,2020-01-01,")

    assert (change.posts, change.closed) == (1, 2)
    codes = {number: code for code, number in unit_ids().items()}
    now, then = ([codes[post.unit] for post in posts_of("P2", known)] for known in (None, upto(before)))
    assert (then, now) == (["A", "AB"], ["A1"])
    assert [post.person.code for post in posts_on(date(2022, 1, 1), known=upto(before))] == ["P1", "P1", "P2", "P12"]


def test_member_that_is_left_out_of_his_body_is_closed_and_other_bodies_stay(load: LoadPeople) -> None:
    load(**ALL)

    change = load(members="body,person,role,role_zh,from,to\nBOARD,P12,chair,主任,2021-01-01,")

    assert (change.members, change.closed) == (1, 2)
    found = [(member.body, member.person) for member in members_on(JULY, ["BOARD", "SAFE"])]
    jin = Named("P12", "Jin Hao", "金浩")
    assert found == [("BOARD", jin), ("SAFE", jin)]


def test_all_that_is_wrong_with_rows_is_said_at_once(problems: Callable[..., list[str]]) -> None:
    found = problems(
        people="code,name,name_zh,user\nP 1,,周宜,zhou yi\n",
        posts="person,unit,title,title_zh,rank,from,to\nP2,A,,总经理,0,2023-02-30,\nP2,A,Head,,2,2023-02-01,2023-01-31",
        parties=f"code,name,kind\nX,{'x' * 201},friend",
        mandates="user,role,unit\n,boss,A",
    )

    assert found == [
        "people.csv, row 2: The column name is empty. Fill it in.",
        "people.csv, row 2: 'P 1' is not a code. Use up to 40 letters, digits, dots, dashes; no blanks or slashes.",
        "people.csv, row 2: 'zhou yi' is not a name to sign in with. Use letters, digits and . + - _ @.",
        "posts.csv, row 2: The column title is empty. Fill it in.",
        "posts.csv, row 2: '0' is not a rank. Write 1 for the highest, up to 99, or nothing.",
        "posts.csv, row 2: '2023-02-30' is not a day. Write it like 2023-06-30 in the column from.",
        "posts.csv, row 3: It ends on 2023-01-31, before it begins on 2023-02-01. Correct the column from or to.",
        "parties.csv, row 2: The column name is longer than 200 characters. Shorten it.",
        "parties.csv, row 2: 'friend' is not a kind. Known: government, regulator, owner, customer, supplier, partner, bank, auditor, other.",
        "mandates.csv, row 2: The column user is empty. Fill it in.",
        "mandates.csv, row 2: 'boss' is not a role. Known: group_office, clerk, head, leader, supervision, finance, viewer, administrator.",
    ]


def test_all_that_does_not_hold_together_is_said_at_once(problems: Callable[..., list[str]]) -> None:
    found = problems(
        people="code,name,user\nP1,Zhou Yi,zhou.yi\nP1,Zhou Yi,zhou.yi\nP2,Gao Wenbin,zhou.yi",
        posts="person,unit,title,rank,from,to\nP3,A,Head,1,,\nP1,A2,Head,1,,\nP1,AB,Head,1,2022-12-31,\n"
        "P2,A,Head,1,2023-01-01,2023-06-30\nP2,A,Head,1,2023-06-30,",
        bodies="code,name,unit\nBOARD,Board,A2",
        members="body,person,from,to\nBOARDS,P1,,\nBOARD,P4,,\nBOARD,P1,,\nBOARD,P1,2023-01-01,",
        mandates="user,role,unit,from\ngao.wenbin,head,A,\nzhou.yi,head,A2,\nzhou.yi,head,A,2023-01-01\nzhou.yi,head,A,2023-01-01",
    )

    assert found == [
        "people.csv, row 3: P1 stands here and at people.csv, row 2. Keep one row.",
        "people.csv, row 4: The account zhou.yi is that of P1. Give each person an account of his own.",
        "posts.csv, row 2: There is no person P3. Add a row to people.csv, or correct the code.",
        "posts.csv, row 3: There is no unit A2. Correct the code.",
        "posts.csv, row 4: The post begins on 2022-12-31, when AB does not exist. Correct the column from or the unit.",
        "posts.csv, row 6: The same stands at posts.csv, row 5 for some of these days. Keep one row, or give the rows days that do not overlap.",
        "bodies.csv, row 2: There is no unit A2. Correct the code.",
        "members.csv, row 2: There is no body BOARDS. Add a row to bodies.csv, or correct the code.",
        "members.csv, row 3: There is no person P4. Add a row to people.csv, or correct the code.",
        "members.csv, row 5: The same stands at members.csv, row 4 for some of these days. Keep one row, or give the rows days that do not overlap.",
        "mandates.csv, row 2: There is no account gao.wenbin. Name it in people.csv, or make it with `headrope user`.",
        "mandates.csv, row 3: There is no unit A2. Correct the code.",
        "mandates.csv, row 5: The mandate stands here and at mandates.csv, row 4. Keep one row.",
    ]


def test_account_of_a_person_is_not_changed_by_a_row(load: LoadPeople, problems: Callable[..., list[str]]) -> None:
    load(**ALL)

    assert problems(people="code,name,user\nP1,Zhou Yi,jin.hao\nP2,Gao Wenbin,zhou.yi") == [
        "people.csv, row 2: The account jin.hao is that of P12. Give each person an account of his own.",
        "people.csv, row 2: P1 has the account zhou.yi, and it cannot be changed here. Write zhou.yi into the column user.",
        "people.csv, row 3: The account zhou.yi is that of P1. Give each person an account of his own.",
    ]


def test_folder_without_files_about_people_is_told(problems: Callable[..., list[str]]) -> None:
    (found,) = problems(units="code,name,parent,tier\nA,A,,1")

    assert found.endswith(
        "There is no file about people. Name a folder that holds at least one of people.csv, posts.csv, bodies.csv, "
        "members.csv, parties.csv, mandates.csv."
    )


def test_unknown_column_is_refused(problems: Callable[..., list[str]]) -> None:
    assert problems(posts="person,unit,titel\nP1,A,Head") == [
        "posts.csv, row 1: 'titel' is not a column of this file. Did you mean 'title'?",
        "posts.csv, row 1: The column 'title' is missing. Add it.",
    ]


@pytest.mark.parametrize(
    ("constraint", "values"),
    [
        ("post_rank_from_one", {"rank": 0}),
        ("post_ends_after_start", {"valid_to": ALWAYS}),
        ("post_closed_after_opened", {"seq_to": 1}),
    ],
)
def test_post_that_cannot_be_is_refused_by_the_database(group: int, constraint: str, values: dict[str, object]) -> None:
    person = Person.objects.create(code="P1", name="Somebody")
    given_ = {"person": person, "unit_id": 1, "title": "Head", "valid_from": ALWAYS, "valid_to": FOREVER, "seq_from": 1}

    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        Post.objects.create(**given_ | values)


def test_posts_take_as_many_statements_for_thirty_as_for_one(load: LoadPeople) -> None:
    found = []
    for many in (1, 30):
        rows = [PersonRow(f"P{n}", f"Person {n}", "", "") for n in range(many)]
        posts = [PostRow(row.code, "A", "Head", "", 1, ALWAYS, FOREVER) for row in rows]
        set_people(by=console_user(), rows=PeopleRows(people=rows, posts=posts))
        with CaptureQueriesContext(connection) as asked:
            held = [posts_on(JULY), heads_on(JULY, unit_ids().values())]
        found.append((len(held[0]), len(asked)))

    assert found == [(1, 3), (30, 3)]


Spans = st.lists(st.tuples(st.integers(0, 30), st.integers(1, 10)), max_size=6)


@given(spans=Spans, day=st.integers(-1, 45))
@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_on_any_day_the_posts_are_those_whose_days_hold_it(group: int, spans: list[tuple[int, int]], day: int) -> None:
    start = date(2023, 1, 1)
    rows = [
        PostRow("P1", "A", f"Post {n}", "", None, start + timedelta(first), start + timedelta(first + length))
        for n, (first, length) in enumerate(spans)
    ]
    kept = [] if rows else [PostRow("P1", "A", "Post", "", None, date(2020, 1, 1), date(2020, 1, 2))]
    set_people(by=console_user(), rows=PeopleRows(people=[PersonRow("P1", "Somebody", "", "")], posts=rows + kept))
    at = start + timedelta(day)

    assert [post.title for post in posts_on(at)] == [row.title for row in rows if row.valid_from <= at < row.valid_to]
