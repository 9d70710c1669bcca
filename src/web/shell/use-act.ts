/** Does something on the server and tells what came of it: a notice when it worked, a sentence and a code when not. */
import { useCallback, useRef, useState } from 'react'
import { problemLine, useProblemText } from './problem-text.ts'
import type { Answer } from './request.ts'
import { toast } from './toasts.tsx'

export interface Act {
  readonly isBusy: boolean
  /** Resolves with the value, or undefined when refused (which has been told). */
  run<T>(work: () => Promise<Answer<T>>, done?: string): Promise<{ value: T } | undefined>
}

/** Where the keyboard goes when the thing it was on has gone: the heading of the part, or what scrolls. */
const homeOf = (element: Element): HTMLElement | undefined =>
  element.closest('section')?.querySelector<HTMLElement>('h2') ?? element.closest<HTMLElement>('main') ?? undefined

/**
 * A button that is disabled while it works, or that its own success takes away, loses the focus to nothing. Returns what
 * gives it back, once the screen has followed.
 */
const holdFocus = (): (() => void) => {
  const held = document.activeElement
  if (!(held instanceof HTMLElement) || held === document.body) return () => undefined
  const home = homeOf(held)
  const give = (): void => {
    if (document.activeElement !== null && document.activeElement !== document.body) return
    held.focus({ preventScroll: true })
    if (document.activeElement === held || home === undefined) return
    if (!home.hasAttribute('tabindex')) home.tabIndex = -1
    home.focus({ preventScroll: true })
  }
  return () => void setTimeout(give, 100)
}

export const useAct = (): Act => {
  const [isBusy, setBusy] = useState(false)
  const unsay = useRef<() => void>(undefined)
  const problemText = useProblemText()
  const run = useCallback<Act['run']>(
    async (work, done) => {
      const giveFocus = holdFocus()
      setBusy(true)
      const answer = await work()
      setBusy(false)
      giveFocus()
      // What went wrong before is no longer so.
      unsay.current?.()
      unsay.current = undefined
      if (answer.kind !== 'ok') {
        unsay.current = toast(problemLine(problemText(answer)), { tone: 'problem', ms: 9000 })
        return
      }
      if (done !== undefined) toast(done)
      return { value: answer.value }
    },
    [problemText],
  )
  return { isBusy, run }
}
