/** The seam between full text and the engine that keeps it: five methods. Terms come analysed (`analyse.ts`). */
import type { SearchExpression } from './search.ts'

/** Raised when the analyser or the columns change: indexes made by another version are built again. */
export const indexVersion = 1

/** Columns of the index. `sender` is From, `recipient` is To: FROM and TO are words of SQL. */
export const indexFields = ['subject', 'sender', 'recipient', 'cc', 'bcc', 'body', 'names'] as const
export type IndexField = (typeof indexFields)[number]

/** One email as analysed terms in order. */
export interface IndexDocument {
  readonly id: number
  readonly fields: Readonly<Record<IndexField, readonly string[]>>
}

export interface IndexBatch {
  /** Where the index stood when the batch was made. */
  readonly from: number
  /** Where it stands afterwards: a modseq of the account. */
  readonly to: number
  readonly documents: readonly IndexDocument[]
  readonly destroyed: readonly number[]
}

export interface IndexDriver {
  /** The modseq up to which the account is indexed; 0 when nothing is. */
  position(account: number): Promise<number>
  /** Applies a batch in one transaction. Applying it again changes nothing; one made from another position is ignored. */
  apply(account: number, batch: IndexBatch): Promise<void>
  /** Ids of the emails that match, ascending. `prefix`: the last word may be unfinished. */
  query(account: number, expression: SearchExpression, prefix: boolean): Promise<number[]>
  /** Forgets everything about the account. */
  clear(account: number): Promise<void>
  close(): Promise<void>
}

/** The columns that a field of a query covers. */
export const columnsOf = (field: string): readonly IndexField[] => {
  switch (field) {
    case 'subject':
    case 'cc':
    case 'bcc':
    case 'body':
      return [field]
    case 'from':
      return ['sender']
    case 'to':
      return ['recipient']
    default:
      return indexFields
  }
}
