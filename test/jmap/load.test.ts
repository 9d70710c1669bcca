/** Large requests and answers: they are refused or served without holding the others up. No time is asserted. */
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Client, everything, type Json, openServer, type Server } from './harness.ts'

let server: Server
let client: Client

beforeAll(async () => {
  server = await openServer({ maxSizeRequest: 1_000_000, maxSizeUpload: 1_000_000, maxSizeResponse: 1_000_000 })
  client = await server.client()
})
afterAll(() => server?.close())

test('a request far over the limit is refused with an answer, and the connection goes on', async () => {
  for (let i = 0; i < 3; i++) {
    const response = await client.post(' '.repeat(30_000_000))
    expect(response.status).toBe(400)
    expect(await response.json()).toMatchObject({ limit: 'maxSizeRequest' })
  }
  expect(await client.call('Core/echo', { still: 'here' })).toEqual({ still: 'here' })
})

test('an upload far over the limit is refused with an answer', async () => {
  const path = `/jmap/upload/${client.accountId}`
  for (let i = 0; i < 3; i++) {
    const response = await client.fetch(path, { method: 'POST', body: Buffer.alloc(30_000_000) })
    expect(response.status).toBe(413)
    expect(await response.json()).toMatchObject({ limit: 'maxSizeUpload' })
  }
})

test('body values beyond the bound of an answer are requestTooLarge, and fit when cut', async () => {
  const ids: string[] = []
  for (let i = 0; i < 4; i++) ids.push(await client.import(`Subject: big ${i}\r\n\r\n${'0123456789'.repeat(40_000)}`))
  const args = { ids, properties: ['bodyValues'], fetchTextBodyValues: true }
  expect(await client.error('Email/get', args)).toBe('requestTooLarge')
  const { list } = await client.call('Email/get', { ...args, maxBodyValueBytes: 1000 })
  expect(list).toHaveLength(4)
})

test('a request of many values is parsed while others are served', async () => {
  const big = JSON.stringify({
    using: everything,
    methodCalls: [['Core/echo', { list: Array.from({ length: 100_000 }, (_, i) => i) }, 'a']],
  })
  const answers = await Promise.all([
    client.post(big),
    ...Array.from({ length: 5 }, (_, i) => client.call('Core/echo', { i })),
  ])
  const body = (await (answers[0] as Response).json()) as { methodResponses: [string, Json, string][] }
  expect(body.methodResponses[0]![1].list).toHaveLength(100_000)
  expect(answers.slice(1)).toEqual([0, 1, 2, 3, 4].map((i) => ({ i })))
})

test('a deep nest of parts comes back whole', async () => {
  let message = 'Content-Type: text/plain\r\n\r\ncore'
  for (let i = 0; i < 60; i++)
    message = `Content-Type: multipart/mixed; boundary=b${i}\r\n\r\n--b${i}\r\n${message}\r\n--b${i}--\r\n`
  const id = await client.import(`Subject: deep\r\n${message}`)
  const { bodyStructure, bodyValues } = await client.get(id, {
    properties: ['bodyStructure', 'bodyValues'],
    fetchAllBodyValues: true,
  })
  let depth = 0
  for (let part = bodyStructure as Json | undefined; part; part = (part.subParts as Json[] | undefined)?.[0]) depth++
  expect(depth).toBe(61)
  expect(Object.values(bodyValues as Record<string, Json>)[0]).toMatchObject({ value: 'core' })
})
