/**
 * The checks, as a table that an auditor can read: each looks at the facts and says how it stands, in plain words, and
 * what may be done about it at once.
 */
import type { Facts } from './facts.ts'
import { type Language, type Said, say } from './words.data.ts'

export type Verdict = 'good' | 'note' | 'warn' | 'bad'

/** What the person may have done at once. */
export type Repair = 'unlock' | 'revoke-device' | 'pause-rules' | 'stop-vacation'

export interface Finding extends Said {
  readonly id: CheckId
  readonly verdict: Verdict
  /** More, line by line. */
  readonly lines: readonly string[]
  readonly repairs: readonly { readonly repair: Repair; readonly target: number; readonly label: string }[]
  /** The guide that says more; empty: none. */
  readonly guide: string
}

type Found = {
  readonly verdict: Verdict
  readonly said: Said
  readonly lines?: readonly string[]
  readonly repairs?: Finding['repairs']
}

interface Check {
  readonly guide: string
  readonly look: (facts: Facts, language: Language) => Found
}

const minute = 60_000
const day = 1440 * minute

const signIn: Check = {
  guide: 'wrong-password',
  look: ({ refusals }, language) => {
    const words = say[language]
    const tries = refusals.reduce((sum, { times }) => sum + times, 0)
    if (tries === 0) return { verdict: 'good', said: words.signInGood }
    return {
      verdict: 'warn',
      said: words.signInRefused(tries),
      lines: refusals.slice(0, 5).map((one) => words.refusal(one)),
    }
  },
}

const throttle: Check = {
  guide: 'too-many-tries',
  look: ({ throttled }, language) => {
    const words = say[language]
    if (throttled <= 0) return { verdict: 'good', said: words.throttleGood }
    return {
      verdict: 'bad',
      said: words.throttled(Math.ceil(throttled / minute)),
      repairs: [{ repair: 'unlock', target: 0, label: words.unlock }],
    }
  },
}

const devices: Check = {
  guide: 'app-password',
  look: ({ devices: all }, language) => {
    const words = say[language]
    const failing = all.filter(
      ({ failures, lastFailedAt, lastUsedAt }) => failures > 0 && (lastFailedAt ?? 0) > (lastUsedAt ?? 0),
    )
    if (failing.length === 0) return { verdict: 'good', said: words.devicesGood(all.length) }
    return {
      verdict: 'warn',
      said: words.devicesFailing(failing.length),
      lines: failing.map((one) => words.device(one)),
      repairs: failing.map(({ id, label }) => ({ repair: 'revoke-device', target: id, label: words.revoke(label) })),
    }
  },
}

const quota: Check = {
  guide: 'mailbox-full',
  look: ({ quota: { limit, used } }, language) => {
    const words = say[language]
    const share = limit > 0 ? used / limit : 0
    if (share >= 1) return { verdict: 'bad', said: words.quotaFull }
    if (share >= 0.9) return { verdict: 'warn', said: words.quotaNear(Math.floor(share * 100)) }
    return { verdict: 'good', said: limit > 0 ? words.quotaGood(Math.floor(share * 100)) : words.quotaNone }
  },
}

const rules: Check = {
  guide: 'missing-message',
  look: ({ rules: all, script }, language) => {
    const words = say[language]
    const moving = all.filter(({ does }) => does !== 'redirect')
    if (moving.length === 0) return { verdict: 'good', said: words.rulesGood }
    const losing = moving.some(({ does }) => does !== 'file')
    return {
      verdict: losing ? 'warn' : 'note',
      said: losing ? words.rulesLose : words.rulesMove,
      lines: moving.slice(0, 12).map((one) => words.rule(one)),
      repairs: script ? [{ repair: 'pause-rules', target: script.id, label: words.pauseRules }] : [],
    }
  },
}

const forwards: Check = {
  guide: 'missing-message',
  look: ({ rules: all }, language) => {
    const words = say[language]
    const away = all.filter(({ does }) => does === 'redirect')
    if (away.length === 0) return { verdict: 'good', said: words.forwardsGood }
    return {
      verdict: 'note',
      said: words.forwards(away.length),
      lines: away.slice(0, 12).map((one) => words.rule(one)),
    }
  },
}

const vacation: Check = {
  guide: 'missing-message',
  look: ({ vacation: on }, language) => {
    const words = say[language]
    if (!on) return { verdict: 'good', said: words.vacationGood }
    return {
      verdict: 'note',
      said: words.vacationOn(on.until),
      repairs: [{ repair: 'stop-vacation', target: 0, label: words.stopVacation }],
    }
  },
}

const incoming: Check = {
  guide: 'missing-message',
  look: ({ mail, lastArrival, now }, language) => {
    const words = say[language]
    const refused = mail.filter(({ result }) => result.startsWith('refused:'))
    if (refused.length > 0)
      return {
        verdict: refused.some(({ at }) => at > now - day) ? 'bad' : 'warn',
        said: words.mailRefused(refused.reduce((sum, { times }) => sum + times, 0)),
        lines: refused.slice(0, 5).map((one) => words.traced(one)),
      }
    return { verdict: 'good', said: words.mailGood(lastArrival) }
  },
}

const outgoing: Check = {
  guide: 'bounce-refused',
  look: ({ waiting, now }, language) => {
    const words = say[language]
    const failed = waiting.filter(({ status, at }) => status === 'failed' && at > now - 7 * day)
    const late = waiting.filter(({ status, attempts }) => status !== 'failed' && attempts > 0)
    if (failed.length + late.length === 0) return { verdict: 'good', said: words.sendingGood }
    return {
      verdict: failed.length > 0 ? 'bad' : 'warn',
      said: failed.length > 0 ? words.sendingFailed(failed.length) : words.sendingLate(late.length),
      lines: [...failed, ...late].slice(0, 8).map((one) => words.sending(one)),
    }
  },
}

const services: Check = {
  guide: 'service-status',
  look: ({ incidents, bad }, language) => {
    const words = say[language]
    if (incidents.length + bad.length === 0) return { verdict: 'good', said: words.servicesGood }
    return {
      verdict: 'bad',
      said: words.servicesBad,
      lines: [
        ...incidents.map(({ title }) => title[language]),
        ...bad.map((one) => words.component(one[language], one.state)),
      ].slice(0, 10),
    }
  },
}

const push: Check = {
  guide: '',
  look: ({ subscriptions }, language) => {
    const words = say[language]
    return { verdict: subscriptions > 0 ? 'good' : 'note', said: words.push(subscriptions) }
  },
}

/** In the order in which they are shown when nothing is wrong; troubles come first. */
export const checks = {
  services,
  signIn,
  throttle,
  devices,
  quota,
  rules,
  forwards,
  vacation,
  incoming,
  outgoing,
  push,
} satisfies Record<string, Check>

export type CheckId = keyof typeof checks

const gravity: Readonly<Record<Verdict, number>> = { bad: 0, warn: 1, note: 2, good: 3 }

/** Looks at the facts; the gravest first. */
export const lookAt = (facts: Facts, language: Language): Finding[] =>
  (Object.keys(checks) as CheckId[])
    .map((id): Finding => {
      const check: Check = checks[id]
      const { verdict, said, lines = [], repairs = [] } = check.look(facts, language)
      return { id, verdict, ...said, lines, repairs, guide: verdict === 'good' ? '' : check.guide }
    })
    .sort((a, b) => gravity[a.verdict] - gravity[b.verdict])
