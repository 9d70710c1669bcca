import { expect, test } from 'vitest'
import { defaultMap, foldDn, readEntry } from './entry.ts'
import { mapWith } from './settings.ts'

const options = {
  map: defaultMap,
  academy: '03',
  domains: ['ac-demo.test'],
  structures: new Map([
    [foldDn('ENTStructureJointure=77, ou=structures,dc=ent'), '0390001P'],
    ['77', '0390001P'],
  ]),
}

test('an entry of the SDET is read as a person', () => {
  const read = readEntry(
    {
      dn: 'uid=abc,ou=people,dc=ent',
      entryUUID: 'u-1',
      ENTPersonLogin: 'anne.martin',
      sn: 'Martin',
      GIVENNAME: 'Anne',
      ENTPersonJointure: '12345',
      ENTPersonDateNaissance: '14/03/1981',
      mail: ['anne@famille.example', 'anne.martin@ac-demo.test'],
      ENTPersonProfils: ['National_ENS', 'National_2'],
      ENTPersonStructRattach: 'ENTStructureJointure=77,ou=structures,dc=ent',
      ENTPersonFonctions: ['77$ENS$ENSEIGNANT$L0202$LETTRES MODERNES', '-'],
      ENTAuxEnsClassesMatieres: ['77$2de 4$FRANCAIS'],
      ENTAuxEnsClassesPrincipal: ['77$2de 4'],
      ENTAuxPersRelEleveEleve: ['uid=Child, ou=people,dc=ent'],
    },
    options,
  )
  expect(read?.told).toMatchObject({
    externalId: 'u-1',
    login: 'anne.martin',
    givenName: 'Anne',
    familyName: 'Martin',
    joinKey: '03|12345',
    birthDate: '1981-03-14',
    address: 'anne.martin@ac-demo.test',
    rescueMail: 'anne@famille.example',
    profiles: [
      { kind: 'teacher', uai: '0390001P', functionCode: 'ENS', discipline: 'LETTRES MODERNES' },
      { kind: 'parent', uai: '0390001P' },
    ],
    classes: [
      { uai: '0390001P', class: '2de 4', role: 'teacher', subject: 'FRANCAIS' },
      { uai: '0390001P', class: '2de 4', role: 'main-teacher' },
    ],
  })
  expect(read?.children).toEqual(['uid=child,ou=people,dc=ent'])
})

test('an entry that names nobody for good is not taken over', () => {
  expect(readEntry({ dn: 'x', sn: 'Martin' }, options)).toBeUndefined()
  expect(readEntry({ dn: 'x', entryUUID: 'u-1' }, options)).toBeUndefined()
})

test('the map changes what it names and nothing else, and knows its own words', () => {
  const map = mapWith(['uai=departmentNumber|ou', 'LOGIN=sAMAccountName'])
  expect(map.uai).toEqual(['departmentNumber', 'ou'])
  expect(map.login).toEqual(['sAMAccountName'])
  expect(map.mail).toEqual(['mail'])
  expect(() => mapWith(['king=x'])).toThrow('knows no "king"')
})
