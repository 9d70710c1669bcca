/** /Schools: a resource type of ours. A school is never deleted: it is closed. */
import { Failure } from '#base/failure.ts'
import { findSchool, listSchools, type SchoolRow, saveSchool } from '#domain/directory/schools.ts'
import { parseUai } from '#format/uai/parse.ts'
import { ScimError } from './failure.ts'
import { parseFilter } from './filter.ts'
import { matches } from './match.ts'
import { applyPatch, parsePatch } from './patch.ts'
import { checkPatch } from './patch-check.ts'
import { listResponse, pathsOf, selectAttributes, withMeta } from './resource.ts'
import { urns } from './schemas.data.ts'
import type { Pages, Scim } from './scim.ts'
import { compact } from './user-read.ts'
import { requireSchema } from './user-write.ts'
import { type Json, type JsonObject, textOf, valueIn } from './value.ts'

const resourceOf = (scim: Scim, school: SchoolRow): JsonObject => {
  const { uai, name, kind, department, city, status } = school
  const resource = compact({ schemas: [urns.school], id: uai, uai, name, kind, department, city, status })
  return withMeta(resource, { type: 'School', location: `${scim.base}/Schools/${uai}` })
}

const inScope = ({ client }: Scim, uai: string): boolean => client.uais.length === 0 || client.uais.includes(uai)

const save = async (scim: Scim, uai: string, body: JsonObject): Promise<void> => {
  // Only a client of the whole académie keeps the list of schools.
  if (scim.client.uais.length > 0) throw new Failure('forbidden', 'this client is confined to its schools')
  const of = (name: string): string | undefined => textOf(valueIn(body, name))
  const status = of('status')
  if (status !== undefined && status !== 'open' && status !== 'closed')
    throw new ScimError(400, 'status: open or closed', 'invalidValue')
  const [kind, city] = [of('kind'), of('city')]
  await saveSchool(scim.people, scim.client.source, {
    uai,
    name: of('name') ?? '',
    source: scim.client.source,
    ...(kind === undefined ? {} : { kind }),
    ...(city === undefined ? {} : { city }),
    ...(status === undefined ? {} : { status }),
  })
}

const create = async (scim: Scim, given: Json): Promise<string> => {
  const body = requireSchema(given, urns.school)
  const uai = parseUai(textOf(valueIn(body, 'uai')) ?? '')
  if (uai === undefined) throw new ScimError(400, 'uai: seven digits and their letter', 'invalidValue')
  if (await scim.people.ctx.store.read((tx) => findSchool(tx, uai)))
    throw new ScimError(409, `the school ${uai} exists`, 'uniqueness')
  await save(scim, uai, body)
  return uai
}

const replace = async (scim: Scim, id: string, given: Json): Promise<void> => {
  const body = requireSchema(given, urns.school)
  const uai = textOf(valueIn(body, 'uai'))
  if (uai !== undefined && uai !== id) throw new ScimError(400, 'uai is given at creation', 'mutability')
  await save(scim, id, body)
}

export const schoolPages: Pages = {
  list: async (scim, query) => {
    const { startIndex, count } = query
    const [wanted, excluded] = [pathsOf(query.attributes), pathsOf(query.excludedAttributes)]
    const filter = query.filter === undefined ? undefined : parseFilter(query.filter)
    const { uais } = scim.client
    const all = await scim.people.ctx.store.read((tx) =>
      listSchools(tx, { limit: 5000, ...(uais.length > 0 ? { uais } : {}) }),
    )
    const found = all.map((school) => resourceOf(scim, school)).filter((one) => !filter || matches(one, filter))
    const page = found.slice(startIndex - 1, startIndex - 1 + count)
    return listResponse(
      page.map((one) => selectAttributes(one, wanted, excluded)),
      found.length,
      startIndex,
    )
  },
  read: async (scim, id) => {
    const school = inScope(scim, id) ? await scim.people.ctx.store.read((tx) => findSchool(tx, id)) : undefined
    return school && resourceOf(scim, school)
  },
  create,
  replace,
  patch: (scim, id, current, body) => {
    const operations = parsePatch(body, [])
    checkPatch(operations, urns.school, [])
    return replace(scim, id, applyPatch(current, operations, []))
  },
}
