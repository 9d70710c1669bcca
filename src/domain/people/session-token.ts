/** What the cookie of a browser session holds: 256 random bits, of which the store knows the SHA-256. */
import { createHash } from 'node:crypto'

export const isSessionToken = (text: string): boolean => /^[A-Za-z0-9_-]{43}$/.test(text)

export const hashOfToken = (token: string): string => createHash('sha256').update(token).digest('hex')
