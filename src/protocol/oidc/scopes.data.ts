/** The scopes we know: what each lets a service have, in the words a person is shown. */

export interface ScopeText {
  readonly title: { readonly fr: string; readonly en: string }
  readonly detail: { readonly fr: string; readonly en: string }
}

export const scopeTexts = {
  openid: {
    title: { fr: 'Vous reconnaître', en: 'Recognise you' },
    detail: {
      fr: 'Un identifiant propre à ce service, qui ne dit pas qui vous êtes.',
      en: 'An identifier of this service alone, which does not say who you are.',
    },
  },
  profile: {
    title: { fr: 'Votre nom', en: 'Your name' },
    detail: { fr: 'Nom, prénom, identifiant, langue.', en: 'Family name, given name, identifier, language.' },
  },
  email: {
    title: { fr: 'Votre adresse', en: 'Your address' },
    detail: { fr: 'Votre adresse électronique académique.', en: 'Your academic e-mail address.' },
  },
  education: {
    title: { fr: 'Votre profil', en: 'Your profile' },
    detail: {
      fr: 'Le profil choisi pour cette session, son établissement et ses classes.',
      en: 'The profile of this session, its school and its classes.',
    },
  },
  offline_access: {
    title: { fr: 'Un accès durable', en: 'Lasting access' },
    detail: {
      fr: 'Le service garde son accès quand vous êtes déconnecté, jusqu’à ce que vous le repreniez.',
      en: 'The service keeps its access when you are signed out, until you take it back.',
    },
  },
  'mail:imap': {
    title: { fr: 'Lire et classer votre courrier', en: 'Read and file your mail' },
    detail: { fr: 'Tous les messages et dossiers (IMAP).', en: 'All messages and folders (IMAP).' },
  },
  'mail:smtp': {
    title: { fr: 'Envoyer du courrier en votre nom', en: 'Send mail in your name' },
    detail: { fr: 'Depuis vos adresses (SMTP).', en: 'From your addresses (SMTP).' },
  },
  'urn:ietf:params:jmap:mail': {
    title: { fr: 'Gérer votre messagerie', en: 'Manage your mail' },
    detail: { fr: 'Lire, classer et envoyer (JMAP).', en: 'Read, file and send (JMAP).' },
  },
  'urn:ietf:params:oauth:scope:contacts': {
    title: { fr: 'Gérer vos contacts', en: 'Manage your contacts' },
    detail: { fr: 'Lire et modifier vos carnets d’adresses (CardDAV).', en: 'Read and change your address books (CardDAV).' },
  },
  'urn:ietf:params:oauth:scope:calendars': {
    title: { fr: 'Gérer vos agendas', en: 'Manage your calendars' },
    detail: { fr: 'Lire et modifier vos événements (CalDAV).', en: 'Read and change your events (CalDAV).' },
  },
  'portal:cards': {
    title: { fr: 'Afficher des cartes dans le portail', en: 'Show cards in the portal' },
    detail: {
      fr: 'Le service signale à une personne une note, une absence, un document, un rendez-vous ou un message.',
      en: 'The service tells a person of a grade, an absence, a document, an appointment or a message.',
    },
  },
} as const satisfies Record<string, ScopeText>

export type Scope = keyof typeof scopeTexts

export const scopes = Object.keys(scopeTexts) as Scope[]

export const isScope = (text: string): text is Scope => Object.hasOwn(scopeTexts, text)

/** Scopes that open the mailbox or the address books; given to programs, and never to a service that did not register them. */
export const mailScopes: readonly Scope[] = [
  'mail:imap',
  'mail:smtp',
  'urn:ietf:params:jmap:mail',
  'urn:ietf:params:oauth:scope:contacts',
  'urn:ietf:params:oauth:scope:calendars',
]

/** Scopes that an administrator gives to a service by name; nobody has them by default or by registering itself. */
export const grantedScopes: readonly Scope[] = [...mailScopes, 'portal:cards']

/** Claims of each scope, and the attribute of the service's list that each one needs (law: never more than the list). */
export const claimsOfScope = {
  profile: {
    name: ['displayName', 'cn'],
    given_name: ['givenName', 'ENTPersonPrenom'],
    family_name: ['sn', 'ENTPersonNom'],
    preferred_username: ['login', 'ENTPersonLogin'],
    locale: ['locale'],
  },
  email: { email: ['mail', 'email', 'ENTPersonMail'], email_verified: ['mail', 'email', 'ENTPersonMail'] },
  education: {
    profile_kind: ['profile'],
    title: ['title'],
    school_uai: ['uai', 'rne', 'ENTPersonStructRattachRNE'],
    school_name: ['schoolName'],
    uid: ['uid'],
  },
} as const

/** Attributes released under `education` by their own name, as lists. */
export const educationAttributes = [
  'ENTPersonJointure',
  'ENTPersonProfils',
  'ENTPersonStructRattach',
  'ENTPersonStructRattachRNE',
  'ENTPersonFonctions',
  'ENTEleveClasses',
  'ENTEleveGroupes',
  'ENTAuxEnsClasses',
  'ENTAuxEnsGroupes',
  'ENTAuxEnsClassesMatieres',
  'ENTAuxEnsGroupesMatieres',
  'ENTAuxEnsClassesPrincipal',
  'ENTAuxPersRelEleveEleve',
  'categoriePersonne',
  'FrEduRne',
  'FrEduFonctAdm',
  'eduPersonAffiliation',
] as const
