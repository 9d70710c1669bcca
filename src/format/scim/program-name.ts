/** The name of a program that provisions: lower case letters, digits and dashes, forty at most. */
export const isProgramName = (name: string): boolean => /^[a-z0-9][a-z0-9-]{0,39}$/.test(name)
