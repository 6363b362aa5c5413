"""What the big screen says of a unit, what its sheet says, and whether they say the same."""

from __future__ import annotations

from typing import Any, NamedTuple

SHEET = """async (address) => {
  const page = new DOMParser().parseFromString(await (await fetch(address)).text(), "text/html");
  const text = (node) => node.textContent.replace(/\\s+/g, " ").trim();
  const heads = [...page.querySelectorAll(".hr-measures thead th")].map(text);
  const rows = [...page.querySelectorAll(".hr-measures tbody tr")].filter((row) => row.querySelector("th"));
  return {headline: text(page.querySelector("h1")), rows: Object.fromEntries(rows.map((row) =>
    [row.querySelector("th").firstChild.textContent.trim(), Object.fromEntries([...row.cells].map((cell, place) => [heads[place], text(cell)]))]))};
}"""
"""What a unit's sheet says: its headline, and by measure the cell under each head."""
SLIDE = """() => {
  const text = (node) => node ? node.textContent.replace(/\\s+/g, " ").trim() : "";
  const own = (node) => [...node.childNodes].filter((each) => each.nodeType === Node.TEXT_NODE).map(text).join("");
  const slide = document.getElementById("slide"), at = (node, part) => node.querySelector(part);
  return {
    headline: text(at(slide, ".c-find")),
    big: [...slide.querySelectorAll(".c-table tbody tr")].map((row) => ({name: own(at(row, "th")), state: text(at(row, ".hr-sr")), actual: text(at(row, ".c-big")),
      gap: own(at(row, ".c-gap")), plan: text(at(row, ".c-gap small")), landing: text(at(row, ".c-land small")), odds: text(at(row, ".c-odds"))})),
    small: [...slide.querySelectorAll(".c-small > div")].map((row) => ({name: own(at(row, "span")), state: text(at(row, ".hr-sr")), actual: text(at(row, "b")), plan: text(at(row, "small"))})),
  };
}"""
"""What the big screen says of the unit that stands on it."""


class Words(NamedTuple):
    """Heads of the sheet; what the big screen sets before a plan and a landing; how a sentence ends."""

    state: str
    plan: str
    actual: str
    gap: str
    landing: str
    odds: str
    planned: str
    lands: str
    stop: str


ENGLISH = Words("State", "Plan", "Actual", "Gap", "Landing", "Odds", "plan ", "landing ", ". ")
CHINESE = Words("状态", "阶段计划", "实际", "较计划", "预计完成", "把握", "阶段计划 ", "预计 ", "。")


def check_against_sheet(slide: Any, sheet: Any, words: Words) -> int:
    """The big screen says of a unit what its sheet says; how many measures have been compared."""
    assert slide["headline"].rstrip(words.stop).split(words.stop)[0] in sheet["headline"]
    for shown in [*slide["big"], *slide["small"]]:
        plan = shown["plan"].removeprefix(words.planned).partition(" ")[0]  # its unit stands behind it
        found = {words.state: shown["state"], words.actual: shown["actual"], words.plan: plan}
        if "odds" in shown:
            landing = shown["landing"].removeprefix(words.lands)
            found |= {words.gap: shown["gap"], words.landing: landing, words.odds: shown["odds"]}
        row = sheet["rows"][shown["name"]]
        assert (shown["name"], found) == (shown["name"], {head: row[head] for head in found})
    return len(slide["big"]) + len(slide["small"])
