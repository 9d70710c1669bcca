/** The portal of the demonstration académie: services as a person of Besançon knows them, and what some of them say. */
import type { ProfileKind } from '#domain/directory/profiles.ts'
import type { TileRule } from '#domain/portal/rules.ts'
import type { CardKind, TileCategory, TileState, Words } from '#format/jmap/portal.ts'

export interface DemoTile {
  readonly key: string
  readonly name: Words
  readonly description: Words
  readonly category: TileCategory
  readonly icon: string
  /** Id of the demonstration service that it opens. */
  readonly party?: 'Arena' | 'PIA' | 'Pratic' | 'ENT'
  /** A page of ours; without it, one that says that this is a demonstration. */
  readonly url?: string
  readonly state?: TileState
  readonly message?: Words
  /** How long the state lasts, in hours from the first start. */
  readonly hours?: number
  readonly include?: readonly Partial<TileRule>[]
  readonly exclude?: readonly Partial<TileRule>[]
}

const same = (name: string): Words => ({ fr: name, en: name })
const of = (...profiles: ProfileKind[]): readonly Partial<TileRule>[] => [{ profiles }]

const staff: readonly ProfileKind[] = ['teacher', 'head', 'school-life', 'administrative', 'technical', 'academy']
const [college, lycee, ecole] = ['0250001R', '0390001P', '0900001M']

