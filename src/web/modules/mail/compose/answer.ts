import type { MailClient } from '../../../data/index.ts'
import type { Acts } from '../act/acts.ts'
import { type AnswerKind, compose } from './composers.ts'

/** Begins an answer to one message. */
export const answer = async (client: MailClient, emailId: string, how: AnswerKind): Promise<void> => {
  // In a list of several accounts, in the one that the message is in.
  const [{ client: there, ids } = { client, ids: [emailId] }] = client.split?.([emailId]) ?? []
  compose({ kind: 'answer', how, emailId: ids[0] ?? emailId, account: there.account })
}

/** Answers the last message of the open conversation, or of the row under the cursor. */
export const answerOpen = ({ client, headed, state }: Acts, how: AnswerKind): void => {
  const cursor = state?.cursor.get()
  const { threadId: open, elsewhere } = headed()
  const threadId = open ?? (cursor === undefined ? undefined : client.email(cursor).get()?.threadId)
  if (threadId === undefined || elsewhere) return
  const emails = client.thread(threadId).get()?.emails ?? []
  const last = emails.findLast((email) => !email.keywords.$draft)
  if (last !== undefined) void answer(client, last.id, how)
}
