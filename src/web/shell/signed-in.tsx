/** The application of those who are signed in: its one mail client, its routes, and what covers them when they expire. */
import { RouterProvider } from '@tanstack/react-router'
import { useEffect, useState } from 'react'
import type { MailClient } from '../data/index.ts'
import { focusOn } from '../modules/mail/list/focus.ts'
import { OwnClientProvider } from './client.tsx'
import { Confirmation } from './confirm.tsx'
import { ErrorNotices } from './error-notices.tsx'
import { ExpiredCover } from './expired-cover.tsx'
import { followWorker } from './follow-worker.ts'
import { closeFunctions, followFunctions } from './functions.ts'
import { followSignOut } from './keepsakes.ts'
import { preferences } from './preferences.ts'
import { createAppRouter } from './router.tsx'
import { keptFor } from './session.ts'
import { startClient } from './start-client.ts'
import { startUpdates } from './updates.ts'

const RENEW_AFTER_MS = 15_000
const AHEAD_AFTER_MS = 3000

/** By then the screen has the list in its own hands. */
const INBOX_HELD_MS = 5000

/** The rows of the inbox are asked for as soon as it is known which one it is, not once the screen that shows them is made. */
const askInbox = (made: MailClient): void => {
  const look = () => {
    const inbox = made.mailboxes.get()?.find(({ role }) => role === 'inbox')?.id ?? made.session.get()?.inbox
    if (inbox === undefined) return
    for (const stop of stops) stop()
    const { flat, listOrder } = preferences.get()
    // The sign-in page leads here, unless its address says where else.
    const { pathname, search } = window.location
    const isWanted = /^\/(?:(?:login)?$|mail\/inbox(?:[/?]|$))/.test(pathname + search)
    if (!isWanted || flat || listOrder === 'oldest' || focusOn.get()) return
    const list = made.list(made.mailboxQuery(inbox))
    setTimeout(() => list.close(), INBOX_HELD_MS)
  }
  const stops = [made.mailboxes.subscribe(look), made.session.subscribe(look)]
}

let client: MailClient | undefined

/** Starts asking for the mail before anything is shown. */
export const warm = (): MailClient => {
  if (client === undefined) {
    const made = startClient()
    made.session.subscribe(() => keptFor.set(made.session.get()?.username))
    followFunctions(made)
    askInbox(made)
    client = made
  }
  return client
}

/** Forgets a client that began before the session was known to have ended. */
export const cool = async (how: { forget?: boolean } = {}): Promise<void> => {
  const left = client
  client = undefined
  await closeFunctions()
  await left?.close(how)
}

/** A frame shown before its list is made and painted twice: so long it waits for what is kept, or on its way. */
const TOGETHER_MS = 120
const OF_MAIL = /^\/(?:$|login$|mail\/|search)/

/** Resolves when the first screen can be shown at once with its rows; after a moment in any case. */
export const together = (): Promise<void> =>
  new Promise((resolve) => {
    const { mailboxes } = warm()
    if (!OF_MAIL.test(window.location.pathname) || mailboxes.get() !== undefined) return resolve()
    const done = () => {
      clearTimeout(timer)
      stop()
      resolve()
    }
    const timer = setTimeout(done, TOGETHER_MS)
    const stop = mailboxes.subscribe(() => mailboxes.get() !== undefined && done())
  })

export const SignedIn = () => {
  const [router] = useState(createAppRouter)
  useEffect(() => {
    startUpdates()
    followSignOut()
    const timer = setTimeout(() => void import('./push.ts').then(({ renewPush }) => renewPush(warm())), RENEW_AFTER_MS)
    const stop = followWorker(warm(), (url) => router.history.push(url))
    let stopAhead: (() => void) | undefined
    const ahead = setTimeout(() => {
      void import('./offline-ahead.ts').then(
        ({ fetchAhead }) => {
          stopAhead = fetchAhead(warm())
        },
        () => undefined,
      )
    }, AHEAD_AFTER_MS)
    return () => {
      clearTimeout(timer)
      clearTimeout(ahead)
      stopAhead?.()
      stop()
    }
  }, [router])
  return (
    <OwnClientProvider client={warm()}>
      <RouterProvider router={router} />
      <ErrorNotices />
      <ExpiredCover />
      <Confirmation />
    </OwnClientProvider>
  )
}
