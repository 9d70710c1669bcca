/** The address that leads a reply into its request: `assistance+t12.0123abcd@…`. Nobody can guess it; it is kept nowhere. */
import { createHmac, timingSafeEqual } from 'node:crypto'
import { parseUai } from '#format/uai/parse.ts'
import type { People } from '../people/people.ts'

/** The local part of the support address; empty: there is none. */
export interface Post {
  readonly people: People
  /** `assistance@ac-besancon.fr`; empty: requests go by the web alone. */
  readonly address: string
}

const macOf = (people: People, id: number): string =>
  createHmac('sha256', people.key).update(`ticket ${id}`).digest('hex').slice(0, 24)

/** Where replies about a request go; undefined without a support address. */
export const replyAddress = ({ people, address }: Post, id: number): string | undefined => {
  const at = address.lastIndexOf('@')
  if (at < 1) return
  return `${address.slice(0, at)}${people.options.subaddress}t${id}.${macOf(people, id)}${address.slice(at)}`
}

export type Meaning = { readonly ticket: number } | { readonly uai: string } | 'new'

/** What an address says: a request, a school, or neither; undefined when it is not the support address. */
export const meaningOf = ({ people, address }: Post, given: string): Meaning | undefined => {
  const [own, asked] = [address.toLowerCase(), given.trim().toLowerCase()]
  const [at, givenAt] = [own.lastIndexOf('@'), asked.lastIndexOf('@')]
  if (at < 1 || own.slice(at) !== asked.slice(givenAt)) return
  const [name, local] = [own.slice(0, at), asked.slice(0, givenAt)]
  if (local === name) return 'new'
  const prefix = `${name}${people.options.subaddress}`
  if (!local.startsWith(prefix)) return
  const detail = local.slice(prefix.length)
  const [, digits = '', mac = ''] = /^t(\d{1,15})\.([0-9a-f]{24})$/.exec(detail) ?? []
  if (digits !== '' && timingSafeEqual(Buffer.from(mac), Buffer.from(macOf(people, Number(digits)))))
    return { ticket: Number(digits) }
  const uai = parseUai(detail)
  return uai === undefined ? 'new' : { uai }
}
