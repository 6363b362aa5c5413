"""A post of a person, or a member of a body: given, corrected, ended or withdrawn."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import cast
from urllib.parse import quote

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_http_methods

from headrope.core.problems import ProblemsFound
from headrope.org.folder import MemberRow, PostRow
from headrope.org.models import User
from headrope.org.people import editing, judging
from headrope.org.people.lists import member_row, members_said, people_kept, post_row, posts_said
from headrope.web.access import Visit
from headrope.web.people.forms import Field, take
from headrope.web.posts import forms
from headrope.web.posts import page as pages
from headrope.web.posts.access import keeper, or_404
from headrope.web.posts.preview import Change, go_on, texts
from headrope.web.posts.things import Given, held
from headrope.web.problems import Told


@require_http_methods(["GET", "HEAD", "POST"])
@or_404
def dated(request: HttpRequest, kind: str, code: str, row: int | None = None) -> HttpResponse:
    """A new post or member, or one that is corrected, ended or withdrawn; `step` says how far it has come."""
    who = keeper(request)
    name = held(who, kind, code)[0]
    said = posts_said(who.who, code) if kind == "person" else members_said(code)
    now = next((each.row for each in said if each.id == row and not each.until), None)
    if row is not None and now is None and request.method != "POST":
        raise Http404
    given = request.POST if request.method == "POST" else forms.given_of(now) if now else {}
    people = pages.names_of(people_kept(who.who), who.language) if kind == "body" else {}
    fields = [*_fields(kind, given, people), forms.why(given)]
    path = [pages.back(kind), (f"/posts/{kind}/{quote(code)}/", name)]
    others: list[Told] = []
    if request.POST.get("step", "form") != "form":
        try:
            of = _Of(who, cast(User, request.user), kind, code, name)
            withdraws = row is not None and "withdraw" in (request.POST["step"], request.POST.get("do"))
            change = _withdrawn(of, row, given) if withdraws and row is not None else _kept(of, row, given, people)
            return go_on(request, change, path)
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
        "path": path,
    }
    return render(request, "posts/form.html", shown)


@dataclass(frozen=True)
class _Of:
    """Whose post or member it is, and who changes it."""

    who: Visit
    by: User
    kind: str
    code: str
    name: str

    @property
    def href(self) -> str:
        """The page of the person or body."""
        return f"/posts/{self.kind}/{quote(self.code)}/"

    def fact(self) -> str:
        """What stays as it is."""
        if self.kind == "person":
            return _("Mandates stay as they are: a post gives no rights.")
        return ""

    def named(self, row: PostRow | MemberRow) -> str:
        """The post with its unit, or the member."""
        if isinstance(row, PostRow):
            values = {"title": pages.title(row, self.who.language), "unit": pages.unit(self.who, row.unit)}
            return pgettext("post", "%(title)s, %(unit)s") % values
        return pages.names_of(people_kept(self.who.who), self.who.language).get(row.person, row.person)


def _fields(kind: str, given: Given, people: Given) -> list[Field]:
    return forms.post(given) if kind == "person" else forms.member(given, people)


def _texts(of: _Of, row: PostRow | MemberRow, people: Given) -> dict[str, str]:
    """A row as its form says it, with names in place of codes."""
    given = forms.given_of(row)
    if isinstance(row, PostRow):
        given["unit"] = pages.unit(of.who, row.unit)
    else:
        given["person"] = people.get(row.person, row.person)
    return texts(_fields(of.kind, given, people))


def _kept(of: _Of, row: int | None, given: Given, people: Given) -> Change:
    """What is given, or stands in place of the row."""
    reason = given.get("reason", "").strip()[: forms.LONGEST_REASON]
    common = {"by": of.by, "who": of.who.who, "was": row, "reason": reason}
    then: PostRow | MemberRow
    if of.kind == "person":
        then, problems = forms.read_post(of.who, given, of.code)
        post = judging.open_post(of.who.who, of.code, row)
        problems = problems or judging.post_problems(of.who.who, then, post)
        was: PostRow | MemberRow | None = post_row(post) if post else None
        save = partial(editing.keep_post, row=then, **common)  # type: ignore[arg-type]
        new, old = _("Gives %(name)s the post %(what)s."), _("Corrects the post %(what)s of %(name)s.")
    else:
        then, problems = forms.read_member(given, of.code, people)
        member = judging.open_member(of.who.who, of.code, row)
        problems = problems or judging.member_problems(of.who.who, then, member)
        was = member_row(member) if member else None
        save = partial(editing.keep_member, row=then, **common)  # type: ignore[arg-type]
        new, old = _("Adds %(what)s to %(name)s."), _("Corrects the membership of %(what)s in %(name)s.")
    if problems:
        return Change("", "", {}, {}, problems, save, of.href)
    finding = (new if was is None else old) % {"name": of.name, "what": of.named(was or then)}
    before = _texts(of, was, people) if was else {}
    return Change(finding, of.fact(), before, _texts(of, then, people), [], save, of.href)


def _withdrawn(of: _Of, row: int, given: Given) -> Change:
    """The row, which is said never to have been."""
    reason = given.get("reason", "").strip()[: forms.LONGEST_REASON]
    common = {"by": of.by, "who": of.who.who, "was": row, "reason": reason}
    was: PostRow | MemberRow | None
    if of.kind == "person":
        post = judging.open_post(of.who.who, of.code, row)
        was = post_row(post) if post else None
        save = partial(editing.withdraw_post, person=of.code, **common)  # type: ignore[arg-type]
        finding = _("Withdraws the post %(what)s of %(name)s: it never was.")
    else:
        member = judging.open_member(of.who.who, of.code, row)
        was = member_row(member) if member else None
        save = partial(editing.withdraw_member, body=of.code, **common)  # type: ignore[arg-type]
        finding = _("Withdraws the membership of %(what)s in %(name)s: it never was.")
    assert was is not None  # a row was named
    people = pages.names_of(people_kept(of.who.who), of.who.language)
    values = {"name": of.name, "what": of.named(was)}
    return Change(finding % values, of.fact(), _texts(of, was, people), {}, [], save, of.href, "withdraw")
