/** The mail of every account that is open to the person, as one: what is below reads their joint client. */
import { Outlet } from '@tanstack/react-router'
import { useEffect, useMemo } from 'react'
import { ClientProvider, useOwnClient } from '../../../shell/client.tsx'
import { ErrorNotices } from '../../../shell/error-notices.tsx'
import { openFunctions } from '../../../shell/functions.ts'
import { useLive } from '../../../shell/value.ts'
import { createAllClient } from './all-client.ts'
import { followLabels } from './all-labels.ts'

export const AllOutlet = () => {
  const own = useOwnClient()
  const functions = useLive(openFunctions)
  const accounts = functions.map(({ accountId }) => accountId).join(' ')
  // biome-ignore lint/correctness/useExhaustiveDependencies: a mailbox with another name or role is the same mailbox
  const client = useMemo(
    () =>
      createAllClient(
        own,
        functions.map((one) => one.client),
      ),
    [own, accounts],
  )
  // biome-ignore lint/correctness/useExhaustiveDependencies: as above
  useEffect(() => followLabels(functions.map((one) => one.client)), [accounts])
  return (
    <ClientProvider client={client}>
      <ErrorNotices />
      <Outlet key={accounts} />
    </ClientProvider>
  )
}
