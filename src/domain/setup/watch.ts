/** What becomes of the devices that somebody is setting up: connected, refused, or not heard of yet. */
import { readTrace } from '../diagnose/trace.ts'
import { listAppPasswords } from '../people/credentials.ts'
import type { People } from '../people/people.ts'

export interface WatchedDevice {
  readonly id: number
  readonly label: string
  readonly connectedAt: number | null
  /** When its own password was last refused, since it last worked: mistyped. */
  readonly failedAt: number | null
}

export interface RefusedProgram {
  readonly at: number
  readonly service: string
  /** As `alerts.data.ts` names it. */
  readonly reason: string
}

export interface Watch {
  /** Devices whose password was made since, newest first. */
  readonly devices: readonly WatchedDevice[]
  /** The last program that was refused since, whatever password it gave; undefined once one of the devices came in. */
  readonly refusal?: RefusedProgram
  /** Messages in the inbox: what the device shows first. */
  readonly messages: number
}

/** `since`: milliseconds, when the person began. */
export const watchDevices = async (people: People, account: number, since: number): Promise<Watch> => {
  const made = (await listAppPasswords(people, account)).filter(({ createdAt }) => createdAt >= since)
  const devices = made.reverse().map(({ id, label, lastUsedAt, lastFailedAt, failures }) => ({
    id,
    label,
    connectedAt: lastUsedAt,
    failedAt: failures > 0 ? lastFailedAt : null,
  }))
  const connected = devices.reduce((latest, { connectedAt }) => Math.max(latest, connectedAt ?? 0), 0)
  return people.ctx.store.read(async (tx) => {
    const lines = await readTrace(tx, account, Math.max(since, connected + 1), 50)
    const refused = lines.find(({ kind, counterpart }) => kind === 'sign-in' && counterpart !== 'web')
    const refusal = refused && { at: refused.at, service: refused.counterpart, reason: refused.result }
    const [inbox] = await tx.query((q) =>
      q.selectFrom('mailbox').select('total').where('account_id', '=', account).where('role', '=', 'inbox'),
    )
    return { devices, messages: inbox?.total ?? 0, ...(refusal === undefined ? {} : { refusal }) }
  })
}
