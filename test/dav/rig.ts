/** A server over HTTP with one account, anne, and requests of WebDAV made by a program of hers. */
import { createAppPassword } from '#domain/people/credentials.ts'
import { type Answer, addAccount, type HttpRig, openHttpRig } from '../server/rig.ts'

export interface DavRig extends HttpRig {
  readonly anne: number
  /** A body is XML, of a PUT the content that the rig was opened for. */
  dav(method: string, path: string, body?: string, headers?: Record<string, string>): Promise<Answer>
}

/** What a program signs in with: an app password of the account's. */
export const basicOf = async (rig: HttpRig, login: string, account: number): Promise<string> => {
  const { password } = await createAppPassword(rig.house.people, login, account, {
    label: 'Téléphone',
    scopes: ['dav'],
  })
  return `Basic ${Buffer.from(`${login}:${password}`).toString('base64')}`
}

/** `type`: media type of what is put. */
export const openDavRig = async (type: string): Promise<DavRig> => {
  const rig = await openHttpRig()
  const anne = await addAccount(rig.house, 'anne')
  const authorization = await basicOf(rig, 'anne', anne)
  return {
    ...rig,
    anne,
    dav: (method, path, body, headers = {}) =>
      rig.call(path, {
        method,
        headers: {
          authorization,
          ...(body === undefined
            ? {}
            : {
                'content-type': method === 'PUT' ? type : 'application/xml',
                'content-length': String(Buffer.byteLength(body)),
              }),
          ...headers,
        },
        ...(body === undefined ? {} : { body }),
      }),
  }
}
