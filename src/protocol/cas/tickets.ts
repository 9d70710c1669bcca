/**
 * Tickets (CAS Protocol 3.0.2 §3): rows that may be used once and for a short while, bound to a service and to the
 * session that asked for them. Their letters and digits are those every client takes; ST- and PT- fit in 32 characters,
 * PGT- and PGTIOU- in 64.
 */
import { randomBytes } from 'node:crypto'
import { issue, type OneTime, oneTimeId, peek, redeem, usedBefore } from '#domain/people/one-time.ts'
import type { Cas, Transaction } from './cas.ts'

export type TicketPrefix = 'ST' | 'PT' | 'PGT' | 'PGTIOU'

const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'
/** Characters after the prefix, of five bits each: 145 and 260 bits. */
const lengths: Readonly<Record<TicketPrefix, number>> = { ST: 29, PT: 29, PGT: 52, PGTIOU: 52 }
/** A proxy-granting ticket never outlives its session, which is checked each time. */
const grantingLife = 7 * 24 * 3_600_000

export const makeTicket = (prefix: TicketPrefix): string =>
  `${prefix}-${[...randomBytes(lengths[prefix])].map((byte) => alphabet[byte & 31]).join('')}`

/** The prefix of a text that could be a ticket. */
export const ticketPrefix = (ticket: string): TicketPrefix | undefined => {
  const match = /^(ST|PT|PGT|PGTIOU)-[A-Z2-7]+$/.exec(ticket)
  const prefix = match?.[1] as TicketPrefix | undefined
  return prefix !== undefined && ticket.length === prefix.length + 1 + lengths[prefix] ? prefix : undefined
}

/** What a ticket remembers. */
export interface TicketData {
  /** As the service wrote it. ST and PT: the one it is bound to; PGT: the one it was given to. */
  readonly service: string
  /** Row of the relying party. */
  readonly party: number
  /** Given right after the person proved who they are, not from an open session. */
  readonly fresh: boolean
  /** Proxy callbacks that authentication went through, the latest first. */
  readonly proxies: readonly string[]
}

export interface Ticket extends TicketData {
  readonly account: number
  readonly session: string
}

const kindOf = (prefix: TicketPrefix): string => `cas-${prefix.toLowerCase()}`

/** Within a transaction: gives a ticket out. */
export const issueTicket = async (
  tx: Transaction,
  { people, ticketLife }: Cas,
  prefix: TicketPrefix,
  { account, session, ...data }: Ticket,
  token = makeTicket(prefix),
): Promise<string> => {
  const life = prefix === 'PGT' ? grantingLife : ticketLife
  await issue(tx, people.ctx, { kind: kindOf(prefix), account, session, data: JSON.stringify(data), life, token })
  return token
}

const ticketOf = (row: OneTime): Ticket => ({
  ...(JSON.parse(row.data) as TicketData),
  account: row.accountId ?? 0,
  session: row.sessionId,
})

/** Within a transaction that must commit whatever the verdict: uses a ST or PT up. */
export const useTicket = async (
  tx: Transaction,
  { people }: Cas,
  prefix: 'ST' | 'PT',
  token: string,
): Promise<Ticket | 'replayed' | undefined> => {
  const row = await redeem(tx, people.ctx, kindOf(prefix), token)
  if (row) return ticketOf(row)
  return (await usedBefore(tx, kindOf(prefix), token)) ? 'replayed' : undefined
}

/** Within a transaction: a proxy-granting ticket, which may be used many times. */
export const readGrantingTicket = async (
  tx: Transaction,
  { people }: Cas,
  token: string,
): Promise<Ticket | undefined> => {
  const row = await peek(tx, people.ctx, kindOf('PGT'), token)
  return row && ticketOf(row)
}

/** Names a ticket in the log without being it. */
export const ticketName = (token: string): string => oneTimeId(token).slice(0, 12)
