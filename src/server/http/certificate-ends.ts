/** When the certificates of a partner end, for those who look after its declaration. */
import { X509Certificate } from 'node:crypto'

export interface CertificateEnd {
  readonly subject: string
  /** SHA-256, as partners read it out on the telephone. */
  readonly fingerprint: string
  /** Milliseconds. */
  readonly endsAt: number
}

/** One line each; a certificate that cannot be read any more is left out. */
export const certificateEnds = (pems: readonly string[]): CertificateEnd[] =>
  pems.flatMap((pem) => {
    try {
      const { subject, fingerprint256: fingerprint, validToDate } = new X509Certificate(pem)
      return [{ subject: subject.replaceAll('\n', ', ').slice(0, 200), fingerprint, endsAt: validToDate.getTime() }]
    } catch {
      return []
    }
  })
