/** COPY and MOVE of what is in collections (RFC 4918 §9.8, §9.9), within one area of their owner. */
import { isFailure } from '#base/failure.ts'
import { DavFault } from '../fault.ts'
import { named } from '../names.ts'
import { checkConditions, type DavCall, type DavResponse } from '../request.ts'
import { etagOf, find, findThere, type Resource, type Vacant } from '../resources.ts'
import { uidConflict } from './items.ts'

type Card = Extract<Resource, { kind: 'card' }>
type Target = Card | Extract<Vacant, { kind: 'no-card' }>

/** Where it goes. Throws DavFault 400 (no Destination), 403, 404, 409, 412 (something is there that may not be overwritten). */
const targetOf = async (call: DavCall, source: Card): Promise<Target> => {
  const header = call.request.header('destination')
  if (header === undefined) throw new DavFault(400)
  const target = await find(call, header)
  if ((target.kind !== 'no-card' && target.kind !== 'card') || target.area !== source.area) throw new DavFault(403)
  if (target.kind === 'card') {
    // §9.8.5: the same resource.
    if (target.place.id === source.place.id) throw new DavFault(403)
    if (call.request.header('overwrite')?.trim().toUpperCase() === 'F') throw new DavFault(412)
  }
  return target
}

const sourceOf = async (call: DavCall): Promise<Card> => {
  const resource = await findThere(call)
  if (resource.kind !== 'card') throw new DavFault(403)
  return resource
}

const transfer = async (call: DavCall, keepSource: boolean): Promise<DavResponse> => {
  const { ctx, request, principal } = call
  const source = await sourceOf(call)
  const target = await targetOf(call, source)
  const { area } = source
  const account = principal.accountId
  const uri = target.kind === 'card' ? target.place.uri : target.uri
  const isPlainMove = !keepSource && uri === source.place.uri
  const text = isPlainMove
    ? undefined
    : await ctx.store.read(async (tx) =>
        (await area.texts(ctx, tx, account, [source.place.id], undefined)).get(source.place.id),
      )
  const content = text === undefined ? undefined : await area.read(ctx, text)
  if (!content && !isPlainMove) throw new DavFault(404)
  try {
    const isNew = await ctx.store.write(account, async (tx) => {
      // Looked at again where nothing can come between.
      const now = await area.at(tx, account, source.book.id, source.place.uri)
      if (!now || now.modseq !== source.place.modseq) throw new DavFault(now ? 409 : 404)
      checkConditions(request, etagOf(now))
      const before = await area.at(tx, account, target.book.id, uri)
      if (before) await area.remove(tx, before.id)
      // What keeps its name keeps its identity too; by another name it is another resource.
      if (!content) await area.move(ctx, tx, now.id, target.book.id)
      else {
        if (!keepSource) await area.remove(tx, now.id)
        await content.put(tx, { collection: target.book.id, uri })
      }
      return before === undefined
    })
    return { status: isNew ? 201 : 204 }
  } catch (error) {
    if (!isFailure(error, 'alreadyExists') || error.property !== 'uid') throw error
    throw content
      ? await uidConflict(call, area, target.book, content.uid)
      : new DavFault(409, named({ ns: area.ns, name: 'no-uid-conflict' }))
  }
}

/** A second resource of the same content; within one collection its UID stands in the way (no-uid-conflict). */
export const copy = (call: DavCall): Promise<DavResponse> => transfer(call, true)

/** What is in a collection goes to another place. */
export const move = (call: DavCall): Promise<DavResponse> => transfer(call, false)
