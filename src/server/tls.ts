/**
 * The certificate: the configured files, read again when they change, or a self-signed one made at the first start.
 * TLS 1.2 at least (RFC 8996), as every listener uses it.
 */
import { createPrivateKey, type KeyObject, X509Certificate } from 'node:crypto'
import { chmodSync, existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { createSecureContext, type SecureContext } from 'node:tls'
import type { Log } from '#base/log.ts'
import { makeSelfSigned } from './certificate.ts'
import { ConfigError } from './config.ts'

export interface TlsMaterial {
  readonly key: string
  readonly cert: string
  readonly minVersion: 'TLSv1.2'
}

export interface TlsSource {
  readonly material: TlsMaterial
  readonly context: SecureContext
  readonly selfSigned: boolean
  /** Called with each new certificate, after it proved to be usable. */
  onChange(listener: () => void): void
  close(): void
}

export interface TlsOptions {
  readonly folder: string
  readonly hostname: string
  readonly certificate: string | undefined
  readonly key: string | undefined
  readonly log: Log
}

const day = 86_400_000
const lifeDays = 397
const renewBefore = 30 * day

const madeFor = (cert: string, hostname: string, now: number): boolean => {
  try {
    const parsed = new X509Certificate(cert)
    return parsed.checkHost(hostname) !== undefined && parsed.validToDate.getTime() - now > renewBefore
  } catch {
    return false
  }
}

/** Paths of a self-signed certificate for the host, made or renewed when needed. */
const ensureSelfSigned = (folder: string, hostname: string): { certificate: string; key: string } => {
  const certificate = join(folder, 'self-signed.crt')
  const key = join(folder, 'self-signed.key')
  const now = Date.now()
  if (existsSync(key) && existsSync(certificate) && madeFor(readFileSync(certificate, 'utf8'), hostname, now))
    return { certificate, key }
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  const made = makeSelfSigned({
    names: [...new Set([hostname, 'localhost'])],
    ips: ['127.0.0.1', '::1'],
    from: now - day,
    until: now + lifeDays * day,
  })
  writeFileSync(key, made.key, { mode: 0o600 })
  chmodSync(key, 0o600)
  writeFileSync(certificate, made.certificate)
  return { certificate, key }
}

const textOf = (setting: string, path: string): string => {
  try {
    return readFileSync(path, 'utf8')
  } catch (error) {
    const why = error instanceof Error && 'code' in error && error.code === 'ENOENT' ? 'does not exist' : String(error)
    throw new ConfigError([`${setting}: ${path} cannot be read: ${why}`])
  }
}

/** What is wrong with a pair of files, in words; undefined when they can be used. Throws ConfigError for one that cannot be read. */
export const pairProblem = (files: { certificate: string; key: string }): string | undefined => {
  const [certificate, key] = [textOf('tls.certificate', files.certificate), textOf('tls.key', files.key)]
  let parsed: X509Certificate
  let secret: KeyObject
  try {
    parsed = new X509Certificate(certificate)
  } catch {
    return `tls.certificate: ${files.certificate} is not a certificate (PEM)`
  }
  try {
    secret = createPrivateKey(key)
  } catch {
    return `tls.key: ${files.key} is not a private key without a passphrase (PEM)`
  }
  return parsed.checkPrivateKey(secret)
    ? undefined
    : `tls.key: ${files.key} is not the key of the certificate ${files.certificate}`
}

const read = (files: { certificate: string; key: string }): { material: TlsMaterial; context: SecureContext } => {
  const problem = pairProblem(files)
  if (problem !== undefined) throw new ConfigError([problem])
  const material: TlsMaterial = {
    key: readFileSync(files.key, 'utf8'),
    cert: readFileSync(files.certificate, 'utf8'),
    minVersion: 'TLSv1.2',
  }
  return { material, context: createSecureContext(material) }
}

const lookEvery = 5_000

/** What tells files from those that were read before. */
const stampOf = (files: { certificate: string; key: string }): string =>
  [files.certificate, files.key]
    .map((file) => statSync(file, { throwIfNoEntry: false }))
    .map((found) => `${found?.ino} ${found?.size} ${found?.mtimeMs}`)
    .join('\n')

/** Opens the certificate. Throws when the configured files cannot be used. */
export const openTls = (options: TlsOptions): TlsSource => {
  const { certificate, key, log } = options
  const configured = certificate !== undefined && key !== undefined ? { certificate, key } : undefined
  const files = configured ?? ensureSelfSigned(options.folder, options.hostname)
  // Taken before they are read: whatever is written from now on is seen as new.
  let seen = stampOf(files)
  let current = read(files)
  const listeners: (() => void)[] = []
  let waiting: NodeJS.Timeout | undefined
  const reload = () => {
    // Renewal tools write the two files one after the other: wait until both are there.
    clearTimeout(waiting)
    waiting = setTimeout(() => {
      try {
        current = read(files)
        log.info('tls.reloaded', { certificate: files.certificate })
        for (const listener of listeners) listener()
      } catch (cause) {
        log.error('tls.reload-failed', { certificate: files.certificate }, cause)
      }
    }, 1000).unref()
  }
  const look = (): void => {
    const now = stampOf(files)
    if (now === seen) return
    seen = now
    reload()
  }
  const looking = configured ? setInterval(look, lookEvery).unref() : undefined
  return {
    get material() {
      return current.material
    },
    get context() {
      return current.context
    },
    selfSigned: configured === undefined,
    onChange: (listener) => {
      listeners.push(listener)
    },
    close: () => {
      clearTimeout(waiting)
      clearInterval(looking)
    },
  }
}
