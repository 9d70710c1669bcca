/**
 * Counts of the mailboxes that one transaction touches. Every verb that adds, removes or reflags entries tells the
 * tally; `flush` writes each mailbox once. So counts, UIDs and HIGHESTMODSEQ have one place where they change.
 */
import { Failure } from '#base/failure.ts'
import { type Params, statement } from '#store/engine.ts'
import type { AccountWriter } from '#store/store.ts'
import { deleted, seen } from './flags.ts'

const selectMailbox = statement((q, p: Params<{ account: number; id: number }>) =>
  q
    .selectFrom('mailbox')
    .select(['id', 'uid_validity', 'uid_next', 'total', 'unseen', 'deleted', 'bytes', 'role'])
    .where('account_id', '=', p.account)
    .where('id', '=', p.id),
)

const updateMailbox = statement(
  (
    q,
    p: Params<{
      account: number
      id: number
      uidNext: number
      total: number
      unseen: number
      deleted: number
      bytes: number
      modseq: number
    }>,
  ) =>
    q
      .updateTable('mailbox')
      .set({
        uid_next: p.uidNext,
        total: p.total,
        unseen: p.unseen,
        deleted: p.deleted,
        bytes: p.bytes,
        message_modseq: p.modseq,
      })
      .where('account_id', '=', p.account)
      .where('id', '=', p.id),
)

interface Counted {
  readonly id: number
  readonly uid_validity: number
  readonly role: string | null
  uid_next: number
  total: number
  unseen: number
  deleted: number
  bytes: number
  countsChanged: boolean
}

export class Tally {
  readonly #tx: AccountWriter
  readonly #mailboxes = new Map<number, Counted>()

  constructor(tx: AccountWriter) {
    this.#tx = tx
  }

  /** The mailbox's counters. Throws Failure notFound. */
  async open(
    id: number,
  ): Promise<{ readonly uid_validity: number; readonly uid_next: number; readonly role: string | null }> {
    return this.#load(id)
  }

  async #load(id: number): Promise<Counted> {
    const known = this.#mailboxes.get(id)
    if (known) return known
    const row = await this.#tx.first(selectMailbox, { account: this.#tx.accountId, id })
    if (!row) throw new Failure('notFound', `no mailbox ${id}`, { property: 'mailboxIds' })
    const counted = { ...row, countsChanged: false }
    this.#mailboxes.set(id, counted)
    return counted
  }

  /** Counts one more entry and gives it its UID. */
  async added(id: number, flags: number, size: number): Promise<number> {
    const mailbox = await this.#load(id)
    if (mailbox.uid_next > 0xffff_ffff) throw new Failure('tooMany', 'the mailbox has run out of UIDs')
    mailbox.total++
    if ((flags & seen) === 0) mailbox.unseen++
    if ((flags & deleted) !== 0) mailbox.deleted++
    mailbox.bytes += size
    mailbox.countsChanged = true
    return mailbox.uid_next++
  }

  async removed(id: number, flags: number, size: number): Promise<void> {
    const mailbox = await this.#load(id)
    mailbox.total--
    if ((flags & seen) === 0) mailbox.unseen--
    if ((flags & deleted) !== 0) mailbox.deleted--
    mailbox.bytes -= size
    mailbox.countsChanged = true
  }

  async reflagged(id: number, before: number, after: number): Promise<void> {
    const mailbox = await this.#load(id)
    const turned = before ^ after
    if ((turned & seen) !== 0) {
      mailbox.unseen += (before & seen) !== 0 ? 1 : -1
      mailbox.countsChanged = true
    }
    if ((turned & deleted) !== 0) mailbox.deleted += (before & deleted) !== 0 ? -1 : 1
  }

  /** Writes every touched mailbox and records its change. Call once, at the end of the transaction. */
  async flush(): Promise<void> {
    const { accountId: account, modseq } = this.#tx
    for (const mailbox of this.#mailboxes.values()) {
      await this.#tx.run(updateMailbox, {
        account,
        id: mailbox.id,
        uidNext: mailbox.uid_next,
        total: mailbox.total,
        unseen: mailbox.unseen,
        deleted: mailbox.deleted,
        bytes: mailbox.bytes,
        modseq,
      })
      if (mailbox.countsChanged) this.#tx.changed('Mailbox', mailbox.id, 'updated', true)
    }
  }
}
