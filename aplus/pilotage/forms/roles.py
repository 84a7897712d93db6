"""The forms of the roles held outside groupes."""

from typing import Any

from django import forms

from aplus.accounts.rules.roles import NOT_HELD, Held, Role
from aplus.demandes.forms.acts import KeyForm
from aplus.pilotage.queries.places import Places
from aplus.ui.forms import TickField, TickGroup

# Codes of the collectivités d'outre-mer begin so (INSEE).
OVERSEAS = ("97", "98")
NOT_OFFERED = "Un de ces choix n’existe pas\u00a0: vérifiez ceux qui restent cochés."


class RoleForm(KeyForm):
    """Give a role, or change what it covers; `vu` is the version of the role that the page showed."""

    id_prefix = "role"
    compulsory = frozenset({"territoires", "organismes"})

    vu = forms.CharField(widget=forms.HiddenInput, required=False)
    tous_territoires = TickField(label="Toute la France", required=False)
    territoires = forms.MultipleChoiceField(
        label="Territoires", widget=TickGroup, required=False, error_messages={"invalid_choice": NOT_OFFERED}
    )
    tous_organismes = TickField(label="Tous les organismes", required=False)
    organismes = forms.MultipleChoiceField(
        label="Organismes", widget=TickGroup, required=False, error_messages={"invalid_choice": NOT_OFFERED}
    )

    def __init__(self, *args: Any, role: Role, places: Places, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.role = role
        self.fields["territoires"].choices = _territoires(places)
        self.fields["organismes"].choices = _organismes(places)
        for side, is_there in (("territoires", role.has_territoires), ("organismes", role.has_organismes)):
            if not is_there:
                del self.fields[side], self.fields[f"tous_{side}"]

    def wanted(self) -> Held:
        """The role as it is asked for; « tous » wins over what is ticked one by one."""
        return Held(is_held=True, territoires=self._side("territoires"), organismes=self._side("organismes"))

    def _side(self, side: str) -> frozenset[str] | None:
        if side not in self.fields:
            return frozenset()
        return None if self.cleaned_data[f"tous_{side}"] else frozenset(self.cleaned_data[side])


class TakeRoleForm(KeyForm):
    """Take a role."""

    id_prefix = "retrait"

    vu = forms.CharField(widget=forms.HiddenInput, required=False)
    action = forms.CharField(widget=forms.HiddenInput, required=False, initial="retirer")

    def wanted(self) -> Held:
        """Not held any more."""
        return NOT_HELD


def initial_of(held: Held) -> dict[str, Any]:
    """The role as its form shows it first."""
    return {
        "vu": held.version,
        "tous_territoires": held.territoires is None,
        "territoires": sorted(held.territoires or ()),
        "tous_organismes": held.organismes is None,
        "organismes": sorted(held.organismes or ()),
    }


def _territoires(places: Places) -> list[tuple[str, list[tuple[str, str]]]]:
    overseas = [(code, name) for code, name in places.territoires.items() if code.startswith(OVERSEAS)]
    metropole = [(code, name) for code, name in places.territoires.items() if not code.startswith(OVERSEAS)]
    return _groups(("Métropole", metropole), ("Outre-mer", overseas))


def _organismes(places: Places) -> list[tuple[str, list[tuple[str, str]]]]:
    network = [(code, name) for code, name in places.organismes.items() if code in places.network]
    others = [(code, name) for code, name in places.organismes.items() if code not in places.network]
    return _groups(("Réseau France services", network), ("Autres organismes", others))


def _groups(*groups: tuple[str, list[tuple[str, str]]]) -> list[tuple[str, list[tuple[str, str]]]]:
    return [(name, choices) for name, choices in groups if choices]
