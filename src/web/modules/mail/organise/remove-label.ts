/** The end of a label: taken off all its messages by the server, however many they are; and all of it back. */
import type { MailLabel } from '#format/jmap/organising.ts'
import { confirm } from '../../../shell/confirm.tsx'
import { toast } from '../../../shell/toasts.tsx'
import type { Acts } from '../act/acts.ts'
import { organiseData } from './organised.ts'

export const removeLabel = async ({ client, t }: Pick<Acts, 'client' | 't'>, label: MailLabel): Promise<void> => {
  const { id, name, keyword, colour, sortOrder } = label
  const sure = await confirm({
    title: t('organise.removeLabelTitle', { name }),
    body: t('organise.removeLabelBody'),
    action: t('organise.removeLabel', { name }),
    danger: true,
  })
  if (!sure) return
  try {
    const data = await organiseData(client)
    const act = { kind: 'keyword', keyword, on: false }
    const { m: job } = await data.set('MailJob', { create: { m: { act, filter: { hasKeyword: keyword } } } })
    await data.set('MailLabel', { destroy: [id] })
    const undo = async () => {
      try {
        // With its own keyword, which it got from the name it had at first.
        await data.set('MailLabel', { create: { m: { name, keyword, colour, sortOrder } } })
        if (job !== undefined) await data.set('MailJob', { update: { [job.id]: { state: 'undoing' } } })
      } catch {
        toast(t('organise.failed'), { tone: 'problem' })
      }
    }
    toast(t('organise.removedLabel', { name }), { undo: () => void undo(), ms: 20_000 })
  } catch {
    toast(t('organise.failed'), { tone: 'problem' })
  } finally {
    client.wake()
  }
}
