/**
 * Full text in PostgreSQL: one `tsvector` per email under a GIN index. Every lexeme begins with the account and a letter
 * for the field (`2s.s.reunion`), so that one index serves every account as if each had its own: a search reads the
 * lists of its own account only, whatever 30,000 others have written, and needs no look at the rows.
 */
import { sql } from 'kysely'
import type { Engine, Reader, Writer } from '../engine.ts'
import { type Clause, parseQuery } from './analyse.ts'
import {
  columnsOf,
  type IndexBatch,
  type IndexDocument,
  type IndexDriver,
  type IndexField,
  indexVersion,
} from './driver.ts'
import type { SearchExpression } from './search.ts'

const letters: Readonly<Record<IndexField, string>> = {
  subject: 's',
  sender: 'f',
  recipient: 't',
  cc: 'c',
  bcc: 'b',
  body: 'x',
  names: 'n',
  attached: 'a',
}

/** A tsvector holds a megabyte; positions end at 16,383, beyond which phrases are found by positions that wrap. */
const maxVectorBytes = 800_000
const maxPosition = 16_383
const maxPositions = 255

const lexeme = (account: number, field: IndexField, term: string): string =>
  `${account.toString(36)}.${letters[field]}.${term}`

/** A lexeme that every email of the account has: what NOT is subtracted from. */
const everyone = (account: number): string => `${account.toString(36)}..`

const quoted = (text: string): string => `'${text.replace(/['\\]/g, '')}'`

/** The text form of an email's tsvector. */
export const vectorOf = (account: number, { fields }: IndexDocument): string => {
  const positions = new Map<string, number[]>()
  let size = 0
  let field: IndexField
  for (field in fields) {
    const terms = fields[field]
    for (let i = 0; i < terms.length && size < maxVectorBytes; i++) {
      const key = lexeme(account, field, terms[i] as string)
      let known = positions.get(key)
      if (!known) {
        positions.set(key, (known = []))
        size += Buffer.byteLength(key) + 8
      }
      if (known.length >= maxPositions) continue
      known.push((i % maxPosition) + 1)
      size += 2
    }
  }
  let text = quoted(everyone(account))
  for (const [key, where] of positions) text += ` ${quoted(key)}:${where.join(',')}`
  return text
}

const phrase = (account: number, field: IndexField, terms: readonly string[], suffix: string): string =>
  `(${terms
    .map((term, i) => quoted(lexeme(account, field, term)) + (i === terms.length - 1 ? suffix : ''))
    .join(' <-> ')})`

const clauseQuery = (account: number, fields: readonly IndexField[], { terms, prefix }: Clause): string => {
  const ways = fields.flatMap((field) => {
    const exact = phrase(account, field, terms, '')
    return prefix === undefined ? [exact] : [exact, phrase(account, field, [...terms.slice(0, -1), prefix], ':*')]
  })
  return `(${ways.join(' | ')})`
}

/** A lexeme that no email has. */
const nobody = "'-'"

/** The text form of the tsquery of an expression. */
export const queryOf = (account: number, expression: SearchExpression, prefix: boolean): string => {
  if ('not' in expression) return `(${quoted(everyone(account))} & !${queryOf(account, expression.not, prefix)})`
  if ('and' in expression)
    return `(${expression.and.map((each) => queryOf(account, each, prefix)).join(' & ') || quoted(everyone(account))})`
  if ('or' in expression)
    return `(${expression.or.map((each) => queryOf(account, each, prefix)).join(' | ') || nobody})`
  const clauses = parseQuery(expression.words, prefix)
  if (clauses.length === 0) return nobody
  const fields = columnsOf(expression.field)
  return `(${clauses.map((clause) => clauseQuery(account, fields, clause)).join(' & ')})`
}

const indexOnly = sql<object>`set local enable_seqscan = off`

const positionOf = async (tx: Reader, account: number): Promise<number> => {
  const rows = await tx.query((q) => q.selectFrom('search_state').select('modseq').where('account_id', '=', account))
  return rows[0]?.modseq ?? 0
}

const versionSetting = 'search.version'

/** Empties an index that another version of the analyser made. */
const keepVersion = (engine: Engine): Promise<void> =>
  engine.write(async (tx) => {
    const value = String(indexVersion)
    const rows = await tx.query((q) => q.selectFrom('setting').select('value').where('name', '=', versionSetting))
    if (rows[0]?.value === value) return
    await tx.execute((q) => q.deleteFrom('search_document'))
    await tx.execute((q) => q.deleteFrom('search_state'))
    await tx.execute((q) =>
      q
        .insertInto('setting')
        .values({ name: versionSetting, value })
        .onConflict((conflict) => conflict.column('name').doUpdateSet({ value })),
    )
  })

