/** Notes of mail programs. See `../schema.ts` for what all tables have in common. */

/** An annotation of a mailbox, or of the server as one person sees it. */
export interface AnnotationTable {
  account_id: number
  /** 0: of the server. */
  mailbox_id: number
  /** Who sees it; 0: everybody who opens the mailbox. */
  person_id: number
  /** In lower case, without `/private` or `/shared`: `/comment`. */
  entry: string
  value: Uint8Array
}

export interface AnnotationsTables {
  annotation: AnnotationTable
}
