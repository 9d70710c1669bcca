/** A browser in words, from what it says of itself: enough for a person to recognize their own. */

const browsers: readonly (readonly [RegExp, string])[] = [
  [/\bThunderbird\//, 'Thunderbird'],
  [/\bEdg(?:A|iOS)?\//, 'Edge'],
  [/\bOPR\/|\bOpera/, 'Opera'],
  [/\bSamsungBrowser\//, 'Samsung Internet'],
  [/\bFxiOS\/|\bFirefox\//, 'Firefox'],
  [/\bCriOS\/|\bChrome\/|\bChromium\//, 'Chrome'],
  [/\bSafari\//, 'Safari'],
]

const systems: readonly (readonly [RegExp, string])[] = [
  [/\biPhone\b/, 'iPhone'],
  [/\biPad\b/, 'iPad'],
  [/\bAndroid\b/, 'Android'],
  [/\bCrOS\b/, 'ChromeOS'],
  [/\bWindows\b/, 'Windows'],
  [/\bMac OS X\b|\bMacintosh\b/, 'macOS'],
  [/\bLinux\b/, 'Linux'],
]

const named = (list: readonly (readonly [RegExp, string])[], text: string): string | undefined =>
  list.find(([form]) => form.test(text))?.[1]

/** `Firefox sur Windows`, `Safari on iPhone`; "unknown program" when it says nothing we know. Never its own words. */
export const describeAgent = (userAgent: string | undefined, language: 'fr' | 'en'): string => {
  const text = (userAgent ?? '').slice(0, 500)
  const browser = named(browsers, text)
  const system = named(systems, text)
  if (browser && system) return language === 'fr' ? `${browser} sur ${system}` : `${browser} on ${system}`
  return browser ?? system ?? (language === 'fr' ? 'programme inconnu' : 'unknown program')
}
