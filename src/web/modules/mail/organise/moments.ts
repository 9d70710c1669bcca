/** Moments to come back to a message, in the person's own time zone. Pure. */
export type MomentName = 'laterToday' | 'tonight' | 'tomorrow' | 'nextWeek' | 'nextMonth'

const at = (now: Date, days: number, hour: number): Date =>
  new Date(now.getFullYear(), now.getMonth(), now.getDate() + days, hour)

/** The same day, or the last one of a shorter month. */
const nextMonth = (now: Date): Date => {
  const last = new Date(now.getFullYear(), now.getMonth() + 2, 0).getDate()
  return new Date(now.getFullYear(), now.getMonth() + 1, Math.min(now.getDate(), last), 8)
}

/** Those that still make sense now: no "this evening" at night. */
export const momentsFrom = (now: Date): readonly { readonly name: MomentName; readonly when: Date }[] => {
  const soon = new Date(Math.ceil((now.getTime() + 3 * 3_600_000) / 1_800_000) * 1_800_000)
  const monday = (8 - now.getDay()) % 7 || 7
  const all = [
    { name: 'laterToday', when: soon, fits: soon.getDate() === now.getDate() && soon.getHours() < 18 },
    { name: 'tonight', when: at(now, 0, 18), fits: now.getHours() < 17 },
    { name: 'tomorrow', when: at(now, 1, 8), fits: true },
    { name: 'nextWeek', when: at(now, monday, 8), fits: monday > 1 },
    { name: 'nextMonth', when: nextMonth(now), fits: true },
  ] as const
  return all.filter(({ fits }) => fits)
}
