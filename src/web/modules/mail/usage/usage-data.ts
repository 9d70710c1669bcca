/** What the screen of the room asks the server in one request. */
import { isSpared, type MailUsage } from '#format/jmap/organising.ts'
import type { MailClient } from '../../../data/index.ts'
import { list, numberOr, record, records, text } from '../../../shell/request.ts'
import type { Room } from '../organise/quota-room.ts'

/** A message that takes much room. */
export interface LargeMessage {
  readonly id: string
  readonly threadId: string
  readonly subject: string
  /** The name, else the address. */
  readonly from: string
  readonly octets: number
  readonly receivedAt: string
  /** One where it is not spared. */
  readonly mailboxId: string
}

export interface UsageAnswer {
  /** Undefined without a limit. */
  readonly room: Room | undefined
  readonly usage: MailUsage
  readonly largest: readonly LargeMessage[]
}

const amount = (value: unknown) => {
  const { emails, octets } = record(value)
  return { emails: numberOr(emails, 0), octets: numberOr(octets, 0) }
}

const readUsage = (args: unknown): MailUsage => {
  const { mailboxes, months, senders, largest } = record(args)
  return {
    mailboxes: records(mailboxes).map((one) => ({ id: text(one.id), ...amount(one) })),
    months: records(months).map(({ month, sizes }) => ({ month: text(month), sizes: list(sizes).map(amount) })),
    senders: records(senders).map((one) => ({ email: text(one.email), name: text(one.name), ...amount(one) })),
    largest: list(largest).map(text),
  }
}

const readLarge = (value: Readonly<Record<string, unknown>>, spared: ReadonlySet<string>): LargeMessage => {
  const [from] = records(value.from)
  const mailboxes = Object.keys(record(value.mailboxIds))
  return {
    id: text(value.id),
    threadId: text(value.threadId),
    subject: text(value.subject),
    from: text(from?.name) || text(from?.email),
    octets: numberOr(value.size, 0),
    receivedAt: text(value.receivedAt),
    mailboxId: mailboxes.find((id) => !spared.has(id)) ?? mailboxes[0] ?? '',
  }
}

const properties = ['threadId', 'subject', 'from', 'size', 'receivedAt', 'mailboxIds']

/** Rejects without a network, or when the server refuses. */
export const askUsage = async (client: MailClient): Promise<UsageAnswer> => {
  const accountId = client.session.get()?.accountId ?? ''
  const [usage, quota, emails] = await client.side.send([
    { name: 'MailUsage/get', args: { accountId } },
    { name: 'Quota/get', args: { accountId, ids: null } },
    {
      name: 'Email/get',
      args: { accountId, '#ids': { resultOf: 'c0', name: 'MailUsage/get', path: '/largest' }, properties },
    },
  ])
  if (!usage?.ok || !quota?.ok || !emails?.ok) throw new Error('the server did not tell what takes the room')
  const known = readUsage(usage.args)
  const [one] = records(quota.args.list)
  const limit = numberOr(one?.hardLimit, 0)
  const mailboxes = client.mailboxes.get() ?? []
  const spared = new Set(mailboxes.filter(isSpared).map(({ id }) => id))
  const byId = new Map(records(emails.args.list).map((email) => [text(email.id), email]))
  return {
    room: limit > 0 ? { used: numberOr(one?.used, 0), limit } : undefined,
    usage: known,
    largest: known.largest.flatMap((id) => {
      const email = byId.get(id)
      return email ? [readLarge(email, spared)] : []
    }),
  }
}
