import { expect, test } from 'vitest'
import { doubting, type ResolveDns } from './dns.ts'

const refuse = (code: string): never => {
  throw Object.assign(new Error(code), { code })
}

const knowing =
  (...names: string[]): ResolveDns =>
  async (name, type) => {
    if (!names.includes(name)) return refuse('ENOTFOUND')
    return type === 'NS' ? ['ns.test'] : refuse('ENODATA')
  }

test('a name that does not exist does not, where the DNS knows the world', async () => {
  await expect(doubting(knowing('.'))('absent.test', 'MX')).rejects.toMatchObject({ code: 'ENOTFOUND' })
  await expect(doubting(knowing('fr'))('absent.test', 'MX')).rejects.toMatchObject({ code: 'ENOTFOUND' })
})

test('a resolver that denies even the root is not believed about mail domains', async () => {
  await expect(doubting(knowing())('example.org', 'MX')).rejects.toMatchObject({ code: 'ESERVFAIL' })
  await expect(doubting(knowing())('example.org', 'TXT')).rejects.toMatchObject({ code: 'ENOTFOUND' })
})

test('other answers pass as they are', async () => {
  await expect(doubting(knowing('example.org'))('example.org', 'MX')).rejects.toMatchObject({ code: 'ENODATA' })
  expect(await doubting(async () => ['mx.test'])('example.org', 'MX')).toEqual(['mx.test'])
})
