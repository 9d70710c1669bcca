/** Saves a composition by itself: at once on this device, a moment later in the Drafts mailbox. */
import { useCallback, useEffect, useRef, useState } from 'react'
import { useClient } from '../../../shell/client.tsx'
import { type ComposeState, type LinkWords, toDraft } from './compose-state.ts'
import { backUp, dropBackup } from './composers.ts'

export type SaveStatus =
  | { readonly kind: 'clean' }
  | { readonly kind: 'dirty' }
  | { readonly kind: 'saving' }
  | { readonly kind: 'saved'; readonly at: number }
  | { readonly kind: 'failed' }

/** Sealing takes a moment that a page being closed does not have: so it is done at nearly every key. */
const LOCAL_MS = 100
const SERVER_MS = 2000
const AGAIN_MS = 10_000

export interface Autosave {
  readonly status: SaveStatus
  /** To be called after each change. */
  touch(): void
  /** Saves now if something is unsaved. The copy on this device goes once the server has it. */
  flush(): Promise<void>
  /** No more saving: the message was sent or thrown away. */
  stop(): void
}

/** @param read the state as it is now */
export const useAutosave = (
  read: () => ComposeState,
  onSaved: (emailId: string) => void,
  words: LinkWords,
): Autosave => {
  const client = useClient()
  const [status, setStatus] = useState<SaveStatus>({ kind: 'clean' })
  const timers = useRef<{ local?: ReturnType<typeof setTimeout>; server?: ReturnType<typeof setTimeout> }>({})
  const live = useRef({ read, onSaved, words, dirty: false, stopped: false })
  live.current.read = read
  live.current.onSaved = onSaved
  live.current.words = words

  const save = useCallback(async (): Promise<void> => {
    clearTimeout(timers.current.server)
    if (!live.current.dirty || live.current.stopped) return
    live.current.dirty = false
    setStatus({ kind: 'saving' })
    const state = live.current.read()
    try {
      const id = await client.drafts.save(toDraft(state, client.identities.get() ?? [], live.current.words))
      if (live.current.stopped) return
      live.current.onSaved(id)
      if (live.current.dirty) return
      setStatus({ kind: 'saved', at: Date.now() })
    } catch {
      if (live.current.stopped) return
      live.current.dirty = true
      setStatus({ kind: 'failed' })
      timers.current.server = setTimeout(() => void save(), AGAIN_MS)
    }
  }, [client])

  const touch = useCallback(() => {
    const now = live.current
    if (now.stopped) return
    now.dirty = true
    setStatus((before) => (before.kind === 'dirty' ? before : { kind: 'dirty' }))
    clearTimeout(timers.current.local)
    clearTimeout(timers.current.server)
    timers.current.local = setTimeout(() => backUp(now.read()), LOCAL_MS)
    timers.current.server = setTimeout(() => void save(), SERVER_MS)
  }, [save])

  const stop = useCallback(() => {
    live.current.stopped = true
    clearTimeout(timers.current.local)
    clearTimeout(timers.current.server)
    dropBackup(live.current.read().key)
  }, [])

  const flush = useCallback(async () => {
    const state = live.current.read()
    clearTimeout(timers.current.local)
    if (live.current.dirty) backUp(state)
    await save()
    if (!live.current.dirty) dropBackup(state.key)
  }, [save])

  useEffect(() => {
    const keep = () => {
      if (live.current.dirty && !live.current.stopped) backUp(live.current.read())
    }
    window.addEventListener('pagehide', keep)
    return () => window.removeEventListener('pagehide', keep)
  }, [])
  return { status, touch, flush, stop }
}
