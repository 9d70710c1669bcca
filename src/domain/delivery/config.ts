/** What an operator decides about mail transport. */

export interface Smarthost {
  readonly host: string
  readonly port: number
  /** `always`: TLS from the first octet; `starttls`: required; `try`: when offered. */
  readonly tls: 'always' | 'starttls' | 'try'
  readonly login?: string
  readonly password?: string
}

export interface DeliveryConfig {
  /** Our name: in greetings, Received fields, and as the authserv-id of Authentication-Results (RFC 8601). */
  readonly hostname: string
  /** Octets of the largest message. */
  readonly maxSize: number
  /** Recipients of one transaction. */
  readonly maxRecipients: number
  /** Received fields beyond which a message is taken to be in a loop (RFC 5321 §6.3). */
  readonly maxReceived: number
  /** What becomes of mail that fails DMARC, by the policy its author's domain publishes (RFC 7489 §6.3). */
  readonly dmarc: { readonly quarantine: 'junk' | 'ignore'; readonly reject: 'refuse' | 'junk' | 'ignore' }
  /** Milliseconds that verifying SPF, DKIM, DMARC and ARC may take; then mail is delivered unverified. */
  readonly verifyTime: number
  /** Bounds per account on the submission door. */
  readonly limits: { readonly messagesPerHour: number; readonly recipientsPerDay: number }
  /** All mail for other domains goes there; undefined: to the MX of each domain. */
  readonly smarthost?: Smarthost
  /** What filters pass on to other servers leaves under a sender of ours that leads back (srs.ts). */
  readonly srs: boolean
  /** What filters pass on to other servers bears what we have verified, sealed (ARC; seal.ts). */
  readonly arc: boolean
  readonly queue: {
    /** Port of other mail servers. */
    readonly port: number
    /** Milliseconds after which we give up. */
    readonly lifetime: number
    /** Milliseconds after which the sender is told that the message is late. */
    readonly warnAfter: number
    /** Messages being sent at the same time: in all, and to one domain. */
    readonly concurrency: number
    readonly perDomain: number
    /** Milliseconds during which a process may hold a message it is sending. */
    readonly lease: number
    /** Milliseconds to wait for a remote server to answer. */
    readonly timeout: number
    /** Private and loopback addresses of other servers are contacted only when this is true (tests, laboratories). */
    readonly allowPrivate: boolean
  }
}

const minute = 60_000
const hour = 60 * minute

export const defaultDeliveryConfig: DeliveryConfig = {
  hostname: 'localhost',
  maxSize: 50 * 1024 * 1024,
  maxRecipients: 2000,
  maxReceived: 50,
  dmarc: { quarantine: 'junk', reject: 'refuse' },
  verifyTime: 20_000,
  limits: { messagesPerHour: 500, recipientsPerDay: 5000 },
  srs: true,
  arc: true,
  queue: {
    port: 25,
    lifetime: 5 * 24 * hour,
    warnAfter: 4 * hour,
    concurrency: 50,
    perDomain: 5,
    lease: 15 * minute,
    timeout: 5 * minute,
    allowPrivate: false,
  },
}

/** Defaults with an operator's choices over them. */
export const deliveryConfig = (
  given: Partial<Omit<DeliveryConfig, 'queue'>> & { readonly queue?: Partial<DeliveryConfig['queue']> } = {},
): DeliveryConfig => ({
  ...defaultDeliveryConfig,
  ...given,
  queue: { ...defaultDeliveryConfig.queue, ...given.queue },
})
