"""Showing what people typed: plain text, web addresses as links to https pages only, opened apart."""

import re

from django import template
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

register = template.Library()

MEGA = 1_000_000
ADDRESS = re.compile(r"https://[^\s<>\"']+[^\s<>\"'.,;:!?)\]]")


@register.filter
def typed(text: str) -> SafeString:
    """The text, escaped, its https addresses made links (demandes.md §4)."""
    pieces = []
    end = 0
    for found in ADDRESS.finditer(text):
        url = escape(found.group())
        pieces += [
            escape(text[end : found.start()]),
            f'<a href="{url}" target="_blank" rel="noopener noreferrer" title="{url} - nouvelle fenêtre">{url}</a>',
        ]
        end = found.end()
    pieces.append(escape(text[end:]))
    return mark_safe("".join(pieces))  # noqa: S308  every piece is escaped above


@register.filter
def size(octets: int) -> str:
    """A file's size as people say it: 12 Ko, 3,4 Mo."""
    if octets < MEGA:
        return f"{max(1, round(octets / 1000))} Ko"
    return f"{octets / MEGA:.1f} Mo".replace(".", ",")
