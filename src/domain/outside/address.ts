/**
 * Which addresses are of the open Internet. What a message or a stranger makes us fetch must never reach this machine,
 * its networks or the metadata service of a cloud (server-side request forgery): what is not surely public is refused.
 */
import { BlockList, isIP } from 'node:net'

/** IANA IPv4 Special-Purpose Address Registry (RFC 6890), multicast, and the host services of clouds. */
const closed4 = new BlockList()
for (const [net, prefix] of [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.0.2.0', 24],
  ['192.31.196.0', 24],
  ['192.52.193.0', 24],
  ['192.88.99.0', 24],
  ['192.168.0.0', 16],
  ['192.175.48.0', 24],
  ['198.18.0.0', 15],
  ['198.51.100.0', 24],
  ['203.0.113.0', 24],
  // Multicast, reserved, broadcast.
  ['224.0.0.0', 3],
  // The host of a virtual machine at Azure answers on this public address.
  ['168.63.129.16', 32],
] as const)
  closed4.addSubnet(net, prefix, 'ipv4')

/** Global unicast is 2000::/3 and nothing else: mapped, NAT64 (64:ff9b::/96 and 64:ff9b:1::/48), ULA, link-local are not in it. */
const open6 = new BlockList()
open6.addSubnet('2000::', 3, 'ipv6')

/** Within global unicast: protocol assignments with Teredo, documentation, 6to4 (an IPv4 address in disguise). */
const closed6 = new BlockList()
for (const [net, prefix] of [
  ['2001::', 23],
  ['2001:db8::', 32],
  ['2002::', 16],
  ['2620:4f:8000::', 48],
  ['3fff::', 20],
] as const)
  closed6.addSubnet(net, prefix, 'ipv6')

/** True for an address of the open Internet. Text that is no address, or has a zone, is not one. */
export const isPublic = (address: string): boolean => {
  switch (isIP(address)) {
    case 4:
      return !closed4.check(address, 'ipv4')
    case 6:
      return !address.includes('%') && open6.check(address, 'ipv6') && !closed6.check(address, 'ipv6')
    default:
      return false
  }
}

/** Names that mean this machine or this network, whatever a resolver says of them (RFC 6761, RFC 8375, RFC 9476). */
const closedName =
  /(?:^|\.)(?:localhost|local|localdomain|internal|intranet|lan|home|corp|private|arpa|test|invalid|onion|alt)$/

/** True for a name that may be of the open Internet: more than one label, and no name of a private network. */
export const isPublicName = (name: string): boolean =>
  name.length <= 253 && name.includes('.') && !closedName.test(name.toLowerCase())
