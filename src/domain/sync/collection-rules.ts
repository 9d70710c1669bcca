/** What may be said of a collection, an address book or a calendar, and of a place in it. */
import { Failure } from '#base/failure.ts'

const maxDescription = 1000
const maxUri = 200

/** Throws Failure invalid. */
export const checkDescription = (text: string): string => {
  if (text.length > maxDescription || !text.isWellFormed() || /[\p{Cc}--[\n\t]]/v.test(text))
    throw new Failure('invalid', `at most ${maxDescription} characters`, { property: 'description' })
  return text
}

/** Throws Failure invalid. */
export const checkOrder = (order: number): number => {
  if (!Number.isSafeInteger(order) || order < 0 || order >= 2 ** 31)
    throw new Failure('invalid', 'an order is a whole number', { property: 'sortOrder' })
  return order
}

/** A segment of a path that a program chose: kept as it is, when it is one. */
export const checkUri = (uri: string): string => {
  if (uri === '' || uri === '.' || uri === '..' || uri.length > maxUri || /[\p{Cc}/]/u.test(uri) || !uri.isWellFormed())
    throw new Failure('invalid', 'that cannot be the name of a resource', { property: 'uri' })
  return uri
}
