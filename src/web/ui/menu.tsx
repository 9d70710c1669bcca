/** A menu under a control. The control is there at once; what opens is a chunk of its own, fetched ahead of need. */
import { type KeyboardEvent, type ReactNode, useId, useMemo, useRef, useState } from 'react'
import { ButtonContext } from 'react-aria-components/Button'
import type { IconName } from './icon.tsx'
import { later } from './later.tsx'

export interface MenuEntry {
  id: string
  label: string
  icon?: IconName
  shortcut?: string
  onAction: () => void
  /** Draws a line above. */
  apart?: boolean
  disabled?: boolean
  checked?: boolean
  /** A colour that is shown before the label, in the place of an icon. */
  swatch?: string
}

/** Where the keyboard goes when the menu opens; `menu` when a pointer opened it. */
export type MenuFocus = 'first' | 'last' | 'menu'

const Sheet = later(() => import('./menu-sheet.tsx').then((module) => module.MenuSheet))

/** Fetches what menus are made of, ahead of need. */
export const preloadMenu = Sheet.preload

const ARROWS: Readonly<Record<string, MenuFocus>> = { ArrowDown: 'first', ArrowUp: 'last' }

interface PressLike {
  readonly pointerType: string
  readonly target: Element
}
interface KeyLike extends KeyboardEvent {
  continuePropagation?(): void
}

/** A menu under the button given as `trigger`. */
export const Menu = ({
  trigger,
  label,
  entries,
  header,
  isOpen,
  onOpenChange,
}: {
  trigger: ReactNode
  label: string
  entries: readonly MenuEntry[]
  header?: ReactNode
  /** With both it can be opened by something else than its trigger (a context menu). */
  isOpen?: boolean
  onOpenChange?: (open: boolean) => void
}) => {
  const [isOwnOpen, setOwnOpen] = useState(false)
  const [focus, setFocus] = useState<MenuFocus>('menu')
  const button = useRef<HTMLButtonElement>(null)
  const id = useId()
  const open = isOpen ?? isOwnOpen
  const change = (next: boolean) => {
    setOwnOpen(next)
    onOpenChange?.(next)
  }
  const show = (from: Element, first: MenuFocus) => {
    // The keyboard returns to the button when the menu closes, also where a browser does not focus what is pressed.
    if (from instanceof HTMLElement) from.focus({ preventScroll: true })
    setFocus(first)
    change(true)
  }
  const latest = useRef(show)
  latest.current = show
  const context = useMemo(
    () => ({
      id,
      ref: button,
      preventFocusOnPress: true,
      'aria-haspopup': 'menu' as const,
      'aria-expanded': open,
      onHoverStart: () => void preloadMenu().catch(() => undefined),
      // As native menus do: at the mouse's press, at the finger's release.
      onPressStart: ({ pointerType, target }: PressLike) => {
        if (pointerType !== 'touch' && pointerType !== 'keyboard')
          latest.current(target, pointerType === 'virtual' ? 'first' : 'menu')
      },
      onPress: ({ pointerType, target }: PressLike) => {
        if (pointerType === 'touch' || pointerType === 'keyboard') latest.current(target, 'first')
      },
      onKeyDown: (event: KeyLike) => {
        const first = ARROWS[event.key]
        if (first === undefined) event.continuePropagation?.()
        else {
          event.preventDefault()
          latest.current(event.currentTarget, first)
        }
      },
    }),
    [id, open],
  )
  return (
    <>
      <ButtonContext value={context}>{trigger}</ButtonContext>
      {open ? (
        <Sheet
          triggerRef={button}
          labelledBy={id}
          label={label}
          entries={entries}
          header={header}
          focus={focus}
          onClose={() => change(false)}
        />
      ) : null}
    </>
  )
}
