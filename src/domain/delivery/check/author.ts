/** What a submitted message must have, and may not have (RFC 6409 §6 and §8). */
import { utf8 } from '#base/bytes.ts'
import { formatAddress, parseAddresses } from '#format/address/parse.ts'
import { formatDate } from '#format/mime/headers.ts'
import { type Params, statement } from '#store/engine.ts'
import { type WriteAs, writeAs } from '../../access/mailboxes/write-as.ts'
import { writerOf } from '../envelope.ts'
import { Header } from '../header.ts'
import type { Mail, MessageCheck } from '../mail.ts'
import { Refusal } from '../refusal.ts'

const writerNamed = statement((q, p: Params<{ account: number }>) =>
  q
    .selectFrom('account')
    .leftJoin('address', (join) =>
      join.onRef('address.account_id', '=', 'account.id').on('address.kind', '=', 'primary'),
    )
    .select(['account.name as name', 'address.address as email'])
    .where('account.id', '=', p.account),
)

const accountName = statement((q, p: Params<{ account: number }>) =>
  q.selectFrom('account').select('name').where('id', '=', p.account),
)

/**
 * From and Sender name addresses of the account, or of functions that let the person write: what readers see is as true
 * as the envelope. Who may write on behalf only is named in Sender (RFC 5322 §3.6.2), by us when the program did not.
 */
export const ownAuthor: MessageCheck = async (mail) => {
  const { header, delivery, client } = mail
  const { account } = client
  if (header.count('from') > 1) throw new Refusal('authorMissing', 'more than one From field')
  const authors = header.all('from').flatMap((value) => parseAddresses(value))
  const senders = header.all('sender').flatMap((value) => parseAddresses(value))
  if (header.has('from') && authors.length + senders.length === 0)
    throw new Refusal('authorMissing', 'From names nobody')
  const separator = delivery.people.options.subaddress
  const { store, clock } = delivery.ctx
  const behalf = await store.read(async (tx) => {
    const way = async (email: string): Promise<WriteAs> => {
      const found = account && (await writeAs(tx, writerOf(account), email, clock.now(), separator))
      if (!found) throw new Refusal('authorNotAllowed', 'From names an address that is not one of the account')
      return found
    }
    let onBehalf = false
    for (const { email } of authors) if ((await way(email)) === 'onBehalf') onBehalf = true
    for (const { email } of senders)
      if ((await way(email)) === 'onBehalf')
        throw new Refusal('authorNotAllowed', 'Sender is the person who writes, not the function')
    if (!onBehalf || senders.length > 0 || account === undefined) return undefined
    return tx.first(writerNamed, { account: writerOf(account) })
  })
  if (behalf?.email === undefined || behalf.email === null) return
  const sender = formatAddress({ name: behalf.name, email: behalf.email })
  mail.header = mail.header.before(utf8(`Sender: ${sender}\r\n`))
}

const missingFrom = async (mail: Mail): Promise<string> => {
  const { sender, client, delivery } = mail
  if (sender.address === '') throw new Refusal('authorMissing', 'neither From nor sender')
  const account = client.account?.id ?? 0
  const row = await delivery.ctx.store.read((tx) => tx.first(accountName, { account }))
  return `From: ${formatAddress({ name: row?.name ?? null, email: sender.address })}\r\n`
}

/** Text without any header is all body: fields put before it would otherwise take its first lines for their own. */
export const headerApart: MessageCheck = (mail) => {
  const { header, spool } = mail
  if (header.fields.length > 0 || header.bytes.length <= 2) return
  spool.bodyAt = 0
  mail.header = new Header(utf8('\r\n'))
}

/** RFC 6409 §8: what a message cannot do without is added. */
export const completed: MessageCheck = async (mail) => {
  const { header, now, id, delivery } = mail
  const added: string[] = []
  if (!header.has('from')) added.push(await missingFrom(mail))
  if (!header.has('date')) added.push(`Date: ${formatDate(now)}\r\n`)
  if (!header.has('message-id')) added.push(`Message-ID: <${id.toLowerCase()}@${delivery.config.hostname}>\r\n`)
  mail.header = header.before(utf8(added.join('')))
}

const privateFields: ReadonlySet<string> = new Set(['bcc', 'resent-bcc', 'return-path'])

/** Blind recipients stay blind (RFC 5322 §3.6.3). */
export const blindCopiesHidden: MessageCheck = (mail) => {
  mail.header = mail.header.without((_field, name) => privateFields.has(name))
}

export const withinLimits: MessageCheck = ({ delivery, client, accepted }) => {
  if (client.account) delivery.rates.spend(writerOf(client.account), accepted.length)
}
