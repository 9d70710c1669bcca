/** The thread that reads long messages. See intake.ts. */
import { hash } from 'node:crypto'
import { parentPort } from 'node:worker_threads'
import { readContent } from './content.ts'
import type { Answer } from './intake.ts'

const octets = ({ buffer, byteOffset, byteLength }: Uint8Array): Buffer => Buffer.from(buffer, byteOffset, byteLength)

parentPort?.on('message', (bytes: Uint8Array<ArrayBuffer>) => {
  const { structure: _, headers, envelope, ...content } = readContent(bytes)
  const told = {
    ...content,
    headersEnd: headers === null ? -1 : headers.length,
    envelope: octets(envelope).toString('latin1'),
  }
  const answer: Answer = { bytes, hash: Uint8Array.from(hash('sha256', bytes, 'buffer')), told }
  parentPort?.postMessage(answer, [bytes.buffer])
})

parentPort?.postMessage('ready')
