"""The description is a page that runs no script, and names every operation in both languages."""

from __future__ import annotations

from django.test import Client

from headrope.api.description import operations
from headrope.api.schema import described
from headrope.org.models import User
from tests.conftest import Place
from tests.web.conftest import BACKEND, dangers, read


def browser() -> Client:
    """Somebody without any mandate, signed in."""
    made = Client(SERVER_NAME="127.0.0.1")
    made.force_login(User.objects.get(username="li.ping"), backend=BACKEND)
    return made


def test_page_names_every_operation_and_runs_nothing(demo: Place) -> None:
    answer = browser().get("/api/")
    text = " ".join(read(answer.content).text)

    assert (answer.status_code, dangers(answer.content)) == (200, [])
    assert "unsafe" not in answer["Content-Security-Policy"]
    for each in operations():
        assert f"{each.method} {each.path}" in text
        assert all(row.name in text for row in (*each.takes, *each.gives))


def test_page_is_for_who_is_signed_in(demo: Place) -> None:
    answer = Client(SERVER_NAME="127.0.0.1").get("/api/")

    assert (answer.status_code, answer["Location"]) == (302, "/sign-in/?next=/api/")


def test_page_takes_nothing(demo: Place) -> None:
    assert browser().post("/api/").status_code in (403, 405)


def test_every_operation_and_parameter_is_explained() -> None:
    unsaid = [each.id for each in operations() if not each.summary]

    assert unsaid == []
    assert {code for ways in described()["paths"].values() for way in ways.values() for code in way["responses"]} == {
        "200", "400", "401", "403", "404", "409", "413", "422", "429", "503"
    }  # fmt: skip
