/**
 * Words by which passwords are stolen: a threat or a hurry, and something to confirm. French and English, the two
 * languages of our mail. Each alone is honest; together, from outside, they are worth a calm word. Pure, and bounded.
 */

/** The most text that is looked at. */
const looked = 20_000

const about = {
  password:
    /mot de passe|identifiants?\b|code de securite|vos acces|password|passcode|credentials|log[- ]?in details/iu,
  quota:
    /(?:quota|capacite|espace|stockage)[^.!?\n]{0,60}(?:depass|atteint|plein|satur|insuffisant|epuis)|boite[^.!?\n]{0,40}(?:pleine|saturee)|messagerie[^.!?\n]{0,40}(?:pleine|saturee)|(?:mailbox|storage|inbox|quota)[^.!?\n]{0,60}(?:full|exceeded|almost full|limit)|exceeded[^.!?\n]{0,30}(?:quota|storage)/iu,
  account:
    /compte[^.!?\n]{0,60}(?:suspendu|desactiv|bloqu|ferm|supprim|expir)|(?:suspension|desactivation|fermeture|expiration) (?:de|imminente de) votre (?:compte|boite|messagerie)|account[^.!?\n]{0,60}(?:suspend|deactivat|terminat|disabled|locked|expire|closed)|mise a (?:jour|niveau) (?:de )?(?:votre |la )?(?:compte|messagerie|boite|webmail)|(?:upgrade|update|validate|verify|re-?confirm) your (?:account|mailbox|email)/iu,
  payment:
    /carte bancaire|\biban\b|\brib\b|coordonnees bancaires|carte[s]? cadeau|coupon[s]? (?:pcs|transcash|neosurf)|gift ?cards?|bank (?:details|account)|wire transfer/iu,
} as const

const hurry =
  /urgen|immediatement|sans delai|dans les (?:24|48|72) ?h|sous (?:24|48|72) ?h|dernier (?:rappel|avis|avertissement)|derniere relance|avant (?:minuit|ce soir)|sera (?:definitivement )?(?:supprim|bloqu|ferm|suspendu|desactiv)|immediately|within (?:24|48|72) ?h|final (?:notice|warning|reminder)|last (?:warning|notice|reminder)|will be (?:permanently )?(?:deleted|closed|suspended|locked|disabled|deactivated|terminated)|as soon as possible|action required|act now/iu

const toDo =
  /cliquez|cliquer|ci-dessous|ci-joint|confirm|verif[iy]|validez|valider|reactiv|connectez-vous|renseign|remplir|repondez|click|below|log ?in|sign ?in|fill (?:in|out)|reply with|follow the link/iu

/** What a full mailbox is said to need: asked for by a link whose words are all there is. */
const room =
  /augment|agrandi|liber(?:er|ez)|recuper|debloqu|mett(?:re|ez) a (?:jour|niveau)|increase|upgrade|free up|release|restore|extend/iu

export type Pressure = 'password' | 'quota' | 'account' | 'payment'

/** What a message presses its reader about; undefined when it does not. */
export const pressure = (subject: string, text: string): Pressure | undefined => {
  const given = `${subject.slice(0, 500)}\n${text.slice(0, looked)}`.replace(/[\u200b-\u200f\u2060\ufeff\u00ad]/g, '')
  // Frauds leave accents out, and so do honest people: with and without is the same.
  const all = given.normalize('NFKD').replace(/\p{M}/gu, '')
  const acts = toDo.test(all)
  const hurries = hurry.test(all)
  if (about.quota.test(all) && (acts || hurries || room.test(all))) return 'quota'
  if (!acts || !hurries) return undefined
  if (about.account.test(all)) return 'account'
  if (about.password.test(all)) return 'password'
  if (about.payment.test(all)) return 'payment'
  return undefined
}
