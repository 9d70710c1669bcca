/** The SieveScript object (RFC 9661 §2), and what the session says of Sieve. */
import { formatId } from '#base/ids.ts'
import { filterLimits } from '#domain/filter/filter.ts'
import { type SieveScript as StoredScript, scriptLimits } from '#domain/filter/scripts.ts'
import type { SieveAccountCapability, SieveScript } from '#format/jmap/sieve.ts'
import { capabilities } from '#format/sieve/language.data.ts'
import { formatBlobId } from '../blob/reference.ts'

export const sieveProperties = ['id', 'name', 'blobId', 'isActive'] as const satisfies readonly (keyof SieveScript)[]

export const sieveObject = ({ id, name, hash, active }: StoredScript): SieveScript => ({
  id: formatId('script', id),
  name,
  blobId: formatBlobId({ hash, slices: [] }) ?? '',
  isActive: active,
})

export const sieveServerCapability = { implementation: 'Convergence' }

export const sieveAccountCapability: SieveAccountCapability = {
  maxSizeScriptName: scriptLimits.name,
  maxSizeScript: scriptLimits.size,
  maxNumberScripts: scriptLimits.count,
  maxNumberRedirects: filterLimits.redirects,
  sieveExtensions: capabilities.filter((name) => !name.startsWith('comparator-')),
  notificationMethods: ['mailto'],
  externalLists: ['urn'],
}
