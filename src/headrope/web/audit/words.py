"""Actions of the trail in the reader's words; one that has none yet is shown as it was written."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from headrope.org.models import Role
from headrope.web.organisation import words


def said(action: str) -> str:
    """The action in words."""
    verb, _blank, role = action.rpartition(" ")
    if role in Role.values and verb in _OF_A_ROLE:
        return _OF_A_ROLE[verb]() % {"role": words.role(role)}
    known = _known()
    return known.get(action, action)


_OF_A_ROLE = {
    "give mandate": lambda: _("mandate given: %(role)s"),
    "end mandate": lambda: _("mandate ended: %(role)s"),
    "delegate mandate": lambda: _("mandate delegated: %(role)s"),
    "withdraw mandate": lambda: _("delegation withdrawn: %(role)s"),
}


def _known() -> dict[str, str]:
    return {
        "make user": _("account made"),
        "set account": _("account changed"),
        "set password": _("password set"),
        "close account": _("account closed"),
        "reopen account": _("account reopened"),
        "add second factor": _("second factor set up"),
        "remove second factor": _("second factor removed"),
        "new recovery codes": _("new recovery codes"),
        "link sign-in": _("sign-in linked"),
        "sign in": pgettext("trail", "signed in"),
        "sign out": pgettext("trail", "signed out"),
        "failed sign-in": _("failed sign-in"),
        "failed sign-ins": _("failed sign-ins, counted"),
        "token from a new place": _("token used from a new place"),
        "appoint starter": _("appointed to start the group"),
        "end starter": _("the group has been started"),
        "make token": _("token made"),
        "revoke token": _("token revoked"),
        "set person": _("person set"),
        "set body": _("body set"),
        "set party": _("outside party set"),
        "edit tree": _("tree edited"),
        "backup": _("backup"),
        "restore": _("ledger restored"),
        "post load": pgettext("trail", "load"),
        "post import": pgettext("trail", "import"),
        "post accept": pgettext("trail", "acceptance"),
        "post restate": pgettext("trail", "restatement"),
        "post target": pgettext("trail", "targets"),
        "post landing": pgettext("trail", "landings"),
        "post define": pgettext("trail", "definitions"),
        "post meeting": pgettext("trail", "meeting"),
        "change meeting": pgettext("trail", "meeting changed"),
        "order meeting": pgettext("trail", "order of a meeting set"),
        "submit": pgettext("trail", "submitted"),
        "return": pgettext("trail", "returned"),
        "accept": pgettext("trail", "accepted"),
        "reopen": pgettext("trail", "reopened"),
        "lock": pgettext("trail", "locked"),
        "unlock": pgettext("trail", "lock lifted"),
        "remind": pgettext("trail", "reminded"),
        "answer": pgettext("trail", "gap answered"),
        "answer on behalf": pgettext("trail", "gap answered on behalf of the head"),
        "ask": pgettext("trail", "answer to a gap asked for"),
    }
