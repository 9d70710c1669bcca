/** DocumentRequest (`urn:convergence:portal`): documents that the caller is asked for. Handing in is plain HTTP. */
import { formatId } from '#base/ids.ts'
import { type AskedRequest, askedRequests, isOpen } from '#domain/requests/hand-in.ts'
import type { DocumentRequest } from '#format/jmap/notices.ts'
import { PORTAL } from '#format/jmap/portal.ts'
import { changesMethod } from '../changes.ts'
import { formatUtcDate } from '../check.ts'
import { type OwnType, ownGet, ownSet } from './own.ts'

const objectOf = ({ request, handedAt, receipt, remark, files }: AskedRequest, now: number): DocumentRequest => {
  const id = formatId('request', request.id)
  return {
    id,
    sender: request.sender || 'Académie',
    title: request.title,
    text: request.text,
    dueAt: formatUtcDate(request.dueAt),
    isClosed: !isOpen(request, now),
    keptUntil: formatUtcDate(request.keepUntil),
    kinds: request.kinds,
    maxFiles: request.maxFiles,
    maxBytes: request.maxBytes,
    asksRemark: request.asksRemark,
    handedAt: handedAt === null ? null : formatUtcDate(handedAt),
    receipt,
    remark,
    files: files.map(({ n, name, type, size }) => ({ n, name, type, size, url: `/requests/${id}/files/${n}` })),
  }
}

const own: OwnType<DocumentRequest> = {
  type: 'DocumentRequest',
  kind: 'request',
  properties: [
    'id',
    'sender',
    'title',
    'text',
    'dueAt',
    'isClosed',
    'keptUntil',
    'kinds',
    'maxFiles',
    'maxBytes',
    'asksRemark',
    'handedAt',
    'receipt',
    'remark',
    'files',
  ],
  read: async (tx, account, now) => (await askedRequests(tx, account)).map((one) => objectOf(one, now)),
  settable: {},
}

export const documentRequestGet = ownGet(own)
export const documentRequestSet = ownSet(own)
export const documentRequestChanges = changesMethod('DocumentRequest/changes', PORTAL, 'DocumentRequest', 'request')
