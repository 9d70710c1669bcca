/** Our web front with SAML and federation on a port of this machine, and the programs of the demonstration beside it. */
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { silentLog } from '#base/log.ts'
import { createLogoutRunner } from '#domain/access/logout-runner.ts'
import { openSession } from '#domain/people/sessions.ts'
import type { House } from '#server/house.ts'
import { openHttp } from '#server/http/server.ts'
import { createMetrics } from '#server/metrics.ts'
import { openTls } from '#server/tls.ts'
import { createTrust, type Trust } from '#server/trust.ts'
import { openTestHouse } from '../server/rig.ts'
import type { Browser } from './browser.ts'

export interface Site {
  readonly house: House
  readonly origin: string
  readonly host: string
  readonly trust: Trust
  /** Opens a session of an account in a browser. */
  signIn(browser: Browser, account: number, login: string, amr?: readonly string[]): Promise<string>
  /** Resolves when every service has been told of the sign-outs. */
  told(): Promise<void>
  close(): Promise<void>
}

export const openSite = async (): Promise<Site> => {
  const house = await openTestHouse()
  const webFolder = join(house.config.data, 'web')
  mkdirSync(webFolder, { recursive: true })
  writeFileSync(join(webFolder, 'index.html'), '<!doctype html><title>Convergence</title>')
  const { people } = house
  let origin = ''
  const trust = createTrust({ people, log: silentLog, origin: () => origin, hostname: 'guichet.test' })
  const runner = createLogoutRunner({ people, prepare: { saml: trust.prepareLogout } })
  const tls = openTls({
    folder: join(house.config.data, 'tls'),
    hostname: house.config.hostname,
    certificate: undefined,
    key: undefined,
    log: silentLog,
  })
  const front = await openHttp(
    {
      house,
      log: silentLog,
      metrics: createMetrics(),
      readiness: { problems: async () => [], warnings: async () => [] },
      tls,
      demo: undefined,
      mail: () => ({ host: 'mail.ecole.test' }),
      webFolder,
      requireTls: undefined,
      signOutPath: trust.signOutPath,
      protocols: (app) => trust.register(app),
    },
    { http: { host: '127.0.0.1', port: 0 }, https: 'off', admin: 'off' },
    { connections: 100, perAddress: 100 },
  )
  const host = `localhost:${front.listeners[0]?.port}`
  origin = `http://${host}`
  runner.start()
  return {
    house,
    origin,
    host,
    trust,
    signIn: async (browser, account, login, amr = ['pwd']) => {
      const { token, id } = await openSession(
        people,
        {
          accountId: account,
          login,
          amr,
          name: '',
          email: '',
          locale: 'fr',
          admin: false,
          authenticatedAt: 0,
          steppedUpAt: 0,
        },
        { ip: '127.0.0.1', userAgent: 'Mozilla/5.0 Firefox/140.0' },
      )
      browser.setCookie(host, `session=${token}`)
      return id
    },
    told: () => runner.idle(),
    close: async () => {
      await runner.stop()
      await front.close()
      tls.close()
      await house.close()
    },
  }
}
