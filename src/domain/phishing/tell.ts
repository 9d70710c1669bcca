/** Answers to those who reported: once for each verdict, in their language. */
import { type Params, statement, type Writer } from '#store/engine.ts'
import { notify } from '../notify/notify.ts'
import { told, type Verdict, verdicts } from './words.data.ts'

const selectReport = statement((q, p: Params<{ id: number }>) =>
  q
    .selectFrom('phishing_report')
    .innerJoin('account', 'account.id', 'phishing_report.account_id')
    .select([
      'phishing_report.account_id as account',
      'phishing_report.told',
      'phishing_report.mail',
      'phishing_report.subject',
      'account.locale',
    ])
    .where('phishing_report.id', '=', p.id),
)
const selectVerdict = statement((q, p: Params<{ id: number }>) =>
  q.selectFrom('phishing_cluster').select(['verdict', 'answer']).where('id', '=', p.id),
)
const setTold = statement((q, p: Params<{ id: number; verdict: string }>) =>
  q.updateTable('phishing_report').set({ told: p.verdict }).where('id', '=', p.id),
)

export const languageOfLocale = (locale: string): 'fr' | 'en' => (locale.startsWith('en') ? 'en' : 'fr')

/** Where somebody who gave a password begins. */
export const compromisePath = '/account/compromise'

/** Within a transaction: tells the reporter of one report what was found. Returns whether there was anything new to tell. */
export const tellReporter = async (tx: Writer, report: number, cluster: number, now: number): Promise<boolean> => {
  const judged = await tx.first(selectVerdict, { id: cluster })
  const verdict: Verdict | undefined = verdicts.find((one) => one === judged?.verdict)
  const row = await tx.first(selectReport, { id: report })
  if (verdict === undefined || !judged || !row || row.told === verdict) return false
  await tx.run(setTold, { id: report, verdict })
  // Who is none of ours is answered by mail, outside this transaction (judge.ts).
  if (row.mail !== '') return true
  const { title, text } = told[languageOfLocale(row.locale)][verdict]
  const about = row.subject === '' ? '' : `« ${row.subject} » : `
  await notify(
    tx,
    {
      account: row.account,
      category: 'ticket',
      title,
      text: `${about}${text}${judged.answer === '' ? '' : `\n${judged.answer}`}`,
      url: verdict === 'fraud' ? compromisePath : '',
    },
    now,
  )
  return true
}
