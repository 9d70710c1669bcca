/**
 * The service worker: opens the application and the pages of help without a network, and shows what push services bring.
 * It never sees a mail go by: requests that are not for the application's own files or for help are not answered here.
 */
import { answerFromGuides, helpLanguage, keepGuides, ownLanguage } from './guides.ts'
import { open, tell, tidy } from './notify.ts'
import { answerFromShell, dropOldShells, installShell } from './shell-cache.ts'

declare const self: ServiceWorkerGlobalScope

self.addEventListener('install', (event) => event.waitUntil(installShell()))

self.addEventListener('activate', (event) => {
  event.waitUntil(Promise.all([dropOldShells(), self.clients.claim(), keepGuides(ownLanguage())]))
})

self.addEventListener('fetch', (event) => {
  const answer = answerFromShell(event.request) ?? answerFromGuides(event.request)
  if (answer !== undefined) event.respondWith(answer)
  // Whoever reads the help in a language has all of it from then on.
  const language = helpLanguage(event.request)
  if (language !== undefined) event.waitUntil(keepGuides(language))
})

self.addEventListener('message', (event) => {
  // Only when a person has asked for the new version: pages that are open would otherwise change under them.
  if (event.data === 'take-over') void self.skipWaiting()
  // A page has seen something read.
  if (event.data === 'tidy') event.waitUntil(tidy())
})

self.addEventListener('push', (event) => {
  let json: unknown
  try {
    json = event.data?.json()
  } catch {
    // Not ours.
  }
  event.waitUntil(tell(json))
})

self.addEventListener('notificationclick', (event) => event.waitUntil(open(event.notification)))
