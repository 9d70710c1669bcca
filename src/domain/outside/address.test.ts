import { expect, test } from 'vitest'
import { isPublic, isPublicName } from './address.ts'

test.each([
  '0.0.0.0',
  '10.1.2.3',
  '100.64.0.1',
  '100.100.100.200',
  '127.0.0.1',
  '127.255.255.254',
  '169.254.169.254',
  '172.16.0.1',
  '172.31.255.255',
  '192.0.0.192',
  '192.168.1.1',
  '198.18.0.1',
  '224.0.0.1',
  '255.255.255.255',
  '168.63.129.16',
  '::',
  '::1',
  '::ffff:127.0.0.1',
  '::ffff:7f00:1',
  '::ffff:8.8.8.8',
  '::ffff:0:127.0.0.1',
  '::127.0.0.1',
  '64:ff9b::7f00:1',
  '64:ff9b::169.254.169.254',
  '64:ff9b:1::a00:1',
  '100::1',
  '2001::1',
  '2001:db8::1',
  '2002:7f00:1::',
  '2002:a9fe:a9fe::1',
  'fc00::1',
  'fd00:ec2::254',
  'fe80::1',
  'fe80::1%eth0',
  'fec0::1',
  'ff02::1',
  'evil.example',
  '127.1',
  '',
])('%s is not of the open Internet', (address) => {
  expect(isPublic(address)).toBe(false)
})

test.each(['8.8.8.8', '93.184.216.34', '172.32.0.1', '100.128.0.1', '2606:4700::1111', '2a00:1450:4007::8a'])(
  '%s is of the open Internet',
  (address) => {
    expect(isPublic(address)).toBe(true)
  },
)

test.each([
  'localhost',
  'a.localhost',
  'LOCALHOST',
  'metadata.google.internal',
  'nas.local',
  'srv.intranet',
  '1.0.0.127.in-addr.arpa',
  'intranet',
])('the name %s is not looked up', (name) => {
  expect(isPublicName(name)).toBe(false)
})
