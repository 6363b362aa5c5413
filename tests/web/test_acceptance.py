"""A unit above whose units below are not all accepted any more, on its page."""

from __future__ import annotations

from tests.web.small_group import RIGHT, Group, form
from tests.web.test_figures import Loaded as Loaded
from tests.web.test_figures import group as group  # the fixtures
from tests.web.test_figures import loaded as loaded
from tests.web.test_figures_entry import words


def test_acceptance_asks_why_where_one_below_was_reopened(group: Group) -> None:
    group.send()
    group.send("office", "A2", **{**RIGHT, "REV": "0.52"})
    for unit in ("A1", "A2"):
        group.post("head", "accept/", unit)
    group.post("head", "submit/", "A")
    before = words(group.browser("office").get(form("A")))
    group.post("head", "reopen/", "A1", reason="Freight moved")

    page = words(group.browser("office").get(form("A")))
    refused = group.post("office", "accept/", "A")
    all_ = group.browser("office").post(form("G") + "units/accept-all/", {"unit": f"{group.version('A')} A"})

    assert "Accept without them" not in before and "Accept without them" in page
    assert refused.status_code == 422 and "Not accepted below: A1." in words(refused)
    assert "Not accepted below: A1." in words(all_) and group.state("A") == "submitted"
    assert group.post("office", "accept/", "A", exception="The conference waits").status_code == 302
    assert group.state("A") == "accepted"
    told = words(group.browser("head").get(form("A")))
    assert "The conference waits" in told and "Accept without them" not in told
