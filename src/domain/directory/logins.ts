/** Identifiers made from names: `given.family`, then with a number. */
import { type Params, type Reader, statement } from '#store/engine.ts'
import { foldName } from './names.ts'

const taken = statement((q, p: Params<{ login: string }>) =>
  q.selectFrom('account').select('id').where('login', '=', p.login),
)
const addressTaken = statement((q, p: Params<{ address: string }>) =>
  q.selectFrom('address').select('account_id').where('address', '=', p.address),
)

/** Longest login without its number; accounts allow 64 characters. */
const longest = 56

/** `jean-pierre.o-brien` for `Jean-Pierre O’Brien`; `personne` when nothing of the names can be written. */
export const loginFor = (givenName: string, familyName: string): string => {
  const part = (name: string) => foldName(name).replace(/ /g, '-')
  const joined = [part(givenName), part(familyName)].filter((one) => one !== '').join('.')
  return joined.slice(0, longest).replace(/[-.]+$/, '') || 'personne'
}

/** The first identifier for these names that is free, and whose address at `domain` is. */
export const freeLogin = async (tx: Reader, givenName: string, familyName: string, domain: string): Promise<string> => {
  const base = loginFor(givenName, familyName)
  for (let n = 1; n < 10_000; n++) {
    const login = n === 1 ? base : `${base}${n}`
    if (await tx.first(taken, { login })) continue
    if (!(await tx.first(addressTaken, { address: `${login}@${domain}` }))) return login
  }
  return `${base}-${Date.now().toString(36)}`
}
