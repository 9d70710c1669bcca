/** The rescue address: a private address that its owner confirmed, for the day the password is forgotten. */
import { Failure } from '#base/failure.ts'
import { type Params, statement } from '#store/engine.ts'
import { foldAddress } from '../addresses.ts'
import { notifyOwner } from '../alerts.ts'
import { appendAudit } from '../audit.ts'
import { withdraw } from '../one-time.ts'
import type { People } from '../people.ts'
import type { Principal } from '../principal.ts'
import { sendText } from './send.ts'
import { makeSpokenCode, takeSpokenCode } from './spoken-code.ts'
import { recoveryTexts } from './texts.data.ts'

const read = statement((q, p: Params<{ account: number }>) =>
  q
    .selectFrom('person')
    .select(['rescue_mail as mail', 'rescue_verified_at as verifiedAt', 'phone'])
    .where('account_id', '=', p.account),
)

/** What the account can be reached by from outside. */
export const rescueOf = async (
  people: People,
  account: number,
): Promise<{ mail: string; verifiedAt: number | null; phone: string }> =>
  (await people.ctx.store.read((tx) => tx.first(read, { account }))) ?? { mail: '', verifiedAt: null, phone: '' }

/** Sends a code to a new rescue address. Throws Failure invalid. */
export const askRescue = async (people: People, owner: Principal, given: string): Promise<void> => {
  const mail = foldAddress(given)
  if (mail === undefined) throw new Failure('invalid', 'this is not an address', { property: 'mail' })
  const domain = mail.slice(mail.lastIndexOf('@') + 1)
  // A mailbox of ours cannot be opened by whoever forgot how to open it.
  if (people.options.domains.includes(domain))
    throw new Failure('invalid', 'a rescue address is one outside', { property: 'mail' })
  const { ctx } = people
  const code = await ctx.store.writeGlobal((tx) =>
    makeSpokenCode(tx, people, 'rescue-code', owner.accountId, { about: mail, anew: true }),
  )
  await sendText(people, mail, owner.locale, (locale) =>
    recoveryTexts[locale].rescue({ name: owner.name, code: code ?? '' }),
  )
}

const update = statement((q, p: Params<{ account: number; mail: string; verified: number | null; now: number }>) =>
  q
    .updateTable('person')
    .set({ rescue_mail: p.mail, rescue_verified_at: p.verified, updated_at: p.now })
    .where('account_id', '=', p.account),
)

const change = async (people: People, owner: Principal, mail: string, ip: string): Promise<void> => {
  const { ctx } = people
  // Told before, so that the address that is replaced hears of it too.
  await notifyOwner(people, owner.accountId, { kind: 'rescue-changed', ip })
  await ctx.store.writeGlobal(async (tx) => {
    const now = ctx.clock.now()
    const verified = mail === '' ? null : now
    const { changes } = await tx.run(update, { account: owner.accountId, mail, verified, now })
    if (changes === 0) throw new Failure('notFound', 'no such person')
    // A link that waits in the mailbox that is given up must not open the account any more.
    await withdraw(tx, owner.accountId, 'reset')
    const detail = mail === '' ? 'removed' : 'confirmed'
    await appendAudit(tx, now, { actor: owner.login, action: 'rescue.change', accountId: owner.accountId, detail, ip })
  })
}

/** Confirms the new address with the code it received. Throws Failure unauthenticated. */
export const confirmRescue = async (people: People, owner: Principal, code: string, ip: string): Promise<string> => {
  const mail = await takeSpokenCode(people, 'rescue-code', owner.accountId, code)
  if (mail === undefined) throw new Failure('unauthenticated', 'the code is wrong or too old', { property: 'rescue' })
  await change(people, owner, mail, ip)
  return mail
}

export const removeRescue = (people: People, owner: Principal, ip: string): Promise<void> =>
  change(people, owner, '', ip)
