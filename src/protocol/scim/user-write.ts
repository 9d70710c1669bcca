/** Users made, replaced, patched and deleted (RFC 7644 §3.3, §3.5, §3.6): what is told, given to domain/directory. */
import { findByExternalId } from '#domain/directory/persons.ts'
import { type ProfileKind, profileKinds } from '#domain/directory/profiles.ts'
import { provision, reprovision, requireOwn, type Told } from '#domain/directory/provision.ts'
import { forgetPerson } from '#domain/directory/provision-end.ts'
import { deletedMark } from '#domain/directory/provisioned.ts'
import { relationKinds } from '#domain/directory/relations.ts'
import { foldAddress, isLocalDomain, ownsAddress } from '#domain/people/addresses.ts'
import { ScimError } from './failure.ts'
import { applyPatch, parsePatch } from './patch.ts'
import { checkPatch } from './patch-check.ts'
import { urns } from './schemas.data.ts'
import type { Scim } from './scim.ts'
import { accountOfId } from './user-read.ts'
import { isList, isObject, isSafeName, type Json, type JsonObject, nameIn, textOf, valueIn } from './value.ts'

export const userExtensions = [urns.enterprise, urns.person]

const wrong = (name: string, why: string): never => {
  throw new ScimError(400, `${name}: ${why}`, 'invalidValue')
}

const text = (object: JsonObject, name: string, longest = 300): string | undefined => {
  const value = valueIn(object, name)
  if (value === undefined || value === null) return
  if (typeof value !== 'string' || value.length > longest) return wrong(name, 'not a text of a sensible length')
  return value
}

const moment = (object: JsonObject, name: string): number | null | undefined => {
  const given = text(object, name, 40)
  if (given === undefined) return valueIn(object, name) === null ? null : undefined
  const at = Date.parse(given)
  return Number.isNaN(at) ? wrong(name, 'not a moment') : at
}

/** Some clients write `"False"`. */
const truth = (object: JsonObject, name: string): boolean | undefined => {
  const value = valueIn(object, name)
  if (value === undefined || value === null || typeof value === 'boolean') return value ?? undefined
  const word = typeof value === 'string' ? value.toLowerCase() : ''
  return word === 'true' ? true : word === 'false' ? false : wrong(name, 'not a truth value')
}

/** The complex values of an attribute; undefined when it is absent. */
const values = (object: JsonObject, name: string, most = 500): readonly JsonObject[] | undefined => {
  const value = valueIn(object, name)
  if (value === undefined) return
  if (value === null) return []
  if (!isList(value) || value.length > most) return wrong(name, `not a list of at most ${most}`)
  return value.map((one) => (isObject(one) ? one : wrong(name, 'not complex values')))
}

const oneOf = <T extends string>(known: readonly T[], given: string | undefined, name: string): T =>
  known.find((one) => one === given) ?? wrong(name, `one of ${known.join(', ')}`)

/** Values that another source vouches for are shown to the client, and not its to write. */
const own = (scim: Scim, list: readonly JsonObject[] | undefined): readonly JsonObject[] | undefined =>
  list?.filter((one) => [undefined, null, scim.client.source].includes(textOf(valueIn(one, 'source'))))

