"""Valid HTML, said by the validator of the W3C (npm package `vnu-jar`) where there are Java and its jar."""

from pathlib import Path

import pytest

from tests.browser.checks import invalid_html, needs_vnu
from tests.browser.conftest import Meet
from tests.browser.test_keyboard import demande_of
from tests.browser.test_pages import PUBLIC

pytestmark = [pytest.mark.browser, pytest.mark.long]

FOR_MEMBERS = (
    "/demandes/",
    "/demandes/nouvelle/",
    "/groupes/",
    "/moi/",
    "/demandes/?onglet=brouillons",
    "/nulle-part/",
)


@needs_vnu
def test_valid_html(meet: Meet, tmp_path: Path) -> None:
    """Every kind of page, as it is served; other states: run the journeys with APLUS_PAGES and read its folder."""
    amir = meet("amir.benali", entered="/demandes/")
    for rank, path in enumerate((*PUBLIC, *FOR_MEMBERS, demande_of(meet))):
        (tmp_path / f"{rank}.html").write_text(amir.page.request.get(path).text())
    assert not invalid_html(tmp_path)
