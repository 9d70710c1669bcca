/**
 * Everything the store holds about the owner of an account, for the owner (RGPD, art. 15 and 20): rows as they are, but
 * for secrets. What proves who somebody is (hashes, seeds, tokens) is never part of it; mail is exported beside it.
 */
import type { Reader } from '#store/engine.ts'
import type { Database } from '#store/schema.ts'
import { getAccount } from './accounts.ts'
import { isByOthers } from './activity.ts'
import type { People } from './people.ts'

type Table = keyof Database

/** Table, the column that names the account, and what is told. */
const told: readonly (readonly [table: Table, owner: string, columns: readonly string[]])[] = [
  ['address', 'account_id', ['address', 'kind', 'created_at']],
  [
    'person',
    'account_id',
    [
      'given_name',
      'family_name',
      'birth_date',
      'join_key',
      'source',
      'rescue_mail',
      'rescue_verified_at',
      'phone',
      'activated_at',
      'blocked_at',
      'block_reason',
      'ends_at',
      'updated_at',
    ],
  ],
  [
    'profile',
    'account_id',
    ['kind', 'uai', 'function_code', 'discipline', 'title', 'source', 'starts_at', 'ends_at', 'created_at'],
  ],
  ['class_member', 'account_id', ['uai', 'class', 'kind', 'role', 'subject', 'source']],
  ['relation', 'account_id', ['child_id', 'kind', 'authority', 'source']],
  ['delegation', 'account_id', ['uai', 'task', 'granted_by', 'at', 'ends_at']],
  [
    'credential',
    'account_id',
    [
      'kind',
      'label',
      'scopes',
      'created_at',
      'last_used_at',
      'last_used_ip',
      'last_failed_at',
      'last_failed_ip',
      'failures',
    ],
  ],
  [
    'session',
    'account_id',
    ['created_at', 'last_seen_at', 'expires_at', 'ip', 'user_agent', 'amr', 'provider', 'country', 'shared'],
  ],
  ['device', 'account_id', ['label', 'user_agent', 'ip', 'country', 'created_at', 'last_seen_at']],
  ['trusted_contact', 'account_id', ['contact_id', 'status', 'created_at']],
  ['recovery_case', 'account_id', ['uai', 'kind', 'status', 'reason', 'created_at', 'decided_at', 'expires_at']],
  ['federated_identity', 'account_id', ['provider_id', 'subject', 'created_at', 'last_used_at']],
  ['participation', 'account_id', ['protocol', 'relying_party_id', 'at']],
  ['oauth_record', 'account_id', ['model', 'created_at', 'expires_at']],
  ['identity', 'account_id', ['name', 'email', 'reply_to', 'bcc', 'text_signature', 'html_signature']],
  ['mailbox', 'account_id', ['id', 'parent_id', 'name', 'role', 'total', 'unseen', 'bytes', 'created_at']],
  ['submission', 'account_id', ['email_id', 'envelope', 'send_at', 'undo_status', 'delivery_status', 'created_at']],
  ['correspondent', 'account_id', ['address', 'name', 'last_at', 'uses']],
  ['address_book', 'account_id', ['name', 'description', 'created_at']],
  ['contact', 'account_id', ['book_id', 'card', 'created_at', 'updated_at']],
  ['calendar', 'account_id', ['name', 'description', 'colour', 'created_at']],
  ['calendar_event', 'account_id', ['calendar_id', 'ics', 'created_at', 'updated_at']],
  [
    'shared_file',
    'account_id',
    ['name', 'type', 'size', 'created_at', 'expires_at', 'ended_at', 'downloads', 'last_at'],
  ],
  ['push_subscription', 'account_id', ['device_client_id', 'types', 'expires_at', 'created_at']],
  ['erasure', 'account_id', ['reason', 'asked_at', 'due_at']],
  ['audit', 'account_id', ['at', 'actor', 'action', 'target', 'detail', 'ip']],
]

/** Rows of one table; the log of a busy account is cut at its latest lines. */
const mostRows = 20_000

const rowsOf = (tx: Reader, table: Table, owner: string, columns: readonly string[], account: number) =>
  tx.query<Readonly<Record<string, unknown>>>((q) =>
    q
      .selectFrom(table as 'device')
      .select(columns.map((column) => q.dynamic.ref<'id'>(column)) as never)
      .where(q.dynamic.ref(owner), '=', account)
      .limit(mostRows),
  )

export interface PersonalData {
  readonly exportedAt: string
  readonly account: Readonly<Record<string, unknown>>
  readonly tables: Readonly<Record<string, readonly Readonly<Record<string, unknown>>[]>>
}

/** All of it, as one object for JSON. Times are milliseconds since 1970 UTC. Throws Failure notFound. */
export const personalData = (people: People, account: number): Promise<PersonalData> =>
  people.ctx.store.read(async (tx) => {
    const row = await getAccount(tx, account)
    const tables: Record<string, readonly Readonly<Record<string, unknown>>[]> = {}
    for (const [table, owner, columns] of told) tables[table] = await rowsOf(tx, table, owner, columns, account)
    tables.audit = (tables.audit ?? []).map((line) =>
      isByOthers(String(line.actor), row.login) ? { ...line, actor: 'administration', ip: '' } : line,
    )
    return { exportedAt: new Date(people.ctx.clock.now()).toISOString(), account: { ...row }, tables }
  })

/** The tables and columns that are told, for a test that no secret is among them. */
export const toldColumns = told
