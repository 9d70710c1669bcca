/**
 * Reading what a file says: every value with the place it stands at, so that whoever wrote the file is told where it is
 * wrong (`tiles[3].rules.include[0].schools[1]`). Pure.
 */
import { isFailure } from '#base/failure.ts'

/** What is wrong, and where. */
export interface Fault {
  readonly path: string
  /** For the person who wrote the file. */
  readonly why: string
}

/** So many faults are told at once. */
export const mostFaults = 50

export class Faults {
  readonly list: Fault[] = []

  add(path: string, why: string): void {
    if (this.list.length < mostFaults) this.list.push({ path, why })
  }
}

/** A value of the file and the place it stands at. */
export class Place {
  readonly value: unknown
  readonly path: string
  readonly faults: Faults

  constructor(value: unknown, path: string, faults: Faults) {
    this.value = value
    this.path = path
    this.faults = faults
  }

  fault(why: string): void {
    this.faults.add(this.path === '' ? '(file)' : this.path, why)
  }

  /** The member of an object. */
  at(name: string): Place {
    const isObject = typeof this.value === 'object' && this.value !== null && !Array.isArray(this.value)
    const inside = isObject ? (this.value as Readonly<Record<string, unknown>>)[name] : undefined
    return new Place(inside, this.path === '' ? name : `${this.path}.${name}`, this.faults)
  }

  get isAbsent(): boolean {
    return this.value === undefined || this.value === null
  }

  /** True when it is an object; else a fault. */
  isObject(): boolean {
    const good = typeof this.value === 'object' && this.value !== null && !Array.isArray(this.value)
    if (!good) this.fault('is not an object')
    return good
  }

  /** Names that nobody knows are a mistake in writing, not something to pass over. */
  only(...names: readonly string[]): void {
    if (!this.isObject()) return
    for (const name of Object.keys(this.value as object).slice(0, 200))
      if (!names.includes(name)) this.at(name).fault('is not known here')
  }

  list(most: number): Place[] {
    if (this.isAbsent) return []
    if (!Array.isArray(this.value)) {
      this.fault('is not a list')
      return []
    }
    if (this.value.length > most) {
      this.fault(`has more than ${most} entries`)
      return []
    }
    return this.value.map((one, at) => new Place(one, `${this.path}[${at}]`, this.faults))
  }

  text(longest: number): string {
    if (this.isAbsent) return ''
    if (typeof this.value === 'string' && this.value.length <= longest) return this.value
    this.fault(`is not a text of at most ${longest} characters`)
    return ''
  }

  needed(longest: number): string {
    const text = this.text(longest)
    if (text.trim() === '' && (this.isAbsent || typeof this.value === 'string')) this.fault('is needed')
    return text
  }

  texts(most: number, longest: number): string[] {
    return this.list(most).map((one) => one.needed(longest))
  }

  words(longest: number): { readonly fr: string; readonly en: string } {
    if (this.isAbsent) return { fr: '', en: '' }
    this.only('fr', 'en')
    return { fr: this.at('fr').text(longest), en: this.at('en').text(longest) }
  }

  number(otherwise: number): number {
    if (this.isAbsent) return otherwise
    if (typeof this.value === 'number' && Number.isSafeInteger(this.value)) return this.value
    this.fault('is not a whole number')
    return otherwise
  }

  yes(): boolean {
    if (this.isAbsent) return false
    if (typeof this.value !== 'boolean') this.fault('is neither true nor false')
    return this.value === true
  }

  /** A moment as `2026-11-22T10:00:00.000Z`; null for none. */
  moment(): number | null {
    if (this.isAbsent) return null
    const at = typeof this.value === 'string' && this.value.length <= 40 ? Date.parse(this.value) : Number.NaN
    if (Number.isNaN(at)) this.fault('is not a moment such as 2026-11-22T10:00:00.000Z')
    return Number.isNaN(at) ? null : at
  }

  oneOf<T extends string>(known: readonly T[], otherwise: T): T {
    const found = known.find((one) => one === this.value)
    if (found === undefined) this.fault(`is one of ${known.join(', ')}`)
    return found ?? otherwise
  }

  /** What the domain refuses is a fault at the property it names. */
  checked<T>(check: () => T): T | undefined {
    try {
      return check()
    } catch (error) {
      if (!isFailure(error)) throw error
      const inside = error.property === undefined ? this : this.at(error.property)
      inside.fault(error.message)
      return
    }
  }
}

/** A moment as a file has it. */
export const momentText = (at: number | null | undefined): string | null =>
  at === null || at === undefined ? null : new Date(at).toISOString()
