/**
 * A part of the page that is fetched when it is first needed, or in an idle moment before. Once there it is shown in the
 * same frame; React's `lazy` would show its fallback first, and hold what follows for up to 300 ms.
 */
import { type ComponentType, useEffect, useState } from 'react'

export interface Later<P extends object> {
  (props: P): React.JSX.Element | null
  /** Fetches it ahead of need. Rejects when it cannot be had. */
  preload(): Promise<unknown>
}

/** @param Waiting shown until it is there; nothing when it is not given */
export const later = <P extends object>(load: () => Promise<ComponentType<P>>, Waiting?: ComponentType): Later<P> => {
  let Loaded: ComponentType<P> | undefined
  let loading: Promise<unknown> | undefined
  const preload = (): Promise<unknown> => {
    loading ??= load().then(
      (component) => {
        Loaded = component
      },
      (error: unknown) => {
        loading = undefined
        throw error
      },
    )
    return loading
  }
  const Part = (props: P) => {
    const [, show] = useState(false)
    useEffect(() => {
      let current = true
      const there = () => current && show(true)
      // What cannot be fetched has been told by the page's own listener (shell/updates.ts).
      preload().then(there, () => undefined)
      return () => {
        current = false
      }
    }, [])
    if (Loaded !== undefined) return <Loaded {...props} />
    return Waiting === undefined ? null : <Waiting />
  }
  return Object.assign(Part, { preload })
}

/** One part after another, while the page has nothing else to do; what fails is fetched when it is needed. */
export const preloadWhenIdle = (parts: readonly (() => Promise<unknown>)[]): (() => void) => {
  let stopped = false
  const idle = (fn: () => void) =>
    typeof requestIdleCallback === 'function' ? requestIdleCallback(fn, { timeout: 2000 }) : setTimeout(fn, 200)
  const next = (at: number) => {
    const part = parts[at]
    if (stopped || part === undefined) return
    idle(
      () =>
        void part().then(
          () => next(at + 1),
          () => next(at + 1),
        ),
    )
  }
  next(0)
  return () => {
    stopped = true
  }
}
