/**
 * Who may do what about frauds, as a table that an auditor can read. `platform`: administers the platform. `desk`: works
 * for the académie and answers requests for help somewhere (the task `tickets`): sees and judges, moves nobody's mail.
 */
interface Right {
  readonly platform: boolean
  readonly desk: boolean
}

export const fraudRights = {
  see: { platform: true, desk: true },
  judge: { platform: true, desk: true },
  takeBack: { platform: true, desk: false },
  practise: { platform: true, desk: false },
} as const satisfies Readonly<Record<string, Right>>

export type FraudAct = keyof typeof fraudRights
export const fraudActs = Object.keys(fraudRights) as readonly FraudAct[]
