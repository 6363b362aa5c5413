"""The page of one's own account, which everybody has."""

from __future__ import annotations

from collections.abc import Mapping
from typing import cast

from allauth.mfa.models import Authenticator
from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from headrope.core.problems import ProblemsFound
from headrope.org.accounts.actions import set_own_language
from headrope.org.accounts.mandates import delegate, withdraw
from headrope.org.accounts.queries import MandateHeld, NoSuchMandate, delegable, delegated_by, mandates_of, names_of
from headrope.org.models import User
from headrope.web import tables
from headrope.web.access import Visit, visit
from headrope.web.people import forms
from headrope.web.people import page as pages
from headrope.web.people.forms import Field
from headrope.web.people.views import number_of
from headrope.web.problems import Told

DONE = ("delegate", "withdraw", "language")


@require_http_methods(["GET", "HEAD", "POST"])
def page(request: HttpRequest) -> HttpResponse:
    """One's mandates, what one has delegated, and how one signs in; `do` says what is changed."""
    who, user = visit(request), cast(User, request.user)
    held = mandates_of([user.pk]).get(user.pk, [])
    fields = _fields(who, delegable(who.who, held, who.today), request.POST)
    problems: list[Told] = []
    if request.method == "POST":
        do = request.POST.get("do", "")
        try:
            _change(do, who, user, request.POST)
            return redirect(f"/account/?done={do}")
        except NoSuchMandate as error:
            raise Http404 from error
        except ProblemsFound as found:
            problems = forms.take(fields if do == "delegate" else [], found.problems)
    return render(request, "account/page.html", _shown(who, user, held) | {"fields": fields, "problems": problems, "done": _done(request)})  # fmt: skip


@require_safe
def mandates(request: HttpRequest) -> HttpResponse:
    """One's own mandates, as .xlsx."""
    who, user = visit(request), cast(User, request.user)
    held = mandates_of([user.pk]).get(user.pk, [])
    return tables.answer(pages.mandates_sheet(who, user, held), f"{user.username} {who.today.isoformat()}")


def _done(request: HttpRequest) -> str:
    done = request.GET.get("done", "")
    return done if done in DONE and request.method != "POST" else ""


def _shown(who: Visit, user: User, held: list[MandateHeld]) -> dict[str, object]:
    given = delegated_by(user.pk)
    names = names_of({each.user for each in given})
    return {
        "name": user.shown_name(who.language),
        "user": user,
        "mandates": [pages.mandate_row(who, each) for each in held],
        "returnable": {each.id for each in held if each.source is not None and each.valid_to > who.today},
        "given": [(pages.mandate_row(who, each), names[each.user].shown_name(who.language)) for each in given],
        "second_factor": Authenticator.objects.filter(user=user, type=Authenticator.Type.TOTP).exists(),
        "required": settings.MFA_REQUIRED,
        "languages": {"": _("as the pages"), "en": "English", "zh-hans": "中文"},
    }


def _fields(who: Visit, own: list[MandateHeld], posted: Mapping[str, str]) -> list[Field]:
    """The form that delegates; empty for who has nothing to delegate."""
    if not own:
        return []
    rows = [pages.mandate_row(who, each) for each in own]
    options = {str(row.id): _("%(role)s of %(unit)s") % {"role": row.role, "unit": row.unit} for row in rows}
    unit = rows[0].code
    return [
        Field("mandate", _("Mandate"), posted.get("mandate", str(rows[0].id)), "choice", options=options),
        forms.username_field(posted, hint=_("the name with which the other person signs in")),
        *forms.mandate_fields(who, {"unit": unit} | dict(posted.items()), roles=False),
    ]


def _change(do: str, who: Visit, user: User, posted: Mapping[str, str]) -> None:
    if do == "delegate":
        terms, problems = forms.read_terms(who, posted, posted.get("username", "").strip(), "see")
        if problems:
            raise ProblemsFound(problems)
        mandate = number_of(posted.get("mandate", ""))
        delegate(by=user, who=who.who, mandate=mandate, terms=terms, today=who.today)
    elif do == "withdraw":
        withdraw(by=user, mandate=number_of(posted.get("mandate", "")), today=who.today)
    elif do == "language" and posted.get("language", "") in ("", "en", "zh-hans"):
        set_own_language(by=user, language=posted.get("language", ""))
    else:
        raise Http404
