/** The keys of the grid: the arrows and their kin move a cursor, the focus stays on the grid. */
import { useEffect } from 'react'
import { preferences } from '../../../shell/preferences.ts'
import { openCursorRow } from '../act/open.ts'
import { useActs } from '../act/use-acts.ts'
import { isComposerStarting } from '../compose/composers.ts'
import { isOnePane } from '../view/view.ts'
import { clearSelection, type ListState, selectAll, selectTo, toggleRow } from './list-state.ts'

/** Rows to move for a key, or undefined when the key is not one that moves. */
export const stepOf = (key: string, total: number): number | undefined => {
  const steps: Record<string, number> = {
    ArrowDown: 1,
    ArrowUp: -1,
    j: 1,
    k: -1,
    PageDown: 10,
    PageUp: -10,
    Home: -total,
    End: total,
  }
  return Object.hasOwn(steps, key) ? steps[key] : undefined
}

/** Moves the cursor; returns the row it reached, if it is known. */
export const moveCursor = (state: ListState, step: number): { index: number; id: string | undefined } => {
  const total = state.list.total ?? 0
  const cursor = state.cursor.get()
  const at = cursor === undefined ? -1 : state.list.indexOf(cursor)
  // Without a cursor the first step goes to the near end; Home and End go where they say.
  const first = Math.abs(step) >= total ? step : step > 0 ? 0 : total - 1
  const index = Math.max(0, Math.min(total - 1, at < 0 ? first : at + step))
  const id = state.list.idAt(index)
  if (id !== undefined) state.cursor.set(id)
  return { index, id }
}

export const useListKeys = (state: ListState, grid: HTMLElement | null, scrollTo: (index: number) => void): void => {
  const acts = useActs()
  useEffect(() => {
    const step = (amount: number, extend: boolean) => {
      const { index, id } = moveCursor(state, amount)
      if (index < 0) return
      scrollTo(index)
      state.list.request(Math.max(0, index - 20), index + 20)
      if (id === undefined) return
      if (extend) selectTo(acts.client, state, id)
      else if (!isOnePane()) openCursorRow(acts, state)
    }
    const onKey = (event: KeyboardEvent) => {
      if (event.defaultPrevented || event.altKey || isKeyOff(event)) return
      const target = event.target
      if (!(target instanceof HTMLElement) || isTyping(target)) return
      const inGrid = grid?.contains(target) ?? false
      const amount = stepOf(event.key, state.list.total ?? 0)
      if (amount !== undefined && !event.ctrlKey && !event.metaKey) {
        const letter = event.key.length === 1
        if (!inGrid && !(letter || (event.key.startsWith('Arrow') && target === document.body))) return
        event.preventDefault()
        step(amount, event.shiftKey && !letter)
        return
      }
      const cursor = state.cursor.get()
      if ((event.key === 'x' && !event.ctrlKey) || (inGrid && event.key === ' ')) {
        event.preventDefault()
        if (cursor !== undefined) toggleRow(state, cursor)
      } else if (inGrid && event.key === 'a' && (event.ctrlKey || event.metaKey)) {
        event.preventDefault()
        void selectAll(acts.client, state)
      } else if (inGrid && event.key === 'Enter') {
        event.preventDefault()
        openCursorRow(acts, state, true)
      } else if (event.key === 'Escape' && state.selection.get().size > 0) {
        event.preventDefault()
        clearSelection(state)
      }
    }
    window.addEventListener('keydown', onKey)
    return () => window.removeEventListener('keydown', onKey)
  }, [state, grid, scrollTo, acts])
}

/** True where letters are text, and where a sheet is before the page, wherever the focus went (ui/dialog-sheet.tsx). */
export const isTyping = (target: HTMLElement): boolean =>
  isComposerStarting() ||
  (target === document.body && document.querySelector('[data-sheet]') !== null) ||
  target.isContentEditable ||
  (target instanceof HTMLInputElement && target.type !== 'checkbox') ||
  target instanceof HTMLTextAreaElement ||
  target instanceof HTMLSelectElement ||
  target.closest('[role="dialog"],[role="alertdialog"],[role="menu"],[role="listbox"]') !== null

/**
 * True of a single key that writes something, where the person has turned such shortcuts off; what the palette presses
 * for them (shell/palette-commands.ts) still acts.
 */
export const isKeyOff = ({ key, ctrlKey, metaKey, detail }: KeyboardEvent): boolean =>
  key.length === 1 && key !== ' ' && !ctrlKey && !metaKey && detail !== ASKED && !preferences.get().letterKeys

/** Marks the keys that the palette presses. */
export const ASKED = 1
