/** Contacts out of and into files: vCard as every program writes it, CSV as spreadsheets and other webmails do. Pure. */
import { inOrder, type JsCard, nameOf } from '#format/jscontact/card.ts'
import { fromVCard } from '#format/jscontact/from-vcard.ts'
import { toVCard } from '#format/jscontact/to-vcard.ts'
import { parseVCards } from '#format/vcard/syntax.ts'
import { addressText } from './card-draft.ts'

/** Cards of one file. */
export const mostImported = 5000

/** The cards of a .vcf file. Throws Failure tooMany. */
export const cardsOfVcf = (text: string): JsCard[] =>
  parseVCards(text, mostImported).map((vcard) => fromVCard(vcard, crypto.randomUUID()))

/** Lines of cells; the separator is the one that the first line has more of. Quotes as RFC 4180 has them. */
const cellsOf = (text: string): string[][] => {
  const clean = text.replace(/^\ufeff/, '')
  const head = clean.split(/\r?\n/, 1)[0] ?? ''
  const separator = head.split(';').length > head.split(',').length ? ';' : head.includes('\t') ? '\t' : ','
  const rows: string[][] = [[]]
  let cell = ''
  let quoted = false
  const endCell = () => {
    rows.at(-1)?.push(cell)
    cell = ''
  }
  for (let at = 0; at < clean.length; at++) {
    const sign = clean[at]!
    if (quoted) {
      if (sign !== '"') cell += sign
      else if (clean[at + 1] === '"') {
        cell += '"'
        at++
      } else quoted = false
    } else if (sign === '"' && cell === '') quoted = true
    else if (sign === separator) endCell()
    else if (sign === '\n') {
      endCell()
      if (rows.length > mostImported) break
      rows.push([])
    } else if (sign !== '\r') cell += sign
  }
  endCell()
  return rows.filter((row) => row.some((one) => one.trim() !== ''))
}

const fold = (text: string): string =>
  text
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, ' ')
    .trim()

/** Heads of columns as Google, Outlook, Thunderbird and our own export write them, in both languages. */
const columns: readonly (readonly [field: string, head: RegExp])[] = [
  ['given', /^(?:given name|first name|prenom)$/],
  ['surname', /^(?:family name|last name|surname|nom|nom de famille)$/],
  ['full', /^(?:name|display name|full name|nom complet|nom affiche)$/],
  [
    'email',
    /^(?:e ?mail(?: ?\d*)?(?: address| value)?|primary email|secondary email|adresse (?:electronique|de messagerie|e mail)(?: \d)?|courriel|mel)$/,
  ],
  [
    'phone',
    /^(?:(?:mobile|home|business|work|primary)? ?(?:tele)?phone(?: number)?(?: ?\d*)?(?: value)?|mobile(?: number)?|tel(?:ephone)?(?: (?:mobile|portable|fixe|professionnel|personnel))?|portable)$/,
  ],
  ['organisation', /^(?:organi[sz]ation(?: ?1? name)?|company|societe|organisme|etablissement)$/],
  ['title', /^(?:job title|title|organi[sz]ation 1 title|organi[sz]ation title|fonction|poste)$/],
  ['address', /^(?:address(?: 1 formatted)?|home address|business address|adresse(?: postale)?)$/],
  ['note', /^(?:notes?|remarques?)$/],
]

const numbered = (prefix: string, values: readonly string[], key: string): Record<string, object> | undefined =>
  values.length === 0
    ? undefined
    : Object.fromEntries(values.map((value, n) => [`${prefix}${n + 1}`, { [key]: value }]))

/** The cards of a CSV file with a line of heads; none when no head is known. */
export const cardsOfCsv = (text: string): JsCard[] => {
  const [heads = [], ...rows] = cellsOf(text)
  const fields = heads.map((head) => columns.find(([, form]) => form.test(fold(head)))?.[0])
  if (!fields.some((field) => field === 'email' || field === 'full' || field === 'surname' || field === 'given'))
    return []
  return rows.flatMap((row) => {
    const values = (field: string) =>
      row.flatMap((cell, n) => (fields[n] === field && cell.trim() !== '' ? [cell.trim()] : []))
    const [given = '', surname = '', full = ''] = ['given', 'surname', 'full'].map((field) => values(field)[0])
    const components = [
      ...(given ? [{ kind: 'given', value: given }] : []),
      ...(surname ? [{ kind: 'surname', value: surname }] : []),
    ]
    const name = full || [given, surname].filter(Boolean).join(' ')
    const emails = numbered('e', values('email'), 'address')
    const phones = numbered('p', values('phone'), 'number')
    if (name === '' && !emails && !phones) return []
    const one = (field: string, prefix: string, key: string) => numbered(prefix, values(field).slice(0, 1), key)
    const members = {
      ...(name === '' ? {} : { name: { full: name, ...(components.length > 0 ? { components } : {}) } }),
      emails,
      phones,
      organizations: one('organisation', 'o', 'name'),
      titles: one('title', 't', 'name'),
      addresses: one('address', 'a', 'full'),
      notes: one('note', 'n', 'note'),
    }
    const kept = Object.entries(members).filter(([, value]) => value !== undefined)
    return [{ '@type': 'Card', version: '1.0', uid: crypto.randomUUID(), ...Object.fromEntries(kept) } as JsCard]
  })
}

/** One text of all cards, version 3: what every program reads. Pictures must be within by now. */
export const vcfOf = (cards: readonly JsCard[]): string => cards.map((card) => toVCard(card, '3.0')).join('')

/** A cell that no spreadsheet takes for a formula. */
const cell = (text: string): string => {
  const safe = /^[=+\-@\t\r]/.test(text) && !/^\+[\d\s().-]+$/.test(text) ? `'${text}` : text
  return /[";\n\r]/.test(safe) ? `"${safe.replace(/"/g, '""')}"` : safe
}

export const csvHeads = {
  fr: [
    'Nom complet',
    'Prénom',
    'Nom',
    'Courriel',
    'Courriel 2',
    'Téléphone',
    'Téléphone 2',
    'Organisme',
    'Fonction',
    'Adresse',
    'Remarque',
  ],
  en: [
    'Full name',
    'First name',
    'Last name',
    'Email',
    'Email 2',
    'Phone',
    'Phone 2',
    'Organisation',
    'Job title',
    'Address',
    'Note',
  ],
} as const

/** A table for spreadsheets: semicolons, and the mark by which they know UTF-8. Groups are left out. */
export const csvOf = (cards: readonly JsCard[], language: 'fr' | 'en'): string => {
  const rows = cards
    .filter(({ kind }) => kind !== 'group')
    .map((card) => {
      const part = (kind: string) => card.name?.components?.find((one) => one.kind === kind)?.value ?? ''
      const emails = inOrder(card.emails).map(({ address }) => address)
      const phones = inOrder(card.phones).map(({ number }) => number)
      return [
        nameOf(card),
        part('given'),
        part('surname'),
        emails[0] ?? '',
        emails[1] ?? '',
        phones[0] ?? '',
        phones[1] ?? '',
        inOrder(card.organizations)[0]?.name ?? '',
        inOrder(card.titles)[0]?.name ?? '',
        addressText(card),
        Object.values(card.notes ?? {})[0]?.note ?? '',
      ]
    })
  return `\ufeff${[csvHeads[language], ...rows].map((row) => row.map(cell).join(';')).join('\r\n')}\r\n`
}