const placesOf = (scim: Scim, extension: JsonObject): Pick<Told, 'profiles' | 'classes' | 'children'> => {
  const profiles = own(scim, values(extension, 'profiles', 50))?.map((one) => {
    const [startsAt, endsAt] = [moment(one, 'startsAt'), moment(one, 'endsAt')]
    return {
      kind: oneOf<ProfileKind>(profileKinds, text(one, 'kind'), 'profiles.kind'),
      uai: (text(one, 'uai', 8) ?? '').toUpperCase(),
      functionCode: text(one, 'functionCode', 20) ?? '',
      discipline: text(one, 'discipline', 100) ?? '',
      title: text(one, 'title', 200) ?? '',
      ...(startsAt === undefined ? {} : { startsAt }),
      ...(endsAt === undefined ? {} : { endsAt }),
    }
  })
  const classes = own(scim, values(extension, 'classes'))?.map((one) => ({
    uai: (text(one, 'uai', 8) ?? '').toUpperCase(),
    class: text(one, 'class', 60) ?? '',
    kind: oneOf(['class', 'group'] as const, text(one, 'kind') ?? 'class', 'classes.kind'),
    role: oneOf(['pupil', 'teacher', 'main-teacher'] as const, text(one, 'role') ?? 'pupil', 'classes.role'),
    subject: text(one, 'subject', 60) ?? '',
  }))
  const children = values(extension, 'children', 50)?.map((one) => ({
    account: accountOfId(text(one, 'value') ?? '') ?? wrong('children.value', 'not the id of a user'),
    kind: oneOf(relationKinds, text(one, 'kind') ?? 'parent', 'children.kind'),
    authority: truth(one, 'authority') ?? true,
  }))
  return { ...(profiles ? { profiles } : {}), ...(classes ? { classes } : {}), ...(children ? { children } : {}) }
}

/** True for an address of ours; of a text that is none, too, which is then refused as an address. */
const isOurs = ({ people }: Scim, address: string): boolean =>
  !address.includes('@') || isLocalDomain(people, address.slice(address.lastIndexOf('@') + 1))

const addressesOf = (scim: Scim, body: JsonObject): Pick<Told, 'address' | 'rescueMail'> => {
  const emails = values(body, 'emails', 20)
  if (!emails) return {}
  // The last counts: what a PATCH adds stands behind what was there.
  const typed = (...types: readonly string[]) =>
    emails.findLast((one) => types.includes(textOf(valueIn(one, 'type'))?.toLowerCase() ?? ''))
  const primary = emails.find((one) => truth(one, 'primary') === true)
  const work = typed('work') ?? primary ?? emails.find((one) => valueIn(one, 'type') === undefined)
  const other = typed('other', 'home')
  const main = work && text(work, 'value')
  const elsewhere = other && text(other, 'value')
  // What we tell services of an address is that its mailbox is here: one of another house is a way to reach the person.
  if (main && !isOurs(scim, main)) return { rescueMail: elsewhere ?? main }
  return { ...(main ? { address: main } : {}), rescueMail: elsewhere ?? '' }
}

/** What a user resource tells of a person. Throws ScimError 400. */
const toldOf = (scim: Scim, body: JsonObject): Told => {
  const given = valueIn(body, urns.person)
  const extension = isObject(given) ? given : {}
  const named = valueIn(body, 'name')
  const name = isObject(named) ? named : {}
  const displayName = text(body, 'displayName', 200)
  const [givenName, familyName] = [text(name, 'givenName', 100), text(name, 'familyName', 100)]
  const fallback = displayName ?? text(name, 'formatted', 200) ?? text(body, 'userName') ?? ''
  const phones = values(body, 'phoneNumbers', 20)
  const mobile = (one: JsonObject): boolean => textOf(valueIn(one, 'type'))?.toLowerCase() === 'mobile'
  const phone = phones?.findLast(mobile) ?? phones?.at(-1)
  const language = (text(body, 'preferredLanguage') ?? text(body, 'locale'))?.slice(0, 2).toLowerCase()
  const endsAt = moment(extension, 'endsAt')
  const active = truth(body, 'active')
  const login = text(body, 'userName')
  const shown = displayName ?? [givenName, familyName].filter(Boolean).join(' ')
  return {
    givenName: givenName ?? '',
    familyName: familyName ?? (givenName === undefined ? fallback : ''),
    externalId: text(body, 'externalId', 200) ?? null,
    birthDate: text(extension, 'birthDate', 10) ?? '',
    joinKey: text(extension, 'joinKey', 100) ?? null,
    phone: (phone && text(phone, 'value')) ?? '',
    ...(login === undefined ? {} : { login }),
    ...(shown === '' ? {} : { name: shown }),
    ...(language === 'fr' || language === 'en' ? { locale: language } : {}),
    ...(endsAt === undefined ? {} : { endsAt }),
    ...(active === undefined ? {} : { active }),
    ...addressesOf(scim, body),
    ...placesOf(scim, extension),
  }
}

