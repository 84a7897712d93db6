"""What the tests of a new demande share: valid answers to each step, and a walk through them over HTTP."""

import re
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from aplus.annuaire.models import Question, Thematique
from aplus.core import clock
from tests.personas import World

NEW = "/demandes/nouvelle/"
NIR = "285057800608441"
PARIS = ZoneInfo("Europe/Paris")


def local_time(**ago: int) -> str:
    """A moment before now, as a browser sends it."""
    return f"{(clock.now() - timedelta(**ago)).astimezone(PARIS):%Y-%m-%dT%H:%M}"


def reference() -> None:
    """A theme, and guided questions for the CAF."""
    Thematique.objects.get_or_create(code="famille-aides", defaults={"name": "Famille et aides sociales"})
    Question.objects.get_or_create(organisme_id="caf", code="prestation", defaults={"label": "Quelle prestation ?"})
    Question.objects.get_or_create(organisme_id="caf", code="demarches", defaults={"label": "Qu'a-t-on tenté ?"})


def organismes(world: World, **changed: Any) -> dict[str, Any]:
    """Step 1, well filled in: the CAF, and the CPAM."""
    return {
        "structure": str(world.fs_argenteuil.id),
        "territoire": "95",
        "thematique": "famille-aides",
        "groupes": [str(world.caf95.id), str(world.cpam95.id)],
        **changed,
    }


def usager(**changed: Any) -> dict[str, Any]:
    """Step 2, well filled in."""
    return {
        "sujet": "Allocation non versée depuis trois mois",
        "prenom": "Fatou",
        "nom": "Diallo",
        "date_naissance": "12/03/1985",
        "nir": NIR,
        "sans_numero_caf": "1",
        "mandat": "existant",
        "mandat_mode": "papier",
        "mandat_obtenu_le": local_time(hours=2),
        **changed,
    }


def blocage(**changed: Any) -> dict[str, Any]:
    """Step 3, well filled in."""
    return {"description": "Le dossier est bloqué depuis mars.\nPlus de loyer payé.", **changed}


def text_file(
    name: str = "courrier.txt", content: bytes = b"Bonjour, votre dossier est incomplet."
) -> SimpleUploadedFile:
    """A file that is taken."""
    return SimpleUploadedFile(name, content, content_type="text/plain")


@dataclass
class Walk:
    """One person going through the steps in one browser."""

    client: Client
    world: World
    hidden: dict[str, str] = field(default_factory=dict)
    draft_id: str = ""

    def get(self, address: str) -> Any:
        """Read a page; its hidden fields are those of the next POST."""
        response = self.client.get(address)
        self._remember(response)
        return response

    def post(self, address: str, data: dict[str, Any]) -> Any:
        """Send a form as a browser does, with the hidden fields of the page last read."""
        response = self.client.post(address, {**self.hidden, **data})
        self._remember(response)
        found = re.search(r"/demandes/nouvelle/([0-9a-f-]{36})/", response.headers.get("Location", ""))
        if found:
            self.draft_id = found[1]
        return response

    def step(self, name: str, data: dict[str, Any]) -> Any:
        """Read a step of the draft, then post it."""
        self.get(self.address(name))
        return self.post(self.address(name), data)

    def address(self, name: str) -> str:
        """Where a step of the draft is."""
        return f"{NEW}{self.draft_id}/{name}/"

    def begin(self, **changed: Any) -> Any:
        """Step 1 from the start."""
        self.get(NEW)
        return self.post(NEW, organismes(self.world, **changed))

    def up_to_envoi(self) -> None:
        """Three steps well filled in."""
        assert self.begin().status_code == 303
        assert self.step("usager", usager()).status_code == 303
        assert self.step("blocage", blocage()).status_code == 303

    def _remember(self, response: Any) -> None:
        page = response.content.decode(errors="replace") if not response.streaming else ""
        main = page.partition("<main")[2]
        found = dict(re.findall(r'<input type="hidden" name="(cle|version|structure)" value="([^"]*)">', main))
        if found:
            self.hidden = found


def page_of(response: Any) -> str:
    """The text of an HTML answer."""
    return response.content.decode()
