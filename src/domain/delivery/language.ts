/** In which of our two languages somebody is to be answered who has no account with us. */
import type { Header } from './header.ts'

export type LetterLanguage = 'fr' | 'en'

const looked = 5000

/** Words that are common in one of the two and none in the other. */
const common: Readonly<Record<LetterLanguage, ReadonlySet<string>>> = {
  fr: new Set(
    'bonjour merci le la les des du une est sont pas vous nous je il elle avec pour dans que qui ce cette votre mon ma mes et ou mais ai au aux sur cordialement'.split(
      ' ',
    ),
  ),
  en: new Set(
    'hello hi thanks thank the and is are was were you we he she with for this that these it not have has your my of to from please but be been regards'.split(
      ' ',
    ),
  ),
}

/** The first of the tags that is one of ours: what Outlook and others say of what they write (RFC 3282 §2 and §3). */
const told = (header: Header, name: string): LetterLanguage | undefined => {
  const tag = /(?:^|,)\s*(fr|en)(?:[-;,\s]|$)/i.exec((header.all(name)[0] ?? '').slice(0, 200))?.[1]?.toLowerCase()
  return tag === 'fr' || tag === 'en' ? tag : undefined
}

const counted = (text: string): LetterLanguage | undefined => {
  let lead = 0
  for (const [word] of text
    .slice(0, looked)
    .toLowerCase()
    .matchAll(/\p{L}+/gu)) {
    if (common.en.has(word)) lead++
    if (common.fr.has(word)) lead--
  }
  return lead === 0 ? undefined : lead > 0 ? 'en' : 'fr'
}

/** What the words of the writer are in; then what the program says; French when nothing tells. `text` is without quotations. */
export const letterLanguage = (header: Header, text: string): LetterLanguage =>
  counted(text) ?? told(header, 'content-language') ?? told(header, 'accept-language') ?? 'fr'
