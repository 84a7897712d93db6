"""What each step must hold: every refusal names its field and says what to do."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from aplus.demandes.rules import checks
from aplus.demandes.rules.checks import Offer, Question, year_after
from aplus.demandes.rules.steps import Checked, Typed

PARIS = ZoneInfo("Europe/Paris")
NOW = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
OFFER = Offer(
    structures=["s"],
    territoires=["95"],
    thematiques=["famille"],
    groupes={"a", "b", "c", "d"},
    barred={"x": "X est fermé."},
)
QUESTIONS = [Question("caf", "prestation", "Quelle prestation ?")]


def organismes(**changed: Any) -> Checked[Any]:
    """Step 1, valid but for what is changed."""
    typed = {"structure": "s", "territoire": "95", "thematique": "famille", "groupes": ["a"]}
    return checks.check_organismes(Typed({**typed, **changed}), OFFER)


def usager(*, is_final: bool = True, **changed: Any) -> Checked[Any]:
    """Step 2, valid but for what is changed."""
    typed = {
        "sujet": "Allocation non versée",
        "prenom": "Fatou",
        "nom": "Diallo",
        "date_naissance": "12/03/1985",
        "nir": "2850578006084",
        "mandat": "existant",
        "mandat_mode": "oral",
        "mandat_obtenu_le": "2026-11-20T10:00",
    }
    return checks.check_usager(Typed({**typed, **changed}), needed={"nir"}, now=NOW, zone=PARIS, is_final=is_final)


def blocage(**changed: Any) -> Checked[Any]:
    """Step 3, valid but for what is changed."""
    return checks.check_blocage(Typed({"description": "Bloqué.", **changed}), QUESTIONS)


PROBLEMS: list[tuple[Callable[..., Checked[Any]], dict[str, Any], str, str]] = [
    (organismes, {"structure": "autre"}, "structure", "Choisissez la structure"),
    (organismes, {"territoire": "zz"}, "territoire", "Choisissez le territoire"),
    (organismes, {"thematique": ""}, "thematique", "Choisissez une thématique"),
    (organismes, {"thematique": "bidon"}, "thematique", "Choisissez une thématique"),
    (organismes, {"groupes": []}, "groupes", "au moins un groupe"),
    (organismes, {"groupes": ["a", "x"]}, "groupes", "X est fermé."),
    (organismes, {"groupes": ["x"] * 2 + list("abcd")}, "motif", "À partir de 4 groupes"),
    (organismes, {"motif": "m" * 1001}, "motif", "1000 signes au plus"),
    (usager, {"sujet": " "}, "sujet", "Saisissez un sujet"),
    (usager, {"sujet": "s" * 151}, "sujet", "150 signes au plus"),
    (usager, {"sujet": "NIR 2 85 05 78 006 084"}, "sujet", "un numéro de sécurité sociale"),
    (usager, {"sujet": "Rappeler au 06 12 34 56 78"}, "sujet", "un numéro de téléphone"),
    (usager, {"sujet": "Écrire à fatou@exemple.fr"}, "sujet", "une adresse e-mail"),
    (usager, {"sujet": "Le RSA de madame DIALLO"}, "sujet", "semble contenir le nom"),
    (usager, {"sujet": "Dossier Ba", "nom_naissance": "Ba"}, "sujet", "semble contenir le nom"),
    (usager, {"prenom": " "}, "prenom", "Saisissez le prénom"),
    (usager, {"nom": ""}, "nom", "Saisissez le nom"),
    (usager, {"nom": "n" * 101}, "nom", "100 signes au plus"),
    (usager, {"nom_naissance": "n" * 101}, "nom_naissance", "100 signes au plus"),
    (usager, {"date_naissance": ""}, "date_naissance", "Saisissez la date de naissance"),
    (usager, {"date_naissance": "mars"}, "date_naissance", "une année"),
    (usager, {"date_naissance": "01/01/2999"}, "date_naissance", "avenir"),
    (usager, {"telephone": "06"}, "telephone", "numéro de téléphone"),
    (usager, {"telephone": "x" * 300}, "telephone", "numéro de téléphone"),
    (usager, {"nir": "285057800608400"}, "nir", "La clé"),
    (usager, {"nir": ""}, "nir", "Un organisme choisi en a besoin"),
    (usager, {"sans_nir": "1"}, "nir", "gardez l'un des deux"),
    (usager, {"numero_fiscal": "12"}, "numero_fiscal", "13 chiffres"),
    (usager, {"numero_caf": "12"}, "numero_caf", "7 chiffres"),
    (usager, {"precautions": ["bidon"]}, "precautions", "précautions"),
    (usager, {"mandat": ""}, "mandat", "autorisation"),
    (usager, {"mandat_mode": ""}, "mandat_mode", "papier, oral ou SMS"),
    (usager, {"mandat_mode": "pigeon"}, "mandat_mode", "Choisissez comment"),
    (usager, {"mandat": "a_creer", "mandat_mode": ""}, "mandat_mode", "papier, oral ou SMS"),
    (usager, {"mandat_obtenu_le": ""}, "mandat_obtenu_le", "la date et l'heure"),
    (usager, {"mandat_obtenu_le": "hier"}, "mandat_obtenu_le", "aaaa-mm-jjThh:mm"),
    # Noon in UTC is one o'clock in Paris: ten past is still to come.
    (usager, {"mandat_obtenu_le": "2026-11-20T13:10"}, "mandat_obtenu_le", "l'avenir"),
    (usager, {"mandat_obtenu_le": "2025-11-19T10:00"}, "mandat_obtenu_le", "plus d'un an"),
    (usager, {"mandat_jusqu_au": "2027-11-21"}, "mandat_jusqu_au", "jusqu'au 20/11/2027"),
    (usager, {"mandat_jusqu_au": "2026-11-19"}, "mandat_jusqu_au", "Ce jour est passé"),
    (usager, {"mandat_jusqu_au": "demain"}, "mandat_jusqu_au", "aaaa-mm-jj"),
    (usager, {"mandat_lu_par": "l" * 101}, "mandat_lu_par", "100 signes au plus"),
    (blocage, {"description": " \n "}, "description", "Décrivez le blocage"),
    (blocage, {"description": "d" * 20_001}, "description", "20000 signes au plus"),
    (blocage, {"info_nom": ["Dossier"], "info_valeur": ["v" * 501]}, "info_nom", "500 signes au plus"),
    (blocage, {"info_nom": ["n" * 61], "info_valeur": ["v"]}, "info_nom", "60 signes au plus"),
    (blocage, {"info_nom": [""], "info_valeur": ["orpheline"]}, "info_nom", "Donnez un nom"),
    (blocage, {"info_nom": ["Dossier"]}, "info_nom", "Complétez"),
    (blocage, {"info_nom": list("abcdefghijklmnopqrstu"), "info_valeur": ["v"] * 21}, "info_nom", "20 informations"),
    (blocage, {"question_caf_prestation": "q" * 2001}, "question_caf_prestation", "2000 signes au plus"),
    (blocage, {"urgence": "bidon"}, "urgence", "motif d'urgence"),
    (blocage, {"urgence_le": "2026-12-01"}, "urgence", "effacez la date"),
    (blocage, {"urgence": "soins", "urgence_le": "lundi"}, "urgence_le", "aaaa-mm-jj"),
]


@pytest.mark.parametrize(("check", "changed", "name", "text"), PROBLEMS)
def test_what_cannot_be_taken_names_its_field(
    check: Callable[..., Checked[Any]], changed: dict[str, Any], name: str, text: str
) -> None:
    assert check().problems == {}
    checked = check(**changed)
    assert checked.value is None
    assert any(text in problem for problem in checked.problems[name]), checked.problems


def test_nine_groupes_are_too_many() -> None:
    many = [str(number) for number in range(9)]
    wide = Offer(OFFER.structures, OFFER.territoires, OFFER.thematiques, many, {})
    typed = {"structure": "s", "territoire": "95", "thematique": "autre", "groupes": many, "motif": "Tout est lié"}
    assert "8 groupes au plus" in checks.check_organismes(Typed(typed), wide).problems["groupes"][0]
    eight = checks.check_organismes(Typed({**typed, "groupes": many[:8]}), wide)
    assert eight.value is not None
    assert (eight.value.thematique, len(eight.value.groupes)) == (None, 8)


def test_a_plain_word_that_is_also_a_name_passes_once_confirmed() -> None:
    named = {"nom": "Petit", "sujet": "Petit retard devenu grand"}
    assert usager(**named).problems
    assert usager(**named, sujet_confirme="1").value is not None


def test_the_usager_is_kept_as_the_checks_read_it() -> None:
    value = usager(nir="2 85 05 78 006 084", sans_numero_caf="1", precautions=["adresse-secrete"] * 2).value
    assert value.usager.identifiers == {"nir": "2850578006084"}
    assert value.usager.unknown == ("numero_caf",)
    assert value.precautions == ("adresse-secrete",)
    assert value.authorisation.obtained_at == datetime(2026, 11, 20, 10, 0, tzinfo=PARIS)
    assert value.authorisation.until == date(2027, 11, 20)
    assert usager(mandat_jusqu_au="2026-12-31").value.authorisation.until == date(2026, 12, 31)


def test_a_birth_date_of_another_form_is_kept_with_a_notice() -> None:
    checked = usager(date_naissance="vers 1956")
    assert checked.value.usager.birth_date == "vers 1956"
    assert len(checked.notices) == 1


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("", ""),
        ("06.12.34.56.78", "06 12 34 56 78"),
        ("+33 6 12 34 56 78", "06 12 34 56 78"),
        ("+32 2 545 06 00", "+32 2 545 06 00"),
        ("0692 12 34 56", "+262 692 12 34 56"),
        # Reserved for fiction: of the right length, given to nobody.
        ("01 99 00 12 34", "01 99 00 12 34"),
    ],
)
def test_phones_are_written_one_way(typed: str, kept: str) -> None:
    assert usager(telephone=typed).value.usager.phone == kept


def test_a_mandat_to_make_waits_for_its_signature() -> None:
    waiting = {"mandat": "a_creer", "mandat_mode": "", "mandat_obtenu_le": ""}
    assert usager(is_final=False, **waiting).value.authorisation is None
    assert usager(is_final=False, **waiting, mandat_jusqu_au="2026-12-31").value.authorisation is None
    assert usager(is_final=True, **waiting).value is None
    assert usager(mandat="a_creer").value.authorisation.is_made_here is True


def test_a_year_after_a_leap_day_is_the_28th() -> None:
    assert year_after(date(2028, 2, 29)) == date(2029, 2, 28)


def test_the_block_holds_pairs_answers_and_urgency() -> None:
    value = blocage(
        info_nom=["Dossier", "", "Numéro étranger"],
        info_valeur=["12", "", "99"],
        question_caf_prestation="Le RSA",
        question_msa_prestation="Autre organisme",
        urgence="soins",
        urgence_le="2026-12-01",
    ).value
    assert value.infos == (("Dossier", "12"), ("Numéro étranger", "99"))
    assert [(one.organisme, one.code, one.label, one.text) for one in value.answers] == [
        ("caf", "prestation", "Quelle prestation ?", "Le RSA")
    ]
    assert (value.urgency, value.urgency_on) == ("soins", date(2026, 12, 1))
    assert blocage().value.answers == ()
