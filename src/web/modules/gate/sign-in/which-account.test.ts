import { expect, test } from 'vitest'
import { firstQuestion, questions, resultOf, results } from './which-account.data.ts'

test('every answer leads to a question or to a result, and every one of them is reached', () => {
  const reached = new Set<string>()
  const walk = (name: string): void => {
    if (reached.has(name)) return
    reached.add(name)
    if (name.startsWith('=')) {
      expect(resultOf(name), name).toBeDefined()
      return
    }
    expect(questions[name], name).toBeDefined()
    for (const { to } of questions[name]?.answers ?? []) walk(to)
  }
  walk(firstQuestion)
  expect([...reached].sort()).toEqual(
    [...Object.keys(questions), ...Object.keys(results).map((name) => `=${name}`)].sort(),
  )
})

test('every result leads somewhere', () => {
  for (const result of Object.values(results)) expect(result.audience ?? result.page).toBeDefined()
})
