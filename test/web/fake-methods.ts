/** The methods of the model server: RFC 8621 as literally as possible. */
import type { PatchObject, SetError } from '#format/jmap/core.ts'
import type { EmailBodyPartCreate, EmailComparator, EmailFilter } from '#format/jmap/mail.ts'
import { type FakeEmail, type FakeJmap, type FakeType, MethodFailure, type NewEmail } from './fake-jmap.ts'

type Args = Record<string, unknown>
type Method = (server: FakeJmap, args: Args, createdIds: Record<string, string>) => [string, Args][]

const bodyProperties = (email: FakeEmail): Args => {
  const part = (partId: string, type: string, value: string) => ({
    partId,
    blobId: email.blobId,
    size: value.length,
    name: null,
    type,
    charset: 'utf-8',
    disposition: null,
    cid: null,
    language: null,
    location: null,
  })
  const text = part('1', 'text/plain', email.text)
  const html = email.html === null ? text : part('2', 'text/html', email.html)
  const value = (content: string) => ({ value: content, isEncodingProblem: false, isTruncated: false })
  return {
    textBody: [text],
    htmlBody: [html],
    bodyStructure: html,
    bodyValues: { 1: value(email.text), ...(email.html === null ? {} : { 2: value(email.html) }) },
    attachments: email.attachments.map((one, i) => ({
      ...part(`a${i}`, one.type, ''),
      disposition: 'attachment',
      ...one,
    })),
    hasAttachment: email.attachments.some((one) => one.disposition !== 'inline'),
    preview: email.text.slice(0, 256),
    sender: null,
    headers: [],
  }
}

const emailProperties = (email: FakeEmail, properties: readonly string[] | undefined): Args => {
  const { text: _text, html: _html, attachments: _attachments, ...rest } = email
  const all: Args = { ...rest, ...bodyProperties(email) }
  if (!properties) return all
  return Object.fromEntries(['id', ...properties].map((name) => [name, all[name] ?? null]))
}

const objectOf = (server: FakeJmap, type: FakeType, id: string, args: Args): Args | undefined => {
  const properties = args.properties as string[] | undefined
  if (type === 'Email') {
    const email = server.emails.get(id)
    return email && emailProperties(email, properties)
  }
  if (type === 'Thread') {
    const emails = server.threadEmails(id)
    return emails.length ? { id, emailIds: emails.map((email) => email.id) } : undefined
  }
  const found =
    type === 'Mailbox'
      ? server.mailbox(id)
      : type === 'Identity'
        ? server.identities.get(id)
        : server.submissions.get(id)
  if (!found || !properties) return found && { ...found }
  return Object.fromEntries(Object.entries(found).filter(([name]) => name === 'id' || properties.includes(name)))
}

const allIds = (server: FakeJmap, type: FakeType): string[] => {
  if (type === 'Mailbox') return [...server.mailboxes.keys()]
  if (type === 'Identity') return [...server.identities.keys()]
  throw new MethodFailure('requestTooLarge')
}

const get =
  (type: FakeType): Method =>
  (server, args) => {
    const ids = [...new Set((args.ids as string[] | null) ?? allIds(server, type))]
    if (ids.length > server.options.maxObjectsInGet) throw new MethodFailure('requestTooLarge')
    const list = ids.map((id) => objectOf(server, type, id, args))
    const notFound = ids.filter((_, i) => !list[i])
    return [[`${type}/get`, { state: server.stateOf(type), list: list.filter(Boolean), notFound }]]
  }

const changes =
  (type: FakeType): Method =>
  (server, args) => {
    const found = server.changesSince(type, String(args.sinceState), Number(args.maxChanges ?? Infinity))
    const newState = found.hasMoreChanges ? found.newState : maxState(found.newState, server.stateOf(type))
    const updatedProperties = type === 'Mailbox' ? { updatedProperties: null } : {}
    return [[`${type}/changes`, { ...found, newState, ...updatedProperties }]]
  }

const maxState = (a: string, b: string) => (Number(a) > Number(b) ? a : b)

const queryKey = (args: Args) => JSON.stringify([args.filter ?? null, args.sort ?? null, args.collapseThreads ?? false])

const run = (server: FakeJmap, args: Args) =>
  server.results(
    (args.filter as EmailFilter | undefined) ?? null,
    (args.sort as EmailComparator[] | undefined) ?? [],
    args.collapseThreads === true,
  )

