import Fastify from 'fastify'
import { expect, test } from 'vitest'
import { createRelyingParty } from './relying-party.ts'

/** What a request under this name is told. */
const asked = async (site: { publicUrl: string; demo: boolean }, host: string): Promise<unknown> => {
  const app = Fastify()
  const relyingParty = createRelyingParty(site)
  app.get('/', async (request) => relyingParty(request))
  return (await app.inject({ method: 'GET', url: '/', headers: { host } })).json()
}

test('a real site is its public host, whatever name a request came by', async () => {
  const site = { publicUrl: 'https://mail.ecole.test:8443', demo: false }
  const origins = ['https://mail.ecole.test:8443']
  for (const host of ['mail.ecole.test', 'evil.example', 'localhost', 'mail.ecole.test.evil.example', ''])
    expect(await asked(site, host)).toMatchObject({ id: 'mail.ecole.test', origins })
})

test('a demonstration is this machine under its own name, at the port it was asked at', async () => {
  const site = { publicUrl: 'https://mail.ecole.test', demo: true }
  expect(await asked(site, 'localhost:8080')).toMatchObject({ id: 'localhost', origins: ['http://localhost:8080'] })
  for (const host of ['127.0.0.1:8080', 'evil.example', 'localhost.evil.example'])
    expect(await asked(site, host)).toMatchObject({ id: 'localhost', origins: [] })
})
