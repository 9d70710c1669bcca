/** `convergence check`, `dkim` and `audit`: looking without changing. */
import { X509Certificate } from 'node:crypto'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { dkimRecords } from '#domain/delivery/dkim.ts'
import { waitingForPolicy } from '#domain/delivery/queue-list.ts'
import { contactOf, roleNames } from '#domain/delivery/route.ts'
import { getAccount } from '#domain/people/accounts.ts'
import { readBrand } from '../brand/brand.ts'
import { type Config, ConfigError } from '../config.ts'
import { serverAnswers } from '../control.ts'
import { createDnssec, dnsServerOf } from '../dnssec.ts'
import type { House } from '../house.ts'
import { roomIn, roomProblem } from '../room.ts'
import { environmentName, settings } from '../settings.ts'
import { pairProblem } from '../tls.ts'
import { type Command, flagOption, type Invocation } from './command.ts'
import { checkDns } from './dns.ts'
import { formatSize, table } from './terminal.ts'

/** Names reserved for tests and examples (RFC 2606, RFC 6761): the DNS never knows them. */
const isFictional = (domain: string): boolean => /(?:^|\.)(?:test|example|invalid|localhost)$/.test(domain)

interface Finding {
  readonly ok: boolean
  readonly text: string
}

const day = 86_400_000

const checkCertificate = (config: Config): Finding[] => {
  const selfSigned = join(config.data, 'tls', 'self-signed.crt')
  const path = config['tls.certificate'] ?? selfSigned
  if (!existsSync(path))
    return [
      {
        ok: path === selfSigned,
        text: `certificate: ${path === selfSigned ? 'a self-signed one will be made at the first start' : `${path} does not exist`}`,
      },
    ]
  try {
    const key = config['tls.key']
    const problem = path === selfSigned || key === undefined ? undefined : pairProblem({ certificate: path, key })
    if (problem !== undefined) return [{ ok: false, text: problem }]
    const certificate = new X509Certificate(readFileSync(path))
    const days = Math.floor((certificate.validToDate.getTime() - Date.now()) / day)
    const named = certificate.checkHost(config.hostname) !== undefined
    return [
      {
        ok: days > 14,
        text: `certificate: valid for ${days} more days${path === selfSigned ? ' (self-signed: programs will ask)' : ''}`,
      },
      { ok: named, text: `certificate: ${named ? 'names' : 'does not name'} ${config.hostname}` },
    ]
  } catch (error) {
    if (error instanceof ConfigError) return error.problems.map((text) => ({ ok: false, text }))
    return [{ ok: false, text: `certificate: ${path} is not a certificate (PEM)` }]
  }
}

const checkBrand = ({ brand: path }: Config): Finding[] => {
  if (path === undefined) return []
  const { brand, problems, notes } = readBrand(path)
  return [
    ...(brand ? [{ ok: true, text: `brand: ${brand.name}, from ${path}` }] : []),
    ...problems.map((text) => ({ ok: false, text: `brand: ${text}` })),
    ...notes.map((text) => ({ ok: true, text: `brand: ${text}` })),
  ]
}

const printSettings = (invocation: Invocation): void => {
  const rows = Object.entries(settings).map(([name, one]) => {
    const value = invocation.config[name as keyof typeof settings]
    const shown = 'secret' in one && one.secret && value !== one.byDefault ? '(hidden)' : (JSON.stringify(value) ?? '')
    return [name, shown, environmentName(name), one.about]
  })
  invocation.say(table(['SETTING', 'VALUE', 'ENVIRONMENT', 'WHAT IT IS'], rows))
}

const checkRoom = async ({ data }: Config): Promise<Finding> => {
  const room = await roomIn(data)
  const problem = roomProblem(room)
  const text = problem?.text ?? (room === undefined ? 'the system does not say' : `${formatSize(room)} left`)
  return { ok: problem === undefined, text: `disk: ${text}` }
}

/** Who gets postmaster@ and abuse@ (RFC 5321 §4.5.1, RFC 2142). */
const checkContact = async (house: House): Promise<Finding> => {
  const wanted = house.config['people.contact']
  const id = await house.store.read((tx) => contactOf(tx, house.people))
  const account = id === undefined ? undefined : await house.store.read((tx) => getAccount(tx, id))
  const who = account === undefined ? 'nobody: add an administrator, or set people.contact' : account.login
  const missing = wanted !== '' && account?.login !== wanted
  const text = `${roleNames.map((name) => `${name}@`).join(', ')}: ${who}`
  return {
    ok: account !== undefined && !missing,
    text: missing ? `${text} (people.contact: no active account ${wanted})` : text,
  }
}

