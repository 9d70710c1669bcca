/** Answers to those who reported: once for each verdict, in their language. */
import { escapeHtml } from '#format/html/escape.ts'
import { type Params, statement, type Writer } from '#store/engine.ts'
import { notify } from '../notify/notify.ts'
import type { People } from '../people/people.ts'
import { postMail } from '../people/platform-mail.ts'
import { thanks, told, type Verdict, verdicts } from './words.data.ts'

const selectReport = statement((q, p: Params<{ id: number }>) =>
  q
    .selectFrom('phishing_report')
    .innerJoin('account', 'account.id', 'phishing_report.account_id')
    .select([
      'phishing_report.account_id as account',
      'phishing_report.told',
      'phishing_report.mail',
      'phishing_report.language',
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

/** What a reporter was told; `mail` is where it is to be sent, after the commit, when that is nobody of ours. */
export interface Answered {
  readonly mail: string
  readonly language: 'fr' | 'en'
  readonly verdict: Verdict
  readonly answer: string
}

/** Within a transaction: tells the reporter of one report what was found; undefined when there is nothing new to tell. */
export const tellReporter = async (
  tx: Writer,
  report: number,
  cluster: number,
  now: number,
): Promise<Answered | undefined> => {
  const judged = await tx.first(selectVerdict, { id: cluster })
  const verdict: Verdict | undefined = verdicts.find((one) => one === judged?.verdict)
  const row = await tx.first(selectReport, { id: report })
  if (verdict === undefined || !judged || !row || row.told === verdict) return
  await tx.run(setTold, { id: report, verdict })
  const { answer } = judged
  if (row.mail !== '') return { mail: row.mail, language: languageOfLocale(row.language), verdict, answer }
  const language = languageOfLocale(row.locale)
  const { title, text } = told[language][verdict]
  const about = row.subject === '' ? '' : `« ${row.subject} » : `
  await notify(
    tx,
    {
      account: row.account,
      category: 'ticket',
      title,
      text: `${about}${text}${answer === '' ? '' : `\n${answer}`}`,
      url: verdict === 'fraud' ? compromisePath : '',
    },
    now,
  )
  return { mail: '', language, verdict, answer }
}

/** The answer to somebody outside who forwarded a message. */
export const mailReporter = (people: People, { mail, language, verdict, answer }: Answered): Promise<void> => {
  const words = told[language][verdict]
  const paragraphs = [words.text, answer].filter((one) => one !== '')
  return postMail(people, {
    language,
    from: thanks[language].from,
    to: [mail],
    subject: words.title,
    text: paragraphs.join('\n\n'),
    html: paragraphs.map((one) => `<p>${escapeHtml(one)}</p>`).join('\n'),
    mark: 'report',
  })
}
