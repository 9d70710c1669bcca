/** A device is its app password: revoked, it is gone within a second; and a password alone passes no second factor by. */
import { Secret, TOTP } from 'otpauth'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createAppPassword, revokeAppPassword } from '#domain/people/credentials.ts'
import { beginTotp, confirmTotp } from '#domain/people/factors/totp.ts'
import { type Bench, sqliteDriver } from '../../contract/drivers.ts'
import { Client } from './client.ts'
import { startImap, type TestServer } from './server.ts'

let bench: Bench
let server: TestServer
const clients: Client[] = []
beforeAll(async () => {
  bench = await sqliteDriver.open()
  server = await startImap(bench, {}, undefined, undefined, 'devices')
})
afterAll(async () => {
  for (const client of clients) client.close()
  await server?.close()
  await bench?.close()
})

const connect = async (login: string, password: string): Promise<{ client: Client; answer: string }> => {
  const client = await Client.open(server.port)
  clients.push(client)
  return { client, answer: await client.command(`LOGIN ${login} ${password}`) }
}

test('a device that is revoked while it waits in IDLE is disconnected at once, and no other', async () => {
  const { id, login } = await server.account()
  const make = (label: string) => createAppPassword(server.people, login, id, { label, scopes: ['imap'] })
  const [phone, tablet] = [await make('phone'), await make('tablet')]
  const [gone, stays] = [await connect(login, phone.password), await connect(login, tablet.password)]
  for (const { client } of [gone, stays]) {
    await client.command('SELECT INBOX')
    client.socket.write('i1 IDLE\r\n')
    await client.until(/^\+ .*\r\n/m)
  }
  await revokeAppPassword(server.people, login, id, phone.id)
  expect(await gone.client.until(/\* BYE .*\r\n/)).toContain('Access was revoked')
  stays.client.socket.write('DONE\r\n')
  expect(await stays.client.until(/^i1 .*\r\n/m)).toContain('OK')
  expect((await connect(login, phone.password)).answer).toContain('NO [AUTHENTICATIONFAILED]')
})

test('with a second factor a program is told to use an app password, and one that came before leaves', async () => {
  const { id, login, password } = await server.account()
  const before = await connect(login, password)
  expect(before.answer).toContain('OK')
  const { token, secret } = await beginTotp(server.people, id, { login, issuer: 'Convergence' })
  const totp = new TOTP({ secret: Secret.fromBase32(secret.replaceAll(' ', '')) })
  const code = totp.generate({ timestamp: server.people.ctx.clock.now() })
  await confirmTotp(server.people, id, token, code, { actor: login })
  expect(await before.client.until(/\* BYE .*\r\n/)).toContain('Access was revoked')
  const { answer } = await connect(login, password)
  expect(answer).toMatch(/NO \[ALERT\] .*app password/)
  expect((await connect(login, 'wrong')).answer).toContain('NO [AUTHENTICATIONFAILED]')
  const phone = await createAppPassword(server.people, login, id, { label: 'phone', scopes: ['imap'] })
  expect((await connect(login, phone.password)).answer).toContain('OK')
})
