/** Files sent as links: what the server keeps of ours, another one, and the end of one. */
import { type Answer, ask, nothing, numberOr, readRefusal, record, records, text } from '../../../shell/request.ts'
import type { LinkedFile } from './compose-state.ts'

export interface SharedFile {
  readonly id: number
  readonly name: string
  readonly size: number
  /** Milliseconds since 1970. */
  readonly expiresAt: number
  readonly downloads: number
}

export interface Shared {
  readonly files: readonly SharedFile[]
  readonly limits: { readonly maxSize: number; readonly quota: number; readonly days: number }
}

const fileOf = (value: Readonly<Record<string, unknown>>): SharedFile => ({
  id: numberOr(value.id, 0),
  name: text(value.name),
  size: numberOr(value.size, 0),
  expiresAt: numberOr(value.expiresAt, 0),
  downloads: numberOr(value.downloads, 0),
})

export const listShared = (): Promise<Answer<Shared>> =>
  ask('/files', undefined, (answer) => {
    const limits = record(answer.limits)
    return {
      files: records(answer.files).map(fileOf),
      limits: {
        maxSize: numberOr(limits.maxSize, 0),
        quota: numberOr(limits.quota, 0),
        days: numberOr(limits.days, 0),
      },
    }
  })

export const endShared = (id: number): Promise<Answer<undefined>> => ask('/files/end', { id }, nothing)

/** What the server said of an upload that it refused. */
export class ShareRefused extends Error {
  readonly code: string
  constructor(code: string, message: string) {
    super(message)
    this.code = code
  }
}

/** Uploads a file and makes its link. Rejects with ShareRefused (FILE-01, FILE-03...), or when it is stopped or lost. */
export const uploadShared = (
  file: File,
  onProgress: (fraction: number) => void,
  signal: AbortSignal,
): Promise<LinkedFile> =>
  new Promise((resolve, reject) => {
    const request = new XMLHttpRequest()
    const query = new URLSearchParams({ name: file.name, type: file.type })
    request.open('POST', `/files/upload?${query}`)
    request.setRequestHeader('X-CSRF', '1')
    request.setRequestHeader('Content-Type', 'application/octet-stream')
    request.setRequestHeader('Accept-Language', document.documentElement.lang)
    request.upload.onprogress = (event) => {
      if (event.lengthComputable && event.total > 0) onProgress(event.loaded / event.total)
    }
    request.onload = () => {
      let answer: unknown
      try {
        answer = JSON.parse(request.responseText)
      } catch {
        answer = undefined
      }
      const body = record(answer)
      if (request.status === 201) return resolve({ ...fileOf(body), url: text(body.url) })
      const { code, message } = readRefusal(request.status, body, null)
      reject(new ShareRefused(code, message))
    }
    request.onerror = () => reject(new TypeError('network'))
    request.onabort = () => reject(new TypeError('stopped'))
    signal.addEventListener('abort', () => request.abort())
    request.send(file)
  })
