/** What the tests use of jmap-jam. Its own types come as sources that our compiler options refuse. */
interface Reference {
  $ref(path: string): unknown
}
interface Answer {
  readonly ids: string[]
  readonly list: { readonly id: string; readonly role: string | null }[]
  readonly created: Record<string, { readonly id: string }> | null
}
type Call = (options: Record<string, unknown>) => Promise<[Answer]>
type Draft = (options: Record<string, unknown>) => Reference

export declare class JamClient {
  constructor(options: { bearerToken: string; sessionUrl: string })
  static loadSession(url: string, authorization: string): Promise<unknown>
  authHeader: string
  session: Promise<unknown>
  readonly api: Record<'Mailbox' | 'Email', Record<'get' | 'set' | 'query', Call>>
  getPrimaryAccount(): Promise<string>
  uploadBlob(accountId: string, body: Blob): Promise<{ blobId: string; size: number }>
  requestMany(
    build: (t: Record<'Email', Record<'get' | 'query', Draft>>) => Record<'query' | 'get', Reference>,
  ): Promise<[Record<'query' | 'get', Answer>]>
}
