import { createPrivateKey, X509Certificate } from 'node:crypto'
import { connect, createServer } from 'node:tls'
import { expect, test } from 'vitest'
import { makeSelfSigned } from './certificate.ts'

const day = 86_400_000
const made = makeSelfSigned({
  names: ['mail.ecole.test', 'localhost'],
  ips: ['127.0.0.1', '::1'],
  from: Date.UTC(2026, 0, 1),
  until: Date.UTC(2055, 5, 1),
})

test('the certificate says what it was asked to say, on both sides of 2050', () => {
  const certificate = new X509Certificate(made.certificate)
  expect(certificate.subject).toBe('CN=mail.ecole.test')
  expect(certificate.subjectAltName).toBe(
    'DNS:mail.ecole.test, DNS:localhost, IP Address:127.0.0.1, IP Address:0:0:0:0:0:0:0:1',
  )
  expect(certificate.validFromDate.getTime()).toBe(Date.UTC(2026, 0, 1))
  expect(certificate.validToDate.getTime()).toBe(Date.UTC(2055, 5, 1))
  expect(certificate.ca).toBe(false)
})

test('it is signed by its own key', () => {
  const certificate = new X509Certificate(made.certificate)
  expect(certificate.verify(certificate.publicKey)).toBe(true)
  expect(certificate.checkPrivateKey(createPrivateKey(made.key))).toBe(true)
})

test('a client that trusts it connects and verifies the name', async () => {
  const now = Date.now()
  const fresh = makeSelfSigned({ names: ['localhost'], ips: ['127.0.0.1'], from: now - day, until: now + day })
  const server = createServer({ key: fresh.key, cert: fresh.certificate }, (socket) => socket.end('hello'))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as { port: number }
  const text = await new Promise<string>((resolve, reject) => {
    const client = connect({ host: '127.0.0.1', port, servername: 'localhost', ca: fresh.certificate })
    client.setEncoding('utf8').on('data', resolve).on('error', reject)
  })
  server.close()
  expect(text).toBe('hello')
})
