/** What is being dragged within the app. Each drag has another way: the move dialog for messages, the menu for folders. */
import type { MailClient } from '../../../data/index.ts'
import { createValue } from '../../../shell/value.ts'

export interface Dragged {
  /** Whether it may be dropped on this mailbox (null: the top of the tree) of an account. */
  accepts(mailboxId: string | null, into: MailClient): boolean
  drop(mailboxId: string | null, into: MailClient): void
}

export const dragged = createValue<Dragged | undefined>(undefined)

/** Handlers for whatever may be dropped upon. `over` tells the screen to show where it would fall. */
export const dropTarget = (mailboxId: string | null, into: MailClient, over: (isOver: boolean) => void) => ({
  onDragOver: (event: React.DragEvent) => {
    if (!dragged.get()?.accepts(mailboxId, into)) return
    event.preventDefault()
    event.dataTransfer.dropEffect = 'move'
    over(true)
  },
  onDragLeave: () => over(false),
  onDrop: (event: React.DragEvent) => {
    over(false)
    const what = dragged.get()
    if (!what?.accepts(mailboxId, into)) return
    event.preventDefault()
    dragged.set(undefined)
    what.drop(mailboxId, into)
  },
})

/** Begins a drag; browsers need some data to carry. */
export const beginDrag = (event: React.DragEvent, what: Dragged, text: string): void => {
  event.dataTransfer.effectAllowed = 'move'
  event.dataTransfer.setData('text/plain', text)
  dragged.set(what)
}
export const endDrag = (): void => dragged.set(undefined)
