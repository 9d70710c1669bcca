import { expect, test } from 'vitest'
import { silentLog } from '#base/log.ts'
import { createMemoryBus } from '#store/bus/memory.ts'
import type { LocalRoute } from './route.ts'
import { createRouteMemory } from './routes.ts'

const anne: LocalRoute = {
  kind: 'local',
  accountId: 1,
  detail: undefined,
  active: true,
  quotaBytes: 0,
  usedBytes: 10,
}

const memory = () => {
  const bus = createMemoryBus(silentLog)
  return { bus, routes: createRouteMemory(bus) }
}

test('an active account here is remembered, nobody else is', () => {
  const { routes } = memory()
  routes.keep('anne@x.test', anne, routes.epoch)
  routes.keep('gone@x.test', { ...anne, active: false }, routes.epoch)
  routes.keep('who@x.test', { kind: 'unknown' }, routes.epoch)
  routes.keep('far@y.test', { kind: 'remote', domain: 'y.test' }, routes.epoch)
  expect(routes.find('anne@x.test', 0)).toBe(anne)
  for (const address of ['gone@x.test', 'who@x.test', 'far@y.test', 'ANNE@x.test'])
    expect(routes.find(address, 0), address).toBeUndefined()
})

test('a change of people forgets everything, also what is being looked up meanwhile', () => {
  const { bus, routes } = memory()
  const before = routes.epoch
  routes.keep('anne@x.test', anne, before)
  bus.publishTopic('people', 1)
  expect(routes.find('anne@x.test', 0)).toBeUndefined()
  routes.keep('anne@x.test', anne, before)
  expect(routes.find('anne@x.test', 0)).toBeUndefined()
})

test('an account that comes near its quota is looked at again', () => {
  const { routes } = memory()
  routes.keep('anne@x.test', { ...anne, quotaBytes: 1000, usedBytes: 500 }, routes.epoch)
  expect(routes.find('anne@x.test', 100)).toBeDefined()
  expect(routes.find('anne@x.test', 450)).toBeUndefined()
})
