"""Whether the big screen fits: what of it runs out of the screen, or is cut off, in every view of the unit that stands on it."""

from __future__ import annotations

from collections.abc import Iterable

from playwright.sync_api import Page, expect

FIT = """async (shortening) => {
  const stage = document.getElementById("stage"), slide = document.getElementById("slide"), found = new Set();
  const press = (key) => document.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true }));
  const drawn = () => new Promise((done) => setTimeout(done));
  const clips = (node) => getComputedStyle(node).overflowX !== "visible";
  /* Shortened is what ends in three dots: a single line, or the last of some. */
  const dotted = (node) => { const style = getComputedStyle(node); return style.textOverflow === "ellipsis" || style.webkitLineClamp !== "none"; };
  const inside = (box, around) => box.left >= around.left - 1.5 && box.right <= around.right + 1.5 && box.top >= around.top - 1.5 && box.bottom <= around.bottom + 1.5;
  const tell = (what, node, view) => found.add(`${view} ${what}: ${node.nodeName}.${node.className?.baseVal ?? node.className} ${node.textContent.trim().replace(/\\s+/g, " ").slice(0, 30)}`);
  const strip = document.getElementById("strip");
  function look(view) {
    for (const node of stage.querySelectorAll("*")) {
      const style = getComputedStyle(node);
      if (node.closest("dialog, .hr-sr, svg svg") || !node.getClientRects().length || style.visibility === "hidden") continue;
      if (node.closest("svg") && !["svg", "text"].includes(node.nodeName)) continue;
      const ends = [];
      for (let each = node; each !== stage.parentElement; each = each.parentElement) if (each === stage || (each.namespaceURI !== "http://www.w3.org/2000/svg" && clips(each)) || each.matches(".c-left, .c-side, header, footer")) ends.push(each);
      const dots = ends.find((each) => clips(each) && dotted(each));
      const tooLong = dots && (dots.scrollWidth > dots.clientWidth + 1 || dots.scrollHeight > dots.clientHeight + 12);
      if (tooLong && !shortening) tell("shortened", dots, view);
      if (node.nodeName === "svg" || node.nodeName === "KBD" || node.nodeName === "text") {
        const box = node.getBoundingClientRect();
        if (!ends.every((each) => inside(box, each.getBoundingClientRect()))) tell("cut off", node, view);
        continue;
      }
      for (const text of node.childNodes) {
        if (text.nodeType !== Node.TEXT_NODE || !text.data.trim()) continue;
        const range = document.createRange();
        range.selectNodeContents(text);
        for (const line of range.getClientRects()) {
          /* Letters do not reach the edges of their line. */
          const box = { left: line.left, right: line.right, top: line.top + 0.15 * line.height, bottom: line.bottom - 0.03 * line.height, height: line.height };
          for (const each of ends) {
            const around = each.getBoundingClientRect();
            if (inside(box, around)) continue;
            /* Of lines that are shortened one is there as a whole, or not at all. */
            if (tooLong && (dots.contains(each) || each.contains(dots)) && (dots === each ? box.top > around.bottom - box.height / 2 || box.right > around.right : box.right > dots.getBoundingClientRect().right || box.top > dots.getBoundingClientRect().bottom - box.height / 2)) continue;
            tell("cut off", node, view);
          }
        }
      }
    }
    if (strip.scrollWidth > strip.clientWidth + 1) tell("too wide", strip, view);
    if (stage.scrollWidth > 1920 || stage.scrollHeight > 1080) tell(`${stage.scrollWidth} x ${stage.scrollHeight}`, stage, view);
    for (const part of [slide, ...slide.querySelectorAll(".c-left, .c-side")]) if (part.scrollHeight > part.clientHeight + 1 || part.scrollWidth > part.clientWidth + 1) tell(`${part.scrollWidth} x ${part.scrollHeight} in ${part.clientWidth} x ${part.clientHeight}`, part, view);
  }
  await document.fonts.ready;
  const measures = [...slide.querySelectorAll("[data-measure]")].map((node) => node.dataset.measure).filter(Boolean);
  await drawn();
  look("");
  if (slide.querySelector("[data-why]")) {
    for (const view of ["g", "l", "b"]) {
      press(view);
      for (const measure of measures) { press(measure); await drawn(); look(view + measure); }
    }
    press("n");
    await drawn();
    look("n");
    press("n");
  }
  return [...found];
}"""
"""What does not fit, of every view; `shortening`: whether names may end in three dots."""


def what_does_not_fit(hall: Page, units: Iterable[int], shortening: bool) -> dict[str, list[str]]:
    """By place (0: the title) of the units, whose views are all opened; nothing is sent, so that no meeting is changed.

    The screen has to be there, at 1920 x 1080.
    """
    hall.context.set_offline(True)
    hall.keyboard.press("Home")
    stands, found = 0, {}
    for place in units:
        for _unit in range(place - stands):
            hall.keyboard.press("ArrowRight")
        stands = place
        if place:
            expect(hall.locator("#strip .is-now b")).to_have_text(str(place))
            expect(hall.locator("#strip .is-now")).to_be_in_viewport(ratio=1)
        if said := hall.evaluate(FIT, shortening):
            found[f"{place} {hall.locator('#slide h1').inner_text()[:20]}"] = said
    return found
