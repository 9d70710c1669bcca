/** Which word of vCard is which of JSContact (RFC 9555 §2 and its registry). */

/** N, in its order; RFC 9554 added the last two. */
export const nameKinds = ['surname', 'given', 'given2', 'title', 'credential', 'surname2', 'generation'] as const

/** ADR, in its order (RFC 6350); RFC 9554 added more, which come after. */
export const addressKinds = [
  'postOfficeBox',
  'apartment',
  'name',
  'locality',
  'region',
  'postcode',
  'country',
  'room',
  'apartment',
  'floor',
  'number',
  'name',
  'building',
  'block',
  'subdistrict',
  'district',
  'landmark',
  'direction',
] as const

/** TYPE of TEL. */
export const featureOf: Readonly<Record<string, string>> = {
  voice: 'voice',
  fax: 'fax',
  cell: 'mobile',
  video: 'video',
  pager: 'pager',
  text: 'text',
  textphone: 'textphone',
  'main-number': 'main-number',
}

/** TYPE of RELATED. */
export const relatedKinds: ReadonlySet<string> = new Set([
  'acquaintance',
  'agent',
  'child',
  'co-resident',
  'co-worker',
  'colleague',
  'contact',
  'crush',
  'date',
  'emergency',
  'friend',
  'kin',
  'me',
  'met',
  'muse',
  'neighbor',
  'parent',
  'sibling',
  'spouse',
  'sweetheart',
])

/** Properties that are an address of something. */
export const resourceProperties: readonly { readonly name: string; readonly member: string; readonly kind?: string }[] = [
  { name: 'URL', member: 'links' },
  { name: 'CONTACT-URI', member: 'links', kind: 'contact' },
  { name: 'CALURI', member: 'calendars', kind: 'calendar' },
  { name: 'FBURL', member: 'calendars', kind: 'freeBusy' },
  { name: 'CALADRURI', member: 'schedulingAddresses' },
  { name: 'KEY', member: 'cryptoKeys' },
  { name: 'ORG-DIRECTORY', member: 'directories', kind: 'directory' },
  { name: 'SOURCE', member: 'directories', kind: 'entry' },
]

/** Members of a card that a vCard has properties for, and those that are not for it to say. */
const written: ReadonlySet<string> = new Set([
  '@type',
  'id',
  'addressBookIds',
  'version',
  'uid',
  'kind',
  'created',
  'updated',
  'language',
  'prodId',
  'members',
  'name',
  'nicknames',
  'organizations',
  'titles',
  'emails',
  'phones',
  'onlineServices',
  'preferredLanguages',
  'calendars',
  'schedulingAddresses',
  'cryptoKeys',
  'directories',
  'links',
  'media',
  'addresses',
  'anniversaries',
  'keywords',
  'notes',
  'personalInfo',
  'relatedTo',
  'vCardProps',
])

/** True for a member that travels in a JSPROP (RFC 9555 §3.2.1): all the others. */
export const isExtra = (member: string): boolean => /^[A-Za-z][\w.:-]{0,100}$/.test(member) && !written.has(member)
