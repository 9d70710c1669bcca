/** Notice (`urn:convergence:portal`): official notices that the caller has received. */
import { Failure } from '#base/failure.ts'
import { formatId } from '#base/ids.ts'
import { acknowledgeNotice, type ReceivedNotice, receivedNotices, seeNotice } from '#domain/notices/read.ts'
import { bodyHtml, senderName } from '#domain/notices/words.ts'
import type { Notice } from '#format/jmap/notices.ts'
import { PORTAL } from '#format/jmap/portal.ts'
import { changesMethod } from '../changes.ts'
import { formatUtcDate } from '../check.ts'
import { type OwnType, ownGet, ownSet } from './own.ts'

const dateOrNull = (at: number | null) => (at === null ? null : formatUtcDate(at))

const objectOf = ({ notice, seenAt, acknowledgedAt, files }: ReceivedNotice): Notice => {
  const id = formatId('notice', notice.id)
  return {
    id,
    sender: senderName(notice),
    title: { fr: notice.title.fr, en: notice.title.en || notice.title.fr },
    html: bodyHtml(notice.body),
    files: files.map(({ n, name, type, size }) => ({ name, type, size, url: `/notices/${id}/files/${n}` })),
    isUrgent: notice.urgent,
    asksAcknowledgement: notice.acknowledge,
    publishedAt: formatUtcDate(notice.publishedAt ?? notice.updatedAt),
    expiresAt: dateOrNull(notice.expiresAt),
    correctedAt: dateOrNull(notice.correctedAt),
    isWithdrawn: notice.status === 'withdrawing' || notice.status === 'withdrawn',
    note: notice.note,
    isSeen: seenAt !== null,
    isAcknowledged: acknowledgedAt !== null,
    acknowledgedAt: dateOrNull(acknowledgedAt),
  }
}

/** Read is read: what somebody has said is not unsaid. */
const onlyTrue = (property: string, value: boolean): void => {
  if (!value) throw new Failure('invalid', 'this is not taken back', { property })
}

const own: OwnType<Notice> = {
  type: 'Notice',
  kind: 'notice',
  properties: [
    'id',
    'sender',
    'title',
    'html',
    'files',
    'isUrgent',
    'asksAcknowledgement',
    'publishedAt',
    'expiresAt',
    'correctedAt',
    'isWithdrawn',
    'note',
    'isSeen',
    'isAcknowledged',
    'acknowledgedAt',
  ],
  read: async (tx, account, now) => (await receivedNotices(tx, account, now)).map(objectOf),
  settable: {
    isSeen: (tx, id, value) => {
      onlyTrue('isSeen', value)
      return seeNotice(tx, id)
    },
    isAcknowledged: (tx, id, value) => {
      onlyTrue('isAcknowledged', value)
      return acknowledgeNotice(tx, id)
    },
  },
}

export const noticeGet = ownGet(own)
export const noticeSet = ownSet(own)
export const noticeChanges = changesMethod('Notice/changes', PORTAL, 'Notice', 'notice')
