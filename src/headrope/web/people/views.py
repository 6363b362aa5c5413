"""The pages about accounts and mandates; whoever has not the right to people finds nothing here."""

from __future__ import annotations

from typing import cast
from urllib.parse import quote, urlencode

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from headrope.core.problems import Problem, ProblemsFound
from headrope.org.accounts import actions
from headrope.org.accounts.mandates import end_mandate, give
from headrope.org.accounts.queries import Account, NoSuchAccount, NoSuchMandate, account, accounts
from headrope.org.models import User
from headrope.web import tables
from headrope.web.access import Visit, visit
from headrope.web.people import forms
from headrope.web.people import page as pages
from headrope.web.problems import Told

ROWS = 100
DONE = ("set", "close", "reopen", "factor", "give", "end")
"""What a page says when it is shown again after a change."""


def _visit(request: HttpRequest) -> Visit:
    who = visit(request)
    if not who.who.tops_with("people"):
        raise Http404
    return who


@require_safe
def page(request: HttpRequest) -> HttpResponse:
    """Who has an account, with the mandates that hold or are to come."""
    who = _visit(request)
    text = request.GET.get("q", "")
    number = request.GET.get("page", "")
    at = max(int(number) if number.isdecimal() and len(number) < 7 else 1, 1)
    found = accounts(who.who, who.today, text, slice((at - 1) * ROWS, at * ROWS))
    if not found.shown and at > 1:
        at = max(-(-found.count // ROWS), 1)
        found = accounts(who.who, who.today, text, slice((at - 1) * ROWS, at * ROWS))
    rows = [pages.account_row(who, each) for each in found.shown]
    turn = {way: f"/people/?{urlencode({'q': text, 'page': to})}" for way, to in (("before", at - 1), ("next", at + 1))}
    shown = {
        "xlsx": f"/people/people.xlsx?{urlencode({'q': text})}",
        "rows": rows,
        "q": text,
        "all": found.count,
        "first": (at - 1) * ROWS + 1,
        "turn": turn,
    }
    return render(
        request,
        "people/page.html",
        shown | {"whole": who.who.everywhere("people"), "more": at * ROWS < found.count, "before": at > 1},
    )


@require_safe
def download(request: HttpRequest) -> HttpResponse:
    """The accounts that the page would list, all of them, as .xlsx."""
    who = _visit(request)
    found = accounts(who.who, who.today, request.GET.get("q", "")).shown
    return tables.answer(pages.sheet(who, found), f"people {who.today.isoformat()}")


@require_http_methods(["GET", "HEAD", "POST"])
def make(request: HttpRequest) -> HttpResponse:
    """Make an account, with a mandate or without; its first password is shown once."""
    who = _visit(request)
    posted = request.POST
    fields = [forms.username_field(posted), *forms.account_fields(posted), *forms.mandate_fields(who, posted)]
    others: list[Told] = []
    if request.method == "POST":
        username, row = posted.get("username", "").strip(), forms.read_row(posted)
        by = cast(User, request.user)
        try:
            if posted.get("unit", "").strip():
                terms, problems = forms.read_terms(who, posted, username, "people")
                if problems:
                    raise ProblemsFound(problems)
                password = give(by=by, who=who.who, terms=terms, today=who.today, account=row)
            else:
                password = actions.make_account(by=by, who=who.who, username=username, row=row)
            return _password(request, username, password or "")
        except ProblemsFound as found:
            others = forms.take(fields, found.problems)
    return render(request, "people/make.html", {"fields": fields, "problems": others})


@require_http_methods(["GET", "HEAD", "POST"])
def person(request: HttpRequest, user: str) -> HttpResponse:
    """One account: mandates, names, and how the person signs in; `do` says what is changed."""
    who = _visit(request)
    try:
        held = account(who.who, user, who.today)
        sheet = _Sheet(request, who, held)
        return sheet.changed() if request.method == "POST" else sheet.shown()
    except (NoSuchAccount, NoSuchMandate) as error:
        raise Http404 from error


@require_safe
def mandates(request: HttpRequest, user: str) -> HttpResponse:
    """The mandates of one account, as .xlsx."""
    who = _visit(request)
    try:
        held = account(who.who, user, who.today)
    except NoSuchAccount as error:
        raise Http404 from error
    return tables.answer(
        pages.mandates_sheet(who, held.user, held.mandates), f"{held.user.username} {who.today.isoformat()}"
    )


class _Sheet:
    """The page of one account, as it is shown and as it is changed."""

    def __init__(self, request: HttpRequest, who: Visit, held: Account) -> None:
        self.request, self.who, self.held = request, who, held
        user, posted = held.user, request.POST
        before = {name: str(getattr(user, name)) for name in ("name", "name_zh", "email", "language")}
        giving = posted.get("do") == "give"
        self.giving = forms.mandate_fields(who, posted if giving else {})
        self.fields = forms.account_fields(posted if posted.get("do") == "set" else before)
        self.problems: list[Told] = []

    def shown(self) -> HttpResponse:
        """The page."""
        who, user = self.who, self.held.user
        done = self.request.GET.get("done", "")
        shown = {
            "name": user.shown_name(who.language),
            "user": user,
            "held": self.held,
            "state": pages.state_of(self.held),
            "since": pages.since(who, self.held),
            "mandates": [pages.mandate_row(who, each) for each in self.held.mandates],
            "giving": self.giving,
            "fields": self.fields,
            "problems": self.problems,
            "own": user.pk == self.request.user.pk,
            "done": done if done in DONE else "",
        }
        return render(self.request, "people/person.html", shown)

    def changed(self) -> HttpResponse:
        """Make the change and show the page again, with what is wrong or what has been done."""
        do, user = self.request.POST.get("do", ""), self.held.user
        common = {"by": cast(User, self.request.user), "who": self.who.who, "username": user.username, "day": self.who.today}  # fmt: skip
        try:
            if do == "password":
                return _password(self.request, user.username, actions.set_new_password(**common))  # type: ignore[arg-type]
            if do == "set":
                actions.set_account(row=forms.read_row(self.request.POST), **common)  # type: ignore[arg-type]
            elif do in ("close", "reopen"):
                actions.set_active(active=do == "reopen", **common)  # type: ignore[arg-type]
            elif do == "factor":
                actions.remove_second_factor(**common)  # type: ignore[arg-type]
            elif do == "give":
                self._give()
            elif do == "end":
                self._end()
            else:
                raise Http404
        except ProblemsFound as found:
            self.problems = forms.take(self.giving if do == "give" else self.fields if do == "set" else [], found.problems)  # fmt: skip
            return self.shown()
        return redirect(f"/people/{quote(user.username)}/?done={do}")

    def _give(self) -> None:
        terms, problems = forms.read_terms(self.who, self.request.POST, self.held.user.username, "people")
        if problems:
            raise ProblemsFound(problems)
        give(by=cast(User, self.request.user), who=self.who.who, terms=terms, today=self.who.today)

    def _end(self) -> None:
        problems: list[Problem] = []
        last = forms.read_day(self.request.POST, "last", problems)
        if problems:
            raise ProblemsFound(problems)
        end_mandate(
            by=cast(User, self.request.user),
            who=self.who.who,
            mandate=number_of(self.request.POST.get("mandate", "")),
            last=last,
            today=self.who.today,
        )


def number_of(text: str) -> int:
    """The number of a mandate; one that none has for what is no number."""
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 18 else 0


def _password(request: HttpRequest, username: str, password: str) -> HttpResponse:
    """The one time that the password is shown."""
    answer = render(request, "people/password.html", {"username": username, "password": password})
    answer.headers["Cache-Control"] = "no-store"
    return answer
