/**
 * The service worker of this page: begun once somebody is signed in, never on a shared computer. A new version is told
 * and waits until it is asked for, so that no page changes under somebody who is writing.
 */
import i18next from 'i18next'
import { session } from './session.ts'
import { toast } from './toasts.tsx'

/** Not while the first screen is being fetched. */
const AFTER_MS = 4000
const LOOK_EVERY_MS = 3_600_000
/** A notice that stays until something is done about it. */
const STAYS_MS = 24 * 3_600_000

let isAsked = false
let isTold = false

const reload = (): void => window.location.reload()

const tell = (text: 'update.ready' | 'update.missing', run: () => void): void => {
  if (isTold) return
  isTold = true
  toast(i18next.t(text), { action: { label: i18next.t('update.reload'), run }, ms: STAYS_MS })
}

const offer = (worker: ServiceWorker): void =>
  tell('update.ready', () => {
    isAsked = true
    worker.postMessage('take-over')
  })

/** Tells of every version that is ready beside the one that runs. */
const follow = (registration: ServiceWorkerRegistration): void => {
  const watch = (worker: ServiceWorker | null) => {
    worker?.addEventListener('statechange', () => {
      if (worker.state === 'installed' && navigator.serviceWorker.controller !== null) offer(worker)
    })
  }
  if (registration.waiting !== null && navigator.serviceWorker.controller !== null) offer(registration.waiting)
  watch(registration.installing)
  registration.addEventListener('updatefound', () => watch(registration.installing))
  let looked = Date.now()
  document.addEventListener('visibilitychange', () => {
    if (document.visibilityState !== 'visible' || Date.now() - looked < LOOK_EVERY_MS) return
    looked = Date.now()
    void registration.update().catch(() => undefined)
  })
}

const begin = async (): Promise<void> => {
  if (session.get()?.signedIn !== true || session.get()?.shared === true) return
  const hadWorker = navigator.serviceWorker.controller !== null
  navigator.serviceWorker.addEventListener('controllerchange', () => {
    if (isAsked) reload()
    // Another page has asked for the new version: the parts this one lacks may be gone.
    else if (hadWorker) tell('update.ready', reload)
  })
  try {
    follow(await navigator.serviceWorker.register('/sw.js', { scope: '/', updateViaCache: 'none' }))
  } catch {
    // Refused (a private window, a certificate that is not trusted): the application works, with a network.
  }
}

/** To be called once, when the application of those who are signed in is shown. */
export const startUpdates = (): void => {
  // A part of the program that is no longer there: the server runs another version.
  window.addEventListener('vite:preloadError', () => {
    if (navigator.onLine) tell('update.missing', reload)
  })
  if (!import.meta.env.PROD || !('serviceWorker' in navigator)) return
  setTimeout(() => void begin(), AFTER_MS)
}
