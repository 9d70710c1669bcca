/** Places in a template that are filled in when it is used: `{prénom}`, `{nom}`, `{date}`, `{moi}`. Pure. */

export interface Filling {
  readonly name: string | null
  readonly me: string
  /** Today, in words. */
  readonly date: string
}

/** By the word between the braces, in French and English, with or without its accent. */
const words: Readonly<Record<string, 'first' | 'last' | 'name' | 'date' | 'me'>> = {
  prénom: 'first',
  prenom: 'first',
  firstname: 'first',
  nom: 'last',
  lastname: 'last',
  destinataire: 'name',
  recipient: 'name',
  date: 'date',
  moi: 'me',
  me: 'me',
}

const pattern = new RegExp(`\\{(${Object.keys(words).join('|')})\\}`, 'giu')

/** Those that still wait to be filled in, as written. */
export const placeholdersIn = (text: string): string[] =>
  [...text.normalize('NFC').matchAll(pattern)].map(([found]) => found)

/** "Claire Petit", "PETIT Claire" and "Petit, Claire" -> Claire, Petit: a family name is written in capitals or before a comma. */
export const splitName = (name: string): { readonly first: string; readonly last: string } => {
  const [before = '', after] = name.split(',').map((part) => part.trim())
  if (after) return { first: after, last: before }
  const parts = before.split(/\s+/)
  const isFamily = (part: string) => part.length > 1 && part === part.toUpperCase()
  const capitals = parts.filter(isFamily)
  if (capitals.length > 0 && capitals.length < parts.length)
    return { first: parts.filter((part) => !isFamily(part)).join(' '), last: capitals.join(' ') }
  const [first = '', ...last] = parts
  return { first, last: last.join(' ') }
}

/** Fills in what is known; what is not stays, and is asked about before the message leaves. */
export const fillTemplate = (text: string, { name, me, date }: Filling): string => {
  const { first, last } = splitName(name ?? '')
  const values = { first, last, name: name ?? '', date, me }
  return text
    .normalize('NFC')
    .replace(pattern, (found, word: string) => values[words[word.toLowerCase()] ?? 'name'] || found)
}
