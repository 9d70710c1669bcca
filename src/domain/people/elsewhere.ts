/**
 * Passwords that another directory keeps: the account's password row holds no hash but a reference, `{LDAP}` and the
 * name of the entry, and whoever opens the house says how it is checked (`PeopleOptions.checkElsewhere`).
 */
import { type Params, statement, type Writer } from '#store/engine.ts'
import { readPassword, replacePassword } from './credentials.ts'
import type { People } from './people.ts'

const mark = '{LDAP}'

/** The reference that a password row holds; undefined when it holds a hash. */
export const referenceOf = (secret: string): string | undefined =>
  secret.startsWith(mark) ? secret.slice(mark.length) : undefined

const activate = statement((q, p: Params<{ account: number; at: number }>) =>
  q
    .updateTable('person')
    .set({ activated_at: p.at })
    .where('account_id', '=', p.account)
    .where('activated_at', 'is', null),
)

const trust = async (tx: Writer, now: number, account: number, reference: string): Promise<boolean> => {
  const secret = `${mark}${reference}`
  if ((await readPassword(tx, account))?.secret === secret) return false
  await replacePassword(tx, now, account, secret)
  // Their password works at once: there is nothing to activate.
  await tx.run(activate, { account, at: now })
  return true
}

/** From now on the password of an account is the one of its entry in the directory. */
export const trustDirectory = async (people: People, account: number, reference: string): Promise<void> => {
  const now = people.ctx.clock.now()
  const changed = await people.ctx.store.writeGlobal((tx) => trust(tx, now, account, reference))
  if (changed) people.ctx.store.bus.publishTopic('people', account)
}

/**
 * Whether a password opens what a row refers to. The work of a hash is done beside the question, so that an account of
 * another directory answers after the same time as one of ours, and as none at all. Throws Failure unavailable.
 */
export const checkReference = async (people: People, reference: string, password: string): Promise<boolean> => {
  const [right] = await Promise.all([
    people.options.checkElsewhere?.(reference, password) ?? false,
    people.passwords.verify(password, undefined),
  ])
  return right
}
