/** Services that ask for access: what they are, what they would receive, and the person's answer. */
import { type Answer, ask, type Body, momentOf, record, records, text } from '../../../shell/request.ts'

export interface Asking {
  readonly service: { readonly name: string; readonly host: string }
  readonly account: { readonly name: string; readonly login: string; readonly email: string }
  /** In the person's language. */
  readonly scopes: readonly { readonly id: string; readonly title: string; readonly detail: string }[]
  /** Keeps its access when the person is signed out. */
  readonly offline: boolean
}

export const readAsking = (answer: Body): Asking => {
  const [service, account] = [record(answer.service), record(answer.account)]
  return {
    service: { name: text(service.name), host: text(service.host) },
    account: { name: text(account.name), login: text(account.login), email: text(account.email) },
    scopes: records(answer.scopes).map(({ id, title, detail }) => ({
      id: text(id),
      title: text(title) || text(id),
      detail: text(detail),
    })),
    offline: answer.offline === true,
  }
}

export const readConsent = (uid: string): Promise<Answer<Asking>> =>
  ask(`/auth/consent/${encodeURIComponent(uid)}`, undefined, readAsking)

export const decideConsent = (uid: string, decision: 'allow' | 'deny'): Promise<Answer<string>> =>
  ask(`/auth/consent/${encodeURIComponent(uid)}`, { decision }, (answer) => text(answer.then))

export interface DeviceAsking extends Asking {
  readonly code: string
  readonly from: { readonly ip: string; readonly at: number | undefined }
}

export const readDevice = (code: string): Promise<Answer<DeviceAsking>> =>
  ask('/auth/device', { code }, (answer) => {
    const from = record(answer.askedFrom)
    return { ...readAsking(answer), code: text(answer.code), from: { ip: text(from.ip), at: momentOf(from.at) } }
  })

export const decideDevice = (code: string, decision: 'allow' | 'deny'): Promise<Answer<boolean>> =>
  ask('/auth/device/decide', { code, decision }, (answer) => answer.allowed === true)
