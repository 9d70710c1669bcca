import type { TFunction } from 'i18next'
import type { MailClient } from '../../../data/index.ts'
import type { ListState } from '../list/list-state.ts'
import type { Place } from '../place.ts'
import type { Headed } from './headed.ts'
import type { Navigate } from './open.ts'

/** What an action needs to know: where we are, what is chosen. One object for the screen's life; its fields follow. */
export interface Acts {
  readonly client: MailClient
  t: TFunction
  navigate: Navigate
  state: ListState | undefined
  place: Place
  /** Where the address is, which is ahead of the screen: a key pressed right after a click is meant for what was clicked. */
  readonly headed: () => Headed
}
