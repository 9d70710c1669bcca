/** What is watched on every server, in the order in which the page shows it. */

export interface BuiltIn {
  readonly key: string
  readonly kind: ProbeKind
  readonly place: Place
  readonly fr: string
  readonly en: string
}

/** How a component is asked whether it works (src/server/probes). */
export const probeKinds = [
  'web',
  'store',
  'jmap',
  'imap',
  'smtp',
  'submission',
  'password',
  'passkey',
  'provider',
  'http',
] as const

export type ProbeKind = (typeof probeKinds)[number]

export const places = ['sign-in', 'mail', 'portal', 'services'] as const
export type Place = (typeof places)[number]

/** The names of ways to sign in are those that incidents and the sign-in page use. */
export const builtIns: readonly BuiltIn[] = [
  { key: 'password', kind: 'password', place: 'sign-in', fr: 'Identifiant et mot de passe', en: 'Identifier and password' },
  { key: 'passkey', kind: 'passkey', place: 'sign-in', fr: 'Clé d’accès', en: 'Passkey' },
  { key: 'web', kind: 'web', place: 'portal', fr: 'Portail et pages', en: 'Portal and pages' },
  { key: 'store', kind: 'store', place: 'portal', fr: 'Données', en: 'Data' },
  { key: 'jmap', kind: 'jmap', place: 'mail', fr: 'Messagerie sur le web', en: 'Mail on the web' },
  { key: 'imap', kind: 'imap', place: 'mail', fr: 'Téléphones et logiciels (IMAP)', en: 'Phones and programs (IMAP)' },
  { key: 'submission', kind: 'submission', place: 'mail', fr: 'Envoi depuis les logiciels', en: 'Sending from programs' },
  { key: 'smtp', kind: 'smtp', place: 'mail', fr: 'Réception des messages', en: 'Incoming mail' },
]
