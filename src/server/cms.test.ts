import { spawnSync } from 'node:child_process'
import { generateKeyPairSync } from 'node:crypto'
import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { makeSelfSigned } from './certificate.ts'
import { signContent } from './cms.ts'

const openssl = spawnSync('openssl', ['version']).status === 0

const day = 86_400_000
const made = (pair?: Parameters<typeof makeSelfSigned>[0]['pair']) =>
  makeSelfSigned({
    names: ['courriel.test'],
    ips: [],
    from: Date.now() - day,
    until: Date.now() + day,
    ...(pair === undefined ? {} : { pair }),
  })

describe.skipIf(!openssl)(`signed content${openssl ? '' : ' (skipped: no openssl on this machine)'}`, () => {
  const verify = (der: Buffer, certificate: string) => {
    const folder = mkdtempSync(join(tmpdir(), 'convergence-cms-'))
    writeFileSync(join(folder, 'signed.der'), der)
    writeFileSync(join(folder, 'ca.pem'), certificate)
    const options = ['-verify', '-inform', 'DER', '-in', 'signed.der', '-CAfile', 'ca.pem', '-purpose', 'any']
    return spawnSync('openssl', ['cms', ...options], { cwd: folder, encoding: 'utf8' })
  }

  test.each([
    ['an elliptic key', undefined],
    ['an RSA key', generateKeyPairSync('rsa', { modulusLength: 2048 })],
  ] as const)('is what OpenSSL takes for signed, with %s', (_name, pair) => {
    const { certificate, key } = made(pair)
    const content = `<plist>${'é'.repeat(300)}</plist>`
    const der = signContent(Buffer.from(content), { cert: certificate, key }, Date.now())
    const good = verify(der, certificate)
    expect(good.stderr).toMatch(/success/i)
    expect(good.stdout).toBe(content)
    const at = der.indexOf('<plist>')
    der[at + 1] = 'q'.charCodeAt(0)
    expect(verify(der, certificate).status).not.toBe(0)
  })
})
