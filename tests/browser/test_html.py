"""Valid HTML, said by the validator of the W3C (npm package `vnu-jar`) where there are Java and its jar."""

import shutil
import subprocess
from pathlib import Path

import pytest

from config import env
from tests.browser.conftest import Meet
from tests.browser.test_keyboard import demande_of
from tests.browser.test_pages import PUBLIC

pytestmark = [pytest.mark.browser, pytest.mark.long]

VNU = env.text("APLUS_VNU", "")
FOR_MEMBERS = (
    "/demandes/",
    "/demandes/nouvelle/",
    "/groupes/",
    "/moi/",
    "/demandes/?onglet=brouillons",
    "/nulle-part/",
)


@pytest.mark.skipif(not (VNU and shutil.which("java")), reason="needs java, and APLUS_VNU: the path of vnu.jar")
def test_valid_html(meet: Meet, tmp_path: Path) -> None:
    """Every kind of page, as it is served; other states: run the journeys with APLUS_PAGES and read its folder."""
    amir = meet("amir.benali", entered="/demandes/")
    for rank, path in enumerate((*PUBLIC, *FOR_MEMBERS, demande_of(meet))):
        (tmp_path / f"{rank}.html").write_text(amir.page.request.get(path).text())
    command = ["java", "-Xss4m", "-jar", VNU, "--errors-only", "--skip-non-html", str(tmp_path)]
    found = subprocess.run(command, capture_output=True, text=True, check=False)
    assert found.returncode == 0, found.stderr