/** Mail that waits because a domain asks for more than its servers give: its operators, or those of its policy, must act. */
const checkPolicies = async ({ store }: House): Promise<Finding> => {
  const waiting = await store.read(waitingForPolicy)
  return {
    ok: waiting === 0,
    text:
      waiting === 0
        ? 'queue: nothing waits for a TLS that its domain asks for'
        : `queue: ${waiting} recipients wait for verified TLS (MTA-STS, DANE) that their servers do not give: see "convergence queue"`,
  }
}

/** Does the resolver that DANE rests on say what it has proved? The root of the DNS is signed. */
const checkResolver = async ({ 'outgoing.dnssec-resolver': given }: Config): Promise<Finding[]> => {
  if (given === undefined) return []
  try {
    const { secure } = await createDnssec(dnsServerOf(given))('.', 'NS')
    return [
      {
        ok: secure,
        text: `DNSSEC: the resolver ${given} ${secure ? 'validates' : 'does not validate: DANE cannot work'}`,
      },
    ]
  } catch (error) {
    return [
      {
        ok: false,
        text: `DNSSEC: the resolver ${given} does not answer (${error instanceof Error ? error.message : ''})`,
      },
    ]
  }
}

const checkNames = async (invocation: Invocation, house: House): Promise<Finding[]> => {
  const { config } = invocation
  if (config.domains.every(isFictional))
    return [{ ok: true, text: `DNS: ${config.domains.join(', ')} is a fictional domain, not looked up` }]
  return (await checkDns(house)).map(({ ok, name, type, expected, found, why }) => ({
    ok,
    text: `DNS: ${name} ${type}: ${why}${ok ? '' : `\n      expected  ${expected}\n      found     ${found.join(' | ') || 'nothing'}`}`,
  }))
}

export const check: Command = {
  name: 'check',
  usage: '',
  about: 'Check the configuration, the DNS, the certificate and the store',
  words: [0, 0],
  options: {
    settings: { type: 'boolean', about: 'list every setting with its value, its variable and what it is' },
    'no-dns': { type: 'boolean', about: 'leave the DNS alone' },
  },
  more: 'Exit code 0: all is well. 3: something should be looked at. "convergence doctor" looks into the store itself.',
  run: async (invocation) => {
    const { config, say } = invocation
    if (flagOption(invocation, 'settings')) {
      printSettings(invocation)
      return 0
    }
    const findings: Finding[] = [
      { ok: true, text: `configuration: ${config.file ?? 'no file, defaults and environment'}` },
      ...checkCertificate(config),
      ...checkBrand(config),
    ]
    const running = await serverAnswers(config.data)
    findings.push({ ok: true, text: `server: ${running ? 'running' : 'not running'} on ${config.data}` })
    await invocation.withHouse(async (house) => {
      const rows = await house.store.read((tx) =>
        tx.query((q) => q.selectFrom('account').select((eb) => eb.fn.countAll<number>().as('count'))),
      )
      findings.push({ ok: true, text: `store: ${house.store.engine.dialect}, ${rows[0]?.count ?? 0} accounts` })
      findings.push(await checkRoom(config), await checkContact(house), await checkPolicies(house))
      if (!flagOption(invocation, 'no-dns')) findings.push(...(await checkResolver(config)))
      if (!flagOption(invocation, 'no-dns')) findings.push(...(await checkNames(invocation, house)))
    })
    for (const { ok, text } of findings) say(`  ${ok ? '✓' : '✗'} ${text}`)
    const wrong = findings.filter(({ ok }) => !ok).length
    say(wrong === 0 ? 'All is well.' : `${wrong} things to look at.`)
    return wrong === 0 ? 0 : 3
  },
}

export const dkim: Command = {
  name: 'dkim',
  usage: '',
  about: 'Show the DNS records with which others verify our signatures',
  words: [0, 0],
  run: (invocation) =>
    invocation.withHouse(async (house) => {
      for (const domain of house.config.domains)
        for (const { name, value } of await dkimRecords(house.ctx, domain)) invocation.say(`${name}. TXT "${value}"\n`)
      return 0
    }),
}
