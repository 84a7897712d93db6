"""What a subject must not hold, found without getting in the way of ordinary subjects."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aplus.demandes.rules.subject import names_in, personal_data_in

KINDS = {
    "nir": "un numéro de sécurité sociale",
    "phone": "un numéro de téléphone",
    "email": "une adresse e-mail",
    "iban": "un IBAN",
}
HARMLESS = st.sampled_from(
    ["", "RSA bloqué", "dossier 2024-123456", "retraite depuis 2023,", "(urgent)", "n°", "réf :"]
)


def kinds(subject: str) -> set[str]:
    """The kinds of personal data that the explanations name."""
    return {kind for kind, words in KINDS.items() if any(words in text for text in personal_data_in(subject))}


@pytest.mark.parametrize(
    "subject",
    [
        "",
        "RSA suspendu depuis trois mois",
        "dossier 2024-123456",
        "Dossier n° 123456789 du 12/03/2024",
        "droits 2022 2023 2024 non versés",
        "du 01/02/2024 au 31/03/2024, APL 450,50 €",
        "AAH : droits ouverts le 01.02.2024, 971,37 euros",
        "SIRET 732 829 320 00074 radié à tort",
        "Indu de 1 234,56 € réclamé par la CAF 95",
        "Titre de séjour, AGDREF 9912345678",
        "Courrier du 2024-02-03 (réf. 20240203/778)",
        "Article L3133-1, R. 123-4, cerfa 12345*06",
        "FR7 pas un IBAN, ni DE12 3456",
        "RIB refusé @ la CPAM",
        "Appeler le 3646 ou le 3230",
        "RSA du 01/12/2024 01/12/2025",
        "Impôts 2021/2022/2023 3 avis",
        "dossier 612345678",
    ],
)
def test_ordinary_subjects_pass(subject: str) -> None:
    assert personal_data_in(subject) == []


@pytest.mark.parametrize(
    ("kind", "data"),
    [
        ("nir", "2 95 10 99 126 111 93"),
        ("nir", "295109912611193"),
        ("nir", "2951099126111"),
        ("nir", "2.95.10.99.126.111"),
        ("nir", "253072b073004"),
        ("nir", "2 53 07 2A 073 004"),
        ("nir", "295109912611100"),
        ("phone", "06 12 34 56 78"),
        ("phone", "0612345678"),
        ("phone", "06.12.34.56.78"),
        ("phone", "06-12-34-56-78"),
        ("phone", "06/12/34/56/78"),
        ("phone", "06.12.2034.56"),
        ("phone", "01\u00a023\u00a045\u00a067\u00a089"),
        ("phone", "+33 6 12 34 56 78"),
        ("phone", "+33 (0)6 12 34 56 78"),
        ("phone", "0033612345678"),
        ("phone", "0590 12 34 56"),
        ("phone", "0692 12 34 56"),
        ("phone", "0639 98 12 34"),
        ("phone", "+590 690 12 34 56"),
        ("phone", "+687 24.12.34"),
        ("phone", "+689 87 12 34 56"),
        ("phone", "+213 661 23 45 67"),
        ("email", "jeanne.durand@exemple.fr"),
        ("email", "JEANNE+caf@boite.exemple.fr"),
        ("email", "jeanne @ exemple.fr"),
        ("email", "jeanne@exemple .fr"),
        ("iban", "FR76 3000 6000 0112 3456 7890 189"),
        ("iban", "fr7630006000011234567890189"),
        ("iban", "FR76-3000-6000-0112-3456-7890-189"),
        ("iban", "FR76 3000 6000 0112 3456 7890 188"),
        ("iban", "DE89 3704 0044 0532 0130 00"),
        ("iban", "BE68 5390 0754 7034"),
    ],
)
@given(before=HARMLESS, after=HARMLESS)
def test_personal_data_is_found_wherever_it_stands(kind: str, data: str, before: str, after: str) -> None:
    assert kind in kinds(f"{before} {data} {after}")


def test_each_kind_is_explained_once() -> None:
    subject = "0612345678 ou 0712345678, a@b.fr, 2951099126111, FR7630006000011234567890189"
    explanations = personal_data_in(subject)
    assert kinds(subject) == set(KINDS)
    assert len(explanations) == len(KINDS)
    assert all("retirez-le" in text for text in explanations)


def test_foreign_shape_without_a_right_key_is_no_iban() -> None:
    assert personal_data_in("réf BE69 5390 0754 7034") == []


@pytest.mark.parametrize(
    ("subject", "names", "found"),
    [
        ("RSA de Mme Durand bloqué", ("Jeanne", "Durand"), ["Durand"]),
        ("RSA DE MME DURAND", ("Jeanne", "durand"), ["durand"]),
        ("Blocage de Helene Lefevre", ("Hélène", "Lefèvre"), ["Hélène", "Lefèvre"]),
        ("l'allocation d’Hélène", ("HELENE",), ["HELENE"]),
        ("Durandal suspendu", ("Durand",), []),
        ("Jean Pierre attend", ("Jean-Pierre",), ["Jean-Pierre"]),
        ("Dossier DUPONT-DURAND", ("Dupont Durand",), ["Dupont Durand"]),
        ("Dossier Dupont", ("Dupont-Durand",), ["Dupont-Durand"]),
        ("Aide de la CAF et de la CPAM", ("De La Tour",), []),
        ("M. de la Tour", ("De La Tour",), ["De La Tour"]),
        ("les droits de Saint-Denis", ("Saint-Martin", "Des Rues", "Van Gogh"), []),
        ("M. Van Gogh", ("Van Gogh",), ["Van Gogh"]),
        ("M. Ly attend", ("Ly",), ["Ly"]),
        ("Carte d arc", ("D'Arc",), ["D'Arc"]),
        ("Plan A, recours", ("A", "", "-"), []),
        ("Durand et Durand", ("Durand", "Durand"), ["Durand"]),
        ("RSA bloqué", ("Jeanne", "Durand", ""), []),
    ],
)
def test_names_as_whole_words(subject: str, names: tuple[str, ...], found: list[str]) -> None:
    assert names_in(subject, *names) == found


@given(st.text())
def test_any_subject_is_answered(subject: str) -> None:
    assert all(text.endswith(".") for text in personal_data_in(subject))
    assert names_in(subject, subject) in ([], [subject])


def test_a_huge_subject_is_answered() -> None:
    for piece in ("1", "1 ", "0", "a@", "a.", "FR76 ", "FR", "+", "+3"):
        personal_data_in(piece * 5_000)
        names_in(piece * 5_000, "Durand")
