"""Stories for the CPAM du Val-d'Oise: affiliation, carte Vitale, complémentaire, indemnités journalières."""

from dev.demo.script import (
    Archive,
    CoAuthor,
    Given,
    Invite,
    News,
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
        "alice",
        "1 14:25",
        "sante-handicap",
        ("cpam95",),
        "Chimiothérapie à avancer en frais faute de droits à jour",
        Person("Colette", "Barbier", "28/02/1957", phone="06 39 98 11 52"),
        "Madame est suivie à l'hôpital pour un cancer. Ses droits apparaissent fermés depuis son passage à la retraite "
        "et l'hôpital de jour lui demande d'avancer les frais de la prochaine séance. L'ALD avait été accordée pour "
        "dix ans. Elle envisage d'annuler la séance.",
        answers={
            "cpam_droit": "Affiliation au titre de la retraite et ALD.",
            "cpam_demarches": "Appels au 36 46 les {-9} et {-3} ; formulaire déposé à l'accueil le {-8}.",
            "cpam_soins": "Oui, la séance du {+4} risque d'être annulée.",
        },
        urgency="soins",
        urgency_in=6,
        files=(
            Paper(
                "convocation-hopital-de-jour.pdf",
                "Convocation en hôpital de jour",
                ("Séance prévue le {+4}", "Merci de vous munir de votre carte Vitale et de l'attestation de droits"),
            ),
        ),
    ),
    Story(
        "chloe",
        "2 10:35",
        "sante-handicap",
        ("cpam95",),
        "Complémentaire santé solidaire refusée sur des ressources de l'année précédente",
        Person("Jean-Marc", "Tellier", "09/10/1968", sex="h", phone="06 39 98 22 03"),
        "Monsieur a perdu son emploi il y a huit mois et perçoit l'ASS. La C2S lui est refusée sur la base de ses "
        "salaires passés, qui auraient dû être neutralisés. Son renouvellement de lunettes attend depuis trois mois.",
        answers={"cpam_droit": "C2S.", "cpam_soins": "Optique et soins dentaires reportés."},
        then=(Read("1 09:20", "paul"),),
    ),
    Story(
        "amir",
        "8 11:15",
        "sante-handicap",
        ("cpam95",),
        "Carte Vitale jamais reçue depuis une première affiliation",
        Person("Sofiane", "Haddad", "19/12/1998", sex="h", born_in="99", phone="06 39 98 34 77"),
        "Monsieur, étudiant puis salarié, a une affiliation confirmée depuis onze mois. La photo et la copie du titre "
        "de séjour ont été envoyées le {-140} et le {-70}. Le compte ameli affiche « carte en cours de fabrication ».",
    ),
    Story(
        "alice",
        "5 09:44",
        "sante-handicap",
        ("cpam95",),
        "Indemnités journalières non versées depuis deux mois d'arrêt de travail",
        Person("Karima", "Boudjema", "07/05/1982", phone="06 39 98 45 19"),
        "Madame est en arrêt depuis le {-68}. L'employeur a transmis l'attestation de salaire (accusé joint). Aucun "
        "versement à ce jour et le maintien de salaire a pris fin. Deux enfants à charge.",
        answers={"cpam_droit": "Indemnités journalières.", "cpam_demarches": "Trois messages sur ameli sans réponse."},
        files=(
            Paper(
                "accuse-net-entreprises.pdf",
                "Accusé de dépôt",
                ("Attestation de salaire pour le versement des indemnités", "Déposée le {-57y}", "État : acceptée"),
            ),
        ),
        then=(
            takes(
                "3 15:12",
                "paul",
                "Bonjour, je prends la demande. L'attestation est arrivée avec un salaire à zéro sur un mois, d'où le "
                "blocage. J'appelle l'employeur pour une attestation rectificative.",
                promised=5,
            ),
        ),
    ),
    Story(
        "alice",
        "10 13:58",
        "sante-handicap",
        ("cpam95",),
        "Numéro de sécurité sociale provisoire qui bloque tous les remboursements",
        Person("Thi Lan", "Pham", "15/04/1975", born_in="99", phone="06 39 98 57 24", unknown=("nir",)),
        "Madame a toujours un numéro provisoire, trois ans après son arrivée. Les pharmacies refusent le tiers payant. "
        "Le dossier d'immatriculation aurait été rejeté pour un acte de naissance sans filiation.",
        mandat=Given("oral", read_by="Mme Pham (fille), en vietnamien"),
        then=(
            asks(
                "8 10:50",
                "paul",
                "Bonjour, l'Insee a bien rejeté l'acte : il manque les noms des parents. Pouvez-vous joindre l'acte "
                "complet et sa traduction par un traducteur assermenté ? Je relance l'immatriculation ensuite.",
            ),
        ),
    ),
    Story(
        "rachel",
        "17 09:26",
        "sante-handicap",
        ("cpam95",),
        "Remboursement de transports médicaux refusé à une personne dialysée",
        Person("Marcel", "Antunes", "30/11/1948", sex="h", born_in="99", phone="06 39 98 68 80"),
        "Monsieur est dialysé trois fois par semaine. Les transports sont refusés depuis {m-1} pour défaut d'accord "
        "préalable, alors que l'ALD et la distance l'en dispensent. L'ambulancier menace d'arrêter.",
        then=(
            takes("15 11:02", "paul", "Bonjour, je saisis le service des frais de santé.", promised=5),
            settles(
                "11 16:40",
                "paul",
                "Erreur de codage de l'ALD au dossier : corrigée. Les douze factures rejetées sont remises en paiement "
                "et l'ambulancier est prévenu.",
            ),
        ),
    ),
    Story(
        "amir",
        "50 14:33",
        "sante-handicap",
        ("cpam95",),
        "Capital décès bloqué par une pièce demandée trois fois",
        Person("Monique", "Rigaud", "21/08/1954", phone="06 39 98 79 46"),
        "Le mari de Madame, salarié, est décédé il y a cinq mois. La CPAM lui a demandé trois fois la même attestation "
        "de l'employeur, envoyée à chaque fois en recommandé. Les obsèques ne sont pas entièrement payées.",
        then=(
            takes("48 10:10", "paul", "Bonjour, toutes mes condoléances à Madame. Je recherche ces envois."),
            settles(
                "45 11:35",
                "paul",
                "Les courriers étaient classés au dossier de l'assuré et non du bénéficiaire. "
                "Le capital décès, 3 977 euros, est mis en paiement aujourd'hui.",
            ),
            Archive("42 09:15", "amir", "oui", "Versement reçu par Madame."),
            News(
                "40 10:05",
                "paul",
                "Bonjour, Madame peut aussi demander l'allocation obsèques de la mutuelle de son "
                "mari : le contrat était encore ouvert. Je lui ai adressé le formulaire.",
            ),
        ),
    ),
    Story(
        "chloe",
        "38 15:40",
        "sante-handicap",
        ("cpam95",),
        "Pension d'invalidité non réévaluée malgré une aggravation reconnue",
        Person("Patricia", "Vidal", "13/03/1969", phone="06 39 98 82 90"),
        "Le médecin-conseil a reconnu le passage en deuxième catégorie le {-75}. La pension est toujours versée au "
        "montant de la première.",
        then=(
            takes("36 10:25", "paul", "Bonjour, je vérifie la notification."),
            settles(
                "30 14:05",
                "paul",
                "La décision n'avait pas été transmise au service des pensions. Régularisation "
                "avec rappel sur le paiement du mois.",
            ),
            Archive("26 16:30", "chloe", "oui"),
        ),
    ),
    Story(
        "alice",
        "12 10:18",
        "sante-handicap",
        ("cpam95",),
        "Aide médicale de l'État refusée, justificatifs de présence jugés insuffisants",
        Person("Gloria", "Mensah", "1990", born_in="99", phone="06 39 98 93 15", unknown=("nir",)),
        "Madame est enceinte de six mois et presque sans suivi. Le refus d'AME invoque l'absence de preuve de trois "
        "mois de résidence. Nous disposons de trois attestations d'hébergement et d'ordonnances de la PMI, jointes.",
        urgency="soins",
        urgency_in=0,
        files=(
            Paper(
                "attestations-hebergement.pdf",
                "Attestations d'hébergement d'urgence",
                ("Nuitées du {-130y} au {-10y}", "Établies par le dispositif hôtelier"),
            ),
            Paper("ordonnance-pmi.png", "Ordonnance", ("Bilan sanguin et échographie", "Établie le {-60y}")),
        ),
        then=(
            takes("11 10:02", "paul", "Bonjour, je transmets à l'unité AME avec la mention femme enceinte."),
            CoAuthor("10 11:20", "alice", ("amir", "rachel")),
            says(
                "4 15:26",
                "paul",
                "L'unité AME a rendu un avis favorable ; il reste la validation du contrôle. Je "
                "vous tiens au courant, en attendant Madame peut être reçue à la permanence d'accès aux soins.",
            ),
        ),
    ),
    Story(
        "alice",
        "15 14:47",
        "sante-handicap",
        ("cpam95",),
        "Rattachement à l'assurance maladie d'un saisonnier agricole, renvoyé d'un guichet à l'autre",
        Person("Florin", "Munteanu", "26/09/1977", sex="h", born_in="99", phone="06 39 98 14 61"),
        "Monsieur a travaillé deux saisons dans une exploitation maraîchère. Le guichet de la CPAM lui dit de "
        "s'adresser à la MSA, la MSA par téléphone le renvoie à la CPAM. Il s'est blessé à la main et n'est pas pris "
        "en charge.",
        urgency="soins",
        urgency_in=-4,
        then=(
            Read("14 09:03", "paul"),
            declines(
                "14 09:50",
                "paul",
                "Bonjour, les deux contrats sont bien agricoles : le dossier relève de la MSA, que je vous propose "
                "d'inviter. Je ferme notre affiliation pour ne pas bloquer la leur.",
                "msa95",
            ),
            Invite(
                "13 09:32",
                "alice",
                groupes=("msa95",),
                reason="Deux contrats saisonniers agricoles, d'après la CPAM : le dossier relève de la MSA.",
            ),
            takes(
                "12 14:15",
                "mathieu",
                "Bonjour, je confirme. J'ouvre les droits aujourd'hui et je vous envoie une "
                "attestation que Monsieur pourra présenter à l'hôpital.",
            ),
            settles(
                "11 10:30",
                "mathieu",
                "Droits ouverts, voici l'attestation.",
                files=(
                    Paper(
                        "attestation-de-droits.pdf",
                        "Attestation de droits à l'assurance maladie",
                        ("M. Florin Munteanu", "Droits ouverts au régime agricole depuis le {-240y}"),
                    ),
                ),
            ),
            Archive("9 10:44", "alice", "oui", "Consultation en chirurgie de la main prise en charge."),
        ),
    ),
    Story(
        "chloe",
        "21 09:38",
        "sante-handicap",
        ("cpam95",),
        "Rentes d'accident du travail versées en retard chaque trimestre",
        Person("Antonio", "Da Silva", "04/02/1960", sex="h", born_in="99", phone="06 39 98 25 98"),
        "La rente trimestrielle de Monsieur arrive avec trois à cinq semaines de retard depuis un an. Le décalage "
        "entraîne des frais bancaires à chaque fois. La réclamation du {-83} n'a pas reçu de réponse.",
        then=(
            takes("19 10:42", "paul", "Bonjour, je demande au service des rentes d'où vient ce décalage."),
            asks(
                "12 15:05",
                "paul",
                "Le service suppose un changement de banque non suivi. Monsieur peut-il nous dire "
                "depuis quand il est dans sa banque actuelle, relevés à l'appui ?",
            ),
            says(
                "8 11:50",
                "chloe",
                "Monsieur n'a pas changé de banque depuis 2011. Le dernier relevé est joint.",
                files=(
                    Paper(
                        "releve-de-compte.png",
                        "Relevé de compte",
                        ("Virement CPAM reçu le {-30y}", "Trimestre échu le {-62y}"),
                    ),
                ),
            ),
        ),
    ),
)
