/** Which services a session has opened: what must be told when it ends. */
import { type Params, type Reader, statement, type Writer } from '#store/engine.ts'
import type { SsoProtocol } from './relying-parties.ts'

export interface Participation {
  /** The session's id, as `Principal.sessionId` has it. */
  readonly session: string
  readonly account: number
  /** Row of the relying party. */
  readonly party: number
  readonly protocol: SsoProtocol
  /** What the service knows the session by: CAS ticket, OpenID `sid`, SAML SessionIndex. */
  readonly reference: string
  /** Where the log-out message will be posted; empty: the service is not told. */
  readonly logoutUrl: string
  /** What the protocol wants to find again when it writes the message; small and without secrets. */
  readonly data?: Readonly<Record<string, unknown>>
}

/** The part of a participation that is kept as JSON. */
export interface ParticipationData {
  readonly logoutUrl: string
  readonly data: Readonly<Record<string, unknown>>
}

const insert = statement(
  (
    q,
    p: Params<{
      session: string
      account: number
      party: number
      protocol: SsoProtocol
      reference: string
      data: string
      now: number
    }>,
  ) =>
    q.insertInto('participation').values({
      session_id: p.session,
      account_id: p.account,
      relying_party_id: p.party,
      protocol: p.protocol,
      reference: p.reference,
      data: p.data,
      at: p.now,
    }),
)

const same = statement((q, p: Params<{ session: string; party: number; reference: string }>) =>
  q
    .selectFrom('participation')
    .select('id')
    .where('session_id', '=', p.session)
    .where('relying_party_id', '=', p.party)
    .where('reference', '=', p.reference),
)

const ids = statement((q, p: Params<{ session: string }>) =>
  q.selectFrom('participation').select('id').where('session_id', '=', p.session).orderBy('id'),
)

const drop = statement((q, p: Params<{ id: number }>) => q.deleteFrom('participation').where('id', '=', p.id))

/** A session that asks for tickets in a loop must not fill the table; the oldest are forgotten. */
const mostPerSession = 500

/** Notes, within a transaction, that a session has opened a service. The same reference twice is one participation. */
export const participate = async (tx: Writer, now: number, one: Participation): Promise<void> => {
  const { session, account, party, protocol, reference, logoutUrl, data = {} } = one
  if (await tx.first(same, { session, party, reference })) return
  const kept = await tx.all(ids, { session })
  for (const { id } of kept.slice(0, Math.max(0, kept.length - mostPerSession + 1))) await tx.run(drop, { id })
  const json = JSON.stringify({ logoutUrl, data } satisfies ParticipationData)
  await tx.run(insert, { session, account, party, protocol, reference, data: json, now })
}

const ofSession = statement((q, p: Params<{ session: string }>) =>
  q
    .selectFrom('participation')
    .innerJoin('relying_party', 'relying_party.id', 'participation.relying_party_id')
    .select([
      'participation.relying_party_id as party',
      'participation.protocol as protocol',
      'participation.reference as reference',
      'participation.at as at',
      'relying_party.name as name',
    ])
    .where('participation.session_id', '=', p.session)
    .orderBy('participation.id'),
)

/** The services a session has opened, in order. */
export const participationsOf = (tx: Reader, session: string) => tx.all(ofSession, { session })
