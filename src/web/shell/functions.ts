/** The mailboxes of functions that are open to the person: each has a client of its own, which comes and goes with the right. */
import type { FunctionMailbox, MailClient } from '../data/index.ts'
import { startClient } from './start-client.ts'
import { createValue } from './value.ts'

export interface OpenFunction extends FunctionMailbox {
  readonly client: MailClient
}

export const openFunctions = createValue<readonly OpenFunction[]>([])

/** Each costs a few records and requests; nobody has so many functions. */
const MOST = 20

const settle = (wanted: readonly FunctionMailbox[]): void => {
  const before = new Map(openFunctions.get().map((one) => [one.accountId, one]))
  const now = wanted.slice(0, MOST).map((one): OpenFunction => {
    const known = before.get(one.accountId)
    before.delete(one.accountId)
    if (known && known.name === one.name && known.role === one.role && known.address === one.address) return known
    return { ...one, client: known?.client ?? startClient(one.accountId) }
  })
  // No longer open to them: what is kept of it here is erased.
  for (const { client } of before.values()) void client.close({ forget: true })
  const isSame = now.length === openFunctions.get().length && now.every((one, i) => one === openFunctions.get()[i])
  if (!isSame) openFunctions.set(now)
}

/** Opens and closes them as the person's own client learns which there are. */
export const followFunctions = (personal: MailClient): void => {
  const look = () => {
    const session = personal.session.get()
    if (session !== undefined) settle(session.functions ?? [])
  }
  personal.session.subscribe(look)
  look()
  let before = personal.status.get()
  personal.status.subscribe(() => {
    const status = personal.status.get()
    // Signed in again: what waited in the others goes on too.
    if (before === 'expired' && status !== 'expired') for (const { client } of openFunctions.get()) client.resume()
    before = status
  })
}

/** Stops all of them: sign-out. */
export const closeFunctions = async (): Promise<void> => {
  const left = openFunctions.get()
  openFunctions.set([])
  await Promise.all(left.map(({ client }) => client.close({ forget: true })))
}
