"""A person, a body or an outside party: made, shown with all that was said of it, and its names corrected."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import cast
from urllib.parse import quote

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_safe

from headrope.core.problems import Problem, ProblemsFound
from headrope.org.folder import PostRow
from headrope.org.models import User
from headrope.org.people import editing, judging
from headrope.org.people.lists import NoSuchThing, body_kept, members_said, people_kept, person_kept, posts_said
from headrope.org.people.queries import parties
from headrope.web import tables
from headrope.web.access import Visit
from headrope.web.people.forms import Field, take
from headrope.web.posts import forms
from headrope.web.posts import page as pages
from headrope.web.posts.access import keeper, or_404
from headrope.web.posts.preview import Change, go_on, texts
from headrope.web.problems import Told

Given = Mapping[str, str]


@require_http_methods(["GET", "HEAD", "POST"])
@or_404
def add(request: HttpRequest, kind: str) -> HttpResponse:
    """Make a person with a first post, a body or an outside party."""
    who = keeper(request)
    if kind not in pages.KINDS.values() or (kind == "party" and not who.who.everywhere("edit")):
        raise Http404
    posted = request.POST
    fields = forms.names(kind, posted, new=True) + (forms.post(posted) if kind == "person" else [])
    path = [pages.back(kind)]
    others: list[Told] = []
    if posted.get("step", "form") != "form":
        try:
            return go_on(request, _new(request, who, kind, fields), path)
        except ProblemsFound as found:
            others = take(fields, found.problems)
    titles = {"person": _("Add a person"), "body": _("Add a body"), "party": _("Add an outside party")}
    hint = _("Without a unit and a post the person has none yet.") if kind == "person" and who.who.everywhere("edit") else ""  # fmt: skip
    shown = {"title": titles[kind], "fields": fields, "problems": others, "hint": hint, "path": path}
    return render(request, "posts/form.html", shown)


def _new(request: HttpRequest, who: Visit, kind: str, fields: list[Field]) -> Change:
    code, problems, save = _asked(request, who, kind, "")
    finding = {
        "person": _("Adds %(name)s to the persons."),
        "body": _("Adds %(name)s to the bodies."),
        "party": _("Adds %(name)s to the outside parties."),
    }[kind]
    name = request.POST.get("name", "").strip()
    return Change(finding % {"name": name}, "", {}, texts(fields), problems, save, _href(kind, code))


@require_http_methods(["GET", "HEAD", "POST"])
@or_404
def thing(request: HttpRequest, kind: str, code: str) -> HttpResponse:
    """A person, a body or an outside party: names, and all that is and was said of posts or members."""
    who = keeper(request)
    name, given, managed = held(who, kind, code)
    fields = forms.names(kind, request.POST if request.method == "POST" else given, new=False)
    others: list[Told] = []
    if request.POST.get("step", "form") != "form":
        try:
            change = _corrected(request, who, (kind, code, name), forms.names(kind, given, new=False), fields)
            return go_on(request, change, [pages.back(kind), (_href(kind, code), name)])
        except ProblemsFound as found:
            others = take(fields, found.problems)
    base = f"{_href(kind, code)}{'post' if kind == 'person' else 'member'}/"
    rows, before = _rows(who, kind, code, base)
    posting = request.GET.get("posting", "")
    shown = {
        "kind": kind,
        "code": code,
        "name": name,
        "fields": fields if managed else [],
        "problems": others,
        "rows": rows,
        "before": before,
        "base": base,
        "xlsx": f"/posts/{kind}/{quote(code)}.xlsx",
        "path": [pages.back(kind)],
        "facts": _facts(who, kind, code),
        "done": "done" in request.GET,
        "posting": posting if posting.isascii() and posting.isdecimal() else "",
    }
    return render(request, "posts/thing.html", shown)


def _corrected(
    request: HttpRequest, who: Visit, of: tuple[str, str, str], before: list[Field], after: list[Field]
) -> Change:
    """The correction of the thing `of` that kind, code and name."""
    kind, code, name = of
    _code, problems, save = _asked(request, who, kind, code)
    was, then = texts(before), texts(after)
    count = sum(was.get(label) != then.get(label) for label in {**was, **then})
    if not (problems or count):
        problems = [judging.NOTHING]
    finding = ngettext("Corrects %(n)s entry of %(name)s.", "Corrects %(n)s entries of %(name)s.", count)
    fact = _("The audit trail says what they were.")
    return Change(finding % {"n": count, "name": name}, fact, was, then, problems, save, _href(kind, code))


def _asked(request: HttpRequest, who: Visit, kind: str, code: str) -> tuple[str, list[Problem], Callable[[], None]]:
    """The code of what the form says (`code`: that is there), what is wrong with it, and how it is saved."""
    posted, by, new = request.POST, cast(User, request.user), not code
    if kind == "body":
        body = forms.read_body(who, posted, code)
        save = partial(editing.set_body, by=by, who=who.who, row=body, new=new)
        return body.code, judging.body_problems(who.who, body, new=new), save
    if kind == "party":
        party = forms.read_party(posted, code)
        save = partial(editing.set_party, by=by, who=who.who, row=party, new=new)
        return party.code, judging.party_problems(who.who, party, new=new), save
    person = forms.read_person(posted, code)
    first, unread = _first(who, posted, person.code) if new else (None, [])
    problems = unread or judging.person_problems(who.who, person, new=new, first=first)
    save = partial(editing.set_person, by=by, who=who.who, row=person, new=new, first=first)
    return person.code, problems, save


def _first(who: Visit, posted: Given, person: str) -> tuple[PostRow | None, list[Problem]]:
    """The first post of a new person, where one is named, and what of it cannot be read."""
    if not any(posted.get(name, "").strip() for name in ("unit", "title", "title_zh", "rank")):
        return None, []
    return forms.read_post(who, posted, person)


def _href(kind: str, code: str) -> str:
    return f"/posts/{kind}/{quote(code)}/"


def held(who: Visit, kind: str, code: str) -> tuple[str, dict[str, str], bool]:
    """Name, what the form is filled with, and whether it may be changed; NoSuchThing."""
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


def _rows(who: Visit, kind: str, code: str, base: str) -> tuple[list[pages.Row], list[pages.Row]]:
    if kind == "person":
        return pages.rows(who, posts_said(who.who, code), base, {})
    if kind == "body":
        return pages.rows(who, members_said(code), base, pages.names_of(people_kept(who.who), who.language))
    return [], []


@require_safe
@or_404
def download(request: HttpRequest, kind: str, code: str) -> HttpResponse:
    """All that is and was said of a person's posts or a body's members, as .xlsx."""
    who = keeper(request)
    name = held(who, kind, code)[0]
    if kind == "party":
        raise Http404
    sheet = pages.said_sheet(who, kind, name, *_rows(who, kind, code, ""))
    return tables.answer(sheet, f"{code} {who.today.isoformat()}")


def _facts(who: Visit, kind: str, code: str) -> list[str]:
    if kind == "body":
        return [code, pages.unit(who, body_kept(who.who, code).unit)]
    if kind != "person":
        return [code]
    person = person_kept(who.who, code)
    account = _("signs in as %(name)s") % {"name": person.account} if person.account else _("without an account")
    outside = [_("%(n)s posts outside your mandate") % {"n": person.outside}] if person.outside else []
    return [code, account, *outside]
