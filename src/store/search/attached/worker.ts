/** The thread in which strangers' documents are opened: it holds nothing else, and is ended when one takes too long. */
import { parentPort } from 'node:worker_threads'
import { officeText } from './office.ts'
import { pdfText } from './pdf.ts'

export interface Question {
  readonly kind: 'pdf' | 'office'
  readonly bytes: Uint8Array
  /** Characters. */
  readonly max: number
}

parentPort?.on('message', async ({ kind, bytes, max }: Question) => {
  let text = ''
  try {
    text = kind === 'pdf' ? await pdfText(bytes, max) : officeText(bytes, max)
  } catch {
    // Damaged, locked by a password, or not what it says it is: nothing to find.
  }
  parentPort?.postMessage(text)
})
