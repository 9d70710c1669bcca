/**
 * Mail to the support address. It arrives in the mailbox of an account of its own like any mail, and is turned into a
 * request or an answer afterwards, in the transaction that takes it out: a kill between the two leaves it to be read
 * again, never read twice. Programs are not answered (RFC 3834 §2), and nobody can fill the queue by mail.
 */
import { isFailure } from '#base/failure.ts'
import { parseAddresses } from '#format/address/parse.ts'
import { bodyLists, fileNameOf, readableText } from '#format/mime/body.ts'
import { decodeTransfer } from '#format/mime/decode.ts'
import { decodeWords } from '#format/mime/words.ts'
import { type Params, type Reader, statement, type Writer } from '#store/engine.ts'
import { bodyStart, Header } from '../delivery/header.ts'
import { type LetterLanguage, letterLanguage } from '../delivery/language.ts'
import { readContent } from '../mail/content.ts'
import { allEntries, type Entry, entriesByUid, settleEmail, takeEntry } from '../mail/entries.ts'
import { mailboxByRole } from '../mail/mailboxes.ts'
import { Tally } from '../mail/tally.ts'
import { createAccount } from '../people/accounts.ts'
import { foldAddress, resolveAddress } from '../people/addresses.ts'
import type { People } from '../people/people.ts'
import { type Meaning, meaningOf, type Post } from './address.ts'
import { addFiles, fileLimits, type NewFile } from './files.ts'
import { addEntry, changeTicket, insertTicket, oneLine, ticketById } from './rows.ts'
import { mailReceipt, placeOf, tellDesk } from './tickets.ts'
import { cutLine } from './words.data.ts'

/** Requests that one address may open by mail in a day, and answers it may write in an hour. */
const most = { opened: 10, answered: 30 } as const
const hour = 3_600_000
const largest = 30 * 1024 * 1024

const login = 'assistance'

/** The account that receives mail for the helpdesk, made at the first start. */
export const settlePostAccount = async (people: People, address: string): Promise<number> => {
  const find = () => people.ctx.store.read((tx) => resolveAddress(tx, address, people.options.subaddress))
  const known = await find()
  if (known) return known.accountId
  const wanted = { login, name: 'Assistance', kind: 'function' as const, address }
  return (await createAccount(people, 'tickets', wanted)).id
}

/** What was written above our own line and above what is quoted. */
export const ownWords = (text: string): string => {
  const lines = text.replace(/\r\n?/g, '\n').split('\n')
  const cut = lines.findIndex(
    (line) =>
      Object.values(cutLine).some((mark) => line.includes(mark)) ||
      /^(?:Le .{5,80} a écrit\s*:|On .{5,80} wrote:|-{2,}\s?(?:Message d’origine|Original Message))/i.test(line.trim()),
  )
  const kept = cut < 0 ? lines : lines.slice(0, cut)
  while (kept.length > 0 && /^\s*(?:>.*)?$/.test(kept.at(-1) ?? '')) kept.pop()
  return kept.join('\n').trim()
}

/** True for what no person wrote to us: answers of programs, lists, reports of servers. */
const isAutomatic = (header: Header): boolean => {
  const first = (name: string): string => header.all(name)[0]?.trim().toLowerCase() ?? ''
  const auto = first('auto-submitted')
  return (
    (auto !== '' && !auto.startsWith('no')) ||
    /^(?:bulk|junk|list|auto_reply)$/.test(first('precedence')) ||
    header.has('list-id') ||
    header.has('x-autoreply') ||
    /^<\s*>/.test(first('return-path'))
  )
}

interface Letter {
  readonly from: string
  readonly name: string
  readonly subject: string
  readonly text: string
  /** To answer in, when the sender is nobody of ours. */
  readonly language: LetterLanguage
  readonly messageId: string
  readonly meaning: Meaning | undefined
  readonly automatic: boolean
  /** True when the address of the sender is proved: ours and signed in, or DMARC. */
  readonly proved: boolean
  readonly files: readonly { readonly name: string; readonly type: string; readonly bytes: Uint8Array }[]
}

