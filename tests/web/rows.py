"""Every address of the pages and how it answers each of the cast: the table that access is tested with.

A row holds an address and one status for each of the cast, in the order of the head line; T is the whole group, T0302
the clerk's unit, T03 the head's, T01 that of the viewer. A new address without a row fails tests/web/test_access.py.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable

TABLE = """
address                                          office clerk head leader superv finance viewer admin outsider nobody
/                                                   302   302  302    302    302     302    302   302      200    302
/review/T/                                          302   404  404    302    302     302    404   302      404    302
/review/T01/                                        302   404  404    302    302     302    302   302      404    302
/review/T03/                                        302   404  302    302    302     302    404   302      404    302
/review/T0302/                                      302   302  302    302    302     302    404   302      404    302
/review/NONE/                                       404   404  404    404    404     404    404   404      404    302
/review/T/2023-H1/                                  200   404  404    200    200     200    404   200      404    302
/review/T01/2023-H1/                                200   404  404    200    200     200    200   200      404    302
/review/T03/2023-H1/                                200   404  200    200    200     200    404   200      404    302
/review/T0301/2023-H1/                              200   404  200    200    200     200    404   200      404    302
/review/T0302/2023-H1/                              200   200  200    200    200     200    404   200      404    302
/review/T0305/2022-Q1/                              200   200  200    200    200     200    404   200      404    302
/review/NONE/2023-H1/                               404   404  404    404    404     404    404   404      404    302
/review/T/2023-H1/measures.xlsx                     200   404  404    200    200     200    404   200      404    302
/review/T0302/2023-H1/measures.xlsx                 200   200  200    200    200     200    404   200      404    302
/review/T/2023-H1/heat.xlsx                         200   404  404    200    200     200    404   200      404    302
/review/T0302/2023-H1/heat.xlsx                     404   404  404    404    404     404    404   404      404    302
/review/T/2023-H1/below/                            200   404  404    200    200     200    404   200      404    302
/review/T03/2023-H1/below/                          200   404  200    200    200     200    404   200      404    302
/review/T0302/2023-H1/below/                        200   200  200    200    200     200    404   200      404    302
/review/NONE/2023-H1/below/                         404   404  404    404    404     404    404   404      404    302
/review/T/2023-H1/since/                            200   404  404    200    200     200    404   200      404    302
/review/T0302/2023-H1/since/                        200   200  200    200    200     200    404   200      404    302
/review/NONE/2023-H1/since/                         404   404  404    404    404     404    404   404      404    302
/review/NONE/2023-H1/measures.xlsx                  404   404  404    404    404     404    404   404      404    302
/review/T/2023-H1/units.xlsx                        200   404  404    200    200     200    404   200      404    302
/review/T01/2023-H1/units.xlsx                      200   404  404    200    200     200    200   200      404    302
/review/T/2023-H1/nothing.xlsx                      404   404  404    404    404     404    404   404      404    302
/sheet/T/                                           302   404  404    302    302     302    404   302      404    302
/sheet/T03/2023-H1/                                 200   404  200    200    200     200    404   200      404    302
/sheet/T01/2023-H1/                                 200   404  404    200    200     200    200   200      404    302
/sheet/T0302/2023-H1/                               200   200  200    200    200     200    404   200      404    302
/sheet/T0305/2022-Q1/                               200   200  200    200    200     200    404   200      404    302
/sheet/NONE/2023-H1/                                404   404  404    404    404     404    404   404      404    302
/origin/T/PROFIT/2023-H1/actual/                    200   404  404    200    200     200    404   200      404    302
/origin/T0301/PROFIT/2023-06/actual/                200   404  200    200    200     200    404   200      404    302
/origin/T0302/PROFIT/2023-06/actual/                200   200  200    200    200     200    404   200      404    302
/origin/NONE/PROFIT/2023-06/actual/                 404   404  404    404    404     404    404   404      404    302
/origin/T/PROFIT/2023-H1/actual/parts.xlsx          200   404  404    200    200     200    404   200      404    302
/origin/T01/PROFIT/2023-H1/actual/parts.xlsx        200   404  404    200    200     200    200   200      404    302
/origin/T0302/PROFIT/2023-H1/actual/cells.xlsx      200   200  200    200    200     200    404   200      404    302
/origin/T0302/PROFIT/2023-H1/actual/nothing.xlsx    404   404  404    404    404     404    404   404      404    302
/origin/NONE/PROFIT/2023-06/actual/parts.xlsx       404   404  404    404    404     404    404   404      404    302
/landing/                                           302   302  302    302    302     302    302   302      200    302
/landing/T/                                         302   404  404    302    302     302    404   302      404    302
/landing/T0302/                                     302   302  302    302    302     302    404   302      404    302
/landing/T/2023/                                    200   404  404    200    200     200    404   200      404    302
/landing/T01/2023/                                  200   404  404    200    200     200    200   200      404    302
/landing/T0302/2023/                                200   200  200    200    200     200    404   200      404    302
/landing/NONE/2023/                                 404   404  404    404    404     404    404   404      404    302
/landing/judged/                                    200   404  404    200    200     200    404   200      404    302
/gaps/T/2023-H1/                                    200   404  404    200    200     200    404   200      404    302
/gaps/T03/2023-H1/                                  200   404  200    200    200     200    404   200      404    302
/gaps/T0302/2023-H1/                                200   200  200    200    200     200    404   200      404    302
/gaps/NONE/2023-H1/                                 404   404  404    404    404     404    404   404      404    302
/gaps/T03/2023-H1/gaps.xlsx                         200   404  200    200    200     200    404   200      404    302
/gaps/NONE/2023-H1/gaps.xlsx                        404   404  404    404    404     404    404   404      404    302
/gaps/T03/2023-H1/PROFIT/                           200   404  200    200    200     200    404   200      404    302
/gaps/T0302/2023-H1/PROFIT/                         200   200  200    200    200     200    404   200      404    302
/gaps/T0302/2023-H1/NONE/                           404   404  404    404    404     404    404   404      404    302
/gaps/NONE/2023-H1/PROFIT/                          404   404  404    404    404     404    404   404      404    302
/gaps/T03/2023-H1/PROFIT/ask/                       405   405  405    405    405     405    405   405      405    302
/gaps/T03/2023-H1/PROFIT/files/999/                 404   404  404    404    404     404    404   404      404    302
/lists/T/2023-H1/                                   200   404  404    200    200     200    404   200      404    302
/lists/T03/2023-H1/                                 200   404  200    200    200     200    404   200      404    302
/lists/NONE/2023-H1/                                404   404  404    404    404     404    404   404      404    302
/lists/T03/2023-H1/lists.xlsx                       200   404  200    200    200     200    404   200      404    302
/benchmarks/T/2023-H1/                              200   404  404    200    200     200    404   200      404    302
/benchmarks/T0302/2023-H1/                          200   200  200    200    200     200    404   200      404    302
/benchmarks/NONE/2023-H1/                           404   404  404    404    404     404    404   404      404    302
/benchmarks/T03/2023-H1/benchmarks.xlsx             200   404  200    200    200     200    404   200      404    302
/rules/                                             200   404  404    404    404     404    404   200      404    302
/rules/causes.csv                                   200   404  404    404    404     404    404   200      404    302
/rules/causes/                                      200   404  404    404    404     404    404   200      404    302
/rules/none/                                        404   404  404    404    404     404    404   404      404    302
/rules/causes/row/                                  200   404  404    404    404     404    404   200      404    302
/rules/causes/row/?code=NONE                        404   404  404    404    404     404    404   404      404    302
/owe/                                               200   200  200    200    200     200    200   200      200    302
/owe/count/                                         200   200  200    200    200     200    200   200      200    302
/owe/owe.xlsx                                       200   200  200    200    200     200    200   200      200    302
/owe/missing.xlsx                                   200   200  200    200    200     200    200   200      200    302
/owe/nothing.xlsx                                   404   404  404    404    404     404    404   404      404    302
/figures/                                           302   302  302    302    302     302    302   302      200    302
/figures/T0302/FINANCE/2023-06/                     200   200  200    200    200     200    404   200      404    302
/figures/T0301/FINANCE/2023-06/                     200   404  200    200    200     200    404   200      404    302
/figures/T0101/FINANCE/2023-06/                     200   404  404    200    200     200    200   200      404    302
/figures/T03/FINANCE/2023-06/                       200   404  200    200    200     200    404   200      404    302
/figures/NONE/FINANCE/2023-06/                      404   404  404    404    404     404    404   404      404    302
/figures/T0302/NONE/2023-06/                        404   404  404    404    404     404    404   404      404    302
/figures/T0302/FINANCE/2023-13/                     404   404  404    404    404     404    404   404      404    302
/figures/T0302/FINANCE/2023-06/save/                405   405  405    405    405     405    405   405      405    302
/figures/T0302/FINANCE/2023-06/workbook.xlsx        200   200  200    200    200     200    404   200      404    302
/figures/T0301/FINANCE/2023-06/workbook.xlsx        200   404  200    200    200     200    404   200      404    302
/figures/T0302/FINANCE/2023-06/upload/              200   200  200    403    403     200    404   403      404    302
/figures/T/FINANCE/2023-06/units/                   200   404  404    200    200     200    404   200      404    302
/figures/T03/FINANCE/2023-06/units/                 200   404  200    200    200     200    404   200      404    302
/figures/T0302/FINANCE/2023-06/units/               200   200  200    200    200     200    404   200      404    302
/figures/T/FINANCE/2023-06/units.xlsx               200   404  404    200    200     200    404   200      404    302
/figures/T0302/FINANCE/2023-06/units.xlsx           200   200  200    200    200     200    404   200      404    302
/figures/NONE/FINANCE/2023-06/units.xlsx            404   404  404    404    404     404    404   404      404    302
/figures/NONE/FINANCE/2023-06/units/                404   404  404    404    404     404    404   404      404    302
/figures/T03/FINANCE/2023-06/units/accept/          405   405  405    405    405     405    405   405      405    302
/figures/T0302/FINANCE/2023-06/submit/              405   405  405    405    405     405    405   405      405    302
/meetings/                                          200   200  200    200    200     200    200   200      200    302
/meetings/worker.js                                 200   200  200    200    200     200    200   200      200    302
/meetings/2/                                        200   404  404    200    200     200    404   200      404    302
/meetings/9/                                        404   404  404    404    404     404    404   404      404    302
/meetings/2/order/                                  405   405  405    405    405     405    405   405      405    302
/meetings/2/screen/                                 200   404  404    200    404     404    404   404      404    302
/meetings/9/screen/                                 404   404  404    404    404     404    404   404      404    302
/meetings/2/live.json                               200   404  404    200    404     404    404   404      404    302
/meetings/2/move/                                   405   405  405    405    405     405    405   405      405    302
/meetings/2/notes/                                  200   404  404    404    404     404    404   404      404    302
/meetings/2/notes/?item=1                           200   404  404    404    404     404    404   404      404    302
/meetings/2/note/                                   405   405  405    405    405     405    405   405      405    302
/units/                                             200   200  200    200    200     200    200   200      200    302
/units/?at=T                                        200   404  404    200    200     200    404   200      404    302
/units/?at=T0302                                    200   200  200    200    200     200    404   200      404    302
/units/?at=NONE                                     404   404  404    404    404     404    404   404      404    302
/units/?q=T0302                                     200   200  200    200    200     200    200   200      200    302
/units/rows.json                                    200   200  200    200    200     200    200   200      200    302
/units/units.xlsx                                   200   200  200    200    200     200    200   200      200    302
/units/found/?q=T0302                               200   200  200    200    200     200    200   200      200    302
/units/below/T/                                     200   404  404    200    200     200    404   200      404    302
/units/below/T03/                                   200   404  200    200    200     200    404   200      404    302
/units/below/T0302/                                 200   200  200    200    200     200    404   200      404    302
/units/below/NONE/                                  404   404  404    404    404     404    404   404      404    302
/organisation/                                      200   404  404    404    404     404    404   200      404    302
/organisation/units.xlsx                            200   404  404    404    404     404    404   200      404    302
/organisation/units.csv                             200   404  404    404    404     404    404   200      404    302
/organisation/T03/                                  200   404  404    404    404     404    404   200      404    302
/organisation/T0302/                                200   404  404    404    404     404    404   200      404    302
/organisation/NONE/                                 404   404  404    404    404     404    404   404      404    302
/organisation/T03/move/                             200   404  404    404    404     404    404   200      404    302
/organisation/T0302/rename/                         200   404  404    404    404     404    404   200      404    302
/organisation/T03/abolish/                          404   404  404    404    404     404    404   404      404    302
/definitions/                                       200   404  404    404    404     404    404   200      404    302
/definitions/measures/                              200   404  404    404    404     404    404   200      404    302
/definitions/kinds.xlsx                             200   404  404    404    404     404    404   200      404    302
/definitions/measures.xlsx                          200   404  404    404    404     404    404   200      404    302
/definitions/measures.csv                           200   404  404    404    404     404    404   200      404    302
/definitions/measures/new/                          200   404  404    404    404     404    404   200      404    302
/definitions/measures/row/?code=PROFIT              200   404  404    404    404     404    404   200      404    302
/definitions/measures/row/?code=NONE                404   404  404    404    404     404    404   404      404    302
/definitions/measures/save/                         405   405  405    405    405     405    405   405      405    302
/definitions/units/                                 404   404  404    404    404     404    404   404      404    302
/start/                                             200   404  404    404    404     404    404   200      404    302
/start/group.xlsx                                   200   404  404    404    404     404    404   200      404    302
/start/example.xlsx                                 200   404  404    404    404     404    404   200      404    302
/start/passwords/                                   405   405  405    405    405     405    405   405      405    302
/people/                                            404   404  404    404    404     404    404   200      404    302
/people/?q=jin                                      404   404  404    404    404     404    404   200      404    302
/people/people.xlsx                                 404   404  404    404    404     404    404   200      404    302
/people/make/account/                               404   404  404    404    404     404    404   200      404    302
/people/jin.hao/                                    404   404  404    404    404     404    404   200      404    302
/people/admin/                                      404   404  404    404    404     404    404   200      404    302
/people/console/                                    404   404  404    404    404     404    404   404      404    302
/people/NONE/                                       404   404  404    404    404     404    404   404      404    302
/posts/                                             200   404  404    404    404     404    404   200      404    302
/posts/?q=jin                                       200   404  404    404    404     404    404   200      404    302
/posts/bodies/                                      200   404  404    404    404     404    404   200      404    302
/posts/parties/                                     200   404  404    404    404     404    404   200      404    302
/posts/nothing/                                     404   404  404    404    404     404    404   404      404    302
/posts/people.xlsx                                  200   404  404    404    404     404    404   200      404    302
/posts/bodies.xlsx                                  200   404  404    404    404     404    404   200      404    302
/posts/parties.xlsx                                 200   404  404    404    404     404    404   200      404    302
/posts/nothing.xlsx                                 404   404  404    404    404     404    404   404      404    302
/posts/add/person/                                  200   404  404    404    404     404    404   200      404    302
/posts/add/body/                                    200   404  404    404    404     404    404   200      404    302
/posts/add/party/                                   200   404  404    404    404     404    404   200      404    302
/posts/person/fang.zhiqiang/                        200   404  404    404    404     404    404   200      404    302
/posts/person/NONE/                                 404   404  404    404    404     404    404   404      404    302
/posts/person/fang.zhiqiang/post/                   200   404  404    404    404     404    404   200      404    302
/posts/person/fang.zhiqiang/post/0/                 404   404  404    404    404     404    404   404      404    302
/posts/body/NONE/                                   404   404  404    404    404     404    404   404      404    302
/posts/body/NONE/member/                            404   404  404    404    404     404    404   404      404    302
/posts/body/NONE/member/0/                          404   404  404    404    404     404    404   404      404    302
/posts/add/nothing/                                 404   404  404    404    404     404    404   404      404    302
/audit/                                             404   404  404    404    404     404    404   200      404    302
/audit/?who=admin                                   404   404  404    404    404     404    404   200      404    302
/audit/audit.xlsx                                   404   404  404    404    404     404    404   200      404    302
/account/                                           200   200  200    200    200     200    200   200      200    302
/sign-in/                                           302   302  302    302    302     302    302   302      302    200
/sign-in/code/                                      302   302  302    302    302     302    302   302      302    302
/sign-in/provider/                                  404   404  404    404    404     404    404   404      404    404
/sign-in/provider/back/                             404   404  404    404    404     404    404   404      404    404
/sign-in/closed/                                    403   403  403    403    403     403    403   403      403    403
/sign-in/lost/                                      404   404  404    404    404     404    404   404      404    404
/sign-in/new/1/key/                                 404   404  404    404    404     404    404   404      404    404
/sign-out/                                          200   200  200    200    200     200    200   200      200    302
/password/                                          200   200  200    200    200     200    302   200      200    302
/account/again/                                     200   200  200    200    200     200    403   200      200    302
/account/again/code/                                302   302  302    302    302     302    403   302      302    302
/account/second-factor/                             302   302  302    302    302     302    200   302      302    302
/account/second-factor/remove/                      404   404  404    404    404     404    404   404      404    302
/account/second-factor/codes/                       404   404  404    404    404     404    404   404      404    302
/account/second-factor/codes.txt                    404   404  404    404    404     404    404   404      404    302
/account/second-factor/codes/new/                   302   302  302    302    302     302    200   302      302    302
/language/                                          302   302  302    302    302     302    302   302      302    302
/theme/                                             405   405  405    405    405     405    405   405      405    405
/numbers/                                           405   405  405    405    405     405    405   405      405    405
/health/                                            200   200  200    200    200     200    200   200      200    200
/nothing/                                           404   404  404    404    404     404    404   404      404    302
"""


def rows(table: str) -> dict[str, dict[str, int]]:
    """The table as address → one of the cast → status."""
    head, *lines = (line.split() for line in table.strip().splitlines() if line.strip() and not line.startswith("#"))
    return {address: dict(zip(head[1:], map(int, statuses), strict=True)) for address, *statuses in lines}


def without_row(patterns: Iterable[str], addresses: Collection[str]) -> list[str]:
    """The patterns of a URL table (as Django writes them) that no address of the rows fits."""
    paths = [address.partition("?")[0].removeprefix("/") for address in addresses]
    wanted = {pattern: re.sub("<[^>]*>", "[^/]+", pattern) for pattern in patterns}
    return [pattern for pattern, form in wanted.items() if not any(re.fullmatch(form, path) for path in paths)]
