/**
 * Base subject (RFC 5256 §2.1): what remains of a subject without the marks of replies and forwards, blobs in brackets
 * and trailing "(fwd)". French marks (RE, TR, Rép) are stripped too.
 */
const leader = /^(?:re|fwd?|tr|rép|rep|réf|aw|wg|sv|vs|antw)\s*(?:\[[^[\]]*\]\s*)?\s*[:：]\s*/iu
const blob = /^\[[^[\]]*\]\s*/u
const trailer = /\s*\(fwd\)$/iu
const wrapped = /^\[fwd:\s*(.*)\]$/iu

/** The base subject in lower case with white space collapsed; `isReply` when something was stripped. */
export const baseSubject = (subject: string): { readonly base: string; readonly isReply: boolean } => {
  let text = subject.slice(0, 2000).normalize('NFC').replace(/\s+/gu, ' ').trim()
  // Every mark below has one of these.
  if (!/[:：[(]/.test(text)) return { base: text.toLowerCase(), isReply: false }
  let isReply = false
  // Each round strips at least one character, so the length bounds the rounds.
  for (;;) {
    const before = text
    if (trailer.test(text)) {
      text = text.replace(trailer, '')
      isReply = true
    }
    const lead = leader.exec(text)
    if (lead) {
      text = text.slice(lead[0].length)
      isReply = true
    } else {
      const mark = blob.exec(text)
      if (mark && text.length > mark[0].length) text = text.slice(mark[0].length)
    }
    const inner = wrapped.exec(text)
    if (inner) {
      text = inner[1]!.trim()
      isReply = true
    }
    if (text === before) return { base: text.toLowerCase(), isReply }
  }
}
