/** The page's side of notifications: one that is pressed opens here, those that were read elsewhere are closed. */
import type { MailClient } from '../data/index.ts'

/** Counts change many times while a mailbox is read. */
const PAUSE_MS = 1500

const isOpening = (value: unknown): value is { kind: 'open'; url: string } =>
  typeof value === 'object' &&
  value !== null &&
  'kind' in value &&
  value.kind === 'open' &&
  'url' in value &&
  typeof value.url === 'string' &&
  /^\/(?![/\\])/.test(value.url)

/** @param go shows a page of ours without loading anew */
export const followWorker = (client: MailClient, go: (url: string) => void): (() => void) => {
  if (!('serviceWorker' in navigator)) return () => undefined
  const onMessage = (event: MessageEvent<unknown>) => {
    if (isOpening(event.data)) go(event.data.url)
  }
  navigator.serviceWorker.addEventListener('message', onMessage)
  let timer: ReturnType<typeof setTimeout> | undefined
  const stop = client.mailboxes.subscribe(() => {
    if (!('Notification' in window) || Notification.permission !== 'granted') return
    clearTimeout(timer)
    timer = setTimeout(() => navigator.serviceWorker.controller?.postMessage('tidy'), PAUSE_MS)
  })
  return () => {
    navigator.serviceWorker.removeEventListener('message', onMessage)
    clearTimeout(timer)
    stop()
  }
}
