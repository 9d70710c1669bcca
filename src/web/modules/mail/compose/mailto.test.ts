import { expect, test } from 'vitest'
import { readMailto } from './mailto.ts'

test('recipients, subject and body of a link are read, a plus stays a plus', () => {
  expect(
    readMailto(
      'MAILTO:a+tag@x.test,b@x.test?to=c@x.test&CC=d%40x.test&bcc=e@x.test&subject=1+1%20%C3%A9t%C3%A9&body=Un%0D%0Adeux',
    ),
  ).toEqual({
    to: 'a+tag@x.test,b@x.test, c@x.test',
    cc: 'd@x.test',
    bcc: 'e@x.test',
    subject: '1+1 été',
    text: 'Un\ndeux',
  })
})

test('fields that could attach or forge are left out, what is badly encoded is taken as written', () => {
  expect(readMailto('mailto:?attach=/etc/passwd&from=x@y.test&subject=100%&body=%E9')).toEqual({
    ...{ to: '', cc: '', bcc: '', subject: '100%', text: '%E9' },
  })
  expect(readMailto('https://x.test/?to=a@b.test')).toBeUndefined()
  expect(readMailto('mailto:a@x.test%0D%0ABcc:b@x.test?subject=a%0Ab')?.subject).toBe('a b')
})
