"""Every command and how it ends for each of the cast: the table that `headrope --as` is tested with.

A row holds the words of a command and one exit status for each of the cast, in the order of the head line; owner runs it
without --as. 0 done, 1 problems, 2 called wrongly or not to be seen, 3 not allowed. G is the whole group, A1 the clerk's
unit, A the head's, B that of the viewer. A new command without a row fails tests/cli/test_access.py.
"""

from __future__ import annotations

TABLE = """
command                                            owner office clerk head leader superv finance viewer admin outsider
migrate                                                0      3     3    3      3      3       3      3     0        3
tree LIST                                              0      0     0    0      0      0       0      0     0        0
load FOLDER --dry-run                                  0      0     3    3      3      3       3      3     0        3
load FOLDER --dry-run --restate why                    0      0     3    3      3      3       3      3     3        3
review G 2023-06                                       0      0     2    2      0      0       0      2     0        2
review A 2023-06                                       0      0     2    0      0      0       0      2     0        2
review A1 2023-06 --json                               0      0     0    0      0      0       0      2     0        2
review B 2023-06                                       0      0     2    2      0      0       0      0     0        2
review NONE 2023-06                                    2      2     2    2      2      2       2      2     2        2
paper A 2023-06 --output NEW.pdf                       0      0     2    0      0      0       0      2     0        2
check-pack PAPER                                       0      0     2    0      0      0       0      2     0        2
paper NONE 2023-06 --output NEW.pdf                    2      2     2    2      2      2       2      2     2        2
workbook A1 2023-06 --output NEW                       0      0     0    0      0      0       0      2     0        2
workbook B 2023-06 --output NEW                        0      0     2    2      0      0       0      0     0        2
workbook NONE 2023-06                                  2      2     2    2      2      2       2      2     2        2
cascade SHARES 100                                     0      0     0    0      0      0       0      0     0        0
landing                                                0      0     3    3      0      0       0      3     0        3
landing run                                            1      1     3    3      3      3       3      3     1        3
landing judge                                          0      0     3    3      3      3       3      3     0        3
landing backtest --draws 0                             0      0     3    3      0      0       0      3     0        3
people FOLDER --dry-run                                0      3     3    3      3      3       3      3     0        3
cube                                                   0      3     3    3      3      3       3      3     0        3
audit                                                  0      3     3    3      3      3       3      3     0        3
export NEW                                             0      0     3    3      3      3       3      3     0        3
user newcomer --password-stdin                         0      3     3    3      3      3       3      3     0        3
user admin --unit G --role group_office --password-stdin 0    3     3    3      3      3       3      3     3        3
mandate list                                           0      3     3    3      3      3       3      3     0        3
mandate give clerk viewer B --from 2999-01-01          0      3     3    3      3      3       3      3     0        3
mandate give admin head B --from 2999-01-01            0      3     3    3      3      3       3      3     1        3
mandate end 999                                        2      3     3    3      3      3       3      3     2        3
token make clerk --name reader                         0      3     3    3      3      3       3      3     3        3
token make admin --name reader                         0      3     3    3      3      3       3      3     0        3
token list                                             0      3     3    3      3      3       3      3     0        3
token revoke hr_none                                   2      3     3    3      3      3       3      3     2        3
backup NEW                                             0      3     3    3      3      3       3      3     0        3
restore NEW --check                                    1      3     3    3      3      3       3      3     1        3
tick                                                   0      3     3    3      3      3       3      3     0        3
serve                                                  0      3     3    3      3      3       3      3     0        3
demo --build-only                                      1      3     3    3      3      3       3      3     1        3
"""


def rows() -> dict[str, dict[str, int]]:
    """The table as words of a command → one of the cast → exit status."""
    head, *lines = (line.split() for line in TABLE.strip().splitlines())
    cast = head[1:]
    return {
        " ".join(words[: -len(cast)]): dict(zip(cast, map(int, words[-len(cast) :]), strict=True)) for words in lines
    }
