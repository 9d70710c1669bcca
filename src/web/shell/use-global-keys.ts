/** The keys of the frame: write, search, help, undo, and `g` followed by a letter to go somewhere. */
import { useRouter } from '@tanstack/react-router'
import { useEffect } from 'react'
import { compose } from '../modules/mail/compose/composers.ts'
import { isKeyOff, isTyping } from '../modules/mail/list/use-list-keys.ts'
import { helpOpen, paletteOpen } from './open-parts.ts'
import { undoLatest } from './toasts.tsx'

const places: Readonly<Record<string, string>> = {
  i: '/mail/inbox',
  d: '/mail/drafts',
  t: '/mail/sent',
  a: '/mail/archive',
  h: '/portal',
  s: '/settings',
}

export const useGlobalKeys = (): void => {
  const { history } = useRouter()
  useEffect(() => {
    let goUntil = 0
    const onKey = (event: KeyboardEvent) => {
      if (event.defaultPrevented || event.altKey || event.repeat) return
      // From a field of the page too; in the editor of messages it makes a link, in a dialog it would hide a question.
      const isFree = !(
        event.target instanceof HTMLElement && event.target.closest('[contenteditable],[role*="dialog"]')
      )
      if ((event.ctrlKey || event.metaKey) && event.key === 'k' && isFree) {
        event.preventDefault()
        paletteOpen.set(true)
        return
      }
      if (event.target instanceof HTMLElement && isTyping(event.target)) return
      if (isKeyOff(event)) return
      const { key } = event
      if (event.ctrlKey || event.metaKey) {
        if (key === 'z' && undoLatest()) event.preventDefault()
        return
      }
      if (event.timeStamp < goUntil && Object.hasOwn(places, key)) {
        goUntil = 0
        event.preventDefault()
        // Before the mail's own keys hear of it.
        event.stopImmediatePropagation()
        history.push(places[key]!)
        return
      }
      if (key === 'g') goUntil = event.timeStamp + 1200
      else if (key === 'c') compose()
      else if (key === '/') document.getElementById('search')?.focus()
      else if (key === '?') helpOpen.set(true)
      else if (key === 'z') undoLatest()
      else return
      event.preventDefault()
    }
    window.addEventListener('keydown', onKey, { capture: true })
    return () => window.removeEventListener('keydown', onKey, { capture: true })
  }, [history])
}
