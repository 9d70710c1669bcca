/** The one mail client of the page, and the hooks that read it. */
import { createContext, type ReactNode, useContext, useMemo } from 'react'
import type { EmailSummary, Live, Mailbox, MailClient } from '../data/index.ts'
import { useLive } from './value.ts'

const ClientContext = createContext<MailClient | undefined>(undefined)

export const ClientProvider = ({ client, children }: { client: MailClient; children: ReactNode }) => (
  <ClientContext value={client}>{children}</ClientContext>
)

/** The person's own client, wherever they are. */
const OwnContext = createContext<MailClient | undefined>(undefined)

export const OwnClientProvider = ({ client, children }: { client: MailClient; children: ReactNode }) => (
  <OwnContext value={client}>
    <ClientProvider client={client}>{children}</ClientProvider>
  </OwnContext>
)

export const useOwnClient = (): MailClient => {
  const client = useContext(OwnContext)
  if (client === undefined) throw new Error('useOwnClient outside OwnClientProvider')
  return client
}

/** The client of the account that is open on the screen: the person's own, or the mailbox of a function. */
export const useClient = (): MailClient => {
  const client = useContext(ClientContext)
  if (client === undefined) throw new Error('useClient outside ClientProvider')
  return client
}

const none: Live<never> = { get: () => undefined, subscribe: () => () => undefined }

/** Follows what `find` returns; nothing while it returns undefined. `key` tells when to look again. */
export const useFound = <T,>(
  key: string | undefined,
  find: (client: MailClient, key: string) => Live<T>,
): T | undefined => {
  const client = useClient()
  // biome-ignore lint/correctness/useExhaustiveDependencies: `find` is a constant lambda at each call
  const live = useMemo<Live<T>>(() => (key === undefined ? none : find(client, key)), [client, key])
  return useLive(live)
}

const noMailboxes: readonly Mailbox[] = []
export const useMailboxes = (): readonly Mailbox[] => useLive(useClient().mailboxes) ?? noMailboxes
export const useEmail = (id: string | undefined): EmailSummary | undefined =>
  useFound(id, (client, key) => client.email(key))
