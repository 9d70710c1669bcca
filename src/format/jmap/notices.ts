/**
 * JMAP types of the portal that are told to one person (`urn:convergence:portal`), shared by the server and the web app:
 * official notices, notifications, documents asked for. docs/notices.md describes each property.
 */
import type { Id, UTCDate } from './core.ts'
import type { Words } from './portal.ts'

export interface NoticeFile {
  readonly name: string
  readonly type: string
  readonly size: number
  /** Path of this server. */
  readonly url: string
}

/** An official notice that the caller has received. */
export interface Notice {
  readonly id: Id
  /** Who speaks: a school, or the académie. */
  readonly sender: string
  readonly title: Words
  /** HTML that runs nothing; English empty when there is no translation, both when it was taken back. */
  readonly html: Words
  readonly files: readonly NoticeFile[]
  readonly isUrgent: boolean
  /** The caller is asked to say that they have read it. */
  readonly asksAcknowledgement: boolean
  readonly publishedAt: UTCDate
  readonly expiresAt: UTCDate | null
  readonly correctedAt: UTCDate | null
  readonly isWithdrawn: boolean
  /** What was corrected, or why it was taken back. */
  readonly note: Words
  /** The caller's to set, to true only. */
  readonly isSeen: boolean
  readonly isAcknowledged: boolean
  readonly acknowledgedAt: UTCDate | null
}

/** Something the caller is told; `category` is one of the server's table, unknown ones are shown plainly. */
export interface PortalNotification {
  readonly id: Id
  readonly category: string
  readonly title: string
  readonly text: string
  /** The same in English; null: there is no translation. */
  readonly en: { readonly title: string; readonly text: string } | null
  /** A page of ours; empty: none. */
  readonly url: string
  readonly isUrgent: boolean
  readonly at: UTCDate
  /** The caller's to set; they may also destroy it. */
  readonly isSeen: boolean
}

export interface HandedFile {
  /** Names it when another version is handed in. */
  readonly n: number
  readonly name: string
  readonly type: string
  readonly size: number
  /** Path of this server. */
  readonly url: string
}

/** A document that the caller is asked for. It is handed in over HTTP (docs/notices.md). */
export interface DocumentRequest {
  readonly id: Id
  readonly sender: string
  readonly title: string
  readonly text: string
  readonly dueAt: UTCDate
  readonly isClosed: boolean
  /** What was handed in is deleted then. */
  readonly keptUntil: UTCDate
  /** Kinds of file that are taken (`pdf`, `image`, `office`, `text`). */
  readonly kinds: readonly string[]
  readonly maxFiles: number
  readonly maxBytes: number
  readonly asksRemark: boolean
  readonly handedAt: UTCDate | null
  readonly receipt: string
  readonly remark: string
  readonly files: readonly HandedFile[]
}
