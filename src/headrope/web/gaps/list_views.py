"""The red and the black list of a unit, and a unit beside its peers."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from headrope.review.benchmarks.queries import compare, sets
from headrope.review.queries import Question, Reader
from headrope.review.rules.lists import red_and_black
from headrope.web import tables
from headrope.web.gaps.asked import Request, read
from headrope.web.gaps.benchmarks import BenchmarksPage, benchmarks_page, benchmarks_sheet
from headrope.web.gaps.lists import ListsPage, lists_page, lists_sheet
from headrope.web.gaps.views import waited


@require_safe
def lists(request: HttpRequest, unit: str, period: str) -> HttpResponse:
    """Both lists."""
    made = read(request, unit, period, "lists")
    return waited(request, made, lambda reader: render(request, "gaps/lists.html", {"page": _lists(made, reader)}))


@require_safe
def lists_download(request: HttpRequest, unit: str, period: str) -> HttpResponse:
    """Both lists as .xlsx."""
    made = read(request, unit, period, "lists")
    name = f"{made.address.unit} {period} lists"
    return waited(request, made, lambda reader: tables.answer(lists_sheet(_lists(made, reader)), name))


def _lists(made: Request, reader: Reader) -> ListsPage:
    return lists_page(made, reader, red_and_black(reader, made.address.unit, made.period, made.asked.against))


@require_safe
def benchmarks(request: HttpRequest, unit: str, period: str) -> HttpResponse:
    """The unit beside the set that is asked for, else the first."""
    made = read(request, unit, period, "benchmarks")
    page = lambda reader: render(request, "gaps/benchmarks.html", {"page": _benchmarks(request, made, reader)})  # noqa: E731
    return waited(request, made, page)


@require_safe
def benchmarks_download(request: HttpRequest, unit: str, period: str) -> HttpResponse:
    """The same as .xlsx."""
    made = read(request, unit, period, "benchmarks")
    name = f"{made.address.unit} {period} benchmarks"
    return waited(
        request, made, lambda reader: tables.answer(benchmarks_sheet(_benchmarks(request, made, reader)), name)
    )


def _benchmarks(request: HttpRequest, made: Request, reader: Reader) -> BenchmarksPage:
    there = sets(reader)
    wanted = request.GET.get("set", "")
    chosen = wanted if wanted in there else next(iter(there), "")
    review = reader.review(Question(made.address.unit, made.period, made.asked.against, made.asked.known))
    return benchmarks_page(made, reader, review, compare(reader, made.address.unit, made.period, chosen), chosen)
