/** JSON values as SCIM looks at them: attribute names without case (RFC 7643 §2.1). */

export type Json = null | boolean | number | string | readonly Json[] | JsonObject
export interface JsonObject {
  readonly [name: string]: Json
}

export const isObject = (value: unknown): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

export const isList = (value: unknown): value is readonly Json[] => Array.isArray(value)

/** The name an attribute bears in an object, whatever its case; undefined when it is not there. */
export const nameIn = (object: JsonObject, name: string): string | undefined => {
  if (Object.hasOwn(object, name)) return name
  const folded = name.toLowerCase()
  return Object.keys(object).find((key) => key.toLowerCase() === folded)
}

/** An attribute's value, whatever the case of its name. */
export const valueIn = (object: JsonObject, name: string): Json | undefined => {
  const key = nameIn(object, name)
  return key === undefined ? undefined : object[key]
}

/** A text, or undefined. */
export const textOf = (value: Json | undefined): string | undefined => (typeof value === 'string' ? value : undefined)

/** Names that would reach into the language instead of the data. */
export const isSafeName = (name: string): boolean =>
  name !== '__proto__' && name !== 'constructor' && name !== 'prototype'