/** The index in the tables `search_document` and `search_state` of the store's own database. */
export const createTsvectorDriver = (engine: Engine): IndexDriver => {
  let versionKept: Promise<void> | undefined
  const ready = (): Promise<void> =>
    (versionKept ??= keepVersion(engine).catch((error: unknown) => {
      versionKept = undefined
      throw error
    }))
  return {
    ...driverOf(engine),
    position: (account) => ready().then(() => engine.read((tx) => positionOf(tx, account))),
  }
}

const putDocument = async (tx: Writer, account: number, document: IndexDocument): Promise<void> => {
  const insert = sql`insert into search_document (account_id, email_id, terms)
    values (${account}, ${document.id}, ${vectorOf(account, document)}::tsvector)
    on conflict (account_id, email_id) do update set terms = excluded.terms`
  await tx.execute((q) => ({ compile: () => insert.compile(q) }))
}

const driverOf = (engine: Engine): Omit<IndexDriver, 'position'> => ({
  apply: (account, { from, to, documents, destroyed }: IndexBatch) =>
    engine.write(async (tx) => {
      // several processes index: the first to lock the row does this batch, the others see that it is done
      await tx.execute((q) =>
        q
          .insertInto('search_state')
          .values({ account_id: account, modseq: 0, attached: 0 })
          .onConflict((conflict) => conflict.doNothing()),
      )
      const rows = await tx.query((q) =>
        q.selectFrom('search_state').select('modseq').where('account_id', '=', account).forUpdate(),
      )
      if ((rows[0]?.modseq ?? 0) !== from) return
      for (const document of documents) await putDocument(tx, account, document)
      if (destroyed.length > 0)
        await tx.execute((q) =>
          q.deleteFrom('search_document').where('account_id', '=', account).where('email_id', 'in', destroyed),
        )
      await tx.execute((q) => q.updateTable('search_state').set({ modseq: to }).where('account_id', '=', account))
    }),
  attachedUpTo: (account) =>
    engine.read(async (tx) => {
      const rows = await tx.query((q) =>
        q.selectFrom('search_state').select('attached').where('account_id', '=', account),
      )
      return rows[0]?.attached ?? 0
    }),
  attach: (account, documents, upTo) =>
    engine.write(async (tx) => {
      const rows = await tx.query((q) =>
        q.selectFrom('search_state').select('attached').where('account_id', '=', account).forUpdate(),
      )
      // another process has done it, or the index is gone
      if (rows.length === 0 || (rows[0]?.attached ?? 0) >= upTo) return
      for (const document of documents) await putDocument(tx, account, document)
      await tx.execute((q) => q.updateTable('search_state').set({ attached: upTo }).where('account_id', '=', account))
    }),
  query: (account, expression, prefix, last) =>
    engine.read(async (tx) => {
      // The lexemes name the account, so the index alone decides; the planner, which thinks that looking into a stored
      // tsvector costs nothing, would read them all.
      await tx.query((q) => ({ compile: () => indexOnly.compile(q) }))
      const end = last
        ? sql`and email_id < ${last.before} order by email_id desc limit ${last.limit}`
        : sql`order by email_id`
      const find = sql<{ email_id: number }>`select email_id from search_document
        where terms @@ ${queryOf(account, expression, prefix)}::tsquery ${end}`
      const rows = await tx.query((q) => ({ compile: () => find.compile(q) }))
      return rows.map((row) => row.email_id)
    }),
  look: (account) =>
    engine.read(async (tx) => {
      const states = await tx.query((q) =>
        q.selectFrom('search_state').select(['modseq', 'attached']).where('account_id', '=', account),
      )
      const rows = await tx.query((q) =>
        q
          .selectFrom('search_document')
          .select((eb) => eb.fn.countAll<number>().as('count'))
          .where('account_id', '=', account),
      )
      const [state] = states
      return {
        position: state?.modseq ?? 0,
        documents: Number(rows[0]?.count ?? 0),
        attached: state?.attached ?? 0,
      }
    }),
  clear: (account) =>
    engine.write(async (tx) => {
      await tx.execute((q) => q.deleteFrom('search_document').where('account_id', '=', account))
      await tx.execute((q) => q.deleteFrom('search_state').where('account_id', '=', account))
    }),
  close: async () => {},
})