const emailQuery: Method = (server, args) => {
  const ids = run(server, args)
  const queryState = server.snapshot(queryKey(args), ids)
  let position = Number(args.position ?? 0)
  if (typeof args.anchor === 'string') {
    position = ids.indexOf(args.anchor)
    if (position < 0) throw new MethodFailure('anchorNotFound')
    position = Math.max(0, position + Number(args.anchorOffset ?? 0))
  } else if (position < 0) position = Math.max(0, ids.length + position)
  const limit = Number(args.limit ?? ids.length)
  const total = args.calculateTotal === true ? { total: ids.length } : {}
  const page = ids.slice(position, position + limit)
  return [['Email/query', { queryState, canCalculateChanges: true, position, ids: page, ...total }]]
}

const emailQueryChanges: Method = (server, args) => {
  const since = String(args.sinceQueryState)
  const old = server.snapshotAt(queryKey(args), since)
  if (!old) throw new MethodFailure('cannotCalculateChanges')
  const now = run(server, args)
  const newQueryState = server.snapshot(queryKey(args), now)
  const touched = new Set([...server.changesSince('Email', since, Infinity).updated])
  const present = new Set(now)
  const before = new Set(old)
  // An id that changed is reported as removed even when it was not in the old result, as the RFC allows.
  const removed = [...new Set([...old.filter((id) => !present.has(id)), ...touched])]
  const again = new Set(removed)
  const added = now.map((id, index) => ({ id, index })).filter(({ id }) => !before.has(id) || again.has(id))
  const total = args.calculateTotal === true ? { total: now.length } : {}
  return [['Email/queryChanges', { oldQueryState: since, newQueryState, removed, added, ...total }]]
}

const isSet = (value: unknown) => value === true

const patchEmail = (email: FakeEmail, patch: PatchObject) => {
  for (const [path, value] of Object.entries(patch)) {
    const [property, key] = path.split('/')
    if (property !== 'mailboxIds' && property !== 'keywords') throw new MethodFailure('invalidArguments')
    if (key === undefined) email[property] = { ...(value as Record<string, true>) }
    else {
      const next = { ...email[property] }
      if (isSet(value)) next[key.replaceAll('~1', '/').replaceAll('~0', '~')] = true
      else delete next[key.replaceAll('~1', '/').replaceAll('~0', '~')]
      email[property] = next
    }
  }
}

const updateEmail = (server: FakeJmap, id: string, patch: PatchObject): SetError | undefined => {
  const email = server.emails.get(id)
  const refused = server.refuse.get(id)
  server.refuse.delete(id)
  if (refused) return refused
  if (!email) return { type: 'notFound' }
  const copy = { ...email }
  patchEmail(copy, patch)
  const mailboxIds = Object.keys(copy.mailboxIds)
  if (!mailboxIds.length || mailboxIds.some((mailboxId) => !server.mailboxes.has(mailboxId)))
    return { type: 'invalidProperties', properties: ['mailboxIds'] }
  server.update(id, (target) => Object.assign(target, { mailboxIds: copy.mailboxIds, keywords: copy.keywords }))
  return
}

type CreatePart = EmailBodyPartCreate

const leaves = (part: CreatePart | undefined): CreatePart[] =>
  part === undefined ? [] : part.subParts ? part.subParts.flatMap(leaves) : [part]

/** Creates a message from the properties a client sends (RFC 8621 §4.6). */
const createEmail = (server: FakeJmap, create: Args): Args | SetError => {
  const values = (create.bodyValues ?? {}) as Record<string, { value: string }>
  const parts = leaves(create.bodyStructure as CreatePart | undefined)
  const bodyOf = (type: string) => values[parts.find((part) => part.type === type && part.partId)?.partId ?? '']?.value
  const mailboxIds = create.mailboxIds as Record<string, true>
  if (!Object.keys(mailboxIds ?? {}).every((id) => server.mailboxes.has(id))) return { type: 'invalidProperties' }
  const attachments = parts.flatMap(({ blobId, type = '', name, disposition = null, cid = null }) =>
    blobId === undefined
      ? []
      : [{ blobId, type, name: name ?? '', disposition, cid, size: server.blobs.get(blobId)?.bytes.length ?? 0 }],
  )
  const taken = ['mailboxIds', 'keywords', 'messageId', 'inReplyTo', 'references', 'from', 'to', 'cc', 'bcc', 'subject']
  const rest = Object.fromEntries(taken.flatMap((name) => (create[name] === undefined ? [] : [[name, create[name]]])))
  const reference = (create.references as string[] | undefined)?.at(-1)
  const parent = [...server.emails.values()].find((email) => reference && email.messageId?.includes(reference))
  const thread = parent ? { threadId: parent.threadId } : {}
  const html = bodyOf('text/html') ?? null
  const email: NewEmail = { ...rest, ...thread, text: bodyOf('text/plain') ?? '', html, attachments }
  const id = server.insert(email)
  const made = server.emails.get(id)!
  return { id, blobId: made.blobId, threadId: made.threadId, size: made.size }
}

