/** Upload and download of blobs (RFC 8620 §6). */
import type { JmapSession, UploadResponse } from '#format/jmap/core.ts'
import { errorEvent, MailFailure } from './ops.ts'
import type { ClientOptions } from './ports.ts'
import type { Transport } from './transport.ts'

/** Fills a URI template of level 1, as the session's URLs are. */
export const fillTemplate = (template: string, values: Readonly<Record<string, string>>): string =>
  template.replace(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(values[name] ?? ''))

const failure = (type: string, description?: string): MailFailure =>
  new MailFailure(errorEvent('upload', [], { type, description }, 'uploadFailed'))

const readUpload = (value: unknown): UploadResponse => {
  const { accountId, blobId, type, size } = (value ?? {}) as Partial<UploadResponse>
  if (typeof blobId !== 'string') throw failure('serverFail')
  return { accountId: accountId ?? '', blobId, type: type ?? 'application/octet-stream', size: size ?? 0 }
}

const typeForStatus = (status: number): string =>
  status === 413 ? 'tooLarge' : status === 403 ? 'forbidden' : 'serverFail'

/** With progress: XMLHttpRequest is the only one that tells it. */
const sendWithProgress = (
  request: XMLHttpRequest,
  url: string,
  file: Blob,
  onProgress: (fraction: number) => void,
  signal: AbortSignal | undefined,
): Promise<UploadResponse> =>
  new Promise((resolve, reject) => {
    request.open('POST', url)
    request.setRequestHeader('X-Requested-With', 'convergence')
    request.setRequestHeader('Content-Type', file.type || 'application/octet-stream')
    request.upload.onprogress = (event) => {
      if (event.lengthComputable && event.total > 0) onProgress(event.loaded / event.total)
    }
    request.onload = () => {
      if (request.status < 200 || request.status >= 300) return reject(failure(typeForStatus(request.status)))
      try {
        onProgress(1)
        resolve(readUpload(JSON.parse(request.responseText)))
      } catch {
        reject(failure('serverFail'))
      }
    }
    request.onerror = () => reject(failure('network'))
    request.onabort = () => reject(failure('aborted'))
    signal?.addEventListener('abort', () => request.abort())
    request.send(file)
  })

/** Rejects with a MailFailure whose code is `uploadFailed` or `tooLarge`. */
export const uploadFile = async (
  options: ClientOptions,
  transport: Transport,
  session: JmapSession,
  target: { readonly accountId: string; readonly file: Blob },
  onProgress: (fraction: number) => void = () => {},
  signal?: AbortSignal,
): Promise<UploadResponse> => {
  const { file, accountId } = target
  const max = transport.core('maxSizeUpload', Number.POSITIVE_INFINITY)
  if (file.size > max) throw failure('tooLarge')
  const url = fillTemplate(session.uploadUrl, { accountId })
  onProgress(0)
  if (options.xhr) return sendWithProgress(options.xhr(), url, file, onProgress, signal)
  const headers = { 'content-type': file.type || 'application/octet-stream' }
  const response = await transport.raw(url, { method: 'POST', headers, body: file, ...(signal ? { signal } : {}) })
  if (!response) throw failure('network')
  if (!response.ok) throw failure(typeForStatus(response.status))
  onProgress(1)
  return readUpload(await response.json().catch(() => undefined))
}
