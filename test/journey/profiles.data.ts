/**
 * The parts of the portal and what each profile must see of them, or must not: the table that profiles.test.ts walks
 * through. Texts are in French and in English, in this order.
 */

export type Profile =
  | 'teacher'
  | 'head'
  | 'schoolLife'
  | 'administrative'
  | 'pupil'
  | 'parent'
  | 'helpdesk'
  | 'administrator'

/** Who they are in the demonstration, in the order in which looks are dealt out. */
export const logins: Readonly<Record<Profile, string>> = {
  teacher: 'anne.martin',
  head: 'sophie.durand',
  schoolLife: 'marc.lefevre',
  administrative: 'claire.petit',
  pupil: 'lea.garnier',
  parent: 'nathalie.garnier',
  helpdesk: 'helene.roux',
  administrator: 'thomas.girard',
}
export const profiles = Object.keys(logins) as readonly Profile[]

/** Those who are given a second proof first, and so open what asks for one. */
export const protectedProfiles: readonly Profile[] = ['head', 'helpdesk', 'administrator']

export type Both = readonly [fr: string, en: string]
const same = (text: string): Both => [text, text]

export interface Sight {
  readonly sees?: readonly Both[]
  readonly seesNot?: readonly Both[]
}

export interface Part {
  readonly name: string
  /** Where it is; pages without script have an address for each language. */
  readonly at: string | Both
  readonly heading: Both
  /** Seen by everybody. */
  readonly all?: Sight
  readonly by?: Partial<Readonly<Record<Profile, Sight>>>
  /** Seen by those who are not in `by`. */
  readonly others?: Sight
  /** Typed into the form of a page without script, by keyboard alone. */
  readonly pasted?: string
}

/** Those who write official notices and ask for documents; the names of the ways there. */
export const authors: readonly Profile[] = ['head', 'administrator']
export const authorsWays: readonly Both[] = [
  ['Rédiger', 'Write'],
  ['Demander', 'Ask'],
]

/** Those whom the top of the page leads to administration. */
export const administers: readonly Profile[] = ['head', 'administrative', 'helpdesk', 'administrator']

const [arena, careers, finance, media, meals, grants, travel]: readonly Both[] = [
  same('Arena'),
  ['Ma carrière', 'My career'],
  ['Gestion financière', 'Finance'],
  ['Médiathèque', 'Media library'],
  ['Restauration', 'School meals'],
  ['Bourses et aides', 'Grants and aid'],
  ['Frais de déplacement', 'Travel expenses'],
] as const

const museum: Both = ['Sortie au musée du Temps le jeudi 10', 'Visit to the Museum of Time']
const councils: Both = same('Conseils de classe du premier trimestre')
const outage: Both = ['Interruption de la messagerie samedi de 6 h à 8 h', 'Mail interrupted on Saturday from 6 to 8']
const notAuthor: Both = [
  'La direction de votre établissement ne vous a pas confié cette tâche.',
  'The head of your school has not given you this task.',
]
const secondProof: Both = ['Cette partie demande une seconde preuve.', 'This part needs a second proof.']
const noDocument: Both = ['Aucun document ne vous est demandé.', 'You are asked for no document.']
export const firstAid = same('Attestation de formation aux premiers secours')
const insurance = same('Fiche d’urgence et attestation d’assurance')
const noTicket: Both = ['Aucune demande.', 'No request.']
const newNotice: Both = ['Nouvelle information', 'New notice']
const queue: Both = ['Demandes d’aide', 'Requests for help']
const frauds: Both = ['Fraudes signalées', 'Reported frauds']
const incidents: Both = same('Incidents')
const pupilDesk = same('Vie scolaire de l’établissement')
const parentDesk = same('Assistance EduConnect et ENT (Doubs)')
const platformDesk = same('Support DSI')
const academyDesk = same('Assistance académique')
const people: Both = ['Personnes', 'People']
const log: Both = ['Journal', 'Log']

