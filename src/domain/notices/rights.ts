/** Who may do what with a notice, in which state of it. */
import { Failure } from '#base/failure.ts'
import type { Reader } from '#store/engine.ts'
import { type Addressing, reachOf } from '../directory/audience.ts'
import { type Actor, powersOf } from '../directory/delegation.ts'
import { getNotice, type NoticeStatus, type StoredNotice } from './notice.ts'
/** In which state an author may do what; everything else is a conflict. The runner's own steps are in publish.ts. */
export const noticeRights = {
  change: ['draft', 'scheduled'],
  delete: ['draft', 'scheduled'],
  publish: ['draft', 'scheduled'],
  unschedule: ['scheduled'],
  correct: ['published'],
  remind: ['published'],
  withdraw: ['published'],
} as const satisfies Readonly<Record<string, readonly NoticeStatus[]>>

export const what: Addressing = 'notice'

/** Whether somebody may speak in the name of a school, or (empty) of the académie. */
export const maySpeakFor = async (tx: Reader, actor: Actor, uai: string, now: number): Promise<boolean> => {
  const reach = reachOf(await powersOf(tx, actor, now), what)
  return reach === 'all' || (uai !== '' && reach.has(uai))
}

/** Throws Failure notFound: what one may not touch does not exist for one. */
export const ownNotice = async (tx: Reader, actor: Actor, id: number, now: number): Promise<StoredNotice> => {
  const notice = await getNotice(tx, id)
  if (!(await maySpeakFor(tx, actor, notice.uai, now))) throw new Failure('notFound', 'no such notice')
  return notice
}

/** Throws Failure conflict. */
export const requireState = (notice: StoredNotice, verb: keyof typeof noticeRights): void => {
  const allowed: readonly NoticeStatus[] = noticeRights[verb]
  if (!allowed.includes(notice.status))
    throw new Failure('conflict', `a notice that is ${notice.status} is not there to ${verb}`, { property: 'status' })
}
