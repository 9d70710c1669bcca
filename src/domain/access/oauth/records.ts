/**
 * What the OAuth server keeps: codes, tokens, grants, requests under way. A row holds the SHA-256 of what its bearer
 * shows, never the thing itself: a stolen table opens nothing.
 */
import { createHash } from 'node:crypto'
import { Failure } from '#base/failure.ts'
import { type Params, type Reader, statement, type Writer } from '#store/engine.ts'

export interface OauthRecord {
  readonly model: string
  /** SHA-256 of the value, hex; for grants and consents the plain id, which opens nothing. */
  readonly id: string
  readonly accountId: number | null
  /** The browser session it came of; empty: none. */
  readonly sessionId: string
  readonly grantId: string | null
  readonly uid: string | null
  readonly userCode: string | null
  readonly data: Readonly<Record<string, unknown>>
  /** Milliseconds. */
  readonly expiresAt: number | null
}

export interface StoredRecord extends OauthRecord {
  readonly profileId: number | null
  readonly createdAt: number
  readonly consumedAt: number | null
}

/** The id under which something that its bearer shows is kept. */
export const hashId = (value: string): string => createHash('sha256').update(value).digest('hex')

/** Longest record; an authorization request with every parameter at its bound stays well below. */
const maxData = 64 * 1024

const upsert = statement(
  (
    q,
    p: Params<{
      model: string
      id: string
      account: number | null
      session: string
      grant: string | null
      uid: string | null
      code: string | null
      data: string
      now: number
      expires: number | null
    }>,
  ) =>
    q
      .insertInto('oauth_record')
      .values({
        model: p.model,
        id: p.id,
        account_id: p.account,
        session_id: p.session,
        grant_id: p.grant,
        uid: p.uid,
        user_code: p.code,
        profile_id: null,
        data: p.data,
        created_at: p.now,
        consumed_at: null,
        expires_at: p.expires,
      })
      .onConflict((on) =>
        on.columns(['model', 'id']).doUpdateSet({
          account_id: p.account,
          session_id: p.session,
          grant_id: p.grant,
          uid: p.uid,
          user_code: p.code,
          data: p.data,
          expires_at: p.expires,
        }),
      ),
)

/** Writes a record, or writes it again. Throws Failure tooLarge. */
export const putRecord = async (tx: Writer, now: number, record: OauthRecord): Promise<void> => {
  const data = JSON.stringify(record.data)
  if (data.length > maxData) throw new Failure('tooLarge', `a record of ${record.model} of ${data.length} characters`)
  await tx.run(upsert, {
    model: record.model,
    id: record.id,
    account: record.accountId,
    session: record.sessionId,
    grant: record.grantId,
    uid: record.uid,
    code: record.userCode,
    data,
    now,
    expires: record.expiresAt,
  })
}

interface Row {
  readonly model: string
  readonly id: string
  readonly account_id: number | null
  readonly session_id: string
  readonly grant_id: string | null
  readonly uid: string | null
  readonly user_code: string | null
  readonly profile_id: number | null
  readonly data: string
  readonly created_at: number
  readonly consumed_at: number | null
  readonly expires_at: number | null
}

const recordOf = (row: Row): StoredRecord => ({
  model: row.model,
  id: row.id,
  accountId: row.account_id,
  sessionId: row.session_id,
  grantId: row.grant_id,
  uid: row.uid,
  userCode: row.user_code,
  profileId: row.profile_id,
  data: JSON.parse(row.data) as Record<string, unknown>,
  createdAt: row.created_at,
  consumedAt: row.consumed_at,
  expiresAt: row.expires_at,
})

const byId = statement((q, p: Params<{ model: string; id: string }>) =>
  q.selectFrom('oauth_record').selectAll().where('model', '=', p.model).where('id', '=', p.id),
)

const byUid = statement((q, p: Params<{ model: string; uid: string }>) =>
  q.selectFrom('oauth_record').selectAll().where('uid', '=', p.uid).where('model', '=', p.model),
)

const byUserCode = statement((q, p: Params<{ model: string; code: string }>) =>
  q.selectFrom('oauth_record').selectAll().where('user_code', '=', p.code).where('model', '=', p.model),
)

