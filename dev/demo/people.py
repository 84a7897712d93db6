"""The people of the demo world: the thirteen personas of product.md §2, then those of the other groupes."""

from dataclasses import dataclass

from aplus.core.text import fold

AIDANT, INSTRUCTEUR, RESPONSABLE = "aidant", "instructeur", "responsable"


@dataclass(frozen=True)
class Somebody:
    """One person: flags are held in each of the groupes."""

    key: str
    first_name: str
    last_name: str
    function: str
    flags: tuple[str, ...] = ()
    groupes: tuple[str, ...] = ()
    # The roles that `var/demo.json` names.
    roles: tuple[str, ...] = ()
    is_welcomed: bool = True

    @property
    def email(self) -> str:
        """first.last@demo.example, without accents or spaces."""
        names = (fold(name).replace(" ", "-") for name in (self.first_name, self.last_name))
        return f"{'.'.join(names)}@demo.example"


PERSONAS = (
    Somebody("alice", "Alice", "Martin", "Conseillère France services", (AIDANT,), ("fs_argenteuil",), ("aidante",)),
    Somebody("amir", "Amir", "Benali", "Conseiller France services", (AIDANT,), ("fs_argenteuil",), ("aidant",)),
    Somebody("chloe", "Chloé", "Dubois", "Travailleuse sociale", (AIDANT,), ("ccas_cergy",), ("aidante",)),
    Somebody("ines", "Inès", "Caron", "Référente A+", (INSTRUCTEUR,), ("caf95",), ("instructrice",)),
    Somebody("igor", "Igor", "Lefèvre", "Référent A+", (INSTRUCTEUR,), ("caf95",), ("instructeur",)),
    Somebody("paul", "Paul", "Nguyen", "Référent A+", (INSTRUCTEUR,), ("cpam95",), ("instructeur",)),
    Somebody(
        "rachel",
        "Rachel",
        "Moreau",
        "Responsable de l'espace France services",
        (AIDANT, RESPONSABLE),
        ("fs_argenteuil",),
        ("responsable", "aidante"),
    ),
    Somebody(
        "remi",
        "Rémi",
        "Garnier",
        "Responsable du pôle situations complexes",
        (INSTRUCTEUR, RESPONSABLE),
        ("caf95",),
        ("responsable", "instructeur"),
    ),
    Somebody("sophie", "Sophie", "Laurent", "Animatrice départementale France services", roles=("superviseure",)),
    Somebody("oscar", "Oscar", "Roux", "Pilote national du réseau CAF", roles=("observateur",)),
    Somebody("nora", "Nora", "Petit", "Équipe Administration+", roles=("administratrice",)),
    Somebody("elise", "Élise", "Faure", "Médiatrice", roles=("experte",)),
    Somebody("nadia", "Nadia", "Roche", "", (AIDANT,), ("fs_argenteuil",), ("aidante",), is_welcomed=False),
)

_LEADS_AIDANTS = (AIDANT, RESPONSABLE)
_LEADS_INSTRUCTEURS = (INSTRUCTEUR, RESPONSABLE)
_CONSEILLERE, _CONSEILLER = "Conseillère France services", "Conseiller France services"
_SOCIALE = "Assistante de service social"

