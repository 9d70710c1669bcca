/** What a browser sends of a passkey, checked by hand: nothing of it is trusted, every part is bounded. */
import type { AuthenticationResponseJSON, RegistrationResponseJSON } from '@simplewebauthn/server'
import { Failure } from '#base/failure.ts'

type Fields = Readonly<Record<string, unknown>>

const longest = 8192

const objectIn = (value: unknown): Fields => {
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw new Failure('invalid', 'the answer of the passkey is not understood', { property: 'passkey' })
  return value as Fields
}

const base64In = (fields: Fields, name: string): string => {
  const value = fields[name]
  if (typeof value !== 'string' || value.length > longest || !/^[A-Za-z0-9_-]+$/.test(value))
    throw new Failure('invalid', `${name} of the passkey is not understood`, { property: 'passkey' })
  return value
}

const transportsIn = (fields: Fields): string[] =>
  Array.isArray(fields.transports)
    ? fields.transports
        .filter((one): one is string => typeof one === 'string' && /^[a-z-]{1,20}$/.test(one))
        .slice(0, 8)
    : []

/** The answer to `navigator.credentials.get`. Throws Failure invalid. */
export const readAssertion = (value: unknown): AuthenticationResponseJSON => {
  const given = objectIn(value)
  const response = objectIn(given.response)
  const { userHandle } = response
  return {
    id: base64In(given, 'id'),
    rawId: base64In(given, 'rawId'),
    type: 'public-key',
    clientExtensionResults: {},
    response: {
      clientDataJSON: base64In(response, 'clientDataJSON'),
      authenticatorData: base64In(response, 'authenticatorData'),
      signature: base64In(response, 'signature'),
      ...(typeof userHandle === 'string' && userHandle !== '' ? { userHandle: base64In(response, 'userHandle') } : {}),
    },
  }
}

/** The answer to `navigator.credentials.create`. Throws Failure invalid. */
export const readAttestation = (value: unknown): RegistrationResponseJSON => {
  const given = objectIn(value)
  const response = objectIn(given.response)
  return {
    id: base64In(given, 'id'),
    rawId: base64In(given, 'rawId'),
    type: 'public-key',
    clientExtensionResults: {},
    response: {
      clientDataJSON: base64In(response, 'clientDataJSON'),
      attestationObject: base64In(response, 'attestationObject'),
      transports: transportsIn(response),
    },
  }
}
