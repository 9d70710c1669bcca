import type { MailClient } from '../../../data/index.ts'

/** Whether the server's searches may still miss messages; false when it cannot be asked. */
export const isIncomplete = async (client: MailClient): Promise<boolean> => {
  const accountId = client.session.get()?.accountId
  if (accountId === undefined) return false
  try {
    const [answer] = await client.side.send([{ name: 'SearchState/get', args: { accountId } }])
    return answer?.ok === true && answer.args.isComplete === false
  } catch {
    return false
  }
}