/** Ours come in by submission and bear no results; what the outside says of them is in ours, which nobody can forge. */
const isProved = (header: Header): boolean => {
  const results = header.all('authentication-results')
  return results.length === 0 ? header.hops() <= 1 : /\bdmarc=pass\b/i.test(results[0] ?? '')
}

/** Reads a message of at most `largest` octets. */
export const readLetter = (post: Post, bytes: Uint8Array): Letter => {
  const header = new Header(bytes.subarray(0, bodyStart(bytes)))
  const first = (name: string): string => header.all(name)[0] ?? ''
  const { structure } = readContent(bytes)
  const sender = parseAddresses(first('from').slice(0, 4096))[0]
  const to = ['delivered-to', 'to', 'cc'].flatMap((name) => header.all(name)).slice(0, 20)
  const meanings = to
    .flatMap((value) => parseAddresses(value.slice(0, 8192)).slice(0, 50))
    .flatMap(({ email }) => meaningOf(post, email) ?? [])
  // A reply is often sent to all: the address that says most counts.
  const meaning = meanings.find((one) => one !== 'new') ?? meanings[0]
  const files = bodyLists(structure)
    .attachments.filter(({ part }) => part.bodyEnd - part.bodyStart <= fileLimits.each * 1.4)
    .slice(0, fileLimits.count)
    .map(({ part }, n) => ({
      name: fileNameOf(part) ?? `fichier-${n + 1}`,
      type: `${part.type}/${part.subtype}`,
      bytes: decodeTransfer(bytes.subarray(part.bodyStart, part.bodyEnd), part.encoding),
    }))
  const text = ownWords(readableText(bytes, structure, 40_000))
  return {
    from: foldAddress(sender?.email ?? '') ?? '',
    name: sender?.name ?? '',
    subject: decodeWords(first('subject')).slice(0, 400),
    text,
    language: letterLanguage(header, text),
    messageId: /<([^<>\s]{1,400})>/.exec(first('message-id'))?.[1] ?? '',
    meaning,
    automatic: isAutomatic(header),
    proved: isProved(header),
    files,
  }
}

const openedSince = statement((q, p: Params<{ mail: string; since: number }>) =>
  q
    .selectFrom('ticket')
    .select((eb) => eb.fn.countAll<number>().as('n'))
    .where('mail', '=', p.mail)
    .where('created_at', '>', p.since),
)

const answeredSince = statement((q, p: Params<{ ticket: number; since: number }>) =>
  q
    .selectFrom('ticket_entry')
    .select((eb) => eb.fn.countAll<number>().as('n'))
    .where('ticket_id', '=', p.ticket)
    .where('side', '=', 'person')
    .where('at', '>', p.since),
)

const nameOf = statement((q, p: Params<{ account: number }>) =>
  q.selectFrom('account').select(['name', 'locale']).where('id', '=', p.account),
)

const knownWriter = async (tx: Reader, people: People, { from, proved }: Letter) => {
  const found = proved && from !== '' ? await resolveAddress(tx, from, people.options.subaddress) : undefined
  const row = found && (await tx.first(nameOf, { account: found.accountId }))
  return row && found ? { accountId: found.accountId, name: row.name, language: row.locale } : undefined
}

type Done = { readonly opened: number } | { readonly answered: number } | 'left out'

const addAnswer = async (
  tx: Writer,
  post: Post,
  id: number,
  letter: Letter,
  files: readonly NewFile[],
  now: number,
): Promise<Done> => {
  const { ctx } = post.people
  const ticket = await ticketById(tx, id)
  if (ticket.status === 'closed') return 'left out'
  if (Number((await tx.first(answeredSince, { ticket: id, since: now - hour }))?.n ?? 0) >= most.answered)
    return 'left out'
  const writer = await knownWriter(tx, post.people, letter)
  const entry = await addEntry(
    tx,
    id,
    {
      kind: 'message',
      side: 'person',
      authorId: writer?.accountId ?? null,
      author: writer?.name || letter.name || letter.from,
      body: letter.text || '—',
      messageId: letter.messageId,
    },
    now,
  )
  await addFiles(ctx, tx, id, entry, files)
  await changeTicket(tx, ticket, { status: 'open' }, now)
  await tellDesk(tx, ticket, false, now)
  return { answered: id }
}

