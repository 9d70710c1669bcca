/** What transcripts say of OAuth tokens: good ones, wrong ones, and the server's words for them, in base64. */
import type { People } from '#domain/people/people.ts'
import { tokenRefusal } from '#format/sasl/oauth.ts'
import { giveToken, saslOf } from '../people/tokens.ts'

const base64 = (text: string): string => Buffer.from(text).toString('base64')

export const tokenValues = async (people: People, account: number, login: string): Promise<Record<string, string>> => {
  const { token } = await giveToken(people, account, 'mail:imap mail:smtp')
  const imap = await giveToken(people, account, 'mail:imap')
  const smtp = await giveToken(people, account, 'mail:smtp')
  const wrong = saslOf(login, 'A'.repeat(43))
  return {
    ...saslOf(login, token),
    wrongbearer: wrong.oauthbearer,
    wrongxoauth2: wrong.xoauth2,
    othersname: saslOf('somebody-else', token).xoauth2,
    imaponly: saslOf(login, imap.token).oauthbearer,
    smtponly: saslOf(login, smtp.token).oauthbearer,
  }
}

/** The refusals, by the scope of the protocol. */
export const refusalValues = (scope: string): Record<string, string> => ({
  invalid: base64(tokenRefusal(false, 'invalid_token', scope)),
  lacking: base64(tokenRefusal(false, 'insufficient_scope', scope)),
  invalidlegacy: base64(tokenRefusal(true, 'invalid_token', scope)),
})
