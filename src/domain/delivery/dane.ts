/** DANE for mail (RFC 7672): which certificates the DNS names for a server, and whether one of them was shown. Pure. */
import { hash, X509Certificate } from 'node:crypto'
import { isAbsent } from './dns.ts'
import type { ResolveSecurely, TlsaRecord } from './dnssec.ts'

/** What a server's certificate must be. */
export interface Dane {
  /** Records that count; empty: there are some, but none that we understand, so TLS is needed and nothing is proved (§2.2). */
  readonly records: readonly TlsaRecord[]
  /** Names of which a certificate under a trust anchor must bear one (§3.2.3). */
  readonly names: readonly string[]
}

/** More than any server has. */
const maxRecords = 50

/** §3.1: usages 0 and 1 do not count for mail; selector and matching type of RFC 6698 §2.1. */
const isUsable = ({ usage, selector, matchingType, certificate }: TlsaRecord): boolean =>
  (usage === 2 || usage === 3) && selector <= 1 && matchingType <= 2 && certificate.length > 0

const isRecord = (record: unknown): record is TlsaRecord => {
  const { usage, selector, matchingType, certificate } = (record ?? {}) as Partial<TlsaRecord>
  return [usage, selector, matchingType].every((part) => typeof part === 'number') && certificate instanceof Uint8Array
}

/**
 * What the DNS says about the certificate of a server whose own name and addresses were proved. Undefined when it says
 * nothing, or nothing that is proved. `unknown` when it could not be asked: the server is not to be spoken with then (§2.1.1),
 * or whoever silences the DNS would win.
 */
export const daneOf = async (
  resolve: ResolveSecurely,
  host: { readonly name: string; readonly port: number },
  domain: string,
): Promise<Dane | undefined | 'unknown'> => {
  try {
    const { records, secure } = await resolve(`_${host.port}._tcp.${host.name}`, 'TLSA')
    if (!secure) return
    return { records: records.slice(0, maxRecords).filter(isRecord).filter(isUsable), names: [host.name, domain] }
  } catch (error) {
    return isAbsent(error) ? undefined : 'unknown'
  }
}

const matches = ({ selector, matchingType, certificate }: TlsaRecord, shown: X509Certificate): boolean => {
  const octets = selector === 0 ? shown.raw : shown.publicKey.export({ type: 'spki', format: 'der' })
  const value = matchingType === 0 ? octets : hash(matchingType === 1 ? 'sha256' : 'sha512', octets, 'buffer')
  return Buffer.from(certificate).equals(value)
}

export type DaneVerdict =
  | { readonly kind: 'proved' }
  /** TLS is all that can be asked. */
  | { readonly kind: 'unproved' }
  /** Proved if the chain leads to this anchor (PEM), which whoever has a verifier must find out. */
  | { readonly kind: 'anchored'; readonly anchor: string }
  | { readonly kind: 'refused' }

const parsed = (der: Uint8Array): X509Certificate | undefined => {
  try {
    return new X509Certificate(der)
  } catch {
    return
  }
}

/** Judges the certificates that a server has shown, its own first (DER). */
export const judge = ({ records }: Dane, chain: readonly Uint8Array[]): DaneVerdict => {
  if (records.length === 0) return { kind: 'unproved' }
  const [leaf, ...issuers] = chain.flatMap((der) => parsed(der) ?? [])
  if (!leaf) return { kind: 'refused' }
  // §3.1.1: the very certificate or key; its names and dates do not matter.
  if (records.some((record) => record.usage === 3 && matches(record, leaf))) return { kind: 'proved' }
  for (const record of records.filter(({ usage }) => usage === 2)) {
    // An anchor may be in the record itself, and then not be shown (RFC 7671 §5.2.2).
    const whole = record.selector === 0 && record.matchingType === 0 ? parsed(record.certificate) : undefined
    const anchor = issuers.find((issuer) => matches(record, issuer)) ?? whole
    if (anchor) return { kind: 'anchored', anchor: anchor.toString() }
  }
  return { kind: 'refused' }
}
