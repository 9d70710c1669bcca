import { createServer } from 'node:net'
import { createServer as createTls } from 'node:tls'
import { sqliteDriver } from '../../contract/drivers.ts'
import { cert, key } from './certificate.data.ts'
import { startImap } from './server.ts'

const bench = await sqliteDriver.open()
const server = await startImap(
  bench,
  {},
  { key, cert },
  { ...bench.store.log, error: (...a) => console.log('ERR', ...a) },
)
for (let i = 0; i < 6; i++) await server.account()
createServer({ allowHalfOpen: true }, (s) => server.imap.handle(s, { tls: false })).listen(11451, '127.0.0.1')
createTls({ key, cert, allowHalfOpen: true }, (s) => server.imap.handle(s, { tls: true })).listen(11452, '127.0.0.1')
console.log('up')
setTimeout(() => process.exit(0), 900000)
