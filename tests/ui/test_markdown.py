"""Markdown of administrateurs: what it may say, and what never comes out of it."""

import re
import time

import pytest

from aplus.ui.markdown import render


def test_texts_have_headings_lists_and_links() -> None:
    html = render("# Objet\n\nUn *mot*.\n\n## Détail\n\n- un\n- deux\n\n[Lire](/cgu/)")
    assert "<h2>Objet</h2>" in html
    assert "<h3>Détail</h3>" in html
    assert "<em>mot</em>" in html
    assert html.count("<li>") == 2
    assert '<a href="/cgu/">Lire</a>' in html


@pytest.mark.parametrize(
    ("text", "tags"),
    [("## A\n\n### B", "h2h3"), ("### A", "h2"), ("# A\n\n###### B", "h2h6"), ("A\n=\n\nB\n-", "h2h3"), ("Rien", "")],
)
def test_headings_begin_below_that_of_the_page(text: str, tags: str) -> None:
    assert "".join(re.findall(r"<(h[1-6])>", render(text))) == tags


@pytest.mark.parametrize(
    "text",
    [
        "<script>alert(1)</script>",
        "Un <img src=x onerror=alert(1)> mot",
        "<div onclick='x()'>",
        "[clic](javascript:alert(1))",
        "[clic](JaVaScRiPt:alert(1))",
        "[clic](vbscript:x)",
        "[clic](data:text/html;base64,PHNjcmlwdD4=)",
        "<javascript:alert(1)>",
        '[clic](/a "x" onclick="y")',
        "![image](https://ailleurs.example/pixel.png)",
        "[a]: javascript:alert(1)\n\n[a]",
        "``` <script>\n<script>alert(1)</script>\n```",
        "&lt;script&gt; &#x3c;script>",
    ],
)
def test_nothing_harmful_comes_out(text: str) -> None:
    html = render(text)
    tags = re.findall(r"<[^>]*>", html)
    assert not [tag for tag in tags if re.match(r"</?(script|img|div|iframe|style)", tag)]
    assert not [tag for tag in tags if re.search(r"\son\w+=|javascript:|vbscript:|data:", tag, re.IGNORECASE)]


@pytest.mark.parametrize("text", ["[" * 60_000, ">" * 60_000, "*a " * 20_000, "`" * 60_000, "- " * 30_000])
def test_as_long_as_may_be_typed_it_stays_quick(text: str) -> None:
    start = time.perf_counter()
    render(text)
    assert time.perf_counter() - start < 5
