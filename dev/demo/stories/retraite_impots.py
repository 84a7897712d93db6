"""Stories for the MSA, the DDFIP and the national services: retraite, tax notices, énergie, titles."""

from dev.demo.script import (
    Archive,
    Given,
    Invite,
    Paper,
    Person,
    Read,
    StillBlocked,
    Story,
    asks,
    says,
    settles,
    takes,
)

STORIES = (
    Story(
        "alice",
        "4 10:55",
        "retraite",
        ("cnav",),
        "Retraite accordée mais aucun paiement depuis la date d'effet",
        Person("Abdelkader", "Mansour", "01/07/1961", sex="h", born_in="99", phone="06 39 98 16 73"),
        "Monsieur, maçon, a reçu sa notification de retraite avec effet au 1er {m-3}. Aucun versement depuis. Son "
        "chômage a pris fin la veille de l'effet : il vit depuis trois mois sur ses économies, épuisées.",
        answers={
            "cnav_etape": "Notifiée, non mise en paiement.",
            "cnav_depuis": "Sans ressources depuis le 1er {m-3}.",
        },
        urgency="ressources",
        urgency_in=-90,
        files=(
            Paper(
                "notification-de-retraite.pdf",
                "Notification de retraite personnelle",
                ("Point de départ : 1er {m-3}", "Montant mensuel brut : 1 127,46 euros"),
            ),
        ),
        then=(
            takes(
                "3 11:20",
                "christine",
                "Bonjour, le dossier est en attente d'une validation de RIB. Je la fais "
                "lever, avec un acompte si le calendrier ne permet pas mieux.",
                promised=4,
            ),
        ),
    ),
    Story(
        "chloe",
        "24 14:28",
        "retraite",
        ("cnav",),
        "Pension de réversion sans réponse depuis sept mois",
        Person("Yvonne", "Carpentier", "18/01/1943", phone="06 39 98 27 40"),
        "Madame, veuve, a déposé sa demande de réversion en agence il y a sept mois. Elle ne perçoit que 540 euros "
        "de retraite et puise dans l'argent mis de côté pour ses obsèques.",
        answers={"cnav_etape": "Déposée, accusé de réception joint."},
        then=(
            takes(
                "22 09:18", "abdel", "Bonjour, le dossier est complet et attribué à un technicien ce jour.", promised=6
            ),
            settles(
                "15 15:02",
                "abdel",
                "Réversion accordée avec effet rétroactif, rappel de 3 214 euros. Un dossier "
                "d'allocation de solidarité est ouvert d'office.",
            ),
            StillBlocked(
                "3 11:42",
                "chloe",
                "Bonjour, le rappel n'est pas arrivé et Madame a reçu un second courrier "
                "demandant à nouveau l'acte de mariage. Pouvez-vous vérifier ?",
            ),
        ),
    ),
    Story(
        "amir",
        "57 10:12",
        "retraite",
        ("cnav",),
        "Trimestres manquants au relevé de carrière, départ repoussé de deux ans",
        Person("Chantal", "Meunier", "25/04/1963", phone="06 39 98 38 11"),
        "Huit trimestres d'un emploi chez un artisan disparu n'apparaissent pas au relevé. Madame a conservé tous ses "
        "bulletins (scan joint). Sans cette correction, elle devra travailler deux ans de plus.",
        files=(
            Paper(
                "bulletins-1986-1988.pdf",
                "Bulletins de paie, récapitulatif",
                ("24 bulletins, de janvier 1986 à décembre 1987", "Employeur : atelier de couture, radié en 1994"),
            ),
        ),
        then=(
            takes("55 10:45", "christine", "Bonjour, je demande la reconstitution.", promised=20),
            settles("38 14:36", "christine", "Les huit trimestres sont validés. Nouveau relevé adressé à Madame."),
            Archive("36 09:50", "amir", "oui", "Relevé reçu et vérifié avec Madame : tout y est."),
        ),
    ),
    Story(
        "amir",
        "2 15:15",
        "sante-handicap",
        ("msa95",),
        "Feuilles de soins d'un ouvrier agricole rejetées pour exploitation inconnue",
        Person("Mohamed", "El Idrissi", "10/10/1980", sex="h", born_in="99", phone="06 39 98 49 85"),
        "Monsieur travaille depuis deux ans dans une pépinière. Ses feuilles de soins reviennent avec la mention "
        "« employeur inconnu », alors que les cotisations figurent sur ses bulletins de paie.",
        answers={"msa_prestation": "Remboursement de soins, carte Vitale."},
    ),
    Story(
        "alice",
        "10 11:36",
        "famille-aides",
        ("msa95",),
        "Prime d'activité et allocations d'un couple de maraîchers en attente depuis six mois",
        Person("Estelle", "Guillot", "20/11/1988", phone="06 39 98 50 21"),
        "Le couple s'est installé l'an dernier. Les revenus de l'exploitation ne sont pas encore connus ; une "
        "estimation a été fournie deux fois. Aucune prestation versée pour leurs trois enfants depuis six mois.",
        answers={"msa_demarches": "Deux rendez-vous, une réclamation écrite le {-38}."},
    ),
    Story(
        "chloe",
        "28 09:12",
        "retraite",
        ("msa95",),
        "Retraite agricole suspendue faute de certificat de vie",
        Person("Rosa", "Marques", "08/12/1946", born_in="99", phone="06 39 98 61 58"),
        "Madame, revenue vivre à Cergy chez son fils, est considérée comme résidant au Portugal. La retraite est "
        "suspendue depuis deux mois, faute d'un certificat de vie envoyé à son ancienne adresse.",
        then=(
            takes("26 10:15", "mathieu", "Bonjour, le changement d'adresse n'avait pas été reporté. Je corrige."),
            settles("25 11:40", "mathieu", "Pension rétablie, les deux mois dus sont versés {+2}."),
        ),
    ),
    Story(
        "alice",
        "2 09:28",
        "impots-banque",
        ("ddfip95",),
        "Avis de situation déclarative introuvable, logement social sur le point d'être perdu",
        Person("Stella", "Okafor", "11/09/1992", born_in="99", phone="06 39 98 72 94"),
        "Un logement social est proposé à Madame, le dossier doit être complet {+6}. Elle n'a jamais reçu d'avis pour "
        "sa déclaration papier, déposée au guichet (récépissé joint). Le service lui demande d'attendre huit semaines.",
        answers={"ddfip_sujet": "Impôt sur le revenu, dernière année.", "ddfip_document": "Avis de situation."},
        files=(
            Paper(
                "recepisse-declaration.png",
                "Récépissé de dépôt",
                ("Déclaration des revenus", "Déposée au guichet le {-70y}"),
            ),
        ),
        then=(Read("1 10:40", "delphine"),),
    ),
    Story(
        "chloe",
        "9 16:05",
        "impots-banque",
        ("ddfip95",),
        "Saisie sur compte pour une amende payée l'an dernier",
        Person("Yacine", "Ferhat", "23/05/1994", sex="h", phone="06 39 98 83 60"),
        "Le compte de Monsieur a fait l'objet d'une saisie de 375 euros pour une amende dont nous avons la preuve de "
        "paiement. La banque a prélevé 37,50 euros de frais. Monsieur n'a pas pu retirer son RSA.",
        answers={"ddfip_document": "Saisie administrative à tiers détenteur du {-12}."},
        files=(Paper("preuve-de-paiement.pdf", "Confirmation de paiement", ("Amende de 135 euros payée le {-390y}",)),),
    ),
    Story(
        "rachel",
        "33 14:10",
        "impots-banque",
        ("ddfip95",),
        "Enfant majeur handicapé non compté dans le foyer fiscal",
        Person("Catherine", "Aubert", "02/02/1965", phone="06 39 98 94 37"),
        "Le fils de Madame, titulaire de la carte mobilité inclusion, n'a pas été pris en compte. Le revenu fiscal de "
        "référence fait perdre à la famille le chèque énergie et le tarif de cantine.",
        then=(
            takes("31 09:50", "delphine", "Bonjour, je reprends la déclaration avec la part supplémentaire."),
            settles(
                "27 10:25",
                "delphine",
                "Avis rectificatif émis, joint à ce message.",
                files=(
                    Paper(
                        "avis-rectificatif.pdf",
                        "Avis d'impôt rectificatif",
                        ("Nombre de parts : 2,5", "Revenu fiscal de référence inchangé, impôt : 0 euro"),
                    ),
                ),
            ),
            Archive("24 15:20", "rachel", "oui"),
        ),
    ),
    Story(
        "alice",
        "18 09:33",
        "logement-energie",
        ("cheque_energie",),
        "Chèque énergie non reçu pour la deuxième année",
        Person("Paulette", "Renard", "06/06/1939", phone="06 39 98 15 02"),
        "Madame remplit les conditions (avis joint) et n'a rien reçu. Elle se chauffe à l'électricité et a passé "
        "l'hiver dernier à 15 degrés. Le site indique « bénéficiaire non identifié ».",
        files=(Paper("avis-imposition.pdf", "Avis d'impôt", ("Revenu fiscal de référence : 9 860 euros", "1 part")),),
        mandat=Given("sms"),
        then=(
            takes(
                "16 11:12",
                "romain",
                "Bonjour, le compteur est encore au nom du mari de Madame, décédé : c'est "
                "l'origine du blocage. Je traite.",
            ),
            settles(
                "13 10:33",
                "romain",
                "Un chèque de 227 euros est envoyé à Madame, avec l'attestation pour son "
                "fournisseur. Pensez à faire mettre le contrat à son nom.",
            ),
            says("12 09:45", "alice", "Merci beaucoup ! Je m'occupe du contrat avec elle la semaine prochaine."),
        ),
    ),
    Story(
        "amir",
        "7 14:50",
        "papiers-identite",
        ("france_titres",),
        "Permis de conduire étranger en échange depuis quatorze mois, embauche compromise",
        Person("Olena", "Kovalenko", "03/10/1987", born_in="99", phone="06 39 98 26 48"),
        "Madame doit être embauchée comme aide à domicile et a besoin de conduire. La demande d'échange, déposée il y "
        "a quatorze mois, est « en cours d'instruction ». L'attestation provisoire a expiré.",
        infos=(("Numéro de la demande", "PER-2291-448710"), ("Date de dépôt", "{-425y}")),
        then=(
            asks(
                "5 10:05",
                "pauline",
                "Bonjour, le permis d'origine n'est pas lisible sur la copie. Pouvez-vous "
                "joindre un scan en couleur, recto et verso ? Je proroge l'attestation dès réception.",
            ),
            says(
                "4 09:30",
                "amir",
                "Voici le scan. L'employeur attend encore deux semaines.",
                files=(
                    Paper(
                        "permis-recto-verso.png",
                        "Permis de conduire (copie)",
                        ("Catégories B et C", "Délivré le {-3650y}"),
                    ),
                ),
            ),
        ),
    ),
    Story(
        "chloe",
        "20 10:22",
        "impots-banque",
        ("ddfip95",),
        "Demande de délais de paiement de taxe foncière sans réponse, majoration appliquée",
        Person("Bernard", "Chauvin", "27/03/1950", sex="h", phone="06 39 98 37 71"),
        "Monsieur, retraité, propriétaire d'un petit pavillon, a demandé un étalement avant l'échéance. Sans réponse, "
        "une majoration de 10 % a été appliquée. Il ne conteste pas la taxe, seulement la majoration.",
        mandat=Given(days_before=2, has_proof=True),
        then=(
            takes("18 11:08", "delphine", "Bonjour, la demande a bien été reçue dans les délais.", promised=10),
            Invite(
                "16 14:30",
                "chloe",
                experts=("elise",),
                text="Madame la médiatrice, pourriez-vous donner votre "
                "avis ? C'est le troisième dossier de ce type au CCAS cette année.",
            ),
            says(
                "13 10:40",
                "elise",
                "Bonjour à tous deux. La demande étant antérieure à l'échéance, la majoration "
                "peut faire l'objet d'une remise gracieuse d'office. Je me tiens à disposition du service.",
            ),
        ),
    ),
)