const isError = (value: Args | SetError): value is SetError => 'type' in value

const emailSet: Method = (server, args, createdIds) => {
  const oldState = server.stateOf('Email')
  if (typeof args.ifInState === 'string' && args.ifInState !== oldState) throw new MethodFailure('stateMismatch')
  const created: Args = {}
  const updated: Args = {}
  const destroyed: string[] = []
  const notCreated: Args = {}
  const notUpdated: Args = {}
  const notDestroyed: Args = {}
  server.transaction(() => {
    for (const [key, create] of Object.entries((args.create ?? {}) as Record<string, Args>)) {
      const made = createEmail(server, create)
      if (isError(made)) notCreated[key] = made
      else {
        created[key] = made
        createdIds[key] = String(made.id)
      }
    }
    for (const [ref, patch] of Object.entries((args.update ?? {}) as Record<string, PatchObject>)) {
      const id = ref.startsWith('#') ? (createdIds[ref.slice(1)] ?? ref) : ref
      const error = updateEmail(server, id, patch)
      if (error) notUpdated[id] = error
      else updated[id] = null
    }
    for (const id of (args.destroy ?? []) as string[]) {
      const refused = server.refuse.get(id)
      server.refuse.delete(id)
      if (refused) notDestroyed[id] = refused
      else if (!server.emails.has(id)) notDestroyed[id] = { type: 'notFound' }
      else {
        server.remove(id)
        destroyed.push(id)
      }
    }
  })
  const result = { oldState, newState: server.stateOf('Email'), created, updated, destroyed }
  return [['Email/set', { ...result, notCreated, notUpdated, notDestroyed }]]
}

const createMailbox = (server: FakeJmap, create: Args): Args | SetError => {
  const parentId = (create.parentId as string | null | undefined) ?? null
  if (parentId !== null && !server.mailboxes.has(parentId)) return { type: 'invalidProperties' }
  const name = String(create.name)
  const siblings = [...server.mailboxes.values()].filter((one) => one.parentId === parentId)
  if (siblings.some((one) => one.name === name)) return { type: 'alreadyExists' }
  const id = server.createMailbox({ name, parentId })
  return { ...server.mailbox(id) }
}

const destroyMailbox = (server: FakeJmap, id: string, withEmails: boolean): SetError | undefined => {
  if (!server.mailboxes.has(id)) return { type: 'notFound' }
  if ([...server.mailboxes.values()].some((one) => one.parentId === id)) return { type: 'mailboxHasChild' }
  const inside = [...server.emails.values()].filter((email) => email.mailboxIds[id])
  if (inside.length && !withEmails) return { type: 'mailboxHasEmail' }
  for (const email of inside) {
    if (Object.keys(email.mailboxIds).length === 1) server.remove(email.id)
    else server.update(email.id, (one) => patchEmail(one, { [`mailboxIds/${id}`]: null }))
  }
  server.mailboxes.delete(id)
  server.changed('Mailbox', id, 'destroyed')
  return
}

const mailboxSet: Method = (server, args, createdIds) => {
  const oldState = server.stateOf('Mailbox')
  const [created, updated, notCreated, notUpdated, notDestroyed] = [{}, {}, {}, {}, {}] as [
    Args,
    Args,
    Args,
    Args,
    Args,
  ]
  const destroyed: string[] = []
  server.transaction(() => {
    for (const [key, create] of Object.entries((args.create ?? {}) as Record<string, Args>)) {
      const made = createMailbox(server, create)
      if (isError(made)) notCreated[key] = made
      else createdIds[key] = String((created[key] = made).id)
    }
    for (const [id, patch] of Object.entries((args.update ?? {}) as Record<string, PatchObject>)) {
      const mailbox = server.mailboxes.get(id)
      if (!mailbox) {
        notUpdated[id] = { type: 'notFound' }
        continue
      }
      Object.assign(mailbox, patch)
      server.changed('Mailbox', id, 'updated')
      updated[id] = null
    }
    for (const id of (args.destroy ?? []) as string[]) {
      const error = destroyMailbox(server, id, args.onDestroyRemoveEmails === true)
      if (error) notDestroyed[id] = error
      else destroyed.push(id)
    }
  })
  const result = { oldState, newState: server.stateOf('Mailbox'), created, updated, destroyed }
  return [['Mailbox/set', { ...result, notCreated, notUpdated, notDestroyed }]]
}

