/** Hands letters to other servers over SMTP: TLS, sign-in, envelope with its extensions, content, answers. */
import { domainToASCII } from 'node:url'
import type { Log } from '#base/log.ts'
import {
  type Answer,
  type Courier,
  type Host,
  HostFailure,
  isSuccess,
  type Letter,
  mustProve,
  type TlsUsed,
} from '#domain/delivery/courier.ts'
import type { Recipient } from '#domain/delivery/envelope.ts'
import { AnchorFound, Connection, type Security } from './connection.ts'
import { createStuffer } from './content.ts'
import { createPool, type Extensions, type Pool, type PoolOptions, poolDefaults, type Ready } from './pool.ts'

export interface CourierOptions {
  readonly hostname: string
  /** Milliseconds to wait for an answer. */
  readonly timeout: number
  readonly log: Log
  /** How connections are used for several letters. */
  readonly reuse?: Partial<PoolOptions>
}

/** Recipients of one transaction; RFC 5321 §4.5.3.1.8 promises a hundred. */
const maxRecipients = 100
/** RFC 5321 §4.5.3.2.6: the server may need ten minutes after the final dot; leaving earlier makes duplicates. */
const patienceAfterDot = 10 * 60_000

/** A server that does not even answer RSET has forgotten us. */
const patienceForRset = 5000

const ascii = /^[\0-\x7f]*$/

const readExtensions = (lines: readonly string[]): Extensions =>
  new Map(
    lines.slice(1).map((line) => {
      const [name = '', ...rest] = line.trim().split(/[ =]+/)
      return [name.toUpperCase(), rest.join(' ')]
    }),
  )

const hello = async (connection: Connection, hostname: string): Promise<Extensions> => {
  const extended = await connection.ask(`EHLO ${hostname}`)
  if (isSuccess(extended)) return readExtensions(connection.lastLines)
  const plain = await connection.ask(`HELO ${hostname}`)
  if (isSuccess(plain)) return new Map()
  throw new HostFailure(temporarily(plain))
}

/** A refusal to speak at all says nothing about the recipients: it is tried again. */
const temporarily = (answer: Answer): Answer =>
  answer.code < 500 ? answer : { ...answer, code: 451, status: `4${answer.status.slice(1)}` }

const signIn = async (connection: Connection, host: Host, extensions: Extensions): Promise<void> => {
  if (host.login === undefined || host.password === undefined) return
  if (!connection.encrypted && host.tls !== 'none')
    throw new HostFailure({ code: 454, status: '4.7.0', text: 'No password is sent in the clear' })
  const mechanisms = (extensions.get('AUTH') ?? '').toUpperCase().split(' ')
  const base64 = (text: string) => Buffer.from(text).toString('base64')
  let answer: Answer
  if (mechanisms.includes('PLAIN') || !mechanisms.includes('LOGIN'))
    answer = await connection.ask(`AUTH PLAIN ${base64(`\0${host.login}\0${host.password}`)}`)
  else {
    answer = await connection.ask('AUTH LOGIN')
    if (answer.code === 334) answer = await connection.ask(base64(host.login))
    if (answer.code === 334) answer = await connection.ask(base64(host.password))
  }
  if (!isSuccess(answer)) throw new HostFailure(temporarily(answer))
}

/** RFC 8689: the letter must not travel over a hop that has not proved who it is. */
const insecure = (text: string): Answer => ({ code: 550, status: '5.7.30', text })

const securityFor = (host: Host, letter: Letter, tls: Host['tls']): Security => {
  if (host.dane) return { kind: 'dane', dane: host.dane }
  const named = mustProve(letter) || tls === 'starttls' || tls === 'always'
  return named ? { kind: 'named', name: host.name } : { kind: 'any' }
}

/** Connects, encrypts and signs in. Throws HostFailure. */
const open = async (host: Host, letter: Letter, options: CourierOptions, tls: Host['tls']): Promise<Ready> => {
  const security = securityFor(host, letter, tls)
  try {
    return await openWith(host, security, options, tls)
  } catch (error) {
    if (!(error instanceof AnchorFound) || !host.dane) throw error
    const { names } = host.dane
    return openWith(host, { kind: 'anchored', anchor: error.anchor, names }, options, tls)
  }
}

const openWith = async (host: Host, security: Security, options: CourierOptions, tls: Host['tls']): Promise<Ready> => {
  const connection = await Connection.open(host.address, host.port, options.timeout)
  try {
    if (tls === 'always') await connection.startTls(host.name, security)
    const greeting = await connection.reply()
    if (!isSuccess(greeting)) throw new HostFailure(temporarily(greeting))
    let extensions = await hello(connection, options.hostname)
    if (tls !== 'none' && !connection.encrypted && extensions.has('STARTTLS')) {
      const answer = await connection.ask('STARTTLS')
      if (isSuccess(answer)) {
        await connection.startTls(host.name, security)
        extensions = await hello(connection, options.hostname)
      }
    }
    if (!connection.encrypted && security.kind !== 'any')
      throw new HostFailure({ code: 454, status: '4.7.4', text: `${host.name} does not offer TLS` })
    await signIn(connection, host, extensions)
    return { connection, extensions, uses: 0, openedAt: performance.now() }
  } catch (error) {
    connection.quit()
    throw error
  }
}

