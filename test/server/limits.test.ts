/** Every route that is served is limited: a network that has used up what it may ask is refused before anything is done. */
import { expect, test } from 'vitest'
import { type Limits, rateClassOf } from '#server/http/limits.ts'
import { openHttpRig } from './rig.ts'

/** Nobody has a token left. */
const empty: Limits = { take: () => 60_000, size: 0 }

/** Forms that people send by hand go back to their page, which says the same. */
const forms = new Set(['/login', '/auth/login'])

test('no route, whether public or not, and no path that does not exist, answers a network beyond its limit', async () => {
  const rig = await openHttpRig({ limits: empty })
  try {
    const routes = [...rig.routes(), { method: 'GET', url: '/nothing/of/the/kind' } as const]
    expect(routes.length).toBeGreaterThan(200)
    const answered: string[] = []
    for (const { method, url } of routes) {
      const path = url.replaceAll(/:\w+/g, '1').replaceAll('*', 'x')
      const { status, body } = await rig.call(path, { method, headers: { 'x-csrf': '1' } })
      if (status !== 429 || !body.includes('AUTH-02')) answered.push(`${method} ${url} ${status}`)
      if (method !== 'POST' || !forms.has(url)) continue
      const form = { 'content-type': 'application/x-www-form-urlencoded' }
      expect((await rig.call(path, { method, headers: form, body: 'login=a' })).headers.location).toBe(
        '/login?error=AUTH-02',
      )
    }
    expect(answered).toEqual([])
    for (const method of ['PROPFIND', 'PUT', 'DELETE', 'PATCH', 'OPTIONS', 'REPORT'])
      expect((await rig.call('/dav/', { method })).status).toBe(429)
  } finally {
    await rig.close()
  }
})

test('what strangers may post has a limit of its own, never the one of a school at work', async () => {
  const rig = await openHttpRig()
  try {
    // Opened by a session, a token or an app password only.
    const own = /^\/(?:jmap|dav|scim|test|push)(?:[/*]|$)/
    const loose = rig
      .routes()
      .filter(({ method, url }) => method === 'POST' && !own.test(url) && rateClassOf(method, url) === 'rest')
    expect(loose).toEqual([])
  } finally {
    await rig.close()
  }
})
