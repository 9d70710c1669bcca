/** Recipient completion without the server: the addresses of cached messages, best first. */
import type { PersonRecipient, Recipient } from '#format/jmap/recipients.ts'
import type { Model } from './model.ts'

const MAX_LOOKED_AT = 3000
const MAX_FOUND = 10

const fold = (text: string): string => text.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase()

/** Addresses whose name or email has a word that begins with the text, most frequent first. */
export const knownRecipients = (model: Model, text: string): Recipient[] => {
  const wanted = fold(text.trim())
  if (!wanted) return []
  const found = new Map<string, { recipient: PersonRecipient; times: number }>()
  let looked = 0
  for (const email of model.emails.values()) {
    looked += 1
    if (looked > MAX_LOOKED_AT) break
    for (const address of [...(email.from ?? []), ...(email.to ?? []), ...(email.cc ?? [])]) {
      const key = address.email.toLowerCase()
      const known = found.get(key)
      if (known) known.times += 1
      else if (` ${fold(`${address.name ?? ''} ${key}`)}`.includes(` ${wanted}`))
        found.set(key, { recipient: { name: address.name, email: address.email, kind: 'recent' }, times: 1 })
    }
  }
  const best = [...found.values()].sort((a, b) => b.times - a.times)
  return best.slice(0, MAX_FOUND).map(({ recipient }) => recipient)
}