const submissionSet: Method = (server, args, createdIds) => {
  const oldState = server.stateOf('EmailSubmission')
  if (typeof args.ifInState === 'string' && args.ifInState !== oldState) throw new MethodFailure('stateMismatch')
  const created: Args = {}
  const notCreated: Args = {}
  const onSuccess = (args.onSuccessUpdateEmail ?? {}) as Record<string, PatchObject>
  const update: Args = {}
  for (const [key, create] of Object.entries((args.create ?? {}) as Record<string, Args>)) {
    const reference = String(create.emailId)
    const emailId = reference.startsWith('#') ? (createdIds[reference.slice(1)] ?? reference) : reference
    const email = server.emails.get(emailId)
    const refused = server.refuse.get(emailId)
    server.refuse.delete(emailId)
    if (refused) notCreated[key] = refused
    else if (!email) notCreated[key] = { type: 'invalidProperties', properties: ['emailId'] }
    else if (![...(email.to ?? []), ...(email.cc ?? []), ...(email.bcc ?? [])].length)
      notCreated[key] = { type: 'noRecipients' }
    else {
      const id = server.nextId('s')
      const sendAt = new Date(server.now).toISOString()
      const identityId = String(create.identityId)
      const undoStatus = create.envelope ? 'pending' : 'final'
      server.transaction(() => {
        server.submissions.set(id, { id, identityId, emailId, threadId: email.threadId, sendAt, undoStatus })
        server.changed('EmailSubmission', id, 'created')
      })
      created[key] = { id, sendAt, undoStatus }
      if (onSuccess[`#${key}`]) update[emailId] = onSuccess[`#${key}`]
    }
  }
  const result = { oldState, newState: server.stateOf('EmailSubmission'), created, notCreated }
  const rest = { updated: {}, destroyed: [], notUpdated: {}, notDestroyed: {} }
  const implicit = Object.keys(update).length ? emailSet(server, { update }, createdIds) : []
  return [['EmailSubmission/set', { ...result, ...rest }], ...implicit]
}

const submissionQuery: Method = (server, args) => {
  // The filter of the client: an email's submissions that were not called back.
  const { conditions } = args.filter as { conditions: [{ emailIds: string[] }, object] }
  const { emailIds } = conditions[0]
  const ids = [...server.submissions.values()]
    .filter((one) => emailIds.includes(one.emailId) && one.undoStatus !== 'canceled')
    .map((one) => one.id)
  const state = server.stateOf('EmailSubmission')
  return [
    ['EmailSubmission/query', { queryState: state, canCalculateChanges: false, position: 0, ids, total: ids.length }],
  ]
}

const escapeHtml = (text: string) => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')

/** The first text condition of a filter, wherever it is. */
const wordsOf = (filter: EmailFilter | null | undefined): string[] => {
  if (!filter) return []
  if ('operator' in filter) return filter.conditions.flatMap(wordsOf)
  return [filter.text, filter.subject, filter.body].flatMap((text) => text?.split(/\s+/) ?? [])
}

const snippets: Method = (server, args) => {
  const words = wordsOf(args.filter as EmailFilter | null)
  const mark = (text: string) => {
    let marked = escapeHtml(text)
    for (const word of words) if (word) marked = marked.replaceAll(word, `<mark>${word}</mark>`)
    return marked.includes('<mark>') ? marked : null
  }
  const list = (args.emailIds as string[]).flatMap((id) => {
    const email = server.emails.get(id)
    return email ? [{ emailId: id, subject: mark(email.subject ?? ''), preview: mark(email.text.slice(0, 200)) }] : []
  })
  return [['SearchSnippet/get', { list, notFound: null }]]
}

const recipients: Method = (server, args) => {
  const text = String(args.text ?? '').toLowerCase()
  const list = server.directory.filter(
    (one) => one.kind !== 'group' && `${one.name ?? ''} ${one.email}`.toLowerCase().includes(text),
  )
  return [['Recipient/query', { list: list.slice(0, Number(args.limit ?? 10)) }]]
}

export const mailMethods: Readonly<Record<string, Method>> = {
  'Core/echo': (_server, args) => [['Core/echo', args]],
  'Mailbox/get': get('Mailbox'),
  'Mailbox/changes': changes('Mailbox'),
  'Mailbox/set': mailboxSet,
  'Email/get': get('Email'),
  'Email/changes': changes('Email'),
  'Email/query': emailQuery,
  'Email/queryChanges': emailQueryChanges,
  'Email/set': emailSet,
  'Thread/get': get('Thread'),
  'Thread/changes': changes('Thread'),
  'Identity/get': get('Identity'),
  'Identity/changes': changes('Identity'),
  'EmailSubmission/get': get('EmailSubmission'),
  'EmailSubmission/changes': changes('EmailSubmission'),
  'EmailSubmission/query': submissionQuery,
  'EmailSubmission/set': submissionSet,
  'SearchSnippet/get': snippets,
  'Recipient/query': recipients,
}
