import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { crc32 as theirs } from 'node:zlib'
import { expect, test } from 'vitest'
import { crc32, safeName, uniqueNames, writeZip } from './write.ts'

const text = (content: string) =>
  async function* () {
    yield new TextEncoder().encode(content)
  }

const python = (() => {
  try {
    execFileSync('python3', ['--version'])
    return true
  } catch {
    return false
  }
})()

test('the checksum is that of every other program, in one piece or several', () => {
  const bytes = new TextEncoder().encode('Conseil de classe du 3e B')
  expect(crc32(bytes)).toBe(theirs(bytes))
  expect(crc32(bytes.subarray(7), crc32(bytes.subarray(0, 7)))).toBe(theirs(bytes))
})

test.skipIf(!python)('another program reads the file: names with accents, contents, dates', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'convergence-zip-'))
  try {
    const chunks: Uint8Array[] = []
    const modified = Date.UTC(2026, 8, 1, 8, 30, 2)
    for await (const chunk of writeZip([
      { name: 'élèves.txt', modified, content: text('Zoé') },
      { name: 'vide', modified: 0, content: async function* () {} },
    ]))
      chunks.push(chunk)
    writeFileSync(join(folder, 'a.zip'), Buffer.concat(chunks))
    const script =
      'import zipfile,sys,json\nz=zipfile.ZipFile(sys.argv[1])\nassert z.testzip() is None\nprint(json.dumps([[i.filename,list(i.date_time),z.read(i).decode()] for i in z.infolist()]))'
    expect(JSON.parse(execFileSync('python3', ['-c', script, join(folder, 'a.zip')], { encoding: 'utf8' }))).toEqual([
      ['élèves.txt', [2026, 9, 1, 8, 30, 2], 'Zoé'],
      ['vide', [1980, 1, 1, 0, 0, 0], ''],
    ])
  } finally {
    rmSync(folder, { recursive: true })
  }
})

test.each([
  ['../../etc/passwd', '_.._etc_passwd'],
  ['C:\\Windows\\x.exe', 'C_Windows_x.exe'],
  ['a\u202egpj.exe', 'a_gpj.exe'],
  ['  . ', 'piece'],
  ['', 'piece'],
  ['NUL.txt', '_NUL.txt'],
  ['a\0b\r\n.pdf', 'a_b_.pdf'],
  ['Conseil de classe.pdf', 'Conseil de classe.pdf'],
])('the name %j becomes %j', (name, safe) => {
  expect(safeName(name, 'piece')).toBe(safe)
})

test('a name is not endless, and keeps its ending', () => {
  expect(safeName(`${'x'.repeat(5000)}.pdf`, 'piece')).toBe(`${'x'.repeat(100)}.pdf`)
})

test('names are each given once', () => {
  expect(uniqueNames(['a.pdf', 'A.pdf', 'a (2).pdf', 'b', 'b'])).toEqual([
    'a.pdf',
    'A (2).pdf',
    'a (2) (2).pdf',
    'b',
    'b (2)',
  ])
})
