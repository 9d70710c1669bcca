/** What the public pages of help say besides the guides. */
import type { Reader, Theme } from '#domain/guides/guide.ts'

type Words = { readonly fr: string; readonly en: string }

export const themeWords: Readonly<Record<Theme, Words>> = {
  'sign-in': { fr: 'Se connecter', en: 'Signing in' },
  recovery: { fr: 'Retrouver l’accès', en: 'Getting back in' },
  security: { fr: 'Protéger son compte', en: 'Protecting one’s account' },
  phone: { fr: 'Téléphones et logiciels', en: 'Phones and programs' },
  mail: { fr: 'Messages', en: 'Messages' },
  services: { fr: 'Passer d’un service à l’autre', en: 'Going from service to service' },
  web: { fr: 'Pages et réseau', en: 'Pages and network' },
  administration: { fr: 'Administrer', en: 'Administration' },
}

export const readerWords: Readonly<Record<Reader, Words>> = {
  staff: { fr: 'Personnel', en: 'Staff' },
  administrative: { fr: 'Administratif', en: 'Administrative' },
  pupil: { fr: 'Élève', en: 'Pupil' },
  parent: { fr: 'Parent', en: 'Parent' },
  administrator: { fr: 'Administrateur', en: 'Administrator' },
}

export const guideWords = {
  skip: { fr: 'Aller au contenu', en: 'Skip to the content' },
  help: { fr: 'Aide', en: 'Help' },
  signIn: { fr: 'Se connecter', en: 'Sign in' },
  other: { fr: 'English', en: 'Français' },
  menu: { fr: 'Navigation', en: 'Navigation' },
  intro: {
    fr: 'Un problème, un code, une question : la réponse est ici, sans se connecter.',
    en: 'A problem, a code, a question: the answer is here, without signing in.',
  },
  search: { fr: 'Chercher dans l’aide', en: 'Search the help' },
  searchGo: { fr: 'Chercher', en: 'Search' },
  found: { fr: 'Résultats', en: 'Results' },
  foundNone: {
    fr: 'Aucun guide ne correspond. Essayez moins de mots, ou collez le message d’erreur ci-dessous.',
    en: 'No guide corresponds. Try fewer words, or paste the error message below.',
  },
  offline: {
    fr: 'Hors ligne : voici la copie des guides gardée par ce navigateur.',
    en: 'Offline: this is the copy of the guides that this browser has kept.',
  },
  offlineNone: {
    fr: 'Aucun guide ne correspond. Essayez moins de mots.',
    en: 'No guide corresponds. Try fewer words.',
  },
  for: { fr: 'Guides pour', en: 'Guides for' },
  everybody: { fr: 'Tout le monde', en: 'Everybody' },
  decoder: { fr: 'Décoder un message d’erreur', en: 'Decode an error message' },
  paste: { fr: 'Collez un message d’erreur ou un code', en: 'Paste an error message or a code' },
  pasteHint: {
    fr: 'De chez nous, d’EduConnect, de l’ENT, d’un téléphone, d’un logiciel, ou d’un message revenu. N’y mettez pas de mot de passe.',
    en: 'Of ours, of EduConnect, of the ENT, of a phone, of a program, or of a message that came back. Put no password in it.',
  },
  youAre: { fr: 'Vous êtes', en: 'You are' },
  youAreAny: { fr: 'Sans préciser', en: 'Not said' },
  address: { fr: 'Vérifier un lien ou une adresse', en: 'Check a link or an address' },
  addressText: {
    fr: 'Officielle, imitée ou inconnue : collez-la, nous regardons chaque lettre.',
    en: 'Official, imitated or unknown: paste it, we look at each letter.',
  },
  decode: { fr: 'Comprendre', en: 'Explain' },
  decoded: { fr: 'Ce que veut dire ce message', en: 'What this message means' },
  decodedNone: {
    fr: 'Nous ne connaissons pas encore ce message. Le voici transmis à ceux qui écrivent l’aide, sans rien de personnel. Un contact ci-dessous peut vous aider tout de suite.',
    en: 'We do not know this message yet. It is passed on to those who write the help, with nothing personal in it. A contact below can help you at once.',
  },
  nothingPasted: { fr: 'Collez d’abord un message ou un code.', en: 'First paste a message or a code.' },
  maybe: { fr: 'Peut-être', en: 'Perhaps' },
  nextStep: { fr: 'À faire d’abord', en: 'Do this first' },
  readGuide: { fr: 'Lire le guide', en: 'Read the guide' },
  code: { fr: 'Code', en: 'Code' },
  codes: { fr: 'Codes expliqués ici', en: 'Codes explained here' },
  codeUnknown: { fr: 'Ce code n’est pas connu', en: 'This code is not known' },
  codeUnknownText: {
    fr: 'Vérifiez-le, ou collez le message entier ci-dessous.',
    en: 'Check it, or paste the whole message below.',
  },
  notFound: { fr: 'Ce guide n’existe pas', en: 'There is no such guide' },
  notFoundText: {
    fr: 'Il a peut-être changé de nom. Cherchez ce dont vous avez besoin.',
    en: 'It may have another name now. Search for what you need.',
  },
  updated: { fr: 'Mis à jour le', en: 'Updated on' },
  version: { fr: 'version', en: 'version' },
  helped: { fr: 'Cela vous a-t-il aidé ?', en: 'Did this help?' },
  yes: { fr: 'Oui', en: 'Yes' },
  no: { fr: 'Non', en: 'No' },
  thanks: {
    fr: 'Merci. Votre réponse est comptée, sans rien retenir de vous.',
    en: 'Thank you. Your answer is counted, and nothing is kept about you.',
  },
  contacts: { fr: 'Qui peut vous aider', en: 'Who can help you' },
  contactsNone: {
    fr: 'Adressez-vous au secrétariat de votre établissement.',
    en: 'Turn to the office of your school.',
  },
  contactsAll: { fr: 'Tous les contacts et leurs horaires, à imprimer', en: 'All contacts and their hours, to print' },
  status: { fr: 'État des services', en: 'Status of the services' },
  openUntil: { fr: 'ouvert jusqu’à', en: 'open until' },
  opens: { fr: 'ouvre', en: 'opens' },
  closed: { fr: 'fermé', en: 'closed' },
  incidents: { fr: 'En ce moment', en: 'At present' },
  related: { fr: 'Voir aussi', en: 'See also' },
  all: { fr: 'Tous les guides', en: 'All the guides' },
} as const satisfies Readonly<Record<string, Words>>
