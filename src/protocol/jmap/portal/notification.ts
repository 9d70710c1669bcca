/** Notification (`urn:convergence:portal`): what the caller was told, by channel `portal`. */
import { formatId } from '#base/ids.ts'
import { listNotifications, removeNotification, seeNotification } from '#domain/notify/inbox.ts'
import type { PortalNotification } from '#format/jmap/notices.ts'
import { PORTAL } from '#format/jmap/portal.ts'
import { changesMethod } from '../changes.ts'
import { formatUtcDate } from '../check.ts'
import { type OwnType, ownGet, ownSet } from './own.ts'

const own: OwnType<PortalNotification> = {
  type: 'Notification',
  kind: 'notification',
  properties: ['id', 'category', 'title', 'text', 'en', 'url', 'isUrgent', 'at', 'isSeen'],
  read: async (tx, account) =>
    (await listNotifications(tx, account)).map(({ id, at, seenAt, urgent, ...one }) => ({
      ...one,
      id: formatId('notification', id),
      isUrgent: urgent,
      at: formatUtcDate(at),
      isSeen: seenAt !== null,
    })),
  settable: { isSeen: seeNotification },
  destroy: removeNotification,
}

export const notificationGet = ownGet(own)
export const notificationSet = ownSet(own)
export const notificationChanges = changesMethod('Notification/changes', PORTAL, 'Notification', 'notification')
