"""The template environments, one a language: translation, addresses of static files with their digest, the reader's theme."""

from __future__ import annotations

import re
from functools import cache, lru_cache
from hashlib import sha256
from pathlib import Path
from typing import Any

from django.contrib.staticfiles import finders
from django.http import HttpRequest
from django.template.backends.jinja2 import Jinja2
from django.template.backends.utils import csrf_input
from django.templatetags.static import static
from django.utils import translation
from django.utils.functional import SimpleLazyObject
from jinja2 import Environment, nodes
from jinja2.compiler import CodeGenerator, Frame
from jinja2.visitor import NodeTransformer
from markupsafe import Markup, escape

from headrope.ledger import said
from headrope.web import foot, nouns, style, theme, unit_pages

_SPECIAL = re.compile("[&<>\"']").search


class Templates(Jinja2):
    """Django's backend with an environment for each language, in which plain texts are translated when it is compiled.

    A page has some two hundred of them: looking each up anew took a tenth of its time.
    """

    _spoken: dict[str | None, Spoken]

    @property  # type: ignore[override]
    def env(self) -> Spoken:
        """The environment of the active language."""
        language = translation.get_language()
        found = self._spoken.get(language)
        if found is None:
            found = self._spoken[language] = self._spoken[None].overlay()
            found.language = language
        return found

    @env.setter
    def env(self, made: Spoken) -> None:
        self._spoken = {None: made}


class _Code(CodeGenerator):
    """Writes templates so that what is printed goes through `html`: a page prints more than a thousand things."""

    def _output_child_pre(self, node: nodes.Expr, frame: Frame, finalize: CodeGenerator._FinalizeInfo) -> None:
        if frame.eval_ctx.volatile or not frame.eval_ctx.autoescape or finalize.src is not None:
            super()._output_child_pre(node, frame, finalize)
        else:
            self.write("environment.html(")


class Spoken(Environment):
    """An environment whose templates are translated into one language."""

    language: str | None = None
    code_generator_class = _Code

    @staticmethod
    def html(value: Any) -> str:
        """The value as HTML: what is HTML as it is, texts with nothing to escape as they are, the rest escaped."""
        kind = type(value)
        plain: str = value if kind is Markup or (kind is str and not _SPECIAL(value)) else escape(value)
        return plain

    def _generate(self, source: nodes.Template, *names: Any, **options: Any) -> str:
        """The code of a template; the hook that Jinja offers between reading and compiling."""
        if self.language is not None:
            with translation.override(self.language):
                source = _Translated().visit(source)
        return super()._generate(source, *names, **options)


class _Translated(NodeTransformer):
    """`{{ _("words") }}` becomes the words in the active language."""

    def visit_Output(self, node: nodes.Output) -> nodes.Output:
        node.nodes = [_translated(each) for each in node.nodes]
        return node


def _translated(node: nodes.Expr) -> nodes.Expr:
    """Words without values; everything else as it is."""
    if not (isinstance(node, nodes.Call) and isinstance(node.node, nodes.Name) and node.node.name == "_"):
        return node
    if len(node.args) != 1 or node.kwargs or not isinstance(node.args[0], nodes.Const):
        return node
    return nodes.TemplateData(str(text(node.args[0].value)), lineno=node.lineno)


def environment(**options: object) -> Spoken:
    """The environment of all pages."""
    made = Spoken(trim_blocks=True, lstrip_blocks=True, **options)  # type: ignore[arg-type]
    made.install_gettext_callables(  # type: ignore[attr-defined]
        said.gettext,
        translation.ngettext,
        newstyle=True,
        pgettext=said.pgettext,
        npgettext=translation.npgettext,
    )
    made.globals["_"] = text
    made.globals.update(asset=asset, language=language, chosen_theme=chosen_theme, themes=theme.THEMES)
    made.globals.update(nouns=nouns.nouns, account_links=nouns.account_links, chosen_style=chosen_style)
    made.globals.update(foot_line=foot.foot_line, unit_pages=unit_pages.unit_pages)
    return made


def text(words: str, **values: object) -> Markup:
    """`_` in templates, as Jinja's own without its detour through the context: words are HTML, values are escaped."""
    if values:
        return Markup(said.gettext(words)) % values
    return _plain(translation.get_language(), words)


@lru_cache(maxsize=8192)
def _plain(_language: str | None, words: str) -> Markup:
    return Markup(said.gettext(words)) % {}


def one_token(request: HttpRequest) -> dict[str, object]:
    """Forms of a page have the same token, which is made when the first one is printed."""
    return {"csrf_input": SimpleLazyObject(lambda: csrf_input(request))}


@cache
def asset(path: str) -> str:
    """The address of a static file; it changes with the file, so that browsers may keep it for a year."""
    found = finders.find(path)
    digest = sha256(Path(found).read_bytes()).hexdigest()[:10] if isinstance(found, str) else "missing"
    return f"{static(path)}?v={digest}"


def language() -> str:
    """The active language as HTML and CSS want it."""
    return "zh-Hans" if (translation.get_language() or "en").startswith("zh") else "en"


def chosen_theme(request: HttpRequest) -> str:
    """light, dark or system; system where a page is shown without a request."""
    return theme.of(request) if isinstance(request, HttpRequest) else "system"


def chosen_style(request: HttpRequest) -> str:
    """auto, million or wan."""
    return style.of(request) if isinstance(request, HttpRequest) else "auto"
