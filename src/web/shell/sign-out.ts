/** The person leaves: what is on the screen and on the device goes first, then the session. */
import type { MailClient } from '../data/index.ts'
import { forgetComposers } from '../modules/mail/compose/composers.ts'
import { keepFarewell, onwardOf } from './farewell.ts'
import { closeFunctions } from './functions.ts'
import { eraseKept } from './keepsakes.ts'
import { signOut } from './session.ts'

export const leave = async (own: MailClient): Promise<void> => {
  forgetComposers()
  await own.close({ forget: true })
  await closeFunctions()
  const answer = await signOut()
  await eraseKept()
  keepFarewell(answer)
  window.location.assign(onwardOf(answer))
}