OTHERS = (
    Somebody("mathieu", "Mathieu", "Colin", "Référent A+", (INSTRUCTEUR,), ("msa95",)),
    Somebody("delphine", "Delphine", "Adam", "Correspondante sociale", (INSTRUCTEUR,), ("ddfip95",)),
    Somebody("farida", "Farida", "Hamdi", "Référente partenaires", _LEADS_INSTRUCTEURS, ("caf93", "caf78")),
    Somebody("julien", "Julien", "Besson", "Gestionnaire conseil", (INSTRUCTEUR,), ("caf93",)),
    Somebody("marie_ange", "Marie-Ange", "Duval", "Chargée de mission accès aux soins", (INSTRUCTEUR,), ("cpam93",)),
    Somebody("tristan", "Tristan", "Le Goff", "Chargé de mission accès aux soins", _LEADS_INSTRUCTEURS, ("cpam93",)),
    Somebody("sandrine", "Sandrine", "Maillard", "Cheffe de section séjour", _LEADS_INSTRUCTEURS, ("pref93",)),
    Somebody("yann", "Yann", "Prigent", "Instructeur séjour", (INSTRUCTEUR,), ("pref93",)),
    Somebody("awa", "Awa", "Traoré", _CONSEILLERE, (AIDANT,), ("fs_bobigny",)),
    Somebody("david", "David", "Cohen", "Responsable de l'espace", _LEADS_AIDANTS, ("fs_bobigny",)),
    Somebody("helene", "Hélène", "Vasseur", "Référente partenaires", _LEADS_INSTRUCTEURS, ("caf75",)),
    Somebody("bastien", "Bastien", "Morvan", "Gestionnaire conseil", (INSTRUCTEUR,), ("caf75",)),
    Somebody("leila", "Leïla", "Mansouri", "Travailleuse sociale", _LEADS_AIDANTS, ("asso_paris",)),
    Somebody("simon", "Simon", "Perrault", "Moniteur-éducateur", (AIDANT,), ("asso_paris",)),
    Somebody("celine", "Céline", "Aubry", "Gestionnaire conseil", (INSTRUCTEUR,), ("caf78",)),
    Somebody("gilles", "Gilles", "Renaud", "Coordonnateur", _LEADS_INSTRUCTEURS, ("mdph78",)),
    Somebody("aicha", "Aïcha", "Diallo", "Instructrice", (INSTRUCTEUR,), ("mdph78",)),
    Somebody("kevin", "Kevin", "Lopes", _CONSEILLER, (AIDANT,), ("fs_mureaux",)),
    Somebody("brigitte", "Brigitte", "Fontaine", "Responsable de l'espace", _LEADS_AIDANTS, ("fs_mureaux",)),
    Somebody("nicolas", "Nicolas", "Poirier", "Référent accès aux droits", _LEADS_INSTRUCTEURS, ("caf77",)),
    Somebody("severine", "Séverine", "Blanc", "Référente accès aux droits", (INSTRUCTEUR,), ("caf77",)),
    Somebody("thierry", "Thierry", "Guérin", "Correspondant partenaires", _LEADS_INSTRUCTEURS, ("ft77",)),
    Somebody("maud", "Maud", "Rolland", "Conseillère indemnisation", (INSTRUCTEUR,), ("ft77",)),
    Somebody("ousmane", "Ousmane", "Sy", _CONSEILLER, (AIDANT,), ("fs_meaux",)),
    Somebody("valerie", "Valérie", "Henry", "Responsable de l'espace", _LEADS_AIDANTS, ("fs_meaux",)),
    Somebody("laurence", "Laurence", "Giraud", "Conseillère accès aux soins", _LEADS_INSTRUCTEURS, ("cpam06",)),
    Somebody("fabrice", "Fabrice", "Orsini", "Conseiller accès aux soins", (INSTRUCTEUR,), ("cpam06",)),
    Somebody("margaux", "Margaux", "Ferrero", _SOCIALE, _LEADS_AIDANTS, ("ccas_nice",)),
    Somebody("denis", "Denis", "Jacquot", "Conseiller en protection sociale", _LEADS_INSTRUCTEURS, ("msa39",)),
    Somebody("elodie", "Élodie", "Bouvier", _CONSEILLERE, _LEADS_AIDANTS, ("fs_champagnole",)),
    Somebody("martin", "Martin", "Klein", "Référent retraite", _LEADS_INSTRUCTEURS, ("carsat67",)),
    Somebody("anne_lise", "Anne-Lise", "Schmitt", "Technicienne retraite", (INSTRUCTEUR,), ("carsat67",)),
    Somebody("lucas", "Lucas", "Meyer", "Conseiller en insertion", (AIDANT,), ("ml_strasbourg",)),
    Somebody("marie_laure", "Marie-Laure", "Bellay", "Gestionnaire conseil", _LEADS_INSTRUCTEURS, ("caf972",)),
    Somebody("steeve", "Steeve", "Cadasse", _CONSEILLER, _LEADS_AIDANTS, ("fs_lamentin",)),
    Somebody("jean_rene", "Jean-René", "Hoarau", "Référent partenaires", _LEADS_INSTRUCTEURS, ("caf974",)),
    Somebody("vanessa", "Vanessa", "Payet", _SOCIALE, _LEADS_AIDANTS, ("ccas_saint_paul",)),
    Somebody("christine", "Christine", "Rousseau", "Chargée des urgences retraite", _LEADS_INSTRUCTEURS, ("cnav",)),
    Somebody("abdel", "Abdel", "Kaci", "Technicien retraite", (INSTRUCTEUR,), ("cnav",)),
    Somebody("pauline", "Pauline", "Gautier", "Chargée de relation usagers", (INSTRUCTEUR,), ("france_titres",)),
    Somebody("romain", "Romain", "Lacroix", "Chargé de relation usagers", _LEADS_INSTRUCTEURS, ("cheque_energie",)),
)
EVERYBODY = (*PERSONAS, *OTHERS)
