import { expect, test } from 'vitest'
import { createLog, type LogOptions } from './log.ts'

const capture = (options: Partial<LogOptions> = {}) => {
  const lines: string[] = []
  const log = createLog({ level: 'info', format: 'json', write: (line) => lines.push(line), ...options })
  return { log, lines }
}

test('a line is one JSON object with its time, level, event and fields', () => {
  const { log, lines } = capture()
  log.with({ room: 'imap' }).info('signed-in', { account: 3, absent: undefined })
  expect(lines).toHaveLength(1)
  expect(lines[0]).toMatch(/\n$/)
  expect(JSON.parse(lines[0] ?? '')).toMatchObject({ level: 'info', event: 'signed-in', room: 'imap', account: 3 })
  expect(lines[0]).not.toContain('absent')
})

test('fields named like secrets never carry their value', () => {
  const { log, lines } = capture()
  log.warn('oops', { password: 'hunter2', sessionToken: 'abc', cookie: 'c', authorization: 'Basic x', user: 'anne' })
  expect(lines[0]).not.toMatch(/hunter2|abc|Basic/)
  expect(lines[0]).toContain('anne')
})

test('what is below the level is not written', () => {
  const { log, lines } = capture({ level: 'warn' })
  log.info('small')
  log.error('big', {}, new Error('why'))
  expect(lines.map((line) => JSON.parse(line).event)).toEqual(['big'])
  expect(lines[0]).toContain('Error: why')
})

test('a value cannot forge a line nor move the cursor of a terminal', () => {
  const { log, lines } = capture({ format: 'pretty' })
  log.info('helo', { name: 'x\r\n12:00:00 error forged\x1b[2J' })
  const body = (lines[0] ?? '').replaceAll(/\x1b\[\d+m/g, '')
  expect(body).not.toContain('\x1b')
  expect(body).not.toContain('\r')
  expect(body.split('\n')[1]).toMatch(/^ {4}/)
})

test('very long values are cut', () => {
  const { log, lines } = capture()
  log.info('long', { text: 'a'.repeat(100_000) })
  expect((lines[0] ?? '').length).toBeLessThan(3000)
})
