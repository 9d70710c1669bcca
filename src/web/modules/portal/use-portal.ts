/** The portal's data of the account signed in: one for the page, kept when the screen is left. */
import { useEffect } from 'react'
import { useTranslation } from 'react-i18next'
import type { PortalArrangement } from '#format/jmap/portal.ts'
import type { MailClient } from '../../data/index.ts'
import { useClient } from '../../shell/client.tsx'
import { session } from '../../shell/session.ts'
import { toast } from '../../shell/toasts.tsx'
import { useLive } from '../../shell/value.ts'
import { inverseOf } from './layout.ts'
import { type Arranged, PortalData, type PortalView } from './portal-data.ts'

let open: { readonly client: MailClient; readonly accountId: string; readonly data: PortalData } | undefined

const dataFor = (client: MailClient, accountId: string): PortalData => {
  if (open?.client === client && open.accountId === accountId) return open.data
  open?.data.close()
  open = { client, accountId, data: new PortalData(client, accountId) }
  return open.data
}

const nothing = { get: () => undefined, subscribe: () => () => undefined }
const never = { get: () => false, subscribe: () => () => undefined }

export interface Portal {
  readonly view: PortalView | undefined
  /** The arrangement of the session's profile. */
  readonly arrangement: PortalArrangement | undefined
  /** The server does not answer. */
  readonly isOld: boolean
  /** Changes the arrangement and says so, with Undo. */
  change(change: Arranged, said: string): void
  dismiss(id: string, title: string): void
  /** The notice was opened. */
  see(id: string): void
  /** The person says that they have read the notice. */
  acknowledge(id: string): void
  seeNotification(id: string): void
  retry(): void
}

export const usePortal = (): Portal => {
  const { t } = useTranslation()
  const client = useClient()
  const accountId = useLive(client.session)?.accountId
  const who = useLive(session)
  const data = accountId === undefined || accountId === '' ? undefined : dataFor(client, accountId)
  const view = useLive<PortalView | undefined>(data?.view ?? nothing)
  const hasFailed = useLive<boolean>(data?.problem ?? never)
  const isOld = useLive(client.status) === 'offline' || hasFailed
  const profile = who?.profile ?? who?.profiles[0]?.id ?? null
  // Another profile sees other services; whoever comes back to the page sees what has changed meanwhile.
  // biome-ignore lint/correctness/useExhaustiveDependencies: the profile is why it is asked again
  useEffect(() => data?.sync(), [data, profile])
  useEffect(() => {
    if (data) data.onRefused = () => toast(t('portal.refused'), { tone: 'problem' })
  }, [data, t])
  const arrangement = view?.arrangements.find((one) => one.profileId === profile) ?? view?.arrangements[0]
  return {
    view,
    arrangement,
    isOld,
    change: (change, said) => {
      if (!arrangement) return
      const inverse = inverseOf(arrangement, change)
      data?.arrange(arrangement.id, change)
      toast(said, { undo: () => data?.arrange(arrangement.id, inverse) })
    },
    dismiss: (id, title) => {
      data?.dismiss(id, true)
      toast(t('portal.didDismiss', { title }), { undo: () => data?.dismiss(id, false) })
    },
    see: (id) => data?.see(id),
    acknowledge: (id) => data?.acknowledge(id),
    seeNotification: (id) => data?.seeNotification(id),
    retry: () => {
      client.wake()
      data?.sync()
    },
  }
}
