"""The drafts on Alice's home screen: one nearly ready, one just begun."""

from dev.demo.script import Begun, Given, Person, Story

DRAFTS = (
    Begun(
        Story(
            "alice",
            "1 17:20",
            "famille-aides",
            ("caf95", "cpam95"),
            "Congé de paternité non indemnisé et prime d'activité en suspens",
            Person("Joao", "Pereira", "21/05/1992", sex="h", born_in="99", phone="06 39 98 97 05"),
            "Monsieur a pris son congé de paternité du {-80} au {-55}. L'employeur a fait l'attestation. Ni "
            "l'indemnité ni la prime d'activité n'ont été versées. Demander à Monsieur la date exacte de son "
            "dernier message à la CPAM avant d'envoyer.",
            answers={"cpam_droit": "Indemnités de congé de paternité."},
            mandat=Given(is_made_here=True),
        ),
        steps=3,
    ),
    Begun(
        Story(
            "alice",
            "4 12:05",
            "retraite",
            ("cnav",),
            "Relevé de carrière à corriger avant un départ en retraite",
            Person("Nicole", "Besson", "03/11/1963"),
            "",
        ),
        steps=2,
    ),
)
