/** What is asked of the server while a person waits, past the outbox: it is done, or it is told that it is not. */
import type { Recipient } from '#format/jmap/recipients.ts'
import type { IdentityChange, Status } from './contract.ts'
import type { Cell } from './live.ts'
import type { Model } from './model.ts'
import { knownRecipients } from './recipients.ts'
import type { Transport } from './transport.ts'

interface Asking {
  readonly model: Model
  readonly transport: Transport
  readonly status: Cell<Status>
  readonly accountId: string
}

/** Who may be meant: of those who are known here without a network. */
export const findRecipients = async (
  { model, transport, status, accountId }: Asking,
  text: string,
): Promise<readonly Recipient[]> => {
  const known = knownRecipients(model, text)
  if (status.get() !== 'online') return known
  const args = { accountId, text, limit: 10 }
  const answers = await transport.send([{ name: 'Recipient/query', args }], { alone: true }).catch(() => undefined)
  const answer = answers?.[0]?.[0]
  const list = answer?.ok && Array.isArray(answer.args.list) ? (answer.args.list as Recipient[]) : known
  return list.filter((one) => one?.kind === 'group' || typeof one?.email === 'string')
}

/** Rejects when the server refuses or cannot be reached. */
export const updateIdentity = async (
  { model, transport, accountId }: Asking,
  id: string,
  change: IdentityChange,
): Promise<void> => {
  const args = { accountId, update: { [id]: change } }
  const answers = await transport.send([{ name: 'Identity/set', args }], { alone: true })
  const answer = answers?.[0]?.[0]
  const updated = answer?.ok ? answer.args.updated : undefined
  if (typeof updated !== 'object' || updated === null || !(id in updated)) throw new Error('identity not updated')
  model.identities.set((model.identities.get() ?? []).map((one) => (one.id === id ? { ...one, ...change } : one)))
}
