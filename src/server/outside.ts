/**
 * One request to the open Internet, to the address that the domain has checked (domain/outside/outside.ts), directly or
 * through the web proxy of the network. No redirect is followed, no connection is kept, nothing is remembered.
 */
import { type ClientRequest, request as plainRequest, type RequestOptions } from 'node:http'
import { request as secureRequest } from 'node:https'
import { isIP, type Socket } from 'node:net'
import { connect as connectTls } from 'node:tls'
import { Failure } from '#base/failure.ts'
import type { Carry, Hop, HopAnswer } from '#domain/outside/outside.ts'

export interface WebProxy {
  readonly host: string
  readonly port: number
}

/** `host:port` of a setting. */
export const webProxyOf = (given: string | undefined): WebProxy | undefined => {
  if (given === undefined) return
  const [, host = given, port = '3128'] = /^(?:http:\/\/)?\[?([^\]]+?)\]?(?::(\d+))?$/.exec(given) ?? []
  return { host, port: Number(port) }
}

const portOf = (url: URL): number => (url.port === '' ? (url.protocol === 'https:' ? 443 : 80) : Number(url.port))
const bracketed = (address: string): string => (address.includes(':') ? `[${address}]` : address)
/** The name for TLS: none for a host that is an address, whose certificate must then name the address. */
const serverName = (url: URL): string => {
  const host = url.hostname.replace(/^\[|\]$/g, '')
  return isIP(host) === 0 ? host : ''
}

/** A TLS connection through the proxy to the checked address (RFC 9110 §9.3.6). */
const tunnel = (proxy: WebProxy, { url, address, time }: Hop): Promise<Socket> =>
  new Promise((resolve, reject) => {
    const target = `${bracketed(address)}:${portOf(url)}`
    const asking = plainRequest({ ...proxy, method: 'CONNECT', path: target, headers: { host: target }, agent: false })
    const deadline = setTimeout(() => asking.destroy(new Error('the proxy does not answer')), time)
    asking.once('connect', ({ statusCode }, socket) => {
      clearTimeout(deadline)
      if (statusCode === 200) return resolve(socket as Socket)
      socket.destroy()
      reject(new Error(`the proxy answers ${statusCode}`))
    })
    asking.once('response', (response) => {
      response.destroy()
      reject(new Error('the proxy makes no tunnel'))
    })
    asking.once('error', reject)
    asking.once('close', () => clearTimeout(deadline))
    asking.end()
  })

/** Opens the request of a hop; what it answers comes by its events. */
const open = async (hop: Hop, proxy: WebProxy | undefined): Promise<ClientRequest> => {
  const { url, address, method, headers } = hop
  const path = `${url.pathname}${url.search}`
  const common: RequestOptions = { method, path, headers: { ...headers, host: url.host }, agent: false, setHost: false }
  if (url.protocol === 'http:')
    return proxy
      ? plainRequest({ ...common, ...proxy, path: `http://${bracketed(address)}:${portOf(url)}${path}` })
      : plainRequest({ ...common, host: address, port: portOf(url) })
  const servername = serverName(url)
  if (!proxy) return secureRequest({ ...common, host: address, port: portOf(url), servername })
  const socket = await tunnel(proxy, hop)
  const secure = connectTls({ socket, host: address, servername })
  return secureRequest({ ...common, host: address, servername, createConnection: () => secure })
}

/** Makes requests, directly or through a proxy. */
export const createCarry =
  (proxy: WebProxy | undefined): Carry =>
  async (hop) => {
    const failed = (cause: unknown): Failure => new Failure('unavailable', 'the other side does not answer', { cause })
    let asking: ClientRequest
    try {
      asking = await open(hop, proxy)
    } catch (error) {
      throw failed(error)
    }
    return new Promise<HopAnswer>((resolve, reject) => {
      const deadline = setTimeout(() => asking.destroy(new Error('no answer in time')), hop.time)
      asking.once('close', () => clearTimeout(deadline))
      asking.once('error', (error) => reject(error instanceof Failure ? error : failed(error)))
      asking.once('response', (response) => {
        const chunks: Buffer[] = []
        let size = 0
        if (Number(response.headers['content-length'] ?? 0) > hop.maxBytes) {
          asking.destroy(new Failure('tooLarge', 'the answer is too large'))
          return
        }
        response.on('data', (chunk: Buffer) => {
          size += chunk.length
          if (size > hop.maxBytes) asking.destroy(new Failure('tooLarge', 'the answer is too large'))
          else chunks.push(chunk)
        })
        response.once('error', (error) => reject(error instanceof Failure ? error : failed(error)))
        response.once('end', () => {
          const { location, 'content-type': type } = response.headers
          resolve({ status: response.statusCode ?? 0, location, type, body: Buffer.concat(chunks) })
          asking.destroy()
        })
      })
      asking.end(hop.body)
    })
  }
