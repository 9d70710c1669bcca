/** Puts emails into a store below the domain: rows and changes only, for tests of what is derived from them. */
import { utf8 } from '#base/bytes.ts'
import type { Bench } from './drivers.ts'

/** Stores a message and returns its email id. */
export const addEmail = async (bench: Bench, account: number, source: string | Uint8Array): Promise<number> => {
  const bytes = typeof source === 'string' ? utf8(source.replace(/\r?\n/g, '\r\n')) : source
  const pending = await bench.blobs.prepare(bytes)
  return bench.store.write(account, async (tx) => {
    const blobId = await bench.blobs.attach(tx, pending)
    const id = tx.nextId()
    await tx.execute((q) =>
      q.insertInto('email').values({
        account_id: account,
        id,
        blob_id: blobId,
        thread_id: id,
        size: bytes.length,
        received_at: tx.now,
        created_modseq: tx.modseq,
      }),
    )
    tx.changed('Email', id, 'created')
    return id
  })
}

/** Destroys an email as an expunge of its last entry would. */
export const removeEmail = (bench: Bench, account: number, id: number): Promise<void> =>
  bench.store.write(account, async (tx) => {
    await tx.execute((q) => q.deleteFrom('email').where('account_id', '=', account).where('id', '=', id))
    tx.changed('Email', id, 'destroyed')
  })

export interface Draft {
  readonly from?: string
  readonly to?: string
  readonly cc?: string
  readonly bcc?: string
  readonly subject?: string
  readonly body?: string
}

/** A plain text message in UTF-8. */
export const message = (draft: Draft): string => {
  const lines = [
    `From: ${draft.from ?? 'Nadia Benali <nadia.benali@ac-exemple.fr>'}`,
    `To: ${draft.to ?? 'Hugo Martin <hugo.martin@ac-exemple.fr>'}`,
  ]
  if (draft.cc) lines.push(`Cc: ${draft.cc}`)
  if (draft.bcc) lines.push(`Bcc: ${draft.bcc}`)
  lines.push(`Subject: ${draft.subject ?? ''}`, 'MIME-Version: 1.0', 'Content-Type: text/plain; charset=utf-8')
  lines.push('Content-Transfer-Encoding: 8bit', '', draft.body ?? '')
  return lines.join('\r\n')
}
