/**
 * When somebody must be asked something before a service gets its code: a table of checks (OpenID Connect Core §3.1.2.1,
 * §5.5.1.1). "Entry" and "strength" are ours; the rest are the protocol's.
 */
import type { KoaContextWithOIDC } from 'oidc-provider'
import { mayEnter, profileKindOf } from '#domain/access/entry.ts'
import type { People } from '#domain/people/people.ts'
import { type Strength, strengthAsked, strengthOf } from '#domain/people/principal.ts'
import { oidcService } from './clients.ts'
import { errors, interactionPolicy } from './library.ts'
import type { Senders } from './session.ts'

const { Check, Prompt, base } = interactionPolicy

type Asked = Readonly<Record<string, unknown>>

/** Classes that the request insists on (`claims`, essential) and those it would like (`acr_values`). */
export const classesAsked = (params: Asked): { essential: readonly string[]; wanted: readonly string[] } => {
  const wanted = typeof params.acr_values === 'string' ? params.acr_values.split(' ').filter(Boolean) : []
  if (typeof params.claims !== 'string') return { essential: [], wanted }
  try {
    const claims = JSON.parse(params.claims) as {
      id_token?: { acr?: { essential?: unknown; value?: unknown; values?: unknown } }
    }
    const acr = claims.id_token?.acr
    if (!acr) return { essential: [], wanted }
    const named = [acr.value, ...(Array.isArray(acr.values) ? acr.values : [])].filter((one) => typeof one === 'string')
    return acr.essential === true ? { essential: named, wanted } : { essential: [], wanted: [...named, ...wanted] }
  } catch {
    return { essential: [], wanted }
  }
}

/** The least strength that one of these classes stands for; 1 when none is known. */
const leastOf = (classes: readonly string[]): Strength => {
  const known = classes.map(strengthAsked).filter((one) => one !== undefined)
  return known.length === 0 ? 1 : (Math.min(...known) as Strength)
}

/** The least strength that will do: what the service's row says, and what its request insists on. */
export const strengthNeeded = (params: Asked, least: Strength): Strength => {
  const { essential } = classesAsked(params)
  return Math.max(least, leastOf(essential)) as Strength
}

/** The strength that the sign-in page should try for. */
export const strengthWanted = (params: Asked, least: Strength): Strength =>
  Math.max(strengthNeeded(params, least), leastOf(classesAsked(params).wanted)) as Strength

/**
 * The class to tell a service: among those it named, one that the session reaches; our own name for it otherwise. Told
 * as it was asked, because services compare texts.
 */
export const classTold = (params: Asked, own: string, amr: readonly string[]): string => {
  const { essential, wanted } = classesAsked(params)
  const reached = strengthOf(amr)
  return [...essential, ...wanted].find((one) => (strengthAsked(one) ?? 4) <= reached) ?? own
}

const askedOf = (ctx: KoaContextWithOIDC): Asked => (ctx.oidc.params ?? {}) as Asked

/** The checks of `oidc-provider`, in our order and with ours. */
export const createPolicy = (people: People, senders: Senders) => {
  const policy = base()
  // Core §3.1.2.1: on a computer that many use the service asks which of them it is; the sign-in page is where that is said.
  policy.add(new Prompt({ name: 'select_account', requestable: true }), 0)
  const login = policy.get('login')
  if (!login) throw new Error('the login prompt is missing')
  const { checks } = login
  // Its own comparison is textual; ours knows that a stronger class will do.
  for (const name of ['essential_acr', 'essential_acrs']) checks.remove(name)

  const party = (ctx: KoaContextWithOIDC) => oidcService(people, ctx.oidc.client?.clientId ?? '')

  checks.add(
    new Check('entry', 'the person may not enter this service', 'access_denied', async (ctx) => {
      const principal = senders.get(ctx.req)
      const service = await party(ctx)
      if (!principal || !service) return Check.NO_NEED_TO_PROMPT
      const kind = await people.ctx.store.read((tx) => profileKindOf(tx, principal))
      const refusal = mayEnter(principal, kind, service)
      return refusal === 'disabled' || refusal === 'profile' ? Check.REQUEST_PROMPT : Check.NO_NEED_TO_PROMPT
    }),
  )
  checks.add(
    new Check('strength', 'a stronger sign-in is required', 'login_required', async (ctx) => {
      const principal = senders.get(ctx.req)
      const { acr = 1 } = (await party(ctx))?.rules ?? {}
      const { essential } = classesAsked(askedOf(ctx))
      // Nobody can sign in to a class that we do not know: said at once, instead of asking in vain.
      if (essential.length > 0 && essential.every((one) => strengthAsked(one) === undefined))
        throw new errors.UnmetAuthenticationRequirements('none of the requested classes is known')
      const needed = strengthNeeded(askedOf(ctx), acr)
      if (!principal) return Check.NO_NEED_TO_PROMPT
      return strengthOf(principal.amr) < needed ? Check.REQUEST_PROMPT : Check.NO_NEED_TO_PROMPT
    }),
  )
  return policy
}
