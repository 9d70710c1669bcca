/** Remote pictures of a message: whether they may be shown, and their bytes, fetched through our own server. */
import { useEffect, useState } from 'react'
import type { Reading } from '../../../data/index.ts'
import { useClient } from '../../../shell/client.tsx'
import { ask, list as listOf, record, text } from '../../../shell/request.ts'
import { createValue, useLive } from '../../../shell/value.ts'

/** What was chosen on this page since the readings were fetched: senders, and `*` for everybody. */
const trustedHere = createValue<ReadonlySet<string>>(new Set())
/** Messages whose pictures were asked for once. */
const shownOnce = createValue<ReadonlySet<string>>(new Set())

const isProved = ({ proof }: Reading): boolean => proof === 'own' || proof === 'verified'

export interface Images {
  /** `off`: this server shows none; `blocked`: the reader is asked; `shown`. */
  readonly state: 'off' | 'blocked' | 'shown'
  /** The sender can be trusted: it is proved. */
  readonly canTrust: boolean
  readonly once: () => void
  /** Resolves to false when the server did not take it. */
  readonly trust: (sender: string) => Promise<boolean>
}

export const useImages = (emailId: string, sender: string, reading: Reading | null | undefined): Images => {
  const trusted = useLive(trustedHere)
  const once = useLive(shownOnce)
  const { account = '' } = useClient()
  const key = `${account}/${emailId}`
  const canTrust = reading ? isProved(reading) : false
  const isTrusted = reading?.images === 'allowed' || (canTrust && (trusted.has('*') || trusted.has(sender)))
  return {
    state: reading?.images === 'off' ? 'off' : isTrusted || once.has(key) ? 'shown' : 'blocked',
    canTrust,
    once: () => shownOnce.set((now) => new Set([...now, key].slice(-500))),
    trust: async (who) => {
      const answer = await ask('/mail/images/trust', { sender: who, trusted: true }, () => true)
      if (answer.kind !== 'ok') return false
      trustedHere.set((now) => new Set([...now, who]))
      shownOnce.set((now) => new Set([...now, key].slice(-500)))
      return true
    },
  }
}

/** Fetched at the same time. */
const AT_ONCE = 6

const pathsOf = async (urls: readonly string[]): Promise<readonly string[]> => {
  const answer = await ask('/mail/images', { urls }, (body) => listOf(record(body).paths).map(text))
  return answer.kind === 'ok' ? answer.value : []
}

/** Our own page fetches each, with its session; the frame that shows them loads nothing itself. */
const fetchImage = async (path: string, signal: AbortSignal): Promise<Blob | undefined> => {
  try {
    const response = await fetch(path, { signal, credentials: 'same-origin' })
    return response.ok ? await response.blob() : undefined
  } catch {
    return undefined
  }
}

/** Fetches pictures and gives each to `take` as it comes. Resolves to how many could not be had. */
export const fetchImages = async (
  urls: readonly string[],
  take: (number: number, blob: Blob) => void,
  signal: AbortSignal,
): Promise<number> => {
  const paths = await pathsOf(urls)
  let failed = 0
  let next = 0
  const work = async (): Promise<void> => {
    while (next < urls.length && !signal.aborted) {
      const number = next++
      const path = paths[number] ?? ''
      const blob = path === '' ? undefined : await fetchImage(path, signal)
      if (blob) take(number, blob)
      else if (!signal.aborted) failed++
    }
  }
  await Promise.all(Array.from({ length: AT_ONCE }, work))
  return failed
}

/** How many pictures could not be had, as the frame says. */
export const useFailed = (key: string): [number, (count: number) => void] => {
  const [failed, setFailed] = useState(0)
  // biome-ignore lint/correctness/useExhaustiveDependencies: another message begins anew
  useEffect(() => setFailed(0), [key])
  return [failed, setFailed]
}
