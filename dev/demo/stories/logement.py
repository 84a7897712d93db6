"""Stories about a roof and its bills, most of them for the CAF du Val-d'Oise."""

from dev.demo.script import (
    Archive,
    Given,
    Paper,
    Person,
    Read,
    Story,
    Withdraw,
    asks,
    notes,
    says,
    settles,
    takes,
)

STORIES = (
    Story(
        "chloe",
        "2 16:18",
        "logement-energie",
        ("caf95",),
        "Expulsion engagée, APL suspendue pour un impayé pourtant couvert par un plan",
        Person("Malika", "Zerrouki", "09/09/1978", phone="06 39 98 17 25"),
        "Un commandement de quitter les lieux a été délivré. Le bailleur y renonce si l'APL est rétablie : elle a "
        "été suspendue pour un impayé alors que le plan d'apurement, signé le {-95}, est respecté (relevé joint).\n\n"
        "Madame vit avec trois enfants scolarisés. Une réponse avant la date indiquée permettrait d'arrêter la "
        "procédure.",
        answers={
            "caf_prestation": "APL en tiers payant.",
            "caf_consequence": "Le délai du commandement expire dans neuf jours.",
        },
        files=(
            Paper(
                "plan-d-apurement.pdf",
                "Plan d'apurement",
                ("Signé le {-95y}", "36 mensualités de 62 euros, trois versées à ce jour"),
            ),
            Paper("releve-locataire.png", "Relevé de compte locataire", ("Dernière mensualité reçue le {-9y}",)),
        ),
        urgency="expulsion",
        urgency_in=9,
        mandat=Given(has_proof=True),
        then=(Read("1 09:07", "igor"),),
    ),
    Story(
        "chloe",
        "5 10:01",
        "logement-energie",
        ("caf95",),
        "Aide au logement coupée à une jeune femme hébergée par le 115 depuis la coupure",
        Person("Océane", "Lebrun", "31/05/2003", phone="06 39 98 28 96"),
        "L'APL a été coupée le mois de la fin du contrat d'apprentissage. Le bailleur privé a repris le logement ; "
        "Océane dort à l'hôtel par le 115, place non garantie au-delà de la semaine. Le droit pour les mois passés "
        "permettrait de solder la dette et d'entrer en foyer de jeunes travailleurs.",
        urgency="ressources",
        urgency_in=-20,
        then=(Read("4 11:48", "remi"),),
    ),
    Story(
        "alice",
        "6 09:22",
        "logement-energie",
        ("caf95",),
        "APL refusée pour un logement conventionné que la CAF ne retrouve pas",
        Person("Idriss", "Bah", "20/02/1995", sex="h", born_in="99", phone="06 39 98 39 53"),
        "La demande d'APL est rejetée : « logement non conventionné ». Le bailleur social a renvoyé la convention deux "
        "fois. Le loyer plein représente 61 % du salaire de Monsieur.",
        then=(
            Read("5 14:05", "igor"),
            takes(
                "4 09:35",
                "igor",
                "Bonjour, je vois la convention, enregistrée sous l'ancien nom de la résidence. "
                "Je demande la mise à jour au service bailleurs.",
                promised=6,
            ),
            notes(
                "4 09:58",
                "igor",
                "Pour mémoire : trois autres locataires de la même résidence sont concernés, Inès suit l'un d'eux.",
            ),
        ),
    ),
    Story(
        "amir",
        "20 11:34",
        "logement-energie",
        ("caf95",),
        "APL interrompue depuis un déménagement, le bailleur réclame trois loyers",
        Person("Sylvie", "Boucher", "14/08/1974", phone="06 39 98 40 18"),
        "Madame a changé d'appartement dans la même résidence. L'APL de l'ancien logement s'est arrêtée, celle du "
        "nouveau n'a pas commencé. Le bailleur a envoyé l'attestation de loyer le {-66}.",
        then=(
            takes(
                "18 10:12",
                "remi",
                "Bonjour, je contacte le bailleur, dont l'envoi ne nous est pas parvenu.",
                promised=9,
            ),
            says("16 14:22", "amir", "Merci. Le bailleur confirme un nouvel envoi ce matin."),
        ),
    ),
    Story(
        "alice",
        "25 15:55",
        "logement-energie",
        ("caf95",),
        "Prime de déménagement refusée pour une pièce hors délai que la CAF avait égarée",
        Person("Aminata", "Coulibaly", "05/12/1989", born_in="99", phone="06 39 98 51 83"),
        "Madame a emménagé avec ses quatre enfants. La facture du déménagement a été déposée dans les six mois (tampon "
        "de l'accueil). Le refus la dit reçue hors délai.",
        then=(
            takes("22 10:35", "ines", "Bonjour, le tampon fait foi : je fais réviser le refus."),
            settles("18 11:04", "ines", "Prime de 1 107 euros accordée et versée ce jour."),
            says("17 09:14", "alice", "Parfait, Madame est très soulagée."),
            Archive("16 10:00", "alice", "oui"),
        ),
    ),
    Story(
        "alice",
        "12 09:25",
        "logement-energie",
        ("caf95",),
        "Aide au logement suspendue après le départ d'un colocataire",
        Person("Solange", "Pichon", "09/09/1968", phone="06 39 98 47 12"),
        "Madame est seule dans le logement depuis trois mois. Le changement a été déclaré deux fois, l'aide reste "
        "suspendue et le loyer n'est plus couvert.",
        then=(
            takes("10 10:12", "ines", "Bonjour, je reprends la déclaration et je reviens vers vous."),
            Withdraw("7 14:30", "alice"),
        ),
    ),
    Story(
        "rachel",
        "41 10:20",
        "logement-energie",
        ("caf95",),
        "Logement indécent : aide consignée depuis un an sans contrôle des travaux",
        Person("Lucie", "Bertin", "17/10/1985", phone="06 39 98 62 07"),
        "L'aide au logement est consignée depuis le constat d'indécence. Les travaux sont faits depuis quatre mois, le "
        "propriétaire réclame l'arriéré à Madame et menace de donner congé.",
        then=(
            takes("39 09:40", "remi", "Bonjour, je demande une contre-visite à l'opérateur.", promised=15),
            says("30 15:18", "remi", "Visite faite : travaux conformes. La déconsignation est en cours de signature."),
            settles("26 10:48", "remi", "2 916 euros versés au propriétaire, qui en est informé par courrier."),
            Archive("23 14:12", "rachel", "oui", "Le propriétaire renonce au congé."),
        ),
    ),
    Story(
        "alice",
        "13 10:36",
        "logement-energie",
        ("caf95",),
        "Colocation prise pour une vie commune dans le calcul de l'aide au logement",
        Person("Thomas", "Faivre", "08/03/2004", sex="h", phone="06 39 98 73 44"),
        "Monsieur, apprenti, partage un T3 avec une collègue. L'aide est calculée comme pour un couple. Chacun a son "
        "bail et sa quittance (jointes).",
        files=(Paper("baux-et-quittances.pdf", "Deux baux, deux quittances", ("Chambre 1 : M. Faivre, 340 euros",)),),
        mandat=Given("papier", is_made_here=True),
        then=(
            takes("11 14:08", "igor", "Bonjour, je prends la demande et je demande l'avis du contrôle."),
            asks(
                "6 10:20",
                "igor",
                "Le contrôle demande une attestation sur l'honneur de chaque colocataire. Pouvez-vous les joindre ?",
            ),
        ),
    ),
)
