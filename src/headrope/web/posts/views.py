"""The pages about persons and posts, bodies and members, outside parties; whoever may change no unit finds nothing here."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import cast
from urllib.parse import quote, urlencode

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from headrope.core.problems import ProblemsFound
from headrope.org.models import User
from headrope.org.people import editing
from headrope.org.people.lists import NoSuchThing, body_kept, members_said, people_kept, person_kept, posts_said
from headrope.org.people.queries import parties
from headrope.web import tables
from headrope.web.access import Visit, visit
from headrope.web.people.forms import take
from headrope.web.posts import forms
from headrope.web.posts import page as pages
from headrope.web.problems import Told

ROWS = 100
KINDS = {"people": "person", "bodies": "body", "parties": "party"}
"""The kind of thing that each list is of."""


def _visit(request: HttpRequest) -> Visit:
    who = visit(request)
    if not who.who.tops_with("edit"):
        raise Http404
    return who


View = Callable[..., HttpResponse]


def _or_404(view: View) -> View:
    """What the person does not keep is not there."""

    @wraps(view)
    def shown(request: HttpRequest, **named: object) -> HttpResponse:
        try:
            return view(request, **named)
        except NoSuchThing as error:
            raise Http404 from error

    return shown


@require_safe
def table(request: HttpRequest, table: str = "people") -> HttpResponse:
    """A list: people, bodies or parties."""
    who = _visit(request)
    if table not in pages.TABLES:
        raise Http404
    text, number = request.GET.get("q", ""), request.GET.get("page", "")
    found = pages.matching(pages.lines(who, table), text)
    at = min(max(int(number) if number.isascii() and number.isdecimal() and len(number) < 7 else 1, 1), max(-(-len(found) // ROWS), 1))  # fmt: skip
    title, about, heads = pages.titles(table)
    here = "/posts/" if table == "people" else f"/posts/{table}/"
    shown = {
        "table": table,
        "title": title,
        "about": about,
        "heads": heads,
        "rows": found[(at - 1) * ROWS : at * ROWS],
        "all": len(found),
        "q": text,
        "list_href": here,
        "add": "" if table == "parties" and not who.who.everywhere("edit") else f"/posts/add/{KINDS[table]}/",
        "xlsx": f"/posts/{table}.xlsx?{urlencode({'q': text})}",
        "before": f"{here}?{urlencode({'q': text, 'page': at - 1})}" if at > 1 else "",
        "next": f"{here}?{urlencode({'q': text, 'page': at + 1})}" if at * ROWS < len(found) else "",
        "first": (at - 1) * ROWS + 1,
    }
    return render(request, "posts/list.html", shown)


@require_safe
def download(request: HttpRequest, table: str) -> HttpResponse:
    """The list as .xlsx, all of it."""
    who = _visit(request)
    if table not in pages.TABLES:
        raise Http404
    found = pages.matching(pages.lines(who, table), request.GET.get("q", ""))
    return tables.answer(pages.sheet(who, table, found), f"{table} {who.today.isoformat()}")


@require_http_methods(["GET", "HEAD", "POST"])
@_or_404
def add(request: HttpRequest, kind: str) -> HttpResponse:
    """Make a person with a first post, a body or an outside party."""
    who = _visit(request)
    if kind not in KINDS.values() or (kind == "party" and not who.who.everywhere("edit")):
        raise Http404
    posted = request.POST
    fields = forms.names(kind, posted, new=True) + (forms.post(posted) if kind == "person" else [])
    others: list[Told] = []
    if request.method == "POST":
        try:
            code = _add(request, who, kind)
            return redirect(f"/posts/{kind}/{quote(code)}/?done=1")
        except ProblemsFound as found:
            others = take(fields, found.problems)
    titles = {"person": _("Add a person"), "body": _("Add a body"), "party": _("Add an outside party")}
    hint = _("Without a unit and a post the person has none yet.") if kind == "person" and who.who.everywhere("edit") else ""  # fmt: skip
    shown = {"title": titles[kind], "fields": fields, "problems": others, "hint": hint, "path": [_back(kind)]}
    return render(request, "posts/form.html", shown)


def _add(request: HttpRequest, who: Visit, kind: str) -> str:
    posted, common = request.POST, {"by": cast(User, request.user), "who": who.who, "new": True}
    if kind == "body":
        body = forms.read_body(who, posted)
        editing.set_body(row=body, **common)  # type: ignore[arg-type]
        return body.code
    if kind == "party":
        party = forms.read_party(posted)
        editing.set_party(row=party, **common)  # type: ignore[arg-type]
        return party.code
    person = forms.read_person(posted)
    first = None
    if any(posted.get(name, "").strip() for name in ("unit", "title", "title_zh", "rank")):
        first, unread = forms.read_post(who, posted, person.code)
        if unread:
            raise ProblemsFound(unread)
    editing.set_person(row=person, first=first, **common)  # type: ignore[arg-type]
    return person.code


def _back(kind: str) -> tuple[str, str]:
    """The list of the kind: address and title."""
    table = next(table for table, each in KINDS.items() if each == kind)
    return "/posts/" if table == "people" else f"/posts/{table}/", pages.titles(table)[0]


@require_http_methods(["GET", "HEAD", "POST"])
@_or_404
def thing(request: HttpRequest, kind: str, code: str) -> HttpResponse:
    """A person, a body or an outside party: names, and all that is and was said of posts or members."""
    who = _visit(request)
    held, given, managed = _held(who, kind, code)
    fields = forms.names(kind, request.POST if request.method == "POST" else given, new=False)
    others: list[Told] = []
    if request.method == "POST":
        try:
            _set(request, who, kind, code)
            return redirect(f"/posts/{kind}/{quote(code)}/?done=1")
        except ProblemsFound as found:
            others = take(fields, found.problems)
    base = f"/posts/{kind}/{quote(code)}/{'post' if kind == 'person' else 'member'}/"
    rows, before = _rows(who, kind, code, base)
    posting = request.GET.get("posting", "")
    shown = {
        "kind": kind,
        "code": code,
        "name": held,
        "fields": fields if managed else [],
        "problems": others,
        "rows": rows,
        "before": before,
        "base": base,
        "path": [_back(kind)],
        "facts": _facts(who, kind, code),
        "done": "done" in request.GET,
        "posting": posting if posting.isascii() and posting.isdecimal() else "",
    }
    return render(request, "posts/thing.html", shown)


def _held(who: Visit, kind: str, code: str) -> tuple[str, dict[str, str], bool]:
    """Name, what the form is filled with, and whether it may be changed."""
    if kind == "person":
        person = person_kept(who.who, code)
        return person.shown_name(who.language), {"name": person.name, "name_zh": person.name_zh}, person.managed
    if kind == "body":
        body = body_kept(who.who, code)
        return body.shown_name(who.language), {"name": body.name, "name_zh": body.name_zh, "unit": body.unit}, True
    party = next((each for each in parties() if each.code == code), None)
    if kind != "party" or party is None or not who.who.everywhere("edit"):
        raise NoSuchThing(code)
    return party.shown_name(who.language), {"name": party.name, "name_zh": party.name_zh, "kind": party.kind}, True


def _set(request: HttpRequest, who: Visit, kind: str, code: str) -> None:
    posted, common = request.POST, {"by": cast(User, request.user), "who": who.who, "new": False}
    if kind == "person":
        editing.set_person(row=forms.read_person(posted, code), **common)  # type: ignore[arg-type]
    elif kind == "body":
        editing.set_body(row=forms.read_body(who, posted, code), **common)  # type: ignore[arg-type]
    else:
        editing.set_party(row=forms.read_party(posted, code), **common)  # type: ignore[arg-type]


def _rows(who: Visit, kind: str, code: str, base: str) -> tuple[list[pages.Row], list[pages.Row]]:
    if kind == "person":
        return pages.rows(who, posts_said(who.who, code), base, {})
    if kind == "body":
        return pages.rows(who, members_said(code), base, pages.names_of(people_kept(who.who), who.language))
    return [], []


def _facts(who: Visit, kind: str, code: str) -> list[str]:
    if kind == "body":
        return [code, pages.unit(who, body_kept(who.who, code).unit)]
    if kind != "person":
        return [code]
    person = person_kept(who.who, code)
    account = _("signs in as %(name)s") % {"name": person.account} if person.account else _("without an account")
    outside = [_("%(n)s posts outside your mandate") % {"n": person.outside}] if person.outside else []
    return [code, account, *outside]


@require_http_methods(["GET", "HEAD", "POST"])
@_or_404
def dated(request: HttpRequest, kind: str, code: str, row: int | None = None) -> HttpResponse:
    """A post of a person or a member of a body: a new one, or one that is corrected, ended or withdrawn (`do`)."""
    who = _visit(request)
    name = _held(who, kind, code)[0]
    said = posts_said(who.who, code) if kind == "person" else members_said(code)
    held = next((each.row for each in said if each.id == row and not each.until), None)
    if row is not None and held is None and request.method != "POST":
        raise Http404
    given = request.POST if request.method == "POST" else forms.given_of(held) if held else {}
    people = pages.names_of(people_kept(who.who), who.language) if kind == "body" else {}
    fields = [*(forms.post(given) if kind == "person" else forms.member(given, people)), forms.why(given)]
    others: list[Told] = []
    if request.method == "POST":
        try:
            seq = _keep(request, who, kind, code, row)
            return redirect(f"/posts/{kind}/{quote(code)}/?posting={seq}")
        except ProblemsFound as found:
            others = take(fields, found.problems)
    new, old = (_("Give a post"), _("Correct or end a post")) if kind == "person" else (_("Add a member"), _("Correct or end a membership"))  # fmt: skip
    hint = _("To end it, fill in its last day. Withdraw it only if it never was. What was said before stays to be seen.") if row else ""  # fmt: skip
    shown = {
        "title": new if row is None else old,
        "fields": fields,
        "problems": others,
        "hint": hint,
        "withdraw": row is not None,
        "path": [_back(kind), (f"/posts/{kind}/{quote(code)}/", name)],
    }
    return render(request, "posts/form.html", shown)


def _keep(request: HttpRequest, who: Visit, kind: str, code: str, row: int | None) -> int:
    posted, by = request.POST, cast(User, request.user)
    reason = posted.get("reason", "").strip()[: forms.LONGEST_REASON]
    if posted.get("do") == "withdraw" and row is not None:
        if kind == "person":
            return editing.withdraw_post(by=by, who=who.who, person=code, was=row, reason=reason)
        return editing.withdraw_member(by=by, who=who.who, body=code, was=row, reason=reason)
    if kind == "person":
        post, unread = forms.read_post(who, posted, code)
        if unread:
            raise ProblemsFound(unread)
        return editing.keep_post(by=by, who=who.who, row=post, was=row, reason=reason)
    people = pages.names_of(people_kept(who.who), who.language)
    member, unread = forms.read_member(posted, code, people)
    if unread:
        raise ProblemsFound(unread)
    return editing.keep_member(by=by, who=who.who, row=member, was=row, reason=reason)
