/** The application of those who are signed in: its one mail client, its routes, and what covers them when they expire. */
import { RouterProvider } from '@tanstack/react-router'
import { type ReactNode, useEffect, useState } from 'react'
import type { MailClient } from '../data/index.ts'
import { focusOn } from '../modules/mail/list/focus.ts'
import { OwnClientProvider } from './client.tsx'
import { Confirmation } from './confirm.tsx'
import { ErrorNotices } from './error-notices.tsx'
import { ExpiredCover } from './expired-cover.tsx'
import { followWorker } from './follow-worker.ts'
import { closeFunctions, followFunctions } from './functions.ts'
import { gatePage } from './gate-place.ts'
import { followSignOut } from './keepsakes.ts'
import { preferences } from './preferences.ts'
import { createAppRouter } from './router.tsx'
import { keptFor, session } from './session.ts'
import { startClient } from './start-client.ts'
import { startUpdates } from './updates.ts'

const RENEW_AFTER_MS = 15_000
const AHEAD_AFTER_MS = 3000
const PICTURE_AFTER_MS = 600

/** By then the screen has the list in its own hands. */
const INBOX_HELD_MS = 5000

/** The rows of the inbox are asked for as soon as it is known which one it is, not once the screen that shows them is made. */
export const askInbox = (made: MailClient, address = () => window.location.pathname + window.location.search): void => {
  const look = () => {
    const inbox = made.mailboxes.get()?.find(({ role }) => role === 'inbox')?.id ?? made.session.get()?.inbox
    if (inbox === undefined) return
    for (const stop of stops) stop()
    const { flat, listOrder } = preferences.get()
    // The sign-in page leads here, unless its address says where else.
    const isWanted = /^\/(?:(?:login)?$|mail\/inbox(?:[/?]|$))/.test(address())
    if (!isWanted || flat || listOrder === 'oldest' || focusOn.get()) return
    const list = made.list(made.mailboxQuery(inbox))
    setTimeout(() => list.close(), INBOX_HELD_MS)
  }
  const stops = [made.mailboxes.subscribe(look), made.session.subscribe(look)]
}

/** For the rehearsal. */
export { createAppRouter }

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

let router: ReturnType<typeof createAppRouter> | undefined

/** The routes of the address are found before anything is shown: one rendering instead of three. */
const findRoutes = async (): Promise<void> => {
  // A page of the gate is no address of the application.
  if (router !== undefined || gatePage.get() !== undefined || session.get()?.mustChangePassword === true) return
  router = createAppRouter()
  await router.load().catch(() => undefined)
}

/** Resolves when the first screen can be shown at once with its rows; after a moment in any case. */
export const together = async (): Promise<void> => {
  await Promise.all([findRoutes(), firstRows()])
}

const firstRows = (): Promise<void> =>
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

const takeRouter = () => {
  const found = router ?? createAppRouter()
  router = undefined
  return found
}

/** What is not of the first moments: begun after `ms`; ends what it began. */
const afterwards = (ms: number, begin: () => Promise<() => void>): (() => void) => {
  let end: (() => void) | undefined
  let isOver = false
  const timer = setTimeout(() => {
    void begin().then(
      (stop) => {
        if (isOver) stop()
        else end = stop
      },
      () => undefined,
    )
  }, ms)
  return () => {
    isOver = true
    clearTimeout(timer)
    end?.()
  }
}

/** Nothing waits to be sent, and what is on the screen is what the server says. */
const isCalm = (): boolean => warm().status.get() === 'online' && !warm().pending.get()

interface ScreensProps {
  client: MailClient
  router: ReturnType<typeof createAppRouter>
  children?: ReactNode
}

export const MailScreens = ({ client, router, children }: ScreensProps) => (
  <OwnClientProvider client={client}>
    <RouterProvider router={router} />
    {children}
  </OwnClientProvider>
)

export const SignedIn = () => {
  const [router] = useState(takeRouter)
  useEffect(() => {
    startUpdates()
    followSignOut()
    const timer = setTimeout(() => void import('./push.ts').then(({ renewPush }) => renewPush(warm())), RENEW_AFTER_MS)
    const stop = followWorker(warm(), (url) => router.history.push(url))
    const stopPicture = afterwards(PICTURE_AFTER_MS, () =>
      import('./take-picture.ts').then(({ followPicture }) => followPicture(isCalm)),
    )
    const stopAhead = afterwards(AHEAD_AFTER_MS, () =>
      import('./offline-ahead.ts').then(({ fetchAhead }) => fetchAhead(warm())),
    )
    return () => {
      clearTimeout(timer)
      stopPicture()
      stopAhead()
      stop()
    }
  }, [router])
  return (
    <MailScreens client={warm()} router={router}>
      <ErrorNotices />
      <ExpiredCover />
      <Confirmation />
    </MailScreens>
  )
}
