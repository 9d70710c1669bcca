import type { ClientOptions, MailClient } from './contract.ts'

/** Starts the client: reads what is stored, then the session, then keeps everything up to date. */
export const createClient = (_options: ClientOptions): MailClient => {
  throw new Error('in the making')
}
