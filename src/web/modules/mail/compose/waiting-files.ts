/**
 * Files that have still to be uploaded, kept on this device (sealed, like all that rests on it; on a shared computer in
 * memory only): without a network, and after a crash, a message loses none of them.
 */
import type { MailClient } from '../../../data/index.ts'

export interface WaitingFile {
  readonly id: string
  readonly name: string
  readonly type: string
  /** Octets. */
  readonly size: number
  readonly way: 'attached' | 'inline' | 'link'
}

/** Octets of a file that is kept; of a larger one only the name is, and its author is told to choose it again. */
const LARGEST = 20_000_000

const keyOf = (id: string): string => `upload/${id}`

/** `data:…;base64,` and the octets: made by the browser away from the page's own thread. */
const toText = (file: Blob): Promise<string> =>
  new Promise((resolve, reject) => {
    const reader = new FileReader()
    reader.onload = () => resolve(String(reader.result))
    reader.onerror = () => reject(reader.error ?? new Error('the file cannot be read'))
    reader.readAsDataURL(file)
  })

const toBytes = (text: string): Uint8Array<ArrayBuffer> => {
  const binary = atob(text.slice(text.indexOf(',') + 1))
  const bytes = new Uint8Array(binary.length)
  for (let i = 0; i < binary.length; i += 1) bytes[i] = binary.charCodeAt(i)
  return bytes
}

/** Keeps the octets; a file that is too large, or a disk that is full, leaves only the page's own hold on it. */
export const keepFile = async ({ side }: MailClient, id: string, file: File): Promise<void> => {
  if (file.size > LARGEST) return
  try {
    await side.storage.write(new Map([[keyOf(id), await toText(file)]]), [])
  } catch {
    // Told when it would be needed: the file is then named as missing.
  }
}

/** Undefined when its octets were not kept. */
export const keptFile = async ({ side }: MailClient, { id, name, type }: WaitingFile): Promise<File | undefined> => {
  const found = await side.storage.read(keyOf(id)).catch(() => new Map<string, unknown>())
  const text = found.get(keyOf(id))
  return typeof text === 'string' ? new File([toBytes(text)], name, { type }) : undefined
}

export const forgetFile = ({ side }: MailClient, id: string): void => {
  void side.storage.write(new Map(), [keyOf(id)]).catch(() => undefined)
}
