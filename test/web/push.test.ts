import { expect, test } from 'vitest'
import type { RecordType } from '#web/data/model.ts'
import type { EventSourceLike } from '#web/data/ports.ts'
import { Push, pushUrl } from '#web/data/push.ts'
import { VirtualTime } from './virtual-time.ts'

class Source implements EventSourceLike {
  readyState = 1
  private readonly listeners = new Map<string, (event: { data?: unknown }) => void>()
  addEventListener(type: string, fn: (event: { data?: unknown }) => void): void {
    this.listeners.set(type, fn)
  }
  emit(type: string, data?: unknown): void {
    this.listeners.get(type)?.({ data })
  }
  close(): void {
    this.readyState = 2
  }
}

const rig = () => {
  const time = new VirtualTime()
  const sources: Source[] = []
  const asked: (readonly RecordType[])[] = []
  const moved: number[] = []
  const push = new Push({
    clock: time,
    open: () => {
      const source = new Source()
      sources.push(source)
      return source
    },
    url: () => '/events',
    accountId: () => 'u1',
    stateOf: (type) => (type === 'Email' ? '5' : '1'),
    changed: (types) => asked.push(types),
    besides: () => {},
    accountsChanged: () => moved.push(1),
    knows: (id) => id === 'u1' || id === 'u2',
  })
  push.start()
  sources[0]?.emit('open')
  const say = (changed: unknown) => sources.at(-1)?.emit('state', JSON.stringify({ '@type': 'StateChange', changed }))
  return { time, sources, asked, moved, push, say }
}

test('only the types whose state is not ours are asked for', () => {
  const { asked, say } = rig()
  say({ u1: { Email: '6', Mailbox: '1' } })
  say({ u1: { Email: '5' } })
  say({ u2: { Email: '9' } })
  expect(asked).toEqual([['Email']])
})

test('an account that was opened or closed is told, so that the session is read again', () => {
  const { moved, say } = rig()
  say({ u2: { Email: '1' } })
  expect(moved).toEqual([])
  say({ u9: { Mailbox: '1' } })
  say({ u2: {} })
  expect(moved).toEqual([1, 1])
})

test('nonsense is ignored', () => {
  const { asked, sources } = rig()
  for (const data of ['', '{', 'null', '{"changed":3}', '[]', undefined]) sources[0]!.emit('state', data)
  expect(asked).toEqual([])
})

test('a refused connection is made anew after a pause, and everything is asked once when it is back', async () => {
  const { time, sources, asked } = rig()
  sources[0]!.readyState = 2
  sources[0]!.emit('error')
  expect(sources).toHaveLength(1)
  await time.advance(1500)
  expect(sources).toHaveLength(2)
  // Asked at the refusal too: that request tells whether the session is over.
  expect(asked).toHaveLength(1)
  sources[1]!.emit('open')
  expect(asked).toEqual([
    ['Mailbox', 'Email', 'Thread', 'Identity'],
    ['Mailbox', 'Email', 'Thread', 'Identity'],
  ])
})

test('without a connection changes are polled for; with one they are not', async () => {
  const { time, sources, asked } = rig()
  for (let i = 0; i < 10; i += 1) {
    await time.advance(30_000)
    sources[0]!.emit('ping')
  }
  expect(asked).toEqual([])
  sources[0]!.emit('error')
  await time.advance(95_000)
  expect(asked).toHaveLength(3)
})

test('in the background the connection is given up and changes are polled for', async () => {
  const { time, sources, asked, push } = rig()
  push.setQuiet(true)
  expect(sources[0]!.readyState).toBe(2)
  await time.advance(65_000)
  expect(asked).toHaveLength(2)
  push.setQuiet(false)
  expect(sources).toHaveLength(2)
})

test('a connection that has fallen silent is made anew', async () => {
  const { time, sources } = rig()
  await time.advance(200_000)
  expect(sources.length).toBeGreaterThan(1)
  expect(sources[0]!.readyState).toBe(2)
})

test('the URL template is filled', () => {
  expect(pushUrl('/e?types={types}&closeafter={closeafter}&ping={ping}')).toBe(
    '/e?types=Mailbox%2CEmail%2CThread%2CIdentity%2CTile%2CPortalArrangement%2CCard%2CNotice%2CNotification%2CDocumentRequest%2CMailLabel%2CSavedSearch%2CMailPreferences%2CSnooze%2CMailJob%2CAddressBook%2CContactCard%2CCalendar%2CCalendarEvent&closeafter=no&ping=60',
  )
})
