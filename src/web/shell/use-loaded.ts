/** What a screen reads from the server: not there yet, there, or refused; and a way to read it again. */
import { useCallback, useEffect, useRef, useState } from 'react'
import type { Answer, Problem } from './request.ts'

export interface Loaded<T> {
  /** The latest value; kept while it is read again. */
  readonly value: T | undefined
  readonly problem: Problem | undefined
  readonly isBusy: boolean
  reload(): Promise<void>
}

/** Reads when `key` changes; an answer that comes after a later question is dropped. */
export const useLoaded = <T>(key: string, load: () => Promise<Answer<T>>): Loaded<T> => {
  const [state, setState] = useState<{ key: string; value?: T; problem?: Problem }>({ key })
  const [isBusy, setBusy] = useState(true)
  const latest = useRef(load)
  latest.current = load
  const turn = useRef(0)
  const reload = useCallback(async () => {
    const mine = ++turn.current
    setBusy(true)
    const answer = await latest.current()
    if (mine !== turn.current) return
    setBusy(false)
    setState((now) =>
      answer.kind === 'ok'
        ? { key, value: answer.value }
        : { key, problem: answer, ...(now.key === key && now.value !== undefined ? { value: now.value } : {}) },
    )
  }, [key])
  useEffect(() => {
    void reload()
    return () => {
      turn.current++
    }
  }, [reload])
  return { value: state.value, problem: state.problem, isBusy, reload }
}
