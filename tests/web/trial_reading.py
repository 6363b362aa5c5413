"""Reads what stands on a situation page, for the trials on public data: headline, tables, counts, the matrix, the gap."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date
from html import unescape

from django.db import transaction
from django.test import Client

from headrope.org.actions import console_user, give_mandate, make_user
from headrope.org.models import Role, User
from headrope.org.queries import unit_ids

Row = list[str]


def office_of(root: str) -> Client:
    """Somebody of the office of the whole group in the ledger that is entered, signed in."""
    user = User.objects.filter(username="office").first()
    if user is None:
        by = console_user()
        with transaction.atomic():
            user = make_user(by=by, username="office", password="a long password")
            give_mandate(by=by, user=user, role=Role.OFFICE, unit=unit_ids()[root], valid_from=date(2010, 1, 1))
    client = Client(SERVER_NAME="127.0.0.1")
    client.force_login(user)
    return client


class Situation:
    """A situation page with its lower part, as texts."""

    def __init__(self, client: Client, address: str, query: str = "") -> None:
        tail = f"?{query}" if query else ""
        answer = client.get(f"{address}{tail}")
        assert answer.status_code == 200, address
        self.page = answer.content.decode()
        self._below = client, f"{address}below/{tail}"

    @property
    def below(self) -> str:
        """The lower part, asked as the page's script asks for it."""
        client, address = self._below
        answer = client.get(address, headers={"HX-Request": "true"})
        assert answer.status_code == 200, address
        return answer.content.decode()

    @property
    def headline(self) -> str:
        """The sentences at the head, with plain blanks."""
        return plain(self.page[self.page.index("<h1") : self.page.index("</h1>")])

    def measures(self) -> dict[str, Row]:
        """Rows of the measures by the first words of their names: name, state, figures."""
        part = section(self.page, "measures")
        return {row[0]: row for row in rows(part)}

    def ranking(self) -> list[Row]:
        """Rows of the units below: place, name with state, figures."""
        return rows(section(self.page, "units"))

    def heads(self) -> Row:
        """The titles of the ranking's columns."""
        part = section(self.page, "units")
        return [plain(cell) for cell in re.findall(r"<th [^>]*>(.*?)</th>", part[: part.index("</thead>")], re.S)]

    def counts(self) -> Row:
        """What is counted under the heading of the units below: 27 of 121 at or above 78 %."""
        return [plain(text) for text in re.findall(r"<b>(.*?)</b>", section(self.page, "units"), re.S)]

    def notes(self) -> Row:
        """What is said under the units below."""
        part = section(self.page, "units")
        return [plain(text) for text in re.findall(r"<span>(.*?)</span>", part[part.index("</table>") :], re.S)]

    def matrix(self) -> list[Row]:
        """Rows of units by measures: name, and a text for each measure."""
        return rows(section(self.below, "heat"))

    def pixels(self) -> Row:
        """The units of a matrix with a row of pixels each, in their order."""
        return [plain(text).split(":")[0] for text in re.findall(r"<title>(.*?)</title>", section(self.below, "heat"))]

    def gap(self) -> list[tuple[str, str]]:
        """The steps of the waterfall, from the table beside it."""
        return [(row[0], row[1]) for row in rows(section(self.below, "gap"))]


def section(page: str, name: str) -> str:
    """The section of that id."""
    start = re.search(rf'<section [^>]*id="{name}"', page)
    assert start is not None, name
    return page[start.start() : page.index("</section>", start.start())]


def rows(part: str) -> list[Row]:
    """The cells of its table, without markup."""
    table = part[part.index("<tbody>") : part.index("</tbody>")]
    return [
        [plain(cell) for cell in re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", row, re.S)] for row in table.split("<tr")[1:]
    ]


def plain(markup: str) -> str:
    """Text without markup, every blank a plain one."""
    text = unescape(re.sub(r"<[^>]+>", " ", markup.replace("<h1 ", "<")))
    return " ".join(text.split())


def named(rows_: Sequence[Row], name: str) -> Row:
    """The row whose name begins so."""
    return next(row for row in rows_ if any(cell.startswith(name) for cell in row[:2]))
