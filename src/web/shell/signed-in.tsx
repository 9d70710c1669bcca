/** The application of those who are signed in: its one mail client, its routes, and what covers them when they expire. */
import { RouterProvider } from '@tanstack/react-router'
import { useEffect, useState } from 'react'
import type { MailClient } from '../data/index.ts'
import { ClientProvider } from './client.tsx'
import { Confirmation } from './confirm.tsx'
import { ErrorNotices } from './error-notices.tsx'
import { ExpiredCover } from './expired-cover.tsx'
import { createAppRouter } from './router.tsx'
import { startClient } from './start-client.ts'
import { startUpdates } from './updates.ts'

let client: MailClient | undefined

/** Starts asking for the mail before anything is shown. */
export const warm = (): MailClient => {
  client ??= startClient()
  return client
}

/** Forgets a client that began before the session was known to have ended. */
export const cool = (): void => {
  void client?.close()
  client = undefined
}

export const SignedIn = () => {
  const [router] = useState(createAppRouter)
  useEffect(startUpdates, [])
  return (
    <ClientProvider client={warm()}>
      <RouterProvider router={router} />
      <ErrorNotices />
      <ExpiredCover />
      <Confirmation />
    </ClientProvider>
  )
}
