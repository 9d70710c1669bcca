import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, test } from 'vitest'
import { onEveryEngine } from '../../contract/all.ts'
import type { Bench } from '../../contract/drivers.ts'
import { runTranscript } from '../runner.ts'
import { refusalValues, tokenValues } from '../tokens.ts'
import { textsOf } from '../transcript.ts'
import { cert, key } from './certificate.data.ts'
import { imapPreamble } from './preamble.ts'
import { startImap, type TestServer } from './server.ts'

const folder = dirname(fileURLToPath(import.meta.url))
const messages = textsOf(readFileSync(join(folder, 'messages.inc'), 'utf8'))
const transcripts = readdirSync(folder).filter((name) => name.endsWith('.txt'))

onEveryEngine('imap', (driver) => {
  let bench: Bench
  let server: TestServer

  beforeAll(async () => {
    bench = await driver.open()
    server = await startImap(bench, {}, { key, cert })
  })
  afterAll(async () => {
    await server?.close()
    await bench?.close()
  })

  for (const name of transcripts)
    test(name.replace(/\.txt$/, '').replaceAll('-', ' '), async () => {
      const { login, password, id } = await server.account()
      const plain = Buffer.from(`\0${login}\0${password}`).toString('base64')
      await runTranscript(readFileSync(join(folder, name), 'utf8'), {
        target: { host: '127.0.0.1', port: server.port },
        values: {
          ...messages,
          ...(await tokenValues(server.people, id, login)),
          ...refusalValues('mail:imap'),
          login,
          password,
          plain,
        },
        preamble: imapPreamble,
      })
    })
})
