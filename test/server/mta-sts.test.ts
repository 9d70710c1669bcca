/** Our own MTA-STS policy, as others fetch it. */
import { afterAll, beforeAll, expect, test } from 'vitest'
import { readStsPolicy, writeStsPolicy } from '#domain/delivery/sts/policy.ts'
import { loadConfig } from '#server/config.ts'
import { ownStsPolicy } from '#server/http/mta-sts.ts'
import { type HttpRig, openHttpRig } from './rig.ts'

let rig: HttpRig
beforeAll(async () => {
  rig = await openHttpRig()
})
afterAll(() => rig.close())

const ask = (host: string) => rig.call('/.well-known/mta-sts.txt', { secure: true, headers: { host } })

test('the policy is under its own name, for our domains, in a form that others read', async () => {
  const { status, headers, body } = await ask('mta-sts.ecole.test')
  expect([status, headers['content-type']]).toEqual([200, 'text/plain'])
  expect(readStsPolicy(body)).toEqual({ mode: 'testing', mx: ['mail.ecole.test'], maxAge: 604_800 })
  expect((await ask('MTA-STS.ecole.test')).status).toBe(200)
})

test.each(['mail.ecole.test', 'localhost', 'mta-sts.ailleurs.test', 'x.mta-sts.ecole.test'])(
  'the host %s has none',
  async (host) => {
    expect((await ask(host)).status).toBe(404)
  },
)

test('the operator says how much is asked and which servers it names; another policy has another id', () => {
  const policyOf = (environment: Record<string, string>) =>
    ownStsPolicy(loadConfig({ data: '/nowhere', folder: '/nowhere', environment }))
  expect(policyOf({ CONVERGENCE_MTA_STS_MODE: 'off' })).toBeUndefined()
  const enforced = policyOf({
    CONVERGENCE_MTA_STS_MODE: 'enforce',
    CONVERGENCE_MTA_STS_MX: 'relais.ecole.test *.postes.test',
    CONVERGENCE_MTA_STS_MAX_AGE_DAYS: '30',
  })
  expect(enforced).toEqual({ mode: 'enforce', mx: ['relais.ecole.test', '*.postes.test'], maxAge: 2_592_000 })
  const usual = policyOf({})
  expect(enforced && usual && writeStsPolicy(enforced).id !== writeStsPolicy(usual).id).toBe(true)
  expect(() => policyOf({ CONVERGENCE_MTA_STS_MX: 'a.*.test' })).toThrow(/mta-sts.mx|MTA_STS_MX/)
})
