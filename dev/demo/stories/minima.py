"""Stories for the CAF du Val-d'Oise alone: RSA, prime d'activité, AAH, what keeps people afloat."""

from dev.demo.script import (
    Archive,
    Given,
    Paper,
    Person,
    Read,
    Reopen,
    Story,
    asks,
    says,
    settles,
    takes,
)

STORIES = (
    Story(
        "alice",
        "1 16:42",
        "famille-aides",
        ("caf95",),
        "RSA suspendu sans courrier, plus aucune ressource pour une mère et deux enfants",
        Person("Fatoumata", "Sissoko", "14/03/1987", born_in="99", phone="06 39 98 12 40"),
        "Madame élève seule deux enfants de 4 et 9 ans. Le RSA et le complément familial n'ont pas été versés au "
        "dernier paiement. Son espace en ligne affiche « dossier en cours d'étude » depuis le {-19}, sans rien "
        "demander.\n\n"
        "La déclaration trimestrielle a été envoyée le {-31} (capture jointe). Madame n'a pas travaillé et n'a pas "
        "changé de situation. Elle a appelé trois fois : on lui répond d'attendre.\n\n"
        "Le compte est à découvert, le prélèvement de la cantine vient d'être rejeté. L'épicerie sociale dépanne "
        "quelques jours. Pouvez-vous débloquer le paiement, ou nous dire ce qui manque ?",
        answers={
            "caf_prestation": "RSA et complément familial.",
            "caf_demarches": "Message sur l'espace en ligne le {-17}, appels les {-12}, {-6} et {-2}.",
            "caf_dernier-courrier": "Aucun courrier depuis la notification de droits {de m-5}.",
            "caf_consequence": "Plus de ressources du tout ; loyer de 412 euros à payer avant le 10.",
        },
        infos=(("Adresse", "12 allée des Marronniers, 95100 Argenteuil"),),
        files=(
            Paper(
                "declaration-trimestrielle.png",
                "Déclaration trimestrielle de ressources",
                ("Transmise le {-31y}", "Salaires : 0 euro sur chacun des trois mois", "Statut : reçue"),
            ),
        ),
        urgency="ressources",
        urgency_in=-12,
        mandat=Given(has_proof=True),
        colleagues=("amir",),
    ),
    Story(
        "alice",
        "2 11:05",
        "famille-aides",
        ("caf95",),
        "Prime d'activité réclamée comme indue alors que les salaires ont été déclarés",
        Person("Bruno", "Teixeira", "02/11/1979", sex="h", born_in="99", phone="06 39 98 20 17"),
        "Monsieur est agent d'entretien à temps partiel. La CAF lui réclame 1 486 euros de prime d'activité pour la "
        "période {de m-9} à {m-4}, au motif de salaires non déclarés.\n\n"
        "Nous avons repris les fiches de paie une à une : les montants déclarés sont les bons. L'écart vient d'une "
        "prime de transport comptée deux fois. La contestation envoyée le {-40} est sans réponse et les retenues "
        "ont commencé ce mois-ci. Merci de suspendre les retenues le temps de l'examen.",
        answers={"caf_prestation": "Prime d'activité.", "caf_dernier-courrier": "Notification de dette du {-54}."},
        files=(
            Paper(
                "tableau-salaires.pdf",
                "Salaires nets perçus et montants déclarés",
                ("Mois par mois, d'après les bulletins de paie :", "812,40 euros perçus, 812 déclarés", "Écart : 0"),
            ),
        ),
    ),
    Story(
        "alice",
        "3 15:20",
        "famille-aides",
        ("caf95",),
        "Changement de RIB non pris en compte, prestations versées sur un compte fermé",
        Person("Josiane", "Lemaire", "19/05/1964", phone="06 39 98 33 28"),
        "La banque de Madame a clos son compte le {-35}. Le nouveau RIB a été transmis en ligne le jour même. Les deux "
        "derniers paiements d'AAH sont pourtant partis sur l'ancien compte et ont été rejetés.\n\n"
        "Madame a pu régler un loyer avec l'aide de sa sœur, mais pas le suivant. Le RIB est joint.",
        files=(
            Paper(
                "nouveau-rib.png",
                "Relevé d'identité bancaire",
                ("Titulaire : Mme Josiane Lemaire", "Compte ouvert le {-35y}", "Agence d'Argenteuil"),
            ),
        ),
        then=(Read("2 10:12", "ines"),),
    ),
    Story(
        "alice",
        "8 09:50",
        "famille-aides",
        ("caf95",),
        "RSA non recalculé après la fin d'un contrat, versement limité à 78 euros",
        Person("Mickaël", "Dumont", "11/12/1989", sex="h", phone="06 39 98 70 05"),
        "Monsieur a terminé un contrat de quatre mois le {-62}. Il n'a pas droit au chômage (refus joint). Le RSA est "
        "toujours calculé sur ses anciens salaires : 78 euros par mois. La neutralisation des salaires a été demandée "
        "par message le {-50} et à l'accueil le {-22}.",
        answers={
            "caf_prestation": "RSA.",
            "caf_consequence": "Deux mois de loyer en retard ; le bailleur parle d'un commandement de payer.",
        },
        files=(
            Paper(
                "refus-allocation.pdf",
                "Refus d'allocation d'aide au retour à l'emploi",
                ("Décision du {-55y}", "Motif : durée d'affiliation insuffisante"),
            ),
        ),
        then=(
            takes(
                "6 11:15",
                "ines",
                "Bonjour. La neutralisation est possible dès lors qu'aucun revenu ne remplace les salaires, ce que "
                "montre le refus que vous joignez. Je demande un calcul rétroactif au service du droit ; réponse avec "
                "le montant du rappel au plus tard à la date indiquée.",
                promised=11,
            ),
            says("5 16:33", "alice", "Merci beaucoup. Monsieur est prévenu, il contacte son bailleur dans ce sens."),
        ),
    ),
    Story(
        "amir",
        "11 10:30",
        "famille-aides",
        ("caf95",),
        "Dossier RSA bloqué faute de justificatif de séjour, document pourtant déposé",
        Person("Ibrahim", "Saleh", "1982", sex="h", born_in="99", phone="06 39 98 15 64"),
        "Monsieur, réfugié, a renouvelé sa carte de résident. Il l'a déposée à la borne de l'accueil le {-33}. Le RSA "
        "est suspendu depuis le mois dernier pour « titre de séjour expiré ». Monsieur ne lit pas le français ; nous "
        "avons fait ensemble l'envoi en ligne, sans effet.",
        mandat=Given("oral", read_by="Hassan Omar, interprète de l'association de quartier"),
        then=(
            Read("10 09:05", "igor"),
            asks(
                "9 14:40",
                "igor",
                "Bonjour. Je vois un document du {-47} mais seule la première page est lisible. Pouvez-vous joindre "
                "le recto et le verso de la nouvelle carte ? Je lève la suspension dès réception.",
            ),
        ),
    ),
    Story(
        "chloe",
        "16 14:16",
        "famille-aides",
        ("caf95",),
        "Droits à l'AAH renouvelés par la MDPH mais non repris en paiement",
        Person("Pascal", "Humbert", "05/04/1971", sex="h", phone="06 39 98 94 12"),
        "La MDPH a renouvelé l'AAH de Monsieur pour cinq ans (notification jointe, du {-61}). Le paiement s'est arrêté "
        "à la fin de l'accord précédent et n'a pas repris. Monsieur est sous traitement lourd et vit seul.\n\n"
        "Le CCAS a versé deux secours, il ne pourra pas en verser un troisième.",
        files=(
            Paper(
                "notification-mdph.pdf",
                "Notification de décision",
                ("Décision de la commission du {-61y}", "Allocation aux adultes handicapés : accord pour cinq ans"),
            ),
        ),
        precautions=("prevenir-aidant",),
        then=(
            takes("15 09:20", "remi", "Bonjour Madame, je m'en occupe moi-même."),
            settles(
                "11 11:45",
                "remi",
                "La notification n'avait pas été intégrée automatiquement. C'est fait à la main : reprise "
                "de l'AAH avec rappel de deux mois, virement {+2}.",
            ),
            says(
                "10 16:20",
                "chloe",
                "Un grand merci pour votre rapidité. J'attends la confirmation du virement "
                "avec Monsieur avant d'archiver.",
            ),
        ),
    ),
    Story(
        "alice",
        "48 10:08",
        "famille-aides",
        ("caf95",),
        "Ouverture de droits au RSA en attente depuis quatre mois",
        Person("Dylan", "Marchand", "17/02/1999", sex="h", phone="06 39 98 27 31"),
        "Monsieur sort d'une rupture familiale et d'un hébergement chez un tiers. Sa demande de RSA, "
        "déposée il y a quatre mois, n'a jamais été instruite. Il dort depuis peu dans sa voiture.",
        urgency="ressources",
        urgency_in=-60,
        then=(
            takes("47 09:12", "igor", "Bonjour, dossier retrouvé, je le fais instruire aujourd'hui.", promised=3),
            settles(
                "45 15:30",
                "igor",
                "Droit ouvert avec effet au premier jour du mois de la demande. Le rappel "
                "est versé {+1}. La demande d'accompagnement est transmise au Département.",
            ),
            says(
                "43 09:25",
                "alice",
                "Le virement est arrivé. Monsieur a pu payer une nuit d'hôtel et entre en "
                "résidence sociale la semaine prochaine. Merci.",
            ),
            Archive("43 09:40", "alice", "oui", "Réglé en trois jours ouvrés. Monsieur remercie chaleureusement."),
        ),
    ),
    Story(
        "alice",
        "55 13:47",
        "famille-aides",
        ("caf95",),
        "Trop-perçu de 3 200 euros réclamé à la suite d'un contrôle de résidence",
        Person("Nassira", "Ouali", "03/03/1968", born_in="99", phone="06 39 98 36 58"),
        "À la suite d'un contrôle, la CAF considère que Madame a passé plus de trois mois à l'étranger. Le passeport "
        "montre deux séjours de cinq semaines, pour l'hospitalisation puis le décès de sa mère. Nous demandons le "
        "réexamen de la dette, et à défaut une remise.",
        files=(
            Paper(
                "copie-passeport-tampons.pdf",
                "Relevé des entrées et sorties",
                ("Premier séjour : 36 jours", "Second séjour : 34 jours", "Pages 8 à 11 du passeport"),
            ),
        ),
        then=(
            takes("53 10:15", "ines", "Bonjour, je demande communication du rapport de contrôle."),
            says(
                "44 11:30",
                "ines",
                "Le premier séjour avait été compté deux fois. La dette est ramenée à 940 euros. "
                "Pour le solde, Madame peut demander une remise : je joins le formulaire.",
                files=(
                    Paper(
                        "demande-remise-de-dette.pdf",
                        "Demande de remise de dette",
                        ("À compléter et signer", "Joindre les justificatifs de ressources et de charges"),
                    ),
                ),
            ),
            settles(
                "36 14:50",
                "ines",
                "La commission a accordé une remise de 50 %. Il reste 470 euros, prélevés en dix mensualités.",
            ),
            Archive("33 10:05", "alice", "en_partie", "Dette divisée par sept ; un reste à payer que Madame accepte."),
        ),
    ),
    Story(
        "alice",
        "52 09:05",
        "famille-aides",
        ("caf95",),
        "Prime d'activité interrompue après une hospitalisation",
        Person("Didier", "Lacombe", "24/01/1966", sex="h", phone="06 39 98 64 81"),
        "Monsieur, chauffeur, a été hospitalisé six semaines et n'a pas pu faire sa déclaration trimestrielle. La "
        "prime d'activité a cessé. Il a repris le travail à mi-temps thérapeutique.",
        then=(
            takes("50 10:30", "remi", "Bonjour, je rouvre la période de déclaration pour Monsieur."),
            settles("49 16:05", "remi", "La déclaration peut être faite en ligne jusqu'au {+10}."),
            Archive("47 11:55", "alice", "oui", "Déclaration faite ensemble au point numérique."),
            Reopen(
                "6 10:20",
                "alice",
                "Bonjour, la prime a été versée deux mois puis interrompue à nouveau : la "
                "période d'hospitalisation est ressortie en anomalie. Monsieur reçoit une demande de remboursement "
                "de 312 euros.",
            ),
            takes(
                "4 15:48",
                "remi",
                "Bonjour, je vois l'anomalie : les indemnités journalières ont été comptées "
                "comme des salaires. Je fais annuler la dette.",
                promised=7,
            ),
        ),
    ),
    Story(
        "rachel",
        "27 10:50",
        "famille-aides",
        ("caf95",),
        "Montant du RSA divisé par deux après une erreur sur la composition du foyer",
        Person("Sébastien", "Navarro", "01/08/1986", sex="h", phone="06 39 98 90 66"),
        "La CAF considère que Monsieur vit en couple avec sa colocataire. Le bail mentionne deux titulaires sans lien. "
        "Un contrôle sur place a eu lieu le {-41}, sans compte rendu depuis.",
        colleagues=("alice",),
        then=(
            takes(
                "25 09:30",
                "remi",
                "Bonjour, je récupère le rapport du contrôleur et je vous réponds à la date indiquée.",
                promised=12,
            ),
            says(
                "20 14:10",
                "rachel",
                "Bonjour, Monsieur a reçu une mise en demeure de sa colocataire pour sa part "
                "de loyer. Avez-vous pu avancer ?",
            ),
        ),
    ),
)
