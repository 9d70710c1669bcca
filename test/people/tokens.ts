/** OAuth access tokens as the server keeps them, for tests of those who accept them. */
import { randomBytes } from 'node:crypto'
import { hashId, putRecord } from '#domain/access/oauth/records.ts'
import type { People } from '#domain/people/people.ts'

export interface GivenToken {
  readonly token: string
  readonly grant: string
}

/** Gives an account a token of these scopes. `session` binds it to a browser session. */
export const giveToken = async (
  people: People,
  account: number,
  scope: string,
  options: { readonly life?: number; readonly session?: string; readonly extra?: object } = {},
): Promise<GivenToken> => {
  const { life = 3_600_000, session = '', extra = {} } = options
  const token = randomBytes(32).toString('base64url')
  const grant = randomBytes(16).toString('base64url')
  const now = people.ctx.clock.now()
  const common = { accountId: account, uid: null, userCode: null }
  await people.ctx.store.writeGlobal(async (tx) => {
    const data = { clientId: 'mail', accountId: String(account) }
    const year = now + 365 * 24 * 3_600_000
    await putRecord(tx, now, {
      ...common,
      model: 'Grant',
      id: grant,
      sessionId: '',
      grantId: null,
      data,
      expiresAt: year,
    })
    await putRecord(tx, now, {
      ...common,
      model: 'AccessToken',
      id: hashId(token),
      sessionId: session,
      grantId: grant,
      data: { ...data, scope, ...(session === '' ? {} : { sessionUid: session, expiresWithSession: true }), ...extra },
      expiresAt: now + life,
    })
  })
  return { token, grant }
}

/** What a program sends by OAUTHBEARER and by XOAUTH2, in base64. */
export const saslOf = (login: string, token: string) => ({
  oauthbearer: Buffer.from(`n,a=${login},\u0001host=mail.test\u0001auth=Bearer ${token}\u0001\u0001`).toString(
    'base64',
  ),
  xoauth2: Buffer.from(`user=${login}\u0001auth=Bearer ${token}\u0001\u0001`).toString('base64'),
})
