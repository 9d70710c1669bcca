import { useMemo } from 'react'
import type { MailClient } from '../../../data/index.ts'
import { useClient } from '../../../shell/client.tsx'
import { session } from '../../../shell/session.ts'
import { useLive } from '../../../shell/value.ts'

/** The person's own addresses, in lower case. */
export const myAddresses = (client: MailClient): ReadonlySet<string> =>
  new Set(
    [...(client.identities.get() ?? []).map((identity) => identity.email), session.get()?.email ?? '']
      .filter((email) => email !== '')
      .map((email) => email.toLowerCase()),
  )

export const useMyAddresses = (): ReadonlySet<string> => {
  const client = useClient()
  const identities = useLive(client.identities)
  // biome-ignore lint/correctness/useExhaustiveDependencies: the identities are what it reads through the client
  return useMemo(() => myAddresses(client), [client, identities])
}
