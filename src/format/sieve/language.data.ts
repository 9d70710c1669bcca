/**
 * The words of Sieve: every command and test with its arguments and the extension it needs. An editor, the checker and
 * the list of capabilities all read this table.
 */

export type ValueType = 'string' | 'strings' | 'number'

export interface TagSpec {
  /** What may be given once only: `:over` and `:under` are the same choice. */
  readonly choice?: string
  readonly takes?: ValueType
  /** The extension it needs. */
  readonly needs?: string
}

export interface WordSpec {
  readonly needs?: string
  /** Positional arguments, in order. */
  readonly args: readonly ValueType[]
  /** How many of the first positional arguments may be left out (the variable of imap4flags, the values of editheader). */
  readonly optional?: number
  /** True: what is optional is the last one rather than the first one. */
  readonly optionalLast?: boolean
  readonly tags?: Readonly<Record<string, TagSpec>>
  /** A choice that must be made. */
  readonly must?: string
  /** Tests it takes: none, one, or a list in parentheses. */
  readonly tests?: 'one' | 'list'
  readonly block?: boolean
}

const match: Readonly<Record<string, TagSpec>> = {
  is: { choice: 'match' },
  contains: { choice: 'match' },
  matches: { choice: 'match' },
  regex: { choice: 'match', needs: 'regex' },
  count: { choice: 'match', takes: 'string', needs: 'relational' },
  value: { choice: 'match', takes: 'string', needs: 'relational' },
  list: { choice: 'match', needs: 'extlists' },
  comparator: { choice: 'comparator', takes: 'string' },
}

const addressPart: Readonly<Record<string, TagSpec>> = {
  all: { choice: 'part' },
  localpart: { choice: 'part' },
  domain: { choice: 'part' },
  user: { choice: 'part', needs: 'subaddress' },
  detail: { choice: 'part', needs: 'subaddress' },
}

const index: Readonly<Record<string, TagSpec>> = {
  index: { choice: 'index', takes: 'number', needs: 'index' },
  last: { choice: 'last', needs: 'index' },
}

const anyChild: Readonly<Record<string, TagSpec>> = {
  mime: { choice: 'mime', needs: 'mime' },
  anychild: { choice: 'anychild', needs: 'mime' },
}

const mimePart: Readonly<Record<string, TagSpec>> = {
  ...anyChild,
  type: { choice: 'mimepart', needs: 'mime' },
  subtype: { choice: 'mimepart', needs: 'mime' },
  contenttype: { choice: 'mimepart', needs: 'mime' },
  param: { choice: 'mimepart', takes: 'strings', needs: 'mime' },
}

/** RFC 5229 §4.1, by precedence: the same precedence is the same choice. */
const modifiers: Readonly<Record<string, TagSpec>> = {
  lower: { choice: 'm40' },
  upper: { choice: 'm40' },
  lowerfirst: { choice: 'm30' },
  upperfirst: { choice: 'm30' },
  quotewildcard: { choice: 'm20' },
  quoteregex: { choice: 'm20', needs: 'regex' },
  encodeurl: { choice: 'm15', needs: 'enotify' },
  length: { choice: 'm10' },
}

const into: Readonly<Record<string, TagSpec>> = {
  create: { choice: 'create', needs: 'mailbox' },
  flags: { choice: 'flags', takes: 'strings', needs: 'imap4flags' },
  specialuse: { choice: 'specialuse', takes: 'string', needs: 'special-use' },
  mailboxid: { choice: 'mailboxid', takes: 'string', needs: 'mailboxid' },
}

const fcc: Readonly<Record<string, TagSpec>> = { fcc: { choice: 'fcc', takes: 'string', needs: 'fcc' }, ...into }

const copy: TagSpec = { choice: 'copy', needs: 'copy' }

export const commands: Readonly<Record<string, WordSpec>> = {
  // Control (RFC 5228 §3)
  require: { args: ['strings'] },
  if: { args: [], tests: 'one', block: true },
  elsif: { args: [], tests: 'one', block: true },
  else: { args: [], block: true },
  stop: { args: [] },
  error: { args: ['string'], needs: 'ihave' },
  include: {
    args: ['string'],
    needs: 'include',
    tags: {
      personal: { choice: 'location' },
      global: { choice: 'location' },
      once: { choice: 'once' },
      optional: { choice: 'optional' },
    },
  },
  return: { args: [], needs: 'include' },
  global: { args: ['strings'], needs: 'include' },
  set: { args: ['string', 'string'], needs: 'variables', tags: modifiers },
  foreverypart: { args: [], block: true, needs: 'foreverypart', tags: { name: { choice: 'name', takes: 'string' } } },
  break: { args: [], needs: 'foreverypart', tags: { name: { choice: 'name', takes: 'string' } } },
  // Actions (RFC 5228 §4)
  keep: { args: [], tags: { flags: into.flags as TagSpec } },
  discard: { args: [] },
  redirect: { args: ['string'], tags: { copy, list: { choice: 'list', needs: 'extlists' } } },
  fileinto: { args: ['string'], needs: 'fileinto', tags: { copy, ...into } },
  reject: { args: ['string'], needs: 'reject' },
  ereject: { args: ['string'], needs: 'ereject' },
  vacation: {
    args: ['string'],
    needs: 'vacation',
    tags: {
      days: { choice: 'period', takes: 'number' },
      seconds: { choice: 'period', takes: 'number', needs: 'vacation-seconds' },
      subject: { choice: 'subject', takes: 'string' },
      from: { choice: 'from', takes: 'string' },
      addresses: { choice: 'addresses', takes: 'strings' },
      mime: { choice: 'mime' },
      handle: { choice: 'handle', takes: 'string' },
      ...fcc,
    },
  },
  setflag: { args: ['string', 'strings'], optional: 1, needs: 'imap4flags' },
  addflag: { args: ['string', 'strings'], optional: 1, needs: 'imap4flags' },
  removeflag: { args: ['string', 'strings'], optional: 1, needs: 'imap4flags' },
  notify: {
    args: ['string'],
    needs: 'enotify',
    tags: {
      from: { choice: 'from', takes: 'string' },
      importance: { choice: 'importance', takes: 'string' },
      options: { choice: 'options', takes: 'strings' },
      message: { choice: 'message', takes: 'string' },
      ...fcc,
    },
  },
  addheader: { args: ['string', 'string'], needs: 'editheader', tags: { last: { choice: 'last' } } },
  deleteheader: {
    args: ['string', 'strings'],
    optional: 1,
    optionalLast: true,
    needs: 'editheader',
    tags: { ...match, index: { choice: 'index', takes: 'number' }, last: { choice: 'last' } },
  },
  extracttext: {
    args: ['string'],
    needs: 'extracttext',
    tags: { first: { choice: 'first', takes: 'number' }, ...modifiers },
  },
}

