import { expect, test } from 'vitest'
import { type Failure, isFailure } from '#base/failure.ts'
import { createGate, createPasswordHasher } from './password.ts'

test('a password is kept as Argon2id with the parameters we chose, and proves itself', async () => {
  const hasher = await createPasswordHasher()
  const phc = await hasher.hash('Été à la plage')
  expect(phc).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$[A-Za-z0-9+/]{22}\$[A-Za-z0-9+/]{43}$/)
  expect(await hasher.verify('Été à la plage', phc)).toBe(true)
  expect(await hasher.verify('Ete a la plage', phc)).toBe(false)
})

test('an accent typed in two pieces is the same password', async () => {
  const hasher = await createPasswordHasher()
  const phc = await hasher.hash('de\u0301cembre-blanc')
  expect(await hasher.verify('d\u00e9cembre-blanc', phc)).toBe(true)
})

test('two hashes of one password differ', async () => {
  const hasher = await createPasswordHasher()
  expect(await hasher.hash('la même phrase')).not.toBe(await hasher.hash('la même phrase'))
})

test('without a hash, or with a damaged one, nothing is ever right', async () => {
  const hasher = await createPasswordHasher()
  expect(await hasher.verify('anything', undefined)).toBe(false)
  expect(await hasher.verify('', '$argon2id$v=19$m=1,t=1,p=1$AAAA$BBBB')).toBe(false)
})

test('a hash of weaker parameters is to be made again, one of today is not', async () => {
  const hasher = await createPasswordHasher()
  const phc = await hasher.hash('une phrase assez longue')
  expect(hasher.outdated(phc)).toBe(false)
  expect(hasher.outdated(phc.replace('m=19456', 'm=4096'))).toBe(true)
})

test('a secret of a megabyte is refused before any work', async () => {
  const hasher = await createPasswordHasher()
  await expect(hasher.verify('a'.repeat(1_000_000), undefined)).rejects.toThrow('too long')
})

test('a dozen at once all get their answer', async () => {
  const hasher = await createPasswordHasher()
  const phc = await hasher.hash('ensemble-douze-fois')
  const answers = await Promise.all(
    Array.from({ length: 12 }, (_, i) => hasher.verify(i % 2 === 0 ? 'ensemble-douze-fois' : 'non', phc)),
  )
  expect(answers.filter(Boolean)).toHaveLength(6)
})

test('so many at once that they would wait too long are told to come back, and the others are served', async () => {
  const gate = createGate(1, 1000)
  let served = 0
  const finish: (() => void)[] = []
  const work = () =>
    new Promise<void>((resolve) => {
      served++
      finish.push(resolve)
    })
  const tries = Array.from({ length: 50 }, () =>
    gate.run(work).then(
      () => true,
      (error: unknown) => error,
    ),
  )
  while (finish.length > 0) {
    finish.shift()?.()
    for (let i = 0; i < 5; i++) await Promise.resolve()
  }
  const answers = await Promise.all(tries)
  const refused = answers.filter((answer) => answer !== true)
  expect(served + refused.length).toBe(50)
  expect(served).toBeGreaterThan(10)
  expect(refused.length).toBeGreaterThan(10)
  for (const failure of refused) {
    expect(isFailure(failure, 'unavailable')).toBe(true)
    expect((failure as Failure).retryAfter).toBeGreaterThan(0)
  }
})

test('whoever asks whether there is room is told as those who join the line, and takes no place in it', async () => {
  const gate = createGate(1, 1000)
  const held: (() => void)[] = []
  gate.check()
  const first = gate.run(() => new Promise<void>((resolve) => held.push(resolve)))
  const rest: Promise<void>[] = []
  for (let n = 0; n < 1000; n++)
    try {
      gate.check()
      rest.push(gate.run(async () => {}))
    } catch (error) {
      expect(isFailure(error, 'unavailable')).toBe(true)
      break
    }
  expect(rest.length).toBeGreaterThan(0)
  expect(rest.length).toBeLessThan(1000)
  expect(() => gate.check()).toThrow('too many')
  held[0]?.()
  await Promise.all([first, ...rest])
  expect(() => gate.check()).not.toThrow()
})