export const tiles: readonly DemoTile[] = [
  { key: 'mail', name: { fr: 'Messagerie', en: 'Mail' }, category: 'exchange', icon: 'mail', url: '/mail/inbox',
    description: { fr: 'Courrier académique, carnet d’adresses', en: 'Academic mail and address book' } },
  { key: 'ent', name: { fr: 'ENT', en: 'ENT' }, category: 'school-life', icon: 'school', party: 'ENT', include: of('teacher', 'head', 'school-life', 'administrative', 'pupil', 'parent'),
    description: { fr: 'Espace numérique de travail : notes, absences, cahier de textes', en: 'Digital workspace: grades, absences, homework' } },
  { key: 'arena', name: same('Arena'), category: 'management', icon: 'grid', party: 'Arena', include: of(...staff),
    description: { fr: 'Applications de gestion de l’académie', en: 'Administrative applications of the académie' } },
  { key: 'pia', name: same('PIA'), category: 'exchange', icon: 'people', party: 'PIA', include: of(...staff),
    description: { fr: 'Portail intranet académique : actualités, annuaire, documents', en: 'Intranet: news, directory, documents' } },
  { key: 'pratic', name: same('Pratic'), category: 'teaching', icon: 'copy', party: 'Pratic', include: of('teacher', 'head', 'pupil', 'school-life'),
    description: { fr: 'Ressources et séquences partagées', en: 'Shared resources and lesson plans' } },
  { key: 'cahier', name: { fr: 'Cahier de textes', en: 'Homework diary' }, category: 'teaching', icon: 'write', include: [{ profiles: ['teacher', 'pupil', 'parent'], schools: [college, lycee] }],
    description: { fr: 'Travail à faire et contenu des séances', en: 'Homework and what was done in class' } },
  { key: 'notes', name: { fr: 'Notes et bulletins', en: 'Grades and reports' }, category: 'pupils', icon: 'table', include: of('teacher', 'head', 'pupil', 'parent'), exclude: [{ schools: [ecole] }],
    description: { fr: 'Évaluations, moyennes, bulletins du trimestre', en: 'Assessments, averages, term reports' } },
  { key: 'livret', name: { fr: 'Livret scolaire', en: 'School record' }, category: 'pupils', icon: 'read', include: of('teacher', 'head', 'parent', 'pupil'),
    description: { fr: 'Livret scolaire unique de l’élève', en: 'The pupil’s single school record' } },
  { key: 'absences', name: { fr: 'Absences et retards', en: 'Absences' }, category: 'school-life', icon: 'clock', include: of('school-life', 'head', 'teacher', 'parent'),
    description: { fr: 'Appel, justificatifs, suivi de l’assiduité', en: 'Register, notes of absence, attendance' } },
  { key: 'emploi-du-temps', name: { fr: 'Emploi du temps', en: 'Timetable' }, category: 'school-life', icon: 'calendar', include: of('teacher', 'pupil', 'parent', 'school-life', 'head'), exclude: [{ schools: [ecole] }],
    description: { fr: 'Cours, salles et changements de la semaine', en: 'Lessons, rooms and changes of the week' } },
  { key: 'cantine', name: { fr: 'Restauration', en: 'School meals' }, category: 'school-life', icon: 'check', include: of('parent', 'pupil', 'administrative'),
    description: { fr: 'Menus, réservations et factures de cantine', en: 'Menus, bookings and bills' } },
  { key: 'bourses', name: { fr: 'Bourses et aides', en: 'Grants and aid' }, category: 'pupils', icon: 'shield', include: of('parent', 'administrative'),
    description: { fr: 'Demande de bourse de collège et de lycée', en: 'Apply for a school grant' } },
  { key: 'orientation', name: { fr: 'Orientation', en: 'Guidance' }, category: 'pupils', icon: 'forward', include: [{ profiles: ['pupil', 'parent', 'teacher'], groups: [`${college}:class:3e%20B:pupils`, `${college}:class:3e%20B:parents`, `${college}:class:3e%20B:teachers`] }, { profiles: ['pupil', 'parent', 'teacher', 'head'], schools: [lycee] }],
    description: { fr: 'Vœux après la 3e et la 2de, fiches métiers', en: 'Choices after year 10 and 11, careers' }, state: 'beta', message: { fr: 'Nouvelle version : dites-nous ce qui manque.', en: 'New version: tell us what is missing.' } },
  { key: 'inscription', name: { fr: 'Inscription en ligne', en: 'Enrolment' }, category: 'pupils', icon: 'plus', include: of('parent', 'head', 'administrative'),
    description: { fr: 'Inscription et réinscription dans l’établissement', en: 'Enrol in a school' } },
  { key: 'examens', name: { fr: 'Examens', en: 'Examinations' }, category: 'management', icon: 'flag', include: [{ profiles: ['head', 'administrative', 'academy'] }, { profiles: ['teacher'], schools: [college, lycee] }],
    description: { fr: 'Brevet et baccalauréat : convocations, copies, jurys', en: 'Examination sittings, scripts and juries' }, state: 'maintenance', message: { fr: 'Mise à jour avant la session ; les convocations restent consultables auprès du secrétariat.', en: 'Being updated before the session; ask the school office for your summons.' }, hours: 72 },
  { key: 'ressources-humaines', name: { fr: 'Ma carrière', en: 'My career' }, category: 'career', icon: 'person', include: of(...staff),
    description: { fr: 'Dossier, avancement, mutations', en: 'File, promotion, transfers' } },
  { key: 'paie', name: { fr: 'Bulletins de paie', en: 'Pay slips' }, category: 'career', icon: 'file', include: of(...staff),
    description: { fr: 'Bulletins de paie et attestations fiscales', en: 'Pay slips and tax statements' } },
  { key: 'formation', name: { fr: 'Formation continue', en: 'Training' }, category: 'career', icon: 'school', include: of(...staff),
    description: { fr: 'Plan académique de formation, inscriptions', en: 'Training programme and enrolment' } },
  { key: 'frais', name: { fr: 'Frais de déplacement', en: 'Travel expenses' }, category: 'career', icon: 'move', include: of('teacher', 'head', 'academy', 'school-life', 'administrative'),
    description: { fr: 'Ordres de mission et remboursements', en: 'Mission orders and refunds' } },
  { key: 'visio', name: { fr: 'Classe virtuelle', en: 'Virtual class' }, category: 'teaching', icon: 'eye', include: of('teacher', 'pupil', 'head', 'academy'),
    description: { fr: 'Visioconférence pour la classe et les réunions', en: 'Video calls for classes and meetings' } },
  { key: 'mediatheque', name: { fr: 'Médiathèque', en: 'Media library' }, category: 'teaching', icon: 'image', include: of('teacher', 'pupil'),
    description: { fr: 'Manuels numériques, vidéos, presse', en: 'Digital textbooks, videos, press' } },
  { key: 'evaluation', name: { fr: 'Évaluations nationales', en: 'National assessments' }, category: 'teaching', icon: 'numbers', include: of('teacher', 'head', 'academy'),
    description: { fr: 'Passation et résultats des évaluations', en: 'Sitting and results of assessments' } },
  { key: 'budget', name: { fr: 'Gestion financière', en: 'Finance' }, category: 'management', icon: 'table', include: of('head', 'administrative', 'academy'),
    description: { fr: 'Budget, commandes et régies de l’établissement', en: 'Budget and orders of the school' } },
  { key: 'travaux', name: { fr: 'Demandes de travaux', en: 'Maintenance requests' }, category: 'management', icon: 'settings', include: of('technical', 'head', 'administrative'),
    description: { fr: 'Signaler une panne, suivre une intervention', en: 'Report a fault, follow a repair' } },
  { key: 'transports', name: { fr: 'Transports scolaires', en: 'School transport' }, category: 'school-life', icon: 'swap', include: [{ profiles: ['parent', 'pupil'], departments: ['25', '39'] }],
    description: { fr: 'Cartes, lignes et perturbations (Doubs et Jura)', en: 'Passes, lines and disruptions (Doubs and Jura)' } },
  { key: 'compte', name: { fr: 'Mon compte', en: 'My account' }, category: 'help', icon: 'lock', url: '/account/security',
    description: { fr: 'Mot de passe, double authentification, appareils', en: 'Password, second factor, devices' } },
]