export const tests: Readonly<Record<string, WordSpec>> = {
  address: { args: ['strings', 'strings'], tags: { ...match, ...addressPart, ...index, ...anyChild } },
  allof: { args: [], tests: 'list' },
  anyof: { args: [], tests: 'list' },
  envelope: { args: ['strings', 'strings'], needs: 'envelope', tags: { ...match, ...addressPart } },
  exists: { args: ['strings'], tags: anyChild },
  false: { args: [] },
  header: { args: ['strings', 'strings'], tags: { ...match, ...index, ...mimePart } },
  not: { args: [], tests: 'one' },
  size: { args: ['number'], must: 'compare', tags: { over: { choice: 'compare' }, under: { choice: 'compare' } } },
  true: { args: [] },
  body: {
    args: ['strings'],
    needs: 'body',
    tags: {
      ...match,
      raw: { choice: 'transform' },
      content: { choice: 'transform', takes: 'strings' },
      text: { choice: 'transform' },
    },
  },
  string: { args: ['strings', 'strings'], needs: 'variables', tags: match },
  hasflag: { args: ['strings', 'strings'], optional: 1, needs: 'imap4flags', tags: match },
  date: {
    args: ['string', 'string', 'strings'],
    needs: 'date',
    tags: {
      ...match,
      ...index,
      zone: { choice: 'zone', takes: 'string' },
      originalzone: { choice: 'zone' },
    },
  },
  currentdate: {
    args: ['string', 'strings'],
    needs: 'date',
    tags: { ...match, zone: { choice: 'zone', takes: 'string' } },
  },
  environment: { args: ['string', 'strings'], needs: 'environment', tags: match },
  mailboxexists: { args: ['strings'], needs: 'mailbox' },
  mailboxidexists: { args: ['strings'], needs: 'mailboxid' },
  specialuse_exists: { args: ['string', 'strings'], optional: 1, needs: 'special-use' },
  ihave: { args: ['strings'], needs: 'ihave' },
  duplicate: {
    args: [],
    needs: 'duplicate',
    tags: {
      handle: { choice: 'handle', takes: 'string' },
      header: { choice: 'id', takes: 'string' },
      uniqueid: { choice: 'id', takes: 'string' },
      seconds: { choice: 'seconds', takes: 'number' },
      last: { choice: 'last' },
    },
  },
  valid_notify_method: { args: ['strings'], needs: 'enotify' },
  notify_method_capability: { args: ['string', 'string', 'strings'], needs: 'enotify', tags: match },
  valid_ext_list: { args: ['strings'], needs: 'extlists' },
}

/** What `require` may ask for. */
export const capabilities = [
  'body',
  'comparator-i;ascii-casemap',
  'comparator-i;ascii-numeric',
  'comparator-i;octet',
  'comparator-i;unicode-casemap',
  'copy',
  'date',
  'duplicate',
  'editheader',
  'encoded-character',
  'enotify',
  'envelope',
  'environment',
  'ereject',
  'extlists',
  'extracttext',
  'fcc',
  'fileinto',
  'foreverypart',
  'ihave',
  'imap4flags',
  'include',
  'index',
  'mailbox',
  'mailboxid',
  'mime',
  'regex',
  'reject',
  'relational',
  'special-use',
  'subaddress',
  'vacation',
  'vacation-seconds',
  'variables',
] as const

/** Extensions that bring another one with them (RFC 6131 §2, RFC 5229 §8). */
export const brings: Readonly<Record<string, readonly string[]>> = { 'vacation-seconds': ['vacation'] }

/** Extensions that change how strings are read: `ihave` cannot bring them in the middle of a script (RFC 5463 §4). */
export const lexicalExtensions: readonly string[] = ['encoded-character', 'variables']

/** Comparators of the base (RFC 5228 §2.7.3), which need no `require`. */
export const baseComparators: readonly string[] = ['i;octet', 'i;ascii-casemap']
