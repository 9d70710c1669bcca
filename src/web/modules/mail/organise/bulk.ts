/** An act on all of a list, however long: begun here, done by the server whether or not this page stays open. */
import i18next from 'i18next'
import type { MailAct, MailJob } from '#format/jmap/organising.ts'
import type { EmailFilter, Mailbox } from '../../../data/index.ts'
import { loadTexts } from '../../../i18n/parts.ts'
import { progressToast, toast } from '../../../shell/toasts.tsx'
import type { Acts } from '../act/acts.ts'
import { organiseData, organised } from './organised.ts'

const jobOf = (id: string): MailJob | undefined => organised.get().jobs.find((job) => job.id === id)

/** Resolves once the job has reached one of these states; tells how far it is meanwhile. */
const follow = (id: string, states: readonly MailJob['state'][], tell: (job: MailJob) => void): Promise<MailJob> =>
  new Promise((resolve) => {
    const look = () => {
      const job = jobOf(id)
      if (!job) return
      if (!states.includes(job.state)) return tell(job)
      stop()
      resolve(job)
    }
    const stop = organised.subscribe(look)
    look()
  })

/** Takes back what a job has done, telling how far that is. */
export const undoJob = async (acts: Pick<Acts, 'client' | 't'>, id: string): Promise<void> => {
  const { t, client } = acts
  const progress = progressToast(t('organise.undoing'))
  try {
    const data = await organiseData(client)
    await data.set('MailJob', { update: { [id]: { state: 'undoing' } } })
    await follow(id, ['undone'], ({ done, total }) => progress.tell(t('done.working', { done: total - done, total })))
    toast(t('organise.undone'))
  } catch {
    toast(t('organise.failed'), { tone: 'problem' })
  } finally {
    progress.end()
    client.wake()
  }
}

/** Marks all of a mailbox as read, however much it is. */
export const readAllOf = (acts: Pick<Acts, 'client' | 't'>, { id, unreadEmails }: Mailbox): Promise<void> =>
  runJob(
    acts,
    { kind: 'keyword', keyword: '$seen', on: true },
    { operator: 'AND', conditions: [{ inMailbox: id }, { notKeyword: '$seen' }] },
    unreadEmails,
  )

/** Some acts are not for a list of any length. */
export const refuseWhole = async (): Promise<void> => {
  await loadTexts('organise')
  toast(i18next.t('organise.notWhole'), { tone: 'problem', ms: 8000 })
}

/** Does the act on every message of the list on screen but those left out of it. */
export const runBulk = (acts: Acts, act: MailAct, allBut: readonly string[]): Promise<void> =>
  runJob(acts, act, acts.place.query?.filter ?? null, acts.state?.list.total ?? 0, allBut)

/**
 * Does the act on every message of the filter, tells how far it is, and offers the way back.
 * @param total how many these are believed to be
 * @param allBut emails that are left out
 */
export const runJob = async (
  acts: Pick<Acts, 'client' | 't'>,
  act: MailAct,
  filter: EmailFilter | null,
  total: number,
  allBut: readonly string[] = [],
): Promise<void> => {
  const { client, t } = acts
  const given = allBut.length === 0 ? {} : { except: allBut }
  await loadTexts('organise')
  const progress = progressToast(t('done.working', { done: 0, total }))
  try {
    const data = await organiseData(client)
    const { m } = await data.set('MailJob', { create: { m: { act, filter, ...given } } })
    const id = m?.id ?? ''
    const job = await follow(id, ['done', 'undone'], ({ done, total: all }) =>
      progress.tell(t('done.working', { done, total: all })),
    )
    toast(t('organise.didAll', { count: job.done - job.failed }), { undo: () => void undoJob(acts, id), ms: 20_000 })
  } catch {
    toast(t('organise.failed'), { tone: 'problem' })
  } finally {
    progress.end()
    client.wake()
  }
}