/** Throws ScimError unless the body is a user. */
export const requireSchema = (body: Json, urn: string): JsonObject => {
  const schemas = isObject(body) ? valueIn(body, 'schemas') : undefined
  const listed = isList(schemas) && schemas.some((one) => textOf(one)?.toLowerCase() === urn.toLowerCase())
  if (!isObject(body) || !listed) throw new ScimError(400, `the resource is a ${urn}`, 'invalidSyntax')
  if (Object.keys(body).some((name) => !isSafeName(name)))
    throw new ScimError(400, 'no such attribute', 'invalidSyntax')
  return body
}

const source = ({ client }: Scim) => ({ name: client.source, actor: client.source, uais: client.uais })

/**
 * Makes a user. A request that is repeated (its answer was lost on the way) is told so by 409, and its client finds what
 * it made by the externalId (RFC 7644 §3.3). Returns the account. Throws ScimError, Failure.
 */
export const createUser = async (scim: Scim, body: Json): Promise<number> => {
  const told = toldOf(scim, requireSchema(body, urns.user))
  if (told.login === undefined) throw new ScimError(400, 'userName is needed', 'invalidValue')
  const { people, client } = scim
  const { externalId } = told
  if (!externalId) return provision(people, source(scim), told)
  const [held, former] = await people.ctx.store.read(async (tx) => [
    await findByExternalId(tx, client.source, externalId),
    await findByExternalId(tx, `${client.source}${deletedMark}`, externalId),
  ])
  if (held) throw new ScimError(409, 'this externalId is taken', 'uniqueness')
  if (!former) return provision(people, source(scim), told)
  // Whoever was deleted and comes back finds the account and the mail again.
  await reprovision(people, source(scim), former.accountId, { active: true, ...told }, { adopt: true })
  return former.accountId
}

/** Makes a user what the resource says; the identifier stays. Throws ScimError, Failure. */
export const replaceUser = async (scim: Scim, account: number, body: Json): Promise<void> => {
  const { login, address, ...told } = toldOf(scim, requireSchema(body, urns.user))
  const { people } = scim
  const { person, isTheirs } = await people.ctx.store.read(async (tx) => ({
    person: await requireOwn(tx, source(scim), account),
    isTheirs: address === undefined || (await ownsAddress(tx, account, foldAddress(address) ?? '')),
  }))
  if (login !== undefined && login.toLowerCase() !== person.login)
    throw new ScimError(400, 'userName is given at creation', 'mutability')
  // Said rather than swallowed: the client would go on believing that it changed the address.
  if (!isTheirs) throw new ScimError(400, 'emails: the address here is given at creation', 'mutability')
  await reprovision(people, source(scim), account, told)
}

/** Applies a PATCH to what the client sees of the user. Throws ScimError, Failure. */
export const patchUser = async (scim: Scim, account: number, current: JsonObject, body: Json): Promise<void> => {
  const operations = parsePatch(body, userExtensions)
  checkPatch(operations, urns.user, userExtensions)
  const next = applyPatch(current, operations, userExtensions)
  const name = nameIn(next, 'name')
  // A PATCH of the parts of a name leaves `formatted` behind; it is computed.
  await replaceUser(scim, account, name === undefined ? next : { ...next, schemas: [urns.user] })
}

/** First of two steps: suspended, no longer told of; deleted for good after the delay. Throws Failure. */
export const deleteUser = async (scim: Scim, account: number): Promise<void> => {
  await scim.people.ctx.store.read((tx) => requireOwn(tx, source(scim), account))
  await forgetPerson(scim.people, source(scim), account, deletedMark)
}
