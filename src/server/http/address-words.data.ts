/** What the official-address card says. */
import type { PlaceSource } from '#domain/phishing/official.ts'
import type { Assessed, Trick } from '#format/warning/official.ts'

type Words = { readonly fr: string; readonly en: string }

export const addressWords = {
  title: { fr: 'Cette adresse est-elle officielle ?', en: 'Is this address official?' },
  lead: {
    fr: 'Collez un lien, une adresse ou tout un message : nous disons si l’adresse est officielle, imitée ou inconnue. Rien n’est ouvert, rien n’est gardé.',
    en: 'Paste a link, an address or a whole message: we say whether the address is official, imitated or unknown. Nothing is opened, nothing is kept.',
  },
  paste: { fr: 'Lien, adresse ou message', en: 'Link, address or message' },
  pasteHint: {
    fr: 'Copiez le lien sans l’ouvrir : clic droit, ou appui long, puis « Copier le lien ».',
    en: 'Copy the link without opening it: right click, or a long press, then “Copy link”.',
  },
  check: { fr: 'Vérifier', en: 'Check' },
  none: {
    fr: 'Il n’y a ni lien ni adresse dans ce texte. Collez le lien lui-même.',
    en: 'There is no link and no address in this text. Paste the link itself.',
  },
  results: { fr: 'Résultat', en: 'Result' },
  leads: { fr: 'Mène à', en: 'Leads to' },
  nowhere: { fr: 'ne mène à aucune adresse', en: 'leads to no address' },
  written: { fr: 'Écrit pour les ordinateurs', en: 'Written for computers' },
  counts: { fr: 'Ce qui compte est la fin', en: 'What counts is the end' },
  real: { fr: 'L’adresse officielle s’écrit', en: 'The official address is written' },
  difference: { fr: 'Ce qui diffère', en: 'What differs' },
  insteadOf: { fr: 'à la place de', en: 'instead of' },
  added: { fr: 'en trop', en: 'too many' },
  missing: { fr: 'il manque', en: 'missing' },
  list: { fr: 'Toutes les adresses officielles', en: 'All the official addresses' },
  listLead: {
    fr: 'Chacune compte avec tout ce qui est à sa gauche : « quelque-chose.exemple.fr » est de « exemple.fr ».',
    en: 'Each counts with everything to its left: “something.example.fr” is of “example.fr”.',
  },
} as const satisfies Readonly<Record<string, Words>>

export const verdictWords: Readonly<Record<Assessed['verdict'], Words>> = {
  official: { fr: 'Officielle', en: 'Official' },
  'look-alike': { fr: 'Imitation', en: 'Imitation' },
  unknown: { fr: 'Inconnue', en: 'Unknown' },
}

export const verdictText: Readonly<Record<Assessed['verdict'], Words>> = {
  official: { fr: 'Cette adresse est de', en: 'This address is of' },
  'look-alike': { fr: 'Cette adresse imite', en: 'This address imitates' },
  unknown: {
    fr: 'Cette adresse n’est pas dans la liste officielle. Elle peut être honnête : nous ne pouvons pas le dire.',
    en: 'This address is not on the official list. It may be honest: we cannot tell.',
  },
}

export const nextWords: Readonly<Record<Assessed['verdict'], Words>> = {
  official: {
    fr: 'Vous pouvez y aller. Un mot de passe ne se donne que sur la page de connexion, jamais par message.',
    en: 'You may go there. A password is only given on the sign-in page, never in a message.',
  },
  'look-alike': {
    fr: 'N’ouvrez pas ce lien et ne répondez pas. Dans la messagerie, choisissez « Signaler ». Vous y avez écrit un mot de passe ? Agissez tout de suite :',
    en: 'Do not open this link and do not answer. In the mailbox, choose “Report”. Have you typed a password there? Act at once:',
  },
  unknown: {
    fr: 'N’y donnez pas votre mot de passe de l’académie. Un doute ? Passez par le portail, ou appelez la personne à un numéro que vous connaissez.',
    en: 'Do not give your password of the académie there. In doubt? Go by the portal, or call the person at a number you know.',
  },
}

