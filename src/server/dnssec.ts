/**
 * Questions to a resolver that validates (RFC 4035), with its word on whether the answer was proved: the AD bit (RFC 6840
 * §5.7), which Node's own resolver does not tell. Only a resolver that the operator vouches for is asked, over a way that
 * nobody can change, best on this machine.
 */
import { randomInt } from 'node:crypto'
import { createSocket } from 'node:dgram'
import { connect, isIPv6 } from 'node:net'
import { domainToASCII } from 'node:url'
import { AUTHENTIC_DATA, type DecodedPacket, decode, encode, RECURSION_DESIRED } from 'dns-packet'
import type { DnssecAnswer, ResolveSecurely } from '#domain/delivery/dnssec.ts'

export interface DnsServer {
  readonly host: string
  readonly port: number
}

/** `127.0.0.1`, `127.0.0.1:5353`, `[::1]:53` of a setting, which has checked it. */
export const dnsServerOf = (given: string): DnsServer => {
  const [, six, four, port = '53'] = /^(?:\[([^\]]+)\]|([0-9.]+))(?::(\d+))?$/.exec(given) ?? []
  return { host: six ?? four ?? given, port: Number(port) }
}

/** Milliseconds for each try over UDP, and for TCP. */
const patience = 2000
const tries = 2
/** Octets of an answer over UDP that no network cuts in two (DNS flag day 2020). */
const udpSize = 1232

type Asked = Parameters<ResolveSecurely>[1]

const failed = (code: string, text: string, cause?: unknown): Error =>
  Object.assign(new Error(text, cause === undefined ? undefined : { cause }), { code })

const query = (id: number, name: string, type: Asked): Buffer =>
  encode({
    type: 'query',
    id,
    flags: RECURSION_DESIRED | AUTHENTIC_DATA,
    questions: [{ type, name }],
    additionals: [
      {
        type: 'OPT',
        name: '.',
        udpPayloadSize: udpSize,
        extendedRcode: 0,
        ednsVersion: 0,
        flags: 0,
        flag_do: false,
        options: [],
      },
    ],
  })

/** The packet when it answers this question; undefined otherwise: it is nobody's then. */
const answerTo = (message: Buffer, id: number, name: string, type: Asked): DecodedPacket | undefined => {
  let packet: DecodedPacket
  try {
    packet = decode(message)
  } catch {
    return
  }
  const asked = packet.questions?.[0]
  const same = packet.id === id && packet.type === 'response' && asked?.type === type
  return same && asked.name.toLowerCase() === name.toLowerCase() ? packet : undefined
}

const overUdp = (server: DnsServer, name: string, type: Asked): Promise<DecodedPacket> =>
  new Promise((resolve, reject) => {
    const id = randomInt(65_536)
    const question = query(id, name, type)
    const socket = createSocket(isIPv6(server.host) ? 'udp6' : 'udp4')
    const end = (act: () => void): void => {
      clearTimeout(timer)
      socket.close()
      act()
    }
    const timer = setTimeout(() => end(() => reject(failed('ETIMEOUT', `no answer for ${type} ${name}`))), patience)
    socket.on('error', (error) => end(() => reject(failed('ECONNREFUSED', 'the resolver is not there', error))))
    socket.on('message', (message) => {
      const packet = answerTo(message, id, name, type)
      if (packet) end(() => resolve(packet))
    })
    // Connected: datagrams of anybody else do not reach us.
    socket.connect(server.port, server.host, () => socket.send(question))
  })

const overTcp = (server: DnsServer, name: string, type: Asked): Promise<DecodedPacket> =>
  new Promise((resolve, reject) => {
    const id = randomInt(65_536)
    const question = query(id, name, type)
    const socket = connect({ host: server.host, port: server.port })
    const fail = (code: string, text: string, cause?: unknown) => {
      socket.destroy()
      reject(failed(code, text, cause))
    }
    const deadline = setTimeout(() => fail('ETIMEOUT', `no answer for ${type} ${name}`), patience)
    socket.on('close', () => {
      clearTimeout(deadline)
      reject(failed('ECONNRESET', 'the resolver hung up'))
    })
    socket.on('error', (error) => fail('ECONNREFUSED', 'the resolver is not there', error))
    socket.on('connect', () => {
      const length = Buffer.alloc(2)
      length.writeUInt16BE(question.length)
      socket.write(Buffer.concat([length, question]))
    })
    let received = Buffer.alloc(0)
    socket.on('data', (chunk: Buffer) => {
      received = Buffer.concat([received, chunk])
      if (received.length < 2 || received.length < 2 + received.readUInt16BE(0)) return
      const packet = answerTo(received.subarray(2, 2 + received.readUInt16BE(0)), id, name, type)
      socket.destroy()
      if (packet) resolve(packet)
      else reject(failed('EBADRESP', `not an answer to ${type} ${name}`))
    })
  })

/** Asks once or twice over UDP, over TCP when the answer did not fit. */
const ask = async (server: DnsServer, name: string, type: Asked): Promise<DecodedPacket> => {
  for (let n = 1; ; n++)
    try {
      const packet = await overUdp(server, name, type)
      return packet.flag_tc ? await overTcp(server, name, type) : packet
    } catch (error) {
      if (n >= tries) throw error
    }
}

/** Records of the answer, shaped as Node's resolver shapes them. */
const recordsOf = (packet: DecodedPacket, type: Asked): unknown[] =>
  (packet.answers ?? []).flatMap((answer): unknown[] => {
    if (answer.type !== type) return []
    if (answer.type === 'MX') return [{ exchange: answer.data.exchange, priority: answer.data.preference ?? 0 }]
    return [answer.data]
  })

/** RFC 1035 §2.3.4; the root is a name, too. */
const isName = (name: string): boolean =>
  name === '.' || (name.length <= 253 && /^(?:[^.\s\\]{1,63}\.)*[^.\s\\]{1,63}\.?$/.test(name))

/** Asks this resolver. Rejects as Node's does: ENOTFOUND, ENODATA, ESERVFAIL (also for what is forged), ETIMEOUT, EBADNAME. */
export const createDnssec =
  (server: DnsServer): ResolveSecurely =>
  async (given, type): Promise<DnssecAnswer> => {
    const name = /^[\0-\x7f]*$/.test(given) ? given : domainToASCII(given)
    // dns-packet writes a longer label as it is: it would be read as something else.
    if (!isName(name)) throw failed('EBADNAME', `${given} is no name`)
    const packet = await ask(server, name, type)
    const { rcode } = packet as DecodedPacket & { readonly rcode?: string }
    if (rcode === 'NXDOMAIN') throw failed('ENOTFOUND', `${type} ${name}`)
    if (rcode !== 'NOERROR') throw failed('ESERVFAIL', `${type} ${name}: ${rcode ?? 'no answer'}`)
    const records = recordsOf(packet, type)
    if (records.length === 0) throw failed('ENODATA', `${type} ${name}`)
    return { records, secure: packet.flag_ad }
  }
