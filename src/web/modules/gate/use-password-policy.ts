/** What is asked of this person's password, and what it must not be made of: the server knows, as they are signed in. */
import { useEffect, useState } from 'react'
import { ask, list, record, text } from '../../shell/request.ts'
import { type Owner, type Population, populationOf } from './password-judge.ts'

export interface PasswordPolicy {
  readonly population: Population
  readonly owner: Owner
}

const strict: PasswordPolicy = { population: 'staff', owner: {} }

const words = (value: unknown): readonly string[] => list(value).map(text)

export const usePasswordPolicy = (): PasswordPolicy => {
  const [policy, setPolicy] = useState(strict)
  useEffect(() => {
    void ask('/auth/password/policy', undefined, (answer): PasswordPolicy => {
      const { login, names, mails, birthDate, places, uais } = record(answer.subject)
      return {
        population: populationOf(answer.population),
        owner: {
          login: text(login),
          names: words(names),
          mails: words(mails),
          birthDate: text(birthDate),
          places: words(places),
          uais: words(uais),
        },
      }
    }).then((answer) => {
      if (answer.kind === 'ok') setPolicy(answer.value)
    })
  }, [])
  return policy
}