export const trickWords: Readonly<Record<Trick, Words>> = {
  letters: { fr: 'Des lettres sont changées, ajoutées ou retirées.', en: 'Letters are changed, added or left out.' },
  alphabets: {
    fr: 'Des lettres d’un autre alphabet ou avec accent ressemblent aux nôtres.',
    en: 'Letters of another alphabet or with accents look like ours.',
  },
  ending: {
    fr: 'Le nom est le bon, mais la fin n’est pas la bonne : c’est une autre adresse.',
    en: 'The name is right, but the ending is not: it is another address.',
  },
  inside: {
    fr: 'L’adresse officielle est écrite au début, mais c’est la fin qui décide où l’on arrive.',
    en: 'The official address is written at the beginning, but the end decides where one arrives.',
  },
  joined: {
    fr: 'Le nom officiel est accolé à d’autres mots : n’importe qui peut acheter une telle adresse.',
    en: 'The official name is joined to other words: anybody can buy such an address.',
  },
  local: {
    fr: 'Le nom officiel est écrit avant « @ » : c’est ce qui vient après qui compte.',
    en: 'The official name is written before “@”: what comes after is what counts.',
  },
  userinfo: {
    fr: 'Ce qui est avant « @ » dans un lien n’est pas l’adresse : on arrive à ce qui vient après.',
    en: 'What stands before “@” in a link is not the address: one arrives at what comes after.',
  },
  numbers: {
    fr: 'L’adresse est faite de chiffres : aucun service n’en donne de telle.',
    en: 'The address is made of numbers: no service gives such a one.',
  },
  script: {
    fr: 'Ce lien ne mène nulle part : il fait exécuter quelque chose. Ne le collez pas dans un navigateur.',
    en: 'This link leads nowhere: it runs something. Do not paste it into a browser.',
  },
  short: {
    fr: 'C’est un lien raccourci : il cache où il mène.',
    en: 'It is a shortened link: it hides where it leads.',
  },
  shared: {
    fr: 'N’importe qui peut publier une page ou un formulaire à cet endroit.',
    en: 'Anybody can publish a page or a form there.',
  },
  port: {
    fr: 'L’adresse nomme un port (les chiffres après « : »), ce qui est rare pour un service.',
    en: 'The address names a port (the digits after “:”), which is rare for a service.',
  },
  insecure: {
    fr: 'La page n’est pas chiffrée (« http » sans « s »).',
    en: 'The page is not encrypted (“http” without “s”).',
  },
  'foreign-letters': {
    fr: 'L’adresse a des lettres accentuées ou d’un autre alphabet.',
    en: 'The address has letters with accents or of another alphabet.',
  },
}

export const sourceWords: Readonly<Record<PlaceSource, Words>> = {
  own: { fr: 'L’académie', en: 'The académie' },
  service: { fr: 'Services déclarés', en: 'Declared services' },
  added: { fr: 'Partenaires', en: 'Partners' },
  national: { fr: 'État et Éducation nationale', en: 'State and national education' },
}

/** Alphabets whose letters are taken for ours. */
export const scriptWords: readonly (readonly [RegExp, Words])[] = [
  [/\p{Script=Cyrillic}/u, { fr: 'alphabet cyrillique', en: 'Cyrillic alphabet' }],
  [/\p{Script=Greek}/u, { fr: 'alphabet grec', en: 'Greek alphabet' }],
  [/\p{Script=Armenian}/u, { fr: 'alphabet arménien', en: 'Armenian alphabet' }],
  [/\p{Script=Hebrew}/u, { fr: 'alphabet hébreu', en: 'Hebrew alphabet' }],
  [/[^\p{ASCII}]/u, { fr: 'lettre particulière', en: 'unusual letter' }],
]
