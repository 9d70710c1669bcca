/**
 * A mail program that asks NOOP every twenty milliseconds: `noop.ts PORT LOGIN PASSWORD`. A line is written when it is
 * signed in; then, for each line read, a JSON list of how long the answers since the last one took, in milliseconds. It is
 * a process of its own: in one that plays two thousand people it would measure how long those wait for a processor.
 */
import { connect } from 'node:net'
import { createInterface } from 'node:readline'
import { setTimeout as wait } from 'node:timers/promises'

const [port, login, password] = process.argv.slice(2)
const socket = connect(Number(port), '127.0.0.1')
socket.setNoDelay(true).setEncoding('utf8')
let heard = ''
let wake: () => void = () => {}
socket.on('data', (chunk: string) => {
  heard += chunk
  wake()
})

const until = async (word: string): Promise<void> => {
  while (!heard.includes(word)) await new Promise<void>((resolve) => (wake = resolve))
  heard = ''
}

await until('OK')
socket.write(`a LOGIN ${login} ${password}\r\n`)
await until('a OK')

let times: number[] = []
const lines = createInterface(process.stdin)
lines.on('line', () => {
  console.log(JSON.stringify(times))
  times = []
})
lines.on('close', () => process.exit(0))
console.log('ready')
for (let n = 0; ; n++) {
  const started = performance.now()
  socket.write(`n${n} NOOP\r\n`)
  await until(`n${n} OK`)
  times.push(performance.now() - started)
  await wait(20)
}
