/** Which kind of device a browser runs on, as far as it tells; and what kinds we know how to set up. Pure. */

export const deviceKinds = ['iphone', 'ipad', 'android', 'mac', 'windows', 'linux', 'other'] as const
export type DeviceKind = (typeof deviceKinds)[number]

export const isDeviceKind = (word: unknown): word is DeviceKind => deviceKinds.some((kind) => kind === word)

const signs: readonly (readonly [DeviceKind, RegExp])[] = [
  ['iphone', /\biPhone\b|\biPod\b/],
  ['ipad', /\biPad\b/],
  ['android', /\bAndroid\b/],
  ['mac', /\bMacintosh\b|\bMac OS X\b/],
  ['windows', /\bWindows\b/],
  ['linux', /\bLinux\b|\bX11\b|\bCrOS\b/],
]

/** `touchPoints` tells an iPad, which calls itself a Macintosh, from one. */
export const deviceOf = (userAgent: string, touchPoints = 0): DeviceKind => {
  const kind = signs.find(([, sign]) => sign.test(userAgent))?.[0] ?? 'other'
  return kind === 'mac' && touchPoints > 1 ? 'ipad' : kind
}

/** Devices that are carried, and set up by the camera of another one. */
export const isCarried = (kind: DeviceKind): boolean => kind === 'iphone' || kind === 'ipad' || kind === 'android'

/** Devices that take a configuration profile. */
export const takesProfile = (kind: DeviceKind): boolean => kind === 'iphone' || kind === 'ipad' || kind === 'mac'

/** What a device is called in the list of its owner, before they call it something else. */
export const deviceNames: Readonly<Record<DeviceKind, string>> = {
  iphone: 'iPhone',
  ipad: 'iPad',
  android: 'Android',
  mac: 'Mac',
  windows: 'Windows',
  linux: 'Linux',
  other: 'Programme de messagerie',
}
