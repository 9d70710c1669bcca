/**
 * Who may do what about frauds, as a table that an auditor can read. `platform`: administers the platform. `desk`: works
 * for the académie and answers requests for help somewhere (the task `tickets`): sees and judges, moves nobody's mail.
 * `trainer`: was given the task `practice` for the académie.
 */
interface Right {
  readonly platform: boolean
  readonly desk: boolean
  readonly trainer: boolean
}

export const fraudRights = {
  see: { platform: true, desk: true, trainer: false },
  judge: { platform: true, desk: true, trainer: false },
  takeBack: { platform: true, desk: false, trainer: false },
  practise: { platform: true, desk: false, trainer: true },
} as const satisfies Readonly<Record<string, Right>>

export type FraudAct = keyof typeof fraudRights
export const fraudActs = Object.keys(fraudRights) as readonly FraudAct[]
