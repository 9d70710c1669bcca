/** Triage: clusters with their counts, a sample that is safe to look at, the verdict and the answers. */
import { Failure } from '#base/failure.ts'
import { bodyLists, fileNameOf, readableText, textOf } from '#format/mime/body.ts'
import { type AttachmentDanger, attachmentDanger } from '#format/warning/attachments.ts'
import { type Assessed, assess } from '#format/warning/official.ts'
import { type Params, type Reader, statement } from '#store/engine.ts'
import { bodyStart, Header } from '../delivery/header.ts'
import type { Actor } from '../directory/delegation.ts'
import { readContent } from '../mail/content.ts'
import { appendAudit } from '../people/audit.ts'
import type { People } from '../people/people.ts'
import { authorOf, proofOf } from '../reading/proof.ts'
import { listPlaces } from './official.ts'
import { requireFraudAct } from './rights.ts'
import { linksOf, lookedBytes } from './signs.ts'
import { type Answered, mailReporter, tellReporter } from './tell.ts'
import { type Verdict, verdicts } from './words.data.ts'

export interface ClusterLine {
  readonly id: number
  readonly subject: string
  readonly sender: string
  readonly firstAt: number
  readonly lastAt: number
  readonly verdict: Verdict | ''
  readonly judgedBy: string
  readonly judgedAt: number | null
  /** Reports that were not taken back, and how many people they are of. */
  readonly reports: number
  readonly reporters: number
}

const mostListed = 100

const clusterColumns = ['id', 'subject', 'sender', 'first_at', 'last_at', 'verdict', 'judged_by', 'judged_at'] as const

const listRows = (tx: Reader, judged: boolean) =>
  tx.query((q) =>
    q
      .selectFrom('phishing_cluster')
      .select(clusterColumns)
      .where('verdict', judged ? '<>' : '=', '')
      .where((eb) =>
        eb.exists(
          eb
            .selectFrom('phishing_report')
            .select('phishing_report.id')
            .whereRef('phishing_report.cluster_id', '=', 'phishing_cluster.id')
            .where('phishing_report.undone_at', 'is', null),
        ),
      )
      .orderBy('last_at', 'desc')
      .orderBy('id', 'desc')
      .limit(mostListed),
  )
const oneRow = statement((q, p: Params<{ id: number }>) =>
  q
    .selectFrom('phishing_cluster')
    .select([...clusterColumns, 'answer'])
    .where('id', '=', p.id),
)
const countsOf = (tx: Reader, ids: readonly number[]) =>
  tx.query((q) =>
    q
      .selectFrom('phishing_report')
      .select((eb) => [
        'cluster_id as id',
        eb.fn.countAll<number>().as('reports'),
        eb.fn.count<number>('account_id').distinct().as('reporters'),
      ])
      .where('cluster_id', 'in', [...ids])
      .where('undone_at', 'is', null)
      .groupBy('cluster_id'),
  )

type Row = Awaited<ReturnType<typeof listRows>>[number]

const withCounts = async (tx: Reader, rows: readonly Row[]): Promise<ClusterLine[]> => {
  if (rows.length === 0) return []
  const counts = await countsOf(
    tx,
    rows.map(({ id }) => id),
  )
  return rows.map((row) => {
    const of = counts.find(({ id }) => id === row.id)
    return {
      id: row.id,
      subject: row.subject,
      sender: row.sender,
      firstAt: row.first_at,
      lastAt: row.last_at,
      verdict: verdicts.find((one) => one === row.verdict) ?? '',
      judgedBy: row.judged_by,
      judgedAt: row.judged_at,
      reports: Number(of?.reports ?? 0),
      reporters: Number(of?.reporters ?? 0),
    }
  })
}

/** Clusters that wait for a verdict, or have one; those most reported first among those that wait. Throws Failure forbidden. */
export const listClusters = (people: People, actor: Actor, judged: boolean): Promise<ClusterLine[]> =>
  people.ctx.store.read(async (tx) => {
    await requireFraudAct(tx, actor, 'see', people.ctx.clock.now())
    const lines = await withCounts(tx, await listRows(tx, judged))
    return judged ? lines : lines.sort((a, b) => b.reporters - a.reporters || b.lastAt - a.lastAt)
  })

const sampleOf = statement((q, p: Params<{ cluster: number }>) =>
  q
    .selectFrom('phishing_report')
    .select(['id', 'blob_id', 'account_id', 'findings'])
    .where('cluster_id', '=', p.cluster)
    .where('undone_at', 'is', null)
    .orderBy('id')
    .limit(1),
)
const findingsOf = statement((q, p: Params<{ cluster: number }>) =>
  q
    .selectFrom('phishing_report')
    .select('findings')
    .where('cluster_id', '=', p.cluster)
    .where('undone_at', 'is', null)
    .limit(500),
)
const namesOf = statement((q, p: Params<{ account: number }>) =>
  q
    .selectFrom('account')
    .leftJoin('address', 'address.account_id', 'account.id')
    .select(['account.name', 'account.login', 'address.address'])
    .where('account.id', '=', p.account)
    .limit(20),
)

export interface Sample {
  readonly from: string
  readonly fromName: string
  readonly replyTo: string
  readonly date: string
  readonly proof: string
  /** Plain words, without whoever it was written to. */
  readonly text: string
  readonly links: readonly Assessed[]
  readonly files: readonly {
    readonly name: string
    readonly type: string
    readonly danger: AttachmentDanger | undefined
  }[]
}

export interface SeenCluster extends ClusterLine {
  readonly answer: string
  /** What readers were warned of, most often first. */
  readonly findings: readonly { readonly kind: string; readonly times: number }[]
  readonly sample: Sample | undefined
}

