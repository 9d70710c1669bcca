/** Access tokens in place of a password: what they open, for how long, and what ends them. */
import { afterAll, beforeAll, expect, test } from 'vitest'
import { revokeApp } from '#domain/access/oauth/apps.ts'
import { disableAccount } from '#domain/people/accounts.ts'
import { verifyBearer } from '#domain/people/bearer.ts'
import type { Principal } from '#domain/people/principal.ts'
import { revokeSession } from '#domain/people/session-end.ts'
import { openSession } from '#domain/people/sessions.ts'
import { watchPrincipal } from '#domain/people/verify.ts'
import { onEveryEngine } from '../contract/all.ts'
import { openPeople, type PeopleRig } from './rig.ts'
import { giveToken } from './tokens.ts'

onEveryEngine('access tokens', (driver) => {
  let rig: PeopleRig
  let account: number
  beforeAll(async () => {
    rig = await openPeople({}, driver)
    rig.clock.set(Date.now())
    account = await rig.account('anne', { admin: true })
  })
  afterAll(() => rig.close())

  const refused = { code: 'unauthenticated', property: 'token' }
  const verify = (token: string, service: 'imap' | 'smtp' | 'jmap' = 'imap', login?: string) =>
    verifyBearer(rig.people, { token, service, login })

  /** Resolves when the person is told to leave. */
  const leaves = (principal: Principal) =>
    new Promise<void>((resolve) => {
      watchPrincipal(rig.people, principal, resolve)
    })

  test('a token opens what its scopes say, under any name of its account', async () => {
    const { token } = await giveToken(rig.people, account, 'openid mail:imap')
    expect(await verify(token)).toMatchObject({ accountId: account, login: 'anne', scopes: ['openid', 'mail:imap'] })
    for (const name of ['anne', ' ANNE ', 'anne@ecole.test', '']) expect(await verify(token, 'imap', name)).toBeTruthy()
    await expect(verify(token, 'smtp')).rejects.toMatchObject({ code: 'forbidden', property: 'scope' })
    await expect(verify(token, 'jmap')).rejects.toMatchObject({ code: 'forbidden', property: 'scope' })
  })

  test('a token administers nothing, whoever it was given to', async () => {
    const { token } = await giveToken(rig.people, account, 'mail:imap')
    expect((await verify(token)).admin).toBe(false)
    expect((await verify(token)).sessionId).toBeUndefined()
  })

  test('the name of somebody else, an unknown token and an expired one are refused alike', async () => {
    await rig.account('paul')
    const { token } = await giveToken(rig.people, account, 'mail:imap')
    const short = await giveToken(rig.people, account, 'mail:imap', { life: 1000 })
    rig.clock.advance(1000)
    await expect(verify(token, 'imap', 'paul')).rejects.toMatchObject(refused)
    await expect(verify(token, 'imap', 'paul@ecole.test')).rejects.toMatchObject(refused)
    await expect(verify(short.token)).rejects.toMatchObject(refused)
    for (const wrong of ['', 'x', 'A'.repeat(43), `${token}A`, 'A'.repeat(5000)])
      await expect(verify(wrong)).rejects.toMatchObject(refused)
  })

  test('the stored form of a token is not the token', async () => {
    const { token } = await giveToken(rig.people, account, 'mail:imap')
    const { tokenId = '' } = await verify(token)
    await expect(verify(tokenId)).rejects.toMatchObject(refused)
  })

  test('a token bound to a key is nothing without the proof of it', async () => {
    const { token } = await giveToken(rig.people, account, 'mail:imap', { extra: { jkt: 'thumbprint' } })
    await expect(verify(token)).rejects.toMatchObject(refused)
  })

  test('taken back by its owner, a token disconnects who came with it', async () => {
    const { token } = await giveToken(rig.people, account, 'mail:imap')
    const principal = await verify(token)
    const gone = leaves(principal)
    await revokeApp(rig.people, principal, 'mail')
    await gone
    await expect(verify(token)).rejects.toMatchObject(refused)
  })

  test('a token of a session ends with it', async () => {
    const principal = { accountId: account, login: 'anne', name: '', email: '', locale: 'fr', admin: false }
    const proof = { amr: ['pwd'], authenticatedAt: 0, steppedUpAt: 0 }
    const { id } = await openSession(rig.people, { ...principal, ...proof }, { ip: '' }, { amr: ['pwd'] })
    const { token } = await giveToken(rig.people, account, 'mail:imap', { session: id })
    const gone = leaves(await verify(token))
    await revokeSession(rig.people, principal, id)
    await gone
    await expect(verify(token)).rejects.toMatchObject(refused)
  })

  test('a connection lives no longer than its token', async () => {
    const { token } = await giveToken(rig.people, account, 'mail:imap', { life: 50 })
    await leaves(await verify(token))
  })

  test('an account that is closed leaves its tokens worthless', async () => {
    const id = await rig.account('jean')
    const { token } = await giveToken(rig.people, id, 'mail:imap')
    const gone = leaves(await verify(token))
    await disableAccount(rig.people, 'test', id)
    await gone
    await expect(verify(token)).rejects.toMatchObject(refused)
  })
})
