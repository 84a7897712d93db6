"""Stories of other territoires, and of people who came from them."""

from dev.demo.script import (
    Archive,
    Given,
    Invite,
    Paper,
    Person,
    Read,
    Story,
    asks,
    declines,
    says,
    settles,
    takes,
)

STORIES = (
    Story(
        "awa",
        "3 10:24",
        "famille-aides",
        ("caf95",),
        "Installation récente à Sarcelles : dossier CAF parti de Bobigny jamais arrivé",
        Person("Ghislaine", "Moukoko", "23/08/1980", born_in="99", phone="06 39 98 19 30"),
        "Madame fréquente toujours notre espace, proche de son travail. Elle a emménagé à Sarcelles le {-75}. Son "
        "dossier a quitté la CAF de la Seine-Saint-Denis et n'apparaît pas chez vous ; les prestations de ses trois "
        "enfants sont interrompues.",
        then=(
            Read("2 09:33", "ines"),
            takes("1 10:48", "ines", "Bonjour, le dossier n'a pas été libéré par la caisse de départ : je l'invite."),
            Invite(
                "1 11:02",
                "ines",
                groupes=("caf93",),
                reason="Mutation non libérée, bloquée depuis deux mois et demi au départ de votre caisse.",
            ),
        ),
    ),
    Story(
        "awa",
        "16 11:14",
        "famille-aides",
        ("caf93",),
        "Dette de RSA réclamée deux fois après un changement de numéro d'allocataire",
        Person("Adama", "Sangaré", "1978", sex="h", born_in="99", phone="06 39 98 20 85"),
        "Monsieur a deux numéros d'allocataire depuis sa séparation. La même dette lui est retenue sur les deux "
        "dossiers, y compris celui des Yvelines où il a vécu deux ans.",
        territoire="93",
        then=(
            takes(
                "14 10:36",
                "farida",
                "Bonjour, doublon confirmé. Je fais regarder le dossier des Yvelines par ma "
                "collègue, qui pourra répondre directement ici.",
            ),
            Invite("14 10:52", "farida", persons=("celine",)),
            says("12 15:14", "celine", "Bonjour, la retenue des Yvelines est arrêtée ; 418 euros seront rendus."),
            says("9 09:58", "awa", "Merci, Monsieur a bien reçu les 418 euros. Reste la fusion des deux numéros."),
        ),
    ),
    Story(
        "david",
        "35 14:05",
        "papiers-identite",
        ("pref93",),
        "Attestation de prolongation non délivrée, contrat de travail sur le point d'être rompu",
        Person("Ramesh", "Sivakumar", "05/05/1984", sex="h", born_in="99", phone="06 39 98 31 47"),
        "L'employeur de Monsieur, cuisinier, lui donne quinze jours pour présenter un document en cours de validité. "
        "La demande de renouvellement est déposée depuis cinq mois.",
        territoire="93",
        infos=(("Numéro étranger", "9301 774 205"),),
        answers={"prefecture_titre": "Renouvellement de carte pluriannuelle, depuis cinq mois."},
        then=(
            takes("33 09:20", "yann", "Bonjour, attestation de prolongation émise, disponible sur son compte."),
            settles("33 15:42", "yann", "La carte est en fabrication. Convocation par SMS sous trois semaines."),
            Archive("30 10:30", "david", "oui", "Contrat de travail maintenu."),
        ),
    ),
    Story(
        "leila",
        "4 17:10",
        "famille-aides",
        ("caf75",),
        "RSA radié pour un homme sans abri qui n'a pas répondu à un courrier",
        Person("Franck", "Delattre", "vers 1970", sex="h", phone="", unknown=("numero_caf",)),
        "Monsieur vit dehors et est domicilié chez nous depuis dix-huit jours seulement. Les courriers de contrôle ont "
        "été envoyés à une adresse qu'il n'a plus depuis trois ans. Il est radié et n'a plus rien.",
        territoire="75",
        urgency="ressources",
        urgency_in=-45,
        mandat=Given("oral", read_by="Simon Perrault, moniteur-éducateur"),
        colleagues=("simon",),
        then=(
            takes(
                "3 09:44",
                "helene",
                "Bonjour, je rouvre le droit à la date de la radiation. Il me faut seulement l'élection de domicile.",
                promised=3,
            ),
            says(
                "2 11:36",
                "leila",
                "La voici.",
                files=(
                    Paper(
                        "election-de-domicile.png",
                        "Attestation d'élection de domicile",
                        ("M. Franck Delattre", "Association Le Passage, depuis le {-20y}"),
                    ),
                ),
            ),
        ),
    ),
    Story(
        "kevin",
        "10 09:08",
        "sante-handicap",
        ("mdph78",),
        "Carte mobilité inclusion attendue depuis neuf mois par une personne en fauteuil",
        Person("Suzanne", "Hervé", "12/02/1951", phone="06 39 98 42 63"),
        "La demande, complète, est enregistrée depuis neuf mois. Madame ne peut plus se garer près du centre de "
        "rééducation et annule des séances.",
        territoire="78",
        infos=(("Numéro de dossier MDPH", "78-440-20917"),),
        answers={"mdph_demande": "Carte mobilité inclusion, mention stationnement, il y a neuf mois."},
        then=(
            takes("8 10:40", "aicha", "Bonjour, le dossier passe à la prochaine commission.", promised=6),
            settles(
                "3 14:25",
                "aicha",
                "Accord de la commission. La carte est commandée ; voici le numéro provisoire à afficher.",
                files=(
                    Paper(
                        "notification-cmi.pdf",
                        "Notification de décision",
                        ("Carte mobilité inclusion, mention stationnement", "Attribuée à titre définitif"),
                    ),
                ),
            ),
        ),
    ),
    Story(
        "ousmane",
        "9 11:46",
        "emploi-formation",
        ("ft77",),
        "Radiation de France Travail pour une absence justifiée par une hospitalisation",
        Person("Christophe", "Leduc", "16/06/1982", sex="h", phone="06 39 98 53 98"),
        "Monsieur était hospitalisé le jour de l'entretien (bulletin joint). La radiation d'un mois a entraîné la "
        "suspension de l'allocation. Le recours déposé en ligne le {-16} n'a pas de réponse.",
        territoire="77",
        files=(Paper("bulletin-hospitalisation.pdf", "Bulletin d'hospitalisation", ("Du {-42y} au {-31y}",)),),
        answers={"france-travail_situation": "Radiation d'un mois."},
        then=(Read("8 14:10", "maud"),),
    ),
    Story(
        "margaux",
        "6 16:20",
        "sante-handicap",
        ("cpam06",),
        "Affiliation impossible d'un enfant confié à sa grand-mère",
        Person("Mathilde", "Rossi", "27/09/1958", phone="06 39 98 64 20"),
        "Madame a la garde de son petit-fils par délégation de l'autorité parentale. La CPAM exige l'accord du père, "
        "introuvable. L'enfant doit être vacciné avant l'entrée en crèche.",
        territoire="06",
        then=(
            asks("4 09:52", "laurence", "Bonjour, le jugement suffit, sans l'accord du père. Pouvez-vous le joindre ?"),
        ),
    ),
    Story(
        "elodie",
        "18 10:02",
        "famille-aides",
        ("msa39",),
        "Éleveur seul après un accident, remplacement non pris en charge",
        Person("Gaston", "Vuillemin", "07/07/1966", sex="h", phone="06 39 98 75 51"),
        "Monsieur s'est cassé la jambe en pleine saison. L'aide au remplacement est refusée pour une demande jugée "
        "tardive de deux jours ; il était au bloc opératoire.",
        territoire="39",
        then=(
            takes("17 09:36", "denis", "Bonjour, motif légitime : je présente le dossier à la commission.", promised=5),
            settles("12 11:22", "denis", "Prise en charge de quarante-deux journées accordée."),
            Archive("10 09:20", "elodie", "oui"),
        ),
    ),
    Story(
        "lucas",
        "14 15:30",
        "retraite",
        ("carsat67",),
        "Pension d'orphelin interrompue alors que les études continuent",
        Person("Emma", "Walter", "24/12/2006", born_in="67", phone="06 39 98 86 14"),
        "La pension a cessé sans explication. Emma est en formation professionnelle et vit seule en foyer. Le "
        "certificat de scolarité a été envoyé deux fois.",
        territoire="67",
        answers={"carsat_depuis": "Sans cette pension depuis deux mois."},
        then=(
            declines(
                "12 10:18",
                "martin",
                "Bonjour, la pension était servie par la caisse d'assurance maladie au "
                "titre de l'accident du travail du père. Nous ne pouvons pas la rétablir.",
            ),
        ),
    ),
    Story(
        "steeve",
        "5 08:40",
        "logement-energie",
        ("caf972",),
        "Aide au logement suspendue après la destruction du logement par les intempéries",
        Person("Rose-Marie", "Ursulet", "30/01/1970", born_in="97", phone="06 39 98 97 11"),
        "Le logement de Madame est inhabitable depuis le glissement de terrain. L'aide a été coupée alors que le bail "
        "du relogement, signé le {-20}, a été transmis le jour même.",
        territoire="972",
        then=(takes("4 09:15", "marie_laure", "Bonjour, je traite ce dossier avec le service logement.", promised=5),),
    ),
    Story(
        "vanessa",
        "7 09:30",
        "famille-aides",
        ("caf974",),
        "Retenue intégrale des prestations pour rembourser un indu contesté",
        Person("Marie-Josée", "Grondin", "18/03/1984", born_in="97", phone="06 39 98 98 26"),
        "La totalité des allocations de Madame est retenue depuis deux mois, sans reste à vivre, pour un indu de 2 050 "
        "euros qu'elle a contesté le {-52}. Trois enfants.",
        territoire="974",
        urgency="ressources",
        urgency_in=-60,
        then=(Read("6 10:26", "jean_rene"),),
    ),
)
