/** Joins the data room to this browser: fetch with the session cookie, server-sent events, sealed IndexedDB. */
import {
  type ClientOptions,
  createClient,
  idbStorage,
  lockedStorage,
  type MailClient,
  sharedEvents,
} from '../data/index.ts'
import type { Vault } from '../data/vault.ts'
import { CSRF, takeAsked } from './early.ts'
import { mayHaveKept, vault } from './keepsakes.ts'
import { session } from './session.ts'

class SameSiteRequest extends XMLHttpRequest {
  override open(method: string, url: string | URL): void {
    super.open(method, url, true)
    this.setRequestHeader(CSRF, '1')
  }
}

/** A computer is known to be shared, and to keep nothing, only once it is known who is signed in. */
const vaultOnceKnown = (): Promise<Vault | undefined> =>
  new Promise((resolve) => {
    const look = () => {
      if (session.get()?.signedIn !== true) return
      stop()
      resolve(vault())
    }
    const stop = session.subscribe(look)
    look()
  })

let shared: ClientOptions | undefined

/** What every client of the page has in common: one store, one stream of events. */
const options = (): ClientOptions => {
  shared ??= {
    fetch: (url, init) => {
      const asked = takeAsked(url, init.body)
      if (asked !== undefined) return asked
      const headers = new Headers(init.headers)
      headers.set(CSRF, '1')
      return fetch(url, { ...init, headers, credentials: 'same-origin' })
    },
    eventSource: sharedEvents((url) => new EventSource(url)),
    owner: () => (session.get()?.signedIn === true ? session.get()?.login : undefined),
    storage: lockedStorage(idbStorage(indexedDB, navigator.locks), mayHaveKept() ? vault() : vaultOnceKnown()),
    clock: {
      now: () => Date.now(),
      setTimeout: (fn, ms) => window.setTimeout(fn, ms),
      clearTimeout: (handle) => window.clearTimeout(Number(handle)),
    },
    xhr: () => new SameSiteRequest(),
  }
  return shared
}

/** `account`: the mailbox of a function; the person's own when absent. */
export const startClient = (account?: string): MailClient => {
  // Asked before the store is opened, which leaves its mark.
  const isEmpty = !mayHaveKept()
  const own = { ...options(), isEmpty }
  const client = createClient(account === undefined ? own : { ...own, account })
  const wake = () => client.wake()
  window.addEventListener('online', wake)
  document.addEventListener('visibilitychange', () => client.setVisible(document.visibilityState === 'visible'))
  return client
}
