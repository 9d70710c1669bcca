/** A browser as far as single sign-on sees one: cookies by host, redirections, forms that post themselves. */
export interface Screen {
  readonly url: string
  readonly status: number
  readonly body: string
}

export interface Browser {
  /** Opens an address and follows redirections and self-posting forms. */
  open(url: string): Promise<Screen>
  /** Submits the form of a page whose action ends so. */
  submit(screen: Screen, action: string, fields?: Record<string, string>): Promise<Screen>
  /** Sets a cookie of a host. */
  setCookie(host: string, pair: string): void
  cookies(host: string): string
}

const decode = (text: string): string =>
  text.replace(/&(?:amp|lt|gt|quot|#39|#xA|#xD|#x9);/g, (entity) => {
    const known: Record<string, string> = {
      '&amp;': '&',
      '&lt;': '<',
      '&gt;': '>',
      '&quot;': '"',
      '&#39;': "'",
      '&#xA;': '\n',
      '&#xD;': '\r',
      '&#x9;': '\t',
    }
    return known[entity] ?? ''
  })

export interface Form {
  readonly action: string
  readonly method: string
  readonly fields: Record<string, string>
}

/** The forms of a page. */
export const formsIn = (body: string): Form[] =>
  [...body.matchAll(/<form\b([^>]*)>([\s\S]*?)<\/form>/g)].map(([, attributes = '', inner = '']) => ({
    action: decode(/action="([^"]*)"/.exec(attributes)?.[1] ?? ''),
    method: (/method="([^"]*)"/.exec(attributes)?.[1] ?? 'get').toLowerCase(),
    fields: Object.fromEntries(
      [...inner.matchAll(/<(?:input|button)\b[^>]*\bname="([^"]*)"[^>]*\bvalue="([^"]*)"/g)].map(
        ([, name = '', value = '']) => [name, decode(value)],
      ),
    ),
  }))

export const createBrowser = (userAgent = 'Mozilla/5.0 Firefox/140.0'): Browser => {
  const jars = new Map<string, Map<string, string>>()
  const lax = new Set(['session'])
  const jarOf = (host: string) => {
    const jar = jars.get(host) ?? new Map<string, string>()
    jars.set(host, jar)
    return jar
  }
  const siteOf = (url: URL) => `${url.protocol}//${url.hostname}`

  const send = async (url: URL, init: RequestInit, from: URL | undefined): Promise<Response> => {
    const foreign = from !== undefined && siteOf(from) !== siteOf(url)
    // Cookies that say SameSite=Lax are not sent with posts of other sites; those that say nothing are.
    const sent = [...jarOf(url.host)].filter(([name]) => !(foreign && init.method === 'POST' && lax.has(name)))
    const cookie = sent.map(([name, value]) => `${name}=${value}`).join('; ')
    const site = from === undefined ? 'none' : foreign ? 'cross-site' : 'same-origin'
    const headers = {
      ...(init.headers as Record<string, string>),
      'user-agent': userAgent,
      'sec-fetch-site': site,
      accept: 'text/html',
      ...(cookie === '' ? {} : { cookie }),
    }
    const answer = await fetch(url, { ...init, headers, redirect: 'manual' })
    for (const line of answer.headers.getSetCookie()) {
      const [pair = ''] = line.split(';')
      const [name = '', value = ''] = pair.split(/=(.*)/s)
      if (/samesite=(?:lax|strict)/i.test(line)) lax.add(name)
      if (/max-age=0/i.test(line) || value === '') jarOf(url.host).delete(name)
      else jarOf(url.host).set(name, value)
    }
    return answer
  }

  const settle = async (first: URL, init: RequestInit, from: URL | undefined): Promise<Screen> => {
    let [url, wanted, before] = [first, init, from]
    for (let step = 0; step < 25; step++) {
      const answer = await send(url, wanted, before)
      const to = answer.headers.get('location')
      const body = await answer.text()
      before = url
      if (to !== null) {
        url = new URL(to, url)
        wanted = { method: 'GET' }
        continue
      }
      const [form] = formsIn(body)
      if (!form || !body.includes('/saml/post.js')) return { url: url.href, status: answer.status, body }
      url = new URL(form.action, url)
      wanted = posted(form.fields)
    }
    throw new Error(`the browser goes round in circles: ${url.href}`)
  }

  const posted = (fields: Record<string, string>): RequestInit => ({
    method: 'POST',
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    body: new URLSearchParams(fields).toString(),
  })

  return {
    open: (url) => settle(new URL(url), { method: 'GET' }, undefined),
    submit: (screen, action, fields = {}) => {
      const form = formsIn(screen.body).find(
        (one) => one.action.endsWith(action) && (fields.person === undefined || one.fields.person === fields.person),
      )
      if (!form) throw new Error(`no form ${action} in ${screen.url}: ${screen.body.slice(0, 2000)}`)
      const here = new URL(screen.url)
      return settle(new URL(form.action, here), posted({ ...form.fields, ...fields }), here)
    },
    setCookie: (host, pair) => {
      const [name = '', value = ''] = pair.split(/=(.*)/s)
      jarOf(host).set(name, value)
    },
    cookies: (host) => [...jarOf(host)].map(([name, value]) => `${name}=${value}`).join('; '),
  }
}