const found = async (row: Promise<Row | undefined>): Promise<StoredRecord | undefined> => {
  const one = await row
  return one && recordOf(one)
}

/** The record of this id, expired or consumed ones too: whoever reads it decides. */
export const findRecord = (tx: Reader, model: string, id: string): Promise<StoredRecord | undefined> =>
  found(tx.first(byId, { model, id }))

export const findRecordByUid = (tx: Reader, model: string, uid: string): Promise<StoredRecord | undefined> =>
  found(tx.first(byUid, { model, uid }))

export const findRecordByUserCode = (tx: Reader, model: string, code: string): Promise<StoredRecord | undefined> =>
  found(tx.first(byUserCode, { model, code }))

const markConsumed = statement((q, p: Params<{ model: string; id: string; now: number }>) =>
  q
    .updateTable('oauth_record')
    .set({ consumed_at: p.now })
    .where('model', '=', p.model)
    .where('id', '=', p.id)
    .where('consumed_at', 'is', null),
)

/** Uses up a code or a refresh token: true for exactly one of those who try, whatever happens at the same moment. */
export const consumeRecord = async (tx: Writer, now: number, model: string, id: string): Promise<boolean> =>
  (await tx.run(markConsumed, { model, id, now })).changes === 1

const drop = statement((q, p: Params<{ model: string; id: string }>) =>
  q.deleteFrom('oauth_record').where('model', '=', p.model).where('id', '=', p.id).returning('account_id'),
)

/** Deletes a record; the account it was about, if there is one. */
export const dropRecord = async (tx: Writer, model: string, id: string): Promise<number | undefined> =>
  (await tx.first(drop, { model, id }))?.account_id ?? undefined

const dropGrant = statement((q, p: Params<{ grant: string }>) =>
  q.deleteFrom('oauth_record').where('grant_id', '=', p.grant).returning('account_id'),
)

/** Deletes every code and token of a grant; the accounts they were about (one, or none). */
export const dropRecordsOfGrant = async (tx: Writer, grant: string): Promise<Set<number>> => {
  const rows = await tx.all(dropGrant, { grant })
  return new Set(rows.flatMap(({ account_id }) => (account_id === null ? [] : [account_id])))
}

const noteProfile = statement((q, p: Params<{ grant: string; session: string; profile: number | null }>) =>
  q
    .updateTable('oauth_record')
    .set({ profile_id: p.profile, session_id: p.session })
    .where('model', '=', 'Grant')
    .where('id', '=', p.grant),
)

/** Keeps with a grant the profile and session it was given under, for tokens that outlive the session. */
export const noteGrantProfile = async (
  tx: Writer,
  grant: string,
  session: string,
  profile: number | undefined,
): Promise<void> => {
  await tx.run(noteProfile, { grant, session, profile: profile ?? null })
}

const ofAccount = statement((q, p: Params<{ account: number; model: string; now: number; limit: number }>) =>
  q
    .selectFrom('oauth_record')
    .selectAll()
    .where('account_id', '=', p.account)
    .where('model', '=', p.model)
    .where((eb) => eb.or([eb('expires_at', 'is', null), eb('expires_at', '>', p.now)]))
    .orderBy('created_at', 'desc')
    .limit(p.limit),
)

/** Records of one model that an account has, the newest first, expired ones left out. */
export const recordsOfAccount = async (
  tx: Reader,
  now: number,
  account: number,
  model: string,
  limit = 500,
): Promise<StoredRecord[]> => (await tx.all(ofAccount, { account, model, now, limit })).map(recordOf)

const expired = statement((q, p: Params<{ now: number; limit: number }>) =>
  q.selectFrom('oauth_record').select(['model', 'id']).where('expires_at', '<', p.now).limit(p.limit),
)

/** Expired records stay a little: a code shown again shortly after must be known as used, not as unknown. */
const linger = 3_600_000
const slice = 200

/** Deletes one slice of what expired; true when there may be more. */
export const sweepRecords = async (tx: Writer, now: number): Promise<boolean> => {
  const rows = await tx.all(expired, { now: now - linger, limit: slice })
  for (const { model, id } of rows) await tx.all(drop, { model, id })
  return rows.length === slice
}
