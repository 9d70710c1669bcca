/** One a line, or between commas. */
export const linesOf = (text: string): readonly string[] => text.split(/[\s,]+/).filter((line) => line !== '')
