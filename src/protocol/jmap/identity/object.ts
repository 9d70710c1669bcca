/** The Identity object (RFC 8621 §6). */
import { formatId } from '#base/ids.ts'
import type { Identity as StoredIdentity } from '#domain/mail/identities.ts'
import type { Identity } from '#format/jmap/mail.ts'

export const identityProperties = [
  'id',
  'name',
  'email',
  'replyTo',
  'bcc',
  'textSignature',
  'htmlSignature',
  'mayDelete',
] as const satisfies readonly (keyof Identity)[]

export const identityObject = (identity: StoredIdentity): Identity => ({
  ...identity,
  id: formatId('identity', identity.id),
})
