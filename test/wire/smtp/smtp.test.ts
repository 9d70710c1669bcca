import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, test } from 'vitest'
import { openRig, password, plain, type Rig } from '../../smtp/rig.ts'
import { runTranscript } from '../runner.ts'
import { refusalValues, tokenValues } from '../tokens.ts'

const folder = dirname(fileURLToPath(import.meta.url))

/** What each session begins with, by door. */
const preambles = {
  mx: 'S: 220 <<*>>\nC: EHLO client.test\nS~ 250 \n',
  lmtp: 'S: 220 <<*>>\nC: LHLO relay.test\nS~ 250 \n',
  submission: 'S: 220 <<*>>\nC: EHLO client.test\nS~ 250 \nC: AUTH PLAIN <<plain>>\nS: 235 <<*>>\n',
}

let rig: Rig
beforeAll(async () => {
  rig = await openRig()
})
afterAll(() => rig.close())

let count = 0

for (const door of ['mx', 'lmtp', 'submission'] as const)
  describe(door, () => {
    for (const name of readdirSync(join(folder, door)).filter((file) => file.endsWith('.txt')))
      test(name.replace(/\.txt$/, '').replaceAll('-', ' '), async () => {
        const login = `fil${++count}`
        const account = await rig.account(login)
        const port = door === 'submission' ? rig.ports.submissions : rig.ports[door]
        await runTranscript(readFileSync(join(folder, door, name), 'utf8'), {
          target: { host: '127.0.0.1', port, tls: door === 'submission' },
          values: {
            ...(await tokenValues(rig.people, account, login)),
            ...refusalValues('mail:smtp'),
            login,
            password,
            plain: plain(login, password),
            address: `${login}@ecole.test`,
            lf: '\n',
            cr: '\r',
          },
          preamble: preambles[door],
        })
      })
  })
