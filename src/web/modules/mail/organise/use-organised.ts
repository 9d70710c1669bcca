/** Labels and preferences of the account on the screen, or of one's own beside a list of several. */
import { useEffect } from 'react'
import type { MailClient } from '../../../data/index.ts'
import { useClient, useOwnClient } from '../../../shell/client.tsx'
import { useLive } from '../../../shell/value.ts'
import { organiseData } from './organised.ts'

/** Has them fetched; nobody waits for them. Returns whose they are. */
export const useOrganised = (): MailClient => {
  const [shown, own] = [useClient(), useOwnClient()]
  const client = shown.split === undefined ? shown : own
  const accountId = useLive(client.session)?.accountId
  useEffect(() => {
    if (accountId !== undefined) void organiseData(client).catch(() => undefined)
  }, [client, accountId])
  return client
}
