/**
 * The first screen of the mail, made a few times and thrown away while somebody types a password: what a browser has run
 * before it runs several times as fast. The parts are the application's own, the mail is made up. They are made in an
 * element that is nowhere in the page, so that nobody sees, hears or focuses them, and hidden (React's Activity), in small
 * pieces and without their effects: they listen to nothing, keep nothing and ask the server for nothing.
 */
import { createMemoryHistory } from '@tanstack/react-router'
import { Activity } from 'react'
import { createRoot } from 'react-dom/client'
import type { MailClient } from '../data/index.ts'
import type { loadSignedIn } from './begin.ts'
import { setFirstRequest } from './early.ts'
import { madeUpClient } from './rehearsal-mail.ts'

/** By then most of it is compiled. */
const TIMES = 3
/** A browser that is busy with something else has no time to rehearse. */
const WITHIN_MS = 3000
const ADDRESS = '/mail/inbox'

const known = (client: MailClient): Promise<void> =>
  new Promise((resolve) => {
    const look = () => client.mailboxes.get() !== undefined && resolve()
    client.mailboxes.subscribe(look)
    look()
  })

/** Resolves when the list is made in it; after a while in any case. */
const made = (box: Element): Promise<void> =>
  new Promise((resolve) => {
    const end = () => {
      watch.disconnect()
      clearTimeout(timer)
      resolve()
    }
    const watch = new MutationObserver(() => box.querySelector('[role=row]') !== null && end())
    watch.observe(box, { childList: true, subtree: true })
    const timer = setTimeout(end, WITHIN_MS)
  })

/** Given and not imported: what is first fetched stays in the files that it is in. */
type Program = Awaited<ReturnType<typeof loadSignedIn>>

const once = async ({ askInbox, createAppRouter, MailScreens }: Program): Promise<void> => {
  let asked: string | undefined
  const client = madeUpClient((body) => {
    asked ??= body
  })
  askInbox(client, () => ADDRESS)
  await known(client)
  // What the real one will ask first, but for the ids.
  if (asked !== undefined) setFirstRequest(asked)
  const router = createAppRouter(createMemoryHistory({ initialEntries: [ADDRESS] }))
  await router.load()
  const box = document.createElement('div')
  const root = createRoot(box)
  root.render(
    <Activity mode="hidden">
      <MailScreens client={client} router={router} />
    </Activity>,
  )
  await made(box)
  root.unmount()
  await client.close()
}

/** @param goesOn whether it is still of use; looked at before each time */
export const rehearse = async (program: Program, goesOn: () => boolean): Promise<void> => {
  for (let n = 0; n < TIMES && goesOn(); n++) await once(program)
}
