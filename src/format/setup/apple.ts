/**
 * A configuration profile (`.mobileconfig`) that adds one mail account and its contacts to an iPhone, an iPad or a Mac:
 * Apple's Configuration Profile Reference, payloads `com.apple.mail.managed` and `com.apple.carddav.account`. Written out as an XML property list.
 */
import { escapeXml } from '../xml/write.ts'
import type { MailAccount } from './account.ts'

type Value = string | number | boolean | readonly Value[] | { readonly [name: string]: Value }

/** XML has no way to say most control characters. */
const plain = (text: string): string => escapeXml(text.replace(/\p{Cc}+/gu, ' '))

const write = (value: Value): string => {
  if (typeof value === 'string') return `<string>${plain(value)}</string>`
  if (typeof value === 'number') return `<integer>${Math.trunc(value)}</integer>`
  if (typeof value === 'boolean') return value ? '<true/>' : '<false/>'
  if (Array.isArray(value)) return `<array>${value.map(write).join('')}</array>`
  const pairs = Object.entries(value).map(([name, one]) => `<key>${plain(name)}</key>${write(one)}`)
  return `<dict>${pairs.join('')}</dict>`
}

export interface AppleProfile {
  readonly account: MailAccount
  /** Who gives the profile, as the device shows it. */
  readonly organization: string
  readonly description: string
  /** UUIDs, of the profile and of the two accounts in it. */
  readonly ids: readonly [profile: string, account: string, contacts: string]
  /** Reverse name of ours, the same for every profile of this person: a newer one replaces the older. */
  readonly identifier: string
}

export const appleProfile = ({ account, organization, description, ids, identifier }: AppleProfile): string => {
  const { name, address, login, password, host, imap, smtp, title } = account
  const mail = {
    PayloadType: 'com.apple.mail.managed',
    PayloadVersion: 1,
    PayloadIdentifier: `${identifier}.mail`,
    PayloadUUID: ids[1],
    PayloadDisplayName: title,
    EmailAccountType: 'EmailTypeIMAP',
    EmailAccountDescription: title,
    EmailAccountName: name,
    EmailAddress: address,
    IncomingMailServerAuthentication: 'EmailAuthPassword',
    IncomingMailServerHostName: host,
    IncomingMailServerPortNumber: imap.port,
    IncomingMailServerUseSSL: true,
    IncomingMailServerUsername: login,
    IncomingPassword: password,
    OutgoingMailServerAuthentication: 'EmailAuthPassword',
    OutgoingMailServerHostName: host,
    OutgoingMailServerPortNumber: smtp.port,
    OutgoingMailServerUseSSL: true,
    OutgoingMailServerUsername: login,
    OutgoingPasswordSameAsIncomingPassword: true,
    SMIMEEnabled: false,
  }
  const place = new URL(account.contacts)
  const isSecure = place.protocol === 'https:'
  const contacts = {
    PayloadType: 'com.apple.carddav.account',
    PayloadVersion: 1,
    PayloadIdentifier: `${identifier}.contacts`,
    PayloadUUID: ids[2],
    PayloadDisplayName: title,
    CardDAVAccountDescription: title,
    CardDAVHostName: place.hostname,
    CardDAVPort: place.port === '' ? (isSecure ? 443 : 80) : Number(place.port),
    CardDAVPrincipalURL: place.pathname,
    CardDAVUseSSL: isSecure,
    CardDAVUsername: login,
    CardDAVPassword: password,
  }
  const profile = {
    PayloadType: 'Configuration',
    PayloadVersion: 1,
    PayloadIdentifier: identifier,
    PayloadUUID: ids[0],
    PayloadDisplayName: title,
    PayloadDescription: description,
    PayloadOrganization: organization,
    PayloadRemovalDisallowed: false,
    PayloadContent: [mail, contacts],
  }
  return (
    '<?xml version="1.0" encoding="UTF-8"?>\n' +
    '<!DOCTYPE plist PUBLIC "-//Apple//DTD PLIST 1.0//EN" "http://www.apple.com/DTDs/PropertyList-1.0.dtd">\n' +
    `<plist version="1.0">${write(profile)}</plist>\n`
  )
}
