/**
 * Every table as lines of JSON, read in one snapshot: the backup of a server engine, and the way from one engine to
 * another. Bytes are `{"$bytes": base64}`.
 */
import { createReadStream, createWriteStream, existsSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { pipeline } from 'node:stream/promises'
import { createGunzip, createGzip } from 'node:zlib'
import { type Engine, type Reader, type SqlValue, statement } from '#store/engine.ts'
import type { Database } from '#store/schema.ts'

type Table = Exclude<keyof Database, 'migration' | 'search_document' | 'search_state'>

/** Every table but what is derived; the columns that order its rows, unique together. */
const keys: Readonly<Record<Table, readonly string[]>> = {
  account: ['id'],
  address: ['address'],
  mailbox: ['account_id', 'id'],
  email: ['account_id', 'id'],
  message: ['account_id', 'mailbox_id', 'uid'],
  content: ['blob_id'],
  thread_ref: ['account_id', 'ref'],
  change: ['account_id', 'modseq'],
  identity: ['account_id', 'id'],
  submission: ['account_id', 'id'],
  queue_message: ['id'],
  queue_recipient: ['queue_id', 'n'],
  blob: ['id'],
  blob_data: ['blob_id'],
  upload: ['account_id', 'blob_id'],
  credential: ['id'],
  session: ['id'],
  audit: ['id'],
  dkim_key: ['domain', 'selector'],
  sts_policy: ['domain'],
  correspondent: ['account_id', 'address'],
  push_subscription: ['account_id', 'id'],
  push_rule: ['account_id'],
  push_key: ['id'],
  ended_session: ['token_hash'],
  setting: ['name'],
  school: ['uai'],
  person: ['account_id'],
  person_word: ['word', 'account_id'],
  profile: ['id'],
  class_member: ['uai', 'class', 'account_id', 'role', 'subject'],
  relation: ['account_id', 'child_id'],
  delegation: ['account_id', 'uai', 'task'],
  manual_group: ['id'],
  manual_group_member: ['group_id', 'account_id'],
  person_merge: ['id'],
  provisioning_client: ['id'],
  directory_run: ['id'],
  device: ['account_id', 'id'],
  one_time: ['id'],
  recovery_case: ['id'],
  trusted_contact: ['account_id', 'contact_id'],
  relying_party: ['id'],
  participation: ['id'],
  logout_notice: ['id'],
  incident_update: ['id'],
  status_component: ['key'],
  status_day: ['component', 'day'],
  status_subscriber: ['id'],
  trace: ['id'],
  diagnosis_grant: ['id'],
  ticket: ['id'],
  ticket_entry: ['id'],
  ticket_file: ['id'],
  oauth_record: ['model', 'id'],
  identity_provider: ['id'],
  federated_identity: ['provider_id', 'subject'],
  support_contact: ['id'],
  incident: ['id'],
  sieve_script: ['account_id', 'id'],
  global_script: ['name'],
  vacation_response: ['account_id'],
  vacation_answer: ['account_id', 'id'],
  seen_duplicate: ['account_id', 'id'],
  first_day: ['account_id'],
  erasure: ['account_id'],
  portal_tile: ['id'],
  portal_arrangement: ['account_id', 'profile_id'],
  portal_use: ['account_id', 'profile_id', 'tile_id'],
  portal_card: ['account_id', 'id'],
  image_trust: ['account_id', 'sender'],
  mailbox_grant: ['id'],
  mailbox_use: ['account_id', 'person_id'],
  mailbox_sent: ['account_id', 'email_id'],
  annotation: ['account_id', 'mailbox_id', 'person_id', 'entry'],
  subscription_left: ['account_id', 'path'],
  phishing_report: ['id'],
  phishing_cluster: ['id'],
  phishing_sign: ['sign', 'cluster_id'],
  phishing_sweep: ['id'],
  phishing_sweep_mail: ['sweep_id', 'account_id', 'email_id'],
  practice_campaign: ['id'],
  practice_plan: ['id'],
  practice_recipient: ['campaign_id', 'account_id'],
  practice_token: ['token'],
  shared_file: ['id'],
  guide_vote: ['guide', 'language', 'version'],
  guide_unmatched: ['id'],
  guide_text: ['id', 'language', 'version'],
  guide_picture: ['name'],
  known_error: ['id', 'version'],
  notice: ['id'],
  notice_act: ['notice_id', 'n'],
  notice_audience: ['notice_id'],
  notice_file: ['notice_id', 'n'],
  notice_recipient: ['account_id', 'notice_id'],
  notification: ['id'],
  notification_preference: ['account_id'],
  document_request: ['id'],
  document_request_audience: ['request_id'],
  document_request_recipient: ['account_id', 'request_id'],
  document_request_file: ['request_id', 'account_id', 'n'],
  mail_label: ['account_id', 'id'],
  saved_search: ['account_id', 'id'],
  mail_preference: ['account_id'],
  snooze: ['account_id', 'email_id'],
  mail_job: ['account_id', 'id'],
  mail_job_slice: ['account_id', 'job_id', 'n'],
  address_book: ['account_id', 'id'],
  contact: ['account_id', 'id'],
  contact_source: ['account_id', 'card_id'],
  contact_blob: ['account_id', 'card_id', 'blob_id'],
  contact_email: ['account_id', 'card_id', 'n'],
  contact_gone: ['account_id', 'book_id', 'uri'],
  calendar: ['account_id', 'id'],
  calendar_event: ['account_id', 'id'],
  calendar_gone: ['account_id', 'calendar_id', 'uri'],
}

const tables = Object.keys(keys) as Table[]
const pageSize = 500
/** Tables whose `id` the engine counts by itself. */
const counted: readonly Table[] = [
  'account',
  'blob',
  'queue_message',
  'credential',
  'audit',
  'profile',
  'manual_group',
  'person_merge',
  'provisioning_client',
  'directory_run',
  'recovery_case',
  'relying_party',
  'participation',
  'logout_notice',
  'support_contact',
  'incident',
  'portal_tile',
  'notice',
  'notification',
  'document_request',
  'phishing_report',
  'mailbox_grant',
  'phishing_cluster',
  'phishing_sweep',
  'practice_campaign',
  'practice_plan',
  'shared_file',
]

type Row = Record<string, SqlValue>

const encode = (row: Row): string =>
  JSON.stringify(row, (_key, value: unknown) =>
    value instanceof Uint8Array ? { $bytes: Buffer.from(value).toString('base64') } : value,
  )

/** A Buffer has its own toJSON, which runs before the replacer. */
const plain = (row: Row): Row =>
  Object.fromEntries(
    Object.entries(row).map(([name, value]) => [name, value instanceof Uint8Array ? new Uint8Array(value) : value]),
  )

const decode = (line: string): Row =>
  Object.fromEntries(
    Object.entries(JSON.parse(line) as Record<string, SqlValue | { $bytes: string }>).map(([name, value]) => [
      name,
      typeof value === 'object' && value !== null && '$bytes' in value
        ? new Uint8Array(Buffer.from(value.$bytes, 'base64'))
        : value,
    ]),
  )

/** Rows of a table in the order of its key, a page at a time. */
async function* rowsOf(tx: Reader, table: Table): AsyncGenerator<Row> {
  const order = keys[table]
  let after: SqlValue[] | undefined
  for (;;) {
    const page = await tx.query<Row>((q) => {
      const dynamic = q.dynamic
      let select = q.selectFrom(table).selectAll()
      for (const column of order) select = select.orderBy(dynamic.ref(column))
      if (after) {
        const values = after
        // (a, b) > (x, y), written out: a > x or (a = x and b > y)
        select = select.where((eb) =>
          eb.or(
            order.map((column, index) =>
              eb.and([
                ...order.slice(0, index).map((earlier, i) => eb(dynamic.ref(earlier), '=', values[i])),
                eb(dynamic.ref(column), '>', values[index]),
              ]),
            ),
          ),
        )
      }
      return select.limit(pageSize) as never
    })
    yield* page
    const last = page.at(-1)
    if (page.length < pageSize || !last) return
    after = order.map((column) => last[column] as SqlValue)
  }
}

const fileOf = (folder: string, table: Table): string => join(folder, `${table}.jsonl.gz`)

/** Writes every table below `folder`, all of one moment. */
export const exportTables = (engine: Engine, folder: string, progress: (table: string) => void): Promise<void> =>
  engine.read(async (tx) => {
    for (const table of tables) {
      progress(table)
      const lines = async function* () {
        for await (const row of rowsOf(tx, table)) yield `${encode(plain(row))}\n`
      }
      await pipeline(lines, createGzip({ level: 4 }), createWriteStream(fileOf(folder, table), { flush: true }))
    }
  })

const countRows = statement((q) => q.selectFrom('account').select((eb) => eb.fn.countAll<number>().as('count')))

/** True when nobody has an account: only then tables are read back. */
export const isPristine = async (engine: Engine): Promise<boolean> =>
  Number((await engine.read((tx) => tx.first(countRows, {})))?.count ?? 0) === 0

/** Reads the tables back into an empty store of any engine. */
export const importTables = async (
  engine: Engine,
  folder: string,
  progress: (table: string) => void,
): Promise<void> => {
  for (const table of tables) {
    // A table that the version which made the backup did not know.
    if (!existsSync(fileOf(folder, table))) continue
    progress(table)
    let page: Row[] = []
    const insert = async () => {
      const rows = page
      page = []
      if (rows.length === 0) return
      await engine.write(async (tx) => {
        for (const row of rows)
          await tx.execute((q) =>
            q
              .insertInto(table)
              .values(row as never)
              .onConflict((on) => on.doNothing()),
          )
      })
    }
    const lines = createInterface({ input: createReadStream(fileOf(folder, table)).pipe(createGunzip()) })
    for await (const line of lines) {
      page.push(decode(line))
      if (page.length >= pageSize) await insert()
    }
    await insert()
  }
  if (engine.dialect !== 'postgres') return
  // Rows came with their numbers: the counters must go on after them.
  for (const table of counted)
    await engine.script(
      `SELECT setval(pg_get_serial_sequence('${table}', 'id'), (SELECT COALESCE(MAX(id), 0) + 1 FROM ${table}), false)`,
    )
}
