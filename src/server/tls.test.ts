import { copyFileSync, mkdtempSync, statSync, unlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { silentLog } from '#base/log.ts'
import { makeSelfSigned } from './certificate.ts'
import { openTls } from './tls.ts'

const day = 86_400_000
const temporary = () => mkdtempSync(join(tmpdir(), 'convergence-tls-'))

const writePair = (folder: string, name: string) => {
  const now = Date.now()
  const made = makeSelfSigned({ names: [name], ips: [], from: now - day, until: now + day })
  writeFileSync(join(folder, 'c.pem'), made.certificate)
  writeFileSync(join(folder, 'k.pem'), made.key)
  return made
}

const open = (folder: string, hostname: string, configured: boolean) =>
  openTls({
    folder,
    hostname,
    certificate: configured ? join(folder, 'c.pem') : undefined,
    key: configured ? join(folder, 'k.pem') : undefined,
    log: silentLog,
  })

test('the first start makes a certificate that only we can read the key of, the second keeps it', () => {
  const folder = join(temporary(), 'tls')
  const first = open(folder, 'mail.ecole.test', false)
  expect(first.selfSigned).toBe(true)
  expect(statSync(join(folder, 'self-signed.key')).mode & 0o077).toBe(0)
  expect(open(folder, 'mail.ecole.test', false).material.cert).toBe(first.material.cert)
  expect(open(folder, 'other.ecole.test', false).material.cert).not.toBe(first.material.cert)
})

test('a renewed certificate is used without a restart; a broken one is not', async () => {
  const folder = temporary()
  writePair(folder, 'old.test')
  const tls = open(folder, 'old.test', true)
  let changes = 0
  tls.onChange(() => changes++)
  writeFileSync(join(folder, 'c.pem'), 'half a file')
  const before = tls.material.cert
  const renewed = writePair(folder, 'new.test')
  await expect.poll(() => tls.material.cert, { timeout: 25_000, interval: 200 }).toBe(renewed.certificate)
  expect(changes).toBe(1)
  expect(before).not.toBe(renewed.certificate)
  tls.close()
})

test('files that cannot be used are refused at the start', () => {
  const folder = temporary()
  writePair(folder, 'a.test')
  writeFileSync(join(folder, 'k.pem'), 'not a key')
  expect(() => open(folder, 'a.test', true)).toThrow(/tls\.key: .*k\.pem is not a private key/)
  const other = temporary()
  writePair(other, 'a.test')
  copyFileSync(join(other, 'k.pem'), join(folder, 'k.pem'))
  expect(() => open(folder, 'a.test', true)).toThrow(/k\.pem is not the key of the certificate/)
  writeFileSync(join(folder, 'c.pem'), 'no certificate')
  expect(() => open(folder, 'a.test', true)).toThrow(/c\.pem is not a certificate/)
  unlinkSync(join(folder, 'c.pem'))
  expect(() => open(folder, 'a.test', true)).toThrow(/c\.pem cannot be read: does not exist/)
})
