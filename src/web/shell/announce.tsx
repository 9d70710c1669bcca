/** What a screen reader is told without moving the focus. */
import css from './announce.module.css'
import { createValue, useLive } from './value.ts'

const said = createValue<{ readonly text: string; readonly turn: number }>({ text: '', turn: 0 })

export const announce = (text: string): void => said.set((now) => ({ text, turn: now.turn + 1 }))

/** Two regions used in turn, so that the same sentence said twice is heard twice. */
export const Announcer = () => {
  const { text, turn } = useLive(said)
  return (
    // Heard while a dialog is open, too, which hides all else of the page.
    <div className={css.hidden} data-live-announcer="true">
      <p role="status">{turn % 2 === 0 ? text : ''}</p>
      <p role="status">{turn % 2 === 1 ? text : ''}</p>
    </div>
  )
}
