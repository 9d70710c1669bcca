// Runs before the first paint so that a dark theme never flashes white, and asks at once for what the first screen waits for:
// who is signed in (taken by shell/session.ts) and, where somebody was, the program of the mail (named by vite.config.ts).
// A file of its own: the CSP forbids inline script.
try {
  const kept = JSON.parse(localStorage.getItem('convergence.preferences') || '{}')
  const root = document.documentElement
  if (kept.theme === 'light' || kept.theme === 'dark') root.dataset.theme = kept.theme
  const asked = kept.contrast === 'high' || kept.contrast === 'normal' ? kept.contrast : 'auto'
  const system = matchMedia('(prefers-contrast: more)').matches
  if (asked === 'high' || (asked === 'auto' && system)) root.dataset.contrast = 'high'
  if (kept.density === 'compact' || kept.density === 'spacious') root.dataset.density = kept.density
  if (kept.language === 'fr' || kept.language === 'en') root.lang = kept.language
} catch {
  // Storage refused (private window): the defaults are fine.
}

try {
  globalThis.convergenceSession = fetch('/auth/session', {
    credentials: 'same-origin',
    headers: { accept: 'application/json' },
    cache: 'no-store',
  })
  globalThis.convergenceSession.catch(() => undefined)
  const files = document.querySelector('meta[name="program"]')?.content.split(' ') ?? []
  for (const file of localStorage.getItem('convergence.signed-in') === '1' ? files : []) {
    const link = document.createElement('link')
    link.crossOrigin = ''
    if (file.endsWith('.css')) Object.assign(link, { rel: 'preload', as: 'style' })
    else link.rel = 'modulepreload'
    link.href = file
    document.head.append(link)
  }
} catch {
  // Storage refused: each is asked for a little later.
}
