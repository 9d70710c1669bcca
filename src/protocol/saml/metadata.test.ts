import { expect, test } from 'vitest'
import { readMetadata } from './metadata.ts'
import { partyFromMetadata } from './party.ts'

const md = 'urn:oasis:names:tc:SAML:2.0:metadata'
const post = 'urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST'
const redirect = 'urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect'
const now = Date.parse('2026-11-22T12:00:00Z')

const entity = (id: string, more = '') =>
  `<EntityDescriptor xmlns="${md}" entityID="${id}"${more}><SPSSODescriptor protocolSupportEnumeration="urn:oasis:names:tc:SAML:2.0:protocol">` +
  `<SingleLogoutService Binding="${redirect}" Location="https://sp.example/slo" ResponseLocation="https://sp.example/slo/back"/>` +
  `<AssertionConsumerService Binding="${post}" Location="https://sp.example/acs" index="0"/></SPSSODescriptor></EntityDescriptor>`
const group = (inner: string, more = '') => `<EntitiesDescriptor xmlns="${md}"${more}>${inner}</EntitiesDescriptor>`
const until = (day: string) => ` validUntil="${day}T12:00:00Z"`

test('metadata that have expired are not believed, nor those that stand in a group that has', () => {
  expect(readMetadata(entity('a', until('2026-11-23')), undefined, now).entityId).toBe('a')
  expect(() => readMetadata(entity('a', until('2026-11-22')), undefined, now)).toThrow('expired')
  expect(() => readMetadata(group(entity('a'), until('2026-11-21')), 'a', now)).toThrow('expired')
  expect(() => readMetadata(entity('a', ' validUntil="soon"'), undefined, now)).toThrow('expired')
})

test('an entity is found in groups of groups, and named when there are several', () => {
  const file = group(group(entity('a')) + entity('b'))
  expect(readMetadata(file, 'a', now).entityId).toBe('a')
  expect(() => readMetadata(file, undefined, now)).toThrow('several')
  expect(() => readMetadata(file, 'c', now)).toThrow('no such entity')
})

test('where answers to log-out requests go is kept', () => {
  expect(partyFromMetadata(readMetadata(entity('a'), undefined, now)).config).toMatchObject({
    slo: 'https://sp.example/slo',
    sloResponse: 'https://sp.example/slo/back',
  })
})
