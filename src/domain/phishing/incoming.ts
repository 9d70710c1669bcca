/**
 * Messages forwarded to the reporting address. They arrive in the mailbox of an account of its own and are filed
 * afterwards, in the transaction that takes them out: a kill between the two leaves one to be read again, never read
 * twice. What is attached (message/rfc822) is filed as it is; what is forwarded inline, as the mail that carries it.
 * Programs are not answered (RFC 3834 §2), and nobody fills the triage by mail.
 */
import { isFailure } from '#base/failure.ts'
import { parseAddresses } from '#format/address/parse.ts'
import { escapeHtml } from '#format/html/escape.ts'
import { bodyLists, readableText, textOf } from '#format/mime/body.ts'
import { decodeTransfer } from '#format/mime/decode.ts'
import { htmlToText } from '#format/mime/html.ts'
import { isMessage, type MimePart, type MimeStructure } from '#format/mime/structure.ts'
import type { PendingBlob } from '#store/blobs/blobs.ts'
import { type Params, statement, type Writer } from '#store/engine.ts'
import { bodyStart, Header } from '../delivery/header.ts'
import { type LetterLanguage, letterLanguage } from '../delivery/language.ts'
import { attachContent } from '../mail/append.ts'
import { type ParsedContent, readContent } from '../mail/content.ts'
import { allEntries, type Entry, entriesByUid, settleEmail, takeEntry } from '../mail/entries.ts'
import { mailboxByRole } from '../mail/mailboxes.ts'
import { Tally } from '../mail/tally.ts'
import { createAccount } from '../people/accounts.ts'
import { foldAddress, resolveAddress } from '../people/addresses.ts'
import { appendAudit } from '../people/audit.ts'
import type { People } from '../people/people.ts'
import { postMail } from '../people/platform-mail.ts'
import { authorOf } from '../reading/proof.ts'
import { reportPractice } from './practice/acts.ts'
import { compromisePath, languageOfLocale } from './tell.ts'
import { thanks } from './words.data.ts'

const day = 86_400_000
const largest = 30 * 1024 * 1024
const mostInOne = 10
/** Reports of one sender in a day. */
const mostInADay = 30
const login = 'signalement'

/** The account that receives reports, made at the first start. */
export const settleReportAccount = async (people: People, address: string): Promise<number> => {
  const find = () => people.ctx.store.read((tx) => resolveAddress(tx, address, people.options.subaddress))
  const known = await find()
  if (known) return known.accountId
  const wanted = { login, name: 'Signalement', kind: 'function' as const, address }
  return (await createAccount(people, 'phishing', wanted)).id
}

const isAutomatic = (header: Header): boolean => {
  const first = (name: string): string => header.all(name)[0]?.trim().toLowerCase() ?? ''
  const auto = first('auto-submitted')
  return (auto !== '' && !auto.startsWith('no')) || header.has('list-id') || /^<\s*>/.test(first('return-path'))
}

/** Ours come in by submission and bear no results; what the outside says of them is in ours, which nobody can forge. */
const isProved = (header: Header): boolean => {
  const results = header.all('authentication-results')
  return results.length === 0 ? header.hops() <= 1 : /\bdmarc=pass\b/i.test(results[0] ?? '')
}

/** The messages that a message carries, the outermost of each. */
const carried = (root: MimePart): MimePart[] => {
  if (isMessage(root)) return [root]
  return root.type === 'multipart' ? root.parts.flatMap(carried) : []
}

