"""Templates are compiled once for each language: plain texts stand translated in them, texts with values do not."""

from __future__ import annotations

from typing import cast

import pytest
from django.template import engines
from django.utils import translation
from django.utils.functional import lazystr
from hypothesis import given
from hypothesis import strategies as st
from markupsafe import Markup, escape

from headrope.web.jinja import Spoken, Templates

SOURCE = '{{ _("Print") }}|{% if yes %}{{ _("Print") }}{% endif %}|{{ _("Print") ~ " & " }}|{{ _("%(n)s", n=name) }}'


@pytest.fixture
def templates() -> Templates:
    return cast(Templates, engines["jinja"])


def made(templates: Templates, language: str) -> str:
    with translation.override(language):
        return templates.from_string(SOURCE).render({"yes": True, "name": "<b>"})


def test_each_language_has_its_own_words(templates: Templates) -> None:
    with translation.override("zh-hans"):
        word = translation.gettext("Print")
    assert word != "Print"

    assert made(templates, "en") == "Print|Print|Print &amp; |&lt;b&gt;"
    assert made(templates, "zh-hans") == f"{word}|{word}|{word} &amp; |&lt;b&gt;"
    assert made(templates, "en").startswith("Print|")


def test_no_language_is_looked_up_for_a_plain_text_when_a_page_is_made(
    templates: Templates, monkeypatch: pytest.MonkeyPatch
) -> None:
    with translation.override("zh-hans"):
        plain = templates.from_string('{{ _("Print") }}')
        monkeypatch.setattr("headrope.ledger.said.gettext", lambda text: "asked again")

        assert plain.render() not in ("Print", "asked again")


printed = st.one_of(
    st.text(), st.text("<>&\"'a"), st.text().map(Markup), st.text().map(lazystr), st.integers(), st.none()
)


@given(printed)
def test_what_is_printed_is_escaped_as_by_the_library(value: object) -> None:
    assert str(Spoken.html(value)) == str(escape(value))


def test_templates_escape_what_they_print(templates: Templates) -> None:
    source = "{{ a }}{{ b }}{% macro c(d) %}<i>{{ d }}</i>{% endmacro %}{{ c(a) }}{{ a | upper }}{% autoescape false %}{{ a }}{% endautoescape %}"

    assert templates.from_string(source).render({"a": "<'", "b": Markup("<b>")}) == (
        "&lt;&#39;<b><i>&lt;&#39;</i>&lt;&#39;<'"
    )