/** A server whose TLS is broken gets mail in the clear, unless somebody asked otherwise (RFC 7435). */
const openSomehow = async (host: Host, letter: Letter, options: CourierOptions): Promise<Ready> => {
  try {
    return await open(host, letter, options, host.tls)
  } catch (error) {
    const tlsFailed = error instanceof HostFailure && error.answer.status === '4.7.5'
    if (!tlsFailed || host.tls !== 'try' || mustProve(letter)) throw error
    options.log.info('courier.tls-failed', { host: host.name })
    return open(host, letter, options, 'none')
  }
}

/** An address as this server can read it: the domain in ASCII where SMTPUTF8 is not spoken. */
const spelled = (address: string, utf8: boolean): string => {
  if (utf8 || ascii.test(address)) return address
  const at = address.lastIndexOf('@')
  return address.slice(0, at + 1) + domainToASCII(address.slice(at + 1))
}

const needsUtf8 = (address: string): boolean => !ascii.test(address.slice(0, address.lastIndexOf('@')))

const mailCommand = (letter: Letter, extensions: Extensions, utf8: boolean): string => {
  const { sender, size, eightBit, ret, envid, requireTls } = letter
  const parameters = [
    extensions.has('SIZE') ? `SIZE=${size}` : '',
    eightBit && extensions.has('8BITMIME') ? 'BODY=8BITMIME' : '',
    utf8 ? 'SMTPUTF8' : '',
    extensions.has('DSN') && ret ? `RET=${ret}` : '',
    extensions.has('DSN') && envid !== undefined ? `ENVID=${envid}` : '',
    requireTls && extensions.has('REQUIRETLS') ? 'REQUIRETLS' : '',
  ].filter((parameter) => parameter !== '')
  return [`MAIL FROM:<${spelled(sender, utf8)}>`, ...parameters].join(' ')
}

const rcptCommand = ({ address, notify, orcpt }: Recipient, extensions: Extensions, utf8: boolean): string => {
  const dsn = extensions.has('DSN')
  const parameters = [
    dsn && notify.length > 0 ? `NOTIFY=${notify.join(',')}` : '',
    dsn && orcpt !== '' && (utf8 || ascii.test(orcpt)) ? `ORCPT=${orcpt}` : '',
  ].filter((parameter) => parameter !== '')
  return [`RCPT TO:<${spelled(address, utf8)}>`, ...parameters].join(' ')
}

/** What no server needs to be asked: the answer for all recipients, when this server cannot take the letter. */
const unsuitable = (letter: Letter, { connection, extensions }: Ready): Answer | undefined => {
  const limit = Number(extensions.get('SIZE') ?? 0)
  if (limit > 0 && letter.size > limit)
    return { code: 552, status: '5.3.4', text: `The message is larger than the ${limit} octets that this server takes` }
  if (mustProve(letter) && (!connection.encrypted || !extensions.has('REQUIRETLS')))
    return insecure('The server does not support REQUIRETLS')
  const utf8 = letter.utf8Header || [letter.sender, ...letter.recipients.map(({ address }) => address)].some(needsUtf8)
  if (utf8 && !extensions.has('SMTPUTF8'))
    return { code: 550, status: '5.6.7', text: 'The server does not take addresses with UTF-8' }
  return undefined
}

const usesUtf8 = (letter: Letter, extensions: Extensions): boolean =>
  extensions.has('SMTPUTF8') &&
  (letter.utf8Header ||
    ![letter.sender, ...letter.recipients.map(({ address }) => address)].every((a) => ascii.test(a)))

const tlsUsed = ({ encrypted, verified }: Connection): TlsUsed => {
  if (!encrypted) return 'none'
  return verified ? 'verified' : 'unverified'
}

