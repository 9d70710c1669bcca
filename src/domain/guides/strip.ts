/**
 * A text that somebody pasted, without what could tell who they are: only so is it kept for the editors of the guides.
 * It errs on the side of forgetting: a word with a capital that no guide and no known error has is taken for a name.
 */
import { fold } from './fold.ts'

/** Most characters looked at and kept. */
const longestIn = 8192
const longestOut = 600

const knownHosts =
  /(?:^|\.)(?:education\.gouv\.fr|proconnect\.gouv\.fr|franceconnect\.gouv\.fr|microsoft\.com|google\.com)$/

/** After these a letter says who wrote it. */
const endings =
  /(?:^|\n)[ \t]*(?:cordialement|bien cordialement|bien à vous|salutations|sincères salutations|(?:best|kind) regards|regards|sincerely|yours)\b[\s\S]*$/i

/** Lines that are nothing but people and places. */
const headers =
  /^[ \t]*(?:from|to|cc|bcc|sender|reply-to|subject|date|received|message-id|de|à|a|objet|envoyé|nom|prénom|name|first name|last name|identifiant|login|user(?:name)?|utilisateur|mot de passe|password|address|adresse)[ \t]*[:=].*$/gim

const greeting = new Set(
  'dear cher chere chers hello hi bonjour bonsoir madame monsieur mademoiselle mme mlle mr mrs ms m'.split(' '),
)
const introduces = new Set(['appelle', 'named', 'nomme'])

const isCode = (word: string): boolean =>
  /^[245]\.\d{1,3}\.\d{1,3}$/.test(word) ||
  /^0x[0-9a-f]{8}$/i.test(word) ||
  /^[A-Z]{3,4}-\d{2}$/.test(word) ||
  /^Y\d{5,6}$/.test(word) ||
  /^[A-Z]{2,}(?:_[A-Z0-9]+){1,8}$/.test(word)

const isAddress = (word: string): boolean => word.includes('@')
const isIp = (word: string): boolean =>
  /^\d{1,3}(?:\.\d{1,3}){3}(?::\d+)?$/.test(word) || (/^[0-9a-f:.]+$/i.test(word) && word.split(':').length > 2)

const hostOf = (word: string): string => /^https?:\/\/([^/?#:]*)/i.exec(word)?.[1]?.toLowerCase() ?? ''

/** What one word becomes; `undefined`: it stays. */
const replacement = (word: string, vocabulary: ReadonlySet<string>): string | undefined => {
  if (isCode(word)) return
  if (isAddress(word)) return '<address>'
  if (/^[a-z][a-z0-9+.-]*:\/\//i.test(word)) return knownHosts.test(hostOf(word)) ? `https://${hostOf(word)}` : '<url>'
  if (isIp(word)) return '<ip>'
  const digits = word.replace(/\D/g, '').length
  if (digits > 0) return digits <= 3 && digits === word.length ? undefined : '<number>'
  if (knownHosts.test(word.toLowerCase())) return
  const folded = fold(word)
  // A login, a host, a file: parts joined by a dot, a low line or a slash.
  if (/\p{L}[._/\\]\p{L}/u.test(word))
    return folded.split(' ').every((part) => vocabulary.has(part)) ? undefined : '<token>'
  if (word.length > 24) return '<token>'
  if (/\p{Lu}/u.test(word) && !folded.split(' ').every((part) => vocabulary.has(part))) return '<name>'
  return
}

/** The text with addresses, names, numbers, tokens and places taken out, bounded. `vocabulary`: words that are no names. */
export const stripPersonal = (text: string, vocabulary: ReadonlySet<string>): string => {
  const lines = text.slice(0, longestIn).replace(headers, '').replace(endings, '')
  const out: string[] = []
  let forget = 0
  let afterGreeting = false
  for (const piece of lines.split(/[\s,;!?"«»()<>[\]{}|“”…]+/u)) {
    const word = piece.replace(/^[.:'’*=-]+|[.:'’*=-]+$/gu, '')
    if (word === '') continue
    const folded = fold(word)
    if (greeting.has(folded)) {
      afterGreeting = true
      out.push(folded)
      continue
    }
    if (forget > 0 || (afterGreeting && /^\p{Lu}/u.test(word))) {
      forget = Math.max(0, forget - 1)
      out.push('<name>')
      continue
    }
    afterGreeting = false
    if (introduces.has(folded.split(' ').at(-1) ?? '') || (folded === 'is' && out.at(-1) === 'name')) forget = 2
    out.push(replacement(word, vocabulary) ?? word)
  }
  return tidy(out)
}

/** Runs of small numbers (a telephone, a date) are one number; what repeats is said once. */
const tidy = (words: readonly string[]): string => {
  const out: string[] = []
  for (let at = 0; at < words.length; ) {
    let end = at
    while (end < words.length && /^(?:\d{1,3}|<number>)$/.test(words[end] as string)) end++
    if (end - at >= 3) {
      out.push('<number>')
      at = end
      continue
    }
    const word = words[at] as string
    if (!(word.startsWith('<') && out.at(-1) === word)) out.push(word)
    at++
  }
  return out.join(' ').slice(0, longestOut)
}
