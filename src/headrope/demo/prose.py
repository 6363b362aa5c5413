"""What people of the example group write: in one language, as in life, which is chosen when the group is built."""

from __future__ import annotations

from typing import NamedTuple


class Prose(NamedTuple):
    """The same words in English and in Chinese."""

    en: str = ""
    zh: str = ""

    def told(self, language: str) -> str:
        """In `en` or `zh`."""
        return self.zh if language == "zh" else self.en
