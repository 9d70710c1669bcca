/** What the recovery pages ask. The server answers the same whether an account exists or not. */
import { type Answer, ask, nothing, text } from '../../../shell/request.ts'
import { type Population, populationOf } from '../password-judge.ts'

export interface Found {
  readonly login: string
  readonly name: string
  readonly population: Population
}

const readFound = (answer: Readonly<Record<string, unknown>>): Found => ({
  login: text(answer.login),
  name: text(answer.name),
  population: populationOf(answer.population),
})

export const askPassword = (login: string): Promise<Answer<undefined>> =>
  ask('/auth/recover/password', { login }, nothing)

export const askIdentifier = (
  who:
    | { readonly mail: string }
    | { readonly familyName: string; readonly givenName: string; readonly birthDate: string },
): Promise<Answer<undefined>> => ask('/auth/recover/identifier', who, nothing)

/** The code that a trusted person read out becomes the token of a new password. */
export const spokenCode = (login: string, code: string, birthDate: string): Promise<Answer<string>> =>
  ask('/auth/recover/contact', { login, code, birthDate }, (answer) => text(answer.token))

export const checkReset = (token: string): Promise<Answer<Found>> => ask('/auth/recover/check', { token }, readFound)
export const reset = (token: string, password: string): Promise<Answer<undefined>> =>
  ask('/auth/recover/reset', { token, password }, nothing)

export interface Sheet {
  readonly login: string
  readonly code: string
  /** YYYY-MM-DD; empty when the person has none. */
  readonly birthDate: string
}

export const checkActivation = (sheet: Sheet): Promise<Answer<Found>> => ask('/auth/activate/check', sheet, readFound)
export const activate = (sheet: Sheet, password: string): Promise<Answer<undefined>> =>
  ask('/auth/activate', { ...sheet, password }, nothing)
