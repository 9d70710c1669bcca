/** The keys that act on mail, from anywhere but a text field. */
import { useEffect } from 'react'
import { answerOpen } from '../compose/answer.ts'
import { isKeyOff, isTyping } from '../list/use-list-keys.ts'
import { isOnePane } from '../view/view.ts'
import { archive, askLabels, askMove, askSnooze, junk, toggleFlag, toggleMute, toggleRead, trash } from './act.ts'
import type { Acts } from './acts.ts'
import { fromOf, goToList, openNeighbour } from './open.ts'

/** Where the list is beside the conversation these are its own keys (list/use-list-keys.ts). */
const passes = (key: string): boolean => key === 'j' || key === 'k'

const verbs: Readonly<Record<string, (acts: Acts) => void>> = {
  e: (acts) => archive(acts),
  '#': (acts) => trash(acts),
  Delete: (acts) => trash(acts),
  v: (acts) => askMove(acts),
  l: (acts) => askLabels(acts),
  h: (acts) => askSnooze(acts),
  m: (acts) => toggleMute(acts),
  s: (acts) => toggleFlag(acts),
  u: toggleRead,
  '!': (acts) => junk(acts),
  r: (acts) => answerOpen(acts, 'reply'),
  a: (acts) => answerOpen(acts, 'replyAll'),
  f: (acts) => answerOpen(acts, 'forward'),
  j: (acts) => openNeighbour(acts, 1),
  k: (acts) => openNeighbour(acts, -1),
  Escape: (acts) => {
    if (acts.headed().threadId === undefined) return
    goToList(fromOf(acts))
    requestAnimationFrame(() => document.getElementById('list')?.focus())
  },
}

export const useMailKeys = (acts: Acts): void => {
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || event.repeat || isKeyOff(event))
        return
      if (event.target instanceof HTMLElement && isTyping(event.target)) return
      const verb = Object.hasOwn(verbs, event.key) ? verbs[event.key] : undefined
      if (verb === undefined) return
      if (passes(event.key) && !(isOnePane() && acts.headed().threadId !== undefined)) return
      event.preventDefault()
      verb(acts)
    }
    window.addEventListener('keydown', onKey)
    return () => window.removeEventListener('keydown', onKey)
  }, [acts])
}
