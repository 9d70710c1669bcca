/** Names of the world with the word of a resolver that validates: was the answer proved by DNSSEC? */
import { doubting } from './dns.ts'

export interface DnssecAnswer {
  /** Shaped as `dns.promises.resolve` shapes them; TLSA: TlsaRecord. */
  readonly records: readonly unknown[]
  /** The whole answer, aliases included, was proved (AD). */
  readonly secure: boolean
}

/** Rejects with an error whose `code` is ENOTFOUND or ENODATA when there is nothing. */
export type ResolveSecurely = (name: string, type: 'A' | 'AAAA' | 'MX' | 'NS' | 'TLSA') => Promise<DnssecAnswer>

/** A record that names the certificate of a server (RFC 6698 §2.1). */
export interface TlsaRecord {
  readonly usage: number
  readonly selector: number
  readonly matchingType: number
  readonly certificate: Uint8Array
}

/** The same, but a denial of everything is believed by nobody (dns.ts). */
export const doubtingSecurely = (resolve: ResolveSecurely): ResolveSecurely => {
  const doubted = doubting((name, type) => resolve(name, type as Parameters<ResolveSecurely>[1]))
  return (name, type) => doubted(name, type) as Promise<DnssecAnswer>
}
