"""Text that an administrateur writes in Markdown, as harmless HTML: no HTML of its own, no picture, no script."""

from functools import lru_cache

from django.utils.safestring import SafeString
from markdown_it import MarkdownIt
from markdown_it.token import Token

# The page has its h1.
TOP, BOTTOM = 2, 6
# `html` off: what looks like HTML is shown as it was typed. Links to javascript:, data: and so on are no links.
_PARSER = MarkdownIt("commonmark", {"html": False}).disable(["image", "html_block", "html_inline"])


@lru_cache(maxsize=8)
def render(text: str) -> SafeString:
    """The HTML of this text; its highest heading is an h2, the others follow."""
    tokens = _PARSER.parse(text)
    _put_headings_below(tokens)
    html: str = _PARSER.renderer.render(tokens, _PARSER.options, {})
    # The renderer escapes every text.
    return SafeString(html)


def _put_headings_below(tokens: list[Token]) -> None:
    headings = [token for token in tokens if token.type in {"heading_open", "heading_close"}]
    shift = TOP - min((int(token.tag[1]) for token in headings), default=TOP)
    for token in headings:
        token.tag = f"h{min(BOTTOM, int(token.tag[1]) + shift)}"
