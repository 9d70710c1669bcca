/** Where IMAP and SMTP answer, from what the server told at sign-in; the usual ports when it told nothing. Pure. */
export interface Endpoint {
  readonly host: string
  readonly port: number
  readonly security: string
}

const record = (value: unknown): Record<string, unknown> =>
  typeof value === 'object' && value !== null ? { ...value } : {}

const endpoint = (value: unknown, host: string, usual: number): Endpoint => {
  const { port, security } = record(value)
  return {
    host,
    port: typeof port === 'number' ? port : usual,
    security: security === 'starttls' ? 'STARTTLS' : 'SSL/TLS',
  }
}

export const mailEndpoints = (told: unknown, pageHost: string): { imap: Endpoint; smtp: Endpoint } => {
  const { host, imap, smtp } = record(told)
  const name = typeof host === 'string' && host !== '' ? host : pageHost
  return { imap: endpoint(imap, name, 993), smtp: endpoint(smtp, name, 465) }
}
