/** Short notices at the foot of the screen, with Undo where there is something to undo. */
import { useEffect, useState } from 'react'
import { createPortal } from 'react-dom'
import { useTranslation } from 'react-i18next'
import { Button } from '../ui/button.tsx'
import { Icon } from '../ui/icon.tsx'
import { announce } from './announce.tsx'
import css from './toasts.module.css'
import { createValue, useLive } from './value.ts'

export interface Toast {
  readonly id: number
  readonly text: string
  readonly tone: 'plain' | 'problem'
  readonly undo: (() => void) | undefined
  /** Something else that can be done about it, in a word. */
  readonly action: ToastAction | undefined
  readonly ms: number
}

export interface ToastAction {
  readonly label: string
  readonly run: () => void
}

const shown = createValue<readonly Toast[]>([])
let count = 0

/** Shows a notice; returns the function that takes it away. */
export const toast = (
  text: string,
  options: { undo?: () => void; action?: ToastAction; tone?: Toast['tone']; ms?: number } = {},
): (() => void) => {
  const id = ++count
  const tone = options.tone ?? 'plain'
  const { undo, action } = options
  const entry: Toast = { id, text, tone, undo, action, ms: options.ms ?? (undo ? 8000 : 5000) }
  shown.set((now) => [...now.slice(-2), entry])
  announce(text)
  return () => dismiss(id)
}

/** Shows how far a long work is; `tell` changes the sentence in silence, `end` takes it away. */
export const progressToast = (text: string): { tell: (text: string) => void; end: () => void } => {
  const end = toast(text, { ms: 600_000 })
  const id = count
  return { end, tell: (now) => shown.set((all) => all.map((one) => (one.id === id ? { ...one, text: now } : one))) }
}

const dismiss = (id: number): void => shown.set((now) => now.filter((entry) => entry.id !== id))

/** Undoes the latest thing that can be (key Z). False when nothing is left to undo. */
export const undoLatest = (): boolean => {
  const entry = shown.get().findLast((item) => item.undo !== undefined)
  if (entry === undefined) return false
  dismiss(entry.id)
  entry.undo?.()
  return true
}

const ToastButton = ({ entry, label, run }: { entry: Toast; label: string; run: () => void }) => (
  <Button
    kind="quiet"
    className={css.undo}
    onPress={() => {
      dismiss(entry.id)
      run()
    }}
  >
    {label}
  </Button>
)

const ToastLine = ({ entry }: { entry: Toast }) => {
  const { t } = useTranslation()
  const { id, ms } = entry
  // Who points at it or reaches it by keyboard is given the time to read and to press.
  const [held, setHeld] = useState(false)
  useEffect(() => {
    if (held) return
    const timer = setTimeout(() => dismiss(id), ms)
    return () => clearTimeout(timer)
  }, [id, ms, held])
  return (
    <li
      className={css.toast}
      data-tone={entry.tone}
      onPointerEnter={() => setHeld(true)}
      onPointerLeave={() => setHeld(false)}
      onFocus={() => setHeld(true)}
      onBlur={() => setHeld(false)}
    >
      {entry.tone === 'problem' ? <Icon name="warning" size={18} /> : null}
      <span className={css.text}>{entry.text}</span>
      {entry.undo === undefined ? null : <ToastButton entry={entry} label={t('app.undo')} run={entry.undo} />}
      {entry.action === undefined ? null : (
        <ToastButton entry={entry} label={entry.action.label} run={entry.action.run} />
      )}
    </li>
  )
}

export const Toasts = () => {
  const { t } = useTranslation()
  const entries = useLive(shown)
  // Above dialogs, which are children of the body, and reached while one is open.
  return createPortal(
    <section className={css.region} aria-label={t('done.toasts')} data-react-aria-top-layer="true">
      <ul className={css.list}>
        {entries.map((entry) => (
          <ToastLine key={entry.id} entry={entry} />
        ))}
      </ul>
    </section>,
    document.body,
  )
}
