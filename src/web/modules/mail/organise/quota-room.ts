/** The room that a mailbox has left, and when its owner is to be warned. */
import type { MailClient } from '../../../data/index.ts'

export interface Room {
  /** Bytes. */
  readonly used: number
  readonly limit: number
}

/** `soon`: four fifths are used; `now`: what arrives will soon be refused. */
export type Fullness = 'soon' | 'now'

export const percentOf = ({ used, limit }: Room): number => Math.min(100, Math.round((used / limit) * 100))

export const fullness = (room: Room): Fullness | undefined => {
  const percent = percentOf(room)
  return percent >= 95 ? 'now' : percent >= 80 ? 'soon' : undefined
}

/** Undefined without a limit, or when the server cannot be asked. */
export const roomOf = async (client: MailClient): Promise<Room | undefined> => {
  const accountId = client.session.get()?.accountId
  if (accountId === undefined) return
  const [answer] = await client.side.send([{ name: 'Quota/get', args: { accountId, ids: null } }])
  const one = answer?.ok && Array.isArray(answer.args.list) ? answer.args.list[0] : undefined
  const room = { used: Number(one?.used), limit: Number(one?.hardLimit) }
  return room.limit > 0 && room.used >= 0 ? room : undefined
}
