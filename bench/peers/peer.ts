/** A server under load: ours or another, seen from outside through its ports only. */
export interface Peer {
  readonly name: string
  readonly imap: number
  readonly imaps: number
  readonly lmtp: number
  /** Address of account n, from 0 (LMTP recipient and IMAP login). */
  address(n: number): string
  readonly password: string
  /** Resident memory of all its processes in kB (proportional: shared pages counted once). */
  memory(): Promise<number>
  /** Resolves when the server has nothing to do (or after 30 s). */
  quiet(): Promise<void>
  stop(): Promise<void>
}