export const parts: readonly Part[] = [
  {
    name: 'home',
    at: '/portal',
    heading: ['Bonjour', 'Hello'],
    all: { sees: [['Messagerie', 'Mail'], ['Votre premier jour', 'Your first day']] },
    by: {
      teacher: { sees: [media, careers, travel], seesNot: [finance, grants] },
      head: { sees: [finance, careers], seesNot: [media, grants] },
      schoolLife: { sees: [careers], seesNot: [finance, media] },
      administrative: { sees: [finance, grants, meals], seesNot: [media] },
      pupil: { sees: [media, meals], seesNot: [arena, careers, finance] },
      parent: { sees: [meals, grants], seesNot: [arena, careers, finance, media] },
      helpdesk: { sees: [careers, finance], seesNot: [media, meals, grants] },
      administrator: { sees: [careers, finance], seesNot: [media, meals, grants] },
    },
  },
  {
    name: 'notices',
    at: '/notices',
    heading: ['Informations officielles', 'Official notices'],
    all: { sees: [['Campagne d’hameçonnage en cours', 'Phishing under way']], seesNot: [same('Portes ouvertes : appel aux volontaires')] },
    by: {
      teacher: { sees: [councils, outage], seesNot: [museum] },
      head: { sees: [outage], seesNot: [museum, councils] },
      schoolLife: { sees: [councils, outage], seesNot: [museum] },
      administrative: { sees: [outage], seesNot: [councils, museum] },
      pupil: { sees: [museum], seesNot: [councils, outage] },
      parent: { sees: [museum], seesNot: [councils, outage] },
      helpdesk: { sees: [outage], seesNot: [councils, museum] },
      administrator: { sees: [outage], seesNot: [councils, museum] },
    },
  },
  {
    name: 'writing a notice',
    at: '/notices/write',
    heading: ['Rédiger une information officielle', 'Write an official notice'],
    by: {
      head: { sees: [newNotice, same('Remise des bulletins')], seesNot: [notAuthor, secondProof] },
      administrator: { sees: [newNotice], seesNot: [notAuthor, secondProof] },
    },
    others: { sees: [notAuthor], seesNot: [newNotice, secondProof, same('Remise des bulletins')] },
  },
  {
    name: 'documents asked for',
    at: '/requests',
    heading: ['Documents demandés', 'Documents asked for'],
    by: {
      teacher: { sees: [firstAid, ['Remettre', 'Hand in']], seesNot: [insurance] },
      parent: { sees: [insurance, ['Remettre', 'Hand in']], seesNot: [firstAid] },
      // They ask themselves for one, further on.
      head: { seesNot: [firstAid, insurance] },
      administrator: { seesNot: [firstAid, insurance] },
    },
    others: { sees: [noDocument], seesNot: [firstAid, insurance] },
  },
  {
    name: 'asking for a document',
    at: '/requests/ask',
    heading: ['Demander un document', 'Ask for a document'],
    by: {
      head: { sees: [firstAid, insurance], seesNot: [notAuthor, secondProof] },
      administrator: { seesNot: [notAuthor, secondProof] },
    },
    others: { sees: [notAuthor], seesNot: [firstAid, insurance, secondProof] },
  },
  {
    name: 'diagnosis',
    at: '/diagnose',
    heading: ['Quelque chose ne va pas', 'Something is wrong'],
    all: {
      sees: [['Ce qui va bien', 'What is well'], ['Retrouver un message', 'Find a message'], ['Montrer mon diagnostic à l’assistance', 'Show my diagnosis to the helpdesk']],
    },
  },
  {
    name: 'requests for help',
    at: '/tickets',
    heading: ['Mes demandes d’aide', 'My requests for help'],
    all: { sees: [['Envoyer la demande', 'Send the request']] },
    by: {
      teacher: { sees: [same('Mon téléphone ne reçoit plus rien')], seesNot: [same('Je ne vois qu’un de mes enfants')] },
      parent: { sees: [same('Je ne vois qu’un de mes enfants')], seesNot: [same('Mon téléphone ne reçoit plus rien')] },
    },
    others: { sees: [noTicket] },
  },
  {
    name: 'notifications',
    at: '/notifications',
    heading: same('Notifications'),
    all: {
      sees: [['Ce dont vous êtes averti', 'What you are told'], ['Heures calmes', 'Quiet hours'], ['Envoyer une notification d’essai', 'Send a test notification']],
    },
    by: { teacher: { sees: [firstAid] }, parent: { sees: [insurance], seesNot: [firstAid] } },
    others: { seesNot: [firstAid, insurance] },
  },
  {
    name: 'setting up a device',
    at: '/setup',
    heading: ['Configurer un appareil', 'Set up a device'],
    all: { sees: [same('iPhone'), ['Téléphone ou tablette Android', 'Android phone or tablet'], ['Le guide, pas à pas', 'The guide, step by step']] },
  },
  {
    name: 'a password given away',
    at: '/account/compromise',
    heading: ['J’ai donné mon mot de passe', 'I gave my password'],
    all: { sees: [['Mettre tout le monde dehors maintenant', 'Put everybody out now']] },
  },
  {
    name: 'administration',
    at: '/admin',
    heading: same(''),
    by: {
      head: { sees: [people, queue, log], seesNot: [frauds, incidents, secondProof] },
      // Has tasks, and no second proof yet.
      administrative: { sees: [secondProof], seesNot: [people, queue, frauds, incidents, log] },
      helpdesk: { sees: [queue, frauds], seesNot: [incidents, log] },
      administrator: { sees: [people, queue, frauds, incidents, log], seesNot: [secondProof] },
    },
    others: {
      sees: [
        [
          'Aucune tâche d’administration ne vous a été confiée.',
          'No task of administration has been given to you.',
        ],
      ],
      seesNot: [people, queue, frauds, incidents, log, secondProof],
    },
  },
  {
    name: 'support contacts',
    at: ['/aide/contacts?profile=', '/help/contacts?profile='],
    heading: ['Vos contacts d’assistance', 'Your support contacts'],
    by: {
      pupil: { sees: [pupilDesk], seesNot: [platformDesk, parentDesk, academyDesk] },
      parent: { sees: [parentDesk], seesNot: [platformDesk, pupilDesk, academyDesk] },
      administrative: { sees: [platformDesk, academyDesk], seesNot: [pupilDesk, parentDesk] },
    },
    others: { sees: [academyDesk], seesNot: [platformDesk, pupilDesk, parentDesk] },
  },
  {
    name: 'status',
    at: ['/etat', '/status'],
    heading: ['État des services', 'Status of the services'],
    all: { sees: [['Mise à jour du portail', 'Update of the portal']] },
  },
  {
    name: 'error decoder',
    at: ['/aide', '/help'],
    heading: ['Ce que veut dire ce message', 'What this message means'],
    pasted: 'smtp; 550 5.1.1 User unknown',
    all: { sees: [['adresse inconnue', 'unknown address']] },
    by: {
      pupil: { sees: [pupilDesk], seesNot: [parentDesk, academyDesk] },
      parent: { sees: [parentDesk], seesNot: [pupilDesk, academyDesk] },
      administrative: { sees: [platformDesk], seesNot: [pupilDesk, parentDesk] },
    },
    others: { seesNot: [pupilDesk, parentDesk] },
  },
  {
    name: 'official addresses',
    at: ['/aide/address', '/help/address'],
    heading: same('Imitation'),
    pasted: 'https://ac-besanc0n.fr/connexion',
    all: { sees: [['« 0 » à la place de « o »', '“0” instead of “o”']] },
  },
]

/** As the pages without script call them. */
export const audiences: Readonly<Record<Profile, string>> = {
  teacher: 'staff',
  head: 'staff',
  schoolLife: 'staff',
  administrative: 'administrative',
  pupil: 'pupil',
  parent: 'parent',
  helpdesk: 'staff',
  administrator: 'staff',
}

/** Notices whose reading is to be confirmed. */
export const toConfirm: Partial<Readonly<Record<Profile, Both>>> = {
  teacher: councils,
  schoolLife: councils,
  pupil: museum,
  parent: museum,
}
