/** A folder made for what is being moved. */
import { toast } from '../../../shell/toasts.tsx'
import { move, type Target } from './act.ts'
import type { Acts } from './acts.ts'

/** Makes a folder at the top and moves there; undoing the move leaves the folder. */
export const moveIntoNew = async (acts: Acts, which: Target, name: string): Promise<void> => {
  const { client, t } = acts
  const find = () => client.mailboxes.get()?.find((one) => one.parentId === null && one.name === name)?.id
  const { done } = client.actions.createMailbox({ name, parentId: null })
  try {
    // What the server moves must bear the name that the server gave; the rest does not wait for it.
    if (which.allBut !== undefined) await done
    else done.catch(() => undefined)
  } catch {
    return
  }
  const id = find()
  if (id === undefined) toast(t('organise.failed'), { tone: 'problem' })
  else move(acts, which, id)
}
