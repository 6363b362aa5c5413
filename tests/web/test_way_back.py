"""An address that only takes changes leads to its page when it is opened, as a browser does after signing in again."""

from __future__ import annotations

import pytest

from tests.web.conftest import Browse

ONLY_CHANGED = {
    "/figures/T0302/FINANCE/2023-06/save/?scale=wan": "/figures/T0302/FINANCE/2023-06/?scale=wan",
    "/figures/T0302/FINANCE/2023-06/submit/": "/figures/T0302/FINANCE/2023-06/",
    "/figures/T/FINANCE/2023-06/units/accept-all/": "/figures/T/FINANCE/2023-06/units/",
    "/gaps/T03/2023-H1/PROFIT/ask/": "/gaps/T03/2023-H1/PROFIT/",
    "/meetings/2/order/": "/meetings/2/",
    "/meetings/2/move/": "/meetings/2/",
    "/meetings/2/note/": "/meetings/2/",
    "/definitions/measures/save/": "/definitions/measures/",
    "/start/passwords/": "/start/",
}


@pytest.mark.parametrize("address", ONLY_CHANGED)
def test_opened_it_leads_to_its_page(browse: Browse, address: str) -> None:
    answer = browse("office").get(address, follow=True)

    assert answer.redirect_chain == [(ONLY_CHANGED[address], 302)]
    assert answer.status_code == 200


def test_who_was_signed_out_and_signs_in_again_is_back_at_the_form(browse: Browse) -> None:
    browser = browse("anonymous")
    sent = browser.post("/figures/T0302/FINANCE/2023-06/submit/?scale=wan", {"row_version": "0"})
    signing_in = {"login": "jin.hao", "password": "headrope-demo", "next": "/figures/T0302/FINANCE/2023-06/submit/?scale=wan"}  # fmt: skip

    answer = browser.post(sent["Location"], signing_in, follow=True)

    assert sent["Location"] == "/sign-in/?next=/figures/T0302/FINANCE/2023-06/submit/%3Fscale%3Dwan"
    assert (answer.status_code, answer.request["PATH_INFO"]) == (200, "/figures/T0302/FINANCE/2023-06/")
    assert answer.request["QUERY_STRING"] == "scale=wan"


def test_other_methods_are_told_that_they_ask_in_the_wrong_way(browse: Browse) -> None:
    office = browse("office")

    assert office.put("/figures/T0302/FINANCE/2023-06/save/").status_code == 405
    assert office.delete("/definitions/measures/save/").status_code == 405
