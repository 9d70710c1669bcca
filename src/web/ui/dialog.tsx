import type { ReactNode } from 'react'
import { later } from './later.tsx'

export interface DialogProps {
  title: string
  isOpen: boolean
  onClose: () => void
  closeLabel: string
  children: ReactNode
  /** `wide` for sheets with columns. `alertdialog` when something irreversible is asked. */
  wide?: boolean
  /** Nothing in it takes the focus: what scrolls does, for the keyboard. */
  isText?: boolean
  role?: 'dialog' | 'alertdialog'
  footer?: ReactNode
}

const Sheet = later(() => import('./dialog-sheet.tsx').then((module) => module.DialogSheet))

/** Fetches what dialogs are made of, ahead of need. */
export const preloadDialog = Sheet.preload

/** A modal sheet: Escape and a press outside close it; focus returns where it was. */
export const Dialog = (props: DialogProps) => (props.isOpen ? <Sheet {...props} /> : null)
