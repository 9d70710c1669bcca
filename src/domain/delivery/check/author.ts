/** What a submitted message must have, and may not have (RFC 6409 §6 and §8). */
import { utf8 } from '#base/bytes.ts'
import { formatAddress, parseAddresses } from '#format/address/parse.ts'
import { formatDate } from '#format/mime/headers.ts'
import { type Params, statement } from '#store/engine.ts'
import { ownsAddress } from '../../people/addresses.ts'
import { Header } from '../header.ts'
import type { Mail, MessageCheck } from '../mail.ts'
import { Refusal } from '../refusal.ts'

const accountName = statement((q, p: Params<{ account: number }>) =>
  q.selectFrom('account').select('name').where('id', '=', p.account),
)

/** From and Sender name addresses of the account: what readers see is as true as the envelope. */
export const ownAuthor: MessageCheck = async ({ header, delivery, client }) => {
  const { account } = client
  if (header.count('from') > 1) throw new Refusal('authorMissing', 'more than one From field')
  const named = [...header.all('from'), ...header.all('sender')].flatMap((value) => parseAddresses(value))
  if (header.has('from') && named.length === 0) throw new Refusal('authorMissing', 'From names nobody')
  const separator = delivery.people.options.subaddress
  await delivery.ctx.store.read(async (tx) => {
    for (const { email } of named)
      if (account === undefined || !(await ownsAddress(tx, account.id, email, separator)))
        throw new Refusal('authorNotAllowed', 'From names an address that is not one of the account')
  })
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
  if (client.account) delivery.rates.spend(client.account.id, accepted.length)
}
