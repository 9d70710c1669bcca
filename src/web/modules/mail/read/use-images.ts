/** Remote pictures of a message: whether they may be shown, and their bytes, fetched through our own server. */
import { useEffect, useState } from 'react'
import type { Reading } from '../../../data/index.ts'
import { useClient } from '../../../shell/client.tsx'
import { ask, list as listOf, record, text } from '../../../shell/request.ts'
import { createValue, useLive } from '../../../shell/value.ts'

/** What was chosen on this page since the readings were fetched, of senders, and of everybody (`*`). */
const chosenHere = createValue<ReadonlyMap<string, boolean>>(new Map())
/** Messages whose pictures were asked for once. */
const shownOnce = createValue<ReadonlySet<string>>(new Set())

const isProved = ({ proof }: Reading): boolean => proof === 'own' || proof === 'verified'

export interface Images {
  /** `off`: this server shows none; `blocked`: the reader is asked; `shown`. */
  readonly state: 'off' | 'blocked' | 'shown'
  /** The sender can be trusted: it is proved. */
  readonly canTrust: boolean
  readonly once: () => void
  /** Resolves to false when the server did not take it; to what takes it back when it did. */
  readonly trust: (sender: string) => Promise<false | (() => Promise<boolean>)>
  /** Changes when pictures that were shown are to go. */
  readonly takenBack: number
}

/** A choice that the server has taken, for the messages that are read already. */
export const noteTrust = (sender: string, trusted: boolean): void =>
  chosenHere.set((now) => new Map([...now, [sender, trusted]]))

const tellTrust = async (sender: string, trusted: boolean): Promise<boolean> => {
  const answer = await ask('/mail/images/trust', { sender, trusted }, () => true)
  if (answer.kind !== 'ok') return false
  noteTrust(sender, trusted)
  return true
}

const showOnce = (key: string, isShown: boolean): void =>
  shownOnce.set((now) => new Set([...[...now].filter((one) => one !== key), ...(isShown ? [key] : [])].slice(-500)))

export const useImages = (emailId: string, sender: string, reading: Reading | null | undefined): Images => {
  const chosen = useLive(chosenHere)
  const once = useLive(shownOnce)
  const [takenBack, setTakenBack] = useState(0)
  const { account = '' } = useClient()
  const key = `${account}/${emailId}`
  const canTrust = reading ? isProved(reading) : false
  // A choice made since counts more than what the reading says, that of the sender more than that of everybody.
  const trusts = chosen.get(sender) ?? chosen.get('*')
  const isTrusted = canTrust && (trusts ?? reading?.images === 'allowed')
  return {
    state: reading?.images === 'off' ? 'off' : isTrusted || once.has(key) ? 'shown' : 'blocked',
    canTrust,
    once: () => showOnce(key, true),
    trust: async (who) => {
      if (!(await tellTrust(who, true))) return false
      showOnce(key, true)
      return async () => {
        if (!(await tellTrust(who, false))) return false
        showOnce(key, false)
        setTakenBack((count) => count + 1)
        return true
      }
    },
    takenBack,
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
