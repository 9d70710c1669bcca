import { expect, test } from 'vitest'
import { oidcPresets, samlPresets } from './presets.data.ts'
import type { OidcProvider, Provider, SamlProvider } from './providers.ts'
import { isAdmitted, rawClaims, readAcademy, readTold, readUai } from './told.ts'

const base = { id: 'x', name: 'X', audience: [], status: 'active', sortOrder: 0 } as const
const saml: Provider = { ...base, protocol: 'saml', config: samlPresets.educonnect as SamlProvider }
const agents: Provider = { ...base, protocol: 'oidc', config: oidcPresets.agents as OidcProvider }
const ent: Provider = { ...base, protocol: 'oidc', config: oidcPresets.ent as OidcProvider }

test('join keys are read in every spelling, each once', () => {
  const refIds = ['{AAF}3|0250001R|30001', '{AAF}03|x|30001', '{AAF}003|x|30002', 'P03|77', 'nonsense', '']
  const told = readTold(saml, { FrEduCtId: ['id'], FrEduCtRefId: refIds })
  expect(told.joinKeys).toEqual(['03|30001', '03|30002', '03|77'])
})

test('an agent’s small letters, short academy and X are understood', () => {
  expect(readUai('0590121l')).toBe('0590121L')
  expect(readUai('0250001R$UAJ$PU$DIR$0250001R$T3$LYC$3000')).toBe('0250001R')
  expect(readUai('X')).toBeUndefined()
  expect([readAcademy('3'), readAcademy('03'), readAcademy('003'), readAcademy('x')]).toEqual(['03', '03', '03', ''])
  const told = readTold(agents, {
    sub: ['s'],
    email: ['Anne.Martin@Ac-Besancon.fr'],
    rne: ['0590121l'],
    codaca: ['003'],
    FrEduFonctAdm: ['DIR'],
  })
  expect(told).toMatchObject({
    uais: ['0590121L'],
    academy: '03',
    profile: 'head',
    mail: 'anne.martin@ac-besancon.fr',
    mailTrusted: true,
  })
  expect(readTold(agents, { sub: ['s'], FrEduRneResp: ['X'] }).uais).toEqual([])
})

test('an address counts only when the provider owns or verified it', () => {
  const claims = (verified: unknown) => rawClaims({ sub: 's', email: 'a@b.fr', email_verified: verified })
  expect(readTold(ent, claims(true)).mailTrusted).toBe(true)
  expect(readTold(ent, claims(false)).mailTrusted).toBe(false)
  expect(readTold(ent, claims('yes')).mailTrusted).toBe(false)
})

test('a way out that is not a web address over TLS is forgotten', () => {
  const logout = (address: string) => readTold(saml, { FrEduCtId: ['i'], FrEduUrlRetour: [address] }).logoutUrl
  expect(logout('https://educonnect.example/logout?x=1')).toBe('https://educonnect.example/logout?x=1')
  expect(logout('javascript:alert(1)')).toBe('')
  expect(logout('http://evil.example/')).toBe('')
})

test('only the affiliations of the row pass', () => {
  expect(isAdmitted(saml, { affiliations: ['resp2d'] })).toBe(true)
  expect(isAdmitted(saml, { affiliations: ['autre'] })).toBe(false)
  expect(isAdmitted(saml, { affiliations: ['constructor'] })).toBe(false)
  expect(isAdmitted(agents, { affiliations: [] })).toBe(true)
})

test('who is named by nobody is refused, and claims are bounded', () => {
  expect(() => readTold(saml, {})).toThrow(/names nobody/)
  const raw = rawClaims({ a: 'x'.repeat(600), b: [1, true, {}, 'c'], d: { e: 1 } })
  expect(raw).toEqual({ b: ['1', 'true', 'c'] })
})
