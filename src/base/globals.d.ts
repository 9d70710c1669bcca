/**
 * The few globals that Node and browsers share, declared for the rooms that are compiled for neither (base, format).
 */
declare class TextDecoder {
  constructor(label?: string, options?: { fatal?: boolean; ignoreBOM?: boolean })
  readonly encoding: string
  decode(input?: Uint8Array, options?: { stream?: boolean }): string
}
declare class TextEncoder {
  encode(input?: string): Uint8Array<ArrayBuffer>
  encodeInto(source: string, destination: Uint8Array): { read: number; written: number }
}
declare class URL {
  constructor(url: string, base?: string)
  href: string
  protocol: string
  hostname: string
  host: string
  pathname: string
  search: string
  hash: string
  username: string
  password: string
  port: string
}
declare function atob(data: string): string
declare function btoa(data: string): string
declare function structuredClone<T>(value: T): T
declare const performance: { now(): number }
