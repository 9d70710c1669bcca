/** The owner of a script that failed is told, in a message of the platform: which script, where and why; never of mail. */
import { escapeHtml } from '#format/html/escape.ts'
import type { Delivery } from '../delivery/delivery.ts'
import type { QueueEntry } from '../delivery/queue.ts'
import { oneLine, preparePost } from '../people/platform-post.ts'
import type { Outcome } from './filter.ts'
import type { Owner } from './vacation.ts'

const day = 24 * 3_600_000

/** At most one such message in this time, in milliseconds. */
export const noticePeriod = day

const words = {
  fr: {
    from: 'Règles de messagerie',
    subject: 'Une règle de votre messagerie ne fonctionne pas',
    what: (script: string, line: number) =>
      `Votre script de règles « ${script} » s’est arrêté à la ligne ${line} sur une erreur.`,
    kept: 'Les messages concernés n’ont pas été perdus : ils sont dans votre boîte de réception.',
    why: 'Erreur (en anglais) : ',
    once: 'Corrigez la règle dans les réglages de votre messagerie. Ce message n’est envoyé qu’une fois par jour.',
  },
  en: {
    from: 'Mail rules',
    subject: 'One of your mail rules does not work',
    what: (script: string, line: number) => `Your rules script “${script}” stopped at line ${line} with an error.`,
    kept: 'No message was lost: those concerned are in your inbox.',
    why: 'Error: ',
    once: 'Please correct the rule in the settings of your mail. This message is sent once a day only.',
  },
} as const

/** The message, ready for the queue. Undefined for an owner without an address. */
export const prepareFaultNotice = async (
  delivery: Delivery,
  owner: Owner,
  fault: NonNullable<Outcome['fault']>,
): Promise<QueueEntry | undefined> => {
  const [address] = owner.addresses
  if (address === undefined) return
  const said = words[owner.language]
  const lines = [
    said.what(oneLine(fault.script, 100), fault.line),
    said.kept,
    said.why + oneLine(fault.message),
    said.once,
  ]
  return preparePost(delivery, {
    language: owner.language,
    from: said.from,
    to: [address],
    subject: said.subject,
    text: lines.join('\n\n'),
    html: lines.map((line) => `<p>${escapeHtml(line)}</p>`).join('\n'),
    mark: 'filter-fault',
  })
}
