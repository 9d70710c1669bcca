/** Documents asked for, over plain HTTP: handing in, asking, following. The server checks every right again. */
import type { Words } from '#format/jmap/portal.ts'
import { type Answer, ask, type Body, list, momentOf, numberOr, record, records, text } from '../../shell/request.ts'
import { askSurely } from '../../shell/step-up.tsx'
import { type Audience, readAudience } from '../notices/requests.ts'

export interface Given {
  readonly keep: readonly number[]
  readonly files: readonly { readonly blobId: string; readonly name: string }[]
  readonly remark: string
}

/** Resolves to the receipt. */
export const handIn = (id: string, given: Given): Promise<Answer<string>> =>
  ask(`/requests/${id}`, given, (answer) => text(answer.receipt))

export interface RequestDraft {
  readonly uai: string
  readonly title: string
  readonly text: string
  readonly audience: Audience
  readonly dueAt: number | null
  readonly keepUntil: number | null
  readonly kinds: readonly string[]
  readonly maxFiles: number
  readonly maxBytes: number
  readonly asksRemark: boolean
}

export interface AskedLine {
  readonly id: number
  readonly status: string
  readonly title: string
  readonly sender: string
  readonly dueAt: number | undefined
  readonly recipients: number
}

const readLine = (one: Body): AskedLine => ({
  id: numberOr(one.id, 0),
  status: text(one.status),
  title: text(one.title),
  sender: text(one.sender),
  dueAt: momentOf(one.dueAt),
  recipients: numberOr(one.recipients, 0),
})

export const loadAsked = (): Promise<Answer<readonly AskedLine[]>> =>
  ask('/admin/requests', undefined, (answer) => records(answer.requests).map(readLine))

export interface Asked extends Omit<AskedLine, 'dueAt'>, RequestDraft {
  readonly audienceWords: Words
  readonly asked: number
  readonly handed: number
}

export const loadOne = (id: number): Promise<Answer<Asked>> =>
  ask(`/admin/requests/${id}`, undefined, (one) => ({
    ...readLine(one),
    uai: text(one.uai),
    text: text(one.text),
    audience: readAudience(one.audience),
    audienceWords: { fr: text(record(one.audienceWords).fr), en: text(record(one.audienceWords).en) },
    dueAt: momentOf(one.dueAt) ?? null,
    keepUntil: momentOf(one.keepUntil) ?? null,
    kinds: list(one.kinds).map(text),
    maxFiles: numberOr(one.maxFiles, 1),
    maxBytes: numberOr(one.maxBytes, 0),
    asksRemark: one.asksRemark === true,
    asked: numberOr(one.asked, 0),
    handed: numberOr(one.handed, 0),
  }))

export const saveRequest = (id: number | undefined, draft: RequestDraft): Promise<Answer<number>> =>
  ask(id === undefined ? '/admin/requests' : `/admin/requests/${id}`, draft, (answer) => numberOr(answer.id, id ?? 0))

export const actOnRequest = (id: number, verb: string, body: Body = {}): Promise<Answer<undefined>> =>
  askSurely(`/admin/requests/${id}/${verb}`, body, () => undefined)

export interface AnswerLine {
  readonly account: number
  readonly name: string
  readonly login: string
  readonly kinds: readonly string[]
  readonly handedAt: number | undefined
  readonly remark: string
  readonly files: readonly { readonly n: number; readonly name: string }[]
}

export const loadAnswers = (
  id: number,
  handed: string,
  after: number,
): Promise<Answer<{ answers: readonly AnswerLine[]; next: number | undefined }>> =>
  ask(
    `/admin/requests/${id}/answers?after=${after}${handed === '' ? '' : `&handed=${handed}`}`,
    undefined,
    (answer) => ({
      answers: records(answer.answers).map((one) => ({
        account: numberOr(one.account, 0),
        name: text(one.name),
        login: text(one.login),
        kinds: records(one.profiles).map((profile) => text(profile.kind)),
        handedAt: momentOf(one.handedAt),
        remark: text(one.remark),
        files: records(one.files).map((file) => ({ n: numberOr(file.n, 0), name: text(file.name) })),
      })),
      next: numberOr(answer.next, undefined),
    }),
  )
