/** What a demonstration service is: a small program of its own that trusts us by a public protocol and nothing else. */
import type { PartyDraft, SsoProtocol } from '#domain/access/relying-parties.ts'
import type { House } from '../../house.ts'

/** Addresses without a slash at the end. */
export interface Places {
  /** Of the service: `http://127.0.0.1:8081`. */
  readonly service: string
  /** Ours, as browsers have it: `http://localhost:8080`. */
  readonly provider: string
}

export interface DemoServiceSpec {
  readonly id: string
  readonly name: string
  readonly protocol: SsoProtocol
  /** The program, in this folder. */
  readonly file: string
  /** Its row; written at start, when its address is known. */
  party(at: Places, house: House): PartyDraft | Promise<PartyDraft>
  /** More of its environment: a client secret, a certificate. */
  environment?(at: Places, house: House): Readonly<Record<string, string>> | Promise<Readonly<Record<string, string>>>
}

/** What is shown of a service that runs. */
export interface DemoService {
  readonly id: string
  readonly name: string
  readonly url: string
  readonly protocol: SsoProtocol
}