export interface DemoCard {
  readonly to: string
  readonly party: 'Pratic' | 'ENT' | 'Arena'
  readonly key: string
  readonly kind: CardKind
  readonly profile?: ProfileKind
  readonly title: string
  readonly text: string
  /** Days from the first start until it ends. */
  readonly days: number
}

export const cards: readonly DemoCard[] = [
  { to: 'lea.garnier', party: 'ENT', key: 'note-fr-7', kind: 'grade', title: 'Français : 15,5 sur 20', text: 'Dissertation sur le théâtre. Moyenne de la classe : 12,8.', days: 30 },
  { to: 'lea.garnier', party: 'Pratic', key: 'doc-svt', kind: 'document', title: 'Nouvelle ressource en SVT', text: 'Schéma de la cellule, à compléter pour jeudi.', days: 20 },
  { to: 'nathalie.garnier', party: 'ENT', key: 'abs-lea', kind: 'absence', profile: 'parent', title: 'Léa : retard de 10 minutes', text: 'Mardi, première heure. Un mot est à signer.', days: 30 },
  { to: 'nathalie.garnier', party: 'ENT', key: 'rdv-pp', kind: 'appointment', profile: 'parent', title: 'Rencontre parents-professeurs', text: 'Vendredi à 17 h 30 avec Anne Martin, professeure principale.', days: 30 },
  { to: 'hugo.garnier', party: 'ENT', key: 'note-math', kind: 'grade', title: 'Mathématiques : 13 sur 20', text: 'Devoir sur les fonctions.', days: 30 },
  { to: 'anne.martin', party: 'ENT', key: 'conseil-3b', kind: 'appointment', profile: 'teacher', title: 'Conseil de classe de 3e B', text: 'Appréciations à saisir avant lundi midi.', days: 30 },
  { to: 'sophie.durand', party: 'Arena', key: 'ordre-mission', kind: 'document', profile: 'head', title: '3 ordres de mission à valider', text: 'Deux déplacements la semaine prochaine.', days: 30 },
  { to: 'sophie.durand', party: 'ENT', key: 'assiduite', kind: 'absence', profile: 'head', title: 'Assiduité : 4 élèves à signaler', text: 'Plus de quatre demi-journées d’absence ce mois-ci.', days: 30 },
  { to: 'samira.haddad', party: 'ENT', key: 'rdv-cm2', kind: 'appointment', profile: 'parent', title: 'Inès : réunion de rentrée de la classe', text: 'Jeudi à 18 h à l’école des Remparts.', days: 30 },
  { to: 'marc.lefevre', party: 'ENT', key: 'justif', kind: 'absence', profile: 'school-life', title: '12 absences sans justificatif', text: 'Depuis lundi, dont 3 en 3e B.', days: 30 },
  { to: 'claire.petit', party: 'Arena', key: 'reunion', kind: 'message', profile: 'administrative', title: 'Nouvelle circulaire sur les bourses', text: 'Les dossiers sont ouverts jusqu’à la fin du mois.', days: 30 },
]
