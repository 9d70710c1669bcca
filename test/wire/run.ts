/** Runs IMAP transcripts against a server somewhere: ours, or another to compare with. */
import { readFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { imapPreamble } from './imap/preamble.ts'
import { runTranscript } from './runner.ts'
import { textsOf } from './transcript.ts'

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    host: { type: 'string', default: '127.0.0.1' },
    port: { type: 'string', default: '1143' },
    tls: { type: 'boolean', default: false },
    login: { type: 'string', default: 'wire-%' },
    password: { type: 'string', default: 'correct horse' },
    help: { type: 'boolean', default: false },
  },
})

if (values.help || positionals.length === 0) {
  console.log('run.ts [--host h] [--port n] [--tls] [--login name] [--password p] file.txt ...')
  console.log('Each file needs an empty account; a % in the login stands for the number of the file.')
  process.exit(values.help ? 0 : 2)
}

const messages = textsOf(readFileSync(new URL('imap/messages.inc', import.meta.url), 'utf8'))

let failed = 0
for (const [i, file] of positionals.entries()) {
  const target = { host: values.host, port: Number(values.port), tls: values.tls }
  const login = values.login.replace('%', String(i))
  try {
    await runTranscript(readFileSync(file, 'utf8'), {
      target,
      values: {
        ...messages,
        login,
        password: values.password,
        plain: Buffer.from(`\0${login}\0${values.password}`).toString('base64'),
      },
      preamble: imapPreamble,
    })
    console.log(`ok      ${file}`)
  } catch (error) {
    failed++
    console.log(`FAILED  ${file}\n${error instanceof Error ? error.message : String(error)}\n`)
  }
}
process.exit(failed === 0 ? 0 : 1)
