/**
 * `mailauth`, loaded when the first message needs it or when the doors are open (serve.ts), whichever comes first: with all
 * it brings along it is an eighth of what a start would load.
 */
export const mailauth = () => import('mailauth')