const escaped = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')

/** Without the names and addresses of the person it was written to: they reported a fraud, not themselves. */
const without = (text: string, words: readonly string[]): string =>
  words
    .filter((word) => word.length >= 4)
    .sort((a, b) => b.length - a.length)
    .reduce((left, word) => left.replace(new RegExp(escaped(word), 'giu'), '…'), text)

const readSample = async (people: People, blob: number, account: number): Promise<Sample | undefined> => {
  const { store } = people.ctx
  const bytes = await store.blobs.bytes(blob, { start: 0, end: lookedBytes }).catch(() => undefined)
  if (!bytes) return
  const [names, places] = await store.read(
    async (tx) => [await tx.all(namesOf, { account }), await listPlaces(people, tx)] as const,
  )
  const own = names.flatMap(({ name, login, address }) => [name, login, address ?? ''])
  const header = new Header(bytes.subarray(0, bodyStart(bytes)))
  const first = (field: string): string => (header.all(field)[0] ?? '').slice(0, 500)
  const { structure } = readContent(bytes)
  const lists = bodyLists(structure)
  const text = readableText(bytes, structure, 20_000)
  const html = lists.htmlBody
    .filter(({ part }) => part.subtype === 'html')
    .slice(0, 2)
    .map(({ part }) => textOf(bytes, part, 200_000))
    .join('\n')
  const author = authorOf(header)
  return {
    from: author?.address ?? first('from'),
    fromName: author?.name ?? '',
    replyTo: without(first('reply-to'), own),
    date: first('date'),
    proof: proofOf(header, author, people.options.hostname).proof,
    text: without(text.slice(0, 6000), own),
    links: assess(linksOf(text, html).slice(0, 20).join('\n'), places),
    files: lists.attachments.slice(0, 20).map(({ part }) => {
      const name = without(fileNameOf(part) ?? '', own)
      const type = `${part.type}/${part.subtype}`
      return { name, type, danger: attachmentDanger(name, type) }
    }),
  }
}

/** One cluster with a sample; looking is written in the log. Throws Failure forbidden, notFound. */
export const seeCluster = async (people: People, actor: Actor, id: number): Promise<SeenCluster> => {
  const { store, clock } = people.ctx
  const found = await store.read(async (tx) => {
    await requireFraudAct(tx, actor, 'see', clock.now())
    const row = await tx.first(oneRow, { id })
    if (!row) throw new Failure('notFound', 'no such reports')
    const [line] = await withCounts(tx, [row])
    return {
      line: line as ClusterLine,
      answer: row.answer,
      sample: await tx.first(sampleOf, { cluster: id }),
      findings: await tx.all(findingsOf, { cluster: id }),
    }
  })
  const times = new Map<string, number>()
  for (const { findings } of found.findings)
    for (const kind of findings.split(' ').filter((one) => one !== '')) times.set(kind, (times.get(kind) ?? 0) + 1)
  const { sample } = found
  return {
    ...found.line,
    answer: found.answer,
    findings: [...times].map(([kind, count]) => ({ kind, times: count })).sort((a, b) => b.times - a.times),
    sample: sample && (await readSample(people, sample.blob_id, sample.account_id)),
  }
}

const setVerdict = statement((q, p: Params<{ id: number; verdict: string; by: string; at: number; answer: string }>) =>
  q
    .updateTable('phishing_cluster')
    .set({ verdict: p.verdict, judged_by: p.by, judged_at: p.at, answer: p.answer })
    .where('id', '=', p.id),
)
const reportsOf = statement((q, p: Params<{ cluster: number; limit: number }>) =>
  q
    .selectFrom('phishing_report')
    .select('id')
    .where('cluster_id', '=', p.cluster)
    .where('undone_at', 'is', null)
    .orderBy('id')
    .limit(p.limit),
)

export interface Judgement {
  readonly verdict: Verdict
  /** Told to the reporters after the usual words; may be empty. */
  readonly answer: string
}

const mostAnswered = 2000
const mostMailed = 50

/**
 * Says what a cluster is and answers its reporters, each once for a verdict. Messages like those of a fraud are warned of
 * from then on. Throws Failure forbidden, notFound. Returns how many were answered.
 */
export const judgeCluster = async (people: People, actor: Actor, id: number, given: Judgement): Promise<number> => {
  const { store, clock } = people.ctx
  const answer = given.answer
    .replace(/[^\P{Cc}\n]+/gu, ' ')
    .trim()
    .slice(0, 1000)
  const { verdict } = given
  const { answered, mails } = await store.writeGlobal(async (tx) => {
    const now = clock.now()
    await requireFraudAct(tx, actor, 'judge', now)
    const row = await tx.first(oneRow, { id })
    if (!row) throw new Failure('notFound', 'no such reports')
    await tx.run(setVerdict, { id, verdict, by: actor.login, at: now, answer })
    const reports = await tx.all(reportsOf, { cluster: id, limit: mostAnswered })
    let count = 0
    const outside = new Map<string, Answered>()
    for (const report of reports) {
      const told = await tellReporter(tx, report.id, id, now)
      if (!told) continue
      count++
      if (told.mail !== '') outside.set(told.mail, told)
    }
    const detail = `${verdict}, ${count}`
    await appendAudit(tx, now, { actor: actor.login, action: 'phishing.judge', target: `#${id}`, detail })
    return { answered: count, mails: [...outside.values()].slice(0, mostMailed) }
  })
  for (const mail of mails) await mailReporter(people, mail)
  store.bus.publishTopic('outbox')
  return answered
}