const addTicket = async (
  tx: Writer,
  post: Post,
  letter: Letter,
  files: readonly NewFile[],
  now: number,
): Promise<Done> => {
  if (letter.from === '' || (letter.text === '' && files.length === 0)) return 'left out'
  if (Number((await tx.first(openedSince, { mail: letter.from, since: now - 24 * hour }))?.n ?? 0) >= most.opened)
    return 'left out'
  const writer = await knownWriter(tx, post.people, letter)
  const uai = typeof letter.meaning === 'object' && 'uai' in letter.meaning ? letter.meaning.uai : ''
  const id = await insertTicket(
    tx,
    {
      accountId: writer?.accountId ?? null,
      mail: letter.from,
      name: writer?.name || letter.name || letter.from,
      language: writer === undefined ? letter.language : writer.language.startsWith('en') ? 'en' : 'fr',
      topic: 'other',
      subject: oneLine(letter.subject, 200) || '(sans objet)',
      report: '',
      ...(await placeOf(tx, uai, now)),
    },
    now,
  )
  const author = writer?.name || letter.name || letter.from
  const said = { kind: 'message' as const, side: 'person' as const, authorId: writer?.accountId ?? null, author }
  const entry = await addEntry(tx, id, { ...said, body: letter.text || '—', messageId: letter.messageId }, now)
  await addFiles(post.people.ctx, tx, id, entry, files)
  await tellDesk(tx, await ticketById(tx, id), true, now)
  return { opened: id }
}

const readBytes = async (post: Post, entry: Entry): Promise<Uint8Array | undefined> =>
  entry.size > largest ? undefined : post.people.ctx.store.blobs.bytes(entry.blobId)

/** Turns one message into what it means, and takes it out of the mailbox. */
const takeOne = async (post: Post, account: number, entry: Entry): Promise<Done> => {
  const { ctx } = post.people
  const bytes = await readBytes(post, entry)
  const letter = bytes && readLetter(post, bytes)
  const files = await Promise.all(
    (letter?.files ?? []).map(async ({ name, type, bytes }) => ({
      name,
      type,
      blob: await ctx.store.blobs.prepare(bytes),
    })),
  )
  const done = await ctx.store.write(account, async (tx): Promise<Done> => {
    const [still] = await entriesByUid(tx, account, entry.mailboxId, [entry.uid])
    if (!still) return 'left out'
    const { now } = tx
    const isAnswer = letter && typeof letter.meaning === 'object' && 'ticket' in letter.meaning
    const done: Done =
      !letter || letter.automatic
        ? 'left out'
        : isAnswer
          ? await addAnswer(tx, post, (letter.meaning as { ticket: number }).ticket, letter, files, now)
          : await addTicket(tx, post, letter, files, now)
    const tally = new Tally(tx)
    await takeEntry(tx, tally, still)
    await settleEmail(tx, still)
    await tally.flush()
    return done
  })
  if (typeof done === 'object' && 'opened' in done && letter)
    await mailReceipt(post, done.opened, letter.text).catch((error: unknown) =>
      ctx.log.warn('tickets.receipt', { ticket: done.opened, message: String(error) }),
    )
  return done
}

/** Reads everything that waits. Returns how much became a request or an answer. */
export const takeMail = async (post: Post, account: number): Promise<number> => {
  const { ctx } = post.people
  const entries = await ctx.store.read(async (tx) => {
    const found: Entry[] = []
    for (const role of ['inbox', 'junk'] as const) {
      const mailbox = await mailboxByRole(tx, account, role)
      if (mailbox) found.push(...(await allEntries(tx, account, mailbox.id)))
    }
    return found
  })
  let taken = 0
  for (const entry of entries.slice(0, 500))
    try {
      const done = await takeOne(post, account, entry)
      if (done !== 'left out') taken++
    } catch (error) {
      // One that cannot be read must not keep the others waiting; it stays for somebody to look at.
      if (!isFailure(error, 'notFound')) ctx.log.error('tickets.mail', { account, uid: entry.uid }, error)
    }
  return taken
}