/** How programs introduce a message that they forward within the text. */
const forwardedInline =
  /^(?:-{2,}.{0,40}(?:forwarded|transf[eé]r[eé]|original|d[’']origine).{0,40}-{2,}|(?:begin forwarded message|d[eé]but du message (?:transf[eé]r[eé]|r[eé]exp[eé]di[eé]))\s*:?|>?\s*(?:From|De)\s*:.{3,300}\r?\n(?:.{0,300}\r?\n){0,6}>?\s*(?:Subject|Objet|Sujet)\s*:)/imu

/** Who wrote, and about what, in the lines of an inline forward. */
const inlineHead = (text: string): { readonly sender: string; readonly subject: string } => {
  const from = /^>?\s*(?:From|De)\s*:\s*(.{3,300})$/imu.exec(text)?.[1] ?? ''
  return {
    sender: foldAddress(parseAddresses(from)[0]?.email ?? '') ?? '',
    subject: (/^>?\s*(?:Subject|Objet|Sujet)\s*:\s*(.{1,300})$/imu.exec(text)?.[1] ?? '').trim(),
  }
}

interface Reported {
  readonly messageId: string | undefined
  readonly blob: PendingBlob
  readonly content: ParsedContent
  readonly sender: string
  readonly subject: string
}

interface Letter {
  /** To answer in, when the sender is nobody of ours. */
  readonly language: LetterLanguage
  readonly from: string
  readonly automatic: boolean
  readonly proved: boolean
  readonly reported: readonly Reported[]
}

/** What the sender wrote themselves: the bodies, without what is forwarded. */
const ownText = (bytes: Uint8Array, structure: MimeStructure): string =>
  bodyLists(structure)
    .textBody.filter(({ part }) => part.type === 'text')
    .map(({ part }) => {
      const text = textOf(bytes, part, 40_000)
      return part.subtype === 'html' ? htmlToText(text, 10_000) : text
    })
    .join('\n')
    .split(forwardedInline, 1)[0] ?? ''

const readLetter = async (people: People, bytes: Uint8Array): Promise<Letter> => {
  const header = new Header(bytes.subarray(0, bodyStart(bytes)))
  const content = readContent(bytes)
  const { blobs } = people.ctx.store
  const reported: Reported[] = []
  for (const part of carried(content.structure.root).slice(0, mostInOne)) {
    const inner = decodeTransfer(bytes.subarray(part.bodyStart, part.bodyEnd), part.encoding)
    if (inner.length === 0) continue
    const parsed = readContent(inner)
    const sender = authorOf(new Header(inner.subarray(0, bodyStart(inner))))?.address ?? ''
    const messageId = parsed.messageId ?? undefined
    reported.push({ blob: await blobs.prepare(inner), content: parsed, sender, subject: parsed.subject, messageId })
  }
  if (reported.length === 0) {
    const text = readableText(bytes, content.structure, 40_000)
    if (forwardedInline.test(text))
      reported.push({ blob: await blobs.prepare(bytes), content, messageId: undefined, ...inlineHead(text) })
  }
  return {
    language: letterLanguage(header, ownText(bytes, content.structure)),
    from: foldAddress(parseAddresses((header.all('from')[0] ?? '').slice(0, 4096))[0]?.email ?? '') ?? '',
    automatic: isAutomatic(header),
    proved: isProved(header),
    reported,
  }
}

const insertReport = statement(
  (
    q,
    p: Params<{
      account: number
      blob: number
      sender: string
      subject: string
      at: number
      mail: string
      language: string
    }>,
  ) =>
    q.insertInto('phishing_report').values({
      account_id: p.account,
      email_id: 0,
      blob_id: p.blob,
      sender: p.sender,
      subject: p.subject,
      findings: '',
      mailboxes: '[]',
      at: p.at,
      undone_at: null,
      mail: p.mail,
      language: p.language,
    }),
)
const countByAccount = statement((q, p: Params<{ account: number; mail: string; since: number }>) =>
  q
    .selectFrom('phishing_report')
    .select((eb) => eb.fn.countAll<number>().as('n'))
    .where('account_id', '=', p.account)
    .where('mail', '=', p.mail)
    .where('at', '>', p.since),
)
const localeOf = statement((q, p: Params<{ account: number }>) =>
  q.selectFrom('account').select('locale').where('id', '=', p.account),
)

type Done = 'left out' | { readonly filed: number; readonly language: LetterLanguage }

const file = async (tx: Writer, people: People, post: number, letter: Letter, now: number): Promise<Done> => {
  if (letter.automatic || letter.from === '') return 'left out'
  const known = letter.proved ? await resolveAddress(tx, letter.from, people.options.subaddress) : undefined
  const account = known?.accountId ?? post
  const mail = known ? '' : letter.from
  const language = known ? languageOfLocale((await tx.first(localeOf, { account }))?.locale ?? '') : letter.language
  const { n = 0 } = (await tx.first(countByAccount, { account, mail, since: now - day })) ?? {}
  if (Number(n) >= mostInADay) return 'left out'
  for (const { blob, content, sender, subject, messageId } of letter.reported) {
    if (known && (await reportPractice(tx, messageId, account, now))) continue
    const id = await attachContent(people.ctx, tx, { blob, content })
    await tx.run(insertReport, {
      account,
      blob: id,
      sender: sender.slice(0, 320),
      subject: subject.slice(0, 300),
      at: now,
      mail,
      language: known ? '' : language,
    })
    await appendAudit(tx, now, {
      actor: letter.from,
      action: 'mail.report',
      ...(known ? { accountId: account } : {}),
      target: 'forwarded',
      detail: sender,
    })
  }
  return { filed: letter.reported.length, language }
}

/** The receipt: thanks, or how to forward so that it can be read. */
const thank = async (people: People, to: string, { filed, language }: Exclude<Done, 'left out'>): Promise<void> => {
  const words = thanks[language]
  const link = `${people.options.publicUrl}${compromisePath}`
  const lines = [filed > 0 ? words.filed : words.none, `${words.password} ${link}`]
  await postMail(people, {
    language,
    from: words.from,
    to: [to],
    subject: words.subject,
    text: lines.join('\n\n'),
    html: `<p>${escapeHtml(lines[0] ?? '')}</p><p>${escapeHtml(words.password)} <a href="${escapeHtml(link)}">${escapeHtml(link)}</a></p>`,
    mark: 'report',
  })
}

const takeOne = async (people: People, account: number, entry: Entry): Promise<Done> => {
  const { store, log } = people.ctx
  const bytes = entry.size > largest ? undefined : await store.blobs.bytes(entry.blobId)
  const letter = bytes && (await readLetter(people, bytes))
  const done = await store.write(account, async (tx): Promise<Done> => {
    const [still] = await entriesByUid(tx, account, entry.mailboxId, [entry.uid])
    if (!still) return 'left out'
    const filed: Done = letter ? await file(tx, people, account, letter, tx.now) : 'left out'
    const tally = new Tally(tx)
    await takeEntry(tx, tally, still)
    await settleEmail(tx, still)
    await tally.flush()
    return filed
  })
  if (done !== 'left out' && letter)
    await thank(people, letter.from, done).catch((error: unknown) =>
      log.warn('phishing.thanks', { message: error instanceof Error ? error.message : String(error) }),
    )
  return done
}

/** Reads everything that waits in the mailbox of reports. Returns how many reports were filed. */
export const takeReports = async (people: People, account: number): Promise<number> => {
  const { store, log } = people.ctx
  const entries = await store.read(async (tx) => {
    const found: Entry[] = []
    for (const role of ['inbox', 'junk'] as const) {
      const mailbox = await mailboxByRole(tx, account, role)
      if (mailbox) found.push(...(await allEntries(tx, account, mailbox.id)))
    }
    return found
  })
  let filed = 0
  for (const entry of entries.slice(0, 200))
    try {
      const done = await takeOne(people, account, entry)
      if (done !== 'left out') filed += done.filed
    } catch (error) {
      // One that cannot be read must not keep the others waiting; it stays for somebody to look at.
      if (!isFailure(error, 'notFound')) log.error('phishing.mail', { account, uid: entry.uid }, error)
    }
  return filed
}
