/** What the blob store promises (store/blobs/blobs.ts), with every place for large blobs, and what its sweeper promises. */
import { createHash, randomBytes } from 'node:crypto'
import { mkdir, mkdtemp, rm, utimes, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { silentLog } from '#base/log.ts'
import { inlineLimit } from '#store/blobs/blobs.ts'
import type { BlobDriver } from '#store/blobs/driver.ts'
import { createLocalDriver } from '#store/blobs/local.ts'
import { createS3Driver } from '#store/blobs/s3.ts'
import { createBlobStore, type SweepableBlobs } from '#store/blobs/store.ts'
import { sweepBlobs, sweepOrphans } from '#store/sweep.ts'
import { onEveryEngine } from './all.ts'
import type { Bench } from './drivers.ts'
import { type S3Server, startS3Server } from './s3-server.ts'

/** A place for large blobs under test. */
interface PlaceUnderTest {
  readonly name: string
  open(bench: Bench): Promise<BlobDriver>
  /** Makes everything in the place look this many milliseconds old. */
  age(bench: Bench, locations: readonly string[]): Promise<void>
  close(): Promise<void>
}

const day = 86_400_000

const localPlace = (): PlaceUnderTest => ({
  name: 'files',
  open: async (bench) => createLocalDriver(join(bench.folder, 'places')),
  age: async (bench, locations) => {
    const then = (bench.clock.now() - 2 * day) / 1000
    for (const location of locations) await utimes(join(bench.folder, 'places', location), then, then)
  },
  close: async () => {},
})

const s3Place = (): PlaceUnderTest & { server(): S3Server } => {
  let server: S3Server
  return {
    name: 's3',
    server: () => server,
    open: async (bench) => {
      server = await startS3Server()
      return createS3Driver({
        bucket: 'bucket',
        endpoint: server.endpoint,
        accessKeyId: 'test',
        secretAccessKey: 'test',
        prefix: 'blobs/',
        spool: join(bench.folder, 'spool'),
      })
    },
    age: async (bench, locations) => {
      for (const location of locations) {
        const object = server.objects.get(`blobs/${location}`)
        if (object) object.modified = new Date(bench.clock.now() - 2 * day)
      }
    },
    close: () => server.close(),
  }
}

const sha256 = (bytes: Uint8Array): Uint8Array => new Uint8Array(createHash('sha256').update(bytes).digest())

const collect = async (stream: AsyncIterable<Uint8Array>): Promise<Uint8Array> => {
  const chunks: Uint8Array[] = []
  for await (const chunk of stream) chunks.push(chunk)
  return new Uint8Array(Buffer.concat(chunks))
}

const suite = (driver: { open(): Promise<Bench> }, place: PlaceUnderTest): void => {
  let bench: Bench
  let blobs: SweepableBlobs
  let parts: Parameters<typeof sweepBlobs>[0]
  beforeAll(async () => {
    bench = await driver.open()
    const { engine, clock } = bench
    blobs = createBlobStore({ engine, driver: await place.open(bench), clock, log: silentLog })
    parts = { engine, blobs, clock, log: silentLog }
  })
  afterAll(async () => {
    await blobs?.close()
    await bench?.close()
    await place.close()
  })

  const attach = async (bytes: Uint8Array): Promise<number> => {
    const pending = await blobs.prepare(bytes)
    return bench.engine.write((tx) => blobs.attach(tx, pending))
  }
  const places = async (): Promise<string[]> => {
    const all: string[] = []
    for await (const { location } of blobs.places()) all.push(location)
    return all.sort()
  }
  const locationOf = async (id: number): Promise<string | undefined> =>
    (await bench.engine.read((tx) => tx.query((q) => q.selectFrom('blob').select('location').where('id', '=', id))))[0]
      ?.location
  /** An upload is the simplest reference. */
  const refer = (blobId: number) =>
    bench.engine.write((tx) =>
      tx.execute((q) =>
        q.insertInto('upload').values({ account_id: 1, blob_id: blobId, type: '', created_at: bench.clock.now() }),
      ),
    )

  for (const size of [0, 1, 1000, inlineLimit, inlineLimit + 1, 1_500_000])
    test(`${size} octets come back as they went, whole and in part`, async () => {
      const bytes = new Uint8Array(randomBytes(size))
      const pending = await blobs.prepare(bytes)
      expect(pending.hash).toEqual(sha256(bytes))
      expect(pending.size).toBe(size)
      expect(pending.location === '').toBe(size <= inlineLimit)
      const id = await bench.engine.write((tx) => blobs.attach(tx, pending))
      expect(Buffer.compare(await blobs.bytes(id), bytes)).toBe(0)
      expect(Buffer.compare(await collect(blobs.open(id)), bytes)).toBe(0)
      expect(Buffer.compare(await bench.engine.read((tx) => blobs.bytesIn(tx, id)), bytes)).toBe(0)
      for (const [start, end] of [
        [0, 1],
        [size >> 1, size],
        [1, size - 1],
        [size, size + 9],
        [5, 2],
      ] as const) {
        const expected = bytes.subarray(Math.min(start, size), Math.max(start, Math.min(end, size)))
        expect(Buffer.compare(await blobs.bytes(id, { start, end }), expected), `${start} ${end}`).toBe(0)
        expect(Buffer.compare(await collect(blobs.open(id, { start, end })), expected), `${start} ${end}`).toBe(0)
      }
    })

  test('a stream is the same blob as the whole, whatever its chunks and whoever reuses them', async () => {
    const bytes = new Uint8Array(randomBytes(200_000))
    const sink = blobs.receive()
    const buffer = new Uint8Array(1_777)
    for (let offset = 0; offset < bytes.length; offset += buffer.length) {
      const chunk = bytes.subarray(offset, offset + buffer.length)
      buffer.set(chunk)
      await sink.write(buffer.subarray(0, chunk.length))
      buffer.fill(0)
    }
    expect(sink.size).toBe(bytes.length)
    const pending = await sink.finish()
    expect(pending.hash).toEqual(sha256(bytes))
    const id = await bench.engine.write((tx) => blobs.attach(tx, pending))
    expect(Buffer.compare(await blobs.bytes(id), bytes)).toBe(0)
  })

  test('a stream that is too large is refused and leaves nothing', async () => {
    const before = await places()
    const sink = blobs.receive({ maxBytes: 150_000 })
    await sink.write(new Uint8Array(100_000))
    await expect(sink.write(new Uint8Array(100_000))).rejects.toMatchObject({ code: 'tooLarge' })
    const aborted = blobs.receive()
    await aborted.write(new Uint8Array(100_000))
    await aborted.abort()
    expect(await places()).toEqual(before)
  })

  for (const size of [1000, 200_000, 5_000_000])
    test(`${size} octets of which the hash is found out meanwhile may be given away by who hashes them`, async () => {
      const bytes = new Uint8Array(randomBytes(size))
      const expected = bytes.slice()
      const pending = await blobs.prepare(bytes, async () => {
        const hash = sha256(bytes)
        if (size > inlineLimit) structuredClone(bytes, { transfer: [bytes.buffer] })
        return hash
      })
      expect(pending).toMatchObject({ hash: sha256(expected), size })
      const id = await bench.engine.write((tx) => blobs.attach(tx, pending))
      expect(Buffer.compare(await blobs.bytes(id), expected)).toBe(0)
    })

  test('a blob that could not be hashed leaves nothing', async () => {
    const before = await places()
    const refused = async (): Promise<never> => {
      throw new Error('no thread')
    }
    await expect(blobs.prepare(new Uint8Array(randomBytes(200_000)), refused)).rejects.toThrow('no thread')
    await expect(blobs.prepare(new Uint8Array(randomBytes(5_000_000)), refused)).rejects.toThrow('no thread')
    expect(await places()).toEqual(before)
  })

  test('the same content is stored once, also when it comes twice at once', async () => {
    const bytes = new Uint8Array(randomBytes(100_000))
    const before = (await places()).length
    const pending = await Promise.all([blobs.prepare(bytes), blobs.prepare(bytes), blobs.prepare(bytes)])
    const account = await bench.account()
    const ids = await Promise.all(pending.map((each) => bench.store.write(account, (tx) => blobs.attach(tx, each))))
    expect(new Set(ids).size).toBe(1)
    expect(Buffer.compare(await blobs.bytes(ids[0] ?? 0), bytes)).toBe(0)
    // the other copies go after the commit, without anybody waiting for it
    await expect.poll(async () => (await places()).length).toBe(before + 1)
    const small = new Uint8Array(randomBytes(100))
    expect(await attach(small)).toBe(await attach(small))
  })

  test('a blob that is not there is notFound', async () => {
    await expect(blobs.bytes(123_456_789)).rejects.toMatchObject({ code: 'notFound' })
    await expect(collect(blobs.open(123_456_789))).rejects.toMatchObject({ code: 'notFound' })
    const id = await attach(new Uint8Array(randomBytes(100_000)))
    await blobs.removeLocation((await locationOf(id)) ?? '')
    await expect(blobs.bytes(id)).rejects.toMatchObject({ code: 'notFound' })
    await blobs.removeLocation((await locationOf(id)) ?? '')
  })

  test('a write that is rolled back leaves no blob, and the bytes can be attached again', async () => {
    const bytes = new Uint8Array(randomBytes(1_000))
    const pending = await blobs.prepare(bytes)
    let id = 0
    await bench.engine
      .write(async (tx) => {
        id = await blobs.attach(tx, pending)
        throw new Error('no')
      })
      .catch(() => {})
    await expect(blobs.bytes(id)).rejects.toMatchObject({ code: 'notFound' })
    const again = await bench.engine.write((tx) => blobs.attach(tx, pending))
    expect(Buffer.compare(await blobs.bytes(again), bytes)).toBe(0)
  })

  test('the sweeper removes what nothing refers to, and only after an hour', async () => {
    const make = (size: number) => attach(new Uint8Array(randomBytes(size)))
    const [small, large, kept, keptLarge] = [await make(10), await make(100_000), await make(10), await make(100_000)]
    await refer(kept)
    await refer(keptLarge)
    const place = (await locationOf(large)) ?? ''
    await sweepBlobs(parts)
    for (const id of [small, large, kept, keptLarge]) expect((await blobs.bytes(id)).length).toBeGreaterThan(0)
    bench.clock.advance(2 * 3_600_000)
    const swept = await sweepBlobs(parts)
    expect(swept.blobs).toBeGreaterThanOrEqual(2)
    for (const id of [small, large]) await expect(blobs.bytes(id)).rejects.toMatchObject({ code: 'notFound' })
    for (const id of [kept, keptLarge]) expect((await blobs.bytes(id)).length).toBeGreaterThan(0)
    expect(await places()).not.toContain(place)
  })

  test('an upload that nobody used is forgotten after a day, with its blob', async () => {
    const id = await attach(new Uint8Array(randomBytes(10)))
    await refer(id)
    bench.clock.advance(day + 1)
    await sweepBlobs(parts)
    await expect(blobs.bytes(id)).rejects.toMatchObject({ code: 'notFound' })
  })

  test('a blob that is attached again, or touched, just before the sweep stays', async () => {
    const bytes = new Uint8Array(randomBytes(100_000))
    const [attached, touched] = [await attach(bytes), await attach(new Uint8Array(randomBytes(10)))]
    bench.clock.advance(2 * 3_600_000)
    expect(await attach(bytes)).toBe(attached)
    expect(await bench.engine.write((tx) => blobs.touch(tx, touched))).toBe(true)
    await sweepBlobs(parts)
    expect(Buffer.compare(await blobs.bytes(attached), bytes)).toBe(0)
    expect((await blobs.bytes(touched)).length).toBe(10)
    bench.clock.advance(2 * 3_600_000)
    await sweepBlobs(parts)
    expect(await bench.engine.write((tx) => blobs.touch(tx, touched))).toBe(false)
  })

  test('sweeping beside writers never takes what a committed write refers to', async () => {
    const contents = Array.from({ length: 6 }, (_, i) => new Uint8Array(randomBytes(i % 2 ? 70_000 : 50)))
    const account = await bench.account()
    let writing = true
    const sweeping = (async () => {
      while (writing) await sweepBlobs(parts)
    })()
    const write = async (content: Uint8Array): Promise<number> => {
      const pending = await blobs.prepare(content)
      return bench.store.write(account, async (tx) => {
        const blobId = await blobs.attach(tx, pending)
        const id = tx.nextId()
        const email = { account_id: account, id, blob_id: blobId, thread_id: id, size: 1, received_at: 0 }
        await tx.execute((q) => q.insertInto('email').values({ ...email, created_modseq: tx.modseq }))
        return blobId
      })
    }
    try {
      for (let round = 0; round < 12; round++) {
        // the rows of the last round are old and without reference: the sweeper is after them at this very moment
        bench.clock.advance(2 * 3_600_000)
        const ids = await Promise.all(contents.map(write))
        for (const [i, id] of ids.entries())
          expect(Buffer.compare(await blobs.bytes(id), contents[i] ?? new Uint8Array())).toBe(0)
        await bench.engine.write((tx) => tx.execute((q) => q.deleteFrom('email').where('account_id', '=', account)))
      }
    } finally {
      writing = false
      await sweeping
    }
  })

  test('files that no row names go, but not before a day has passed', async () => {
    const streamed = async () => {
      const sink = blobs.receive()
      await sink.write(new Uint8Array(randomBytes(100_000)))
      return sink.finish()
    }
    const kept = await attach(new Uint8Array(randomBytes(100_000)))
    const keptStream = await streamed()
    const keptStreamId = await bench.engine.write((tx) => blobs.attach(tx, keptStream))
    const lost = await blobs.prepare(new Uint8Array(randomBytes(100_000)))
    const lostStream = await streamed()
    const unfinished = blobs.receive()
    await unfinished.write(new Uint8Array(100_000))
    bench.clock.set(Date.now())
    expect(await sweepOrphans(parts)).toBe(0)
    const all = await places()
    expect(all).toContain(lost.location)
    await place.age(bench, all)
    expect(await sweepOrphans(parts)).toBeGreaterThan(0)
    const left = await places()
    expect(left).toEqual(expect.arrayContaining([await locationOf(kept), await locationOf(keptStreamId)]))
    expect(left).not.toContain(lost.location)
    expect(left).not.toContain(lostStream.location)
    expect(left.filter((location) => location.startsWith('tmp/'))).toEqual([])
    await unfinished.abort()
  })
}

onEveryEngine('blobs in files', (driver) => suite(driver, localPlace()))
onEveryEngine('blobs in s3', (driver) => {
  const place = s3Place()
  suite(driver, place)

  test('a passing fault of the service is overcome, a lasting one is unavailable', async () => {
    const driver = createS3Driver({
      bucket: 'bucket',
      endpoint: place.server().endpoint,
      accessKeyId: 'test',
      secretAccessKey: 'test',
    })
    const store = async (): Promise<string> => {
      const writer = await driver.create()
      await writer.write(new Uint8Array(10))
      return writer.finish('ab'.repeat(32))
    }
    place.server().fail(503, 1)
    expect(await store()).toMatch(/^ab\/abab/)
    place.server().fail(500, 1_000)
    await expect(store()).rejects.toMatchObject({ code: 'unavailable', temporary: true })
    place.server().fail(500, 0)
    await driver.close()
  })
})

test('a file that an earlier version placed two folders deep is read, found and removed', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'places-'))
  try {
    const location = `ab/cd/abcd${'0'.repeat(60)}-12`
    await mkdir(join(folder, 'ab/cd'), { recursive: true })
    await writeFile(join(folder, location), 'ancien')
    const driver = createLocalDriver(folder)
    const placed = await driver.put?.(new Uint8Array([7]))
    const found: string[] = []
    for await (const place of driver.places()) found.push(place.location)
    expect(found.sort()).toEqual([placed, location].sort())
    expect(Buffer.from(await collect(driver.open(location, 0, 6))).toString()).toBe('ancien')
    await driver.remove(location)
    await expect(collect(driver.open(location, 0, 6))).rejects.toMatchObject({ code: 'notFound' })
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
})
