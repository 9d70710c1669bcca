import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'

const html = readFileSync(join(import.meta.dirname, 'message-frame.html'), 'utf8')
const policy = /Content-Security-Policy" content="([^"]+)"/.exec(html)?.[1] ?? ''
const scripts = [...html.matchAll(/<script[^>]*>([\s\S]*?)<\/script>/g)].map((match) => match[1]!)

test('the policy of the frame names the one script it holds, by its hash', () => {
  expect(scripts).toHaveLength(1)
  const hash = createHash('sha256').update(scripts[0]!).digest('base64')
  expect(policy).toContain(`script-src 'sha256-${hash}'`)
})

test('the policy of the frame allows nothing else to run, to be sent or to be framed', () => {
  expect(policy).toContain("default-src 'none'")
  expect(policy).toContain("form-action 'none'")
  expect(policy).toContain("base-uri 'none'")
  expect(policy).not.toMatch(/script-src[^;]*(unsafe|https?:|'self')/)
})
