/** How each session of an IMAP transcript begins, unless the file says `bare`. */
export const imapPreamble = `
S: * OK <</.*/>>
C: sign-in LOGIN "<<login>>" "<<password>>"
S~ sign-in OK
`
