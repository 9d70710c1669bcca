/** What every /get shares (RFC 8620 §5.1). */
import type { Id } from '#format/jmap/core.ts'
import { list, nullable, text } from './check.ts'
import { invalidArguments } from './failure.ts'

export const getArguments = { ids: nullable(list(text)), properties: nullable(list(text)) }

/** The properties to return; `id` always is. Throws MethodFault invalidArguments for one that does not exist. */
export const wantedProperties = <P extends string>(
  all: readonly P[],
  asked: readonly string[] | null,
): readonly P[] => {
  if (asked === null) return all
  const known = new Set<string>(all)
  const unknown = asked.find((name) => !known.has(name))
  if (unknown !== undefined) throw invalidArguments(`"${unknown.slice(0, 100)}" is not a property of this type`)
  return all.filter((name) => name === 'id' || asked.includes(name))
}

/** The object with only the given properties. */
export const pick = <T extends object>(object: T, properties: readonly (keyof T & string)[]): Partial<T> => {
  const picked: Partial<T> = {}
  for (const name of properties) picked[name] = object[name]
  return picked
}

export interface GetAnswer {
  readonly state: string
  readonly list: readonly unknown[]
  readonly notFound: readonly Id[]
}
