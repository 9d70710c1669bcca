/** The thread that reads messages which come in a crowd. See intake.ts. */
import { hash } from 'node:crypto'
import { parentPort } from 'node:worker_threads'
import { readContent } from './content.ts'
import type { Answer, Question, Told } from './intake.ts'

/** So many are told at a time: the event loop has something to do while the others are read. */
const together = 4

const octets = ({ buffer, byteOffset, byteLength }: Uint8Array): Buffer => Buffer.from(buffer, byteOffset, byteLength)

const read = (bytes: Uint8Array): Told => {
  const { structure: _, headers, envelope, ...content } = readContent(bytes)
  return {
    ...content,
    hash: hash('sha256', bytes, 'hex'),
    headersEnd: headers === null ? -1 : headers.length,
    envelope: octets(envelope).toString('latin1'),
  }
}

const answer = (questions: readonly Question[]): void => {
  const handedBack = questions.filter(({ handedOver }) => handedOver).map(({ bytes }) => bytes)
  const message: Answer = { told: JSON.stringify(questions.map(({ bytes }) => read(bytes))), handedBack }
  parentPort?.postMessage(
    message,
    handedBack.map(({ buffer }) => buffer as ArrayBuffer),
  )
}

parentPort?.on('message', (questions: readonly Question[]) => {
  for (let next = 0; next < questions.length; next += together) answer(questions.slice(next, next + together))
})

parentPort?.postMessage('ready')
