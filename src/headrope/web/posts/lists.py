"""The lists of persons, of bodies and of outside parties, searched, in pages of a hundred, and as .xlsx."""

from __future__ import annotations

from urllib.parse import urlencode

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from headrope.web import tables
from headrope.web.posts import page as pages
from headrope.web.posts.access import keeper

ROWS = 100


@require_safe
def table(request: HttpRequest, table: str = "people") -> HttpResponse:
    """A list: people, bodies or parties."""
    who = keeper(request)
    if table not in pages.TABLES:
        raise Http404
    text, number = request.GET.get("q", ""), request.GET.get("page", "")
    found = pages.matching(pages.lines(who, table), text)
    wanted = int(number) if number.isascii() and number.isdecimal() and len(number) < 7 else 1
    at = min(max(wanted, 1), max(-(-len(found) // ROWS), 1))
    title, about, heads = pages.titles(table)
    here = pages.list_href(table)
    outside = table == "parties" and not who.who.everywhere("edit")
    shown = {
        "table": table,
        "title": title,
        "about": about,
        "heads": heads,
        "rows": found[(at - 1) * ROWS : at * ROWS],
        "all": len(found),
        "q": text,
        "list_href": here,
        "add": "" if outside else f"/posts/add/{pages.KINDS[table]}/",
        "xlsx": f"/posts/{table}.xlsx?{urlencode({'q': text})}",
        "before": f"{here}?{urlencode({'q': text, 'page': at - 1})}" if at > 1 else "",
        "next": f"{here}?{urlencode({'q': text, 'page': at + 1})}" if at * ROWS < len(found) else "",
        "first": (at - 1) * ROWS + 1,
    }
    return render(request, "posts/list.html", shown)


@require_safe
def download(request: HttpRequest, table: str) -> HttpResponse:
    """The list as .xlsx, all of it."""
    who = keeper(request)
    if table not in pages.TABLES:
        raise Http404
    found = pages.matching(pages.lines(who, table), request.GET.get("q", ""))
    return tables.answer(pages.sheet(who, table, found), f"{table} {who.today.isoformat()}")
