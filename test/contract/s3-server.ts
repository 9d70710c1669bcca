/** A small server that speaks S3 over HTTP, in memory: objects, ranges, listing. It checks that requests are signed. */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

export interface S3Server {
  readonly endpoint: string
  readonly objects: Map<string, { bytes: Buffer; modified: Date }>
  /** The next requests fail with this status, as many as `times`. */
  fail(status: number, times: number): void
  close(): Promise<void>
}

const escapeXml = (text: string): string => text.replace(/[&<>]/g, (c) => `&#${c.charCodeAt(0)};`)

const error = (response: ServerResponse, status: number, code: string): void => {
  response.writeHead(status, { 'content-type': 'application/xml' })
  response.end(`<?xml version="1.0"?><Error><Code>${code}</Code><Message>${code}</Message></Error>`)
}

const body = async (request: IncomingMessage): Promise<Buffer> => {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk as Buffer)
  return Buffer.concat(chunks)
}

const pageSize = 3

const list = (objects: S3Server['objects'], url: URL, response: ServerResponse): void => {
  const prefix = url.searchParams.get('prefix') ?? ''
  const after = url.searchParams.get('continuation-token') ?? ''
  const keys = [...objects.keys()].filter((key) => key.startsWith(prefix) && key > after).sort()
  const page = keys.slice(0, pageSize)
  const more = keys.length > pageSize
  const contents = page.map(
    (key) =>
      `<Contents><Key>${escapeXml(key)}</Key><LastModified>${objects.get(key)?.modified.toISOString()}</LastModified></Contents>`,
  )
  const next = more ? `<NextContinuationToken>${page.at(-1)}</NextContinuationToken>` : ''
  response.writeHead(200, { 'content-type': 'application/xml' })
  response.end(
    `<?xml version="1.0"?><ListBucketResult><IsTruncated>${more}</IsTruncated>${next}${contents.join('')}</ListBucketResult>`,
  )
}

const get = (bytes: Buffer, request: IncomingMessage, response: ServerResponse): void => {
  const range = /^bytes=(\d+)-(\d+)$/.exec(request.headers.range ?? '')
  if (!range) {
    response.writeHead(200, { 'content-length': bytes.length }).end(bytes)
    return
  }
  const part = bytes.subarray(Number(range[1]), Number(range[2]) + 1)
  response.writeHead(206, {
    'content-length': part.length,
    'content-range': `bytes ${range[1]}-${range[2]}/${bytes.length}`,
  })
  response.end(part)
}

/** Listens on a port of its own; the bucket is `bucket`. */
export const startS3Server = async (): Promise<S3Server> => {
  const objects: S3Server['objects'] = new Map()
  let failing = { status: 500, times: 0 }
  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const url = new URL(request.url ?? '/', 'http://localhost')
    const content = await body(request)
    if (!request.headers.authorization?.startsWith('AWS4-HMAC-SHA256 ')) return error(response, 403, 'AccessDenied')
    if (failing.times > 0) {
      failing.times--
      return error(response, failing.status, 'InternalError')
    }
    const [, bucket, ...rest] = url.pathname.split('/')
    const key = decodeURIComponent(rest.join('/'))
    if (bucket !== 'bucket') return error(response, 404, 'NoSuchBucket')
    if (request.method === 'GET' && key === '') return list(objects, url, response)
    const object = objects.get(key)
    if (request.method === 'PUT') {
      objects.set(key, { bytes: content, modified: new Date() })
      response.writeHead(200, { etag: '"x"' }).end()
    } else if (request.method === 'DELETE') {
      objects.delete(key)
      response.writeHead(204).end()
    } else if (!object) error(response, 404, 'NoSuchKey')
    else get(object.bytes, request, response)
  }
  const server = createServer((request, response) => {
    answer(request, response).catch(() => response.destroy())
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return {
    endpoint: `http://127.0.0.1:${port}`,
    objects,
    fail: (status, times) => {
      failing = { status, times }
    },
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections()
        server.close(() => resolve())
      }),
  }
}
