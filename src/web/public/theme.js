// Runs before the first paint so that a dark theme never flashes white. A file of its own: the CSP forbids inline script.
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
