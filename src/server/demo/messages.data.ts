/**
 * The mail of the demonstration. `day` counts back from today; `{J+7}` in a text becomes the date in a week. A message
 * goes to the inbox of each of ours it is addressed to, and to the sent mail of its author.
 */
export type AttachmentKind = 'pdf' | 'png' | 'csv' | 'ics' | 'text'

export interface DemoAttachment {
  readonly name: string
  readonly kind: AttachmentKind
  /** Title of the PDF, rows of the CSV, words of the invitation. */
  readonly about: string
}

export interface DemoMessage {
  readonly id: string
  /** Days before today. */
  readonly day: number
  readonly at: string
  readonly from: string
  readonly to: readonly string[]
  readonly cc?: readonly string[]
  readonly subject: string
  readonly text: string
  readonly html?: 'newsletter' | 'phishing' | 'notice'
  readonly answers?: string
  readonly attachments?: readonly DemoAttachment[]
  /** Charset and encoding of an old program, instead of UTF-8. */
  readonly charset?: 'latin1-quoted-printable' | 'windows-1252-8bit'
  /** Where it is by now, by reader: a role or a folder's name. */
  readonly filed?: Readonly<Record<string, string>>
  readonly unread?: readonly string[]
  readonly flagged?: readonly string[]
}

export const messages: readonly DemoMessage[] = [
  // ---- conseil de classe: une conversation à plusieurs ----
  { id: 'conseil-1', day: 9, at: '08:12', from: 'sophie.durand', to: ['anne.martin', 'karim.benali', 'marc.lefevre'], cc: ['claire.petit'], subject: 'Conseil de classe de 3e B',
    text: `Bonjour à toutes et à tous,

Le conseil de classe de 3e B se tiendra le {J+5} à 17 h 15, salle 104. Merci de saisir vos appréciations avant le {J+3} au soir, afin que la vie scolaire puisse préparer les synthèses.

Anne, en tant que professeure principale, pourras-tu nous proposer un ordre de passage ? Il faudra prendre le temps d'évoquer l'orientation des quatre élèves dont nous avons parlé en commission éducative.

Bien cordialement,`, filed: { 'karim.benali': 'archive' } },
  { id: 'conseil-2', day: 9, at: '09:47', from: 'anne.martin', to: ['sophie.durand'], cc: ['karim.benali', 'marc.lefevre'], answers: 'conseil-1', subject: 'Re: Conseil de classe de 3e B',
    text: `Bonjour Sophie,

C'est noté pour le {J+5}. Je propose de commencer par les élèves dont les familles seront présentes, puis de suivre l'ordre alphabétique ; l'orientation viendrait à la fin, pour ne pas être pressés.

Il me manque encore les appréciations de technologie et d'EPS : je relance les collègues cet après-midi.

Bonne journée,` },
  { id: 'conseil-3', day: 8, at: '12:31', from: 'marc.lefevre', to: ['anne.martin', 'sophie.durand'], cc: ['karim.benali'], answers: 'conseil-2', subject: 'Re: Conseil de classe de 3e B',
    text: `Bonjour,

Vous trouverez ci-joint le relevé des absences et des retards de la classe depuis la rentrée. Trois élèves dépassent dix demi-journées ; j'ai rencontré deux des familles, le troisième rendez-vous est fixé à lundi.

La situation de Léa G. s'est nettement améliorée depuis le point du mois dernier, je pense qu'il faut le lui dire.

À votre disposition,`, attachments: [{ name: 'absences-3eB.csv', kind: 'csv', about: 'Élève;Demi-journées;Retards;Justifiées\nBERTHOD Lucas;12;4;9\nCHAPUIS Inès;3;0;3\nGARNIER Léa;5;1;5\nMICHAUD Tom;14;7;6\nVUILLEMIN Sarah;11;2;10' }] },
  { id: 'conseil-4', day: 1, at: '18:05', from: 'karim.benali', to: ['anne.martin'], cc: ['sophie.durand', 'marc.lefevre'], answers: 'conseil-3', subject: 'Re: Conseil de classe de 3e B', unread: ['anne.martin'],
    text: `Bonsoir Anne,

Appréciations de maths saisies. La moyenne de la classe est de 12,4 ; l'écart se creuse entre un tiers de tête très solide et six élèves en vraie difficulté sur le calcul littéral. Je propose un groupe de soutien le jeudi en M4, si l'emploi du temps le permet.

Pour la salle 104, le vidéoprojecteur est réparé.

Karim` },
  // ---- sortie au musée ----
  { id: 'sortie-1', day: 16, at: '10:20', from: 'anne.martin', to: ['musee'], subject: 'Réservation pour une classe de troisième',
    text: `Madame, Monsieur,

Je souhaite réserver une visite guidée de l'exposition « Mesurer le temps » pour une classe de troisième (27 élèves et trois accompagnateurs), de préférence un vendredi matin.

Pourriez-vous m'indiquer vos disponibilités et le tarif pour les établissements scolaires ?

Avec mes remerciements,` },
  { id: 'sortie-2', day: 14, at: '15:02', from: 'musee', to: ['anne.martin'], answers: 'sortie-1', subject: 'RE: Réservation pour une classe de troisième', charset: 'latin1-quoted-printable', filed: { 'anne.martin': 'Sorties scolaires' },
    text: `Bonjour Madame,

Nous vous remercions de votre intérêt. La visite « Mesurer le temps » peut être assurée le {J+12} de 9 h 30 à 11 h 00, au tarif de 45 € pour le groupe ; l'entrée est gratuite pour les élèves et les accompagnateurs.

Le vestiaire dispose de casiers à pièce (1 €). Le pique-nique est possible dans la cour si le temps le permet.

Merci de nous confirmer cette réservation sous huit jours.

Le service des publics` },
  { id: 'sortie-3', day: 13, at: '17:40', from: 'anne.martin', to: ['musee'], cc: ['claire.petit'], answers: 'sortie-2', subject: 'Re: Réservation pour une classe de troisième',
    text: `Bonjour,

Je confirme la réservation du {J+12} à 9 h 30. Le bon de commande vous sera adressé par Mme Petit, que je mets en copie.

Bien à vous,` },
  { id: 'sortie-4', day: 6, at: '11:15', from: 'autocars', to: ['anne.martin'], cc: ['claire.petit'], subject: 'Devis n° 2217 – Collège des Tilleuls / Musée du Temps', filed: { 'anne.martin': 'Sorties scolaires' },
    text: `Madame,

Suite à votre demande, veuillez trouver notre devis pour le transport de 30 personnes, aller et retour dans la matinée.

Ce devis est valable trente jours. Le car est équipé de ceintures à toutes les places.

Salutations distinguées,
Autocars du Doubs`, attachments: [{ name: 'devis-2217.pdf', kind: 'pdf', about: 'Devis n° 2217|Transport scolaire : Besançon, collège des Tilleuls vers le musée|30 places, aller et retour dans la matinée|Montant : 285,00 euros TTC|Valable trente jours' }] },
  { id: 'sortie-5', day: 2, at: '09:05', from: 'claire.petit', to: ['anne.martin'], subject: 'Sortie au musée : autorisations', flagged: ['anne.martin'],
    text: `Bonjour Anne,

Il me manque encore six autorisations parentales pour la sortie (Berthod, Chapuis, Michaud, Perrin, Salvi et Vuillemin). Sans elles avant le {J+6}, je ne pourrai pas transmettre la liste définitive à l'assurance.

Le modèle est en pièce jointe, au cas où les familles l'auraient égaré.

Merci !`, attachments: [{ name: 'autorisation-sortie.pdf', kind: 'pdf', about: 'Autorisation parentale de sortie|Je soussigné(e) ........................................ responsable légal(e)|autorise mon enfant ................................ à participer à la sortie|Musée du Temps, Besançon|Date et signature :' }] },
  { id: 'sortie-6', day: 0, at: '07:58', from: 'nathalie.garnier', to: ['anne.martin'], subject: 'Autorisation de sortie de Léa', unread: ['anne.martin'],
    text: `Bonjour Madame Martin,

Léa vous remettra ce matin l'autorisation signée pour la sortie au musée. Elle se réjouit beaucoup de cette visite.

Je me porte volontaire pour accompagner la classe si vous cherchez encore des parents : je ne travaille pas ce jour-là.

Bien cordialement,` },
  // ---- invitation ----
  { id: 'reunion-1', day: 3, at: '14:00', from: 'sophie.durand', to: ['anne.martin', 'karim.benali', 'marc.lefevre', 'claire.petit'], subject: 'Invitation : conseil pédagogique', unread: ['karim.benali'],
    text: `Bonjour,

Vous êtes conviés au conseil pédagogique. À l'ordre du jour : bilan des évaluations de rentrée, organisation du brevet blanc, projet « lecture à voix haute », questions diverses.

Merci de répondre à l'invitation jointe afin que nous puissions prévoir la salle.

Cordialement,`, attachments: [{ name: 'invitation.ics', kind: 'ics', about: 'Conseil pédagogique|Salle polyvalente, collège des Tilleuls' }] },
  { id: 'reunion-2', day: 2, at: '16:22', from: 'karim.benali', to: ['sophie.durand'], cc: ['anne.martin'], answers: 'reunion-1', subject: 'Re: Invitation : conseil pédagogique', filed: { 'anne.martin': 'archive' },
    text: `Bonjour Sophie,

Je serai présent. Serait-il possible d'ajouter un point sur les comptes des nouveaux élèves ? Quatre d'entre eux n'ont toujours pas activé le leur.

Karim` },
  // ---- informations officielles ----
  { id: 'info-1', day: 4, at: '07:30', from: 'thomas.girard', to: ['anne.martin', 'karim.benali', 'sophie.durand', 'marc.lefevre', 'claire.petit', 'paul.bernard', 'julie.faivre', 'yann.moreau', 'helene.roux'], subject: 'Maintenance de la messagerie : courte interruption à venir', html: 'notice',
    text: `Mesdames, Messieurs,

Une opération de maintenance aura lieu dans la nuit du {J+4}, entre 22 h et 1 h. La messagerie sera indisponible une vingtaine de minutes pendant ce créneau. Aucun message ne sera perdu : le courrier reçu pendant l'interruption sera remis dès la reprise.

Rappel : ni la direction des systèmes d'information ni l'assistance ne vous demanderont jamais votre mot de passe.

La direction des systèmes d'information` },
  { id: 'info-2', day: 11, at: '09:00', from: 'helene.roux', to: ['anne.martin', 'karim.benali', 'claire.petit', 'julie.faivre'], subject: 'Campagne de sensibilisation à l’hameçonnage',
    text: `Bonjour,

Des messages frauduleux imitant nos services circulent en ce moment : ils annoncent une boîte pleine ou un compte bientôt supprimé, et renvoient vers une fausse page d'identification.

Trois réflexes :
  1. regarder l'adresse de l'expéditeur, pas seulement son nom ;
  2. ne jamais saisir son mot de passe après avoir suivi un lien ;
  3. en cas de doute, nous transférer le message avant toute action.

L'équipe de l'assistance`, filed: { 'anne.martin': 'archive', 'claire.petit': 'archive' } },
  { id: 'info-3', day: 1, at: '10:10', from: 'ce.0250001r', to: ['anne.martin', 'karim.benali', 'marc.lefevre'], subject: 'Brevet blanc : répartition des surveillances', unread: ['marc.lefevre'],
    text: `Bonjour,

Vous trouverez ci-joint la répartition des surveillances du brevet blanc ({J+19} et {J+20}). Les sujets seront à retirer au secrétariat la veille à partir de 16 h.

Toute impossibilité est à signaler à la direction avant le {J+8}.

Le secrétariat`, attachments: [{ name: 'surveillances-brevet-blanc.pdf', kind: 'pdf', about: 'Brevet blanc : surveillances|Salle 104 : A. Martin (8 h 30 - 10 h 30), K. Benali (10 h 30 - 12 h 30)|Salle 105 : M. Lefevre (8 h 30 - 10 h 30)|Salle 201 : vie scolaire, tiers temps' }, { name: 'plan-des-salles.png', kind: 'png', about: 'plan' }] },
  // ---- élèves, familles ----
  { id: 'eleve-1', day: 5, at: '19:44', from: 'lea.garnier', to: ['anne.martin'], subject: 'Exposé sur Colette',
    text: `Bonjour Madame,

Avec Inès nous voudrions faire notre exposé sur Colette plutôt que sur George Sand, parce que nous avons trouvé plus de documents au CDI. Est-ce que c'est possible ?

Nous aimerions aussi lire un extrait de « Sido » à voix haute.

Bonne soirée,` },
  { id: 'eleve-2', day: 5, at: '20:30', from: 'anne.martin', to: ['lea.garnier'], answers: 'eleve-1', subject: 'Re: Exposé sur Colette',
    text: `Bonsoir Léa,

Très bonne idée, je change le sujet sur ma liste. Pour l'extrait, choisissez plutôt le début du livre (les trois premières pages) : vous aurez cinq minutes de lecture en tout.

N'oubliez pas d'indiquer vos sources sur la dernière page.

À lundi,` },
  { id: 'eleve-3', day: 0, at: '06:50', from: 'lea.garnier', to: ['anne.martin'], answers: 'eleve-2', subject: 'Re: Exposé sur Colette', unread: ['anne.martin'],
    text: `Bonjour Madame,

Merci beaucoup ! Nous avons terminé le plan, je vous l'envoie pour savoir si cela vous convient.

Léa et Inès`, attachments: [{ name: 'plan-expose.txt', kind: 'text', about: 'Exposé : Colette (1873-1954)\n\nI.   L’enfance à Saint-Sauveur\nII.  De « Claudine » à « Sido »\nIII. Une femme libre\n\nLecture : début de « Sido »\nSources : manuel p. 112, encyclopédie du CDI, préface de l’édition de poche\n' }] },
  { id: 'parent-1', day: 7, at: '21:12', from: 'parent', to: ['anne.martin'], subject: 'Demande de rendez-vous', charset: 'windows-1252-8bit',
    text: `Madame,

Je suis le père de Tom Michaud-Sandoz (3e B). Ses derniers résultats en français nous inquiètent et nous souhaiterions vous rencontrer, ma femme et moi, si possible en fin de journée : nous habitons à Ornans et ne pouvons guère être là avant 17 h 30.

Tom nous dit qu'il travaille « beaucoup », mais nous avons le sentiment qu'il ne sait pas comment s'y prendre… Auriez-vous des conseils à lui donner ?

En vous remerciant par avance,
Olivier Sandoz` },
  { id: 'parent-2', day: 6, at: '08:03', from: 'anne.martin', to: ['parent'], answers: 'parent-1', subject: 'Re: Demande de rendez-vous',
    text: `Bonjour Monsieur,

Je peux vous recevoir le {J+2} à 17 h 45, salle des professeurs. D'ici là, j'ai demandé à Tom de tenir un carnet de lecture de dix lignes par jour : c'est la régularité qui lui manque, plus que les capacités.

Bien cordialement,` },
  { id: 'parent-3', day: 6, at: '12:20', from: 'parent', to: ['anne.martin'], answers: 'parent-2', subject: 'Re: Demande de rendez-vous', charset: 'windows-1252-8bit', filed: { 'anne.martin': 'archive' },
    text: `Madame,

Le {J+2} à 17 h 45 nous convient parfaitement. Merci pour votre réponse si rapide.

Bien à vous,
Olivier Sandoz` },
  { id: 'parent-4', day: 3, at: '17:30', from: 'marc.lefevre', to: ['nathalie.garnier'], cc: ['anne.martin'], subject: 'Suivi de Léa',
    text: `Madame,

Je tenais à vous faire part des progrès de Léa depuis notre rencontre : plus aucun retard en trois semaines, et une participation remarquée en cours de lettres.

Je reste à votre disposition si vous souhaitez faire un point avant le conseil de classe.

Bien cordialement,` },
  { id: 'parent-5', day: 3, at: '20:02', from: 'nathalie.garnier', to: ['marc.lefevre'], cc: ['anne.martin'], answers: 'parent-4', subject: 'Re: Suivi de Léa',
    text: `Monsieur,

Merci beaucoup pour ce message, qui fait plaisir à toute la famille. Nous ferons passer le vôtre à Léa !

Bonne soirée,
Nathalie Garnier` },
  // ---- numérique, assistance ----
  { id: 'num-1', day: 10, at: '13:35', from: 'julie.faivre', to: ['helene.roux'], subject: 'Tablettes : plus de courrier depuis hier',
    text: `Bonjour,

Depuis hier matin, les deux tablettes de l'école ne reçoivent plus les messages de ma boîte ; l'ordinateur fonctionne normalement. Le message affiché est « Impossible de vérifier le nom ou le mot de passe du compte ».

Je n'ai pourtant rien changé… Pouvez-vous m'aider ?

Merci d'avance,` },
  { id: 'num-2', day: 10, at: '14:10', from: 'helene.roux', to: ['julie.faivre'], answers: 'num-1', subject: 'Re: Tablettes : plus de courrier depuis hier',
    text: `Bonjour Julie,

Votre mot de passe a été changé lundi depuis l'ordinateur : les tablettes utilisent encore l'ancien. Le plus sûr est de leur donner un mot de passe d'application, propre à chaque appareil :

  Réglages de la messagerie > Appareils > Ajouter un appareil

Vous pourrez ainsi en retirer un sans toucher aux autres. Dites-moi si cela fonctionne.` },
  { id: 'num-3', day: 9, at: '16:55', from: 'julie.faivre', to: ['helene.roux'], answers: 'num-2', subject: 'Re: Tablettes : plus de courrier depuis hier',
    text: `C'est parfait, les deux tablettes reçoivent de nouveau le courrier. Merci pour votre patience et vos explications !` },
  { id: 'num-4', day: 2, at: '11:48', from: 'karim.benali', to: ['thomas.girard'], cc: ['sophie.durand'], subject: 'Comptes des nouveaux élèves', unread: ['thomas.girard'],
    text: `Bonjour Thomas,

Quatre élèves arrivés après la rentrée n'ont pas encore de compte actif. Leurs fiches sont à jour dans la base élèves depuis lundi. Peux-tu vérifier que la synchronisation les a bien pris ?

La liste est jointe. Merci !

Karim`, attachments: [{ name: 'nouveaux-eleves.csv', kind: 'csv', about: 'Nom;Prénom;Classe;Arrivée\nDUPONT;Élise;4e A;15/09\nN’GUYEN;Théo;6e C;22/09\nFÉLIX;Maëlys;5e B;29/09\nCÔTE;Raphaël;3e B;06/10' }] },
  { id: 'num-5', day: 8, at: '10:40', from: 'yann.moreau', to: ['thomas.girard'], cc: ['paul.bernard'], subject: 'Onduleur de la baie du bâtiment C',
    text: `Bonjour,

L'onduleur de la baie réseau du bâtiment C émet un bip toutes les minutes depuis ce matin ; le voyant batterie est orange. J'ai vérifié le branchement, rien d'anormal.

La photo est en pièce jointe. Est-ce que je coupe le matériel ce week-end par précaution ?`, attachments: [{ name: 'onduleur.png', kind: 'png', about: 'photo' }] },
  { id: 'num-6', day: 8, at: '11:25', from: 'thomas.girard', to: ['yann.moreau'], cc: ['paul.bernard'], answers: 'num-5', subject: 'Re: Onduleur de la baie du bâtiment C',
    text: `Bonjour Yann,

Batterie en fin de vie, le remplacement est commandé : livraison prévue le {J+3}. Inutile de couper, l'alimentation directe prend le relais. Merci d'avoir prévenu aussi vite.

Thomas` },
  // ---- lycée, école ----
  { id: 'lycee-1', day: 12, at: '08:45', from: 'paul.bernard', to: ['sophie.durand'], subject: 'Liaison collège-lycée : matinée d’accueil',
    text: `Chère collègue,

Comme l'an dernier, nous souhaitons accueillir vos élèves de troisième pour une matinée d'immersion. Deux dates sont envisagées : le {J+25} ou le {J+32}. Les ateliers proposés porteraient sur les sciences, les langues et la spécialité arts.

Dites-moi ce qui convient le mieux à vos équipes.

Bien cordialement,` },
  { id: 'lycee-2', day: 10, at: '17:05', from: 'sophie.durand', to: ['paul.bernard'], cc: ['anne.martin'], answers: 'lycee-1', subject: 'Re: Liaison collège-lycée : matinée d’accueil',
    text: `Cher Paul,

Le {J+25} nous conviendrait mieux : le {J+32}, deux classes sont en stage. Je mets Anne Martin en copie, elle coordonne l'orientation des troisièmes.

Amitiés,` },
  { id: 'ecole-1', day: 4, at: '12:05', from: 'julie.faivre', to: ['anne.martin'], subject: 'Lecture à voix haute : rencontre CM2-6e',
    text: `Bonjour Anne,

Mes CM2 seraient ravis de participer au projet « lecture à voix haute ». Nous pourrions organiser deux rencontres : une à l'école avant les vacances, l'autre au collège au printemps.

J'ai noté quelques titres : « Le Petit Nicolas », « Le Lion », « L'Œil du loup ». As-tu une préférence ?

À bientôt,`, flagged: ['anne.martin'] },
  { id: 'ecole-2', day: 3, at: '18:20', from: 'anne.martin', to: ['julie.faivre'], answers: 'ecole-1', subject: 'Re: Lecture à voix haute : rencontre CM2-6e',
    text: `Bonjour Julie,

« L'Œil du loup », sans hésiter : les sixièmes viennent de l'étudier. Première rencontre le {J+14} après-midi ? Je viens avec douze élèves.

Amitiés,` },
  // ---- fournisseurs, lettres d'information, indésirables ----
  { id: 'librairie-1', day: 15, at: '16:10', from: 'librairie', to: ['anne.martin'], cc: ['claire.petit'], subject: 'Votre commande est disponible', filed: { 'anne.martin': 'archive' },
    text: `Bonjour,

Les 28 exemplaires de « L'Œil du loup » commandés pour le collège des Tilleuls sont arrivés. Ils vous attendent au comptoir, du mardi au samedi de 9 h à 19 h.

La facture sera adressée à l'établissement par le portail habituel.

La Boucle, libraires` },
  { id: 'theatre-1', day: 1, at: '14:30', from: 'theatre', to: ['anne.martin'], subject: 'Places scolaires : « Le Malade imaginaire »', unread: ['anne.martin'],
    text: `Bonjour,

Des places se libèrent pour la représentation scolaire du {J+16} à 14 h 15 (1 h 50 sans entracte). Tarif : 6 € par élève, gratuit pour les accompagnateurs. Une rencontre avec la troupe est prévue à l'issue du spectacle.

Merci de nous répondre avant la fin de la semaine.

Le service des relations avec le public` },
  { id: 'gazette-1', day: 5, at: '06:00', from: 'gazette', to: ['anne.martin'], subject: 'La Gazette des lettres n° 148 : écrire la nature', html: 'newsletter',
    text: `La Gazette des lettres n° 148

Au sommaire : écrire la nature, de Colette à Giono ; un atelier d'écriture clés en main ; notre sélection de romans pour la troisième.` },
  { id: 'editeur-1', day: 18, at: '09:15', from: 'editeur', to: ['anne.martin', 'karim.benali'], subject: 'Spécimens numériques de la rentrée', filed: { 'anne.martin': 'trash', 'karim.benali': 'trash' },
    text: `Chère professeure, cher professeur,

Découvrez nos nouveaux manuels en version numérique, et recevez gratuitement votre spécimen papier.

Si vous ne souhaitez plus recevoir nos informations, répondez « stop » à ce message.` },
  { id: 'fraude-1', day: 1, at: '03:14', from: 'fraude', to: ['anne.martin', 'claire.petit'], subject: 'URGENT : votre boîte est pleine à 99 %', html: 'phishing', filed: { 'anne.martin': 'junk', 'claire.petit': 'junk' }, unread: ['anne.martin', 'claire.petit'],
    text: `Cher utilisateur,

Votre boîte de messagerie a dépasser la limite autorisée. Sans action de votre part sous 24 heures, votre compte sera définitivement suprimé.` },
  { id: 'fraude-2', day: 8, at: '02:41', from: 'fraude', to: ['julie.faivre', 'marc.lefevre'], subject: 'Vous avez (1) colis en attente', filed: { 'julie.faivre': 'junk', 'marc.lefevre': 'junk' },
    text: `Bonjour, votre colis na pas pu etre livrer. Merci de regler les frais de 1,99 EUR pour une nouvelle livraison.` },
  // ---- secrétariat, vie de l'établissement ----
  { id: 'secr-1', day: 2, at: '08:20', from: 'nathalie.garnier', to: ['ce.0250001r'], subject: 'Certificat de scolarité', filed: {},
    text: `Bonjour,

Pourriez-vous me faire parvenir un certificat de scolarité pour ma fille Léa Garnier, en classe de 3e B ? Il m'est demandé pour son abonnement de transport.

Avec mes remerciements,` },
  { id: 'secr-2', day: 1, at: '09:32', from: 'ce.0250001r', to: ['nathalie.garnier'], answers: 'secr-1', subject: 'Re: Certificat de scolarité', unread: ['nathalie.garnier'],
    text: `Bonjour Madame,

Vous trouverez le certificat demandé en pièce jointe.

Bonne réception,
Le secrétariat`, attachments: [{ name: 'certificat-de-scolarite.pdf', kind: 'pdf', about: 'Certificat de scolarité|Le collège des Tilleuls (UAI 0250001R) certifie que|Léa GARNIER est inscrite en classe de 3e B|pour l’année scolaire en cours.' }] },
  { id: 'secr-4', day: 0, at: '07:48', from: 'nathalie.garnier', to: ['ce.0250001r'], subject: 'Absence de Léa ce matin', filed: {}, unread: ['ce.0250001r'],
    text: `Bonjour,

Léa est souffrante et sera absente aujourd'hui. Je vous ferai parvenir un certificat médical si l'absence se prolonge.

Cordialement,` },
  { id: 'secr-5', day: 0, at: '09:05', from: 'autocars', to: ['ce.0250001r'], subject: 'Confirmation du transport pour la sortie au musée', filed: {}, unread: ['ce.0250001r'],
    text: `Madame, Monsieur,

Nous confirmons la réservation d'un autocar de 53 places, départ à 8 h 15 devant le collège, retour à 16 h 30.
Merci de nous retourner le bon de commande signé.

Le service des devis` },
  { id: 'secr-6', day: 3, at: '15:20', from: 'musee', to: ['ce.0250001r'], subject: 'Visite du 3e B : nombre d’accompagnateurs', filed: {}, flagged: ['ce.0250001r'],
    text: `Bonjour,

Pourriez-vous nous confirmer le nombre d'accompagnateurs pour la visite de la classe de 3e B ?

Bien cordialement,` },
  { id: 'secr-3', day: 5, at: '10:00', from: 'claire.petit', to: ['sophie.durand'], subject: 'Agenda de la semaine prochaine',
    text: `Bonjour Sophie,

Voici les rendez-vous de la semaine prochaine :

  - lundi 9 h : réunion de direction
  - mardi 14 h : visite de la conseillère pédagogique
  - mercredi 10 h 30 : commission de sécurité (prévoir le registre)
  - jeudi 17 h 15 : conseil de classe de 3e B
  - vendredi 11 h : appel avec M. Bernard

J'ai laissé le vendredi après-midi libre, comme convenu.

Claire` },
  { id: 'cantine-1', day: 0, at: '08:35', from: 'ce.0250001r', to: ['lea.garnier', 'nathalie.garnier', 'anne.martin'], subject: 'Restauration : menus de la semaine', unread: ['anne.martin', 'nathalie.garnier', 'lea.garnier'],
    text: `Bonjour,

Les menus de la semaine sont affichés à l'entrée du restaurant scolaire. Mercredi, repas franc-comtois : salade de lentilles, saucisse et cancoillotte, tarte aux mirabelles (une assiette sans viande est proposée).

Le secrétariat` },
  { id: 'equipe-1', day: 20, at: '18:00', from: 'karim.benali', to: ['anne.martin', 'marc.lefevre', 'claire.petit'], subject: 'Pot de départ de Monique', filed: { 'anne.martin': 'archive' },
    text: `Chers tous,

Monique prend sa retraite après trente-quatre ans au collège ! Nous nous retrouvons le {J-10} à 17 h en salle des professeurs. L'enveloppe circule, elle est dans mon casier.

Merci de garder le secret…

Karim` },
  { id: 'equipe-2', day: 20, at: '19:15', from: 'anne.martin', to: ['karim.benali'], answers: 'equipe-1', subject: 'Re: Pot de départ de Monique',
    text: `J'apporte une tarte à la rhubarbe et la guitare. Motus !` },
]

/** Unfinished, in the drafts of their author. */
export const drafts: readonly DemoMessage[] = [
  { id: 'brouillon-1', day: 1, at: '21:40', from: 'anne.martin', to: ['theatre'], answers: 'theatre-1', subject: 'Re: Places scolaires : « Le Malade imaginaire »',
    text: `Bonjour,

Je serais très intéressée par 27 places pour le {J+16}. Il me reste à vérifier` },
]

/** Folders that people made for themselves. */
export const folders: Readonly<Record<string, readonly string[]>> = {
  'anne.martin': ['Sorties scolaires', 'Conseils de classe'],
  'sophie.durand': ['Rectorat', 'Rectorat/Circulaires'],
}
