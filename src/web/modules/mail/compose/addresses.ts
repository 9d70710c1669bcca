/** What a person types or pastes as recipients -> people. Pure. */
import type { Person } from './compose-state.ts'

/** `Claire <c@x.fr>, "Dupont, Jean" <j@x.fr>; p@x.fr` -> three people. Commas inside quotes separate nothing. */
export const parsePeople = (text: string): Person[] => {
  const people: Person[] = []
  for (const item of splitOutsideQuotes(text.slice(0, 100_000))) {
    const angle = /^(.*)<([^<>]*)>\s*$/s.exec(item)
    const email = (angle?.[2] ?? item).trim().replace(/^mailto:/i, '')
    const name = (angle?.[1] ?? '')
      .trim()
      .replace(/^"(.*)"$/s, '$1')
      .replace(/\\(["\\])/g, '$1')
      .trim()
    if (email !== '') people.push({ name: name === '' ? null : name, email })
  }
  return people
}

const splitOutsideQuotes = (text: string): string[] => {
  const items: string[] = []
  let [item, inQuotes] = ['', false]
  for (const char of text) {
    if (char === '"') inQuotes = !inQuotes
    if (!inQuotes && /[,;\n\r\t]/.test(char)) {
      items.push(item)
      item = ''
    } else item += char
  }
  items.push(item)
  return items.map((entry) => entry.trim()).filter((entry) => entry !== '')
}

/** Without those already present, whatever the case of their address. */
export const addPeople = (people: readonly Person[], added: readonly Person[]): Person[] => {
  const known = new Set(people.map((person) => person.email.toLowerCase()))
  const result = [...people]
  for (const person of added) {
    const key = person.email.toLowerCase()
    if (known.has(key)) continue
    known.add(key)
    result.push(person)
  }
  return result
}
