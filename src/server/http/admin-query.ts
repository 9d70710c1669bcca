/** What addresses of the administration say: bounded texts and numbers, one at a time. */
import type { FastifyRequest } from 'fastify'
import { Failure } from '#base/failure.ts'
import { parseUai } from '#format/uai/parse.ts'
import type { Body } from './owner.ts'

/** A parameter of the query, trimmed; undefined when absent or empty. Throws Failure invalid (too long, given twice). */
export const queryText = (request: FastifyRequest, name: string, longest = 200): string | undefined => {
  const value = (request.query as Record<string, unknown>)[name]
  if (value === undefined) return
  if (typeof value !== 'string' || value.length > longest)
    throw new Failure('invalid', `${name} is a text of at most ${longest} characters`, { property: name })
  return value.trim() === '' ? undefined : value.trim()
}

/** A whole number of the query; undefined when absent. Throws Failure invalid. */
export const queryNumber = (request: FastifyRequest, name: string): number | undefined => {
  const text = queryText(request, name, 16)
  if (text === undefined) return
  if (!/^\d{1,15}$/.test(text)) throw new Failure('invalid', `${name} is a number`, { property: name })
  return Number(text)
}

/** A UAI of the query in its one form; undefined when absent. Throws Failure invalid. */
export const queryUai = (request: FastifyRequest): string | undefined => {
  const text = queryText(request, 'uai', 20)
  if (text === undefined) return
  const uai = parseUai(text)
  if (uai === undefined) throw new Failure('invalid', 'not a UAI', { property: 'uai' })
  return uai
}

/** The number that a path names. Throws Failure notFound. */
export const pathId = (request: FastifyRequest, name = 'id'): number => {
  const text = (request.params as Record<string, string | undefined>)[name] ?? ''
  if (!/^[1-9]\d{0,14}$/.test(text)) throw new Failure('notFound', 'no such row')
  return Number(text)
}

/** A moment of the body, null for none. Throws Failure invalid. */
export const momentIn = (body: Body, name: string): number | null => {
  const value = body[name] ?? null
  if (value === null) return null
  if (typeof value !== 'number' || !Number.isSafeInteger(value) || value < 0)
    throw new Failure('invalid', `${name} is a moment in milliseconds`, { property: name })
  return value
}

/** Short texts of the body. Throws Failure invalid. */
export const textsIn = (body: Body, name: string, most = 50, longest = 200): string[] => {
  const value = body[name] ?? []
  const good =
    Array.isArray(value) &&
    value.length <= most &&
    value.every((one) => typeof one === 'string' && one.length <= longest && one.trim() !== '')
  if (!good) throw new Failure('invalid', `${name} is a list of at most ${most} texts`, { property: name })
  return [...new Set(value as string[])]
}

/** An object within the body. Throws Failure invalid. */
export const objectIn = (body: Body, name: string): Body => {
  const value = body[name]
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw new Failure('invalid', `${name} is needed`, { property: name })
  return value as Body
}