/** One transaction. Once a recipient has an answer this never throws: a lost connection is an answer. */
const transact = async (ready: Ready, letter: Letter, recipients: readonly Recipient[]): Promise<Answer[]> => {
  const { connection, extensions } = ready
  const utf8 = usesUtf8(letter, extensions)
  const commands = [
    mailCommand(letter, extensions, utf8),
    ...recipients.map((recipient) => rcptCommand(recipient, extensions, utf8)),
  ]
  const answers: Answer[] = []
  if (extensions.has('PIPELINING')) {
    connection.send(`${commands.join('\r\n')}\r\n`)
    for (const _ of commands) answers.push(await connection.reply())
  } else
    for (const command of commands) {
      answers.push(await connection.ask(command))
      if (answers.length === 1 && !isSuccess(answers[0] as Answer)) break
    }
  const [sender, ...each] = answers as [Answer, ...Answer[]]
  if (!isSuccess(sender)) {
    connection.send('RSET\r\n')
    await connection.reply()
    return recipients.map(() => sender)
  }
  if (!each.some(isSuccess)) {
    connection.send('RSET\r\n')
    await connection.reply()
    return each
  }
  // From here on another host must not be tried: this one may have taken the letter.
  const final = await content(connection, letter).catch((error: unknown) => {
    if (error instanceof HostFailure) return error.answer
    throw error
  })
  return each.map((answer) => (isSuccess(answer) ? final : answer))
}

/** DATA and what follows; the answer that stands for every recipient accepted so far. */
const content = async (connection: Connection, letter: Letter): Promise<Answer> => {
  const go = await connection.ask('DATA')
  if (go.code !== 354) return go.code < 400 ? { code: 451, status: '4.5.0', text: go.text } : go
  const stuffer = createStuffer()
  for await (const chunk of letter.content()) await connection.stream(stuffer(chunk))
  connection.patience(patienceAfterDot)
  await connection.stream(stuffer())
  return connection.reply()
}

/** All recipients of a letter, in as many transactions as they need. */
const serve = async (ready: Ready, letter: Letter): Promise<Answer[]> => {
  const batch = Math.min(maxRecipients, rcptMax(ready.extensions))
  const answers: Answer[] = []
  while (answers.length < letter.recipients.length) {
    const recipients = letter.recipients.slice(answers.length, answers.length + batch)
    try {
      ready.uses++
      answers.push(...(await transact(ready, letter, recipients)))
    } catch (error) {
      if (!(error instanceof HostFailure) || answers.length === 0) throw error
      // Earlier batches are settled; the rest waits for the next attempt.
      const { answer } = error
      answers.push(...letter.recipients.slice(answers.length).map(() => answer))
    }
  }
  return answers
}

/** Hands a letter over by a connection that is open, and gives it back. Throws HostFailure when nothing is decided. */
const carryBy = async (pool: Pool, ready: Ready, host: Host, letter: Letter, reused: boolean): Promise<Answer[]> => {
  const { connection, extensions } = ready
  const { demand } = host
  const about = { host: host.name, tls: tlsUsed(connection), reused, ...(demand ? { demand } : {}) }
  try {
    const refused = unsuitable(letter, ready)
    const answers = refused ? letter.recipients.map(() => refused) : await serve(ready, letter)
    // RFC 5321 §3.8: after a 421 the server closes.
    if (answers.some(({ code }) => code === 421)) connection.quit()
    else pool.give(host, letter, ready)
    const dsn = extensions.has('DSN')
    return answers.map((answer) => ({ ...answer, ...(refused ? {} : { dsn }), ...about }))
  } catch (error) {
    connection.quit()
    throw error
  }
}

/** True when a connection that waited is there and ready for another letter. */
const awake = async ({ connection }: Ready, timeout: number): Promise<boolean> => {
  connection.patience(Math.min(timeout, patienceForRset))
  try {
    const answer = await connection.ask('RSET')
    connection.patience(timeout)
    if (isSuccess(answer) && connection.quiet) return true
  } catch (error) {
    if (!(error instanceof HostFailure)) throw error
  }
  connection.quit()
  return false
}

/** By a connection that waited; undefined when there is none, or it was lost before the server decided anything. */
const carryAgain = async (pool: Pool, host: Host, letter: Letter, options: CourierOptions) => {
  for (let ready = pool.take(host, letter); ready; ready = pool.take(host, letter)) {
    if (!(await awake(ready, options.timeout))) continue
    try {
      const answers = await carryBy(pool, ready, host, letter, true)
      // It has had enough of this connection, not of this letter.
      if (!answers.every(({ code }) => code === 421)) return answers
    } catch (error) {
      if (!(error instanceof HostFailure)) throw error
    }
  }
  return
}

export const createCourier = (options: CourierOptions): Courier => {
  const pool = createPool({ ...poolDefaults, ...options.reuse })
  return {
    carry: async (host, letter) =>
      (await carryAgain(pool, host, letter, options)) ??
      carryBy(pool, await openSomehow(host, letter, options), host, letter, false),
    close: () => pool.close(),
  }
}

/** RFC 9422. */
const rcptMax = (extensions: Extensions): number =>
  Number(/RCPTMAX (\d{1,6})/i.exec(extensions.get('LIMITS') ?? '')?.[1] ?? 0) || maxRecipients
