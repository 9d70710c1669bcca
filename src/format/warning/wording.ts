/**
 * Words by which passwords are stolen: a threat or a hurry, and something to confirm. French and English, the two
 * languages of our mail. Each alone is honest; together, from outside, they are worth a calm word. Pure, and bounded.
 */

/** The most text that is looked at. */
const looked = 20_000

const about = {
  password:
    /mot de passe|identifiants?\b|code de s[eé]curit[eé]|vos acc[eè]s|password|passcode|credentials|log[- ]?in details/iu,
  quota:
    /(?:quota|capacit[eé]|espace|stockage)[^.!?\n]{0,60}(?:d[eé]pass|atteint|plein|satur|insuffisant|épuisé)|bo[iî]te[^.!?\n]{0,40}(?:pleine|satur[eé]e)|messagerie[^.!?\n]{0,40}(?:pleine|satur[eé]e)|(?:mailbox|storage|inbox|quota)[^.!?\n]{0,60}(?:full|exceeded|almost full|limit)|exceeded[^.!?\n]{0,30}(?:quota|storage)/iu,
  account:
    /compte[^.!?\n]{0,60}(?:suspendu|d[eé]sactiv|bloqu|ferm|supprim|expir)|(?:suspension|d[eé]sactivation|fermeture|expiration) (?:de|imminente de) votre (?:compte|bo[iî]te|messagerie)|account[^.!?\n]{0,60}(?:suspend|deactivat|terminat|disabled|locked|expire|closed)|mise [àa] (?:jour|niveau) (?:de )?(?:votre |la )?(?:compte|messagerie|bo[iî]te|webmail)|(?:upgrade|update|validate|verify|re-?confirm) your (?:account|mailbox|email)/iu,
  payment:
    /carte bancaire|\biban\b|\brib\b|coordonn[eé]es bancaires|carte[s]? cadeau|coupon[s]? (?:pcs|transcash|neosurf)|gift ?cards?|bank (?:details|account)|wire transfer/iu,
} as const

const hurry =
  /urgen|imm[eé]diatement|sans d[eé]lai|dans les (?:24|48|72) ?h|sous (?:24|48|72) ?h|dernier (?:rappel|avis|avertissement)|derni[eè]re relance|avant (?:minuit|ce soir)|sera (?:d[eé]finitivement )?(?:supprim|bloqu|ferm|suspendu|d[eé]sactiv)|immediately|within (?:24|48|72) ?h|final (?:notice|warning|reminder)|last (?:warning|notice|reminder)|will be (?:permanently )?(?:deleted|closed|suspended|locked|disabled|deactivated|terminated)|as soon as possible|action required|act now/iu

const toDo =
  /cliquez|cliquer|ci-dessous|ci-joint|confirm|v[eé]rif[iy]|validez|valider|r[eé]activ|connectez-vous|renseign|remplir|r[eé]pondez|click|below|log ?in|sign ?in|fill (?:in|out)|reply with|follow the link/iu

export type Pressure = 'password' | 'quota' | 'account' | 'payment'

/** What a message presses its reader about; undefined when it does not. */
export const pressure = (subject: string, text: string): Pressure | undefined => {
  const all = `${subject.slice(0, 500)}\n${text.slice(0, looked)}`.replace(/[\u200b-\u200f\u2060\ufeff\u00ad]/g, '')
  const acts = toDo.test(all)
  const hurries = hurry.test(all)
  if (about.quota.test(all) && acts) return 'quota'
  if (!acts || !hurries) return undefined
  if (about.account.test(all)) return 'account'
  if (about.password.test(all)) return 'password'
  if (about.payment.test(all)) return 'payment'
  return undefined
}
