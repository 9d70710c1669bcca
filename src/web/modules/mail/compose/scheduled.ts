/** What the server holds for later (RFC 8621 §7): which submission an email waits in, and calling it back. */
import type { MailClient, SideAnswer } from '../../../data/index.ts'

export interface Held {
  readonly submissionId: string
  /** Milliseconds since 1970. */
  readonly sendAt: number
}

const refused = (answer: SideAnswer | undefined): Error =>
  new Error(answer === undefined || answer.ok ? 'no answer' : answer.type)

const accountOf = (client: MailClient): string => client.session.get()?.accountId ?? ''

/** The submission that an email waits in; undefined when it waits in none. Rejects when the server refuses. */
export const heldOf = async (client: MailClient, emailId: string): Promise<Held | undefined> => {
  const accountId = accountOf(client)
  const filter = { emailIds: [emailId], undoStatus: 'pending' }
  const [found, got] = await client.side.send([
    { name: 'EmailSubmission/query', args: { accountId, filter } },
    {
      name: 'EmailSubmission/get',
      args: { accountId, '#ids': { resultOf: 'c0', name: 'EmailSubmission/query', path: '/ids' } },
    },
  ])
  if (!found?.ok || !got?.ok) throw refused(got ?? found)
  const [one] = got.args.list as { id: string; sendAt: string }[]
  return one && { submissionId: one.id, sendAt: Date.parse(one.sendAt) }
}

/**
 * Calls a message back: true when it is a draft again, false when it has left. Asked until the server answers: asking twice
 * changes nothing.
 */
export const callBack = async (client: MailClient, submissionId: string): Promise<boolean> => {
  const update = { [submissionId]: { undoStatus: 'canceled' } }
  const [answer] = await client.side.send([
    { name: 'EmailSubmission/set', args: { accountId: accountOf(client), update } },
  ])
  if (!answer?.ok) throw refused(answer)
  return submissionId in ((answer.args.updated as object | null) ?? {})
}
